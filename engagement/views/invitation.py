"""Action 11: inviting a mandate holder to an event of the cluster."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import services
from ..forms import InvitationForm
from ..models import ClusterEvent
from .act import act_page, cluster_acting, why_refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_invite(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Log that a mandate holder is invited to an event."""
    cluster = cluster_acting(request, slug)
    events = ClusterEvent.objects.visible_to(request.user).filter(cluster=cluster).select_related("cluster")
    event = get_object_or_404(events, pk=pk)
    return act_page(
        request,
        InvitationForm(request.POST or None, cluster=cluster),
        services.invite_holder,
        about={"event": event},
        template="engagement/event_invite.html",
        refusal=why_refused(services.refuse_event, event, cluster),
    )
