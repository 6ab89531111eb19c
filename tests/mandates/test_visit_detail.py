"""One country visit."""

from datetime import date

import pytest
from django.utils.translation import override

from engagement.news import as_it_stands, news_of
from mandates.models import Session, VisitEvent
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_the_dossier_in_the_order_of_what_happened(member):
    """Events by the day they were known, then by their order on it; who acted, and a day that is not known."""
    visit = factories.VisitFactory(countries=["SSD"], status="")
    for kind, day, known_by, position, actor in (
        ("postponed", date(2026, 5, 4), date(2026, 5, 4), 2, "state"),
        ("dates_agreed", date(2026, 5, 4), date(2026, 5, 4), 1, "un"),
        ("requested", None, date(2025, 3, 31), 1, "mandate_holder"),
    ):
        VisitEvent.objects.create(visit=visit, kind=kind, day=day, known_by=known_by, position=position, actor=actor)
    response = member.get(visit.get_absolute_url())
    events = response.context_data["events"]
    assert [event.kind for event in events] == ["requested", "dates_agreed", "postponed"]
    assert "day not known, by 31 March 2025" in response.text
    assert "4 May 2026 · State" in response.text
    assert response.context_data["visit"].status_text == "postponed"


def test_a_visit_whose_outcome_nobody_recorded(member):
    """Dates that have passed do not make a visit completed."""
    visit = factories.VisitFactory(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 9))
    text = member.get(visit.get_absolute_url()).text
    assert "announced; dates have passed, outcome not recorded" in text


def test_what_belongs_to_it(member):
    """Its calls with their closing, its reports, the session its report is expected at; not those of other visits."""
    session = Session.objects.create(
        body="HRC", number=65, starts_on=date(2027, 6, 1), ends_on=date(2027, 7, 31), precision="month", source="test"
    )
    visit = factories.VisitFactory(countries=["SSD"], report_session=session)
    call = factories.CallFactory(visit=visit, deadline_on=date(2026, 5, 25))
    report = factories.ReportFactory(visit=visit)
    factories.CallFactory(visit=factories.VisitFactory())
    factories.CallFactory(visit=visit, withdrawn_on=date(2026, 5, 1))
    response = member.get(visit.get_absolute_url())
    assert response.context_data["calls"] == [call]
    assert response.context_data["reports"] == [report]
    assert "closes in 5 days" in response.text
    assert "Human Rights Council, session 65, June 2027 – July 2027" in response.text


def test_names_follow_the_reader(client_of):
    """A country is named in the reader's language."""
    country = factories.CountryFactory(iso3="SSD", name_fr="Soudan du Sud")
    visit = factories.VisitFactory(countries=[country])
    text = client_of(factories.UserFactory(language="fr")).get(visit.get_absolute_url()).text
    assert "Soudan du Sud" in text
    assert "South Sudan" not in text


def test_an_empty_dossier(member):
    """Without event, country, mandate or date the page still says what it knows."""
    visit = factories.VisitFactory(starts_on=None, ends_on=None, precision="", status="")
    text = member.get(visit.get_absolute_url()).text
    assert "dates not known" in text
    assert "No event is recorded." in text


def test_the_countries_of_a_visit_are_joined_as_their_language_joins():
    """With the comma of Arabic in Arabic: in the title of its page and the subject of mails."""
    visit = factories.VisitFactory(countries=["SSD", "UKR"], mandates=factories.MandateFactory.create_batch(2))
    with override("ar"):
        assert str(visit).count("، ") == 2
        assert ", " not in str(visit) + news_of(as_it_stands(visit)).subject
