"""Actions 1 and 4: people follow something, for themselves or for all who belong to a cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..actions import action_id
from ..models import Cluster, Engagement, PriorityMandate, Subscription, SubscriptionOptOut, User
from .act import lock, log_act


def subscribe(*, by: User, cluster: Cluster, kind: str) -> bool:
    """Let `by` follow for her cluster what `kind` (a key of `Subscription.ONE_PRESS`) says; whether that is new."""
    with transaction.atomic():
        lock(cluster)
        if Subscription.objects.filter(user=by, cluster=cluster).standard(kind).exists():
            return False
        return follow(by=by, subscription=Subscription(user=by, cluster=cluster, **Subscription.ONE_PRESS[kind]))


def follow(*, by: User, subscription: Subscription) -> bool:
    """Save a new subscription, or one that was changed; False when the same is followed already.

    What other criteria bring is news from now on. The first of those who follow, for a cluster, all visits to its
    country, or all calls and reports of its priority mandates, logs action 1 or 4: one engagement, however many people
    follow, and one a day, however often the last one leaves and comes back. The visits are public and any member can
    subscribe, so that line is *low*; the list of priorities is *moderate*.
    """
    before = Subscription.objects.filter(pk=subscription.pk).first()
    if before is None or before.about != subscription.about:
        subscription.since = timezone.now()
    try:
        with transaction.atomic(), _logged_when_first(by, subscription.cluster):
            subscription.save()
    except IntegrityError:
        if subscription.same().exclude(pk=subscription.pk).exists():
            return False
        raise
    return True


@contextmanager
def _logged_when_first(by: User, cluster: Cluster | None) -> Iterator[None]:
    if cluster is None:
        yield
        return
    lock(cluster)
    current = Subscription.objects.current().filter(cluster=cluster)
    missing = [kind for kind in Subscription.ONE_PRESS if not current.standard(kind).exists()]
    yield
    for kind in missing:
        if current.all().standard(kind).exists():
            _log(kind, by, cluster)


def _log(kind: str, by: User, cluster: Cluster) -> None:
    columns: dict[str, Any]
    with override(cluster.working_language):
        if kind == "country_visits":
            words = _("Subscribed to the visits to %(country)s.") % {"country": cluster.country}
            number, columns = 1, {"level": Engagement.Level.LOW}
        else:
            words = _("Subscribed to the reports and calls of the priority mandates.")
            listed = PriorityMandate.objects.current().filter(cluster=cluster).select_related("mandate")
            number, columns = 4, {"mandates": [row.mandate for row in listed]}
    _log_once_a_day(number, by=by, cluster=cluster, words=words, **columns)


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


def leave(*, by: User, subscription: Subscription) -> None:
    """Let what her cluster follows for all who belong to it reach `by` no more."""
    SubscriptionOptOut.objects.get_or_create(user=by, subscription=subscription)


def come_back(*, by: User, subscription: Subscription) -> None:
    """Let it reach her again."""
    SubscriptionOptOut.objects.filter(user=by, subscription=subscription).delete()
