"""Changing many lines of the log at once: choose them, look at each before and after, confirm."""

import re
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import services
from ..bulk import MOST, Change, judge
from ..filters import EngagementFilterSet
from ..forms import BulkForm
from ..log import log_page
from ..models import Engagement, ImportBatch
from ..querysets import rights_of

ROW = re.compile(r"([0-9a-f-]{36}):(\d{1,9})", re.ASCII)
PAST = 5
"""Changes of before that the page lists."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_bulk(request: HttpRequest) -> HttpResponse:
    """The lines of the log's filters, to choose from; when sent the preview, when confirmed the change."""
    rights = rights_of(request.user)
    if not rights.coordinated:
        raise PermissionDenied(_("Only the coordinators of a cluster change its log."))
    rows = Engagement.objects.visible_to(request.user, rights)
    filters = EngagementFilterSet(request.GET, queryset=rows, request=request, rights=rights)
    is_sent = request.method == "POST"
    form = BulkForm(request.POST if is_sent else None)
    problem = ""
    if is_sent:
        asked = _asked(request, filters)
        if not asked:
            problem = _("No line is chosen: tick some, or all of this filter.")
        elif len(asked) > MOST:
            problem = _("One change takes at most %(most)d lines: filter further.") % {"most": MOST}
        if form.is_valid() and not problem:
            return _preview_or_write(request, form, asked)
    page = log_page(filters.rows, request.GET.get("page", ""))
    versions = dict(rows.filter(pk__in=[line["pk"] for line in page.object_list]).values_list("pk", "version"))
    context = {
        "form": form,
        "problem": problem,
        "problems": filters.problems,
        "active_filters": filters.active,
        "page": page,
        "lines": [(f"{line['pk']}:{versions[line['pk']]}", line) for line in page.object_list],
        "is_all": bool(request.POST.get("all")),
        "ticked": request.POST.getlist("row"),
        "most": MOST,
        "batches": ImportBatch.objects.of(request.user).filter(kind="bulk")[:PAST],
    }
    return TemplateResponse(request, "engagement/engagement_bulk.html", context)


def _asked(request: HttpRequest, filters: EngagementFilterSet) -> dict[Any, int]:
    """The versions of the lines that were chosen, by key: all of the filter, or those that were ticked."""
    if request.POST.get("all"):
        return dict(filters.rows.order_by().values_list("pk", "version")[: MOST + 1])
    ticked = (ROW.fullmatch(value) for value in request.POST.getlist("row"))
    return {key: int(row[2]) for row in ticked if row and (key := _key(row[1]))}


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _preview_or_write(request: HttpRequest, form: BulkForm, asked: dict[Any, int]) -> HttpResponse:
    kind, _colon, value = form.cleaned_data["change"].partition(":")
    mandate = form.cleaned_data["mandate"] if kind in ("name", "unname") else None
    change, reason = Change(kind, value, mandate), form.cleaned_data["reason"]
    user: Any = request.user
    if "confirm" in request.POST:
        try:
            batch = services.change_in_bulk(by=user, asked=asked, change=change, reason=reason)
            messages.success(request, _("Changed. You can undo it below."))
            return redirect(batch)
        except services.NotNow as refusal:
            messages.error(request, str(refusal))
    judged = judge(user, asked, change)
    context = {
        "form": form,
        "change": str(change),
        "reason": reason,
        "to_change": [(f"{one.line.pk}:{one.version}", one) for one in judged if not one.why_not],
        "staying": [one for one in judged if one.why_not],
    }
    return TemplateResponse(request, "engagement/engagement_bulk_preview.html", context)
