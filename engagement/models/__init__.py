"""The clusters' side. Engagements are read through `Engagement.objects.visible_to(user)` and in no other way."""

from .action import Action
from .cluster import Cluster, Membership
from .engagement import Engagement, EngagementMandate
from .event import ClusterEvent
from .mail import OutgoingMail
from .priority import PriorityMandate, PriorityReview
from .set_aside import SetAside
from .subscription import Subscription
from .support import SupportMessage, SupportRequest
from .user import User

__all__ = [
    "Action",
    "Cluster",
    "ClusterEvent",
    "Engagement",
    "EngagementMandate",
    "Membership",
    "OutgoingMail",
    "PriorityMandate",
    "PriorityReview",
    "SetAside",
    "Subscription",
    "SupportMessage",
    "SupportRequest",
    "User",
]
