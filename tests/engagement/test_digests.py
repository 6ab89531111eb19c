"""Mails of what people follow: who is told what, when, and once."""

import re
import smtplib
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from engagement.models import DigestMark, OutgoingMail, Subscription
from mandates.models import VisitEvent
from tests import factories

from .recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MONDAY = datetime(2026, 5, 18, 7, tzinfo=UTC)
WEDNESDAY = MONDAY + timedelta(days=2, hours=5)
NEXT_MONDAY = MONDAY + timedelta(days=7)
EARLIER = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def run(clock):
    """`run(moment)`: what the command prints then; the mails that left are in `mail.outbox`, emptied before."""

    def at(moment: datetime) -> str:
        mail.outbox.clear()
        clock(moment)
        out = StringIO()
        call_command("send_digests", stdout=out)
        return out.getvalue()

    return at


@pytest.fixture
def follow(cast):
    """`follow(person, …)`: she follows visits, calls and reports, as the criteria say, since Monday, 8:00."""

    def one(person, mails="urgent", kinds=("visits", "calls", "reports"), **criteria):
        row = {"visits": False, "calls": False, "reports": False} | dict.fromkeys(kinds, True)
        if "cluster" not in criteria:
            row |= {"cluster": None, "of_country": False}
        row |= {"user": person, "mails": mails, "since": MONDAY + timedelta(hours=1)}
        return factories.SubscriptionFactory(**row | criteria)

    return one


def told() -> list[tuple[str, str]]:
    """(address, subject) of each mail that left."""
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def visit_of(status="announced", **columns):
    """A visit to South Sudan as it was known long before."""
    visit = factories.VisitFactory(countries=["SSD"], status=status, **columns)
    recorded(EARLIER - timedelta(days=1))
    return visit


def step(visit, kind, at):
    """An event of a visit, entered at a moment."""
    VisitEvent.objects.create(visit=visit, kind=kind, day=at.date(), known_by=at.date())
    recorded(at)


# -- At once --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["announced", "dates_agreed", "postponed", "cancelled"])
def test_what_is_urgent_of_a_visit_comes_at_once(kind, cast, follow, run):
    """To those who want it so, once; the weekly mail does not repeat it."""
    follow(cast.member, country=cast.south_sudan.country)
    follow(cast.coordinator, mails="weekly", country=cast.south_sudan.country)
    follow(cast.other, country=cast.ukraine.country)
    follow(cast.reader, mails="none")
    visit = visit_of("accepted")
    step(visit, kind, WEDNESDAY)
    assert "1 urgent, 0 digest; 1 sent" in run(WEDNESDAY + timedelta(minutes=1))
    (message,) = mail.outbox
    assert message.to == ["member@example.org"]
    assert "South Sudan" in message.subject
    assert "nothing was due" in run(WEDNESDAY + timedelta(minutes=10))
    assert "0 urgent, 1 digest" in run(NEXT_MONDAY + timedelta(hours=1))
    assert [to for to, _subject in told()] == ["coordinator@example.org"]


@pytest.mark.parametrize("kind", ["requested", "accepted", "declined", "completed"])
def test_other_steps_wait_for_monday(kind, cast, follow, run):
    """The way to a visit is long; its steps are read once a week."""
    follow(cast.member, country=cast.south_sudan.country)
    step(visit_of("invited"), kind, WEDNESDAY)
    assert "0 urgent, 0 digest" in run(WEDNESDAY + timedelta(minutes=1))
    assert "0 urgent, 1 digest" in run(NEXT_MONDAY)


def test_moved_is_urgent_and_says_from_when(cast, follow, run):
    """Also a visit whose dates were removed; both bodies say what stood there."""
    follow(cast.member, country=cast.south_sudan.country)
    moved, undated = visit_of(places="Juba"), visit_of(places="Wau")
    moved.starts_on, moved.ends_on = date(2026, 7, 1), date(2026, 7, 10)
    undated.starts_on = undated.ends_on = None
    undated.precision = ""
    for visit in (moved, undated):
        visit.save()
    recorded(WEDNESDAY)
    run(WEDNESDAY + timedelta(minutes=1))
    (message,) = mail.outbox
    assert message.subject.startswith("2 urgent items: Visit to South Sudan")
    html = message.alternatives[0].content
    for body in (message.body, html):
        assert "moved; it was 8–19 June 2026" in body
        assert "its dates are not known any more; they were 8–19 June 2026" in body
        assert "1–10 July 2026" in body
        assert f"/visits/{moved.pk}/" in body


def test_a_deadline_is_near_once(cast, follow, run):
    """Seven days before; moved nearer it is told again, and into the past only as news of the week."""
    follow(cast.member, kinds=["calls"])
    cast.member.time_zone = "Europe/Zurich"
    cast.member.save()
    call = factories.CallFactory(title="Papers", deadline_on=date(2026, 6, 2))
    recorded(EARLIER - timedelta(days=1))
    near = datetime(2026, 5, 26, 22, tzinfo=UTC)  # 24:00 there, seven days before it closes
    run(NEXT_MONDAY)
    assert told() == []
    assert "nothing was due" in run(near - timedelta(minutes=1))
    run(near)
    ((_to, subject),) = told()
    assert subject == "Call for input until 2 June 2026: Papers"
    assert "closes in 6 days" in mail.outbox[0].body  # her day has just begun
    run(near + timedelta(hours=1))
    assert told() == []
    call.deadline_on = date(2026, 5, 28)
    call.save()
    recorded(near + timedelta(hours=2))
    run(near + timedelta(hours=3))
    assert "deadline moved; it was 2 June 2026" in mail.outbox[0].body
    call.deadline_on = date(2026, 5, 20)
    call.save()
    recorded(near + timedelta(hours=4))
    run(near + timedelta(hours=5))
    assert told() == []
    run(NEXT_MONDAY + timedelta(days=7))
    (message,) = mail.outbox
    assert "deadline moved; it was 28 May 2026 · closed" in message.body
    assert message.subject == "Closed call for input: Papers"


@pytest.mark.parametrize(
    ("zone", "days"), [("Africa/Juba", 6), ("Pacific/Kiritimati", 7), ("America/Bogota", 7), ("UTC", 7)]
)
def test_what_comes_at_once_never_says_eight_days(zone, days, cast, follow, run):
    """A near deadline is seven days away at most, on every clock."""
    follow(cast.member, kinds=["calls"])
    cast.member.time_zone = zone
    cast.member.save()
    call = factories.CallFactory(title="Papers", deadline_on=date(2026, 6, 2))
    recorded(EARLIER - timedelta(days=1))
    run(NEXT_MONDAY - timedelta(days=6))
    assert "nothing was due" in run(call.closes_at - timedelta(days=7, minutes=1))
    run(call.closes_at - timedelta(days=7))
    assert f"closes in {days} days" in mail.outbox[0].body


def test_a_call_that_is_entered_late_is_urgent(cast, follow, run):
    """It closes in three days."""
    follow(cast.member, kinds=["calls"])
    factories.CallFactory(title="Papers", deadline_on=date(2026, 5, 23))
    recorded(WEDNESDAY)
    run(WEDNESDAY + timedelta(minutes=1))
    assert told() == [("member@example.org", "Call for input until 23 May 2026: Papers")]


# -- Once a week ----------------------------------------------------------------------------------------


def test_monday_morning_is_hers(cast, follow, run):
    """At seven in her time zone; one that was missed is made up for, and none comes twice."""
    cast.member.time_zone = "America/Bogota"  # 12:00 UTC
    cast.member.save()
    follow(cast.member, mails="weekly")
    run(WEDNESDAY)
    factories.ReportFactory(title="Papers")
    recorded(WEDNESDAY + timedelta(minutes=1))
    for moment in (NEXT_MONDAY, NEXT_MONDAY + timedelta(hours=4, minutes=59)):
        run(moment)
        assert told() == []
    run(NEXT_MONDAY + timedelta(days=1))
    assert told() == [("member@example.org", "Report ahead: Papers")]
    for days in (1, 2, 6, 7, 13, 14):
        run(NEXT_MONDAY + timedelta(days=days, hours=6))
        assert told() == []


def test_ten_changes_are_one_line(cast, follow, run):
    """Of one visit, whatever changed how often; nobody gets a mail that says nothing."""
    follow(cast.member, mails="weekly", country=cast.south_sudan.country)
    follow(cast.other, mails="weekly", country=cast.ukraine.country)
    visit = visit_of()
    for number in range(10):
        visit.places = f"Juba {number}"
        visit.save()
    visit.checked_on = date(2026, 5, 20)
    visit.save()
    recorded(WEDNESDAY)
    run(NEXT_MONDAY)
    (message,) = mail.outbox
    assert message.body.count("* Visit to South Sudan") == 1
    assert "changed: places" in message.body


def test_a_report_that_came_out_is_said_to_be_published(cast, follow, run):
    """Of one that was expected; of one that came out before, what else changed."""
    follow(cast.member, mails="weekly")
    expected = factories.ReportFactory(title="Expected")
    published = factories.ReportFactory(title="Long known", published_on=date(2026, 4, 1), published_precision="day")
    recorded(EARLIER - timedelta(days=1))
    expected.published_on, expected.published_precision = date(2026, 5, 19), "day"
    expected.save()
    published.symbol = "A/HRC/62/1"
    published.save()
    recorded(WEDNESDAY)
    run(NEXT_MONDAY)
    (message,) = mail.outbox
    said = dict(re.findall(r"^\* Report: (.+)\n  (.+)$", message.body, re.M))
    assert said == {"Expected": "published", "Long known": "changed: symbol"}


def test_what_needs_action_comes_first(cast, follow, run):
    """Deadlines that are near, the nearest first; then visits that were announced; the rest below."""
    follow(cast.member, mails="weekly")
    factories.ReportFactory(title="AReport")
    factories.CallFactory(title="ALater", deadline_on=date(2026, 7, 1))
    visit = factories.VisitFactory(countries=["SSD"])
    factories.CallFactory(title="BSoon", deadline_on=date(2026, 5, 29))
    factories.CallFactory(title="CSooner", deadline_on=date(2026, 5, 27))
    recorded(WEDNESDAY)
    run(NEXT_MONDAY)
    (message,) = mail.outbox
    words = ("TO ACT ON FIRST", "CSooner", "BSoon", str(visit), "OTHER NEWS", "ALater", "Report: AReport")
    places = [message.body.index(f"\n{word}" if word.isupper() else f"* {word}") for word in words]
    assert places == sorted(places)
    assert message.subject == "5 items this week: CSooner …"


def test_what_changed_again_is_told_again(cast, follow, run):
    """Told as urgent on Wednesday, and other days agreed on Thursday: that stands in the weekly mail of Monday."""
    follow(cast.member, country=cast.south_sudan.country)
    visit = visit_of("accepted")
    step(visit, "announced", WEDNESDAY)
    run(WEDNESDAY + timedelta(minutes=1))
    visit.places = "Juba"
    visit.save()
    recorded(WEDNESDAY + timedelta(days=1))
    run(WEDNESDAY + timedelta(days=1, minutes=1))
    assert told() == []
    run(NEXT_MONDAY)
    (message,) = mail.outbox
    assert "changed: places" in message.body


def test_what_is_long_over_is_no_news(cast, follow, run):
    """Visits, calls and reports of past years that somebody enters; nor what was entered and withdrawn."""
    follow(cast.member)
    factories.VisitFactory(countries=["SSD"], starts_on=date(2025, 3, 1), ends_on=date(2025, 3, 9))
    factories.CallFactory(deadline_on=date(2025, 3, 1))
    factories.ReportFactory(published_on=date(2025, 3, 1), published_precision="day")
    factories.CallFactory(withdrawn_on=date(2026, 5, 20))
    recorded(WEDNESDAY)
    run(NEXT_MONDAY)
    assert told() == []


def test_an_entry_that_was_wrong_is_taken_back(cast, follow, run):
    """Who was told of it hears that it is withdrawn."""
    follow(cast.member, country=cast.south_sudan.country)
    visit = visit_of()
    visit.withdrawn_on = date(2026, 5, 20)
    visit.save()
    recorded(WEDNESDAY)
    run(WEDNESDAY + timedelta(minutes=1))
    assert "withdrawn: this entry was wrong" in mail.outbox[0].body
    assert mail.outbox[0].subject == "Withdrawn: Visit to South Sudan, —: 8–19 June 2026"


def test_answers_of_the_task_team_are_counted(cast, follow, run):
    """For coordinators of the cluster, of what they read; a number and a link, never a word of it."""
    for person in (cast.coordinator, cast.member, cast.other, cast.reader):
        follow(person, mails="weekly", kinds=["reports"])
    for text in ("one secret", "another secret"):
        line = factories.EngagementFactory(cluster=cast.south_sudan, support_needed=text)
        support = factories.SupportRequestFactory(engagement=line, owner=cast.focal, answer="secret")
        type(support).objects.filter(pk=support.pk).update(answered_at=WEDNESDAY)
    run(WEDNESDAY)
    run(NEXT_MONDAY)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["coordinator@example.org"], "You have 2 answers")
    assert "secret" not in message.body + message.alternatives[0].content
    assert "/support/" in message.body


# -- Whom ----------------------------------------------------------------------------------------------


def test_nobody_is_told_of_what_was_before_she_followed_it(cast, follow, run):
    """Nor all at once of a week that others have had."""
    row = follow(cast.member, country=cast.south_sudan.country)
    Subscription.objects.filter(pk=row.pk).update(since=WEDNESDAY + timedelta(hours=1))
    step(visit_of("accepted"), "announced", WEDNESDAY)
    run(WEDNESDAY + timedelta(hours=2))
    run(NEXT_MONDAY)
    assert told() == []


@pytest.mark.parametrize("change", ["switched off", "moved", "ended", "turned off", "left"])
def test_who_does_not_want_it_any_more_gets_nothing(change, cast, follow, run, client_of):
    """Between the writing of a mail and its leaving, while the mail server was down."""
    row = follow(None, kinds=["visits"], cluster=cast.south_sudan, of_country=True)
    cast.coordinator.memberships.update(started_on=date(2026, 5, 1), ended_on=date(2026, 5, 2))
    cast.member.memberships.update(started_on=date(2026, 5, 1))
    step(visit_of("accepted"), "announced", WEDNESDAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EmailBackend, "open", lambda self: (_ for _ in ()).throw(ConnectionRefusedError()))
        assert "1 urgent, 0 digest; 1 waiting" in run(WEDNESDAY + timedelta(minutes=1))
    if change == "switched off":
        cast.member.is_active = False
        cast.member.save()
    elif change == "moved":
        cast.member.memberships.update(ended_on=date(2026, 5, 20))
    elif change == "ended":
        row.delete()
    elif change == "turned off":
        DigestMark.objects.update(no_urgent=True)
    else:
        row.opt_outs.create(user=cast.member)
    assert "1 dropped" in run(WEDNESDAY + timedelta(minutes=30))
    assert told() == []


def test_a_suggestion_is_told_to_who_knows_it(cast, follow, run):
    """Within its cluster and to the task team, marked; to others once it is confirmed."""
    for person in (cast.member, cast.other, cast.reader):
        follow(person, mails="weekly", country=cast.south_sudan.country)
    visit = factories.VisitFactory(countries=["SSD"], suggested=cast.south_sudan)
    recorded(WEDNESDAY)
    run(NEXT_MONDAY)
    assert [to for to, _subject in told()] == ["hrett@example.org", "member@example.org"]
    assert all("Not confirmed yet by the task team." in message.body for message in mail.outbox)
    visit.confirmed_on = date(2026, 5, 27)
    visit.save()
    recorded(NEXT_MONDAY + timedelta(days=1))
    run(NEXT_MONDAY + timedelta(days=7))
    assert [to for to, _subject in told()] == ["hrett@example.org", "member@example.org", "other@example.org"]
    assert all("confirmed by the task team" in message.body for message in mail.outbox)


def test_a_mail_server_that_refuses_one_address_serves_the_others(cast, follow, run, monkeypatch, client_of):
    """That one is refused for good, and not tried again; its owner reads that where she chooses her mails."""
    take = EmailBackend.send_messages

    def answer(self, messages):
        if messages[0].to == ["member@example.org"]:
            raise smtplib.SMTPRecipientsRefused({"member@example.org": (550, b"no such user")})
        return take(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", answer)
    for person in (cast.member, cast.coordinator, cast.other):
        follow(person, country=cast.south_sudan.country)
    step(visit_of("accepted"), "announced", WEDNESDAY)
    assert "3 urgent, 0 digest; 1 refused, 2 sent" in run(WEDNESDAY + timedelta(minutes=1))
    assert "nothing was due" in run(WEDNESDAY + timedelta(hours=1))
    assert OutgoingMail.objects.get(state="refused").to == cast.member
    told = "The last one could not be delivered (20 May 2026)."
    pages = [client_of(person).get("/account/subscriptions/").text for person in (cast.member, cast.coordinator)]
    assert [told in page for page in pages] == [True, False]


# -- How it reads --------------------------------------------------------------------------------------


def test_it_speaks_her_language(cast, follow, run):
    """Her own, else that of her cluster; Arabic from the right; days in her time zone."""
    cast.member.language = "ar"
    cast.member.save()
    cast.south_sudan.working_language = "fr"
    cast.south_sudan.save()
    cast.south_sudan.country.name_fr = "Soudan du Sud"
    cast.south_sudan.country.save()
    for person in (cast.member, cast.coordinator, cast.other):
        follow(person, country=cast.south_sudan.country)
    step(visit_of("accepted"), "announced", WEDNESDAY)
    run(WEDNESDAY + timedelta(minutes=1))
    read = {message.to[0]: message.alternatives[0].content for message in mail.outbox}
    assert '<html lang="ar" dir="rtl">' in read["member@example.org"]
    assert '<html lang="fr" dir="ltr">' in read["coordinator@example.org"]
    assert '<html lang="en" dir="ltr">' in read["other@example.org"]
    assert "Soudan du Sud" in read["coordinator@example.org"]


def test_what_is_typed_is_escaped(cast, follow, run):
    """In the HTML; the text has it as it is."""
    follow(cast.member)
    factories.ReportFactory(title="<script>alert(1)</script> & papers")
    recorded(WEDNESDAY)
    run(NEXT_MONDAY)
    (message,) = mail.outbox
    assert "<script>" not in message.alternatives[0].content
    assert "* Report: <script>alert(1)</script> & papers" in message.body


# -- Ending them ----------------------------------------------------------------------------------------


@pytest.fixture
def link(cast, follow, run):
    """The address in the header of an urgent mail to the member, without the host."""
    follow(cast.member, country=cast.south_sudan.country)
    step(visit_of("accepted"), "announced", WEDNESDAY)
    run(WEDNESDAY + timedelta(minutes=1))
    (message,) = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in message.body
    return address.removeprefix(settings.SITE_URL)


@pytest.mark.parametrize("sent", [{}, {"List-Unsubscribe": "One-Click"}])
def test_one_press_ends_them_without_signing_in(sent, cast, link, run, client_of):
    """A look changes nothing; a press does, also that of a mail program; the weekly mail then has what is urgent."""
    stranger = client_of(None)
    page = stranger.get(link)
    assert page.status_code == 200
    assert "End these mails?" in page.text
    assert not DigestMark.objects.get().no_urgent
    done = stranger.post(link, sent, follow=True)
    assert done.redirect_chain == ([] if sent else [(link, 302)])
    assert "Urgent mails of what you follow have ended." in done.text
    assert cast.member.email not in page.text + done.text
    visit = visit_of("accepted")
    step(visit, "announced", WEDNESDAY + timedelta(days=1))
    run(WEDNESDAY + timedelta(days=1, hours=1))
    assert told() == []
    run(NEXT_MONDAY)
    assert [to for to, _subject in told()] == ["member@example.org"]


def test_a_key_that_was_changed_opens_nothing(link, client_of):
    """One of another person, or another kind, cannot be made of it."""
    path = link.partition("?")[0]
    for broken in (path[:-3] + "x/", "/unsubscribe/abc/", "/unsubscribe/a:b:c/"):
        for method in ("get", "post"):
            assert getattr(client_of(None), method)(broken).status_code == 404
    assert not DigestMark.objects.get().no_urgent


def test_a_press_needs_no_token(link):
    """Mail programs have none."""
    assert Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert DigestMark.objects.get().no_urgent


def test_somebody_who_is_gone_ends_nothing(cast, link, client_of):
    """The page says the same."""
    cast.member.is_active = False
    cast.member.save()
    assert client_of(None).post(link, follow=True).status_code == 200


# -- What it costs --------------------------------------------------------------------------------------


def test_three_queries_for_each_person_at_most(follow, run):
    """To write and to send it; `make bench` measures it for 2,000 people and 300 changes."""
    for person in factories.UserFactory.create_batch(60):
        follow(person, mails="weekly")
    for number in range(10):
        factories.CallFactory(countries=["SSD"], title=f"Call {number}")
    recorded(WEDNESDAY)
    run(WEDNESDAY)
    with CaptureQueriesContext(connection) as queries:
        run(NEXT_MONDAY)
    assert len(mail.outbox) == 60
    asked = [one["sql"] for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(asked) <= 3 * 60
