"""The overview: which cluster takes which of the twelve actions, who is silent, what changes over time."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..actions import WORDINGS
from ..filters import OverviewFilterSet
from ..models import Cluster, Engagement, Membership, PriorityMandate
from ..overview import (
    SILENT_AFTER,
    Log,
    matrix_of,
    most_engaged,
    outcomes_of,
    silent_clusters,
    trend_of,
    untouched,
)
from ..periods import Period, usual_periods
from ..querysets import Rights, read_wholly_by, reads_overview, rights_of


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The clusters of this person in a period, in numbers that equal the lists of the log behind them."""
    user, today = request.user, timezone.localdate()
    rights = rights_of(user)
    if not reads_overview(user, rights):
        raise PermissionDenied(_("The overview is for the task team and for the coordinators of clusters."))
    rows = Engagement.objects.visible_to(user, rights).standing()
    clusters = list(Cluster.objects.visible_to(user, rights).with_last(rows, today).order_by("name"))
    filters = OverviewFilterSet(request.GET, queryset=rows, request=request, clusters=clusters)
    context: dict[str, Any] = {"filters": filters, "problems": filters.problems}
    if not filters.problems:
        slug = filters.chosen.get("cluster")
        if slug:
            rows = rows.filter(cluster__slug=slug)
            clusters = [cluster for cluster in clusters if cluster.slug == slug]
        period, log = filters.period, Log(**({"cluster": slug} if slug else {}))
        context |= _periods(period, log.fixed) | _numbers(user, rows, clusters, period, log)
        context |= _silence(user, clusters, rights, log)
        context["is_over"] = period.until < today
    return TemplateResponse(request, "engagement/overview.html", context)


def _numbers(user: Any, rows: Any, clusters: list[Cluster], period: Period, log: Log) -> dict[str, Any]:
    """What is counted in the period, and the priorities that nothing was counted for. Five queries."""
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


def _silence(user: Any, clusters: list[Cluster], rights: Rights, log: Log) -> dict[str, Any]:
    """The clusters of which nothing was heard, with the people who keep their log. One query."""
    today = timezone.localdate()
    keepers: dict[Any, list[Membership]] = {}
    roles = Membership.objects.coordinating().filter(cluster__in=[cluster.pk for cluster in clusters])
    for role in roles.select_related("user").order_by("user__name"):
        keepers.setdefault(role.cluster_id, []).append(role)
    read_wholly = read_wholly_by(user, rights)
    return {
        "silent": silent_clusters(clusters, keepers, read_wholly, today, log),
        "silent_after": SILENT_AFTER,
        "reads_wholly": read_wholly is None or all(cluster.pk in read_wholly for cluster in clusters),
    }


def _periods(period: Period, fixed: dict[str, str]) -> dict[str, Any]:
    """The period in words, and the addresses of others."""

    def address(other: Period) -> str:
        return urlencode(fixed | {"since": other.since.isoformat(), "until": other.until.isoformat()})

    usual = [(label, address(one), one == period) for label, one in usual_periods(timezone.localdate())]
    earlier, later = address(period.before), address(period.after)
    return {"period": period, "usual": usual, "earlier": earlier, "later": later}
