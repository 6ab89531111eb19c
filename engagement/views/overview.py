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

from ..filters import OverviewFilterSet
from ..models import Cluster, Engagement
from ..overview import Log, read_needs, read_numbers, read_silence
from ..periods import Period, usual_periods
from ..querysets import Rights, exports_in_confidence, reads_overview, rights_of


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The clusters of this person in a period, in numbers that equal the lists of the log behind them."""
    user = request.user
    rights, filters, context = _asked(request)
    if "period" in context:
        period, log = context["period"], context["log"]
        context |= read_numbers(user, filters.rows, filters.shown, period, log)
        context |= read_silence(user, filters.shown, rights, log)
        context["is_over"] = period.until < timezone.localdate()
        context["slug"] = filters.chosen.get("cluster")
        context["exports_in_confidence"] = exports_in_confidence(user, rights)
    return TemplateResponse(request, "engagement/overview.html", context)


@never_cache
@require_safe
def overview_needs(request: HttpRequest) -> HttpResponse:
    """What clusters say of their challenges and of the support they need in a period, by action. Four queries."""
    _rights, filters, context = _asked(request)
    if "period" in context:
        context["sections"] = read_needs(filters.rows, context["period"], context["log"])
    return TemplateResponse(request, "engagement/overview_needs.html", context)


def _asked(request: HttpRequest) -> tuple[Rights, OverviewFilterSet, dict[str, Any]]:
    """The reader's rights, the period and cluster that she asks for, and what both pages show of that.

    Without a `period` when the address is not understood. Raises PermissionDenied for whom neither page is for.
    """
    rights = rights_opening(request)
    filters = filters_over(request, rights, Engagement.objects.visible_to(request.user, rights))
    context: dict[str, Any] = {"filters": filters, "problems": filters.problems}
    if not filters.problems:
        slug = filters.chosen.get("cluster")
        log = Log(**({"cluster": slug} if slug else {}))
        context |= _periods(filters.period, log.fixed) | {"log": log}
    return rights, filters, context


def rights_opening(request: HttpRequest) -> Rights:
    """The rights of this person, if the overview is for her."""
    rights = rights_of(request.user)
    if not reads_overview(request.user, rights):
        raise PermissionDenied(_("The overview is for the task team and for the coordinators of clusters."))
    return rights


def filters_over(request: HttpRequest, rights: Rights, rows: Any) -> OverviewFilterSet:
    """The period and cluster of the address, over `rows` that passed the gate; withdrawn ones count nowhere."""
    rows, today = rows.standing(), timezone.localdate()
    clusters = list(Cluster.objects.visible_to(request.user, rights).with_last(rows, today).order_by("name"))
    return OverviewFilterSet(request.GET, queryset=rows, request=request, clusters=clusters)


def _periods(period: Period, fixed: dict[str, str]) -> dict[str, Any]:
    """The period in words, and the addresses of others."""

    def address(other: Period) -> str:
        return urlencode(fixed | {"since": other.since.isoformat(), "until": other.until.isoformat()})

    usual = [(label, address(one), one == period) for label, one in usual_periods(timezone.localdate())]
    earlier, later = address(period.before), address(period.after)
    return {"period": period, "usual": usual, "earlier": earlier, "later": later}
