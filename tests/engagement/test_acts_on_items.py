"""The page of a visit, call or report leads to what a cluster can do about it now."""

import re
from datetime import date

import pytest

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TELL, BRIEF, PRESS, USE = (
    "Tell the members",
    "Propose a briefing",
    "Propose issues for the press",
    "Say where it is used",
)
UNDER_WAY = {"starts_on": date(2026, 5, 18), "ends_on": date(2026, 5, 28)}
PAST = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 9)}


def offered(response):
    """The labels of the buttons that do an act."""
    return re.findall(r'<a class="button" href="/clusters/[^"]+">([^<]+)</a>', response.content.decode())


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        ({}, [TELL, BRIEF]),
        (UNDER_WAY, [TELL, BRIEF, PRESS]),
        ({"status": "cancelled"}, [TELL]),
        (PAST, []),
    ],
    ids=["ahead", "under way", "cancelled", "past"],
)
def test_what_can_be_done_about_a_visit(visit, expected, cast, client_of):
    """Each button opens for who sees it: none leads to a refusal."""
    mandates = [factories.MandateFactory()]
    page = factories.VisitFactory(countries=["SSD"], mandates=mandates, **visit).get_absolute_url()
    client = client_of(cast.coordinator)
    response = client.get(page)
    assert offered(response) == expected
    for address in re.findall(r'<a class="button" href="(/clusters/[^"]+)">', response.content.decode()):
        opened = client.get(address)
        assert opened.status_code == 200
        assert not opened.context.get("refusal")
    for person in (cast.member, cast.other, cast.reader):
        assert offered(client_of(person).get(page)) == []


def test_a_report_is_shared_and_once_it_is_out_used(cast, client_of):
    """Before that there is nothing to quote."""
    client = client_of(cast.coordinator)
    expected = factories.ReportFactory(countries=["SSD"])
    out = factories.ReportFactory(countries=["SSD"], published_on=date(2026, 4, 1), published_precision="day")
    assert offered(client.get(expected.get_absolute_url())) == [TELL]
    assert offered(client.get(out.get_absolute_url())) == [TELL, USE]


def test_who_coordinates_two_clusters_acts_for_each(cast, client_of):
    """The heading names the cluster."""
    hub = factories.ClusterFactory(slug="malakal", name="Malakal Hub", parent=cast.south_sudan, kind="hub")
    page = client_of(cast.coordinator).get(factories.VisitFactory(countries=["SSD"]).get_absolute_url())
    assert offered(page) == [TELL] * 2  # it names no mandate, so there is nobody to brief
    assert f"What {hub} can do" in page.content.decode()
