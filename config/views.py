"""Pages that belong to neither app."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe


def local_address(request: HttpRequest, address: str | None, *, otherwise: str) -> str:
    """`address` when it stays on this site, else the page named `otherwise`: every `?next=` passes here."""
    if address and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return address
    return resolve_url(otherwise)


@login_not_required
@require_POST
def language_switch(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie, and on the account of a person signed in; back to the page."""
    response = redirect(local_address(request, request.POST.get("next"), otherwise="engagement:home"))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        )
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


def not_there(request: HttpRequest, rest: str) -> HttpResponse:
    """404 for whoever asks."""
    raise Http404


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is too old: say so, and give back what was typed, to be copied into a fresh form."""
    hidden = {"csrfmiddlewaretoken", "form_key", "version", "password", "login"}
    typed = [
        (name.replace("_", " "), value)
        for name, value in request.POST.items()
        if name not in hidden and not name.startswith("password") and " " in value.strip()
    ]
    return render(request, "403_csrf.html", {"typed": typed}, status=403)


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")
