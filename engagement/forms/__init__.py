"""What may be entered on the clusters' side, by theme."""

from .act import ActForm
from .cluster import InviteForm
from .engagement import NARRATIVES, READERS, EngagementForm, WithdrawForm
from .event import EventForm
from .opening import SetAsideForm
from .priority import EndPriorityForm, NewPriorityForm, PriorityForm
from .suggestion import CallSuggestionForm, DecisionForm, SuggestionForm, VisitSuggestionForm, understand
from .support import SupportMessageForm
from .visit_acts import AdvocacyUseForm, BriefingChangeForm, BriefingForm, HeldForm, PressForm

__all__ = [
    "NARRATIVES",
    "READERS",
    "ActForm",
    "AdvocacyUseForm",
    "BriefingChangeForm",
    "BriefingForm",
    "CallSuggestionForm",
    "DecisionForm",
    "EndPriorityForm",
    "EngagementForm",
    "EventForm",
    "HeldForm",
    "InviteForm",
    "NewPriorityForm",
    "PressForm",
    "PriorityForm",
    "SetAsideForm",
    "SuggestionForm",
    "SupportMessageForm",
    "VisitSuggestionForm",
    "WithdrawForm",
    "understand",
]
