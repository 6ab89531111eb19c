"""Offering paragraphs for the cluster's answer to a call, by anybody of the cluster."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from config.views import local_address
from mandates.models import CallForInput
from mandates.views import with_closing

from .. import services
from ..forms import OfferForm
from ..kept_forms import drafted
from ..models import Cluster, ContributionOffer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Offer a contribution"))
def call_offer(request: HttpRequest, pk: str) -> HttpResponse:
    """Offer paragraphs for a call that concerns a cluster of this person. Tells nothing of a contribution."""
    known = CallForInput.objects.known_to(request.user).with_places()
    call = get_object_or_404(known, pk=pk, withdrawn_on=None)
    clusters = list(Cluster.objects.joined_by(request.user).concerned_by(call).order_by("name"))
    if not clusters:
        raise PermissionDenied(_("People of a cluster whose country this call asks about offer paragraphs for it."))
    form = OfferForm(request.POST or None, clusters=clusters)
    if request.method == "POST" and form.is_valid():
        try:
            offer, is_new = services.offer_paragraphs(by=request.user, call=call, **form.cleaned_data)
        except services.NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"cluster": offer.cluster}
            if is_new:
                messages.success(request, _("Thank you. The coordinators of %(cluster)s see your offer.") % words)
            else:
                messages.info(request, _("This was offered to %(cluster)s already; here it is.") % words)
            return redirect(call)
    with_closing([call], timezone.now())
    context = {"call": call, "clusters": clusters, "form": form, "is_open": call.is_open(timezone.now())}
    return TemplateResponse(request, "engagement/call_offer.html", context)


@never_cache
@require_POST
def offer_take_back(request: HttpRequest, pk: str) -> HttpResponse:
    """Take back one's own offer while nobody has decided on it."""
    offer = get_object_or_404(ContributionOffer.objects.made_by(request.user), pk=pk)
    try:
        services.take_back(by=request.user, offer=offer)
    except services.NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Taken back: nobody else sees it any more."))
    return redirect(local_address(request, request.POST.get("next"), otherwise="engagement:home"))
