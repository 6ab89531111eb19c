"""The list of reports."""

from datetime import date

import pytest

from mandates.models import Session
from tests import factories

from .pages import listed, sections_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def reports():
    """Upcoming and published reports, by name."""
    idps, water = factories.MandateFactory(slug="sr-idps"), factories.MandateFactory(slug="sr-water")

    def published(day, **kwargs):
        return factories.ReportFactory(published_on=day, published_precision="day", **kwargs)

    return {
        "autumn": factories.ReportFactory(title="Housing", mandates=[idps, water], countries=["SSD", "UKR"]),
        "winter": factories.ReportFactory(expected_on=date(2026, 12, 1), mandates=[water]),
        "undated": factories.ReportFactory(expected_on=None, expected_precision=""),
        "recent": published(date(2026, 4, 20), symbol="A/HRC/62/42", countries=["SSD"]),
        "old": published(date(2024, 7, 1), title="Old housing", expected_on=None, expected_precision=""),
    }


FILTERED = [
    ({}, "autumn winter undated recent old"),
    ({"status": "upcoming"}, "autumn winter undated"),
    ({"status": "published"}, "recent old"),
    ({"country": "SSD"}, "autumn recent"),
    ({"country": "UKR"}, "autumn"),
    ({"mandate": "sr-water"}, "autumn winter"),
    ({"mandate": "sr-idps", "country": "UKR"}, "autumn"),
    ({"since": "2026-09-01"}, "autumn winter"),
    ({"since": "2026-04-20"}, "autumn winter recent"),
    ({"until": "2026-09-01"}, "autumn recent old"),
    ({"until": "2026-04-19"}, "old"),
    ({"since": "2026-01-01", "until": "2026-06-30"}, "recent"),
    ({"text": "hrc/62"}, "recent"),
    ({"text": "HOUSING"}, "autumn old"),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERED, ids=str)
def test_filters(member, reports, filters, expected):
    """Each filter alone and with others; a published report goes by its day of publication."""
    names = {row.pk: name for name, row in reports.items()}
    assert [names[row.pk] for row in listed(member, "/reports/", **filters)] == expected.split()


def test_sections(member, reports):
    """Expected reports first, the next at the top, then published ones, the latest at the top."""
    sections = {heading: len(rows) for heading, rows in sections_of(member.get("/reports/"))}
    assert list(sections.items()) == [("Upcoming", 3), ("Published", 2)]


def test_reports_known_by_year_go_by_session(member):
    """Of one year, the report to the later session comes first."""
    made = []
    for number, starts in ((62, date(2026, 6, 1)), (61, date(2026, 2, 1))):
        session = Session.objects.create(body="HRC", number=number, starts_on=starts, ends_on=starts, source="test")
        year = {"published_on": date(2026, 1, 1), "published_precision": "year"}
        made.append(factories.ReportFactory(session=session, **year))
    assert listed(member, "/reports/") == made


def test_a_line_says_when_whose_and_where(member, reports):
    """Dates as exactly as known, mandates by short form, the symbol."""
    text = member.get("/reports/").text
    for said in ("expected September 2026", "date not known", "20 April 2026", "A/HRC/62/42", "SR-IDPS, SR-WATER"):
        assert said in text
