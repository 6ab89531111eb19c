"""What a cluster leaves of what is open to it."""

from django.db import transaction
from django.utils import timezone

from ..actions import action_id
from ..models import Cluster, SetAside, User
from ..openings import Opening
from .act import lock


def set_aside(*, by: User, cluster: Cluster, opening: Opening, reason: str) -> SetAside:
    """Leave an opening, with the reason, until the state of its item changes."""
    number, item, state = opening.identity
    with transaction.atomic():
        lock(cluster)
        row, _is_new = SetAside.objects.current().get_or_create(
            cluster=cluster,
            action_id=action_id(number),
            item=item,
            state=state,
            defaults={"reason": reason, "set_by": by, "set_at": timezone.now()},
        )
    return row


def take_up_again(*, aside: SetAside) -> None:
    """Open again what was set aside."""
    aside.ended_at = timezone.now()
    aside.save(update_fields=["ended_at"])
