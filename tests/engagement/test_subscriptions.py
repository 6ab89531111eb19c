"""What a person follows: she sees it, ends it, and can take it up again; the log stays as it is."""

from datetime import date

import pytest

from engagement.models import Engagement, Membership, Subscription
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = "/account/subscriptions/"
SUBSCRIBE = "/clusters/south-sudan/subscribe/"
VISITS, MANDATES = "country_visits", "priority_mandates"


def end(client, subscription):
    """The answer to the button of one subscription."""
    return client.post(f"{LIST}{subscription.pk}/end/", follow=True)


def due(client):
    """The actions that are open to her clusters now."""
    return {line.opening.action for box in client.get("/").context["boxes"] for line in box.due}


def offered(page):
    """(cluster, kind) of each subscription that the page offers."""
    return [(row.cluster.slug, kind) for kind, row in page.context["offers"]]


def test_she_sees_hers_and_nobody_elses(cast, client_of):
    """By cluster, with what and since when; the menu of her account leads there."""
    own = [factories.SubscriptionFactory(user=cast.coordinator, kind=kind) for kind in (VISITS, MANDATES)]
    factories.SubscriptionFactory(user=cast.member)
    client = client_of(cast.coordinator)
    assert f'href="{LIST}"' in client.get("/").text
    page = client.get(LIST)
    assert [shown.row for shown in page.context["own"]] == own
    for said in ("2 subscriptions", "Country visits · South Sudan", "Calls for input, reports · priority mandates"):
        assert said in page.text
    for subscription in own:
        assert f'action="{LIST}{subscription.pk}/end/"' in page.text


@pytest.mark.parametrize(("kind", "action"), [(VISITS, 1), (MANDATES, 4)])
def test_ending_the_last_one_opens_the_action_again(kind, action, cast, client_of):
    """Not while somebody else follows; the line that logged it stays, unchanged."""
    factories.PriorityFactory(cluster=cast.south_sudan)
    client, colleague = client_of(cast.coordinator), factories.UserFactory(coordinates=cast.south_sudan)
    client.post(SUBSCRIBE, {"kind": kind})
    hers = factories.SubscriptionFactory(user=colleague, kind=kind)
    line = Engagement.objects.get()
    page = end(client, cast.coordinator.subscriptions.get())
    assert "Ended: " in page.text
    assert page.context["own"] == []
    assert action not in due(client)
    end(client_of(colleague), hers)
    assert action in due(client)
    assert Engagement.objects.get() == line
    assert Engagement.objects.get().version == 1


@pytest.mark.parametrize("person", ["coordinator", "other", "reader", "administrator"])
def test_nobody_ends_what_another_follows(person, cast, client_of):
    """It looks as if it were not there."""
    subscription = factories.SubscriptionFactory(user=cast.member)
    assert end(client_of(getattr(cast, person)), subscription).status_code == 404
    assert Subscription.objects.exists()


def test_taken_up_again_on_the_same_day_is_logged_once(cast, client_of, clock):
    """A slip of the finger leaves no second line; whoever begins to follow on another day is logged anew."""
    client = client_of(cast.member)
    for _time in range(2):
        client.post(SUBSCRIBE, {"kind": VISITS})
        end(client, Subscription.objects.get())
    assert Engagement.objects.count() == 1
    Engagement.objects.update(started_on=date(2026, 5, 19))
    client.post(SUBSCRIBE, {"kind": VISITS})
    assert Engagement.objects.count() == 2


def test_whoever_follows_after_all_others_left_is_logged(cast, client_of):
    """Action 1 is open when nobody with a role follows the visits; doing it then fills the log."""
    gone = factories.UserFactory(member_of=cast.south_sudan)
    factories.SubscriptionFactory(user=gone)
    gone.memberships.update(started_on=date(2026, 5, 1), ended_on=date(2026, 5, 19))
    client = client_of(cast.coordinator)
    assert 1 in due(client)
    client.post(SUBSCRIBE, {"kind": VISITS})
    assert 1 not in due(client)
    assert Engagement.objects.get().action.number == 1


def test_what_else_she_could_follow(cast, client_of):
    """The visits where she belongs, the mandates where she coordinates, in clusters that are active; one press each."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    factories.ClusterFactory(slug="closed", parent=cast.south_sudan, ends_on=date(2026, 5, 1))
    Membership.objects.create(user=cast.coordinator, cluster=cast.ukraine, role="member")
    factories.SubscriptionFactory(user=cast.coordinator, cluster=hub)
    client = client_of(cast.coordinator)
    left = [("hub", MANDATES), ("south-sudan", VISITS), ("south-sudan", MANDATES), ("ukraine", VISITS)]
    page = client.get(LIST)
    assert offered(page) == left
    page = client.post(SUBSCRIBE, {"kind": VISITS, "next": LIST}, follow=True)
    assert offered(page) == [left[0], *left[2:]]
    assert "Subscribed, for South Sudan Protection Cluster." in page.text


def test_subscribing_leads_to_no_other_site(cast, client_of):
    """A page to go on to is one of ours, or else that of the cluster."""
    sent = {"kind": VISITS, "next": "https://example.org/"}
    assert client_of(cast.member).post(SUBSCRIBE, sent)["Location"] == "/clusters/south-sudan/"


@pytest.mark.parametrize(
    ("person", "said"),
    [("member", "nothing yet. Choose below"), ("reader", "Follow a country, a mandate")],
)
def test_following_nothing(person, said, cast, client_of):
    """The empty page says what there is to follow, and for whom."""
    assert said in client_of(getattr(cast, person)).get(LIST).text


def test_what_a_role_that_ended_left_behind(cast, client_of):
    """She is told that it does nothing, and can end it."""
    subscription = factories.SubscriptionFactory(user=cast.member)
    cast.member.memberships.update(started_on=date(2026, 5, 1), ended_on=date(2026, 5, 19))
    client = client_of(cast.member)
    page = client.get(LIST)
    assert "Your role in this cluster has ended" in page.text
    assert "/clusters/south-sudan/" not in page.text
    assert page.context["offers"] == []
    assert end(client, subscription).context["own"] == []


@pytest.mark.parametrize("person", ["coordinator", "member"])
def test_what_a_closed_cluster_left_behind(person, cast, client_of):
    """Marked, without a number of items and a way to change it; it can be ended."""
    reader = getattr(cast, person)
    own = factories.SubscriptionFactory(user=reader)
    default = factories.SubscriptionFactory(user=None, cluster=cast.south_sudan)
    client = client_of(reader)
    assert "is closed" not in client.get(LIST).text
    cast.south_sudan.ends_on = date(2026, 5, 19)
    cast.south_sudan.save()
    page = client.get(LIST)
    assert page.text.count("This cluster is closed: this does nothing any more.") == 2
    assert "Would have told you" not in page.text
    assert f"{LIST}{default.pk}/leave/" not in page.text
    for row in (own, default):
        assert client.get(f"{LIST}{row.pk}/").status_code == 404
    assert end(client, own).context["own"] == []
    assert (f"{LIST}{default.pk}/end/" in page.text) == (person == "coordinator")
