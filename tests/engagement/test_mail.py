"""The queue of mails: what each answer of a mail server leads to; no mail twice, none forgotten."""

import smtplib
import socket
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from engagement import mail as queue
from engagement.models import OutgoingMail
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ANSWERS = [
    (None, "sent", ""),
    (ConnectionRefusedError(), "waiting", "ConnectionRefusedError"),
    (socket.gaierror(), "waiting", "gaierror"),
    (smtplib.SMTPConnectError(421, b"busy"), "waiting", "SMTPConnectError 421"),
    (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no such user")}), "refused", "SMTPRecipientsRefused"),
    (smtplib.SMTPRecipientsRefused({"a@b.c": (450, b"greylisted")}), "waiting", "SMTPRecipientsRefused"),
    (smtplib.SMTPSenderRefused(553, b"not you", "x@y.z"), "refused", "SMTPSenderRefused 553"),
    (smtplib.SMTPDataError(452, b"disk full"), "waiting", "SMTPDataError 452"),
    (smtplib.SMTPServerDisconnected("gone"), "uncertain", "SMTPServerDisconnected"),
    (TimeoutError(), "uncertain", "TimeoutError"),
]


@pytest.fixture
def server(monkeypatch):
    """`server(error)`: from now on the mail server answers each mail so; None takes it."""
    take = EmailBackend.send_messages

    def answer_with(error):
        def send(self, messages):
            if error:
                raise error
            return take(self, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", send)

    return answer_with


def run():
    """What `send_mail_queue` prints."""
    out = StringIO()
    call_command("send_mail_queue", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("error", "state", "said"), ANSWERS)
def test_what_an_answer_leads_to(error, state, said, server, cast):
    """Nothing left: tried again. Refused for good, or perhaps taken: never again by itself."""
    server(error)
    row = queue.queue(kind="password", to=cast.member)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter({state: 1})
    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == (state, said, 1)
    server(None)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter()


def test_pauses_grow_and_end(server, cast, clock):
    """5, 10, 20 … minutes, at most six hours; after three days nobody tries any more."""
    server(ConnectionRefusedError())
    row = queue.queue(kind="password", to=cast.member)
    pauses, now = [], NOON
    while row.state == "waiting":
        queue.deliver(OutgoingMail.objects.all())
        row.refresh_from_db()
        pauses.append((row.due_at - now) / timedelta(minutes=1))
        now = row.due_at
        clock(now)
    assert pauses[:8] == [5, 10, 20, 40, 80, 160, 320, 360]
    assert timedelta(days=3) <= now - NOON <= timedelta(days=4)
    assert row.state == "refused"


def test_a_server_that_cannot_be_reached_is_asked_once(monkeypatch, cast):
    """Not once per mail: each would wait for its time-out."""
    asked = []

    def refuse(self):
        asked.append(1)
        raise TimeoutError

    monkeypatch.setattr(EmailBackend, "open", refuse)
    for person in (cast.member, cast.other, cast.reader):
        queue.queue(kind="password", to=person)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter(waiting=3)
    assert len(asked) == 1


def test_a_killed_process_leaves_an_uncertain_mail(server, cast, clock):
    """What was being sent is reported, and not sent again by anyone but a person."""
    server(KeyboardInterrupt())
    queue.queue(kind="password", to=cast.member)
    with pytest.raises(KeyboardInterrupt):
        queue.deliver(OutgoingMail.objects.all())
    server(None)
    assert run() == "Mail: nothing was due; 0 uncertain in all.\n"
    clock(NOON + timedelta(minutes=16))
    assert run() == "Mail: nothing was due; 1 uncertain in all.\n"
    assert mail.outbox == []


def test_of_two_processes_one_sends(monkeypatch, cast):
    """The second finds the mail claimed, although it had read it as waiting."""
    queue.queue(kind="password", to=cast.member)
    take = queue._claim

    def overtaken(row, now):
        monkeypatch.setattr(queue, "_claim", take)
        queue.deliver(OutgoingMail.objects.all())
        return take(row, now)

    monkeypatch.setattr(queue, "_claim", overtaken)
    queue.deliver(OutgoingMail.objects.all())
    assert len(mail.outbox) == 1


def test_one_that_waits_is_hurried_and_not_doubled(server, cast):
    """Pressing again brings the waiting mail forward."""
    server(ConnectionRefusedError())
    first = queue.queue(kind="password", to=cast.member)
    queue.deliver(OutgoingMail.objects.all())
    assert queue.queue(kind="password", to=cast.member) == first
    server(None)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter(sent=1)


@pytest.mark.parametrize("change", ["inactive", "ended"])
def test_what_is_no_longer_needed_is_dropped(change, cast):
    """Nobody who has left is written to."""
    queue.queue(kind="invitation", to=cast.member, cluster=cast.south_sudan)
    if change == "inactive":
        cast.member.is_active = False
        cast.member.save()
    else:
        cast.member.memberships.update(started_on="2026-05-01", ended_on="2026-05-02")
    assert queue.deliver(OutgoingMail.objects.all()) == Counter(dropped=1)
    assert mail.outbox == []


def test_a_mail_has_one_identity_and_the_readers_language(cast):
    """A copy that a broken line made anyway is recognised by its Message-ID."""
    cast.member.language = "fr"
    cast.member.save()
    row = queue.queue(kind="password", to=cast.member)
    sent = queue.message(row)
    assert sent.extra_headers["Message-ID"] == queue.message(row).extra_headers["Message-ID"]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "mot de passe" in sent.subject.lower()


def test_no_key_to_an_account_lies_in_the_table(cast):
    """Whoever reads the database finds no address that sets a password."""
    row = queue.queue(kind="password", to=cast.member)
    key = queue.password_url(cast.member).rsplit("/", 2)[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM engagement_outgoingmail")
        assert key not in str(cursor.fetchall())
    assert key in queue.message(row).body


def test_a_state_that_cannot_be_is_refused(cast):
    """Sent without a moment is not stored."""
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.create(kind="password", to=cast.member, state="sent")


def test_the_queue_asks_a_few_queries_each(cast, django_assert_max_num_queries):
    """A fixed number at the start and at most eight for each mail, most of them for its key."""
    for person in (cast.member, cast.other, cast.reader, cast.focal):
        queue.queue(kind="password", to=person)
    with django_assert_max_num_queries(3 + 8 * 4):
        run()
