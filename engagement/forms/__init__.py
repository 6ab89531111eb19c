"""What may be entered on the clusters' side, by theme."""

from .act import ActForm
from .cluster import InviteForm
from .engagement import NARRATIVES, READERS, EngagementForm, WithdrawForm
from .event import EventForm
from .opening import SetAsideForm
from .priority import EndPriorityForm, NewPriorityForm, PriorityForm
from .suggestion import CallSuggestionForm, DecisionForm, SuggestionForm, VisitSuggestionForm, understand
from .support import SupportMessageForm

__all__ = [
    "NARRATIVES",
    "READERS",
    "ActForm",
    "CallSuggestionForm",
    "DecisionForm",
    "EndPriorityForm",
    "EngagementForm",
    "EventForm",
    "InviteForm",
    "NewPriorityForm",
    "PriorityForm",
    "SetAsideForm",
    "SuggestionForm",
    "SupportMessageForm",
    "VisitSuggestionForm",
    "WithdrawForm",
    "understand",
]
