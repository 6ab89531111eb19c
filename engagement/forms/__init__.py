"""What may be entered on the clusters' side, by theme."""

from .cluster import InviteForm
from .engagement import NARRATIVES, READERS, EngagementForm, WithdrawForm
from .support import SupportMessageForm

__all__ = ["NARRATIVES", "READERS", "EngagementForm", "InviteForm", "SupportMessageForm", "WithdrawForm"]
