"""What now, by role."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engagement.mail import queue
from engagement.models import Cluster, Membership, User
from engagement.services import keep_support_request
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WITHDRAWN = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)}


@after_the_cast
def world(cast):
    """A visit to each country, a call for each and for all, and lines of all levels in both clusters."""
    cast.visits = {code: factories.VisitFactory(countries=[code]) for code in ("SSD", "UKR")}
    cast.calls = {code: factories.CallFactory(countries=[code] if code else []) for code in ("SSD", "UKR", "")}
    factories.VisitFactory(countries=["SSD"], starts_on=date(2025, 6, 1), ends_on=date(2025, 6, 9))
    factories.CallFactory(deadline_on=date(2026, 5, 1))
    cast.rows = {
        (code, level): factories.EngagementFactory(
            cluster=cluster,
            level=level,
            started_on=date(2026, 5, 1),
            support_needed="A contact." if level == "high" else "",
        )
        for code, cluster in (("SSD", cast.south_sudan), ("UKR", cast.ukraine))
        for level in ("low", "moderate", "high")
    }
    for row in cast.rows.values():
        keep_support_request(row)
    factories.EngagementFactory(cluster=cast.south_sudan, level="low", **WITHDRAWN)
    return cast


@pytest.mark.parametrize(
    ("person", "countries"),
    [
        ("coordinator", {"SSD"}),
        ("member", {"SSD"}),
        ("other", {"UKR"}),
        ("reader", {"SSD", "UKR"}),
        ("focal", {"SSD", "UKR"}),
        ("administrator", {"SSD", "UKR"}),
    ],
)
def test_visits_and_calls_of_ones_countries(person, countries, world, client_of):
    """Clusters' people see what concerns their country, people without one everything; past and closed items nobody."""
    context = client_of(getattr(world, person)).get("/").context
    assert set(context["visits"]) == {world.visits[code] for code in countries}
    assert set(context["calls"]) == {world.calls[code] for code in (*countries, "")}


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("coordinator", ["SSD low", "SSD moderate", "SSD high"]),
        ("member", ["SSD low"]),
        ("other", ["UKR low", "UKR moderate", "UKR high"]),
        ("reader", ["SSD low", "SSD moderate", "UKR low", "UKR moderate"]),
        ("focal", ["SSD low", "SSD moderate", "SSD high", "UKR low", "UKR moderate", "UKR high"]),
        ("administrator", []),
    ],
)
def test_the_log_is_ones_own(person, expected, world, client_of):
    """The lines shown and counted are those this person can read."""
    response = client_of(getattr(world, person)).get("/")
    rows = {world.rows[tuple(name.split())] for name in expected}
    assert {line["pk"] for line in response.context["recent"]} == {row.pk for row in rows}
    if person in ("reader", "focal"):
        assert response.context["engagement_count"] == len(rows)
        assert response.context["logged_lately"] == len(rows)
        assert response.context["waiting"] == len([row for row in rows if row.support_needed])
        assert {support.engagement for support in response.context["queue"]} == {
            row for row in rows if row.support_needed
        }


@pytest.mark.parametrize("person", ["reader", "focal"])
def test_the_task_teams_figures_lead_to_what_they_count(person, world, client_of):
    """Each number links the log filtered so that it shows as many lines."""
    old = factories.EngagementFactory(cluster=world.ukraine, started_on=date(2026, 4, 19), support_needed="Help.")
    client = client_of(getattr(world, person))
    context = client.get("/").context
    for query, figure in (
        ("since=2026-04-20&until=2026-05-20", context["logged_lately"]),
        ("", context["engagement_count"]),
    ):
        assert client.get(f"/engagement/?{query}").context["page"].paginator.count == figure
        assert (
            f'href="/engagement/{"?" if query else ""}{query.replace("&", "&amp;")}"'
            in client.get("/").content.decode()
        )
    assert old.pk in {line["pk"] for line in context["recent"]}
    assert client.get("/support/").status_code == 200


def test_reference_data_to_look_at_lead_to_what_they_count(cast, client_of):
    """Each line of the task team's list names as many rows as the list it leads to shows; fresh rows are no line."""
    fresh = {"checked_on": date(2026, 5, 1)}
    factories.VisitFactory(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 9), **fresh)
    factories.VisitFactory(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 9), status="completed", **fresh)
    factories.VisitFactory()
    factories.VisitFactory(**fresh)
    factories.CallFactory()
    factories.CallFactory(**fresh)
    for _number in range(2):
        factories.CallFactory(deadline_kind="unknown", deadline_on=None, **fresh)
    factories.ReportFactory(expected_on=date(2026, 3, 1), **fresh)
    factories.ReportFactory()
    client = client_of(cast.reader)
    looks = client.get("/").context["looks"]
    assert [look.count for look in looks] == [1, 1, 1, 2, 1, 1]
    for look in looks:
        page = client.get(look.address)
        assert page.context["problems"] == []
        assert page.context["page"].paginator.count == look.count
    assert "looks" not in client_of(cast.coordinator).get("/").context


def test_what_an_administrator_should_look_at(cast, client_of):
    """Clusters without a coordinator, mails that did not leave, people who never signed in: each number is a list."""
    hub = factories.ClusterFactory(slug="bentiu", parent=cast.south_sudan)
    empty = factories.ClusterFactory(slug="mali", country=factories.CountryFactory(iso3="MLI"))
    factories.ClusterFactory(slug="closed", ends_on=date(2026, 1, 1))
    queue(kind="password", to=cast.member)
    queue(kind="invitation", to=cast.member, cluster=cast.south_sudan)
    client = client_of(cast.administrator)
    chores = {
        address.rpartition("=")[2]: (count, address) for count, _what, address in client.get("/").context["chores"]
    }
    assert chores["nobody"][0] == 1
    assert chores["mail"][0] == 1
    assert chores["never"][0] == User.objects.filter(last_login=None).count() > 0
    for count, address in chores.values():
        assert client.get(address).context["cl"].result_count == count
    assert list(Cluster.objects.without_coordinator(date(2026, 5, 20))) == [empty]
    assert hub not in Cluster.objects.without_coordinator(date(2026, 5, 20))


@pytest.mark.parametrize("person", ["coordinator", "member", "reader", "focal", "administrator"])
def test_each_role_is_offered_what_it_may_do(person, cast, client_of):
    """Coordinators log, the task team has figures, administrators the administration."""
    page = client_of(getattr(cast, person)).get("/").content.decode()
    assert ('href="/engagement/new/"' in page) == (person == "coordinator")
    assert ("support requests wait for an answer" in page) == (person in ("reader", "focal"))
    assert ("This role reads no engagement." in page) == (person == "administrator")
    assert ('href="/admin/"' in page) == (person in ("reader", "focal", "administrator"))


def test_what_is_planned_and_under_way(cast, client_of):
    """A coordinator sees what is planned and under way in her clusters, the latest first, and how many of each."""
    days = [date(2026, 6, 9), date(2026, 5, 2), date(2026, 7, 1)]
    for day in days:
        factories.EngagementFactory(cluster=cast.south_sudan, started_on=day, status="planned")
    factories.EngagementFactory(cluster=cast.south_sudan, started_on=date(2026, 1, 1), status="under_way")
    factories.EngagementFactory(cluster=cast.south_sudan, status="done")
    factories.EngagementFactory(cluster=cast.ukraine, status="planned", level="low")
    context = client_of(cast.coordinator).get("/").context
    assert [row.started_on for row in context["open_lines"]] == [*sorted(days, reverse=True), date(2026, 1, 1)]
    assert (context["planned"], context["under_way"]) == (3, 1)


def test_logged_last_means_the_moment_of_logging(cast, client_of):
    """The log on the home page begins with the line written last, whatever its day."""
    for hours, day in ((1, 5), (2, 1), (0, 9)):
        factories.EngagementFactory(
            cluster=cast.south_sudan, started_on=date(2026, 3, day),
            created_at=datetime(2026, 4, 1, tzinfo=UTC) + timedelta(hours=hours),
        )  # fmt: skip
    context = client_of(cast.coordinator).get("/").context
    assert [line["dates"] for line in context["recent"]] == ["1 March 2026", "5 March 2026", "9 March 2026"]


def test_a_coordinator_who_is_a_member_elsewhere(cast, client_of):
    """Visits and calls concern all her clusters; "your log" those she coordinates."""
    Membership.objects.create(user=cast.coordinator, cluster=cast.ukraine, role="member")
    visit = factories.VisitFactory(countries=["UKR"])
    theirs = factories.EngagementFactory(cluster=cast.ukraine, level="low")
    context = client_of(cast.coordinator).get("/").context
    assert visit in context["visits"]
    assert theirs.pk not in {line["pk"] for line in context["recent"]}


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("coordinator", "Nothing is logged yet."),
        ("member", "No call that concerns your country is open right now."),
        ("reader", "HRE TT reader"),
        ("focal", "HRE TT focal point"),
        ("administrator", "Administrator"),
    ],
)
def test_an_empty_home_says_what_next(person, said, cast, client_of):
    """On the first day the page is not blank for anybody."""
    response = client_of(getattr(cast, person)).get("/")
    assert said in response.content.decode()


def test_without_any_role(client_of):
    """A person without role or cluster is told who can add her."""
    user = factories.UserFactory(name="Ana")
    page = client_of(user).get("/").content.decode()
    assert "Good day, Ana" in page
    assert "You belong to no cluster yet." in page


def test_the_name_is_no_markup(client_of):
    """A name with markup is shown as text."""
    page = client_of(factories.UserFactory(name="<b>Ana</b>")).get("/").content.decode()
    assert "<b>Ana</b>" not in page


def test_deadlines_count_in_the_readers_zone(cast, client_of, clock):
    """The days left are those on the reader's own calendar."""
    factories.CallFactory(deadline_on=date(2026, 5, 25))
    clock(datetime(2026, 5, 20, 22, 30, tzinfo=UTC))
    for zone, days in (("UTC", 5), ("Africa/Juba", 4), ("Pacific/Honolulu", 5), ("Asia/Tokyo", 5)):
        cast.coordinator.time_zone = zone
        cast.coordinator.save()
        (call,) = client_of(cast.coordinator).get("/").context["calls"]
        assert call.closing == f"closes in {days} days", zone


def test_strangers_methods_and_caches(cast, client_of):
    """Sign-in first; GET only; never cached."""
    assert client_of(None).get("/")["Location"] == "/account/login/?next=/"
    client = client_of(cast.coordinator)
    assert client.post("/").status_code == 405
    assert "no-store" in client.get("/")["Cache-Control"]


def test_a_coordinator_sees_how_much_waits_before_all_else(world, client_of):
    """The first links count what is open and lead down to it, once on the page; members get none."""
    response = client_of(world.coordinator).get("/")
    page = response.content.decode()
    due = sum(len(box.due) for box in response.context["boxes"])
    assert due > 0
    assert f'<a href="#open">What is open now ({due})</a>' in page
    assert page.count('id="open"') == 1
    assert 'href="#open"' not in client_of(world.member).get("/").content.decode()


def test_one_anchor_however_many_clusters(world, client_of):
    """Who keeps two clusters is led to the first."""
    Membership.objects.create(user=world.coordinator, cluster=world.ukraine, role="coordinator")
    response = client_of(world.coordinator).get("/")
    assert len(response.context["boxes"]) == 2
    assert response.content.decode().count('id="open"') == 1
