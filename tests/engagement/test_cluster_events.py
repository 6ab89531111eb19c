"""Events that a cluster plans, and invitations to them (action 11)."""

from datetime import date

import pytest

from engagement.models import ClusterEvent, Engagement
from tests import factories
from tests.engagement.forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/events/"
FORUM = {"title": "Protection forum", "day": "2026-09-01", "place": "Juba", "note": "Half a day."}


@pytest.fixture
def event(cast):
    return factories.EventFactory(cluster=cast.south_sudan, title="Forum", created_by=cast.coordinator)


def test_planning_an_event(cast, client_of):
    """It is entered, shown, and opens action 11 until its day."""
    client = client_of(cast.coordinator)
    assert "a mandate holder needs months of notice" in client.get(PAGE).content.decode()
    assert client.post(PAGE, FORUM)["Location"] == PAGE
    event = ClusterEvent.objects.get()
    assert (event.cluster, event.created_by, event.day) == (cast.south_sudan, cast.coordinator, date(2026, 9, 1))
    page = client.get(PAGE).content.decode()
    assert "Protection forum" in page
    assert f'href="{PAGE}{event.pk}/invite/"' in page
    (line,) = [line for line in client.get("/").context["boxes"][0].due if line.opening.action == 11]
    assert (line.opening.item.label, line.opening.until.on) == ("Protection forum", date(2026, 9, 1))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"day": ""}, "day"),
        ({"day": "2026-05-19"}, "day"),
        ({"day": "2030-01-01"}, "day"),
        ({"day": "soon"}, "day"),
        ({"note": "x" * 1001}, "note"),
        ({"title": "Forum", "day": "2026-06-10"}, "__all__"),
    ],
)
def test_what_is_no_event(typed, field, event, cast, client_of):
    """Said beside the field, what was typed stays, nothing is entered."""
    response = client_of(cast.coordinator).post(PAGE, FORUM | typed)
    assert field in response.context["form"].errors
    assert response.context["form"]["place"].value() == "Juba"
    assert ClusterEvent.objects.get() == event


def test_changing_and_calling_off(event, cast, client_of):
    """Changed as typed; called off it stays, marked, invites nobody and can be changed no more."""
    client = client_of(cast.coordinator)
    address = f"{PAGE}{event.pk}/"
    assert client.get(address).context["form"]["title"].value() == "Forum"
    client.post(address, FORUM)
    event.refresh_from_db()
    assert (event.title, event.place) == ("Protection forum", "Juba")
    client.post(f"{address}call-off/")
    event.refresh_from_db()
    assert event.called_off_on == date(2026, 5, 20)
    assert "called off" in client.get(PAGE).content.decode()
    assert not [line for line in client.get("/").context["boxes"][0].due if line.opening.action == 11]
    assert client.post(address, FORUM).status_code == 404
    assert client.post(f"{address}call-off/").status_code == 404


def test_an_event_that_is_past_keeps_its_day_when_changed(event, cast, client_of):
    """Only a new day must lie ahead."""
    ClusterEvent.objects.filter(pk=event.pk).update(day=date(2026, 5, 1))
    data = FORUM | {"day": "2026-05-01"}
    assert client_of(cast.coordinator).post(f"{PAGE}{event.pk}/", data).status_code == 302


def test_the_form_of_action_11_is_prefilled_and_closes_the_opening(event, cast, client_of):
    """The invitation names the event, stands beside it, and nothing is open any more."""
    client = client_of(cast.coordinator)
    opened = client.get("/engagement/new/", {"action": "11", "cluster": "south-sudan", "event": str(event.pk)})
    typed = fields_of(opened)
    assert typed["event"] == str(event.pk)
    response = client.post("/engagement/new/", typed | {"what_was_done": "Invited by letter."}, follow=True)
    line = Engagement.objects.get()
    assert (line.action.number, line.event) == (11, event)
    assert f'href="{PAGE}#event-{event.pk}"' in response.content.decode()
    assert line.get_absolute_url() in client.get(PAGE).content.decode()
    assert not [line for line in client.get("/").context["boxes"][0].due if line.opening.action == 11]
    assert str(event) in client.get(line.get_absolute_url()).content.decode()


def test_the_form_offers_the_clusters_own_events_for_action_11_only(event, cast, client_of):
    """Another cluster's event, one called off, and any event under another action are refused."""
    client = client_of(cast.coordinator)
    foreign = factories.EventFactory(cluster=cast.ukraine, created_by=cast.other)
    off = factories.EventFactory(cluster=cast.south_sudan, called_off_on=date(2026, 5, 1), created_by=cast.coordinator)
    opened = client.get("/engagement/new/", {"action": "11"})
    offered = [str(value) for value, _label in opened.context["form"].fields["event"].choices if value]
    assert offered == [str(event.pk)]
    typed = fields_of(opened) | {"what_was_done": "Invited."}
    for wrong in (foreign, off):
        response = client.post("/engagement/new/", typed | {"event": str(wrong.pk)})
        assert "another cluster’s, or it was called off" in response.content.decode()
    other = client.get("/engagement/new/", {"action": "12"})
    assert "event" not in other.context["form"].fields
    response = client.post("/engagement/new/", fields_of(other) | {"what_was_done": "x", "event": str(event.pk)})
    assert response.context["form"].errors["event"] == ["Action 12 does not take this."]
    assert not Engagement.objects.exists()


def test_an_event_stays_on_its_engagement_when_it_is_called_off(event, cast, client_of):
    """The engagement can still be changed; under another action it loses the event."""
    line = factories.EngagementFactory(
        cluster=cast.south_sudan, number=11, event=event, started_on=date(2026, 5, 1), created_by=cast.coordinator
    )
    event.called_off_on = date(2026, 5, 20)
    event.save()
    client = client_of(cast.coordinator)
    typed = fields_of(client.get(f"/engagement/{line.pk}/edit/"))
    assert typed["event"] == str(event.pk)
    client.post(f"/engagement/{line.pk}/edit/", typed | {"result": "Regrets."})
    line.refresh_from_db()
    assert (line.event, line.result) == (event, "Regrets.")
    typed = fields_of(client.get(f"/engagement/{line.pk}/edit/")) | {"action": "12"}
    typed.pop("event")
    client.post(f"/engagement/{line.pk}/edit/", typed)
    line.refresh_from_db()
    assert (line.action.number, line.event) == (12, None)


def test_a_member_reads_the_title_on_a_low_line_without_a_link(event, cast, client_of):
    """What stands on a line is as confidential as the line; the page of events is not hers."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, number=11, event=event, level="low")
    page = client_of(cast.member).get(line.get_absolute_url()).content.decode()
    assert "Forum" in page
    assert PAGE not in page


@pytest.mark.parametrize(
    ("person", "seen"), [("coordinator", {"low", "high"}), ("focal", {"low", "high"}), ("reader", {"low"})]
)
def test_invitations_are_those_this_person_can_read(person, seen, event, cast, client_of):
    """Own eyes: the reader is told that there is none she can read."""
    lines = {
        level: factories.EngagementFactory(cluster=cast.south_sudan, number=11, event=event, level=level)
        for level in ("low", "high")
    }
    page = client_of(getattr(cast, person)).get(PAGE).content.decode()
    assert {level for level, line in lines.items() if str(line.pk) in page} == seen
    Engagement.objects.filter(level="low").delete()
    page = client_of(cast.reader).get(PAGE).content.decode()
    assert "No invitation that you can read." in page


@pytest.mark.parametrize(("person", "status"), [("member", 403), ("reader", 403), ("focal", 403), ("other", 404)])
def test_only_coordinators_keep_events(person, status, event, cast, client_of):
    """Entering, changing, calling off: refused, and nothing changes."""
    client = client_of(getattr(cast, person))
    for address in (PAGE, f"{PAGE}{event.pk}/", f"{PAGE}{event.pk}/call-off/"):
        assert client.post(address, FORUM).status_code == status
    event.refresh_from_db()
    assert (event.title, event.called_off_on) == ("Forum", None)
    assert ClusterEvent.objects.count() == 1
