"""Following a country, a mandate, a kind; for oneself or for all of a cluster; what it would have sent."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engagement.models import DigestMark, Engagement, Subscription, SubscriptionOptOut
from tests import factories
from tests.conftest import NOON

from .recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = "/account/subscriptions/"
NEW = f"{LIST}new/"
CALLS = {"kinds": ["calls"], "mails": "urgent", "country": "", "mandate": ""}


@pytest.fixture
def idps():
    return factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")


def choices(page, name):
    return [value for value, _label in page.context["form"].fields[name].choices]


def test_she_follows_what_she_names(cast, client_of, idps):
    """Country AND mandate AND kind, for herself; it stands in her list in words."""
    sent = CALLS | {"kinds": ["calls", "reports"], "country": "UKR", "mandate": "sr-idps", "mails": "weekly"}
    page = client_of(cast.reader).post(NEW, sent, follow=True)
    row = Subscription.objects.get()
    assert (row.user, row.cluster, row.country_id, row.mandate, row.mails) == (cast.reader, None, "UKR", idps, "weekly")
    assert (row.visits, row.calls, row.reports) == (False, True, True)
    assert "Calls for input, reports · UKR · SR IDPs" in page.text.replace("Ukraine", "UKR")
    assert not Engagement.objects.exists()


def test_what_is_hers_to_choose(cast, client_of, idps):
    """Her clusters' country; the priority mandates where she reads their list; for all where she coordinates."""
    factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    own = ["cluster:hub", "cluster:south-sudan"]
    for person, countries, mandates, whom in (
        ("coordinator", own, own, ["", "hub", "south-sudan"]),
        ("member", own, [], None),
        ("reader", [], [], None),
    ):
        page = client_of(getattr(cast, person)).get(NEW)
        assert sorted(value for value in choices(page, "country") if ":" in value) == countries
        assert sorted(value for value in choices(page, "mandate") if ":" in value) == mandates
        assert (sorted(choices(page, "whom")) if "whom" in page.context["form"].fields else None) == whom
    sent = CALLS | {"mandate": "cluster:south-sudan"}
    assert "mandate" in client_of(cast.member).post(NEW, sent).context["form"].errors
    assert "country" in client_of(cast.other).post(NEW, CALLS | {"country": "cluster:hub"}).context["form"].errors


def test_the_same_by_the_form_is_logged_as_by_the_button(cast, client_of):
    """The first who follows all visits to the country of a cluster has done action 1."""
    sent = CALLS | {"kinds": ["visits", "calls"], "country": "cluster:south-sudan"}
    client_of(cast.member).post(NEW, sent)
    assert Engagement.objects.get().action.number == 1
    client_of(cast.member).post(NEW, CALLS | {"kinds": ["visits"], "country": "SSD"})
    assert Subscription.objects.count() == 2
    assert Engagement.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"kinds": []}, "kinds", "Tick at least one."),
        ({"kinds": ["weather"]}, "kinds", "weather is not one of"),
        ({"country": "XXX"}, "country", "XXX is not one of"),
        ({"mails": "hourly"}, "mails", "hourly is not one of"),
        ({"country": "cluster:hub", "mandate": "cluster:south-sudan"}, "mandate", "are of two clusters"),
        ({"whom": "hub", "country": "cluster:south-sudan"}, "whom", "of its own country"),
    ],
)
def test_what_cannot_be_followed(sent, field, said, cast, client_of):
    """The error stands at the field and nothing is saved."""
    factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    page = client_of(cast.coordinator).post(NEW, CALLS | sent)
    assert said in page.context["form"].errors[field][0]
    assert "Not saved yet" in page.text
    assert not Subscription.objects.exists()


def test_the_same_twice(cast, client_of):
    """One row, whatever the mails; a change that makes two of them the same is refused."""
    client = client_of(cast.reader)
    client.post(NEW, CALLS)
    assert "This is followed already." in client.post(NEW, CALLS | {"mails": "none"}).text
    client.post(NEW, CALLS | {"country": "UKR"})
    row = Subscription.objects.get(country="UKR")
    assert "This is followed already." in client.post(f"{LIST}{row.pk}/", CALLS).text
    assert Subscription.objects.count() == 2


def test_a_change_is_news_from_now_on(cast, client_of, clock):
    """Other criteria begin anew; another frequency does not."""
    client_of(cast.reader).post(NEW, CALLS)
    row = Subscription.objects.get()
    clock(NOON + timedelta(days=1))
    client = client_of(cast.reader)
    assert client.get(f"{LIST}{row.pk}/").context["form"].initial["kinds"] == ["calls"]
    client.post(f"{LIST}{row.pk}/", CALLS | {"mails": "none"})
    row.refresh_from_db()
    assert (row.mails, row.since) == ("none", NOON)
    client.post(f"{LIST}{row.pk}/", CALLS | {"country": "UKR"})
    row.refresh_from_db()
    assert (row.country_id, row.since) == ("UKR", NOON + timedelta(days=1))


def test_a_coordinator_follows_for_all_of_her_cluster(cast, client_of):
    """Each can leave it and come back; she changes and ends it; action 1 is done."""
    client, member = client_of(cast.coordinator), client_of(cast.member)
    sent = {"whom": "south-sudan", "kinds": ["visits"], "country": "cluster:south-sudan", "mails": "urgent"}
    client.post(NEW, sent)
    row = Subscription.objects.get()
    assert (row.user, row.cluster) == (None, cast.south_sudan)
    assert Engagement.objects.get().action.number == 1
    page = member.get(LIST)
    assert [shown.row for shown in page.context["defaults"]] == [row]
    assert page.context["offers"] == []
    assert "End for all" not in page.text
    assert "It reaches you again" in member.post(f"{LIST}{row.pk}/back/", follow=True).text
    assert "You left: " in member.post(f"{LIST}{row.pk}/leave/", follow=True).text
    member.post(f"{LIST}{row.pk}/leave/")
    assert SubscriptionOptOut.objects.get().user == cast.member
    assert "You left this" in member.get(LIST).text
    assert [kind for kind, _row in member.get(LIST).context["offers"]] == ["country_visits"]
    member.post(f"{LIST}{row.pk}/back/")
    assert not SubscriptionOptOut.objects.exists()
    client.post(f"{LIST}{row.pk}/", {"kinds": ["visits", "reports"], "country": "cluster:south-sudan", "mails": "none"})
    row.refresh_from_db()
    assert (row.user, row.cluster, row.reports, row.mails) == (None, cast.south_sudan, True, "none")
    client.post(f"{LIST}{row.pk}/end/")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("person", ["member", "other", "reader", "focal", "administrator"])
def test_nobody_else_changes_what_a_cluster_follows(person, cast, client_of):
    """It looks as if it were not there; a stranger cannot leave it either."""
    row = factories.SubscriptionFactory(user=None, cluster=cast.south_sudan)
    client = client_of(getattr(cast, person))
    assert client.get(f"{LIST}{row.pk}/").status_code == 404
    assert client.post(f"{LIST}{row.pk}/", CALLS).status_code == 404
    assert client.post(f"{LIST}{row.pk}/end/").status_code == 404
    expected = 302 if person == "member" else 404
    assert client.post(f"{LIST}{row.pk}/leave/").status_code == expected
    assert Subscription.objects.filter(pk=row.pk, visits=True).exists()


def test_what_a_cluster_follows_of_its_priorities_is_not_shown_to_members(cast, client_of):
    """It does not reach them, since it would tell the list."""
    row = factories.SubscriptionFactory(user=None, cluster=cast.south_sudan, kind="priority_mandates")
    assert "Reaches those who coordinate the cluster" in client_of(cast.coordinator).get(LIST).text
    assert client_of(cast.member).get(LIST).context["defaults"] == []
    assert client_of(cast.member).post(f"{LIST}{row.pk}/leave/").status_code == 404


# -- What it would have sent ----------------------------------------------------------------------------


@pytest.fixture
def month(cast, idps):
    """A call that was entered and a visit that moved in the last month; one of long before, one of others."""
    cast.long_ago = factories.CallFactory(title="Long ago", mandates=[idps])
    cast.visit = factories.VisitFactory(countries=["SSD"], mandates=[idps])
    recorded(NOON - timedelta(days=40))
    cast.visit.starts_on = date(2026, 6, 10)
    cast.visit.save()
    cast.call = factories.CallFactory(title="New", mandates=[idps])
    factories.CallFactory(title="Of others")
    recorded(NOON - timedelta(days=10))
    return cast


def test_the_preview_lists_it_and_saves_nothing(month, client_of):
    """For a new one, with the words of the mail."""
    sent = CALLS | {"kinds": ["calls", "visits"], "mandate": "sr-idps", "preview": "yes"}
    page = client_of(month.reader).post(NEW, sent)
    assert {line.title for line in page.context["lines"]} == {str(month.visit), "New"}
    assert "This would have sent you 2 items" in page.text
    assert "moved; it was 8–19 June 2026" in page.text
    assert f'href="/visits/{month.visit.pk}/"' in page.text
    assert not Subscription.objects.exists()
    nothing = client_of(month.reader).post(NEW, sent | {"country": "UKR", "kinds": ["visits"]})
    assert "This would have sent you nothing." in nothing.text


def test_the_list_counts_it(month, client_of):
    """Of each row, by the rule of the mails; the page of one shows which."""
    row = factories.SubscriptionFactory(user=month.member, cluster=month.south_sudan)
    factories.SubscriptionFactory(user=None, cluster=month.south_sudan, reports=True)
    client = client_of(month.member)
    assert client.get(LIST).text.count("Would have told you of 1 item in the last 30 days") == 2
    assert [line.title for line in client.get(f"{LIST}{row.pk}/").context["lines"]] == [str(month.visit)]


def test_a_preview_tells_no_list_that_she_may_not_read(month, idps, client_of):
    """A subscription to the priority mandates that is left from another role counts nothing, and opens no preview."""
    factories.PriorityFactory(cluster=month.south_sudan, mandate=idps)
    row = factories.SubscriptionFactory(user=month.member, cluster=month.south_sudan, kind="priority_mandates")
    client = client_of(month.member)
    assert [shown.items for shown in client.get(LIST).context["own"]] == [0]
    assert client.get(f"{LIST}{row.pk}/").status_code == 404
    own = factories.SubscriptionFactory(user=month.coordinator, cluster=month.south_sudan, kind="priority_mandates")
    page = client_of(month.coordinator).get(f"{LIST}{own.pk}/")
    assert [line.title for line in page.context["lines"]] == ["New"]


# -- All mails ------------------------------------------------------------------------------------------


def test_all_mails_can_be_ended_and_taken_up_again(cast, client_of):
    """Urgent and weekly apart; who was mailed nothing yet is told of this week next Monday."""
    client = client_of(cast.member)
    page = client.get(LIST)
    assert page.context["mails"].initial == {"urgent": True, "weekly": True, "time_zone": "UTC"}
    client.post(f"{LIST}mails/", {"weekly": "on", "time_zone": "UTC"})
    mark = DigestMark.objects.get()
    assert (mark.no_urgent, mark.no_weekly) == (True, False)
    assert mark.weekly_at == datetime(2026, 5, 18, 7, tzinfo=UTC)
    assert client.get(LIST).context["mails"].initial == {"urgent": False, "weekly": True, "time_zone": "UTC"}
    client.post(f"{LIST}mails/", {"weekly": "on", "urgent": "on", "time_zone": "UTC"})
    mark.refresh_from_db()
    assert not mark.no_urgent


def test_the_clock_is_chosen_beside_the_mails(cast, client_of):
    """Pages and the Monday mail go by it; what is no zone of the list changes nothing and says so."""
    client = client_of(cast.member)
    assert '<option value="Africa/Juba">' in client.get(LIST).content.decode()
    client.post(f"{LIST}mails/", {"weekly": "on", "urgent": "on", "time_zone": "Africa/Juba"})
    page = client.get(LIST)
    assert page.context["mails"].initial["time_zone"] == "Africa/Juba"
    assert '<option value="Africa/Juba" selected>' in page.content.decode()
    for zone in ("Etc/GMT+3", "Mars/Base", "\x00", ""):
        response = client.post(f"{LIST}mails/", {"time_zone": zone}, follow=True)
        assert "this is no time zone of the list" in response.content.decode()
    cast.member.refresh_from_db()
    assert cast.member.time_zone == "Africa/Juba"
    assert not DigestMark.objects.get().no_weekly


def test_an_address_fills_the_form_in(cast, client_of, idps):
    """A page of a mandate or country can lead here; what is not there is refused when it is sent."""
    form = client_of(cast.member).get(f"{NEW}?country=SSD&mandate=sr-idps").context["form"]
    assert (form["country"].value(), form["mandate"].value()) == ("SSD", "sr-idps")
