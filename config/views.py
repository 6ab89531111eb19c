"""Pages that belong to neither app."""

import sys

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render, resolve_url
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe


def local_address(request: HttpRequest, address: str | None, *, otherwise: str) -> str:
    """`address` when it leads to a page of this site, else the page named `otherwise`: every `?next=` passes here."""
    # A word without a slash would be taken for the name of a page by `redirect`, and there may be none of that name.
    if (
        address
        and address.startswith(("/", "http://", "https://"))
        and url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
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


NOT_TYPED = {"csrfmiddlewaretoken", "form_key", "key", "version", "login", "code", "next"}


def label_of(name: str) -> str:
    """What the field of that name is called, wherever it stands; the name in words where that differs."""
    fields = (field for model in apps.get_models() for field in model._meta.fields)
    found = {str(field.verbose_name) for field in fields if field.name == name}
    return found.pop() if len(found) == 1 else gettext(name.replace("_", " "))


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, text) of what was typed into the form that was sent; no passwords, keys or single words.

    Every page that says "not saved" gives it back, to be copied. Empty when the body could not be read.
    """
    try:
        posted = list(request.POST.items())
    except Exception:  # whatever was wrong with the body is why this page is shown
        return []
    return [
        (label_of(name), value)
        for name, value in posted
        if name not in NOT_TYPED and "password" not in name and len(value.split()) > 1
    ]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is too old."""
    return render(request, "403_csrf.html", {"typed": typed_texts(request)}, status=403)


def too_large(request: HttpRequest) -> HttpResponse:
    """413 for a body beyond what is read at all, or a form beyond it without its files."""
    limits = {
        "megabytes": settings.BODY_MAX_BYTES // 1_000_000,
        "without_files": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000,
    }
    return HttpResponse(loader.render_to_string("413.html", limits), status=413)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what no browser sends; 413 where it is too much of it."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return render(request, "400.html", {"typed": typed_texts(request)}, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the sentence of the PermissionDenied that a view raised."""
    return render(request, "403.html", {"exception": str(exception), "typed": typed_texts(request)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, and not yours, look alike."""
    return render(request, "404.html", {"typed": typed_texts(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database did not answer; neither page asks it for anything, not even who is reading."""
    context = {"typed": typed_texts(request)}
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = loader.render_to_string("503.html", context)
        return HttpResponse(page, status=503, headers={"Retry-After": "60", "Cache-Control": "no-store"})
    return HttpResponseServerError(loader.render_to_string("500.html", context), headers={"Cache-Control": "no-store"})


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")
