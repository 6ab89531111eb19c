"""Actions 1 and 4, subscribing, and what a cluster leaves of what is open to it."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..actions import action_id
from ..models import Cluster, Engagement, PriorityMandate, SetAside, Subscription, User
from ..openings import Opening
from .act import lock, log_act


def subscribe(*, by: User, cluster: Cluster, kind: str) -> bool:
    """Let `by` follow for her cluster what `kind` (a key of `Subscription.ONE_PRESS`) says; whether that is new.

    The first of those who follow it now logs action 1 or 4: one engagement, however many people follow, and one a day,
    however often the last one leaves and comes back. The visits are public and any member can subscribe, so that line
    is *low*; the list of priorities is *moderate*.
    """
    with transaction.atomic():
        lock(cluster)
        followed = Subscription.objects.current().filter(cluster=cluster).standard(kind)
        is_first, is_new = not followed.exists(), not followed.filter(user=by).exists()
        if is_new:
            Subscription.objects.create(user=by, cluster=cluster, **Subscription.ONE_PRESS[kind])
        if is_first and kind == "country_visits":
            with override(cluster.working_language):
                words = _("Subscribed to the visits to %(country)s.") % {"country": cluster.country}
            _log_once_a_day(1, by=by, cluster=cluster, words=words, level=Engagement.Level.LOW)
        elif is_first:
            with override(cluster.working_language):
                words = _("Subscribed to the reports and calls of the priority mandates.")
            listed = PriorityMandate.objects.current().filter(cluster=cluster).select_related("mandate")
            _log_once_a_day(4, by=by, cluster=cluster, words=words, mandates=[row.mandate for row in listed])
    return is_new


def _log_once_a_day(number: int, *, by: User, cluster: Cluster, words: str, **columns: Any) -> None:
    same = {"action": action_id(number), "started_on": timezone.localdate(), "what_was_done": words}
    if not Engagement.objects.visible_to(by).standing().filter(cluster=cluster, **same).exists():
        log_act(number, by=by, cluster=cluster, words=words, **columns)


def end_subscription(*, subscription: Subscription) -> None:
    """Follow this no longer. The log stays; when nobody is left who follows it, rule 1 or 4 is open again."""
    with transaction.atomic():
        if subscription.cluster:
            lock(subscription.cluster)
        subscription.delete()


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
