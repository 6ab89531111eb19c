"""The server itself, killed with SIGKILL while people save: what it acknowledged is there, and nothing by halves."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from engagement.models import Engagement
from tests import factories

from .test_killed import address_of_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak(times=30)]

WRITERS = 4
TOKEN = "a" * 32
IN_LETTERS = str.maketrans("0123456789-", "ghijklmnop ")
"""One key of six hundred holds what could be a phone number, which the form asks about."""


@contextmanager
def gunicorn():
    """The product's server with two workers on the database of this test; its port. Killed with all its workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "gunicorn", "config.wsgi", "--workers", "2",
         "--bind", f"127.0.0.1:{port}", "--log-level", "critical"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "1", "MFA_REQUIRED": "0",
                          "SECRET_KEY": settings.SECRET_KEY, "DATABASE_URL": address_of_database()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not _answers(port):
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.05)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(port: int) -> bool:
    try:
        return send(port, "GET", "/healthz/", {}) == 200
    except OSError:
        return False


def send(port: int, method: str, path: str, headers: dict[str, str], body: str = "") -> int:
    """The status of an answer that came in full; OSError or HTTPException for one that did not."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.read()
        return answer.status
    finally:
        line.close()


class Writer(threading.Thread):
    """One coordinator who logs new engagements and changes one of her own, until nobody answers any more.

    `logged` are the keys of the forms, `version` is that of her line, as far as the server has said "saved".
    """

    def __init__(self, port: int, session: str, line: Engagement) -> None:
        super().__init__(daemon=True)
        self.port, self.line, self.logged, self.version = port, line, [], line.version
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def run(self) -> None:
        while True:
            key = str(uuid.uuid4())
            try:
                status = self.save("/engagement/new/", form_key=key, what_was_done=f"Line {key.translate(IN_LETTERS)}.")
                assert status == 302, "a new engagement was refused"
                self.logged.append(key)
                words = f"Version {self.version + 1}."
                status = self.save(f"/engagement/{self.line.pk}/edit/", version=self.version, what_was_done=words)
                assert status == 302, "a change was refused"
                self.version += 1
            except (OSError, http.client.HTTPException):
                return

    def save(self, path: str, **typed: object) -> int:
        usual = {
            "cluster": "south-sudan", "action": 1, "mode": "direct", "status": "done", "level": "moderate",
            "date_precision": "day", "started_on": "2026-03-02", "result_extent": "none_yet", "mandates": "sr-idps",
            "support_needed": "A contact.",
        }  # fmt: skip
        return send(self.port, "POST", path, self.headers, urlencode(usual | typed))


def test_whatever_was_acknowledged_is_there_after_a_kill(cast, client_of, figures):
    """Each line with its mandate, its support request and its version; each change in row and history."""
    factories.MandateFactory(slug="sr-idps")
    lines = [
        factories.EngagementFactory(cluster=cast.south_sudan, number=1, created_by=cast.coordinator)
        for _number in range(WRITERS)
    ]
    session = client_of(cast.coordinator).cookies["sessionid"].value
    with gunicorn() as port:
        writers = [Writer(port, session, line) for line in lines]
        for writer in writers:
            writer.start()
        until = time.monotonic() + 60
        while not all(writer.logged for writer in writers) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 1.5))  # noqa: S311
    for writer in writers:
        writer.join(60)
    acknowledged = [key for writer in writers for key in writer.logged]
    assert acknowledged
    found = {str(row.form_key): row for row in Engagement.objects.filter(created_by=cast.coordinator)}
    assert set(acknowledged) <= set(found)
    for row in found.values():
        if row not in lines:
            assert (row.mandates.count(), row.support_request.status) == (1, "open")
            assert Engagement.history.filter(id=row.pk, what_was_done=row.what_was_done).exists()
    for writer in writers:
        writer.line.refresh_from_db()
        assert writer.line.version in (writer.version, writer.version + 1)  # the last one may have been cut off
        versions = {record.version: record.what_was_done for record in Engagement.history.filter(id=writer.line.pk)}
        assert set(versions) == set(range(1, writer.line.version + 1))
        assert all(text == f"Version {number}." for number, text in versions.items() if number > 1)
    assert is_sound()
    figures(writes_acknowledged_before_a_kill=len(acknowledged) + sum(writer.version - 1 for writer in writers))


def is_sound() -> bool:
    """Whether the database finds nothing wrong with itself: its pages, and that no row points to one that is gone."""
    connection.check_constraints()
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return cursor.fetchall() == [("ok",)]
