"""Clusters of which nothing was heard for a while, as far as the reader can tell."""

from collections.abc import Iterable, Mapping
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
    clusters: Iterable[Cluster],
    keepers: Mapping[Any, list[Membership]],
    read_wholly: set[Any] | None,
    today: date,
    log: Log,
) -> list[Silent]:
    """Of `clusters` those that are active and have no line in the last SILENT_AFTER days; the longest silence first.

    They are from `with_last`. `keepers` are by the id of the cluster; `read_wholly` are the ids of the clusters whose
    log the reader reads whole, None for all.
    """
    found = []
    for cluster in clusters:
        day = cluster.last
        if not cluster.is_active(today) or (day and day > today - timedelta(days=SILENT_AFTER)):
            continue
        found.append(
            Silent(
                cluster,
                day,
                (today - day).days if day else 0,
                log.where(None, today, cluster=cluster.slug) if day else "",
                read_wholly is None or cluster.pk in read_wholly,
                keepers.get(cluster.pk) or keepers.get(cluster.parent_id) or [],
            )
        )
    return sorted(found, key=lambda one: (one.last or date.min, one.cluster.name))
