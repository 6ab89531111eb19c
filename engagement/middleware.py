"""What follows from who is signed in: language, time zone, second factor."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.middleware import GetResponse

from .factors import way_to_factor

OPEN_WITHOUT_FACTOR = (
    "/account/2fa/",
    "/account/login/",
    "/account/logout/",
    "/account/password/",
    "/account/reauthenticate/",
    "/language/",
)
from . import sessions


def reader_preferences(get_response: GetResponse) -> GetResponse:
    """Speak the reader's language, where she has chosen one, and count days in her time zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language
            try:
                zone = ZoneInfo(user.time_zone)
            except (ZoneInfoNotFoundError, ValueError):
                zone = ZoneInfo("UTC")
            with timezone.override(zone):
                return get_response(request)
        return get_response(request)

    return middleware


def session_clock(get_response: GetResponse) -> GetResponse:
    """Count each request of a signed-in person as activity, except the page's own question how long it may stay.

    When she signs out, her browser is told to forget all that it holds of this site.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_background = request.method == "GET" and request.path == reverse("engagement:session-left")
        if request.user.is_authenticated and not is_background:
            sessions.note_activity(request.session)
        response = get_response(request)
        if getattr(request, "has_signed_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    return middleware


def second_factor(get_response: GetResponse) -> GetResponse:
    """Send whoever must hold a second factor to set one up, or to show it in this session; till then all is closed.

    The language switch works meanwhile, so that she can read what is asked of her.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.MFA_REQUIRED and request.user.is_authenticated and request.user.needs_second_factor:
            is_open = request.path_info.startswith(OPEN_WITHOUT_FACTOR)
            if not is_open and (way := way_to_factor(request)):
                if way == reverse("mfa_index"):
                    messages.info(request, _("Your role needs a second factor. Set one up here, and everything opens."))
                return redirect(way)
        return get_response(request)

    return middleware
