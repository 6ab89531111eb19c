"""What the overview asks of the database, over rows that passed the gate; its page and its files start from here."""

from typing import Any

from django.utils import timezone

from ..actions import WORDINGS
from ..models import Cluster, PriorityMandate
from ..periods import Period
from ..querysets import Rights, read_wholly_by
from .cells import Log
from .mandates import most_engaged, untouched
from .matrix import matrix_of
from .outcomes import modes_and_support, results_of
from .silence import SILENT_AFTER, Silent, silent_clusters
from .trend import trend_of


def read_numbers(user: Any, rows: Any, clusters: list[Cluster], period: Period, log: Log) -> dict[str, Any]:
    """What is counted in the period, and the priorities that nothing was counted for. Five queries.

    `rows` are engagements that `user` can list, of any day; `clusters` those that are shown, from `with_last`.
    """
    today = timezone.localdate()
    within = rows.filter(started_on__range=period)
    counted = rows.counted_before_and_in(period.before, period)
    slices = period.slices()
    by_span = within.counted_by_span([one.until for one in slices])
    named = {slug for slug, _number in counted}
    shown = [cluster for cluster in clusters if cluster.is_active(today) or cluster.slug in named]
    priorities = PriorityMandate.objects.visible_to(user).current().without_any_of(within)
    return {
        "matrix": matrix_of(shown, counted, period, log),
        "actions": [(number, wording.short) for number, wording in WORDINGS.items()],
        "trend": trend_of(by_span, period, slices, log),
        "results": results_of(by_span, period, log),
        "outcomes": modes_and_support(by_span, period, log),
        "mandates": most_engaged(within.naming_each_mandate(), period, log),
        "untouched": untouched(priorities, {cluster.pk: cluster for cluster in shown}),
    }


def read_silent(clusters: list[Cluster], read_wholly: set[Any] | None, log: Log) -> list[Silent]:
    """The clusters of which nothing was heard, with the people who keep their log. One query at most."""
    return silent_clusters(clusters, read_wholly, timezone.localdate(), log)


def read_silence(user: Any, clusters: list[Cluster], rights: Rights, log: Log) -> dict[str, Any]:
    """What the page says of silence, to a reader with these rights. One query at most."""
    read_wholly = read_wholly_by(user, rights)
    return {
        "silent": read_silent(clusters, read_wholly, log),
        "silent_after": SILENT_AFTER,
        "reads_wholly": read_wholly is None or all(cluster.pk in read_wholly for cluster in clusters),
    }
