"""Events that a cluster plans, and who is invited to them as far as this person can read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ..forms import EventForm
from ..models import Cluster, ClusterEvent, Engagement
from .shared import cluster_kept, cluster_read_at_moderate


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cluster_events(request: HttpRequest, slug: str) -> HttpResponse:
    """Events ahead and past, each with the invitations logged for it; coordinators enter new ones."""
    today = timezone.localdate()
    cluster = _kept(request, slug) if request.method == "POST" else cluster_read_at_moderate(request, slug)
    form = EventForm(request.POST or None, instance=ClusterEvent(cluster=cluster, created_by=request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Entered."))
        return redirect("engagement:cluster-events", slug=slug)
    events = list(ClusterEvent.objects.visible_to(request.user).filter(cluster=cluster).order_by("day", "title", "id"))
    invitations = Engagement.objects.visible_to(request.user).filter(event__in=events).standing()
    for event in events:
        event.invitations = []
    by_key = {event.pk: event for event in events}
    for line in invitations.for_list().select_related("invitation").order_by("started_on", "id"):
        by_key[line.event_id].invitations.append(line)
    return TemplateResponse(
        request,
        "engagement/cluster_events.html",
        {
            "cluster": cluster,
            "ahead": [event for event in events if event.day >= today and not event.called_off_on],
            "others": [event for event in reversed(events) if event.day < today or event.called_off_on],
            "form": form,
            "can_keep": Cluster.objects.coordinated_by(request.user).filter(pk=cluster.pk).exists(),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_change(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Change an event that is not called off."""
    cluster = _kept(request, slug)
    event = get_object_or_404(ClusterEvent.objects.visible_to(request.user), pk=pk, cluster=cluster, called_off_on=None)
    form = EventForm(request.POST or None, instance=event)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("engagement:cluster-events", slug=slug)
    return TemplateResponse(request, "engagement/event_change.html", {"cluster": cluster, "event": event, "form": form})


@never_cache
@require_POST
def event_call_off(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Say that an event does not take place: it stays, marked, and nobody need be invited."""
    cluster = _kept(request, slug)
    event = get_object_or_404(ClusterEvent.objects.visible_to(request.user), pk=pk, cluster=cluster, called_off_on=None)
    event.called_off_on = timezone.localdate()
    event.save(update_fields=["called_off_on"])
    messages.success(request, _("Called off."))
    return redirect("engagement:cluster-events", slug=slug)


def _kept(request: HttpRequest, slug: str) -> Cluster:
    return cluster_kept(request, slug, _("The coordinators of the cluster keep its events."))
