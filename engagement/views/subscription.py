"""What a person follows, for herself or for all who belong to her cluster; what it would have told her; its mails."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

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
from ..digest.preview import DAYS, read_month
from ..digest.words import Line, line_of
from ..forms import MailsForm, SubscriptionForm
from ..models import Cluster, DigestMark, OutgoingMail, Subscription, User


class Shown(NamedTuple):
    """A subscription in the list: how many items it would have told of in the last month; whether it is hers to end;
    whether its cluster is closed, so that it does nothing."""

    row: Subscription
    items: int
    is_kept: bool
    is_closed: bool


@never_cache
@require_safe
def subscription_list(request: HttpRequest) -> HttpResponse:
    """What she follows, what her clusters follow for her, and what else she could, by cluster."""
    user, today = request.user, timezone.localdate()
    own = list(Subscription.objects.of(user))
    kept = list(Subscription.objects.keepable_by(user).filter(user=None))
    defaults = list(Subscription.objects.defaults_for(user))
    reached = {row.pk for row in defaults}
    defaults += [row for row in kept if row.pk not in reached]
    month = read_month(user, timezone.now()) if own or defaults else None

    def shown(rows: list[Subscription]) -> list[Shown]:
        return [
            Shown(
                row,
                len(month.told_by(row)) if month and row.is_current else 0,
                row in kept or not row.is_default,
                bool(row.cluster and not row.cluster.is_active(today)),
            )
            for row in rows
        ]

    context = {
        "own": shown(own),
        "is_for_a_cluster": any(row.cluster and row.is_current for row in own),
        "defaults": shown(defaults),
        "reached": reached,
        "offers": _offers(user),
        "mails": MailsForm(user=user),
        "last_mail": OutgoingMail.objects.last_of_news_to(user),
    }
    return TemplateResponse(request, "engagement/subscription_list.html", context)


def _offers(user: Any) -> list[tuple[str, Subscription]]:
    """What one press subscribes to, as (kind, what that would be), by cluster."""
    reached = Subscription.objects.defaults_for(user).filter(is_left=False).order_by()
    found = []
    for kind, criteria in Subscription.ONE_PRESS.items():
        clusters = Cluster.objects.followable_by(user, kind).active(timezone.localdate()).select_related("country")
        for rows in (Subscription.objects.of(user).order_by(), reached):
            clusters = clusters.exclude(pk__in=rows.standard(kind).values("cluster"))
        found += [(kind, Subscription(user=user, cluster=cluster, **criteria)) for cluster in clusters]
    return sorted(found, key=lambda offer: (offer[1].cluster.name if offer[1].cluster else "", offer[0]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_new(request: HttpRequest) -> HttpResponse:
    """Follow something else; `?country=` and `?mandate=` fill the form in."""
    asked = {name: request.GET.get(name, "") for name in ("country", "mandate")}
    form = SubscriptionForm(request.POST or None, user=request.user, initial=asked)
    return _edit(request, form, _("Followed: %(subscription)s."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_change(request: HttpRequest, pk: str) -> HttpResponse:
    """Change what one follows, and see what it would have told of in the last month. 404 for what does nothing."""
    row = get_object_or_404(Subscription.objects.keepable_by(request.user).current(), pk=pk)
    return _edit(request, SubscriptionForm(request.POST or None, user=request.user, instance=row), _("Saved."))


def _edit(request: HttpRequest, form: SubscriptionForm, said: str) -> HttpResponse:
    """The form, with what it would have told of; the button "preview" saves nothing."""
    row = form.instance
    if request.method == "POST" and form.is_valid():
        row = form.subscription()
        if "preview" not in request.POST:
            if services.follow(by=request.user, subscription=row):
                messages.success(request, said % {"subscription": row.about})
            else:
                messages.info(request, _("This is followed already."))
            return redirect("engagement:subscription-list")
    lines = None if row is None or form.errors else _lines(request.user, row)
    context = {"form": form, "subscription": form.instance, "lines": lines, "days": DAYS}
    return TemplateResponse(request, "engagement/subscription_form.html", context)


def _lines(user: Any, row: Subscription) -> list[Line]:
    now = timezone.now()
    since: datetime = now - timedelta(days=DAYS)
    return [line_of(entry, item, since, now) for entry, item in read_month(user, now).told_by(row)]


@never_cache
@require_POST
def subscription_end(request: HttpRequest, pk: str) -> HttpResponse:
    """Follow something no longer, herself or for all who belong to a cluster that she coordinates."""
    subscription = get_object_or_404(Subscription.objects.keepable_by(request.user), pk=pk)
    said = _("Ended: %(subscription)s.") % {"subscription": subscription.about}
    services.end_subscription(subscription=subscription)
    messages.success(request, said)
    return redirect("engagement:subscription-list")


@never_cache
@require_POST
def subscription_leave(request: HttpRequest, pk: str) -> HttpResponse:
    """Let what the cluster follows for its members not reach her."""
    row = get_object_or_404(Subscription.objects.defaults_for(request.user), pk=pk)
    services.leave(by=request.user, subscription=row)
    messages.success(request, _("You left: %(subscription)s.") % {"subscription": row.about})
    return redirect("engagement:subscription-list")


@never_cache
@require_POST
def subscription_back(request: HttpRequest, pk: str) -> HttpResponse:
    """Let it reach her again."""
    row = get_object_or_404(Subscription.objects.defaults_for(request.user), pk=pk)
    services.come_back(by=request.user, subscription=row)
    messages.success(request, _("It reaches you again: %(subscription)s.") % {"subscription": row.about})
    return redirect("engagement:subscription-list")


@never_cache
@require_POST
def mails_choose(request: HttpRequest) -> HttpResponse:
    """Say which mails of all that she follows she wants, and by which clock."""
    form = MailsForm(request.POST, user=request.user)
    if form.is_valid() and isinstance(request.user, User):
        services.choose_mails(user=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Nothing was saved: this is no time zone of the list."))
    return redirect("engagement:subscription-list")


@csrf_exempt  # a mail program presses it, without having seen the page; the key in the address says who asks
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, key: str) -> HttpResponse:
    """End the mails of one kind for whoever got the key in one: GET asks, or says that they have ended; POST does it.

    A mail program is answered at once: RFC 8058 takes no redirect (section 3.1).
    """
    try:
        kind, person = DigestMark.read_key(key)
    except signing.BadSignature:
        raise Http404 from None
    if request.method == "POST":
        services.turn_off(kind=kind, person=person)
        if "List-Unsubscribe" not in request.POST:
            return redirect(request.get_full_path())
    mark = DigestMark.objects.filter(user=person).first()
    context = {"is_done": bool(mark and not mark.wants(kind)), "is_urgent": kind == OutgoingMail.Kind.URGENT}
    return TemplateResponse(request, "engagement/unsubscribe.html", context)
