"""Keeping the reference data fresh: what the task team should look at, and what looks wrong to somebody."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.lists import page_of
from config.views import local_address
from mandates import freshness
from mandates.models import CallForInput, CountryVisit, Mandate, Recommendation, Report

from .. import services
from ..filters import DOUBTS, FreshnessFilterSet
from ..forms import DoubtForm, SettleForm
from ..models import Doubt, User

FIRST_ROWS = 8
"""Rows of each list on the page that shows them all."""


@never_cache
@require_safe
def freshness_list(request: HttpRequest) -> HttpResponse:
    """What somebody should look at, the beginning of each list; with `?show=` all of one."""
    user, today, now = request.user, timezone.localdate(), timezone.now()
    if not user.task_team:
        raise PermissionDenied(_("The task team keeps the reference data. What looks wrong to you, say on its page."))
    filters = FreshnessFilterSet(request.GET, queryset=Mandate.objects.none())
    show = "" if filters.problems else filters.chosen.get("show", "")
    found = freshness.tasks(user, today, now)
    doubts = Doubt.objects.visible_to(user).waiting()
    listed: Any = doubts.for_list() if show == DOUBTS else found[freshness.Task(show)] if show else None
    page = None if listed is None else page_of(request, listed)
    drawn = {task: entries[:FIRST_ROWS] for task, entries in found.items() if task != freshness.Task.CHECKED}
    if show:
        drawn = {} if show == DOUBTS else {freshness.Task(show): list(page)}
    read = freshness.read([entry for entries in drawn.values() for entry in entries], user, today, now)
    context: dict[str, Any] = {
        "problems": filters.problems,
        "show": show,
        "page": page,
        "not_over": len(found[freshness.Task.CHECKED]) + len(found[freshness.Task.OLD]),
        "checked": len(found[freshness.Task.CHECKED]),
        "sections": [
            (task, len(found[task]), [read[entry[1:]] for entry in entries if entry[1:] in read])
            for task, entries in drawn.items()
        ],
    }
    if show in ("", DOUBTS):
        context["doubts"] = list(page or doubts.for_list()[:FIRST_ROWS])
        context["doubts_count"] = page.paginator.count if page else doubts.count()
    return TemplateResponse(request, "engagement/freshness_list.html", context)


@never_cache
@require_POST
def entry_checked(request: HttpRequest, noun: str, **key: Any) -> HttpResponse:
    """Write down that a visit, call, report, mandate or recommendation was compared with its source today."""
    item = _known(request.user, noun, key)
    if not request.user.task_team:
        raise PermissionDenied(_("The task team keeps the reference data. What looks wrong to you, say on its page."))
    try:
        services.check_entry(by=request.user, item=item)
    except services.NotNow as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Checked today: %(item)s") % {"item": item})
    return redirect(local_address(request, request.POST.get("next"), otherwise="engagement:freshness-list"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def doubt_new(request: HttpRequest, noun: str, **key: Any) -> HttpResponse:
    """Say that something looks wrong in a visit, call, report, mandate or recommendation that one knows."""
    item = _known(request.user, noun, key)
    form = DoubtForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key_of_form = form.cleaned_data["form_key"] or uuid.uuid4()
        try:
            services.say_doubt(by=request.user, noun=noun, item=item, text=form.cleaned_data["text"], key=key_of_form)
        except services.FormKeyTaken:
            form.add_error(None, _("This form was sent before. It has a new key now: press Send again."))
            form.renew(form_key=uuid.uuid4())
        else:
            messages.success(request, _("Sent. The task team looks at it; you find the answer here and on your home."))
            return redirect(item)
    elif request.method == "POST" and not form.cleaned_data.get("form_key"):
        form.renew(form_key=uuid.uuid4())
    return TemplateResponse(request, "engagement/doubt_new.html", {"item": item, "form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def doubt_settle(request: HttpRequest, pk: str) -> HttpResponse:
    """Say what became of a doubt; the task team's."""
    doubt = get_object_or_404(Doubt.objects.visible_to(request.user).for_list(), pk=pk)
    if not request.user.task_team:
        raise PermissionDenied(_("The task team settles this. You are told on your home."))
    if doubt.outcome != Doubt.Outcome.WAITING:
        messages.info(request, _("This is settled already."))
        return redirect("engagement:freshness-list")
    form = SettleForm(request.POST or None, instance=doubt)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle_doubt(by=request.user, doubt=doubt, **form.cleaned_data)
        except services.NotNow as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Settled. %(name)s reads the answer.") % {"name": doubt.said_by})
        return redirect("engagement:freshness-list")
    return TemplateResponse(request, "engagement/doubt_settle.html", {"doubt": doubt, "item": doubt.item, "form": form})


def _known(user: User, noun: str, key: dict[str, Any]) -> Any:
    """The entry with this key, if `user` knows it; else 404."""
    rows: dict[str, Any] = {
        "visit": CountryVisit.objects.known_to(user).with_places(),
        "call": CallForInput.objects.known_to(user),
        "report": Report.objects.known_to(user),
        "mandate": Mandate.objects.all(),
        "recommendation": Recommendation.objects.known_to(user),
    }
    return get_object_or_404(rows[noun], **key)
