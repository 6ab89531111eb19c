"""Actions 2 and 5: who is told of what, in one engagement; what is refused, and that nothing is written then."""

import uuid
from datetime import date, timedelta

import pytest

from engagement import services
from engagement.models import Engagement, OutgoingMail, Share
from engagement.services import AlreadyDone, NotNow
from mandates.changes import attributed_to
from mandates.models import ReferenceChange, VisitEvent
from tests import factories
from tests.conftest import NOON, after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@after_the_cast
def world(cast):
    """A visit, a call and a report; a second member, two contacts."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    about = {"countries": ["SSD"], "mandates": [cast.idps]}
    cast.visit = factories.VisitFactory(**about)
    cast.call = factories.CallFactory(title="Civil documentation", **about)
    cast.report = factories.ReportFactory(title="Camps", **about)
    cast.grace = factories.UserFactory(name="Grace", member_of=cast.south_sudan)
    cast.amina, cast.jean = factories.ContactFactory.create_batch(2, cluster=cast.south_sudan)
    ReferenceChange.objects.update(changed_at=NOON - timedelta(days=9))  # its default has a clock of its own
    cast.them = {"members": [cast.member, cast.grace], "contacts": [cast.amina, cast.jean]}
    return cast


def tell(world, noun="visit", by=None, **what):
    """Share the item of that name with everybody, unless `what` says otherwise."""
    do = {"visit": services.share_visit, "call": services.share_call, "report": services.share_report}[noun]
    about = {"by": by or world.coordinator, "cluster": world.south_sudan, noun: getattr(world, noun)}
    return do(**about | world.them | what)


def changed(moment):
    """Let the last change of reference data be of that moment."""
    row = ReferenceChange.objects.latest("changed_at")
    row.changed_at = moment
    row.save()


def is_nothing_written():
    return not (Share.objects.exists() or OutgoingMail.objects.exists() or Engagement.objects.exists())


@pytest.mark.parametrize(
    ("noun", "number", "words"),
    [
        ("visit", 2, "Told 2 members and 2 contacts of the visit to South Sudan (SR IDPs): 8–19 June 2026."),
        (
            "call",
            5,
            "Told 2 members and 2 contacts of the call for input “Civil documentation”, open until 30 June 2026, "
            "24:00 Geneva time.",
        ),
        ("report", 5, "Told 2 members and 2 contacts of the report “Camps”."),
    ],
)
def test_sharing_is_one_engagement_and_a_mail_to_each(noun, number, words, world, mailoutbox):
    """The line says how many were told of what, names the mandates, and is done; mails wait for the commit."""
    line = tell(world, noun, note="Write to me by Friday.", level="low")
    assert line == Engagement.objects.get()
    assert (line.action.number, line.status, line.level) == (number, "done", "low")
    assert (line.what_was_done, getattr(line, noun)) == (words, getattr(world, noun))
    assert (line.started_on, line.created_by, list(line.mandates.all())) == (
        date(2026, 5, 20),
        world.coordinator,
        [world.idps],
    )
    assert line.share.note == "Write to me by Friday."
    told = {mail.recipient for mail in line.share.mails.all()}
    assert told == {world.member, world.grace, world.amina, world.jean}
    assert {mail.state for mail in line.share.mails.all()} == {"waiting"}
    assert mailoutbox == []


def test_the_line_is_in_the_working_language_and_moderate(world):
    """Whatever language she reads in; moderate where she did not choose."""
    world.south_sudan.working_language = "fr"
    world.south_sudan.save()
    line = tell(world, members=[world.member], contacts=[])
    assert "juin 2026" in line.what_was_done
    assert line.level == "moderate"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"contacts": []}, "Told 2 members of the report"),
        ({"members": []}, "Told 2 contacts of the report"),
    ],
)
def test_only_those_who_were_told_are_counted(chosen, words, world):
    """Members alone, contacts alone."""
    assert words in tell(world, "report", **chosen).what_was_done


@pytest.mark.parametrize(("kind", "status"), [("cancelled", "cancelled"), ("postponed", "postponed")])
def test_a_visit_that_does_not_take_place_can_be_shared(kind, status, world):
    """Those who were told of it must know."""
    VisitEvent.objects.create(visit=world.visit, kind=kind, day=date(2026, 5, 19), known_by=date(2026, 5, 19))
    line = tell(world)
    assert line.what_was_done.endswith(f"the visit to South Sudan (SR IDPs) does not take place: {status}.")


def past_visit(world):
    world.visit.starts_on, world.visit.ends_on = date(2026, 5, 1), date(2026, 5, 19)
    world.visit.save()


def completed_visit(world):
    VisitEvent.objects.create(visit=world.visit, kind="completed", day=date(2026, 5, 19), known_by=date(2026, 5, 19))


def cancelled_past_visit(world):
    past_visit(world)
    VisitEvent.objects.create(visit=world.visit, kind="cancelled", day=date(2026, 5, 1), known_by=date(2026, 5, 19))


def withdrawn_visit(world):
    world.visit.withdrawn_on = date(2026, 5, 20)
    world.visit.save()


def ended_membership(world):
    world.grace.memberships.update(started_on=date(2026, 5, 1), ended_on=date(2026, 5, 20))


def stopped_account(world):
    world.grace.is_active = False
    world.grace.save()


def removed_contact(world):
    services.remove_contact(contact=world.amina)


def contact_with_an_account(world):
    world.amina.email = world.member.email
    world.amina.save()


def nobody(world):
    world.them = {}


REFUSED = [
    (nobody, "Choose at least one person"),
    (past_visit, "This visit ended on 19 May 2026"),
    (completed_visit, "This visit is completed"),
    (cancelled_past_visit, "The days of this visit have passed"),
    (withdrawn_visit, "This entry was withdrawn"),
    (ended_membership, "Not a member with an account any more: Grace"),
    (stopped_account, "Not a member with an account any more: Grace"),
    (removed_contact, "Removed meanwhile, or a member now: removed contact"),
    (contact_with_an_account, "Removed meanwhile, or a member now: Contact"),
]


@pytest.mark.parametrize(("happens", "said"), REFUSED, ids=[happens.__name__ for happens, _said in REFUSED])
def test_what_is_refused_writes_nothing(happens, said, world):
    """With the reason, by name where somebody is not reached any more."""
    happens(world)
    with pytest.raises(NotNow, match=said):
        tell(world)
    assert is_nothing_written()


def test_somebody_of_another_cluster_is_not_told(world):
    """Nor she herself."""
    for person in (world.other, world.coordinator):
        with pytest.raises(NotNow, match="Not a member"):
            tell(world, members=[person])
    elsewhere = factories.ContactFactory(cluster=world.ukraine)
    with pytest.raises(NotNow, match="Removed meanwhile"):
        tell(world, contacts=[elsewhere])
    assert is_nothing_written()


def test_many_who_are_gone_are_counted(world):
    """Five are named, of the others it is said how many there are."""
    gone = factories.UserFactory.create_batch(7)
    with pytest.raises(NotNow, match=r"person\d+ and 2 more\."):
        tell(world, members=gone)


@pytest.mark.parametrize(
    "columns",
    [
        {"deadline_on": date(2026, 5, 19)},
        {"closed_on": date(2026, 5, 19)},
        {"deadline_kind": "unknown", "deadline_on": None, "closed_on": date(2026, 5, 19)},
    ],
)
def test_a_closed_call_is_refused(columns, world):
    """By its deadline, or because its source says so."""
    for name, value in columns.items():
        setattr(world.call, name, value)
    world.call.save()
    with pytest.raises(NotNow, match="This call is closed"):
        tell(world, "call")
    assert is_nothing_written()


@pytest.mark.parametrize("kind", ["ongoing", "unknown"])
def test_a_call_without_deadline_is_shared(kind, world):
    """It may be open; the line names no day."""
    world.call.deadline_kind, world.call.deadline_on = kind, None
    world.call.save()
    assert tell(world, "call").what_was_done.endswith("of the call for input “Civil documentation”.")


def test_a_withdrawn_report_is_refused(world):
    """It turned out to be wrong."""
    world.report.withdrawn_on = date(2026, 5, 20)
    world.report.save()
    with pytest.raises(NotNow, match="withdrawn"):
        tell(world, "report")


def test_a_colleague_who_comes_second_is_led_to_the_line(world):
    """The same people within a quarter of an hour: nothing is sent twice."""
    first = tell(world)
    colleague = factories.UserFactory(coordinates=world.south_sudan)
    with pytest.raises(AlreadyDone) as done:
        tell(world, by=colleague)
    assert done.value.engagement == first
    assert (Engagement.objects.count(), OutgoingMail.objects.count()) == (1, 4)


def test_some_who_were_told_a_moment_ago_are_named(world, clock):
    """They are refused with the reason; fourteen minutes is a moment, sixteen are none."""
    tell(world, members=[world.grace], contacts=[])
    clock(NOON + timedelta(minutes=14))
    with pytest.raises(NotNow, match="coordinator told these people of it a moment ago: Grace"):
        tell(world)
    assert Engagement.objects.count() == 1
    clock(NOON + timedelta(minutes=16))
    tell(world)
    assert Engagement.objects.count() == 2


def test_another_item_is_another_thing(world):
    """Told of a visit, one can be told of a call in the same minute."""
    tell(world)
    tell(world, "call")
    tell(world, "report")
    assert OutgoingMail.objects.count() == 12


def test_dates_that_move_can_be_told_at_once(world, clock):
    """A moment ago they were told other days: it is a new engagement."""
    tell(world)
    clock(NOON + timedelta(minutes=2))
    with attributed_to("hrett@example.org", source="test"):
        world.visit.ends_on = date(2026, 6, 20)
        world.visit.save()
    changed(NOON + timedelta(minutes=2))
    clock(NOON + timedelta(minutes=3))
    line = tell(world)
    assert Engagement.objects.count() == 2
    assert "8–20 June 2026" in line.what_was_done


def test_what_mails_do_not_tell_is_no_news(world, clock):
    """That somebody checked the entry, or wrote a note, lets nobody be told twice in a moment."""
    tell(world)
    clock(NOON + timedelta(minutes=2))
    world.visit.checked_on, world.visit.note = date(2026, 5, 20), "Checked."
    world.visit.save()
    changed(NOON + timedelta(minutes=2))
    clock(NOON + timedelta(minutes=3))
    with pytest.raises(AlreadyDone):
        tell(world)


def test_a_refused_address_can_be_tried_again_at_once(world):
    """She was not told."""
    line = tell(world, members=[], contacts=[world.amina])
    mail = line.share.mails.get()
    mail.settle(NOON, mail.State.REFUSED)
    assert tell(world, members=[], contacts=[world.amina]) != line


def test_a_withdrawn_line_counts_for_nothing(world):
    """What was shared by mistake can be shared anew."""
    line = tell(world)
    services.withdraw_engagement(by=world.coordinator, engagement=line, reason="Wrong words.")
    assert tell(world) != line


def test_one_form_shares_once(world, clock):
    """A form that comes back from a sleeping browser is known by its key."""
    key = uuid.uuid4()
    line = tell(world, key=key)
    clock(NOON + timedelta(days=1))
    with pytest.raises(AlreadyDone) as done:
        tell(world, key=key)
    assert done.value.engagement == line
    assert OutgoingMail.objects.count() == 4


def test_somebody_chosen_twice_is_told_once(world):
    """One mail, one in the count."""
    line = tell(world, members=[world.member, world.member], contacts=[])
    assert line.what_was_done.startswith("Told 1 member of")
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("people", [2, 40])
def test_many_people_cost_as_many_queries_as_few(people, world, django_assert_num_queries):
    """The mails are written in one go."""
    them = factories.UserFactory.create_batch(people, member_of=world.south_sudan)
    with django_assert_num_queries(24):
        tell(world, members=them)


def test_a_share_is_read_as_its_line_is(world):
    """Level high stays inside: members and the task team's reader find no share."""
    line = tell(world, level="high")
    readers = {name for name in ("member", "other", "reader", "focal", "coordinator", "administrator")
               if Share.objects.visible_to(getattr(world, name)).filter(engagement=line).exists()}  # fmt: skip
    assert readers == {"focal", "coordinator"}
