"""Which entries are likely to be about the same visit or the same call; which name is meant."""

from datetime import date

import pytest

from mandates.likeness import VisitFacts, like_calls, like_names, like_visits
from mandates.models import CallForInput, CountryVisit
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 20)


@pytest.fixture
def visit():
    """A visit of SR-IDPS to South Sudan, 8 to 19 June 2026."""
    return factories.VisitFactory(countries=["SSD"], mandates=[factories.MandateFactory(slug="sr-idps")])


def is_like(visit, *, countries=("SSD",), mandates=None, first="2026-06-01", last="2026-06-30"):
    """Whether such a new visit is likely to be `visit`."""
    keys = [mandate.pk for mandate in visit.mandates.all()] if mandates is None else mandates
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    new = VisitFacts(frozenset(countries), frozenset(keys), *days)
    return like_visits(new, CountryVisit.objects.with_places(), TODAY) == [visit]


def test_the_same_country_mandate_and_time(visit):
    """All three count; two months more or less do not."""
    assert is_like(visit)
    assert is_like(visit, countries=["UKR", "SSD"])
    assert is_like(visit, first="2026-04-01", last="2026-04-09")
    assert is_like(visit, first="2026-08-18", last="2026-08-18")
    assert not is_like(visit, countries=["UKR"])
    assert not is_like(visit, mandates=[])
    assert not is_like(visit, first="2026-03-01", last="2026-04-08")
    assert not is_like(visit, first="2026-08-19", last="2026-08-30")


def test_days_that_are_not_known_could_be_any_ahead(visit):
    """A new visit without days is like one ahead, and like one that was just now, not like one long past."""
    assert is_like(visit, first="", last="")
    visit.starts_on, visit.ends_on = date(2026, 3, 10), date(2026, 3, 21)
    visit.save()
    assert is_like(visit, first="", last="")
    visit.starts_on = visit.ends_on = date(2026, 3, 20)
    visit.save()
    assert not is_like(visit, first="", last="")


def test_a_known_visit_without_days_could_be_any_ahead(visit):
    """It may be the new one if that lies ahead, not if that is long past."""
    visit.starts_on, visit.ends_on, visit.precision = None, None, ""
    visit.save()
    assert is_like(visit, first="2027-06-01", last="2027-06-10")
    assert is_like(visit, first="", last="")
    assert not is_like(visit, first="2025-06-01", last="2025-06-10")


def test_one_day_is_enough(visit):
    """A visit of which only the last day is known is compared by that day."""
    visit.starts_on = None
    visit.save()
    assert is_like(visit, first="2026-07-01", last="2026-07-08")
    assert not is_like(visit, first="2027-07-01", last="2027-07-08")


def test_titles_that_are_much_the_same():
    """Spelling and "Call for input" do not count; the most alike comes first."""
    one = factories.CallFactory(title="Call for input: Peacebuilding in the context of internal displacement")
    two = factories.CallFactory(title="Call for inputs – peace-building in the context of displacement")
    factories.CallFactory(title="Call for input: older persons in the context of climate change")
    found = like_calls("peacebuilding in the context of internal displacement", CallForInput.objects.all())
    assert found == [one, two]


def test_short_titles_are_not_alike_for_how_they_begin():
    """Only what follows the usual opening is compared."""
    factories.CallFactory(title="Call for input: food")
    assert like_calls("Call for input: slavery", CallForInput.objects.all()) == []


def test_at_most_five_are_shown():
    """A hint, not a second list."""
    factories.CallFactory.create_batch(7, title="Call for input: food")
    assert len(like_calls("Call for input: food", CallForInput.objects.all())) == 5


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tortrue", ["torture"]),
        ("Tortúre", ["torture"]),
        ("disabilty", ["disabilities"]),
        ("disabilites", ["disabilities"]),
        ("persns disabilites", ["persons disabilities"]),
        ("exampel", ["example"]),
        ("cuba", []),
        ("juba", []),
        ("tortrue water", []),
        ("", []),
        ("?!", []),
        ("one two three four five six seven torture", []),
    ],
)
def test_what_was_meant(typed, meant):
    """Each word has to be much like one of the same name; short and foreign words suggest nothing."""
    assert like_names(typed, ["SR on torture", "Persons with disabilities", "Juan Example"]) == meant
