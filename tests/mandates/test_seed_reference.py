"""The reference data, loaded once for all tests of this file and taken away after them."""

import csv
import io
from collections import Counter
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import override

from engagement.models import Cluster
from mandates.changes import attributed_to
from mandates.models import (
    CallForInput,
    Country,
    CountryVisit,
    Mandate,
    MandateAlias,
    MandateHolder,
    ReferenceChange,
    Report,
    Session,
    VisitEvent,
)
from mandates.seed import dossier_id

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures"
COUNTS = {
    Mandate: 64,
    MandateAlias: 116,
    Country: 249,
    Cluster: 34,
    CountryVisit: 20,
    CallForInput: 7,
    Report: 20,
}


def seed():
    """Run the command; what it says."""
    said = io.StringIO()
    call_command("seed_reference", stdout=said)
    return said.getvalue()


def rows_in(fixture):
    with (FIXTURES / f"{fixture}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", autouse=True)
def first_run(django_db_setup, django_db_blocker):
    """What the first run said; its rows stay for this file, in a transaction around all tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed()
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", COUNTS, ids=lambda model: model.__name__)
def test_everything_is_loaded(model):
    """So many rows as the sources have."""
    assert model.objects.count() == COUNTS[model]


def test_each_line_of_a_fixture_is_a_row():
    """Nothing is left out: sessions, holders and events too."""
    assert Session.objects.count() == len(rows_in("sessions"))
    assert MandateHolder.objects.count() == len(rows_in("mandate_holders"))
    assert VisitEvent.objects.count() == len(rows_in("visit_events"))
    assert {session.code for session in Session.objects.all()} >= {"HRC61", "GA80"}


def test_the_first_run_says_what_it_did(first_run):
    """Counts of what was created, for whoever runs the command."""
    assert first_run.startswith("Reference data: ")
    for said in ("64 mandate created", "116 mandatealias created", "249 country created", "34 cluster created"):
        assert said in first_run


def test_every_row_says_where_it_is_from():
    """Source and day checked stand on each visit, call, report and mandate; the loader is named in the changes."""
    for model in (CountryVisit, CallForInput, Report, Mandate):
        assert not model.objects.filter(source="").exists()
        assert not model.objects.filter(checked_on=None).exists()
    assert set(ReferenceChange.objects.values_list("changed_by", flat=True)) == {"seed_reference"}


def test_a_second_run_changes_nothing():
    """Idempotent: no row is touched, no change written."""
    before = ReferenceChange.objects.count()
    assert seed() == "Reference data: nothing to change.\n"
    assert ReferenceChange.objects.count() == before
    assert {model: model.objects.count() for model in COUNTS} == COUNTS


@pytest.mark.parametrize(("day", "thematic", "country"), [(date(2021, 1, 15), 44, 11), (date(2026, 3, 31), 45, 14)])
def test_mandates_in_force(day, thematic, country):
    """The figures of the source document, and today's, come out of one query over dates."""
    kinds = Counter(Mandate.objects.in_force(on=day).values_list("kind", flat=True))
    assert kinds == {"thematic": thematic, "country": country}
    for mandate in Mandate.objects.all():
        assert mandate.is_in_force(day) is Mandate.objects.in_force(on=day).filter(pk=mandate.pk).exists()


def test_merged_mandates_point_to_their_successor():
    """Slavery and trafficking became one mandate, which is the only successor."""
    merged = Mandate.objects.exclude(successor=None)
    assert {mandate.slug: mandate.successor.slug for mandate in merged} == {
        "sr-slavery": "sr-slavery-and-trafficking",
        "sr-trafficking-in-persons": "sr-slavery-and-trafficking",
    }
    assert all(mandate.ended == "October 2025" for mandate in merged)
    assert [m.slug for m in Mandate.objects.filter(has_started=False)] == ["sr-syria"]


NAMES = {
    "SYR": ("Syrian Arab Republic", "République arabe syrienne", "República Árabe Siria"),
    "BOL": ("Bolivia (Plurinational State of)", None, None),
    "SSD": ("South Sudan", "Soudan du Sud", "Sudán del Sur"),
    "UKR": ("Ukraine", "Ukraine", "Ucrania"),
}


@pytest.mark.parametrize("code", NAMES)
def test_countries_have_the_names_of_the_united_nations(code):
    """In English, French and Spanish, as the UN writes them."""
    country = Country.objects.get(iso3=code)
    for language, name in zip(("en", "fr", "es"), NAMES[code], strict=True):
        with override(language):
            assert name is None or str(country) == name


def test_every_country_has_a_name_in_four_languages():
    """Arabic included, in Arabic letters."""
    for country in Country.objects.all():
        assert country.name_en
        assert country.name_fr
        assert country.name_es
        assert any("\u0600" <= letter <= "\u06ff" for letter in country.name_ar), country.iso3
    with override("ar"):
        assert str(Country.objects.get(iso3="SDN")) == "السودان"


def test_countries_are_sorted_in_the_readers_language():
    """South Sudan stands under S in English and Spanish, under S for Soudan in French."""
    with override("fr"):
        names = [str(country) for country in Country.objects.by_name().filter(iso3__in=["SSD", "ZAF", "UKR"])]
        assert names == ["Afrique du Sud", "Soudan du Sud", "Ukraine"]


def by_the_task_team():
    return attributed_to("hrett@example.org", source="admin")


def test_a_row_that_a_person_changed_is_kept():
    """The next run leaves a visit, a session and a country as the task team left them."""
    visit = CountryVisit.objects.get(pk=dossier_id("visit", "moz-idps-2023"))
    session, country = Session.objects.first(), Country.objects.get(iso3="SSD")
    event = visit.events.first()
    with by_the_task_team():
        visit.places = "Maputo"
        visit.save()
        visit.mandates.clear()
        event.note = "Corrected."
        event.save()
        session.ends_on = date(2030, 1, 1)
        session.save()
        country.name_en = "Republic of South Sudan"
        country.save()
    said = seed()
    assert "1 countryvisit kept as changed by people" in said
    assert "1 country kept as changed by people" in said
    assert "1 session kept as changed by people" in said
    assert CountryVisit.objects.get(pk=visit.pk).places == "Maputo"
    assert not visit.mandates.exists()
    assert VisitEvent.objects.get(pk=event.pk).note == "Corrected."
    assert Session.objects.get(pk=session.pk).ends_on == date(2030, 1, 1)
    assert Country.objects.get(pk="SSD").name_en == "Republic of South Sudan"


def test_what_a_person_took_away_from_a_mandate_stays_away():
    """An alias or holder that the task team removed does not come back."""
    alias = MandateAlias.objects.first()
    holder = MandateHolder.objects.filter(mandate=alias.mandate).first() or MandateHolder.objects.first()
    with by_the_task_team():
        alias.delete()
        holder.delete()
    seed()
    assert not MandateAlias.objects.filter(alias=alias.alias).exists()
    assert not MandateHolder.objects.filter(mandate=holder.mandate, name=holder.name).exists()


def test_what_nobody_changed_follows_the_fixtures():
    """A row that only the loader has written is brought up to the file, and the change is recorded."""
    with attributed_to("seed_reference"):
        report = Report.objects.get(symbol="A/80/212")
        report.title = "As an older fixture had it"
        report.save()
    assert "1 report updated" in seed()
    report.refresh_from_db()
    assert report.title == "Human rights of internally displaced persons"


def test_a_cluster_that_an_administrator_changed_is_kept():
    """Clusters that are there stay as they are."""
    cluster = Cluster.objects.first()
    cluster.name = "Renamed"
    cluster.save()
    assert seed() == "Reference data: nothing to change.\n"
    cluster.refresh_from_db()
    assert cluster.name == "Renamed"
