"""A fixture with a fault loads nothing at all."""

import csv
from datetime import date

import pytest
from django.conf import settings
from django_countries import countries as iso_countries

from mandates import seed
from mandates.models import Country, CountryVisit, Mandate, ReferenceChange, Session
from mandates.seed import ReferenceLoader, dossier_id

pytestmark = pytest.mark.django_db


KEPT = {
    "mandates": ("slug", "sr-internally-displaced-persons sr-afghanistan"),
    "sessions": ("number", "56"),
    "visits": ("key", "ssd-idps-2023 moz-idps-2023"),
}


class FewCountries:
    """Three of the countries that django-countries knows."""

    alpha3 = staticmethod(iso_countries.alpha3)

    def __iter__(self):
        return (country for country in iso_countries if country.code in {"AF", "MZ", "SS"})


@pytest.fixture
def fixtures(tmp_path, monkeypatch):
    """A copy of the fixtures that a test may spoil: a few rows of the files that faults are about."""
    monkeypatch.setattr(seed, "iso_countries", FewCountries())
    for source in (settings.BASE_DIR / "fixtures").glob("*.csv"):
        key, kept = KEPT.get(source.stem, ("", ""))
        with source.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            with (tmp_path / source.name).open("w", encoding="utf-8", newline="") as copy:
                writer = csv.DictWriter(copy, rows.fieldnames)
                writer.writeheader()
                writer.writerows(row for row in rows if key and row[key] in kept.split())
    return tmp_path


def spoil(directory, name, old, new):
    """Put `new` in the place of `old`, once, in one file."""
    path = directory / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


FAULTS = {
    "a mandate that is not there": ("visits", "sr-internally-displaced-persons", "sr-of-nothing", KeyError),
    "a country that is not there": ("visits", ",MOZ,", ",XXX,", KeyError),
    "a country that is not there, of a mandate": ("mandates", ",AFG,", ",XXX,", KeyError),
    "a session that is not there": ("visits", ",HRC56,", ",HRC999,", KeyError),
    "a day that no calendar has": ("visits", "2023-10-20", "2023-02-30", ValueError),
    "no day checked": ("visits", ",2026-03-31", ",", ValueError),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_fixture_loads_nothing(fixtures, fault):
    """One transaction: what was read before the fault is not kept either."""
    *spoiling, error = FAULTS[fault]
    spoil(fixtures, *spoiling)
    with pytest.raises(error):
        ReferenceLoader(fixtures).load()
    for model in (Country, Session, Mandate, ReferenceChange):
        assert not model.objects.exists()


def test_the_fixtures_without_a_fault_load(fixtures):
    """The copy that the faults are put into is sound."""
    counts = ReferenceLoader(fixtures).load()
    assert (counts["country created"], counts["mandate created"], counts["countryvisit created"]) == (3, 2, 2)


def test_a_visit_known_by_month_lasts_until_its_last_day(fixtures):
    """A month without a last day in the file is that month's last day."""
    spoil(fixtures, "visits", ",2023-11-09,2023-11-21,", ",2023-11,,")
    ReferenceLoader(fixtures).load()
    visit = CountryVisit.objects.get(pk=dossier_id("visit", "moz-idps-2023"))
    assert (visit.starts_on, visit.ends_on, visit.precision) == (date(2023, 11, 1), date(2023, 11, 30), "month")
