"""The queue of mails: what each answer of a mail server leads to; no mail twice, none forgotten."""

import smtplib
import socket
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from engagement import mail as queue
from engagement import services
from engagement.models import OutgoingMail, User
from tests import factories
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ANSWERS = [
    (None, "sent", ""),
    (ConnectionRefusedError(), "waiting", "ConnectionRefusedError"),
    (socket.gaierror(), "waiting", "gaierror"),
    (smtplib.SMTPConnectError(421, b"busy"), "waiting", "SMTPConnectError 421"),
    (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no such user")}), "refused", "SMTPRecipientsRefused 550"),
    (smtplib.SMTPRecipientsRefused({"a@b.c": (450, b"greylisted")}), "waiting", "SMTPRecipientsRefused 450"),
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

    def overtaken(row, now, read=None):
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
    """A fixed number at the start and at most nine for each mail: one reads it anew, most are for its key."""
    for person in (cast.member, cast.other, cast.reader, cast.focal):
        queue.queue(kind="password", to=person)
    with django_assert_max_num_queries(3 + 9 * 4):
        run()


# -- Mails that share: to members and contacts, many at once -------------------------------------------


@pytest.fixture
def share(cast):
    """A visit that was shared with six contacts and the member; all their mails wait."""
    line = factories.EngagementFactory(
        cluster=cast.south_sudan, number=2, visit=factories.VisitFactory(countries=["SSD"])
    )
    people = [cast.member, *factories.ContactFactory.create_batch(6, cluster=cast.south_sudan)]
    return factories.ShareFactory(engagement=line, to=people, to__state="waiting")


@pytest.fixture
def connections(monkeypatch):
    """`connections` grows by one each time the mail server is reached; `fail` is what it then raises."""

    class Connections(list):
        fail = None

    opened = Connections()

    def reach(self):
        opened.append(1)
        if opened.fail:
            raise opened.fail

    monkeypatch.setattr(EmailBackend, "open", reach)
    return opened


def fail_once(monkeypatch, error, at):
    """Let the mail server answer the mail number `at` with `error`, and take all others."""
    take, asked = EmailBackend.send_messages, []

    def send(self, messages):
        asked.append(1)
        if len(asked) == at:
            raise error
        return take(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)


def states(share):
    return Counter(share.mails.values_list("state", flat=True))


def test_many_mails_take_one_connection(share, connections):
    """Seven mails, each to one person alone, over one line."""
    assert queue.deliver(OutgoingMail.objects.all()) == Counter(sent=7)
    assert len(connections) == 1
    assert sorted(len(message.to) for message in mail.outbox) == [1] * 7
    assert len({message.to[0] for message in mail.outbox}) == 7


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPServerDisconnected("gone"), "uncertain"),
        (smtplib.SMTPSenderRefused(421, b"too many mails on this line", "x@y.z"), "waiting"),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no such user")}), "refused"),
    ],
)
def test_after_a_bad_answer_the_others_take_a_new_line(error, state, share, connections, monkeypatch):
    """One mail is in doubt or put off, not all that came after it."""
    fail_once(monkeypatch, error, at=3)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter({"sent": 6, state: 1})
    assert len(connections) == 2


def test_a_server_that_goes_away_keeps_the_others_waiting(share, connections, monkeypatch):
    """Nobody asks it again for each of them."""

    def break_down(self, messages):
        connections.fail = ConnectionRefusedError()
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", break_down)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter(uncertain=1, waiting=6)
    assert len(connections) == 2


def test_a_server_that_breaks_each_line_leaves_few_mails_in_doubt(share, connections, monkeypatch):
    """The others wait: what is in doubt is sent by nobody any more."""

    def break_down(self, messages):
        raise TimeoutError

    monkeypatch.setattr(EmailBackend, "send_messages", break_down)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter(uncertain=3, waiting=4)
    assert len(connections) == 3
    assert set(share.mails.values_list("error", flat=True)) == {"TimeoutError"}


def test_a_command_waits_longer_for_an_answer_than_a_page(share, monkeypatch):
    """Whoever leaves before it does not know whether the mail was taken."""
    asked, connect = [], queue.get_connection

    def remember(**options):
        asked.append(options)
        return connect(**options)

    monkeypatch.setattr(queue, "get_connection", remember)
    keys = list(share.mails.values_list("pk", flat=True))
    queue.deliver(OutgoingMail.objects.filter(pk=keys[0]), patience=queue.PATIENCE)
    queue.deliver(OutgoingMail.objects.filter(pk=keys[1]))
    assert asked == [{"timeout": 20}, {"timeout": 60}]


def test_a_killed_process_and_the_next_run_send_nothing_twice(share, clock, monkeypatch):
    """What had left stays sent, what was being sent is in doubt, the rest leaves once."""
    fail_once(monkeypatch, KeyboardInterrupt(), at=3)
    with pytest.raises(KeyboardInterrupt):
        queue.deliver(OutgoingMail.objects.all())
    assert states(share) == Counter(sent=2, sending=1, waiting=4)
    clock(NOON + timedelta(minutes=16))
    for _run in range(2):
        run()
    assert states(share) == Counter(sent=6, uncertain=1)
    assert len(mail.outbox) == len({message.to[0] for message in mail.outbox}) == 6


def test_a_process_without_a_server_does_not_undo_what_another_sent(share, monkeypatch):
    """It waited for the server while a second one got through: nothing is put back into the queue."""

    def overtaken(self):
        monkeypatch.setattr(EmailBackend, "open", lambda self: None)
        queue.deliver(OutgoingMail.objects.all())
        raise TimeoutError

    monkeypatch.setattr(EmailBackend, "open", overtaken)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter()
    assert states(share) == Counter(sent=7)
    assert len(mail.outbox) == 7


def end_membership(cast, share):
    cast.member.memberships.update(started_on=date(2026, 5, 1), ended_on=date(2026, 5, 2))
    return 1


def stop_account(cast, share):
    cast.member.is_active = False
    cast.member.save()
    return 1


def remove_contact(cast, share):
    services.remove_contact(contact=share.mails.exclude(contact=None).first().contact)
    return 0  # dropped at once, and not when it is sent


def withdraw_line(cast, share):
    services.withdraw_engagement(by=cast.coordinator, engagement=share.engagement, reason="Wrong words.")
    return 7


def withdraw_visit(cast, share):
    share.engagement.visit.withdrawn_on = date(2026, 5, 20)
    share.engagement.visit.save()
    return 7


@pytest.mark.parametrize("happens", [end_membership, stop_account, remove_contact, withdraw_line, withdraw_visit])
def test_a_share_that_nobody_needs_any_more_is_dropped(happens, share, cast):
    """Nobody who left is written to, and nothing that was taken back is told."""
    dropped = happens(cast, share)
    assert queue.deliver(OutgoingMail.objects.all())["dropped"] == dropped
    assert len(mail.outbox) == share.mails.filter(state="sent").count() == 7 - max(dropped, 1)


def test_what_changes_while_mails_leave_is_seen(share, monkeypatch):
    """A contact removed after the run began is not written to: each mail is read anew once it is claimed."""
    take = queue._claim

    def removed_before(key, now, read=None):
        for row in share.mails.filter(pk=key, contact__isnull=False):
            row.contact.name = row.contact.email = ""
            row.contact.removed_on = date(2026, 5, 20)
            row.contact.save()
        return take(key, now)

    monkeypatch.setattr(queue, "_claim", removed_before)
    assert queue.deliver(OutgoingMail.objects.all()) == Counter(sent=1, dropped=6)


def test_mails_of_a_share_ask_a_few_queries_each(share, django_assert_max_num_queries):
    """A fixed number at the start, and at most seven for each."""
    with django_assert_max_num_queries(3 + 7 * 7):
        run()


def test_stuck_shares_are_not_an_administrators_business(share, cast):
    """What she is shown of mails that did not leave are the invitations that she caused, not who is told of what."""
    share.mails.update(state="refused", tried_at=NOON)
    assert not User.objects.with_mail_that_did_not_leave().exists()
    assert not OutgoingMail.objects.visible_to(cast.administrator).exists()
