"""The filtered log taken away, as Excel and CSV; with what is *high* only by a password and a reason."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from .. import audit
from ..exports import csv_response, xlsx_response
from ..filters import EngagementFilterSet
from ..forms import READERS, ConfidentialExportForm
from ..models import Engagement
from ..querysets import exports_in_confidence
from .shared import take_away_form

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
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def export_confidential(request: HttpRequest) -> HttpResponseBase:
    """The filtered log with its *high* engagements: says how many and what is kept of it, then asks why and who."""
    if not exports_in_confidence(request.user):
        raise PermissionDenied(_("Focal points, and coordinators of a cluster, take engagements of level high away."))
    rows = Engagement.objects.exportable_in_confidence_by(request.user)
    filters = EngagementFilterSet(request.GET, queryset=rows, request=request)
    if filters.problems:
        return _to_the_list(request)
    levels = filters.rows.counted_by_level()
    high = levels.get(Engagement.Level.HIGH, 0)
    form = take_away_form(request, ConfidentialExportForm) if high else None
    if form and form.is_valid():
        ending = form.cleaned_data["format"]
        kept: dict[str, Any] = {"format": ending, "reason": form.cleaned_data["reason"]}
        audit.exported(
            by=request.user, rows=filters.rows, page="export-confidential", filters=filters.on_record, **kept
        )
        return RESPOND[ending](request, filters, is_confidential=True)
    context = {
        "form": form,
        "high": high,
        "others": sum(levels.values()) - high,
        "readers": READERS["high"],
        "active_filters": filters.active,
    }
    return TemplateResponse(request, "engagement/export_confidential.html", context)


def _to_the_list(request: HttpRequest) -> HttpResponse:
    """The log itself, which says what in the address was not understood."""
    response = redirect("engagement:engagement-list")
    response.headers["Location"] += f"?{request.GET.urlencode()}"
    return response
