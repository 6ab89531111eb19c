"""One cluster as the reporting form shows it: the twelve actions, then its log."""

from datetime import UTC, date, datetime

import pytest

from engagement.models import Membership
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/"
WITHDRAWN = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("person", "taken", "count"),
    [
        ("coordinator", {1: 1, 3: 2, 9: 1}, 4),
        ("member", {1: 1}, 1),
        ("reader", {1: 1, 3: 1}, 2),
        ("focal", {1: 1, 3: 2, 9: 1}, 4),
    ],
)
def test_the_twelve_actions_are_counted_for_each_reader(person, taken, count, cast, client_of):
    """All twelve stand there; counts and the log are of what this reader can list."""
    rows = [
        factories.EngagementFactory(cluster=cast.south_sudan, number=number, level=level)
        for number, level in ((1, "low"), (3, "moderate"), (3, "high"), (9, "high"))
    ]
    factories.EngagementFactory(cluster=cast.south_sudan, number=5, level="low", **WITHDRAWN)
    factories.EngagementFactory(cluster=cast.ukraine, number=7, level="low")
    response = client_of(getattr(cast, person)).get(PAGE)
    actions = response.context["actions"]
    assert [action.number for action in actions] == list(range(1, 13))
    assert {action.number: action.count for action in actions if action.count} == taken
    assert (response.context["count"], response.context["actions_taken"]) == (count, len(taken))
    assert len(response.context["log"]) == count
    assert {row.pk for row in response.context["log"]} <= {row.pk for row in rows}
    page = response.content.decode()
    assert page.count("no entry you can read") == 12 - len(taken)
    for number in taken:
        assert f'href="/engagement/?cluster=south-sudan&amp;action={number}"' in page


def test_the_actions_are_in_the_seeds_words(cast, client_of):
    """Each action stands in the wording that people quote."""
    page = client_of(cast.member).get(PAGE).content.decode()
    assert "Refer sensitive individual cases to Special Procedures, where appropriate, for intervention" in page


def test_the_form_lists_the_period_by_action(cast, client_of):
    """The five columns of the period, by action and day; counts and links are of that period."""
    for number, day in ((6, 3), (3, 20), (3, 2), (6, 28)):
        factories.EngagementFactory(
            cluster=cast.south_sudan, number=number, started_on=date(2026, 1, day), created_by=cast.coordinator
        )
    response = client_of(cast.coordinator).get(PAGE, {"since": "2026-01-01", "until": "2026-01-20"})
    shown = [(row.action.number, row.started_on.day) for row in response.context["log"]]
    assert shown == [(3, 2), (3, 20), (6, 3)]
    counts = {action.number: action.count for action in response.context["actions"] if action.count}
    assert counts == {3: 2, 6: 1}
    page = response.content.decode()
    address = "/engagement/?cluster=south-sudan&amp;action=3&amp;since=2026-01-01&amp;until=2026-01-20"
    assert f'href="{address}"' in page
    listed = client_of(cast.coordinator).get(address.replace("&amp;", "&"))
    assert listed.context["page"].paginator.count == 2
    assert "Late notice." in page


def test_the_newest_lines_are_shown_and_all_of_them_to_print(cast, client_of, monkeypatch):
    """A page stays light however full the log is; who prints asks for the rest, of the period that is chosen."""
    monkeypatch.setattr("engagement.views.cluster.FORM_LINES", 2)
    for number, day in ((1, 5), (2, 4), (3, 3), (4, 2)):
        factories.EngagementFactory(cluster=cast.south_sudan, number=number, started_on=date(2026, 1, day))
    response = client_of(cast.coordinator).get(PAGE, {"since": "2026-01-03"})
    assert [row.action.number for row in response.context["log"]] == [1, 2]
    assert response.context["count"] == 3
    assert 'href="?lines=all&amp;since=2026-01-03#form"' in response.content.decode()
    response = client_of(cast.coordinator).get(PAGE, {"since": "2026-01-03", "lines": "all"})
    assert [row.action.number for row in response.context["log"]] == [1, 2, 3]
    page = response.content.decode()
    assert "/engagement/?cluster=south-sudan&amp;action=3&amp;since=2026-01-03" in page
    assert "Show all, to print" not in page


@pytest.mark.parametrize(
    "query", ["lines=some", "since=soon", "from=2026-01-01", "since=2026-02-01&until=2026-01-01", "until=%00"]
)
def test_a_period_that_is_not_understood_shows_nothing(cast, client_of, query):
    """It says what was not understood."""
    factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator)
    response = client_of(cast.coordinator).get(f"{PAGE}?{query}")
    assert response.context["problems"]
    assert response.context["log"] == []
    assert response.status_code == 200


def test_an_empty_cluster_says_so(cast, client_of):
    """Without an engagement the log says that there is none to read; visits and calls say it too."""
    page = client_of(cast.member).get(PAGE).content.decode()
    for words in (
        "No engagement of this cluster that you can read.",
        "No visit to this country is announced.",
        "No call is open for this country.",
        "0 of 12 actions with something done",
    ):
        assert words in page


def test_visits_and_calls_are_those_of_its_country(cast, client_of):
    """What lies ahead for the cluster's country is shown; past, closed and foreign items are not."""
    here = factories.VisitFactory(countries=["SSD"])
    factories.VisitFactory(countries=["UKR"])
    factories.VisitFactory(countries=["SSD"], starts_on=date(2025, 6, 1), ends_on=date(2025, 6, 9))
    everywhere = factories.CallFactory()
    factories.CallFactory(countries=["UKR"])
    factories.CallFactory(deadline_on=date(2026, 5, 1))
    context = client_of(cast.member).get(PAGE).context
    assert (context["visits"], context["calls"]) == ([here], [everywhere])


def test_coordinators_are_named(cast, client_of):
    """Current coordinators stand at the top, in order; members, former and inactive ones do not."""
    inactive = factories.UserFactory(name="Gone", coordinates=cast.south_sudan, is_active=False)
    former = factories.UserFactory(name="Former")
    Membership.objects.create(
        user=former,
        cluster=cast.south_sudan,
        role="coordinator",
        started_on=date(2025, 1, 1),
        ended_on=date(2025, 2, 1),
    )
    factories.UserFactory(name="Bol", coordinates=cast.south_sudan)
    response = client_of(cast.member).get(PAGE)
    assert [str(membership.user) for membership in response.context["coordinators"]] == ["Bol", "coordinator"]
    assert inactive.name not in response.content.decode()


def test_clusters_below_are_linked(cast, client_of):
    """A cluster links those below it, which open to its people; their engagements count on their own page."""
    child = factories.ClusterFactory(slug="ssd-hub", parent=cast.south_sudan, kind="hub")
    factories.EngagementFactory(cluster=child, level="low")
    client = client_of(cast.member)
    response = client.get(PAGE)
    assert f'href="{child.get_absolute_url()}"' in response.content.decode()
    assert response.context["count"] == 0
    below = client.get(child.get_absolute_url())
    assert below.context["count"] == 1
    assert "part of South Sudan Protection Cluster" in below.content.decode()


@pytest.mark.parametrize("person", ["coordinator", "member", "reader", "focal"])
def test_only_coordinators_are_offered_to_log(person, cast, client_of):
    """The button leads to the form with this cluster chosen, for whoever may log."""
    page = client_of(getattr(cast, person)).get(PAGE).content.decode()
    assert ('href="/engagement/new/?cluster=south-sudan"' in page) == (person == "coordinator")


@pytest.mark.parametrize(
    ("person", "status"),
    [("coordinator", 200), ("member", 200), ("other", 404), ("reader", 200), ("focal", 200), ("administrator", 404)],
)
def test_who_can_open_it(person, status, cast, client_of):
    """Not yours and not there are both 404."""
    client = client_of(getattr(cast, person))
    assert client.get(PAGE).status_code == status
    assert client.get("/clusters/nowhere/").status_code == 404


def test_a_cluster_that_ended_says_so(cast, client_of):
    """The page of an ended cluster stays, and says that it is no longer active."""
    cast.south_sudan.ends_on = date(2026, 5, 19)
    cast.south_sudan.save()
    assert "no longer active" in client_of(cast.coordinator).get(PAGE).content.decode()


def test_strangers_methods_and_caches(cast, client_of):
    """Sign-in first; GET only; never cached."""
    assert client_of(None).get(PAGE)["Location"] == f"/account/login/?next={PAGE}"
    client = client_of(cast.coordinator)
    assert client.post(PAGE).status_code == 405
    assert "no-store" in client.get(PAGE)["Cache-Control"]
