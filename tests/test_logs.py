"""Logs and error mails say which page and how it ended: nothing that anybody typed, no name, no key, at no level."""

import io
import logging
import logging.config
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import path
from django.utils.log import DEFAULT_LOGGING

from config import settings as product
from config import urls
from config.logs import page_at

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_logs")]

CANARY = "KANARI"


def break_down(request, key):
    """Fail as code does that meets a value which it did not expect: with the value in the message."""
    try:
        int(f"{CANARY} {request.POST.get('text')}")
    except ValueError as error:
        hidden = f"{CANARY} in a variable"
        raise RuntimeError(hidden) from error


urlpatterns = [path("break/<str:key>/", break_down), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def log(settings):
    """What the product's own configuration writes, with every logger at its most talkative."""
    settings.ADMINS = [("", "admin@example.org")]
    written = io.StringIO()
    wanted = product.LOGGING | {"root": {"handlers": ["console"], "level": "DEBUG"}}
    wanted["handlers"] = wanted["handlers"] | {"console": wanted["handlers"]["console"] | {"stream": written}}
    wanted["loggers"] = {name: how | {"level": "DEBUG"} for name, how in wanted["loggers"].items()}
    loggers = [logging.root, *(logging.getLogger(name) for name in [*wanted["loggers"], *DEFAULT_LOGGING["loggers"]])]
    before = [(logger, logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    logging.config.dictConfig(DEFAULT_LOGGING)
    logging.config.dictConfig(wanted)
    connection.force_debug_cursor = True
    yield written
    connection.force_debug_cursor = False
    for logger, handlers, level, propagate in before:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


ASKED = {
    "a search": lambda client: client.get("/search/", {"q": CANARY}),
    "words in the filter of a list": lambda client: client.get("/visits/", {"text": CANARY, CANARY: "x"}),
    "a page that is not there": lambda client: client.get(f"/{CANARY}/"),
    "a mandate that is not there": lambda client: client.get(f"/mandates/{CANARY.lower()}/"),
    "the key of a new password": lambda client: client.get(f"/account/password/reset/key/1-{CANARY}/"),
    "a key to feeds": lambda client: client.get(f"/feeds/{CANARY}/calendar.ics"),
    "a key to feeds where no page is": lambda client: client.get(f"/feeds/{CANARY}/else.ics?{CANARY}"),
    "a wrong password": lambda client: client.post("/account/login/", {"login": f"{CANARY}@x.org", "password": CANARY}),
    "an old token": lambda client: client.post("/engagement/new/", {"what_was_done": f"{CANARY} {CANARY}"}),
    "another host": lambda client: client.get("/", headers={"Host": f"{CANARY}.example"}),
    "a host that is none": lambda client: client.get("/", headers={"Host": f"{CANARY} {CANARY}"}),
    "its headers": lambda client: client.get("/guide/", headers={"User-Agent": CANARY, "Referer": f"http://x/?{CANARY}"}),
    "its cookies": lambda client: client.get("/guide/", headers={"Cookie": f"a={CANARY}; csrftoken={CANARY}"}),
    "a session that is not there": lambda client: client.get("/", headers={"Cookie": f"sessionid={CANARY}"}),
    "a file": lambda client: client.post("/", {"file": SimpleUploadedFile(f"{CANARY}.txt", CANARY.encode())}),
    "too many fields": lambda client: client.post("/engagement/new/", {f"{CANARY}{n}": CANARY for n in range(600)}),
    "too much text": lambda client: client.post("/engagement/new/", {"text": CANARY * 400_000}),
    "another encoding": lambda client: client.generic("POST", "/", b"x", f"text/plain; charset={CANARY}"),
    "a page that breaks": lambda client: client.post(f"/break/{CANARY}/?text={CANARY}", {"text": CANARY}),
}  # fmt: skip


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("what", ASKED)
def test_nothing_that_was_sent_is_logged_or_mailed(what, strict, cast, log):
    """By a stranger and by a coordinator, in every place of a request."""
    for person in (None, cast.coordinator):
        client = Client(raise_request_exception=False, enforce_csrf_checks=strict)
        if person:
            client.force_login(person)
        ASKED[what](client)
    logging.getLogger("engagement").debug("The end.")
    assert log.getvalue().endswith(" DEBUG engagement The end.\n")
    told = log.getvalue() + "".join(str(message.message()) for message in mail.outbox)
    assert CANARY.lower() not in told.lower()


def test_a_page_that_breaks_is_logged_and_mailed(cast, log):
    """Page, class and place for the log; page, class and the mark of the line by mail. Nothing more in the mail."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.coordinator)
    client.post(f"/break/{CANARY}/", {"text": CANARY})
    line = re.search(r"ERROR django.request 500 POST /break/<str:key>/ \[(\w{8})\]\n", log.getvalue())
    assert "in break_down\n    int(" in log.getvalue()
    assert log.getvalue().index("\nValueError\n") < log.getvalue().index("\nRuntimeError\n")
    (message,) = mail.outbox
    assert (message.to, message.subject) == (
        ["admin@example.org"],
        "[Cluster engagement] RuntimeError, POST /break/<str:key>/",
    )
    assert message.body == (
        f"RuntimeError\nPOST /break/<str:key>/\n\nThe log has the place in the code, under the mark {line[1]}.\n"
    )


def test_what_is_refused_is_logged_by_its_page(client, log):
    """404, 405, a host that is not ours: the status, the page, and which check it was."""
    client.get("/nowhere/")
    client.get("/language/")
    client.get("/", headers={"Host": "elsewhere.example"})
    said = re.findall(r" (?:WARNING|ERROR) (django\.\S+ .*)\n", log.getvalue())
    assert said[:2] == ["django.request 404 GET (no page)", "django.request 405 GET /language/"]
    assert re.fullmatch(r"django.security.DisallowedHost 400 GET / \[\w{8}\]", said[2])
    assert mail.outbox == []


def test_other_peoples_loggers_are_not_trusted(log):
    """A sentence is shown without what it is about; one that is made already only by its place. Ours speak freely."""
    logging.getLogger("library").warning("No %s in %s", CANARY, CANARY)
    logging.getLogger("library").error(f"No {CANARY}")
    logging.getLogger("engagement.mail").warning("Nothing left for %s.", "a while")
    try:
        raise KeyError(CANARY)
    except KeyError:
        logging.getLogger("engagement.mail").exception("It broke.")
    told = log.getvalue()
    assert "library No %s in %s\n" in told
    assert re.search(r"library in test_logs\.test_other_peoples_loggers_are_not_trusted, line \d+ \[\w{8}\]\n", told)
    assert "engagement.mail Nothing left for a while.\n" in told
    assert "engagement.mail It broke.\n" in told
    assert "KeyError" in told
    assert CANARY not in told


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/", "/"),
        ("/engagement/2b0d0b7e-8d4f-4a6e-9f0c-0d2b8c3c6a11/edit/", "/engagement/<uuid:pk>/edit/"),
        ("/clusters/south-sudan/", "/clusters/<slug:slug>/"),
        ("/static/site.css", "/static/"),
        ("/static/KANARI", "/static/"),
        ("/KANARI", "(no page)"),
        ("", "(no page)"),
        ("*", "(no page)"),
    ],
)
def test_a_page_is_named_by_its_pattern(address, page):
    """Never by what somebody could have typed into the address."""
    assert page_at(address) == page


# -- The server --------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path):
    """gunicorn as README starts it, and with its lines about pages; `(address, file of its output)`."""
    (tmp_path / "as_in_production.py").write_text(
        "from tests.settings import *\nfrom config.settings import LOGGING\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"DJANGO_SETTINGS_MODULE": "as_in_production", "PYTHONPATH": f"{tmp_path}:{settings.BASE_DIR}"}
    with (tmp_path / "log").open("w") as output:
        words = ["-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--access-logfile", "-"]
        process = subprocess.Popen(
            [sys.executable, *words, "--log-level", "debug", "--no-control-socket"],
            cwd=settings.BASE_DIR,
            env=os.environ | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            until = time.monotonic() + 60
            while "Booting worker" not in (tmp_path / "log").read_text() and time.monotonic() < until:
                time.sleep(0.1)
            yield port, tmp_path / "log"
        finally:
            process.terminate()
            process.wait(20)


def status_of(port, address, **more):
    """The status of an answer of the server."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{address}", **more)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return response.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.slow
def test_the_server_logs_pages_and_nothing_else(server):
    """Addresses, headers and what is no request at all; the page, the status, how large and how long."""
    port, file = server
    headers = {"User-Agent": CANARY, "Referer": f"http://x/?{CANARY}", "Authorization": "Basic S0FOQVJJOng="}
    assert status_of(port, f"/account/login/?next=/{CANARY}/", headers=headers) == 200
    assert status_of(port, f"/{CANARY}/?text={CANARY}") == 404
    assert status_of(port, f"/account/password/reset/key/1-{CANARY}/") == 200
    assert status_of(port, "/", data=CANARY.encode() * 2_000_000) == 413
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(f"GET /?{CANARY} {CANARY} HTTP/1.1\r\n{CANARY}\r\n\r\n".encode())
        assert b"400" in line.recv(100)
    until = time.monotonic() + 20
    while '"POST /" 413' not in file.read_text() and time.monotonic() < until:
        time.sleep(0.1)
    told = file.read_text()
    assert re.search(r'127\.0\.0\.1 \[\S+ \+0000\] "GET /account/login/" 200 \d+ \d+ms', told)
    assert '"GET (no page)" 404' in told
    assert '"GET /account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$" 200' in told
    assert '"POST /" 413' in told
    assert "Listening at: http://127.0.0.1" in told
    assert CANARY not in told
    assert "S0FOQVJJ" not in told
