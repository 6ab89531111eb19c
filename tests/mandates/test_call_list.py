"""The list of calls for input."""

from datetime import UTC, date, datetime

import pytest

from tests import factories

from .pages import listed, sections_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def calls():
    """Calls of each section and issuer, by name; today is 20 May 2026."""
    idps, water = factories.MandateFactory(slug="sr-idps"), factories.MandateFactory(slug="sr-water")
    none = {"deadline_on": None}
    return {
        "may": factories.CallFactory(deadline_on=date(2026, 5, 25), countries=["SSD"], mandates=[idps, water]),
        "june": factories.CallFactory(title="Climate and housing", mandates=[water]),
        "ongoing": factories.CallFactory(deadline_kind="ongoing", countries=["UKR"], issuer_type="ohchr", **none),
        "unknown": factories.CallFactory(deadline_kind="unknown", issuer_type="treaty_body", issued_by="CEDAW", **none),
        "closed": factories.CallFactory(
            deadline_on=date(2024, 6, 30), purpose_text="General Assembly, 79th session", countries=["SSD", "UKR"]
        ),
        "known closed": factories.CallFactory(deadline_kind="unknown", closed_on=date(2023, 7, 24), **none),
    }


EVERYTHING = ["may", "june", "ongoing", "unknown", "closed", "known closed"]
FILTERED = [
    ({}, EVERYTHING),
    ({"status": "open"}, ["may", "june", "ongoing"]),
    ({"status": "unknown"}, ["unknown"]),
    ({"status": "closed"}, ["closed", "known closed"]),
    ({"country": "SSD"}, ["may", "june", "unknown", "closed", "known closed"]),
    ({"country": "UKR"}, ["june", "ongoing", "unknown", "closed", "known closed"]),
    ({"country": "UKR", "status": "open"}, ["june", "ongoing"]),
    ({"mandate": "sr-idps"}, ["may"]),
    ({"mandate": "sr-water"}, ["may", "june"]),
    ({"issuer": "special_procedures"}, ["may", "june", "closed", "known closed"]),
    ({"issuer": "ohchr"}, ["ongoing"]),
    ({"issuer": "treaty_body"}, ["unknown"]),
    ({"issuer": "expert_mechanism"}, []),
    ({"since": "2026-05-25"}, ["may", "june"]),
    ({"since": "2026-05-26"}, ["june"]),
    ({"until": "2026-05-25"}, ["may", "closed"]),
    ({"until": "2026-05-24"}, ["closed"]),
    ({"since": "2026-05-01", "until": "2026-05-31"}, ["may"]),
    ({"text": "HOUSING"}, ["june"]),
    ({"text": "cedaw"}, ["unknown"]),
    ({"text": "79th"}, ["closed"]),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERED, ids=str)
def test_filters(member, calls, filters, expected):
    """Each filter alone and with others; a call that names no country asks about all."""
    names = {row.pk: name for name, row in calls.items()}
    assert [names[row.pk] for row in listed(member, "/calls/", **filters)] == expected


def test_an_unknown_issuer_is_said(member, calls):
    """The filter that only this list has is strict too."""
    response = member.get("/calls/", {"issuer": "nato"})
    assert response.context_data["problems"]
    assert sections_of(response) == []


def test_sections(member, calls):
    """Open first, then unknown, then closed."""
    sections = {heading: len(rows) for heading, rows in sections_of(member.get("/calls/"))}
    assert list(sections.items()) == [("Open", 3), ("Deadline not known", 1), ("Closed", 2)]


def test_a_line_says_until_when(member, calls):
    """Day and zone of the deadline, and how long that is; an extension is marked."""
    factories.CallFactory(deadline_on=date(2026, 6, 2), extended_from=date(2026, 5, 10), deadline_zone="Africa/Juba")
    text = member.get("/calls/").text
    for said in (
        "25 May 2026, 24:00 Geneva time",
        "closes in 5 days",
        "2 June 2026, 24:00 Juba time",
        "extended",
        "ongoing, no deadline",
        "deadline not known",
    ):
        assert said in text


def test_days_are_counted_for_the_reader(client_of, clock):
    """Two readers at one moment: it is already tomorrow in Auckland."""
    clock(datetime(2026, 6, 25, 11, tzinfo=UTC))
    factories.CallFactory(deadline_on=date(2026, 6, 30))
    for zone, said in (("Pacific/Auckland", "closes in 6 days"), ("America/New_York", "closes in 5 days")):
        assert said in client_of(factories.UserFactory(time_zone=zone)).get("/calls/").text


@pytest.mark.parametrize(("days", "is_soon"), [(7, True), (8, False)])
def test_a_week_is_soon(member, days, is_soon):
    """The last seven days before a deadline are marked."""
    factories.CallFactory(deadline_on=date(2026, 5, 20 + days))
    ((_heading, (call,)),) = sections_of(member.get("/calls/"))
    assert call.closes_soon is is_soon
