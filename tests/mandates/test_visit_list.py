"""The list of country visits."""

from datetime import date

import pytest

from mandates.models import VisitEvent
from tests import factories

from .pages import listed, sections_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def visits():
    """A visit of each section, by name; today is 20 May 2026."""
    idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs", title="Displaced persons")
    water = factories.MandateFactory(slug="sr-water", acronym="SR Water", title="Drinking water")
    return {
        "now": factories.VisitFactory(
            starts_on=date(2026, 5, 18), ends_on=date(2026, 5, 29), countries=["SSD"], mandates=[idps]
        ),
        "june": factories.VisitFactory(countries=["SSD", "UKR"], mandates=[idps, water], places="Juba"),
        "autumn": factories.VisitFactory(
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 10, 31),
            precision="month",
            countries=["UKR"],
            mandates=[water],
            status="dates_agreed",
        ),
        "undated": factories.VisitFactory(
            starts_on=None, ends_on=None, precision="", countries=["UKR"], status="accepted"
        ),
        "off": factories.VisitFactory(countries=["SSD"], status="postponed", note="The day before departure."),
        "past": factories.VisitFactory(
            starts_on=date(2024, 3, 4), ends_on=date(2024, 3, 15), mandates=[water], status="completed"
        ),
        "older": factories.VisitFactory(starts_on=None, ends_on=date(2014, 5, 23), countries=["SSD"]),
    }


FILTERED = [
    ({}, "now june autumn undated off past older"),
    ({"country": "SSD"}, "now june off older"),
    ({"country": "UKR"}, "june autumn undated"),
    ({"mandate": "sr-idps"}, "now june"),
    ({"mandate": "sr-water"}, "june autumn past"),
    ({"country": "UKR", "mandate": "sr-idps"}, "june"),
    ({"status": "ahead"}, "now june autumn"),
    ({"status": "under_way"}, "now"),
    ({"status": "announced"}, "now june older"),
    ({"status": "dates_agreed"}, "autumn"),
    ({"status": "accepted"}, "undated"),
    ({"status": "postponed"}, "off"),
    ({"status": "completed"}, "past"),
    ({"status": "cancelled"}, ""),
    ({"since": "2026-06-01"}, "june autumn off"),
    ({"since": "2026-05-29"}, "now june autumn off"),
    ({"since": "2026-05-30"}, "june autumn off"),
    ({"until": "2026-05-18"}, "now past older"),
    ({"until": "2026-05-17"}, "past older"),
    ({"until": "2014-05-23"}, "older"),
    ({"since": "2026-06-01", "until": "2026-06-30"}, "june off"),
    ({"since": "2026-07-01", "until": "2026-08-31"}, ""),
    ({"text": "juba"}, "june"),
    ({"text": "departure"}, "off"),
    ({"text": "sr water"}, "june autumn past"),
    ({"text": "Displaced"}, "now june"),
    ({"text": "south sudan"}, "now june off older"),
    ({"text": "Soudan du Sud"}, "now june off older"),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERED, ids=str)
def test_filters(member, visits, filters, expected):
    """Each filter alone and with others, from now to the past; a joint visit comes once."""
    country = visits["now"].countries.get()
    country.name_fr = "Soudan du Sud"
    country.save()
    names = {row.pk: name for name, row in visits.items()}
    assert [names[row.pk] for row in listed(member, "/visits/", **filters)] == expected.split()


def test_sections(member, visits):
    """Under way and upcoming first, the past last, each under its heading."""
    sections = {heading: len(rows) for heading, rows in sections_of(member.get("/visits/"))}
    assert list(sections.items()) == [
        ("Under way", 1),
        ("Upcoming", 2),
        ("Dates not known yet", 1),
        ("Postponed or cancelled", 1),
        ("Past", 2),
    ]


def test_a_line_says_where_who_when_and_how_it_stands(member):
    """Countries by name, mandates by short form, dates and status in words."""
    mandates = [factories.MandateFactory(acronym=name) for name in ("SR Water", "SR Food")]
    factories.VisitFactory(countries=["UKR", "SSD"], mandates=mandates, places="Juba, Bor")
    text = member.get("/visits/").text
    for said in ("South Sudan, Ukraine", "SR Food, SR Water", "Juba, Bor", "8–19 June 2026", "announced"):
        assert said in text


def test_the_sources_own_words_stand_for_vague_dates(member):
    """ "Late 2026" says more than the year; exact days say more than the words."""
    vague = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "precision": "year"}
    factories.VisitFactory(dates_text="late 2026", **vague)
    factories.VisitFactory(dates_text="early June")
    text = member.get("/visits/").text
    assert "late 2026" in text
    assert "early June" not in text
    assert "8–19 June 2026" in text


def test_a_visit_without_a_country_has_a_way_in(member):
    """An entry that is only begun can still be opened."""
    visit = factories.VisitFactory(status="")
    assert VisitEvent.objects.count() == 0
    text = member.get("/visits/").text
    assert f'href="{visit.get_absolute_url()}"' in text
    assert "no event recorded" in text
