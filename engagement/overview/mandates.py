"""With which mandates clusters engage, and which they put first and have no line about."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mandates.models import Mandate

from ..models import Cluster, PriorityMandate
from ..periods import Period
from .cells import Cell, Log

SHOWN = 10
"""Mandates that the list of the most engaged ones has at most."""


class MandateLine(NamedTuple):
    """A mandate by its slug and short form."""

    slug: str
    acronym: str
    cell: Cell


class Untouched(NamedTuple):
    """A mandate and the clusters that prioritise it without a line about it in the period."""

    mandate: Mandate
    clusters: list[Cluster]


Counted = Iterable[tuple[Any, Any, str, str, int]]
"""What `counted_by_cluster_and_mandate` gave for the period."""


def most_engaged(counted: Counted, period: Period, log: Log) -> list[MandateLine]:
    """The mandates that most lines name, at most SHOWN."""
    numbers: Counter[tuple[str, str]] = Counter()
    for _cluster, _key, slug, acronym, n in counted:
        numbers[slug, acronym] += n
    ranked = sorted(numbers.items(), key=lambda item: (-item[1], item[0][1]))
    return [MandateLine(slug, acronym, log.cell(n, *period, mandate=slug)) for (slug, acronym), n in ranked[:SHOWN]]


def untouched(
    counted: Counted, priorities: Iterable[PriorityMandate], clusters: Mapping[Any, Cluster]
) -> list[Untouched]:
    """By short form, the prioritised mandates about which their own cluster has no line that the reader can list.

    `clusters` are those that are shown, by id.
    """
    touched = {(cluster, mandate) for cluster, mandate, *_rest in counted}
    found: dict[Any, Untouched] = {}
    for priority in priorities:
        if priority.cluster_id in clusters and (priority.cluster_id, priority.mandate_id) not in touched:
            line = found.setdefault(priority.mandate_id, Untouched(priority.mandate, []))
            line.clusters.append(clusters[priority.cluster_id])
    for line in found.values():
        line.clusters.sort(key=lambda cluster: cluster.name)
    return sorted(found.values(), key=lambda line: line.mandate.acronym)
