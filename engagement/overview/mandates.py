"""With which mandates clusters engage, and which they put first and have no line about."""

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


def most_engaged(numbers: Mapping[Any, int], period: Period, log: Log) -> list[MandateLine]:
    """The mandates that most lines name, at most SHOWN; `numbers` by their id. One query, for their names."""
    named = Mandate.objects.filter(pk__in=numbers).order_by().values_list("pk", "acronym", "slug")
    ranked = sorted((-numbers[pk], acronym, slug) for pk, acronym, slug in named)
    return [MandateLine(acronym, log.cell(-n, *period, mandate=slug)) for n, acronym, slug in ranked[:SHOWN]]


def untouched(priorities: PriorityMandateQuerySet, clusters: Mapping[Any, Cluster]) -> list[Untouched]:
    """By short form, the mandates of these priorities, about which their own cluster has no line: one query.

    `clusters` are those that are shown, by id.
    """
    found: dict[Any, Untouched] = {}
    columns = ("cluster", "mandate", "mandate__slug", "mandate__acronym")
    for pk, mandate, slug, acronym in priorities.order_by().values_list(*columns):
        cluster = clusters.get(pk)
        if cluster:
            found.setdefault(mandate, Untouched(slug, acronym, [])).clusters.append(cluster)
    for line in found.values():
        line.clusters.sort(key=lambda cluster: cluster.name)
    return sorted(found.values(), key=lambda line: line.acronym)
