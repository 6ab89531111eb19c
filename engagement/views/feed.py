"""Feeds by key, open to programs that cannot sign in; and the page on which a person keeps her keys."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.middleware import PLAIN
from config.throttle import seconds_to_wait

from .. import feeds, services
from ..following import follows_of
from ..forms import FeedKeyForm
from ..models import FeedKey
from ..services.feeds import MOST_KEYS

USED_EVERY = timedelta(minutes=10)
"""How exactly the last use of a key is written down: a program that asks every minute does not write every minute."""


CONTENT_TYPES = {
    "calendar": "text/calendar; charset=utf-8",
    "updates": "application/atom+xml; charset=utf-8",
}


@login_not_required
@never_cache
@require_safe
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """Visits and deadlines that the owner of the key follows, for a calendar program."""
    return _feed(request, key, "calendar", lambda feed_key: feeds.calendar_of(feed_key.user))


@login_not_required
@never_cache
@require_safe
def updates_feed(request: HttpRequest, key: str) -> HttpResponse:
    """What changed of what the owner of the key follows, for a feed reader."""
    return _feed(request, key, "updates", feeds.updates_of)


def _feed(request: HttpRequest, key: str, name: str, content_of: Callable[[FeedKey], bytes]) -> HttpResponse:
    """The feed; 304 if the program has it as it is, 429 if it asks too often, 404 for a key that opens nothing.

    A wrong key, a revoked one and that of somebody without an account are answered alike.
    """
    feed_key = FeedKey.objects.opened_by(key).first()
    who = f"feed {feed_key.pk}" if feed_key else f"no feed {get_adapter().get_client_ip(request)}"
    if settings.FEED_REQUESTS and (wait := seconds_to_wait(who, *settings.FEED_REQUESTS)):
        said = _("Asked too often. Once in an hour is enough.")
        return HttpResponse(said, status=429, content_type=PLAIN, headers={"Retry-After": str(wait)})
    if feed_key is None:
        return HttpResponse(_("There is no such feed, or it was revoked."), status=404, content_type=PLAIN)
    now = timezone.now()
    if feed_key.used_at is None or now - feed_key.used_at >= USED_EVERY:
        FeedKey.objects.filter(pk=feed_key.pk).update(used_at=now)
    language = feed_key.user.language or translation.get_language()
    with translation.override(language), timezone.override(feed_key.user.zone):
        content = content_of(feed_key)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    changed_at = _unchanged_since(f"feed:{feed_key.pk}:{name}:{language}", etag, now)
    headers = {"ETag": etag, "Last-Modified": http_date(changed_at), "Content-Language": language}
    response = HttpResponse(content, content_type=CONTENT_TYPES[name], headers=headers)
    return get_conditional_response(request, etag=etag, last_modified=changed_at, response=response) or response


def _unchanged_since(name: str, etag: str, now: datetime) -> int:
    """Since when (seconds of Unix time) a feed is as it is, as far as this is remembered; now when it is not.

    No day in the data tells: a feed changes with what its owner follows, too.
    """
    known = cache.get(name)
    if known and known[0] == etag:
        return known[1]
    moment = int(now.timestamp())
    cache.set(name, (etag, moment), timeout=30 * 24 * 3600)
    return moment


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed_key_list(request: HttpRequest) -> HttpResponse:
    """Her keys, when each was used last; making one shows its addresses, on this answer and never again."""
    form, made, addresses = FeedKeyForm(), None, {}
    if request.method == "POST":
        form = FeedKeyForm(request.POST)
        if form.is_valid():
            form_key = form.cleaned_data["form_key"] or uuid.uuid4()
            try:
                made, key = services.make_feed_key(by=request.user, name=form.cleaned_data["name"], form_key=form_key)
            except services.NotNow as reason:
                messages.warning(request, str(reason))
                return redirect("engagement:feed-key-list")
            addresses = _addresses(key)
            form = FeedKeyForm()
    keys = list(FeedKey.objects.visible_to(request.user))
    context = {"form": form, "made": made, "addresses": addresses, "keys": keys, "most": MOST_KEYS}
    context["follows"] = bool(follows_of(request.user))
    # 201, and no redirect: the page that answers shows the addresses this once.
    return TemplateResponse(request, "engagement/feed_key_list.html", context, status=201 if made else 200)


def _addresses(key: str) -> dict[str, str]:
    """The addresses that a key opens: of the calendar, as programs subscribe to it (webcal), of the news."""
    calendar = settings.SITE_URL + reverse("engagement:calendar-feed", args=[key])
    return {
        "calendar": calendar,
        "webcal": urlsplit(calendar)._replace(scheme="webcal").geturl(),
        "updates": settings.SITE_URL + reverse("engagement:updates-feed", args=[key]),
    }


@never_cache
@require_POST
def feed_key_revoke(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a key open nothing any more, from this moment on."""
    feed_key = get_object_or_404(FeedKey.objects.visible_to(request.user), pk=pk)
    services.revoke_feed_key(feed_key=feed_key)
    messages.success(request, _("Revoked: the addresses of “%(name)s” open nothing any more.") % {"name": feed_key})
    return redirect("engagement:feed-key-list")
