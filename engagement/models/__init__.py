"""The clusters' side. Engagements are read through `Engagement.objects.visible_to(user)` and in no other way."""

from .action import Action
from .cluster import Cluster, Membership
from .engagement import Engagement, EngagementMandate
from .mail import OutgoingMail
from .support import SupportMessage, SupportRequest
from .user import User

__all__ = [
    "Action",
    "Cluster",
    "Engagement",
    "EngagementMandate",
    "Membership",
    "OutgoingMail",
    "SupportMessage",
    "SupportRequest",
    "User",
]
