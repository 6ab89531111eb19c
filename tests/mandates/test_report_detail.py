"""One report."""

from datetime import date

import pytest

from mandates.models import Session
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_a_report_before_it_has_a_symbol(member):
    """Subject, mandates and session are known long before symbol and link."""
    session = Session.objects.create(
        body="GA", number=81, starts_on=date(2026, 9, 15), ends_on=date(2026, 12, 23), source="test"
    )
    mandates = [factories.MandateFactory(title=f"Special Rapporteur {n}") for n in (1, 2)]
    report = factories.ReportFactory(title="Housing after floods", session=session, mandates=mandates)
    text = member.get(report.get_absolute_url()).text
    for said in ("Housing after floods", "expected September 2026", "General Assembly, session 81", "thematic"):
        assert said in text
    for mandate in mandates:
        assert f'href="{mandate.get_absolute_url()}">{mandate.title}' in text


def test_a_published_report_links_to_its_document(member):
    """The symbol is the link; the day as exactly as it is known."""
    report = factories.ReportFactory(
        symbol="A/HRC/62/42",
        url="https://docs.un.org/A/HRC/62/42",
        published_on=date(2026, 1, 1),
        published_precision="year",
    )
    text = member.get(report.get_absolute_url()).text
    assert 'href="https://docs.un.org/A/HRC/62/42" rel="noreferrer external">A/HRC/62/42' in text
    assert "<b>2026</b>" in text
    assert "expected" not in text


def test_its_visit_countries_and_calls(member):
    """A report of a visit leads to it; the calls for this report are listed, and no others."""
    visit = factories.VisitFactory(countries=["SSD"])
    report = factories.ReportFactory(kind="country_visit", visit=visit, countries=["SSD"])
    call = factories.CallFactory(report=report, title="Input for this report")
    factories.CallFactory(title="Another call")
    response = member.get(report.get_absolute_url())
    assert response.context_data["calls"] == [call]
    assert f'href="{visit.get_absolute_url()}">Visit to South Sudan' in response.text
    assert "Another call" not in response.text
