"""What a person follows for her clusters; subscribing itself is a step of what is open (`views.openings`)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import services
from ..models import Cluster, DigestMark, OutgoingMail, Subscription


@never_cache
@require_safe
def subscription_list(request: HttpRequest) -> HttpResponse:
    """What she follows, and what else she could, by cluster."""
    user, today = request.user, timezone.localdate()
    followed = list(Subscription.objects.of(user))
    offers = [
        (kind, Subscription(cluster=cluster, **criteria))
        for kind, criteria in Subscription.ONE_PRESS.items()
        for cluster in Cluster.objects.followable_by(user, kind)
        .active(today)
        .exclude(subscriptions__in=Subscription.objects.of(user).standard(kind))
        .select_related("country")
    ]
    offers.sort(key=lambda offer: (offer[1].cluster.name, offer[0]))
    return TemplateResponse(request, "engagement/subscription_list.html", {"followed": followed, "offers": offers})


@never_cache
@require_POST
def subscription_end(request: HttpRequest, pk: str) -> HttpResponse:
    """Follow something no longer."""
    subscription = get_object_or_404(Subscription.objects.of(request.user), pk=pk)
    services.end_subscription(subscription=subscription)
    messages.success(request, _("Ended: %(subscription)s.") % {"subscription": subscription.about})
    return redirect("engagement:subscription-list")


@csrf_exempt  # a mail program presses it, without having seen the page; the key in the address says who asks
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, key: str) -> HttpResponse:
    """End the mails of one kind for whoever got the key in one; GET asks, POST does it, also that of RFC 8058."""
    try:
        kind, person = DigestMark.read_key(key)
    except signing.BadSignature:
        raise Http404 from None
    if request.method == "POST":
        services.turn_off(kind=kind, person=person)
    context = {"is_done": request.method == "POST", "is_urgent": kind == OutgoingMail.Kind.URGENT}
    return TemplateResponse(request, "engagement/unsubscribe.html", context)
