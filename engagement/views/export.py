"""The filtered log taken away, as Excel and CSV."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..exports import csv_response, xlsx_response
from ..filters import EngagementFilterSet
from ..models import Engagement


@never_cache
@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponse:
    """The filtered log as a workbook, up to *moderate*; a filter that is not understood gives its page instead."""
    return _export(request, xlsx_response)


@never_cache
@require_safe
def export_csv(request: HttpRequest) -> HttpResponse:
    """The filtered log as CSV, up to *moderate*; a filter that is not understood gives its page instead."""
    return _export(request, csv_response)


def _export(request: HttpRequest, respond: Any) -> HttpResponse:
    rows = Engagement.objects.exportable_by(request.user)
    filters = EngagementFilterSet(request.GET, queryset=rows, request=request)
    if filters.problems:
        response = redirect("engagement:engagement-list")
        response.headers["Location"] += f"?{request.GET.urlencode()}"
        return response
    return respond(request, filters)
