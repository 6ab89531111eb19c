"""The directory of mandates."""

from datetime import UTC, date, datetime

import pytest

from mandates.models import MandateAlias, MandateHolder
from tests import factories

from .pages import listed, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def mandates():
    """Five mandates: of each kind and holder, one ended, one not started."""
    country = factories.CountryFactory(iso3="MLI", name_en="Mali")
    made = {
        "idps": {"title": "Special Rapporteur on internally displaced persons", "acronym": "SR IDPs"},
        "detention": {
            "title": "Working Group on Arbitrary Detention",
            "holder_type": "working_group",
            "established_on": date(2022, 1, 1),
        },
        "debt": {
            "title": "Independent Expert on foreign debt",
            "holder_type": "independent_expert",
            "acts_on_communications": False,
        },
        "mali": {
            "title": "Independent Expert on Mali",
            "kind": "country",
            "holder_type": "independent_expert",
            "country": country,
            "has_started": False,
        },
        "slavery": {
            "title": "Special Rapporteur on slavery",
            "ended_on": date(2025, 10, 31),
            "ended_precision": "month",
        },
    }
    return {slug: factories.MandateFactory(slug=slug, **fields) for slug, fields in made.items()}


ALL_IN_FORCE = ["mali", "debt", "idps", "detention"]
FILTERED = [
    ({}, ALL_IN_FORCE),
    ({"on": ""}, ["mali", "debt", "idps", "slavery", "detention"]),
    ({"on": "2025-10-31"}, ["mali", "debt", "idps", "slavery", "detention"]),
    ({"on": "2025-11-01"}, ALL_IN_FORCE),
    ({"on": "2021-12-31"}, ["mali", "debt", "idps", "slavery"]),
    ({"on": "2009-12-31"}, []),
    ({"kind": "country"}, ["mali"]),
    ({"kind": "thematic"}, ["debt", "idps", "detention"]),
    ({"kind": "thematic", "on": ""}, ["debt", "idps", "slavery", "detention"]),
    ({"held_by": "special_rapporteur"}, ["idps"]),
    ({"held_by": "independent_expert"}, ["mali", "debt"]),
    ({"held_by": "working_group"}, ["detention"]),
    ({"communications": "yes"}, ["mali", "idps", "detention"]),
    ({"communications": "no"}, ["debt"]),
    ({"country": "MLI"}, ["mali"]),
    ({"text": "DETENTION"}, ["detention"]),
    ({"text": "sr idps"}, ["idps"]),
    ({"text": "forced movement"}, ["idps"]),
    ({"text": "slavery"}, []),
    ({"text": "slavery", "on": ""}, ["slavery"]),
    ({"text": "expert", "communications": "no"}, ["debt"]),
    ({"page": "1"}, ALL_IN_FORCE),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERED, ids=str)
def test_filters(member, mandates, filters, expected):
    """Each filter alone and with others; without `on`, mandates in force today; by kind, then title."""
    MandateAlias.objects.create(mandate=mandates["idps"], alias="Forced movement of people")
    MandateAlias.objects.create(mandate=mandates["idps"], alias="Forced movement, formerly")
    assert [row.slug for row in listed(member, "/mandates/", **filters)] == expected


def test_the_country_filter_offers_countries_with_a_mandate(member, mandates):
    """A country without a mandate of its own is no choice, and so no answer."""
    factories.CountryFactory(iso3="SSD")
    offered = member.get("/mandates/").context_data["filters"].form.fields["country"].queryset
    assert [country.pk for country in offered] == ["MLI"]
    assert member.get("/mandates/", {"country": "SSD"}).context_data["problems"]


def test_today_is_the_readers(client_of, clock):
    """A mandate that ended yesterday in Auckland is in force in New York."""
    factories.MandateFactory(ended_on=date(2026, 5, 20), ended_precision="day")
    clock(datetime(2026, 5, 20, 13, tzinfo=UTC))
    for zone, count in (("Pacific/Auckland", 0), ("America/New_York", 1)):
        client = client_of(factories.UserFactory(time_zone=zone))
        assert len(rows_of(client.get("/mandates/"))) == count


def test_it_stands_in_two_sections_with_counts(member, mandates):
    """Country mandates and thematic ones, each with its number; states in words."""
    text = member.get("/mandates/").text
    assert 'Country mandates <span class="n">1</span>' in text
    assert 'Thematic mandates <span class="n">3</span>' in text
    assert "established, not started" in text
    assert "ended October 2025" not in text
    assert "ended October 2025" in member.get("/mandates/", {"on": ""}).text


def test_who_serves_today(member, mandates):
    """Holders whose term includes today, by name; a past one is not shown."""
    terms = {"Zoe": (None, None), "Ann": (date(2025, 1, 1), None), "Old": (None, date(2026, 5, 19))}
    for name, (started, ended) in terms.items():
        MandateHolder.objects.create(
            mandate=mandates["detention"], name=name, started_on=started, ended_on=ended, source="test"
        )
    response = member.get("/mandates/")
    assert "<bdi>Ann</bdi>, <bdi>Zoe</bdi>" in response.text
    assert "<bdi>Old" not in response.text
    assert "holder not recorded" in response.text


def test_it_says_as_of_when_it_is_known(member, mandates):
    """The latest day on which somebody compared a mandate with its source."""
    factories.MandateFactory(checked_on=date(2026, 3, 31))
    assert "as known on 31 March 2026" in member.get("/mandates/").text


def test_it_works_without_any_mandate(member):
    """Before the reference data is loaded the page says that there is none."""
    assert "No mandate fits these filters." in member.get("/mandates/").text
