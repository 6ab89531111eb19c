"""Clusters × the twelve actions, beside the period before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from ..actions import WORDINGS
from ..models import Cluster
from ..periods import Period
from .cells import Cell, Log, drawn


class ClusterLine(NamedTuple):
    """A row: a cell for each action, then all of them, then what the period before had."""

    cluster: Cluster
    cells: list[Cell]
    total: Cell
    before: Cell

    @property
    def drawn(self) -> SafeString:
        return drawn([*self.cells, self.total, self.before])


class Matrix(NamedTuple):
    """`totals` and `before` hold a cell for each action; `total` and `total_before` those of all clusters."""

    lines: list[ClusterLine]
    totals: list[Cell]
    before: list[Cell]
    total: Cell
    total_before: Cell

    @property
    def engaged(self) -> int:
        """How many of the clusters have anything in the period."""
        return sum(1 for line in self.lines if line.total.n)


def matrix_of(
    clusters: Sequence[Cluster],
    counted: Mapping[tuple[str, int], tuple[int, int]],
    period: Period,
    log: Log,
) -> Matrix:
    """`counted` is what `counted_before_and_in` gave. Every cluster has a row, in the order given."""
    now = {key: n for key, (_before, n) in counted.items()}
    before = {key: n for key, (n, _now) in counted.items()}
    most, earlier = max(now.values(), default=0), period.before
    by_cluster, by_action = _sums(now)
    cluster_before, action_before = _sums(before)
    lines = [
        ClusterLine(
            cluster,
            [
                log.cell(now.get((cluster.slug, number), 0), *period, most=most, cluster=cluster.slug, action=number)
                for number in WORDINGS
            ],
            log.cell(by_cluster[cluster.slug], *period, cluster=cluster.slug),
            log.cell(cluster_before[cluster.slug], *earlier, cluster=cluster.slug),
        )
        for cluster in clusters
    ]
    return Matrix(
        lines,
        [log.cell(by_action[number], *period, action=number) for number in WORDINGS],
        [log.cell(action_before[number], *earlier, action=number) for number in WORDINGS],
        log.cell(by_action.total(), *period),
        log.cell(action_before.total(), *earlier),
    )


def _sums(counted: Mapping[tuple[str, int], int]) -> tuple[Counter[str], Counter[int]]:
    by_cluster: Counter[str] = Counter()
    by_action: Counter[int] = Counter()
    for (cluster, number), n in counted.items():
        by_cluster[cluster] += n
        by_action[number] += n
    return by_cluster, by_action
