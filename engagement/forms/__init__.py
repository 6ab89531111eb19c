"""What may be entered on the clusters' side, by theme."""

from .cluster import InviteForm
from .engagement import NARRATIVES, READERS, EngagementForm, WithdrawForm
from .suggestion import CallSuggestionForm, DecisionForm, SuggestionForm, VisitSuggestionForm, understand
from .support import SupportMessageForm

__all__ = [
    "NARRATIVES",
    "READERS",
    "CallSuggestionForm",
    "DecisionForm",
    "EngagementForm",
    "InviteForm",
    "SuggestionForm",
    "SupportMessageForm",
    "VisitSuggestionForm",
    "WithdrawForm",
    "understand",
]
