"""The numbers of a period as plain values: what a file of them is drawn from, and what a published report keeps.

Keys are those of the database, in no language; names of clusters and short forms of mandates are those of the day on
which it was counted. All of it is of JSON's types, so that what is stored and what is counted now are drawn alike.
"""

from collections import Counter
from datetime import date
from typing import Any

from django.utils import timezone

from ..actions import WORDINGS, TimeFrame
from ..models import Cluster, SupportRequest
from ..overview import Log, read_numbers, read_silent
from ..periods import Period
from ..querysets import Rights

Figures = dict[str, Any]


def read_figures(user: Any, rights: Rights, rows: Any, clusters: list[Cluster], period: Period) -> Figures:
    """Everything that is counted over `rows`, which `user` can list and are no more confidential than the file may be.

    `clusters` are those that are shown, from `with_last(rows, …)`. Nine queries.
    """
    numbers = read_numbers(user, rows, clusters, period, Log())
    within = rows.filter(started_on__range=period)
    matrix, trend = numbers["matrix"], numbers["trend"]
    extent, mode, asked = Counter[str](), Counter[str](), Counter[str]()
    frames: dict[str, Counter[str]] = {frame.value: Counter() for frame in TimeFrame}
    for number, how, came, asks, n in within.counted_by_result():
        mode[how] += n
        extent[came] += n
        frames[WORDINGS[number].time_frame.value][came] += n
        if asks:
            asked[str(number)] += n
    return {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "counted_on": timezone.localdate().isoformat(),
        "clusters": [
            {
                "name": line.cluster.name,
                "cells": [cell.n for cell in line.cells],
                "total": line.total.n,
                "before": line.before.n,
            }
            for line in matrix.lines
        ],
        "actions": [cell.n for cell in matrix.totals],
        "actions_before": [cell.n for cell in matrix.before],
        "total": matrix.total.n,
        "before": matrix.total_before.n,
        "trend": [
            {
                "since": one.since.isoformat(),
                "until": one.until.isoformat(),
                "cells": [line.cells[place].n for line in trend.lines],
                "total": trend.totals[place].n,
            }
            for place, one in enumerate(trend.slices)
        ],
        "groups": [line.total.n for line in trend.lines],
        "mode": dict(mode),
        "extent": dict(extent),
        "time_frames": {frame: dict(found) for frame, found in frames.items()},
        "asked": dict(asked),
        "answered": _answered(user, rights, rows, period),
        "mandates": [[line.acronym, line.cell.n] for line in numbers["mandates"]],
        "untouched": [[line.acronym, [cluster.name for cluster in line.clusters]] for line in numbers["untouched"]],
        "silent": [
            {
                "name": one.cluster.name,
                "last": one.last.isoformat() if one.last else None,
                "keepers": [str(role.user) for role in one.keepers],
            }
            for one in read_silent(clusters, None, Log())
        ],
        "levels": {str(cluster): found for cluster, found in within.counted_by_cluster_and_level().items()},
    }


def _answered(user: Any, rights: Rights, rows: Any, period: Period) -> dict[str, int]:
    """How many requests on `rows`, of any day, the task team answered in the period, by action number. One query."""
    requests = SupportRequest.objects.visible_to(user, rights).filter(engagement__in=rows.order_by().values("pk"))
    return {str(number): n for number, n in requests.counted_by_action_answered(*period).items()}


def period_in(figures: Figures) -> Period:
    return Period(date.fromisoformat(figures["since"]), date.fromisoformat(figures["until"]))
