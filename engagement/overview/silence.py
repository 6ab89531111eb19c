"""Clusters of which nothing was heard for a while, as far as the reader can tell."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..models import Cluster, Membership
from .cells import Log

SILENT_AFTER = 92
"""Days without a line that began in them: no quarter is longer."""


class Silent(NamedTuple):
    """`last` is the day of the last line that the reader can list, None without any; `address` lists them.

    `is_known` says that she reads all of the cluster's log, so that it is silence and not just nothing she can read.
    `keepers` are the people who keep the log, of the cluster itself or else of one above it.
    """

    cluster: Cluster
    last: date | None
    days: int
    address: str
    is_known: bool
    keepers: list[Membership]


def silent_clusters(
    clusters: Sequence[Any],
    read_wholly: set[Any] | None,
    today: date,
    log: Log,
) -> list[Silent]:
    """Of `clusters` those that are active and have no line in the last SILENT_AFTER days; the longest silence first.

    They are from `with_last`; `read_wholly` are the ids of those whose log the reader reads whole, None for all. One
    query, for the people of those that are silent.
    """
    earliest = today - timedelta(days=SILENT_AFTER)
    quiet = [one for one in clusters if one.is_active(today) and not (one.last and one.last > earliest)]
    keepers = _keepers_of(quiet, {cluster.pk for cluster in clusters}) if quiet else {}
    found = [
        Silent(
            cluster,
            cluster.last,
            (today - cluster.last).days if cluster.last else 0,
            log.where(None, today, cluster=cluster.slug) if cluster.last else "",
            read_wholly is None or cluster.pk in read_wholly,
            keepers.get(cluster.pk) or keepers.get(cluster.parent_id) or [],
        )
        for cluster in quiet
    ]
    return sorted(found, key=lambda one: (one.last or date.min, one.cluster.name))


def _keepers_of(clusters: list[Any], shown: set[Any]) -> dict[Any, list[Membership]]:
    """The people who keep the log of these clusters and of those above them that are shown too, by the cluster's id."""
    keys = {key for cluster in clusters for key in (cluster.pk, cluster.parent_id)} & shown
    found: dict[Any, list[Membership]] = {}
    roles = Membership.objects.coordinating().filter(cluster__in=keys)
    for role in roles.select_related("user").order_by("user__name"):
        found.setdefault(role.cluster_id, []).append(role)
    return found
