"""What the overview asks of the database, over rows that passed the gate; its page and its files start from here."""

from typing import Any

from django.utils import timezone

from ..actions import WORDINGS
from ..models import Cluster, Membership, PriorityMandate
from ..periods import Period
from ..querysets import Rights, read_wholly_by
from .cells import Log
from .mandates import most_engaged, untouched
from .matrix import matrix_of
from .outcomes import outcomes_of
from .silence import SILENT_AFTER, Silent, silent_clusters
from .trend import trend_of


def read_numbers(user: Any, rows: Any, clusters: list[Cluster], period: Period, log: Log) -> dict[str, Any]:
    """What is counted in the period, and the priorities that nothing was counted for. Five queries.

    `rows` are engagements that `user` can list, of any day; `clusters` those that are shown, from `with_last`.
    """
    today = timezone.localdate()
    within = rows.filter(started_on__range=period)
    by_month = within.counted_by_month()
    now: dict[tuple[Any, int], int] = {}
    for (cluster, number, _month), n in by_month.items():
        now[cluster, number] = now.get((cluster, number), 0) + n
    before = rows.filter(started_on__range=period.before).counted_by_cluster_and_action()
    named = {key for key, _number in now.keys() | before.keys()}
    shown = [cluster for cluster in clusters if cluster.is_active(today) or cluster.pk in named]
    by_mandate = within.counted_by_cluster_and_mandate()
    priorities = PriorityMandate.objects.visible_to(user).current().select_related("mandate")
    return {
        "matrix": matrix_of(shown, now, before, period, log),
        "actions": [(number, wording.short) for number, wording in WORDINGS.items()],
        "trend": trend_of(by_month, period, log),
        "outcomes": outcomes_of(within.counted_by_outcome(), period, log),
        "mandates": most_engaged(by_mandate, period, log),
        "untouched": untouched(by_mandate, priorities, {cluster.pk: cluster for cluster in shown}),
    }


def read_silent(clusters: list[Cluster], read_wholly: set[Any] | None, log: Log) -> list[Silent]:
    """The clusters of which nothing was heard, with the people who keep their log. One query."""
    keepers: dict[Any, list[Membership]] = {}
    roles = Membership.objects.coordinating().filter(cluster__in=[cluster.pk for cluster in clusters])
    for role in roles.select_related("user").order_by("user__name"):
        keepers.setdefault(role.cluster_id, []).append(role)
    return silent_clusters(clusters, keepers, read_wholly, timezone.localdate(), log)


def read_silence(user: Any, clusters: list[Cluster], rights: Rights, log: Log) -> dict[str, Any]:
    """What the page says of silence, to a reader with these rights. One query."""
    read_wholly = read_wholly_by(user, rights)
    return {
        "silent": read_silent(clusters, read_wholly, log),
        "silent_after": SILENT_AFTER,
        "reads_wholly": read_wholly is None or all(cluster.pk in read_wholly for cluster in clusters),
    }
