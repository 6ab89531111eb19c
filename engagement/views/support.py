"""Support requests: the queue, one with its thread, who answers it and by when."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.lists import list_page, page_of

from .. import services
from ..filters import SupportFilterSet
from ..forms import DueDayForm, HandOverForm, SupportMessageForm
from ..history import closing_of
from ..kept_forms import KEPT, begun, discard_said, draft_key, drafted, keep_draft
from ..models import GuidanceNote, SupportRequest
from ..querysets import may_write_in_thread, reads_guidance, rights_of
from .guidance import notes_about
from .shared import note_opening


@never_cache
@require_safe
def support_list(request: HttpRequest) -> HttpResponse:
    """The queue: what clusters ask of the task team, those that wait longest first; what is answered or closed too."""
    rights = rights_of(request.user)
    rows = SupportRequest.objects.visible_to(request.user, rights)
    filters = SupportFilterSet(request.GET, queryset=rows.for_list(), request=request, rights=rights)
    page, status = page_of(request, filters.rows), filters.chosen.get("status")
    return list_page(
        request,
        "engagement/support",
        filters,
        page,
        those_wait=status not in ("answered", "closed"),
        may_close=bool(request.user.task_team) and status != "closed",
        reads_guidance=reads_guidance(request.user, rights),
        counts=rows.counted(request.user, timezone.localdate()),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Message about a support request"))
def support_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One request with its thread; the task team answers, the cluster's coordinators write back."""
    support = _readable(request, pk)
    if request.method != "POST":
        return _page(request, support)
    if not may_write_in_thread(support, request.user):
        raise PermissionDenied(_("The task team and the coordinators of the cluster write here."))
    form = SupportMessageForm(request.POST, support=support)
    if form.is_valid():
        try:
            services.write_in_support_thread(
                by=request.user, request=support, is_answer="answer" in request.POST, **form.cleaned_data
            )
        except services.NotNow as reason:
            form.add_error(None, str(reason))
        else:
            discard_said(request.user, request.path, form.cleaned_data["text"])
            return redirect(support)
    return _page(request, support, form=form)


@never_cache
@require_POST
def support_take(request: HttpRequest, pk: str) -> HttpResponse:
    """Take a request, so that colleagues see who answers it."""
    support = _to_answer(request, pk)
    return _done(request, support, lambda: services.take_support_request(by=request.user, request=support))


@never_cache
@require_POST
def support_hand_over(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a colleague answer it who can read it."""
    support = _to_answer(request, pk)
    form = HandOverForm(request.POST, support=support)
    if not form.is_valid():
        return _page(request, support, hand_over=form)
    return _done(
        request,
        support,
        lambda: services.hand_over_support_request(by=request.user, request=support, **form.cleaned_data),
        _("Handed over to %(name)s.") % {"name": form.cleaned_data["to"]},
    )


@never_cache
@require_POST
def support_due(request: HttpRequest, pk: str) -> HttpResponse:
    """Say by when it is to be answered."""
    support = _to_answer(request, pk)
    form = DueDayForm(request.POST)
    if not form.is_valid():
        return _page(request, support, due=form)
    day = form.cleaned_data["due_on"]
    return _done(
        request, support, lambda: services.change_due_day(by=request.user, request=support, day=day), _("Saved.")
    )


@never_cache
@require_POST
def support_close(request: HttpRequest, pk: str) -> HttpResponse:
    """Say that nothing more is needed."""
    support = _readable(request, pk)
    if not may_write_in_thread(support, request.user):
        raise PermissionDenied(_("The task team and the coordinators of the cluster close requests."))
    return _done(request, support, lambda: services.close_support_request(by=request.user, request=support))


def _readable(request: HttpRequest, pk: str) -> SupportRequest:
    """The request with its thread, if this person reads it; else 404."""
    rows = SupportRequest.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows.prefetch_related("messages__written_by"), pk=pk)


def _to_answer(request: HttpRequest, pk: str) -> SupportRequest:
    """The request, if this person is of the task team, which alone decides who answers and when; else 404 or 403."""
    support = _readable(request, pk)
    if not request.user.task_team:
        raise PermissionDenied(_("The task team says who answers a support request, and by when."))
    return support


def _done(request: HttpRequest, support: SupportRequest, do: Callable[[], Any], said: str = "") -> HttpResponse:
    """Back to the request, with `said` once `do()` is done, or with the reason for which it was refused.

    Half a message that somebody had typed there is kept as its draft, and stands in its box again.
    """
    try:
        do()
    except services.NotNow as reason:
        messages.warning(request, str(reason))
    else:
        if said:
            messages.success(request, said)
    page, key = support.get_absolute_url(), draft_key(request)
    if request.POST.get("text"):
        keep_draft(request.user, key, page, request)
    draft = begun(request.user, request, page)
    return redirect(f"{page}?{KEPT}={key}" if draft and draft.get("text") else page)


def _page(request: HttpRequest, support: SupportRequest, **bound: forms.BaseForm) -> HttpResponse:
    """The page of one request; `bound` holds the form that comes back with its errors: form, hand_over or due."""
    note_opening(request, support.engagement)
    draft = begun(request.user, request, support.get_absolute_url())
    context: dict[str, Any] = {
        "support": support,
        "closing": closing_of(support, request.user),
        "thread": list(support.messages.all()),
        "form": SupportMessageForm(draft, support=support),
        "draft": UUID(draft[KEPT]) if draft else draft_key(request),
        "may_write": may_write_in_thread(support, request.user),
    }
    if request.user.task_team:
        kept = GuidanceNote.objects.visible_to(request.user).filter(request=support)
        context["kept"] = list(kept.select_related("action").order_by("-kept_at", "id"))
        context["may_keep"] = not services.why_not_kept(support)
        notes = notes_about(support.engagement.action, request.user)
        context["notes"] = [note for note in notes if note.request_id != support.pk]
    if request.user.task_team and support.is_open:
        context["hand_over"] = HandOverForm(support=support)
        context["due"] = DueDayForm(initial={"due_on": support.due_on})
    return TemplateResponse(request, "engagement/support_detail.html", context | bound)
