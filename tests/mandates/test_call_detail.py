"""One call for input."""

from datetime import UTC, date, datetime

import pytest

from mandates.models import Session
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_it_says_until_when_for_what_and_how(member):
    """Deadline with its zone and first day, purpose and session, address, languages, formats, length, publication."""
    session = Session.objects.create(
        body="GA", number=81, starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 31), source="test"
    )
    call = factories.CallFactory(
        deadline_on=date(2026, 5, 25),
        extended_from=date(2026, 5, 10),
        session=session,
        purpose_text="report on housing",
        address="hrc-sr-idp@un.org",
        languages="English, French, Spanish",
        formats="Word, PDF",
        word_limit=2500,
        inputs_published="on_request",
    )
    text = member.get(call.get_absolute_url()).text
    for said in (
        "25 May 2026, 24:00 Geneva time",
        "closes in 5 days",
        "at first it was 10 May 2026",
        "thematic report: report on housing · General Assembly, session 81",
        'href="mailto:hrc-sr-idp@un.org"',
        "English, French, Spanish",
        "Word, PDF",
        "2500 words",
        "published unless confidentiality is asked",
        "all countries",
    ):
        assert said in text


def test_visit_report_and_issuers_are_linked(member):
    """A call leads to its visit, its report and its mandates."""
    mandate = factories.MandateFactory(title="Special Rapporteur on housing")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    report = factories.ReportFactory(title="Housing after floods")
    call = factories.CallFactory(visit=visit, report=report, mandates=[mandate], countries=["SSD"])
    text = member.get(call.get_absolute_url()).text
    for row, name in ((visit, "Visit to South Sudan"), (report, "Housing after floods"), (mandate, "Special Rap")):
        assert f'href="{row.get_absolute_url()}">{name}' in text


@pytest.mark.parametrize(
    ("fields", "issuer"),
    [
        ({"issuer_type": "treaty_body", "issued_by": "Committee on the Rights of the Child"}, "Committee on the Ri"),
        ({"issuer_type": "expert_mechanism"}, "expert mechanism"),
    ],
)
def test_a_call_without_a_mandate_names_its_issuer(member, fields, issuer):
    """By name where it is known, else by kind."""
    assert issuer in member.get(factories.CallFactory(**fields).get_absolute_url()).text


STATES = [
    ({"deadline_on": date(2026, 5, 19)}, "closed"),
    ({"deadline_on": date(2026, 5, 20)}, "closes today, in 10 hours"),
    ({"deadline_on": None, "deadline_kind": "ongoing"}, "open"),
    ({"deadline_on": None, "deadline_kind": "unknown"}, "deadline not known"),
    ({"deadline_on": None, "deadline_kind": "unknown", "closed_on": date(2026, 5, 1)}, "closed"),
]


@pytest.mark.parametrize(("fields", "said"), STATES)
def test_its_state_in_words(member, fields, said):
    """Closing, open, unknown or closed, of one call and not of a list."""
    text = member.get(factories.CallFactory(**fields).get_absolute_url()).text
    assert f">{said}</span>" in text


def test_it_closes_while_people_read(client_of, cast, clock):
    """Before and after 24:00 in Geneva."""
    address = factories.CallFactory(deadline_on=date(2026, 5, 20)).get_absolute_url()
    clock(datetime(2026, 5, 20, 21, 59, tzinfo=UTC))
    member = client_of(cast.member)
    assert "closes today, in 1 hour<" in member.get(address).text
    clock(datetime(2026, 5, 20, 22, 0, tzinfo=UTC))
    text = member.get(address).text
    assert "closes" not in text
    assert ">closed</span>" in text
