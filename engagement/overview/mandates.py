"""With which mandates clusters engage, and which they put first and have no line about."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from mandates.models import Mandate

from ..models import Cluster
from ..periods import Period
from ..querysets import PriorityMandateQuerySet
from .cells import Cell, Log

SHOWN = 10
"""Mandates that the list of the most engaged ones has at most."""


class MandateLine(NamedTuple):
    """A mandate by its short form."""

    acronym: str
    cell: Cell


class Untouched(NamedTuple):
    """A mandate and the clusters that prioritise it without a line about it in the period."""

    slug: str
    acronym: str
    clusters: list[Cluster]


Counted = Mapping[tuple[str, Any], int]
"""What `counted_by_cluster_and_mandate` gave for the period."""


def most_engaged(counted: Counted, period: Period, log: Log) -> list[MandateLine]:
    """The mandates that most lines name, at most SHOWN. One query, for their names."""
    numbers: Counter[Any] = Counter()
    for (_cluster, mandate), n in counted.items():
        numbers[mandate] += n
    named = Mandate.objects.filter(pk__in=numbers).order_by().values_list("pk", "acronym", "slug")
    ranked = sorted((-numbers[pk], acronym, slug) for pk, acronym, slug in named)
    return [MandateLine(acronym, log.cell(-n, *period, mandate=slug)) for n, acronym, slug in ranked[:SHOWN]]


def untouched(
    counted: Counted, priorities: PriorityMandateQuerySet, clusters: Mapping[Any, Cluster]
) -> list[Untouched]:
    """By short form, the prioritised mandates about which their own cluster has no line that the reader can list.

    One query. `clusters` are those that are shown, by id.
    """
    found: dict[Any, Untouched] = {}
    columns = ("cluster", "mandate", "mandate__slug", "mandate__acronym")
    for pk, mandate, slug, acronym in priorities.order_by().values_list(*columns):
        cluster = clusters.get(pk)
        if cluster and (cluster.slug, mandate) not in counted:
            found.setdefault(mandate, Untouched(slug, acronym, [])).clusters.append(cluster)
    for line in found.values():
        line.clusters.sort(key=lambda cluster: cluster.name)
    return sorted(found.values(), key=lambda line: line.acronym)
