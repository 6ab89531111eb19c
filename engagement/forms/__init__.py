"""What may be entered on the clusters' side, by theme."""

from .account_change import ConfirmForm
from .act import ActForm
from .answer import AnswerForm, InvitationAnswerForm, ReferralAnswerForm
from .bulk import BulkForm, ReasonForm
from .cluster import ClusterForm, InviteForm
from .confidential import InformationForm, ReferralForm
from .contact import ContactForm
from .contribution import AskForm, ContributionForm, DeclineForm, SentForm, StartContributionForm
from .decision import DecisionForm, TakeBackForm
from .doubt import DoubtForm, SettleForm
from .engagement import NARRATIVES, EngagementForm, WithdrawForm
from .event import EventForm
from .export import ConfidentialContributionForm, ConfidentialExportForm, ConfidentialReportForm, TakeAwayForm
from .feed_key import FeedKeyForm
from .guidance import GuidanceForm
from .invitation import InvitationForm
from .levels import LoweringForm
from .offer import OfferForm
from .opening import SetAsideForm
from .pasted_call import understand
from .priority import EndPriorityForm, NewPriorityForm, PriorityForm
from .report import HighlightForm, ReportForm, WithdrawReportForm
from .saved_view import SavedViewForm
from .sharing import ReportShareForm, ShareForm, VisitShareForm
from .subscription import MailsForm, SubscriptionForm
from .suggestion import CallSuggestionForm, SuggestionForm, VisitSuggestionForm
from .support import DueDayForm, HandOverForm, SupportMessageForm
from .visit_acts import (
    AdvocacyUseForm,
    BriefingChangeForm,
    BriefingForm,
    HeldForm,
    PressForm,
    RecommendationUseForm,
)

__all__ = [
    "NARRATIVES",
    "ActForm",
    "AdvocacyUseForm",
    "AnswerForm",
    "AskForm",
    "BriefingChangeForm",
    "BriefingForm",
    "BulkForm",
    "CallSuggestionForm",
    "ClusterForm",
    "ConfidentialContributionForm",
    "ConfidentialExportForm",
    "ConfidentialReportForm",
    "ConfirmForm",
    "ContactForm",
    "ContributionForm",
    "DecisionForm",
    "DeclineForm",
    "DoubtForm",
    "DueDayForm",
    "EndPriorityForm",
    "EngagementForm",
    "EventForm",
    "FeedKeyForm",
    "GuidanceForm",
    "HandOverForm",
    "HeldForm",
    "HighlightForm",
    "InformationForm",
    "InvitationAnswerForm",
    "InvitationForm",
    "InviteForm",
    "LoweringForm",
    "MailsForm",
    "NewPriorityForm",
    "OfferForm",
    "PressForm",
    "PriorityForm",
    "ReasonForm",
    "RecommendationUseForm",
    "ReferralAnswerForm",
    "ReferralForm",
    "ReportForm",
    "ReportShareForm",
    "SavedViewForm",
    "SentForm",
    "SetAsideForm",
    "SettleForm",
    "ShareForm",
    "StartContributionForm",
    "SubscriptionForm",
    "SuggestionForm",
    "SupportMessageForm",
    "TakeAwayForm",
    "TakeBackForm",
    "VisitShareForm",
    "VisitSuggestionForm",
    "WithdrawForm",
    "WithdrawReportForm",
    "understand",
]
