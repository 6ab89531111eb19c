"""Actions 9 and 10: what was shared in confidence, and the receipt of a case that was referred."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import services
from ..forms import InformationForm, ReferralForm
from ..submissions import CHANNELS, NEEDS, NEEDS_OF
from .act import act_page, cluster_acting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def information_share(request: HttpRequest, slug: str) -> HttpResponse:
    """Log that information went to mandates in confidence; `?mandate=` ticks some."""
    cluster = cluster_acting(request, slug)
    asked = {"mandates": request.GET.getlist("mandate")}
    form = InformationForm(request.POST or None, cluster=cluster, initial=asked)
    return act_page(request, form, services.share_information, template="engagement/information_share.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def referral_new(request: HttpRequest, slug: str) -> HttpResponse:
    """What a submission needs, then the receipt of a case that was referred; `?mandate=` ticks some."""
    cluster = cluster_acting(request, slug)
    asked = {"mandates": request.GET.getlist("mandate")}
    form = ReferralForm(request.POST or None, cluster=cluster, initial=asked)
    offered = form.fields["mandates"].queryset.filter(slug__in=NEEDS_OF)
    return act_page(
        request,
        form,
        services.keep_referral,
        template="engagement/referral_new.html",
        needs=NEEDS,
        needs_of=[(mandate, NEEDS_OF[mandate.slug]) for mandate in offered],
        channels=CHANNELS,
    )
