"""Changing many lines of the log, or closing many requests, at once: choose, look at each before and after, confirm."""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.lists import page_of

from .. import services
from ..bulk import MOST, Change, Seen, judge
from ..filters import EngagementFilterSet, SupportFilterSet
from ..forms import BulkForm, ReasonForm
from ..log import log_page
from ..models import Engagement, ImportBatch, SupportRequest
from ..querysets import rights_of

ROW = re.compile(r"([0-9a-f-]{36}):(\d{1,9})(?::([a-z_]{1,11}))?", re.ASCII)
"""A line and what was seen of it: its key, its version, the state of its request."""
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
    form = BulkForm(request.POST if request.method == "POST" else None)
    asked, problem = _asked(request, filters.rows.order_by().values_list("pk", "version"))
    if form.is_valid() and not problem:
        kind, _colon, value = form.cleaned_data["change"].partition(":")
        mandate = form.cleaned_data["mandate"] if kind in ("name", "unname") else None
        return _preview_or_write(request, form, asked, Change(kind, value, mandate))
    page = log_page(filters.rows, request.GET.get("page", ""), filters.to_count)
    versions = dict(rows.filter(pk__in=[line["pk"] for line in page.object_list]).values_list("pk", "version"))
    lines = [(_row(line["pk"], Seen(versions[line["pk"]])), line) for line in page.object_list]
    context = _context(request, filters, form, problem) | {"page": page, "lines": lines}
    return TemplateResponse(request, "engagement/engagement_bulk.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def support_bulk(request: HttpRequest) -> HttpResponse:
    """The requests of the queue's filters, to choose from; when sent the preview, when confirmed they are closed."""
    user: Any = request.user
    if not user.task_team:
        raise PermissionDenied(
            _("The task team closes several requests here. Coordinators change several lines in their log.")
        )
    rights = rights_of(user)
    rows = SupportRequest.objects.visible_to(user, rights).for_list()
    filters = SupportFilterSet(request.GET, queryset=rows, request=request, rights=rights)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    columns = ("engagement", "engagement__version", "status")
    asked, problem = _asked(request, filters.rows.order_by().values_list(*columns))
    if form.is_valid() and not problem:
        return _preview_or_write(request, form, asked, Change("support"))
    page = page_of(request, filters.rows)
    lines = [(_row(one.engagement_id, Seen(one.engagement.version, one.status)), one) for one in page.object_list]
    context = _context(request, filters, form, problem) | {"page": page, "lines": lines}
    return TemplateResponse(request, "engagement/support_bulk.html", context)


def _context(request: HttpRequest, filters: Any, form: ReasonForm, problem: str) -> dict[str, Any]:
    """What both pages show beside their lines."""
    return {
        "form": form,
        "problem": problem,
        "problems": filters.problems,
        "active_filters": filters.active,
        "is_all": bool(request.POST.get("all")),
        "ticked": request.POST.getlist("row"),
        "most": MOST,
        "batches": ImportBatch.objects.of(request.user).filter(kind="bulk")[:PAST],
    }


def _asked(request: HttpRequest, all_of_them: Any) -> tuple[dict[Any, Seen], str]:
    """What was seen of the lines that were chosen, by key, and what is wrong with the choice.

    They are those that were ticked, or all of the filter: `all_of_them` gives their keys and what `Seen` holds.
    """
    if request.method != "POST":
        return {}, ""
    found: Iterable[tuple[Any, ...]] = map(_read, request.POST.getlist("row"))
    if request.POST.get("all"):
        found = all_of_them[: MOST + 1]
    asked = {key: Seen(*seen) for key, *seen in found if key}
    if not asked:
        return asked, _("No line is chosen: tick some, or all of this filter.")
    if len(asked) > MOST:
        return asked, _("One change takes at most %(most)d lines: filter further.") % {"most": MOST}
    return asked, ""


def _row(key: Any, seen: Seen) -> str:
    """The value of a line in a form."""
    return ":".join(str(part) for part in (key, *seen) if part != "")


def _read(value: str) -> tuple[uuid.UUID | None, int, str]:
    """What `_row` wrote; no key where it did not."""
    row = ROW.fullmatch(value)
    try:
        return (uuid.UUID(row[1]), int(row[2]), row[3] or "") if row else (None, 0, "")
    except ValueError:
        return None, 0, ""


def _preview_or_write(request: HttpRequest, form: ReasonForm, asked: dict[Any, Seen], change: Change) -> HttpResponse:
    user: Any = request.user
    reason = form.cleaned_data["reason"]
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
        "closes": change.kind == "support",
        "reason": reason,
        "to_change": [(_row(one.line.pk, one.seen), one) for one in judged if not one.why_not],
        "staying": [one for one in judged if one.why_not],
    }
    return TemplateResponse(request, "engagement/engagement_bulk_preview.html", context)
