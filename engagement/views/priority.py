"""A cluster's list of priority mandates: the list against what was really done, and its changes."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from .. import services
from ..forms import EndPriorityForm, NewPriorityForm, PriorityForm
from ..models import Cluster, Engagement, PriorityMandate, PriorityReview, User
from .shared import cluster_kept, cluster_read_at_moderate

MONTH = 30
"""Days in "nothing for 5 months"."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cluster_priorities(request: HttpRequest, slug: str) -> HttpResponse:
    """The list with what was really done, over the lines this person can read; coordinators add to it."""
    today = timezone.localdate()
    cluster = _kept(request, slug) if request.method == "POST" else cluster_read_at_moderate(request, slug)
    listed = _listed(request.user, cluster)
    form = NewPriorityForm(request.POST or None, cluster=cluster, listed=listed, today=today)
    if request.method == "POST" and form.is_valid():
        services.add_priority(by=request.user, cluster=cluster, **form.cleaned_data)
        messages.success(request, _("On the list, and logged as action 8."))
        return redirect("engagement:cluster-priorities", slug=slug)
    _add_what_was_done(request.user, cluster, listed, today)
    reviews = PriorityReview.objects.visible_to(request.user).filter(cluster=cluster)
    former = PriorityMandate.objects.visible_to(request.user).filter(cluster=cluster, ended_on__isnull=False)
    return TemplateResponse(
        request,
        "engagement/cluster_priorities.html",
        {
            "cluster": cluster,
            "priorities": listed,
            "former": list(former.select_related("mandate").order_by("-ended_on", "rank")),
            "review": reviews.select_related("reviewed_by").order_by("-reviewed_on").first(),
            "form": form,
            "can_keep": Cluster.objects.coordinated_by(request.user).filter(pk=cluster.pk).exists(),
            "today": today,
        },
    )


@never_cache
@require_POST
def priorities_reviewed(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that the list was looked at today and stays as it is."""
    services.review_priorities(by=request.user, cluster=_kept(request, slug))
    messages.success(request, _("Reviewed today, and logged as action 8."))
    return redirect("engagement:cluster-priorities", slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def priority_change(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Give a mandate another place on the list, or another reason."""
    cluster = _kept(request, slug)
    priority = _on_list(request.user, cluster, pk)
    length = PriorityMandate.objects.current().filter(cluster=cluster).count()
    initial = {"rank": priority.rank, "reason": priority.reason}
    form = PriorityForm(request.POST or None, length=length, initial=initial, cluster=cluster)
    if request.method == "POST" and form.is_valid():
        _act(services.change_priority, by=request.user, priority=priority, **form.cleaned_data)
        messages.success(request, _("Saved, and logged as action 8."))
        return redirect("engagement:cluster-priorities", slug=slug)
    context = {"cluster": cluster, "priority": priority, "form": form}
    return TemplateResponse(request, "engagement/priority_change.html", context)


@never_cache
@require_POST
def priority_up(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Move a mandate one place up; the first one stays."""
    priority = _on_list(request.user, _kept(request, slug), pk)
    rank = max(1, priority.rank - 1)
    _act(services.change_priority, by=request.user, priority=priority, rank=rank, reason=priority.reason)
    return redirect("engagement:cluster-priorities", slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def priority_end(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Take a mandate off the list, with the reason."""
    cluster = _kept(request, slug)
    priority = _on_list(request.user, cluster, pk)
    form = EndPriorityForm(request.POST or None, cluster=cluster)
    if request.method == "POST" and form.is_valid():
        _act(services.end_priority, by=request.user, priority=priority, **form.cleaned_data)
        messages.success(request, _("Off the list, and logged as action 8."))
        return redirect("engagement:cluster-priorities", slug=slug)
    context = {"cluster": cluster, "priority": priority, "form": form}
    return TemplateResponse(request, "engagement/priority_end.html", context)


def _kept(request: HttpRequest, slug: str) -> Cluster:
    return cluster_kept(request, slug, _("The coordinators of the cluster keep its list of priorities."))


def _listed(user: User, cluster: Cluster) -> list[PriorityMandate]:
    rows = PriorityMandate.objects.visible_to(user).current().filter(cluster=cluster)
    return list(rows.select_related("mandate__successor"))


def _on_list(user: User, cluster: Cluster, pk: str) -> PriorityMandate:
    rows = PriorityMandate.objects.visible_to(user).current().filter(cluster=cluster)
    return get_object_or_404(rows.select_related("cluster", "mandate"), pk=pk)


def _act(act: Any, **what: Any) -> None:
    """Do it, or answer 404: a colleague took the mandate off the list a moment ago."""
    try:
        act(**what)
    except PriorityMandate.DoesNotExist:
        raise Http404 from None


def _add_what_was_done(user: User, cluster: Cluster, listed: list[PriorityMandate], today: date) -> None:
    """Set `lines` (entries that name the mandate, of those `user` can list), `contact`, `silent_months` on each."""
    readable = Engagement.objects.visible_to(user).filter(cluster=cluster).standing()
    counted = readable.counted_by_mandate()
    for row in listed:
        row.lines, row.contact = counted.get(row.mandate_id, (0, None))
        row.silent_months = (today - row.contact).days // MONTH if row.contact else None
        row.has_ended = not row.mandate.is_in_force(today)
