"""What may be entered on the clusters' side, by theme."""

from .act import ActForm
from .answer import AnswerForm, InvitationAnswerForm, ReferralAnswerForm
from .cluster import InviteForm
from .confidential import InformationForm, ReferralForm
from .contact import ContactForm
from .engagement import NARRATIVES, READERS, EngagementForm, WithdrawForm
from .event import EventForm
from .guidance import GuidanceForm
from .invitation import InvitationForm
from .opening import SetAsideForm
from .priority import EndPriorityForm, NewPriorityForm, PriorityForm
from .sharing import ReportShareForm, ShareForm, VisitShareForm
from .suggestion import (
    CallSuggestionForm,
    DecisionForm,
    SuggestionForm,
    TakeBackForm,
    VisitSuggestionForm,
    understand,
)
from .support import DueDayForm, HandOverForm, SupportMessageForm
from .visit_acts import AdvocacyUseForm, BriefingChangeForm, BriefingForm, HeldForm, PressForm

__all__ = [
    "NARRATIVES",
    "READERS",
    "ActForm",
    "AdvocacyUseForm",
    "AnswerForm",
    "BriefingChangeForm",
    "BriefingForm",
    "CallSuggestionForm",
    "ContactForm",
    "DecisionForm",
    "DueDayForm",
    "EndPriorityForm",
    "EngagementForm",
    "EventForm",
    "GuidanceForm",
    "HandOverForm",
    "HeldForm",
    "InformationForm",
    "InvitationAnswerForm",
    "InvitationForm",
    "InviteForm",
    "NewPriorityForm",
    "PressForm",
    "PriorityForm",
    "ReferralAnswerForm",
    "ReferralForm",
    "ReportShareForm",
    "SetAsideForm",
    "ShareForm",
    "SuggestionForm",
    "SupportMessageForm",
    "TakeBackForm",
    "VisitShareForm",
    "VisitSuggestionForm",
    "WithdrawForm",
    "understand",
]
