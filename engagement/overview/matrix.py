"""Clusters × the twelve actions, beside the period before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..actions import WORDINGS
from ..models import Cluster
from ..periods import Period
from .cells import Cell, Log


class ClusterLine(NamedTuple):
    """A row: a cell for each action, then all of them, then what the period before had."""

    cluster: Cluster
    cells: list[Cell]
    total: Cell
    before: Cell


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
    now: Mapping[tuple[Any, int], int],
    before: Mapping[tuple[Any, int], int],
    period: Period,
    log: Log,
) -> Matrix:
    """`now` and `before` hold how many lines each (cluster id, action number) has in the period and in the one before.

    Every cluster has a row, in the order given.
    """
    most = max(now.values(), default=0)
    cells_of = {
        (cluster.slug, number): log.cell(
            now.get((cluster.pk, number), 0), *period, most=most, cluster=cluster.slug, action=number
        )
        for cluster in clusters
        for number in WORDINGS
    }
    by_cluster, by_action = _sums(now)
    cluster_before, action_before = _sums(before)
    lines = [
        ClusterLine(
            cluster,
            [cells_of[cluster.slug, number] for number in WORDINGS],
            log.cell(by_cluster[cluster.pk], *period, cluster=cluster.slug),
            log.cell(cluster_before[cluster.pk], *period.before, cluster=cluster.slug),
        )
        for cluster in clusters
    ]
    return Matrix(
        lines,
        [log.cell(by_action[number], *period, action=number) for number in WORDINGS],
        [log.cell(action_before[number], *period.before, action=number) for number in WORDINGS],
        log.cell(by_action.total(), *period),
        log.cell(action_before.total(), *period.before),
    )


def _sums(counted: Mapping[tuple[Any, int], int]) -> tuple[Counter[Any], Counter[int]]:
    by_cluster: Counter[Any] = Counter()
    by_action: Counter[int] = Counter()
    for (cluster, number), n in counted.items():
        by_cluster[cluster] += n
        by_action[number] += n
    return by_cluster, by_action
