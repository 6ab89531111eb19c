"""The filtered log taken away, as Excel and CSV; with what is *high* only by a password and a reason."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from config.lists import StrictFilterSet

from .. import audit
from ..exports import csv_response, xlsx_response
from ..filters import EngagementFilterSet
from ..forms import ConfidentialExportForm, TakeAwayForm
from ..levels import READERS
from ..models import Engagement
from ..reporting.overview_file import overview_response
from .overview import filters_over, rights_opening
from .shared import refuse_who_takes_no_high_away, take_away_form

RESPOND: dict[str, Callable[..., HttpResponseBase]] = {"xlsx": xlsx_response, "csv": csv_response}


@never_cache
@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The filtered log as a workbook, up to *moderate*; a filter that is not understood gives its page instead."""
    return _export(request, "xlsx")


@never_cache
@require_safe
def export_csv(request: HttpRequest) -> HttpResponseBase:
    """The filtered log as CSV, up to *moderate*; a filter that is not understood gives its page instead."""
    return _export(request, "csv")


def _export(request: HttpRequest, ending: str) -> HttpResponseBase:
    rows = Engagement.objects.exportable_by(request.user)
    filters = EngagementFilterSet(request.GET, queryset=rows, request=request)
    if filters.problems:
        return _to_the_list(request)
    audit.exported(by=request.user, rows=filters.rows, page=f"export-{ending}", filters=filters.on_record)
    return RESPOND[ending](request, filters)


@never_cache
@require_safe
def overview_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The overview as a workbook, with the log of its period, up to *moderate*."""
    rights = rights_opening(request)
    filters = filters_over(request, rights, Engagement.objects.exportable_by(request.user))
    if filters.problems:
        return _to(request, "engagement:overview")
    rows = filters.rows.filter(started_on__range=filters.period)
    audit.exported(by=request.user, rows=rows, page="overview-xlsx", filters=filters.on_record)
    return overview_response(request, rights, filters)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def export_confidential(request: HttpRequest) -> HttpResponseBase:
    """The filtered log with its *high* engagements: says how many and what is kept of it, then asks why and who."""
    refuse_who_takes_no_high_away(request.user)
    rows = Engagement.objects.exportable_in_confidence_by(request.user)
    filters = EngagementFilterSet(request.GET, queryset=rows, request=request)
    if filters.problems:
        return _to_the_list(request)

    def respond(data: dict[str, Any]) -> HttpResponseBase:
        return RESPOND[data["format"]](request, filters, is_confidential=True)

    return _take_away(
        request,
        filters.rows,
        filters,
        form_class=ConfidentialExportForm,
        respond=respond,
        said=filters.active,
        back=("engagement:engagement-list", _("Back to the log")),
        plain=[("Excel", "engagement:export-xlsx"), ("CSV", "engagement:export-csv")],
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def overview_confidential(request: HttpRequest) -> HttpResponseBase:
    """The overview as a workbook with what is *high*: as the log with it."""
    refuse_who_takes_no_high_away(request.user)
    rights = rights_opening(request)
    filters = filters_over(request, rights, Engagement.objects.exportable_in_confidence_by(request.user))
    if filters.problems:
        return _to(request, "engagement:overview")

    def respond(data: dict[str, Any]) -> HttpResponseBase:
        return overview_response(request, rights, filters, is_confidential=True)

    return _take_away(
        request,
        filters.rows.filter(started_on__range=filters.period),
        filters,
        form_class=TakeAwayForm,
        respond=respond,
        said=filters.active or [(_("Period"), str(filters.period))],
        back=("engagement:overview", _("Back to the overview")),
        plain=[("Excel", "engagement:overview-xlsx")],
    )


def _take_away(
    request: HttpRequest,
    rows: Any,
    filters: StrictFilterSet,
    *,
    form_class: type[TakeAwayForm],
    respond: Callable[[dict[str, Any]], HttpResponseBase],
    said: list[tuple[str, str]],
    back: tuple[str, str],
    plain: list[tuple[str, str]],
) -> HttpResponseBase:
    """The file of `rows`, once somebody said why and who she is, and it is on record; until then the page that asks.

    `respond` makes the file of what the form holds. `back` and `plain`, the files without *high*, are words and names
    of addresses that take the same filters.
    """
    levels = rows.counted_by_level()
    high = levels.get(Engagement.Level.HIGH, 0)
    form = take_away_form(request, form_class) if high else None
    if form and form.is_valid():
        data = form.cleaned_data
        kept = {"page": request.resolver_match.url_name, "format": data.get("format", "xlsx"), "reason": data["reason"]}
        audit.exported(by=request.user, rows=rows, filters=filters.on_record, **kept)
        return respond(data)
    query = request.GET.urlencode()
    context = {
        "form": form,
        "high": high,
        "others": sum(levels.values()) - high,
        "readers": READERS["high"],
        "active_filters": said,
        "back": {"words": back[1], "address": _address(back[0], query)},
        "plain": [(words, _address(name, query)) for words, name in plain],
    }
    return TemplateResponse(request, "engagement/export_confidential.html", context)


def _address(name: str, query: str) -> str:
    return reverse(name) + (f"?{query}" if query else "")


def _to_the_list(request: HttpRequest) -> HttpResponse:
    """The log itself, which says what in the address was not understood."""
    return _to(request, "engagement:engagement-list")


def _to(request: HttpRequest, name: str) -> HttpResponse:
    """The page by the name of its address, with the filters that were asked for."""
    return redirect(_address(name, request.GET.urlencode()))
