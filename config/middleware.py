"""What every response carries and every request must be, whoever asks."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import gettext as _

from .views import too_large

PLAIN = "text/plain; charset=utf-8"
GetResponse = Callable[[HttpRequest], HttpResponse]


def protective_headers(get_response: GetResponse) -> GetResponse:
    """Set `Content-Security-Policy` from `SECURE_CSP`, and what else Django's own middleware does not set.

    Django 6 has the policy built in under the same setting. Django's own debug pages style themselves inline and are
    left alone; they exist with DEBUG only.
    """
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_debug_page = settings.DEBUG and response.status_code in (404, 500)
        if not is_debug_page:
            response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def not_too_large(get_response: GetResponse) -> GetResponse:
    """Refuse a body of more than `BODY_MAX_BYTES` by the length that it states, before any of it is parsed.

    Django reads no further than that length, so a client gains nothing by stating less. A browser shows the answer only
    once it has sent all: up to ten times the limit are taken and thrown away.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        stated = request.META.get("CONTENT_LENGTH") or ""
        length = int(stated) if stated.isascii() and stated.isdecimal() else 0
        if length <= settings.BODY_MAX_BYTES:
            return get_response(request)
        left = length if length <= 10 * settings.BODY_MAX_BYTES else 0
        while left > 0 and (piece := request.META["wsgi.input"].read(min(left, 65_536))):
            left -= len(piece)
        return too_large(request)

    return middleware


def private_pages(get_response: GetResponse) -> GetResponse:
    """Let no cache keep a page, and have htmx open the page that it is led to as one, sign-in for instance.

    Pages of the UN side carry what a person's clusters logged about an item, and pages for strangers, such as the one
    that gives back what was typed, may be of somebody whose session has ended. The exception are the few pages that say
    so themselves (`config/revalidated.py`): her browser alone keeps them, and asks each time. Static files do not pass
    here.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.headers.get("HX-Request") == "true" and response.status_code == 302:
            # htmx would follow, and put the whole page into a part of this one.
            response.status_code = 204
            response.headers["HX-Redirect"] = response["Location"]
            del response["Location"], response["Content-Length"]
        if getattr(response, "may_be_kept", False):
            patch_cache_control(response, private=True, no_cache=True)
        else:
            add_never_cache_headers(response)
        return response

    return middleware


def utf8_only(get_response: GetResponse) -> GetResponse:
    """Refuse an address of too many parameters, and a body or address declared in another encoding than UTF-8.

    Our pages are UTF-8, so browsers send nothing else; Python's codecs such as `unicode_escape` would let a
    client smuggle in lone surrogates, which no database can store.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8").strip("\"'").lower()
        if charset not in {"utf-8", "utf8"}:
            return HttpResponseBadRequest(_("Send UTF-8, please."), content_type=PLAIN)
        try:
            request.GET  # noqa: B018 — reading it counts the parameters
        except TooManyFieldsSent:
            return HttpResponseBadRequest(_("This address has too many parameters."), content_type=PLAIN)
        return get_response(request)

    return middleware


def feeds_by_key_alone(get_response: GetResponse) -> GetResponse:
    """Let feeds know nobody but their key: no cookie is read or set, no session touched, no address passed on.

    A browser that opens one as a page would send its address, with the key in it, along with the next request.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/feeds/"):
            return get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = get_response(request)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return middleware
