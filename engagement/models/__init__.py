"""The clusters' side. Engagements are read through `Engagement.objects.visible_to(user)` and in no other way."""

from .account_change import AccountChange
from .action import Action
from .acts import (
    AdvocacyUse,
    Briefing,
    Contribution,
    InformationShare,
    Invitation,
    PressIssue,
    Referral,
    Share,
    act_of,
)
from .audit import AuditEvent
from .cluster import Cluster, Membership
from .contact import Contact
from .digest import DigestItem, DigestMark
from .doubt import Doubt
from .engagement import Engagement, EngagementMandate
from .engagement_report import EngagementReport, ReportFile, ReportHighlight
from .event import ClusterEvent
from .feed_key import FeedKey
from .guidance import GuidanceNote
from .imports import ImportBatch, ImportedRow
from .kept_form import KeptForm
from .lowering import LevelLowering
from .mail import OutgoingMail
from .offer import ContributionOffer
from .priority import PriorityMandate, PriorityReview
from .saved_view import SavedView
from .set_aside import SetAside
from .subscription import Subscription, SubscriptionOptOut
from .support import SupportMessage, SupportRequest
from .user import User

__all__ = [
    "AccountChange",
    "Action",
    "AdvocacyUse",
    "AuditEvent",
    "Briefing",
    "Cluster",
    "ClusterEvent",
    "Contact",
    "Contribution",
    "ContributionOffer",
    "DigestItem",
    "DigestMark",
    "Doubt",
    "Engagement",
    "EngagementMandate",
    "EngagementReport",
    "FeedKey",
    "GuidanceNote",
    "ImportBatch",
    "ImportedRow",
    "InformationShare",
    "Invitation",
    "KeptForm",
    "LevelLowering",
    "Membership",
    "OutgoingMail",
    "PressIssue",
    "PriorityMandate",
    "PriorityReview",
    "Referral",
    "ReportFile",
    "ReportHighlight",
    "SavedView",
    "SetAside",
    "Share",
    "Subscription",
    "SubscriptionOptOut",
    "SupportMessage",
    "SupportRequest",
    "User",
    "act_of",
]
