"""Where people see what is open, act on it, and leave it."""

from datetime import UTC, date, datetime

import pytest

from engagement.models import Engagement, Membership, SetAside, Subscription
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/"
ASIDE = "/clusters/south-sudan/set-aside/"
SUBSCRIBE = "/clusters/south-sudan/subscribe/"
REASON = {"reason": "Another cluster answers it."}


@after_the_cast
def world(cast):
    """A visit, a call that asks about South Sudan, a priority without contact for long, a review."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    cast.visit = factories.VisitFactory(countries=["SSD"], mandates=[cast.idps])
    cast.call = factories.CallFactory(title="Civil documentation", countries=["SSD"], deadline_on=date(2026, 5, 25))
    factories.PriorityFactory(cluster=cast.south_sudan, mandate=cast.idps, started_on=date(2025, 6, 1))
    factories.ReviewFactory(cluster=cast.south_sudan, engagement__level="low")
    for kind in Subscription.ONE_PRESS:
        factories.SubscriptionFactory(user=cast.coordinator, cluster=cast.south_sudan, kind=kind)
    cast.item = f"call:{cast.call.pk}"
    return cast


def due(response) -> list[str]:
    """What the page says is due, as "action item" of each box."""
    return [f"{line.opening.action} {line.opening.item.label}" for box in response.context["boxes"] for line in box.due]


ALL_DUE = [
    "5 Civil documentation",
    "6 Civil documentation",
    "2 Visit to South Sudan: SR IDPs",
    "3 Visit to South Sudan: SR IDPs",
    "9 SR IDPs",
]


@pytest.mark.parametrize("address", ["/", PAGE])
def test_home_and_the_cluster_say_what_is_open(address, world, client_of):
    """The nearest deadline first; each with its reason, its end, and one button."""
    response = client_of(world.coordinator).get(address)
    assert due(response) == ALL_DUE
    page = response.content.decode()
    form = f"/clusters/south-sudan/calls/{world.call.pk}/answer/"
    for said in (
        "5 things to do",
        "A call that asks about South Sudan is open and not yet answered.",
        "25 May 2026, 24:00 Geneva time",
        "25 May 2026, 22:00 your time",
        "closes in 5 days",
        "until 19 June 2026",
        "30 days left",
        "no deadline",
        f'href="{form}"',
        f'href="{ASIDE}?action=6&amp;item=call%3A{world.call.pk}"',
    ):
        assert said in page


@pytest.mark.parametrize("address", ["/", PAGE])
def test_a_member_is_not_shown_what_she_cannot_do(address, world, client_of):
    """Somebody follows the visits: there is nothing in it for her."""
    response = client_of(world.member).get(address)
    assert response.context["boxes"] == []
    assert 'id="open"' not in response.content.decode()


@pytest.mark.parametrize(("person", "missing"), [("reader", {"9 SR IDPs"}), ("focal", set())])
def test_the_task_team_sees_what_is_open_and_acts_on_nothing(person, missing, world, client_of):
    """The reader is not shown 8 and 9; neither is offered a button."""
    response = client_of(getattr(world, person)).get(PAGE)
    assert due(response) == [line for line in ALL_DUE if line not in missing]
    page = response.content.decode()
    assert "/engagement/new/" not in page
    assert "set-aside" not in page
    assert 'name="kind"' not in page


def test_the_first_step_leads_to_the_page_of_the_act(world, client_of):
    """The button leads to the page that does it, for this cluster, or that keeps what the act is about."""
    client = client_of(world.coordinator)
    led = [line.opening.first_step for line in client.get(PAGE).context["boxes"][0].due]
    assert led
    for step in led:
        if not step.posts:
            response = client.get(step.address, follow=True)
            assert response.status_code == 200
            form = response.context.get("form")
            assert getattr(form, "cluster", response.context.get("cluster")) == world.south_sudan


def test_what_is_logged_leaves_the_list(world, client_of):
    """Doing it closes it: the call is answered, the briefing planned, the members told."""
    for number, item in ((6, {"call": world.call}), (3, {"visit": world.visit, "status": "planned"})):
        factories.EngagementFactory(
            cluster=world.south_sudan, number=number, mandates=[world.idps], started_on=date(2026, 5, 19), **item
        )
    assert due(client_of(world.coordinator).get("/")) == ["5 Civil documentation", "2 Visit to South Sudan: SR IDPs"]


def test_a_high_answer_is_an_answer_to_who_can_read_it(world, client_of):
    """Own eyes: for the task team's reader the call stays open, and nothing tells that it was answered."""
    factories.EngagementFactory(cluster=world.south_sudan, number=6, call=world.call, level="high")
    assert "6 Civil documentation" not in due(client_of(world.coordinator).get(PAGE))
    assert "6 Civil documentation" not in due(client_of(world.focal).get(PAGE))
    assert "6 Civil documentation" in due(client_of(world.reader).get(PAGE))


def test_nothing_to_do_is_said_kindly(cast, client_of):
    """A settled cluster is told that new items come by themselves; the member's page stays as it was."""
    for kind in Subscription.ONE_PRESS:
        factories.SubscriptionFactory(user=cast.coordinator, cluster=cast.south_sudan, kind=kind)
    factories.PriorityFactory(cluster=cast.south_sudan)
    factories.ReviewFactory(cluster=cast.south_sudan)
    page = client_of(cast.coordinator).get("/").content.decode()
    assert "Nothing to do right now" in page
    assert "Nothing to do right now" not in client_of(cast.member).get("/").content.decode()


def test_more_than_six_are_folded(cast, client_of):
    """Six in view, the others behind a line that says how many."""
    for n in range(5):
        factories.CallFactory(countries=["SSD"], title=f"Call {n}")
    page = client_of(cast.coordinator).get("/").content.decode()
    assert "12 things to do" in page
    assert "6 more things to do" in page


def test_a_person_of_two_clusters_has_a_box_for_each(world, client_of):
    """By name; as a member elsewhere she is shown whether anybody follows the visits there."""
    Membership.objects.create(user=world.coordinator, cluster=world.ukraine, role="member")
    boxes = client_of(world.coordinator).get("/").context["boxes"]
    assert [(box.cluster.slug, len(box.due)) for box in boxes] == [("south-sudan", 5), ("ukraine", 1)]


# -- Subscribing ---------------------------------------------------------------------------------------


def test_a_member_subscribes_and_it_is_logged_once(cast, client_of):
    """One button; one engagement of action 1 for the cluster, which she can read; a second press changes nothing."""
    client = client_of(cast.member)
    page = client.get("/").content.decode()
    assert "Nobody in the cluster is subscribed to visits to South Sudan." in page
    assert f'action="{SUBSCRIBE}"' in page
    for _press in range(2):
        assert client.post(SUBSCRIBE, {"kind": "country_visits"})["Location"] == PAGE
    client_of(cast.coordinator).post(SUBSCRIBE, {"kind": "country_visits"})
    assert Subscription.objects.count() == 2
    line = Engagement.objects.get()
    assert (line.action.number, line.level, line.status, line.created_by) == (1, "low", "done", cast.member)
    assert (line.what_was_done, line.started_on) == ("Subscribed to the visits to South Sudan.", date(2026, 5, 20))
    assert due(client.get("/")) == []


def test_the_priority_mandates_are_subscribed_to_by_coordinators(world, client_of):
    """It logs action 4 with the mandates on the list, level moderate; members cannot, they do not read the list."""
    Subscription.objects.all().delete()
    assert client_of(world.member).post(SUBSCRIBE, {"kind": "priority_mandates"}).status_code == 403
    client = client_of(world.coordinator)
    assert "4 Reports and calls of the priority mandates" in due(client.get("/"))
    client.post(SUBSCRIBE, {"kind": "priority_mandates"})
    line = Engagement.objects.get(action__number=4)
    assert (line.level, list(line.mandates.all())) == ("moderate", [world.idps])
    assert "4 Reports and calls of the priority mandates" not in due(client.get("/"))


def test_it_is_logged_in_the_clusters_language(cast, client_of):
    """The log of a French-speaking cluster is in French, whoever presses."""
    cast.south_sudan.working_language = "fr"
    cast.south_sudan.save()
    client_of(cast.member).post(SUBSCRIBE, {"kind": "country_visits"})
    assert Engagement.objects.get().what_was_done


@pytest.mark.parametrize(
    ("person", "kind", "status"),
    [
        ("coordinator", "weather", 403),
        ("coordinator", "", 403),
        ("reader", "country_visits", 403),
        ("focal", "priority_mandates", 403),
        ("other", "country_visits", 404),
        ("administrator", "country_visits", 404),
    ],
)
def test_who_cannot_subscribe(person, kind, status, cast, client_of):
    """The task team is not of the cluster; strangers find no such page; nothing else can be followed."""
    assert client_of(getattr(cast, person)).post(SUBSCRIBE, {"kind": kind}).status_code == status
    assert not Subscription.objects.exists()
    assert not Engagement.objects.exists()


# -- Setting aside -------------------------------------------------------------------------------------


def address(world, action=6) -> str:
    return f"{ASIDE}?action={action}&item={world.item}"


@pytest.mark.slow
def test_setting_aside_takes_a_reason_and_hides_it_for_the_cluster(world, client_of):
    """It leaves the lists of all, stands below with the reason, and can be taken up again."""
    client = client_of(world.coordinator)
    page = client.get(address(world))
    state = page.context["form"]["state"].value()
    assert "Civil documentation" in page.content.decode()
    missing = client.post(address(world), {"state": state, "reason": " "})
    assert missing.context["form"].errors["reason"]
    assert client.post(address(world), REASON | {"state": state})["Location"] == PAGE
    row = SetAside.objects.get()
    assert (row.cluster, row.action.number, row.item, row.state) == (world.south_sudan, 6, world.item, state)
    assert (row.set_by, row.set_at) == (world.coordinator, datetime(2026, 5, 20, 12, tzinfo=UTC))
    for person in ("coordinator", "reader", "focal"):
        response = client_of(getattr(world, person)).get(PAGE)
        assert "6 Civil documentation" not in due(response)
        assert "5 Civil documentation" in due(response)
        assert "Another cluster answers it." in response.content.decode()
    client.post(f"{ASIDE}{row.pk}/end/")
    assert "6 Civil documentation" in due(client.get(PAGE))
    assert "Another cluster answers it." not in client.get(PAGE).content.decode()
    assert client.post(f"{ASIDE}{row.pk}/end/").status_code == 404


def test_it_comes_back_when_the_deadline_is_extended(world, client_of):
    """The state of the item has changed: it is open again, and can be set aside again."""
    client = client_of(world.coordinator)
    for day in (date(2026, 5, 25), date(2026, 6, 5)):
        world.call.deadline_on = day
        world.call.save()
        assert "6 Civil documentation" in due(client.get(PAGE))
        state = client.get(address(world)).context["form"]["state"].value()
        client.post(address(world), REASON | {"state": state})
        assert "6 Civil documentation" not in due(client.get(PAGE))
    assert SetAside.objects.count() == 2


def test_what_changed_while_she_typed_is_asked_again(world, client_of):
    """Her reason stays; the new state is in the form, and counts when she presses once more."""
    client = client_of(world.coordinator)
    state = client.get(address(world)).context["form"]["state"].value()
    world.call.deadline_on = date(2026, 6, 5)
    world.call.save()
    again = client.post(address(world), REASON | {"state": state})
    assert "This has changed meanwhile." in again.content.decode()
    assert again.context["form"]["reason"].value() == REASON["reason"]
    assert not SetAside.objects.exists()
    client.post(address(world), REASON | {"state": again.context["form"]["state"].value()})
    assert "6 Civil documentation" not in due(client.get(PAGE))


@pytest.mark.parametrize("query", ["", "?action=6", "?action=12&item=call:1", "?action=x&item=%00", "?item=visits"])
def test_what_is_not_open_leads_back(query, world, client_of):
    """A link that is old, or made up, says so and changes nothing."""
    client = client_of(world.coordinator)
    for response in (client.get(ASIDE + query, follow=True), client.post(ASIDE + query, REASON, follow=True)):
        assert "This is not open any more." in response.content.decode()
    assert not SetAside.objects.exists()


@pytest.mark.parametrize(("person", "status"), [("member", 403), ("reader", 403), ("focal", 403), ("other", 404)])
def test_only_coordinators_set_aside(person, status, world, client_of):
    """And only they take it up again."""
    client = client_of(getattr(world, person))
    row = factories.SetAsideFactory(cluster=world.south_sudan, set_by=world.coordinator)
    assert client.post(address(world), REASON).status_code == status
    assert client.post(f"{ASIDE}{row.pk}/end/").status_code == status
    assert SetAside.objects.get() == row
    assert row.ended_at is None


def test_a_reason_about_contacts_is_not_for_the_reader(world, client_of):
    """Set aside of action 9: the focal point reads the reason, the task team's reader nothing of it."""
    client = client_of(world.coordinator)
    asked = f"{ASIDE}?action=9&item=mandate:sr-idps"
    state = client.get(asked).context["form"]["state"].value()
    client.post(asked, {"state": state, "reason": "Agreed with the mandate."})
    assert "Agreed with the mandate." in client_of(world.focal).get(PAGE).content.decode()
    assert "Agreed with the mandate." not in client_of(world.reader).get(PAGE).content.decode()


# -- All clusters --------------------------------------------------------------------------------------


def test_the_task_team_sees_all_clusters(world, client_of):
    """Those with the nearest end first; how many things to do, as far as this person reads."""
    for person, counts in (("reader", [4, 1]), ("focal", [5, 2])):
        response = client_of(getattr(world, person)).get("/openings/")
        assert [box.cluster.slug for box in response.context["boxes"]] == ["south-sudan", "ukraine"]
        assert [len(box.due) for box in response.context["boxes"]] == counts
        assert response.context["due"] == sum(counts)
        page = response.content.decode()
        assert f'href="{PAGE}#open"' in page
        assert "closes in 5 days" in page


def test_a_coordinator_sees_her_clusters_there(world, client_of):
    """Whoever keeps several clusters has them on one page; members have nothing to read there."""
    response = client_of(world.coordinator).get("/openings/")
    assert [box.cluster for box in response.context["boxes"]] == [world.south_sudan]
    assert client_of(world.member).get("/openings/").status_code == 403


def test_home_of_the_task_team_leads_there(cast, client_of):
    """One link; the team's home itself works out nothing."""
    response = client_of(cast.reader).get("/")
    assert 'href="/openings/"' in response.content.decode()
    assert response.context["boxes"] == []


def test_days_left_are_those_of_the_readers_calendar(world, client_of, clock):
    """At 22:30 UTC it is the 21st in Juba: a day less than in London."""
    clock(datetime(2026, 5, 20, 22, 30, tzinfo=UTC))
    for zone, words in (("Africa/Juba", "closes in 4 days"), ("UTC", "closes in 5 days")):
        world.coordinator.time_zone = zone
        world.coordinator.save()
        (box,) = client_of(world.coordinator).get("/").context["boxes"]
        assert box.due[0].left == words
        assert box.due[0].is_soon
