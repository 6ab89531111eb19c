"""What follows from who is signed in: the end of her session, language, time zone, second factor."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.middleware import GetResponse
from config.views import local_address

from . import sessions
from .factors import way_to_factor
from .kept_forms import KEPT, discard, way_back

OPEN_WITHOUT_FACTOR = (
    "/account/2fa/",
    "/account/login/",
    "/account/logout/",
    "/account/password/",
    "/account/reauthenticate/",
    "/account/session",
    "/language/",
    "/unsubscribe/",
)


def reader_preferences(get_response: GetResponse) -> GetResponse:
    """Speak the reader's language, where she has chosen one, and count days in her time zone.

    A stranger can ask for one in the address: that is how sign-in speaks the language of whoever has just signed out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated and request.GET.get("language") in dict(settings.LANGUAGES):
            request.LANGUAGE_CODE = request.GET["language"]
            translation.activate(request.LANGUAGE_CODE)
        if user.is_authenticated:
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language
            with timezone.override(user.zone):
                return get_response(request)
        return get_response(request)

    return middleware


def session_clock(get_response: GetResponse) -> GetResponse:
    """Count each request of a signed-in person as activity, except the page's own question how long it may stay.

    When she signs out, her browser is told to forget all that it holds of this site. That takes the cookie of her
    language along, even one that this answer would set, so the address that it leads to names the language.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_background = request.method == "GET" and request.path == reverse("engagement:session-left")
        if request.user.is_authenticated and not is_background:
            sessions.note_activity(request.session)
        response = get_response(request)
        if getattr(request, "has_signed_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
            if response.headers.get("Location") == resolve_url(settings.LOGOUT_REDIRECT_URL):
                response.headers["Location"] += f"?language={translation.get_language()}"
        return response

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Lead strangers to sign-in from every page that is not open, and keep what they typed as somebody signed in."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:
        """A form that is kept leads to its page, and so to sign-in and back; the press of a button only to where it
        stood: its own address may be none to look at."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        back = way_back(request)
        if back is not None:
            return back
        stood_on = local_address(request, request.headers.get("Referer"), otherwise="engagement:home")
        return redirect_to_login(stood_on)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep a form no longer once it has been sent anew and was done: the answer leads on, neither to the account
        nor to a page that goes on with it."""
        leads_on = (
            response.status_code == 302
            and not response["Location"].startswith("/account/")
            and f"?{KEPT}=" not in response["Location"]
        )
        if request.method == "POST" and leads_on and request.user.is_authenticated:
            discard(request.user, request.POST.get(KEPT, ""))
        return response


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
