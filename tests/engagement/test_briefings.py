"""Action 3: propose a briefing, change it, say that it was held."""

import uuid
from datetime import UTC, date, datetime

import pytest

from engagement.models import Briefing, Engagement
from tests import factories
from tests.conftest import after_the_cast

from .forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TYPED = {
    "points": "1. Forced evictions\n- Civil documentation",
    "who": "The coordinator and two members",
    "planned_on": "2026-06-09",
    "channel": "meeting",
    "level": "moderate",
}


@after_the_cast
def world(cast):
    """A visit of SR IDPs to South Sudan, 8 to 19 June 2026; `page` is where its briefing is proposed."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    cast.visit = factories.VisitFactory(countries=["SSD"], mandates=[cast.idps])
    cast.page = f"/clusters/south-sudan/visits/{cast.visit.pk}/briefing/"
    return cast


@pytest.fixture
def planned(world):
    """A briefing of South Sudan on that visit, planned for 9 June."""
    line = factories.EngagementFactory(
        cluster=world.south_sudan,
        visit=world.visit,
        status="planned",
        started_on=date(2026, 6, 9),
        created_by=world.coordinator,
        mandates=[world.idps],
    )
    return factories.BriefingFactory(engagement=line)


def propose(client, page, **typed):
    """Post the form of the page, opened anew, as typed."""
    key = client.get(page).context["form"]["key"].value()
    return client.post(page, TYPED | {"key": str(key)} | typed)


def test_proposing_plans_an_engagement(world, client_of):
    """One line: planned, of the day agreed, to the visit's mandate, at the chosen level; with the briefing beside."""
    response = propose(client_of(world.coordinator), world.page, level="low")
    line = Engagement.objects.get()
    assert response["Location"] == line.get_absolute_url()
    assert (line.action.number, line.status, line.level, line.visit) == (3, "planned", "low", world.visit)
    assert (line.started_on, line.date_precision, line.created_by) == (date(2026, 6, 9), "day", world.coordinator)
    assert list(line.mandates.all()) == [world.idps]
    assert line.what_was_done == ("Proposed a briefing to SR IDPs on the visit to South Sudan (8–19 June 2026).")
    assert line.briefing.point_list == ["Forced evictions", "Civil documentation"]
    assert (line.briefing.who, line.briefing.channel) == ("The coordinator and two members", "meeting")


def test_a_day_that_is_open_dates_the_line_with_today(world, client_of):
    """The proposal was made today; the briefing has no day."""
    propose(client_of(world.coordinator), world.page, planned_on="")
    line = Engagement.objects.get()
    assert (line.started_on, line.briefing.planned_on) == (date(2026, 5, 20), None)


def test_the_words_are_in_the_working_language(world, client_of):
    """What the line says is written for the cluster, whoever clicks in whatever language."""
    world.south_sudan.working_language = "fr"
    world.south_sudan.save()
    propose(client_of(world.coordinator), world.page)
    assert "juin 2026" in Engagement.objects.get().what_was_done


def test_a_joint_visit_is_briefed_as_ticked(world, client_of):
    """All are ticked at first; one alone is possible, none is not."""
    torture = factories.MandateFactory(slug="sr-torture", acronym="SR Torture")
    world.visit.mandates.add(torture)
    client = client_of(world.coordinator)
    assert client.get(world.page).context["form"]["mandates"].value() == ["sr-idps", "sr-torture"]
    response = propose(client, world.page)
    assert response.context["form"].errors == {"mandates": ["Tick at least one mandate."]}
    propose(client, world.page, mandates=["sr-torture"])
    assert list(Engagement.objects.get().mandates.all()) == [torture]


def test_the_second_is_led_to_the_first(world, client_of):
    """A colleague with her own form, and the same form again: one line, and who made it."""
    colleague = factories.UserFactory(coordinates=world.south_sudan)
    client = client_of(world.coordinator)
    propose(client, world.page)
    line = Engagement.objects.get()
    second = client_of(colleague)
    response = propose(second, world.page)
    assert response["Location"] == line.get_absolute_url()
    assert "coordinator did this on " in second.get(line.get_absolute_url()).content.decode()
    response = propose(second, world.page, points="Something else")
    assert "Something else</textarea>" in response.content.decode()  # her own words stay on the form
    assert f'Nothing was written; what you typed stands below. <a href="{line.get_absolute_url()}">' in response.text
    assert client.post(world.page, TYPED | {"key": str(line.form_key)})["Location"] == line.get_absolute_url()
    assert Engagement.objects.count() == Briefing.objects.count() == 1


def test_a_form_sent_again_later_finds_its_line(planned, world, client_of):
    """Back button, after the briefing was held: the key still knows it, and no second briefing is planned."""
    Engagement.objects.filter(pk=planned.engagement_id).update(status="done")
    response = client_of(world.coordinator).post(world.page, TYPED | {"key": str(planned.engagement.form_key)})
    assert response["Location"] == planned.engagement.get_absolute_url()
    assert Engagement.objects.count() == 1


def test_after_one_was_held_or_withdrawn_another_can_be_proposed(planned, world, client_of):
    """Only one that is open stands in the way."""
    Engagement.objects.filter(pk=planned.engagement_id).update(status="done")
    propose(client_of(world.coordinator), world.page)
    assert Engagement.objects.filter(status="planned").count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "cancelled"}, "does not take place: cancelled"),
        ({"kind": "postponed"}, "does not take place: postponed"),
        ({"kind": "declined"}, "does not take place: declined"),
        ({"kind": "completed"}, "is completed"),
        ({"ends_on": date(2026, 5, 19), "starts_on": date(2026, 5, 11)}, "ended on 19 May 2026"),
        ({"mandates": []}, "names no mandate yet"),
        ({"ended": True}, "SR IDPs has ended (31 December 2025)"),
    ],
)
def test_what_is_refused(change, said, world, client_of):
    """With the reason, what was typed, and a way to log it; nothing is written."""
    client, change = client_of(world.coordinator), dict(change)
    if kind := change.pop("kind", None):
        world.visit.events.create(kind=kind, day=date(2026, 5, 19), known_by=date(2026, 5, 19))
    if "mandates" in change:
        world.visit.mandates.set(change.pop("mandates"))
    if change.pop("ended", None):
        world.idps.ended_on, world.idps.ended_precision = date(2025, 12, 31), "day"
        world.idps.save()
    for name, value in change.items():
        setattr(world.visit, name, value)
    world.visit.save()
    response = propose(client, world.page, planned_on="")
    (reason,) = response.context["form"].non_field_errors()
    assert said in reason
    page = response.content.decode()
    assert "Forced evictions" in page
    assert f"/engagement/new/?action=3&amp;cluster=south-sudan&amp;visit={world.visit.pk}" in page
    assert not Engagement.objects.exists()


def test_a_refusal_is_said_before_anybody_types(world, client_of):
    """The page of a cancelled visit says so at once."""
    client = client_of(world.coordinator)
    assert "does not take place" not in client.get(world.page).content.decode()
    world.visit.events.create(kind="cancelled", day=date(2026, 5, 19), known_by=date(2026, 5, 19))
    assert "does not take place: cancelled" in client.get(world.page).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"points": ""}, "points"),
        ({"points": "x" * 10_001}, "points"),
        ({"points": "\ufffd"}, "points"),
        ({"who": ""}, "who"),
        ({"who": "x" * 301}, "who"),
        ({"planned_on": "2026-05-19"}, "planned_on"),
        ({"planned_on": "2026-06-20"}, "planned_on"),
        ({"planned_on": "soon"}, "planned_on"),
        ({"channel": ""}, "channel"),
        ({"channel": "pigeon"}, "channel"),
        ({"level": "severe"}, "level"),
    ],
)
def test_what_is_no_briefing(typed, field, world, client_of):
    """Said beside its field; nothing is written."""
    response = propose(client_of(world.coordinator), world.page, **typed)
    assert list(response.context["form"].errors) == [field]
    assert not Engagement.objects.exists()


def test_a_visit_without_days_takes_any_day_within_two_years(world, client_of):
    """There is no last day to compare with."""
    world.visit.starts_on = world.visit.ends_on = None
    world.visit.precision = ""
    world.visit.save()
    client = client_of(world.coordinator)
    assert "planned_on" in propose(client, world.page, planned_on="2028-06-01").context["form"].errors
    propose(client, world.page, planned_on="2027-06-01")
    assert Engagement.objects.get().started_on == date(2027, 6, 1)


def test_only_visits_that_the_cluster_can_act_on(world, client_of):
    """Elsewhere, withdrawn, suggested in another cluster: not there."""
    client = client_of(world.coordinator)
    others = [
        factories.VisitFactory(countries=["UKR"], mandates=[world.idps]),
        factories.VisitFactory(countries=["SSD"], mandates=[world.idps], withdrawn_on=date(2026, 5, 1)),
        factories.VisitFactory(countries=["SSD"], mandates=[world.idps], suggested=world.ukraine),
    ]
    for visit in others:
        assert client.get(f"/clusters/south-sudan/visits/{visit.pk}/briefing/").status_code == 404


def test_reader_and_member_cannot_propose(world, client_of):
    """They may see the cluster: 403. Others: 404. Nothing is written."""
    for person, status in (("member", 403), ("reader", 403), ("focal", 403), ("other", 404), ("administrator", 404)):
        assert client_of(getattr(world, person)).post(world.page, TYPED).status_code == status
    assert not Engagement.objects.exists()


def test_the_line_shows_the_briefing(planned, world, client_of):
    """To every reader its points; to who keeps it the later steps too, while it is planned."""
    address = planned.engagement.get_absolute_url()
    page = client_of(world.coordinator).get(address).content.decode()
    steps = [f"{address}{step}/" for step in ("letter", "held", "briefing")]
    assert '<li dir="auto">Civil documentation</li>' in page
    assert all(f'href="{step}"' in page for step in steps)
    read = client_of(world.reader).get(address).content.decode()
    assert "Civil documentation" in read
    assert not any(step in read for step in steps)
    Engagement.objects.filter(pk=planned.engagement_id).update(status="done")
    page = client_of(world.coordinator).get(address).content.decode()
    assert [f'href="{step}"' in page for step in steps] == [True, False, False]


def test_saying_that_it_was_held(planned, world, client_of, clock):
    """Done, on the day given, as a new version; a second time it is led to the line and nothing changes."""
    clock(datetime(2026, 6, 12, 12, tzinfo=UTC))
    client = client_of(world.coordinator)
    address = f"/engagement/{planned.engagement_id}/held/"
    assert client.get(address).context["form"]["held_on"].value() == date(2026, 6, 9)
    assert client.post(address, {"held_on": "2026-06-10"})["Location"] == planned.engagement.get_absolute_url()
    line = Engagement.objects.get()
    assert (line.status, line.started_on, line.ended_on, line.version) == ("done", date(2026, 6, 10), None, 2)
    assert client.post(address, {"held_on": "2026-06-11"}).status_code == 302
    assert client.get(address).status_code == 302
    line.refresh_from_db()
    assert (line.started_on, line.version) == (date(2026, 6, 10), 2)


@pytest.mark.parametrize("day", [date(2026, 6, 9), None])
def test_held_today_where_the_day_planned_lies_ahead(day, planned, world, client_of):
    """The page proposes the day planned, but for one that it would not take."""
    Briefing.objects.update(planned_on=day)
    response = client_of(world.coordinator).get(f"/engagement/{planned.engagement_id}/held/")
    assert response.context["form"]["held_on"].value() == date(2026, 5, 20)


@pytest.mark.parametrize("day", ["2026-05-21", "2001-01-01", "", "yesterday"])
def test_a_day_on_which_it_cannot_have_been_held(day, planned, world, client_of):
    """Not in the future, not before the Council met; the line stays planned."""
    response = client_of(world.coordinator).post(f"/engagement/{planned.engagement_id}/held/", {"held_on": day})
    assert "held_on" in response.context["form"].errors
    assert Engagement.objects.get().status == "planned"


def test_changing_a_planned_briefing(planned, world, client_of):
    """The briefing as typed, the line dated anew and at its next version."""
    client = client_of(world.coordinator)
    address = f"/engagement/{planned.engagement_id}/briefing/"
    form = client.get(address).context["form"]
    assert (form["points"].value(), form["version"].value()) == (planned.points, 1)
    changed = TYPED | {"version": "1", "points": "Land", "planned_on": "2026-06-11", "channel": "online"}
    assert client.post(address, changed)["Location"] == planned.engagement.get_absolute_url()
    planned.refresh_from_db()
    assert (planned.points, planned.planned_on, planned.channel) == ("Land", date(2026, 6, 11), "online")
    line = Engagement.objects.get()
    assert (line.started_on, line.version, line.status) == (date(2026, 6, 11), 2, "planned")


def test_a_day_that_has_passed_may_stay(planned, world, client_of, clock):
    """Points can be changed after the day planned; only a new day must lie ahead."""
    clock(datetime(2026, 6, 12, 12, tzinfo=UTC))
    client = client_of(world.coordinator)
    address = f"/engagement/{planned.engagement_id}/briefing/"
    late = TYPED | {"version": "1", "planned_on": "2026-06-10"}
    assert "planned_on" in client.post(address, late).context["form"].errors
    assert client.post(address, TYPED | {"version": "1", "points": "Land"}).status_code == 302
    assert Briefing.objects.get().points == "Land"


def test_of_two_changes_the_second_sees_both_texts(planned, world, client_of):
    """Nothing typed is lost, nothing is overwritten unseen; saving once more then counts."""
    client = client_of(world.coordinator)
    address = f"/engagement/{planned.engagement_id}/briefing/"
    client.post(address, TYPED | {"version": "1", "points": "Land"})
    response = client.post(address, TYPED | {"version": "1", "points": "Water", "planned_on": ""})
    assert response.context["differences"] == [
        ("Points to raise", "Land", "Water"),
        ("Planned for", "9 June 2026", ""),
    ]
    assert response.context["form"]["version"].value() == "2"
    assert "Somebody changed this engagement while you were typing" in response.content.decode()
    assert Briefing.objects.get().points == "Land"
    client.post(address, TYPED | {"version": "2", "points": "Water"})
    assert Briefing.objects.get().points == "Water"


def test_what_the_second_left_as_it_was_stays_as_the_first_made_it(planned, world, client_of):
    """The day that a colleague agreed meanwhile is not undone by whoever mends the points; the page names it."""
    client = client_of(world.coordinator)
    address = f"/engagement/{planned.engagement_id}/briefing/"
    opened = fields_of(client.get(address), "briefing-form")
    client.post(address, opened | {"planned_on": "2026-06-04", "who": "The desk officer"})
    response = client.post(address, opened | {"points": "Water"})
    assert response.context["differences"] == [("Points to raise", planned.points, "Water")]
    assert response.context["taken_over"] == ["Who briefs", "Planned for"]
    assert "Taken over from the other change" in response.content.decode()
    client.post(address, fields_of(response, "briefing-form"))
    briefing = Briefing.objects.get()
    assert (briefing.points, briefing.who, briefing.planned_on) == ("Water", "The desk officer", date(2026, 6, 4))


@pytest.mark.parametrize("status", ["done", "under_way"])
def test_what_is_not_planned_any_more_is_not_changed(status, planned, world, client_of):
    """The page leads back; what was typed meanwhile stays in view and nothing is written."""
    client = client_of(world.coordinator)
    Engagement.objects.filter(pk=planned.engagement_id).update(status=status)
    address = f"/engagement/{planned.engagement_id}/briefing/"
    assert client.get(address)["Location"] == planned.engagement.get_absolute_url()
    response = client.post(address, TYPED | {"version": "1", "points": "Land"})
    assert "not planned any more" in str(response.context["form"].non_field_errors())
    assert "Land" in response.content.decode()
    assert Briefing.objects.get().points == planned.points


def test_later_steps_of_a_line_that_is_no_briefing(world, client_of):
    """A line of action 3 that the plain form wrote has no letter and nothing to hold."""
    line = factories.EngagementFactory(cluster=world.south_sudan, status="planned")
    client = client_of(world.coordinator)
    for step in ("letter", "held", "briefing"):
        assert client.get(f"/engagement/{line.pk}/{step}/").status_code == 404
        assert client.get(f"/engagement/{uuid.uuid4()}/{step}/").status_code == 404


def test_what_waits_is_on_home_for_those_who_keep_it(planned, world, client_of, clock):
    """Once its day is over: the coordinator is asked, the member, the task team and other clusters are not."""
    assert 'id="follow-up"' not in client_of(world.coordinator).get("/").content.decode()
    clock(datetime(2026, 6, 10, 12, tzinfo=UTC))
    page = client_of(world.coordinator).get("/").content.decode()
    assert "1 line of the log waits for your word" in page
    for step in ("held", "withdraw"):
        assert f'href="/engagement/{planned.engagement_id}/{step}/"' in page
    for person in ("member", "other", "reader", "focal", "administrator"):
        assert 'id="follow-up"' not in client_of(getattr(world, person)).get("/").content.decode()


def test_a_focal_point_is_asked_about_her_own_clusters_only(planned, world, client_of, clock):
    """Who coordinates Ukraine and reads everything is not asked about South Sudan."""
    clock(datetime(2026, 6, 10, 12, tzinfo=UTC))
    both = factories.UserFactory(task_team="focal_point", coordinates=world.ukraine)
    assert client_of(both).get("/").context["follow_ups"] == []


def test_more_than_four_that_wait_are_folded(planned, world, client_of, clock):
    """Four in view, the others behind a line that says how many."""
    clock(datetime(2026, 6, 20, 12, tzinfo=UTC))
    for day in range(10, 15):
        line = factories.EngagementFactory(
            cluster=world.south_sudan, status="planned", visit=world.visit, started_on=date(2026, 6, day)
        )
        factories.BriefingFactory(engagement=line)
    page = client_of(world.coordinator).get("/").content.decode()
    assert "6 lines of the log wait" in page
    assert "<summary>2 more</summary>" in page


def test_the_page_of_the_visit_leads_here(world, client_of):
    """As long as the visit is ahead and somebody can be briefed; for those who keep the cluster."""
    over = factories.VisitFactory(
        countries=["SSD"], mandates=[world.idps], starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 2)
    )
    of_nobody = factories.VisitFactory(countries=["SSD"], mandates=[])
    client = client_of(world.coordinator)
    assert world.page in client.get(world.visit.get_absolute_url()).content.decode()
    for visit in (over, of_nobody):
        assert "/briefing/" not in client.get(visit.get_absolute_url()).content.decode()
    for person in ("member", "other", "reader"):
        page = client_of(getattr(world, person)).get(world.visit.get_absolute_url()).content.decode()
        assert "/briefing/" not in page, person
