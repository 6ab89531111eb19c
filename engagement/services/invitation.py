"""Action 11: a mandate holder is invited to an event of the cluster."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mandates.dates import show_day
from mandates.models import Mandate, MandateHolder

from ..actions import action_id
from ..models import Cluster, ClusterEvent, Engagement, Invitation, User
from .act import AlreadyDone, NotNow, lock, log_act, refuse_ended_mandates


def invite_holder(
    *, by: User, cluster: Cluster, event: ClusterEvent, mandate: Mandate, level: str, key: UUID
) -> Engagement:
    """Log action 11: the holder of `mandate` is invited to an event of `cluster` today.

    An invitation of this mandate to this event that stands is the same one: raises AlreadyDone. Raises NotNow for an
    event that is over or called off, and for a mandate that is not in force.
    """
    refuse_ended_mandates([mandate], timezone.localdate())
    with transaction.atomic():
        lock(cluster)
        refuse_event(ClusterEvent.objects.get(pk=event.pk), cluster)
        invited = Engagement.objects.filter(action=action_id(11), event=event, status__in=["under_way", "done"])
        if twin := invited.filter(mandates=mandate).first():
            raise AlreadyDone(twin)
        with override(cluster.working_language):
            words = _("Invited %(mandate)s to “%(event)s” on %(day)s.") % {
                "mandate": _named(mandate),
                "event": event.title,
                "day": show_day(event.day),
            }
        line = log_act(11, by=by, cluster=cluster, words=words, mandates=[mandate], key=key, level=level, event=event)
        Invitation.objects.create(engagement=line)
    return line


def refuse_event(event: ClusterEvent, cluster: Cluster) -> None:
    """Raise NotNow unless this is an event of `cluster` that still takes place, on the reader's calendar."""
    if event.cluster_id != cluster.pk:
        raise NotNow(_("This event is another cluster’s. Nothing was written."))
    if event.called_off_on:
        raise NotNow(_("This event was called off. Nothing was written."))
    if event.day < timezone.localdate():
        day = show_day(event.day)
        raise NotNow(_("This event was on %(day)s. An invitation sent before can still be logged.") % {"day": day})


def _named(mandate: Mandate) -> str:
    """The short form of a mandate, with the names of those who hold it today where they are known."""
    serving = MandateHolder.objects.filter(mandate=mandate).serving(timezone.localdate()).order_by("name")
    names = ", ".join(serving.values_list("name", flat=True))
    return f"{mandate.acronym} ({names})" if names else mandate.acronym
