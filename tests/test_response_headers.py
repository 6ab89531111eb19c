"""The headers of every kind of response, exactly, with the settings of production; and the cookies beside them."""

import runpy
from email.utils import parsedate
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_errors")]

UNENCRYPTED = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ALWAYS = UNENCRYPTED | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"}
UNCACHED = {"Cache-Control": {"max-age=0", "no-cache", "no-store", "must-revalidate", "private"}, "Expires": "a day"}
KEPT = {"Cache-Control": {"no-cache", "private"}, "ETag": "a mark", "Expires": None}
"""Pages that a browser may keep, asking each time."""
HTML, TEXT = {"Content-Type": "text/html; charset=utf-8"}, {"Content-Type": "text/plain; charset=utf-8"}
SPOKEN = UNCACHED | HTML | {"Content-Language": "en", "Vary": {"Cookie", "Accept-Language", "Accept-Encoding"}}
PAGE = ALWAYS | SPOKEN | {"Content-Length": "a number"}
SHORT = PAGE | {"Vary": {"Cookie", "Accept-Language"}}
"""Too short to be compressed."""
UNKNOWN = ALWAYS | SPOKEN | {"Vary": {"Accept-Language", "Accept-Encoding"}}
"""Refused before anybody asked who it is."""
HTMX = {"Vary": {"Cookie", "Accept-Language", "Accept-Encoding", "HX-Request", "HX-History-Restore-Request"}}
BY_KEY = {"Referrer-Policy": "no-referrer"}
"""Feeds know nobody but their key: no cookie, and no address in the next request."""
FEED = PAGE | BY_KEY | {"ETag": "a mark", "Last-Modified": "a day"}
ICS, ATOM = "text/calendar; charset=utf-8", "application/atom+xml; charset=utf-8"
FILE = PAGE | {"Content-Disposition": "a file"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATIC = {"Cache-Control": {"max-age=60", "public"}, "ETag": "a mark", "Last-Modified": "a day"}


def without(headers, *names):
    return {name: value for name, value in headers.items() if name not in names}


# What is asked, by whom, and how: (status, headers).
RESPONSES = {
    "a page": ("coordinator", "/guide/", {}, 200, PAGE | KEPT),
    "a list": ("coordinator", "/engagement/", {}, 200, PAGE | HTMX),
    "a part of a list": ("coordinator", "/engagement/", {"htmx": True}, 200, PAGE | HTMX),
    "a page of the UN side": ("member", "/mandates/", {}, 200, PAGE | HTMX | KEPT),
    "sign-in": (None, "/account/login/", {}, 200, PAGE),
    "a redirect to sign-in": (None, "/guide/", {}, 302, SHORT | {"Location": "/account/login/?next=/guide/"}),
    "the same for a part": (
        None, "/visits/", {"htmx": True}, 204,
        without(SHORT, "Content-Length") | {"HX-Redirect": "/account/login/?next=/visits/"},
    ),
    "a redirect to the slash": (
        None, "/guide", {}, 301,
        without(SHORT, "Content-Length") | {"Location": "/guide/"},
    ),
    "a workbook": ("coordinator", "/export/engagement.xlsx", {}, 200, FILE | {"Content-Type": XLSX}),
    "a table": (
        "coordinator", "/export/engagement.csv", {}, 200,
        without(FILE, "Content-Length") | {"Content-Type": "text/csv; charset=utf-8"},
    ),
    "seconds left": ("coordinator", "/account/session/", {}, 200, SHORT | {"Content-Type": "application/json"}),
    "signing out": (
        "coordinator", "/account/logout/", {"typed": {}}, 302,
        SHORT | {"Location": "/account/login/?language=en", "Clear-Site-Data": '"cache", "cookies", "storage"'},
    ),
    "the admin": ("reader", "/admin/", {}, 200, PAGE),
    "400": ("coordinator", "/fail/bad/", {}, 400, PAGE),
    "400 for another host": (None, "/", {"host": "evil.example"}, 400, UNKNOWN),
    "400 for another encoding": (
        None, "/", {"typed": "x", "content_type": "text/plain; charset=latin-1"}, 400,
        ALWAYS | UNCACHED | TEXT,
    ),
    "403": ("coordinator", "/fail/denied/", {}, 403, PAGE),
    "403 without a token": (None, "/engagement/new/", {"typed": {"text": "a b"}, "is_strict": True}, 403, PAGE),
    "404": ("coordinator", "/fail/missing/", {}, 404, PAGE),
    "404 for a stranger": (None, "/nowhere/", {}, 404, PAGE),
    "404 among the static files": (None, "/static/nowhere.css", {}, 404, PAGE),
    "405": (None, "/language/", {}, 405, SHORT | {"Allow": "POST"}),
    "413 by what it states": (
        None, "/", {"typed": b"x" * 6_000_001, "content_type": "text/plain"}, 413,
        UNKNOWN,
    ),
    "413 without files": (
        None, "/engagement/new/", {"typed": {"text": "a" * 2_000_001}, "is_strict": True}, 413,
        PAGE | {"Vary": {"Accept-Language", "Accept-Encoding", "Cookie"}},
    ),
    "500": ("coordinator", "/fail/broken/", {}, 500, PAGE),
    "503": ("coordinator", "/fail/gone/", {}, 503, PAGE | {"Retry-After": "60"}),
    "the health check": (None, "/healthz/", {}, 200, SHORT | TEXT),
    "a calendar feed": (None, "/feeds/of-a-test/calendar.ics", {}, 200, FEED | {"Content-Type": ICS}),
    "a feed of news": ("other", "/feeds/of-a-test/updates.atom", {}, 200, FEED | {"Content-Type": ATOM}),
    "a feed that is revoked": (None, "/feeds/revoked/calendar.ics", {}, 404, SHORT | TEXT | BY_KEY),
    "a static file": (
        None, "/static/site.css", {}, 200,
        ALWAYS | STATIC | {"Content-Type": 'text/css; charset="utf-8"', "Content-Length": "a number"},
    ),
    "to https": (None, "/guide/", {"secure": False}, 301, UNENCRYPTED | HTML | {"Location": "https://testserver/guide/"}),
    "to https, asked with another host": (
        None, "/", {"secure": False, "host": "evil.example"}, 301,
        UNENCRYPTED | HTML | {"Location": "https://testserver/"},
    ),
    "the health check from the machine itself": (
        None, "/healthz/", {"secure": False}, 200,
        without(SHORT | TEXT, "Strict-Transport-Security"),
    ),
}  # fmt: skip


def as_in_production(monkeypatch):
    """The settings as `config.settings` has them in production."""
    for name, value in {"DEBUG": "0", "ALLOWED_HOSTS": "testserver", "SITE_URL": "https://testserver"}.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))


@pytest.fixture
def production(settings, monkeypatch):
    """What protects the browser, as in production."""
    for name, value in as_in_production(monkeypatch).items():
        if "COOKIE" in name or name.startswith("SECURE_"):
            setattr(settings, name, value)


def comparable(response):
    """The headers; lists as sets, and what differs by chance as the kind of thing that it is."""
    kinds = {"Content-Length": ("a number", str.isdecimal), "Expires": ("a day", parsedate), "ETag": ("a mark", bool)}
    kinds |= {"Last-Modified": ("a day", parsedate)}
    kinds |= {"Content-Disposition": ("a file", lambda value: value.startswith('attachment; filename="engagement-2'))}
    found = {}
    for name, value in response.headers.items():
        if name in kinds:
            kind, is_one = kinds[name]
            found[name] = kind if is_one(value) else value
        else:
            found[name] = set(value.split(", ")) if name in ("Vary", "Cache-Control") else value
    return found


@pytest.mark.parametrize("kind", RESPONSES)
def test_the_headers_are_exactly_these(kind, cast, production):
    """None is missing and none is added, whatever the answer is."""
    person, address, how, status, headers = RESPONSES[kind]
    factories.EngagementFactory(cluster=cast.south_sudan)
    factories.FeedKeyFactory(user=cast.member, key="of-a-test")
    factories.SubscriptionFactory(user=cast.member, cluster=cast.south_sudan)
    factories.VisitFactory(countries=["SSD"], starts_on=timezone.localdate(), ends_on=timezone.localdate())
    client = Client(raise_request_exception=False, enforce_csrf_checks=how.get("is_strict", False))
    if person:
        client.force_login(getattr(cast, person))
    sent = {"HX-Request": "true"} if how.get("htmx") else {}
    sent |= {"Host": how["host"]} if "host" in how else {}
    asked = {"secure": how.get("secure", True), "headers": sent}
    if "typed" in how:
        asked |= {"content_type": how["content_type"]} if "content_type" in how else {}
        response = client.post(address, how["typed"], **asked)
    else:
        response = client.get(address, **asked)
    if response.streaming:
        b"".join(response)
    assert response.status_code == status
    assert comparable(response) == {name: value for name, value in headers.items() if value is not None}


def test_cookies_belong_to_this_host_alone(cast, production):
    """`__Host-`, encrypted connections only, out of reach of scripts and other sites, gone with the browser; but for
    the language, which is kept for a year."""
    client = Client()
    client.post("/account/login/", {"login": cast.coordinator.email, "password": "demo"}, secure=True)
    client.get("/guide/", secure=True)
    client.post("/language/", {"language": "fr"}, secure=True)
    told = {
        name: (
            cookie["secure"],
            cookie["httponly"],
            cookie["samesite"],
            cookie["path"],
            cookie["domain"],
            cookie["max-age"],
        )
        for name, cookie in client.cookies.items()
    }
    assert told == {
        "__Host-sessionid": (True, True, "Lax", "/", "", ""),
        "__Host-csrftoken": (True, True, "Lax", "/", "", ""),
        "__Host-language": (True, True, "Lax", "/", "", 365 * 24 * 3600),
    }


def test_the_policy_names_no_host_and_nothing_unsafe(monkeypatch):
    """Production has the policy that the pages are tested with."""
    policy = as_in_production(monkeypatch)["SECURE_CSP"]
    assert {source for sources in policy.values() for source in sources} == {"'none'", "'self'"}
    assert policy == settings.SECURE_CSP


@pytest.mark.parametrize(("length", "status"), [("6000000", 302), ("6000001", 413), ("", 302), ("-1", 302), ("٣", 302)])
def test_a_body_is_refused_by_the_length_that_it_states(length, status):
    """Before it is read; what is no number is read as nothing."""
    body = {"wsgi.input": BytesIO(b"x"), "CONTENT_LENGTH": length}
    response = Client().generic("POST", "/engagement/new/", b"x", content_type="text/plain", **body)
    assert response.status_code == status
