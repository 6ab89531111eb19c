"""Processes that are killed in the middle of their work, and run again."""

import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from engagement import mail as queue
from engagement.actions import action_id
from engagement.models import (
    AccountChange,
    AuditEvent,
    DigestItem,
    DigestMark,
    Engagement,
    ImportBatch,
    KeptForm,
    LevelLowering,
    OutgoingMail,
)
from tests import factories

from .mail_server import mail_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak(times=30)]

MAILS = 12


def command(*words: str, **environment: str) -> subprocess.Popen:
    """A management command in a process of its own, on the database of this test."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "for tests", "SITE_URL": "http://t",
                          "ALLOWED_HOSTS": "t", "DATABASE_URL": address_of_database()} | environment,
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def finish(*words: str, port: int = 0) -> str:
    """Run a command to its end, in this process; what it printed. `port` is that of the mail server."""
    said = StringIO()
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
        call_command(*words, stdout=said)
    return said.getvalue()


def address_of_database() -> str:
    """The database of this test, as `DATABASE_URL` says it."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def test_a_queue_that_is_killed_and_run_again_sends_nothing_twice(cast):
    """Whenever it is killed, each mail is taken once at most; one whose fate nobody knows is left to people."""
    for number in range(MAILS):
        queue.queue(kind="password", to=factories.UserFactory(email=f"person{number}@example.org"))
    with mail_server(pause=0.05) as server:
        port = server.server_address[1]
        first = command("send_mail_queue", EMAIL_URL=f"smtp://127.0.0.1:{port}")
        until = time.monotonic() + 30
        killed_after = random.randrange(1, MAILS)  # noqa: S311
        while len(server.taken) < killed_after and time.monotonic() < until:
            time.sleep(0.005)
        first.kill()
        first.communicate()
        OutgoingMail.objects.filter(state="sending").update(tried_at=timezone.now() - timedelta(hours=1))
        said, again = finish("send_mail_queue", port=port), finish("send_mail_queue", port=port)
    assert len(server.taken) == len(set(server.taken))
    states = list(OutgoingMail.objects.values_list("state", flat=True))
    uncertain = states.count("uncertain")
    assert uncertain <= 1
    assert states.count("sent") == MAILS - uncertain
    assert len(server.taken) in (MAILS, MAILS - uncertain)
    assert "nothing was due" in again
    assert f"{uncertain} uncertain" in said


@pytest.mark.slow
def test_digests_that_are_killed_and_run_again_tell_everybody_once(cast, figures):
    """Killed while they are written, or while they leave: of each item each person is told once, nobody is left out.

    At worst the mail that each process was just sending is reported as uncertain.
    """
    long_ago = timezone.now() - timedelta(days=30)
    people = factories.UserFactory.create_batch(MAILS)
    everything = {"country": cast.ukraine.country, "cluster": None, "of_country": False, "since": long_ago}
    for person in people:
        factories.SubscriptionFactory(user=person, reports=True, **everything)
        DigestMark.objects.create(user=person, weekly_at=long_ago, urgent_at=long_ago)
    for _number in range(20):
        factories.ReportFactory(countries=[cast.ukraine.country], expected_on=timezone.localdate())
    with mail_server(pause=0.03) as server:
        port = server.server_address[1]
        first = command("send_digests", EMAIL_URL=f"smtp://127.0.0.1:{port}")
        second = command("send_digests", EMAIL_URL=f"smtp://127.0.0.1:{port}")
        if random.random() < 0.5:  # noqa: S311
            time.sleep(random.uniform(0.5, 3))  # noqa: S311
        else:
            killed_after, until = random.randrange(1, MAILS), time.monotonic() + 30  # noqa: S311
            while len(server.taken) < killed_after and time.monotonic() < until:
                time.sleep(0.005)
        for process in (first, second):
            process.kill()
            process.communicate()
        figures(mails_taken_before_a_kill_of_send_digests=len(server.taken))
        OutgoingMail.objects.filter(state="sending").update(tried_at=timezone.now() - timedelta(hours=1))
        finish("send_mail_queue", port=port)
        finish("send_digests", port=port)
        assert "Written: 0 urgent, 0 digest; nothing was due." in finish("send_digests", port=port)
    assert len(server.taken) == len(set(server.taken))
    mails = OutgoingMail.objects.filter(kind="digest")
    assert sorted(mail.to_id for mail in mails) == sorted(person.pk for person in people)
    assert DigestItem.objects.count() == 20 * MAILS
    states = [mail.state for mail in mails]
    uncertain = states.count("uncertain")
    assert uncertain <= 2  # two processes were killed
    assert states.count("sent") == MAILS - uncertain
    assert len(server.taken) in range(MAILS - uncertain, MAILS + 1)


@pytest.mark.slow
def test_a_purge_that_is_killed_and_run_again_leaves_nothing_half_done(cast):
    """Of the lines emptied before the kill each has its event; the next run empties the others."""
    long_ago = timezone.now() - timedelta(days=800)
    words = {"action_id": action_id(10), "level": "high", "what_was_done": "secret", "started_on": long_ago.date()}
    row = words | {"cluster": cast.south_sudan, "created_by": cast.coordinator}
    Engagement.objects.bulk_create(Engagement(**row) for _number in range(1_000))
    Engagement.objects.update(updated_at=long_ago)
    AuditEvent.objects.bulk_create(AuditEvent(kind="opened", at=long_ago) for _number in range(2_000))
    asked = {"to_level": "moderate", "reason": "secret", "asked_by": cast.coordinator, "asked_at": long_ago}
    LevelLowering.objects.bulk_create(LevelLowering(engagement=line, **asked) for line in Engagement.objects.all())
    file = {"by": cast.coordinator, "content": {"rows": "secret"}, "made_at": long_ago}
    yesterday = timezone.now() - timedelta(days=2)
    ImportBatch.objects.bulk_create(ImportBatch(expires_at=yesterday, **file) for _number in range(1_000))
    KeptForm.objects.bulk_create(KeptForm(typed_by=cast.member, kept_at=yesterday) for _number in range(1_000))
    people = factories.UserFactory.create_batch(50)
    AccountChange.objects.bulk_create(
        AccountChange(kind="focal_point", person=person, asked_by=cast.administrator, asked_at=long_ago)
        for person in people
    )
    first = command("purge", DEBUG="1")  # with the cache in memory: this database has no table for it
    time.sleep(random.uniform(1, 2.5))  # noqa: S311
    first.kill()
    first.communicate()
    emptied = Engagement.objects.exclude(text_removed_on=None)
    told = AuditEvent.objects.filter(kind="purged", detail__what="text_high")
    assert set(emptied.values_list("pk", flat=True)) == set(told.values_list("subject_id", flat=True))
    assert not LevelLowering.objects.filter(engagement__in=emptied).exists()
    left = 1_000 - emptied.count()
    assert f"text_high: {left} removed" in finish("purge")
    assert not Engagement.objects.filter(what_was_done="secret").exists()
    assert not AuditEvent.objects.filter(kind="opened").exists()
    assert not ImportBatch.objects.exclude(content={}).exists()
    assert not KeptForm.objects.exists()
    assert not AccountChange.objects.waiting().exists()
    assert OutgoingMail.objects.filter(kind="change").count() == 2 * len(people)  # each told once: focal point, asker
    assert all(line.endswith(": 0 removed") for line in finish("purge").splitlines())


@pytest.mark.slow
def test_reference_data_loaded_after_a_kill_are_those_of_a_clean_load(cast):
    """What was killed has left nothing behind that the next load would not mend."""
    from mandates.models import CountryVisit, Mandate, MandateHolder, Report

    models = (Mandate, MandateHolder, CountryVisit, Report)
    first = command("seed_reference")
    time.sleep(random.uniform(0.5, 2.5))  # noqa: S311
    first.kill()
    first.communicate()
    finish("seed_reference")
    loaded = [model.objects.count() for model in models]
    finish("seed_reference")
    assert loaded == [model.objects.count() for model in models]
    assert Mandate.objects.filter(kind="thematic").count() > 40
