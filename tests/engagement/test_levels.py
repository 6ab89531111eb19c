"""The level of an engagement in daily use: said on every page, raised in one press, lowered by a second person."""

from datetime import UTC, datetime
from html import escape

import pytest

from engagement import mail, services
from engagement.levels import READERS
from engagement.models import AuditEvent, Engagement, GuidanceNote, LevelLowering, OutgoingMail, SupportRequest, User
from tests import factories
from tests.surface.answers import content_of
from tests.test_access import PEOPLE, one_of_everything, policy

from .at_once import at_once, same_session
from .forms import fields_of
from .test_constraints import is_refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def world(cast):
    return one_of_everything(cast)


@pytest.fixture
def line(cast):
    """A moderate line of South Sudan that asks for support."""
    return factories.EngagementFactory(
        cluster=cast.south_sudan, created_by=cast.coordinator, support_needed="A contact."
    )


@pytest.fixture
def high(cast):
    """A high line of South Sudan that asks for support."""
    return factories.EngagementFactory(
        cluster=cast.south_sudan, created_by=cast.coordinator, level="high", support_needed="A contact."
    )


@pytest.fixture
def second(cast):
    """Another coordinator of South Sudan."""
    return factories.UserFactory(email="second@example.org", coordinates=cast.south_sudan)


@pytest.fixture
def asked(cast, high):
    """The coordinator has asked to lower the high line to moderate."""
    return factories.LevelLoweringFactory(engagement=high, asked_by=cast.coordinator)


def page_of(line, step=""):
    return f"{line.get_absolute_url()}{step}"


def decide(client, line, outcome, version=None):
    """Press a button of the second person; the version is that of the row unless given."""
    return client.post(page_of(line, "lower/decide/"), {"outcome": outcome, "version": version or line.version})


# -- Said on every page ------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["coordinator", "reader", "focal", "member"])
@pytest.mark.slow
def test_every_page_of_a_record_says_its_level_and_its_readers(person, world, client_of):
    """Whatever page of one record the policy lets her open says who else can read it.

    Reports of a period say it in their own words: they are read by fewer (`test_engagement_reports.py`).
    """
    silent = []
    for name, level, who, answer in policy():
        if who == person and answer == "200" and level in READERS:
            response = client_of(getattr(world, person)).get(world.address(name, level))
            page = content_of(response).decode("utf-8", "ignore")
            if "html" not in response["Content-Type"] or "engagement-report" in name:
                continue
            if f'class="level l-{level}"' not in page or escape(str(READERS[level])) not in page:
                silent.append((name, level))
    assert silent == []


def test_the_forms_of_later_steps_say_it_too(world, client_of):
    """The pages that note a reply and an answer."""
    client = client_of(world.coordinator)
    for name, level in (("referral-reply", "high"), ("invitation-answer", "moderate")):
        assert str(READERS[level]) in client.get(world.address(f"engagement:{name}")).content.decode()


@pytest.mark.parametrize("number", range(1, 13))
def test_the_form_says_who_will_read(number, cast, client_of):
    """Each level that can be chosen for an action says its readers; what is high always says that one alone."""
    page = client_of(cast.coordinator).get(f"/engagement/new/?action={number}").content.decode()
    assert [level for level in READERS if str(READERS[level]) in page] == (
        ["high"] if number in (9, 10) else ["low", "moderate", "high"]
    )


# -- Raising -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "to"), [("low", "moderate"), ("low", "high"), ("moderate", "high")])
def test_raising_takes_one_press(before, to, cast, client_of, line):
    """A new version with its place in the history, a word in the record, and whoever may not read it gets 404."""
    Engagement.objects.filter(pk=line.pk).update(level=before)
    client = client_of(cast.coordinator)
    assert f'value="{to}"' in client.get(page_of(line)).content.decode()
    response = client.post(page_of(line, "raise/"), {"to": to}, follow=True)
    assert f"Raised to {to}. Can be read by {READERS[to]}." in response.content.decode()
    line.refresh_from_db()
    assert (line.level, line.version, Engagement.history.filter(level=to, version=2).count()) == (to, 2, 1)
    event = AuditEvent.objects.get(kind="level")
    assert (event.subject_id, event.detail) == (line.pk, {"before": before, "after": to})
    assert client_of(cast.reader).get(page_of(line)).status_code == (404 if to == "high" else 200)


def test_raising_takes_along_what_hangs_on_the_line(cast, client_of, line):
    """Its notes become high, and a colleague who can no longer read the request loses it."""
    request = factories.SupportRequestFactory(engagement=line, owner=cast.reader, status="in_progress")
    note = factories.GuidanceNoteFactory(request=request)
    client_of(cast.coordinator).post(page_of(line, "raise/"), {"to": "high"})
    note.refresh_from_db()
    request.refresh_from_db()
    assert (note.level, request.owner, request.status) == ("high", None, "open")


@pytest.mark.parametrize("to", ["low", "moderate"])
def test_the_button_that_raises_does_not_lower(to, cast, client_of, high):
    """A level that is not above the present one is refused, and nothing is written."""
    response = client_of(cast.coordinator).post(page_of(high, "raise/"), {"to": to}, follow=True)
    assert "This engagement is of level high already." in response.content.decode()
    high.refresh_from_db()
    assert (high.level, high.version) == ("high", 1)
    assert client_of(cast.coordinator).post(page_of(high, "raise/"), {"to": "severe"}).status_code == 403


@pytest.mark.parametrize(("person", "status"), [("member", 404), ("other", 404), ("reader", 403), ("focal", 403)])
def test_only_who_keeps_the_log_raises(person, status, cast, client_of, line):
    """404 for what one may not read, 403 for what one may not change; nothing is written, and no button shown."""
    client = client_of(getattr(cast, person))
    assert client.post(page_of(line, "raise/"), {"to": "high"}).status_code == status
    assert "Raise to" not in client.get(page_of(line)).content.decode()
    line.refresh_from_db()
    assert line.level == "moderate"


def test_the_form_raises_and_lowers_below_high(cast, client_of, line):
    """Low and moderate are an ordinary change; each is on record."""
    client = client_of(cast.coordinator)
    for level in ("low", "moderate", "high"):
        client.post(page_of(line, "edit/"), fields_of(client.get(page_of(line, "edit/"))) | {"level": level})
    line.refresh_from_db()
    assert line.level == "high"
    changes = AuditEvent.objects.filter(kind="level").values_list("detail", flat=True)
    assert sorted((change["before"], change["after"]) for change in changes) == [
        ("low", "moderate"), ("moderate", "high"), ("moderate", "low"),
    ]  # fmt: skip


@pytest.mark.parametrize("level", ["low", "moderate"])
def test_the_form_never_lowers_from_high(level, cast, client_of, high):
    """It offers one level and says what lowering takes; another one is refused, and another action makes no way."""
    client = client_of(cast.coordinator)
    opened = client.get(page_of(high, "edit/"))
    assert [value for value, _label in opened.context["form"].fields["level"].choices] == ["high"]
    typed = fields_of(opened) | {"level": level}
    for sent in (typed, typed | {"action": "8"}, typed | {"action": "10"}):
        response = client.post(page_of(high, "edit/"), sent)
        assert "level" in response.context["form"].errors
        assert 'class="level l-high"' in response.content.decode(), "the page says what is stored, not what was typed"
    high.refresh_from_db()
    assert (high.level, high.version) == ("high", 1)


def test_a_form_that_was_open_while_the_level_was_raised_does_not_lower_it(cast, client_of, line):
    """It comes back with what differs; sent once more, the level is refused."""
    client = client_of(cast.coordinator)
    typed = fields_of(client.get(page_of(line, "edit/")))
    services.raise_level(by=cast.coordinator, line=line, to_level="high")
    for sent in (typed, typed | {"version": "2"}, typed | {"version": "2", "level": "low"}):
        assert client.post(page_of(line, "edit/"), sent).status_code == 200
    line.refresh_from_db()
    assert (line.level, line.version) == ("high", 2)


# -- Lowering: asking --------------------------------------------------------------------------------


def ask(client, line):
    """Ask to lower it by the form."""
    return client.post(page_of(line, "lower/"), {"to_level": "moderate", "reason": "The draft is public now."})


def test_whoever_can_decide_is_mailed(cast, client_of, high, second, mailoutbox):
    """Other keepers of the log, by a role above too, and focal points; a link, nothing of the line or the reason."""
    above = factories.ClusterFactory(slug="hub")
    high.cluster.parent = above
    high.cluster.save()
    hub = factories.UserFactory(coordinates=above)
    factories.UserFactory(coordinates=high.cluster, is_active=False)
    ask(client_of(cast.coordinator), high)
    mail.deliver(OutgoingMail.objects.all())
    assert {one.to[0] for one in mailoutbox} == {second.email, hub.email, cast.focal.email}
    for one in mailoutbox:
        assert f"/engagement/{high.pk}/" in one.body
        whole = f"{one.subject} {one.body}"
        said = ("draft is public", high.cluster.name, str(high.action), high.what_was_done, cast.coordinator.name)
        assert not [word for word in said if word in whole]


def test_whoever_has_nothing_to_decide_any_more_is_not_mailed(cast, client_of, high, second, mailoutbox):
    """Decided, or a role that ended, before the mail could leave."""
    ask(client_of(cast.coordinator), high)
    second.memberships.update(ended_on="2026-05-20")
    mail.deliver(OutgoingMail.objects.filter(to=second))
    decide(client_of(cast.focal), high, "refused")
    mail.deliver(OutgoingMail.objects.all())
    assert mailoutbox == []
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"dropped"}


def test_a_mail_about_a_level_that_is_stuck_is_not_shown_to_administrators(cast, high, second):
    """It would tell that something is high: the list of people whose mail did not leave is about accounts."""
    mail.queue(kind="lowering", to=second, lowering=factories.LevelLoweringFactory(engagement=high))
    assert second not in User.objects.with_mail_that_did_not_leave()
    mail.queue(kind="roles", to=second)
    assert second in User.objects.with_mail_that_did_not_leave()


def test_a_coordinator_asks_with_a_reason(cast, client_of, high, second):
    """Nothing changes; the others see it at home and on the engagement, she herself on the engagement."""
    client = client_of(cast.coordinator)
    assert page_of(high, "lower/") in client.get(page_of(high)).content.decode()
    typed = {"to_level": "moderate", "reason": "The draft is public now."}
    assert client.post(page_of(high, "lower/"), typed)["Location"] == page_of(high)
    lowering = LevelLowering.objects.get()
    assert (lowering.asked_by, lowering.to_level, lowering.outcome) == (cast.coordinator, "moderate", "waiting")
    high.refresh_from_db()
    assert (high.level, high.version) == ("high", 1)
    for person in (second, cast.focal):
        other = client_of(person)
        assert "The draft is public now." in other.get("/").content.decode()
        assert "Refuse: it stays high" in other.get(page_of(high)).content.decode()
    assert "The draft is public now." not in client.get("/").content.decode()
    page = client.get(page_of(high)).content.decode()
    assert "Take it back" in page
    assert "Refuse" not in page
    assert page_of(high, 'lower/"') not in page


def test_asking_takes_a_level_and_a_reason(cast, client_of, high):
    """Without a reason, or for a level that is none below high, the form comes back."""
    for typed, field in (
        ({"to_level": "low"}, "reason"),
        ({"to_level": "high", "reason": "x"}, "to_level"),
        ({"to_level": "low", "reason": "a\ufffdb"}, "reason"),
    ):
        response = client_of(cast.coordinator).post(page_of(high, "lower/"), typed)
        assert set(response.context["form"].errors) == {field}
    assert not LevelLowering.objects.exists()


@pytest.mark.parametrize("number", [9, 10])
def test_actions_9_and_10_are_never_lowered(number, cast, client_of, second):
    """The floor is said before anybody types, and kept when what was asked meets it later."""
    floor = "Engagements under actions 9 and 10 are always high"
    line = factories.EngagementFactory(cluster=cast.south_sudan, number=number)
    client = client_of(cast.coordinator)
    assert "Ask to lower" not in client.get(page_of(line)).content.decode()
    sent = client.post(page_of(line, "lower/"), {"to_level": "low", "reason": "It is over."}, follow=True)
    for response in (client.get(page_of(line, "lower/"), follow=True), sent):
        assert floor in response.content.decode()
    assert not LevelLowering.objects.exists()
    factories.LevelLoweringFactory(engagement=line, asked_by=cast.coordinator)
    assert (
        floor
        in client_of(second)
        .post(page_of(line, "lower/decide/"), {"outcome": "lowered", "version": "1"}, follow=True)
        .content.decode()
    )
    line.refresh_from_db()
    assert line.level == "high"


def test_one_waits_at_a_time(cast, client_of, asked, high, second):
    """Whoever asks as well is told that somebody has; the database holds it too."""
    typed = {"to_level": "low", "reason": "It is over."}
    response = client_of(second).post(page_of(high, "lower/"), typed, follow=True)
    assert f"{cast.coordinator} has asked for this already; it waits." in response.content.decode()
    assert LevelLowering.objects.get() == asked
    assert is_refused(lambda: factories.LevelLoweringFactory(engagement=high, asked_by=second))


# -- Lowering: deciding ------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["second", "focal"])
def test_a_second_person_lowers_it(person, cast, client_of, high, asked, second):
    """Another coordinator or a focal point: a new version, both names on record, and its new readers read it."""
    decider = second if person == "second" else cast.focal
    assert client_of(cast.reader).get(page_of(high)).status_code == 404
    response = decide(client_of(decider), high, "lowered")
    assert response["Location"] == page_of(high)
    high.refresh_from_db()
    asked.refresh_from_db()
    assert (high.level, high.version) == ("moderate", 2)
    assert (asked.outcome, asked.decided_by) == ("lowered", decider)
    event = AuditEvent.objects.get(kind="level")
    assert event.actor_id == decider.pk
    assert event.detail == {"before": "high", "after": "moderate", "asked_by": str(cast.coordinator)}
    page = client_of(cast.reader).get(page_of(high)).content.decode()
    assert asked.reason not in page
    assert "asked to lower" not in page
    assert asked.reason not in client_of(decider).get("/").content.decode()


def test_nobody_decides_on_her_own(cast, client_of, high, asked):
    """Neither by the button, nor by the service, nor in the database; a focal point who asked neither."""
    cast.coordinator.task_team = "focal_point"
    cast.coordinator.save()
    assert decide(client_of(cast.coordinator), high, "lowered").status_code == 403
    for lower in (True, False):
        with pytest.raises(services.NotNow):
            services.decide_on_lowering(by=cast.coordinator, lowering=asked, lower=lower, version=1)
    decided = {"decided_by": cast.coordinator, "decided_at": NOON}
    for outcome in ("lowered", "refused"):
        assert is_refused(lambda outcome=outcome: LevelLowering.objects.update(outcome=outcome, **decided))
    high.refresh_from_db()
    assert high.level == "high"


@pytest.mark.parametrize("person", ["member", "other", "reader", "administrator"])
def test_nobody_else_decides(person, cast, client_of, high, asked):
    """Who cannot read what is high gets 404, and nothing at home."""
    client = client_of(getattr(cast, person))
    assert decide(client, high, "lowered").status_code == 404
    assert client.post(page_of(high, "lower/take-back/")).status_code == 404
    assert asked.reason not in client.get("/").content.decode()
    asked.refresh_from_db()
    assert asked.outcome == "waiting"


def test_a_member_of_the_log_below_high_decides_nothing(cast, client_of, line):
    """Who reads a line that was raised and lowered since is told nothing of it, and does nothing."""
    factories.LevelLoweringFactory(engagement=line, asked_by=cast.coordinator)
    response = decide(client_of(cast.reader), line, "lowered")
    assert response.status_code == 302
    assert LevelLowering.objects.get().outcome == "waiting"


def test_a_refusal_is_told_to_whoever_asked(cast, client_of, high, asked, second):
    """It stays high, nothing is on record as a change, and it can be asked anew."""
    decide(client_of(second), high, "refused")
    asked.refresh_from_db()
    high.refresh_from_db()
    assert (asked.outcome, asked.decided_by, high.level, high.version) == ("refused", second, "high", 1)
    page = client_of(cast.coordinator).get(page_of(high)).content.decode()
    assert f"{second} refused on" in page
    assert page_of(high, "lower/") in page
    assert not AuditEvent.objects.filter(kind="level").exists()


def test_what_was_read_is_what_opens(cast, client_of, high, asked, second):
    """Changed since the page was drawn: nothing is lowered, and she is told to read it again."""
    client = client_of(cast.coordinator)
    edit = page_of(high, "edit/")
    client.post(edit, fields_of(client.get(edit)) | {"what_was_done": "Another secret."})
    for version in ("1", "x", "", "9" * 30, "9" * 9 + "x"):
        response = client_of(second).post(
            page_of(high, "lower/decide/"), {"outcome": "lowered", "version": version}, follow=True
        )
        assert "Read it again, then decide." in response.content.decode()
    high.refresh_from_db()
    assert (high.level, high.version) == ("high", 2)
    decide(client_of(second), high, "lowered")
    high.refresh_from_db()
    assert high.level == "moderate"


def test_decided_once(cast, client_of, high, asked, second):
    """Whoever comes second is told so; a press that says neither is refused."""
    assert decide(client_of(second), high, "").status_code == 403
    decide(client_of(second), high, "refused")
    response = client_of(cast.focal).post(
        page_of(high, "lower/decide/"), {"outcome": "lowered", "version": "1"}, follow=True
    )
    assert "Nothing waits to be decided here" in response.content.decode()
    with pytest.raises(services.NotNow):
        services.decide_on_lowering(by=cast.focal, lowering=asked, lower=True, version=1)
    high.refresh_from_db()
    assert high.level == "high"


def test_who_asked_takes_it_back(cast, client_of, high, asked, second):
    """She alone; then nothing waits any more."""
    client_of(second).post(page_of(high, "lower/take-back/"))
    asked.refresh_from_db()
    assert asked.outcome == "waiting"
    client_of(cast.coordinator).post(page_of(high, "lower/take-back/"))
    asked.refresh_from_db()
    assert (asked.outcome, asked.decided_by) == ("taken_back", cast.coordinator)
    assert asked.reason not in client_of(second).get("/").content.decode()


def test_a_withdrawn_line_waits_for_nobody(cast, client_of, high, asked, second):
    """What was asked about it is neither shown nor decided."""
    services.withdraw_engagement(by=cast.coordinator, engagement=high, reason="Logged twice.")
    assert asked.reason not in client_of(second).get("/").content.decode()
    assert asked.reason not in client_of(second).get(page_of(high)).content.decode()
    decide(client_of(second), high, "lowered", version=2)
    high.refresh_from_db()
    assert high.level == "high"


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_moment_one_counts(cast, client_of):
    """Lowered or refused, never both: the row, the outcome and the record agree."""
    second = factories.UserFactory(coordinates=cast.south_sudan)
    clients = [client_of(second), client_of(cast.focal)]
    for _race in range(3):
        line = factories.EngagementFactory(cluster=cast.south_sudan, level="high", created_by=cast.coordinator)
        asked = factories.LevelLoweringFactory(engagement=line, asked_by=cast.coordinator)

        def press(n, line=line):
            return decide(same_session(clients[n % 2]), line, ("lowered", "refused")[n // 2]).status_code

        assert at_once(4, press) == [302] * 4
        line.refresh_from_db()
        asked.refresh_from_db()
        is_lowered = asked.outcome == "lowered"
        assert (line.level, line.version) == (("moderate", 2) if is_lowered else ("high", 1))
        assert AuditEvent.objects.filter(kind="level", subject_id=line.pk).count() == is_lowered


# -- What hangs on a line ----------------------------------------------------------------------------


def test_lowering_keeps_closed_what_was_high_before(cast, client_of, high, second):
    """The history of a lowered line begins, for its new readers, with the version that was approved."""
    client = client_of(cast.coordinator)
    edit = page_of(high, "edit/")
    client.post(edit, fields_of(client.get(edit)) | {"what_was_done": "Plain words.", "result": ""})
    client.post(page_of(high, "lower/"), {"to_level": "low", "reason": "Only plain words are left."})
    high.refresh_from_db()
    decide(client_of(second), high, "lowered")
    for person in (cast.reader, cast.member):
        page = client_of(person).get(page_of(high, "history/")).content.decode()
        assert "Two points were taken up." not in page
        assert "Only plain words" not in page
        assert 'l-high"' not in page
    for keeper in (client, client_of(cast.focal)):
        page = keeper.get(page_of(high, "history/")).content.decode()
        assert "Two points were taken up." in page
        assert "Only plain words are left." in page


ATTACHED = {
    "support request": lambda line: factories.SupportRequestFactory(engagement=line),
    "contribution": lambda line: factories.ContributionFactory(engagement=line),
    "briefing": lambda line: factories.BriefingFactory(engagement=line),
    "information shared": lambda line: factories.InformationShareFactory(engagement=line),
    "referral": lambda line: factories.ReferralFactory(engagement=line),
    "invitation": lambda line: factories.InvitationFactory(engagement=line),
    "share": lambda line: factories.ShareFactory(engagement=line),
}


@pytest.mark.parametrize("level", ["low", "moderate", "high"])
@pytest.mark.parametrize("kind", ATTACHED)
def test_what_hangs_on_a_line_is_as_confidential_as_the_line(kind, level, cast):
    """Whoever reads the line reads it, nobody else, at each level and when that changes."""
    line = factories.EngagementFactory(cluster=cast.south_sudan)
    row = ATTACHED[kind](line)
    Engagement.objects.filter(pk=line.pk).update(level=level)
    for person in PEOPLE[1:]:
        user = getattr(cast, person)
        reads = Engagement.objects.visible_to(user).filter(pk=line.pk).exists()
        assert type(row).objects.visible_to(user).filter(pk=row.pk).exists() == reads, person


def test_a_lowered_line_takes_its_thread_along_but_not_the_notes(cast, client_of, high, second):
    """The request and its messages open with the line; a note that was kept at high stays there."""
    request = factories.SupportRequestFactory(engagement=high, owner=cast.focal, answer="An answer.")
    note = factories.GuidanceNoteFactory(request=request)
    asked = factories.LevelLoweringFactory(engagement=high, asked_by=cast.coordinator)
    assert not SupportRequest.objects.visible_to(cast.reader).exists()
    services.decide_on_lowering(by=second, lowering=asked, lower=True, version=1)
    assert "An answer." in client_of(cast.reader).get(request.get_absolute_url()).content.decode()
    assert note not in GuidanceNote.objects.visible_to(cast.reader)


BROKEN = [
    ("lowering_goes_below_high", {"to_level": "high"}),
    ("lowering_decided_by_a_second_person", {"outcome": "refused"}),
    ("lowering_decided_by_a_second_person", {"outcome": "lowered", "decided_at": NOON}),
    ("lowering_decided_by_a_second_person", {"decided_at": NOON}),
    ("lowering_decided_by_a_second_person", {"outcome": "taken_back", "decided_at": NOON}),
    ("lowering_decided_by_a_second_person", {"outcome": "unknown"}),
]


@pytest.mark.parametrize(("name", "fields"), BROKEN)
def test_a_lowering_that_cannot_be(name, fields):
    """The database refuses the row, naming the constraint."""
    assert name in str(is_refused(lambda: factories.LevelLoweringFactory(**fields)))


# -- Names of rows -----------------------------------------------------------------------------------


def test_the_name_of_a_row_never_holds_text(cast, high):
    """What Django's admin writes into its log and its pages that delete is the name of a row: none tells anything."""
    words = {"what_was_done": "secret", "challenges": "secret", "result": "secret", "partner": "secret"}
    Engagement.objects.filter(pk=high.pk).update(mode="indirect", support_needed="secret", **words)
    high.refresh_from_db()
    high.save()
    support = factories.SupportRequestFactory(engagement=high, owner=cast.focal, answer="secret")
    rows = [
        high,
        *Engagement.history.all(),
        support,
        *SupportRequest.history.all(),
        *support.messages.all(),
        factories.GuidanceNoteFactory(request=support, title="secret", text="secret"),
        factories.LevelLoweringFactory(engagement=high, reason="secret"),
        factories.BriefingFactory(engagement=high, points="secret", who="secret"),
        factories.ContributionFactory(text="secret", level="high"),
        factories.OfferFactory(text="secret", source="secret"),
        factories.ShareFactory(note="secret"),
        *high.mandate_places.all(),
    ]
    assert [row for row in rows if "secret" in str(row) or "secret" in repr(row)] == []
