"""The clusters a person can open, with counts over what she can read of each."""

from datetime import UTC, date, datetime

import pytest

from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WITHDRAWN = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)}


def counts(client):
    """(slug, count, latest) of each cluster shown, in the order shown."""
    response = client.get("/clusters/")
    assert response.status_code == 200
    return [(cluster.slug, cluster.count, cluster.latest) for cluster in response.context["clusters"]]


@after_the_cast
def log(cast):
    """A line of each level in both clusters, on different days, and a withdrawn one."""
    for cluster in (cast.south_sudan, cast.ukraine):
        for day, level in enumerate(("low", "moderate", "high"), start=1):
            factories.EngagementFactory(cluster=cluster, level=level, started_on=date(2026, 3, day))
        factories.EngagementFactory(cluster=cluster, level="low", started_on=date(2026, 4, 1), **WITHDRAWN)
    return cast


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("coordinator", [("south-sudan", 3, 3)]),
        ("member", [("south-sudan", 1, 1)]),
        ("other", [("ukraine", 3, 3)]),
        ("reader", [("south-sudan", 2, 2), ("ukraine", 2, 2)]),
        ("focal", [("south-sudan", 3, 3), ("ukraine", 3, 3)]),
        ("administrator", []),
    ],
)
def test_each_person_sees_her_clusters_and_counts(person, expected, log, client_of):
    """Counts and the latest day are of the engagements this reader can list, withdrawn ones left out."""
    assert counts(client_of(getattr(log, person))) == [(slug, n, f"{day} March 2026") for slug, n, day in expected]


def test_the_latest_is_as_exact_as_it_is_known(cast, client_of):
    """On the list and beside the action: of a line that is known by quarter, neither day nor month is."""
    for day, precision in ((date(2026, 2, 9), "month"), (date(2026, 5, 9), "quarter")):
        known = {"started_on": day, "date_precision": precision}
        factories.EngagementFactory(cluster=cast.south_sudan, number=1, level="low", **known)
    factories.EngagementFactory(cluster=cast.south_sudan, number=2, level="low", started_on=date(2026, 3, 9))
    client = client_of(cast.member)
    assert counts(client) == [("south-sudan", 3, "Q2 2026")]
    page = client.get("/clusters/south-sudan/").content.decode()
    assert '2 entries</a> <span class="muted">Q2 2026</span>' in page


def test_counts_lead_to_the_lines_they_count(log, client_of):
    """The number links the log, filtered so that it shows as many lines."""
    client = client_of(log.reader)
    page = client.get("/clusters/").content.decode()
    assert '<a href="/engagement/?cluster=ukraine">2 engagements</a>' in page
    assert client.get("/engagement/?cluster=ukraine").context["page"].paginator.count == 2


def test_nothing_to_read_is_said_so(cast, client_of):
    """A cluster of which this person can read nothing says so, whether there is something or not."""
    factories.EngagementFactory(cluster=cast.south_sudan, level="high")
    page = client_of(cast.member).get("/clusters/").content.decode()
    assert page.count("no entry you can read") == 1


def test_clusters_below_and_ended_ones_say_so(cast, client_of):
    """A hub names the cluster it is part of; one that ended says that."""
    factories.ClusterFactory(slug="ssd-hub", parent=cast.south_sudan, kind="hub", ends_on=date(2026, 5, 19))
    factories.ClusterFactory(slug="ssd-last-day", parent=cast.south_sudan, kind="hub", ends_on=date(2026, 5, 20))
    page = client_of(cast.coordinator).get("/clusters/").content.decode()
    assert page.count("part of South Sudan Protection Cluster") == 2
    assert page.count("no longer active") == 1


def test_who_has_no_cluster_is_told_what_to_do(cast, client_of):
    """An empty list says who can add this person."""
    assert "You belong to no cluster yet." in client_of(cast.administrator).get("/clusters/").content.decode()


def test_strangers_methods_and_caches(cast, client_of):
    """Sign-in first; GET only; counts are confidential and never cached."""
    assert client_of(None).get("/clusters/")["Location"] == "/account/login/?next=/clusters/"
    client = client_of(cast.coordinator)
    assert client.post("/clusters/").status_code == 405
    assert "no-store" in client.get("/clusters/")["Cache-Control"]
