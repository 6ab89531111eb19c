"""What the tests of list and detail pages share."""

from datetime import date

from mandates.models import MandateHolder, VisitEvent
from tests import factories

NOUNS = ("mandate", "visit", "call", "report")
LISTS = {noun: f"/{noun}s/" for noun in NOUNS}
FACTORIES = {
    "mandate": factories.MandateFactory,
    "visit": factories.VisitFactory,
    "call": factories.CallFactory,
    "report": factories.ReportFactory,
}


def rows_of(response):
    """The rows that a list page shows, in its order."""
    return list(response.context_data["page"].object_list)


def listed(client, address, **filters):
    """The rows of the list at `address` with these filters in the address; nothing may be misunderstood."""
    response = client.get(address, filters)
    assert response.context_data["problems"] == []
    return rows_of(response)


def sections_of(response):
    """[(heading, rows)] of a list in sections."""
    return [(str(heading), rows) for heading, rows in response.context_data["sections"]]


def full_dossiers(count):
    """`count` visits, each with two countries, two mandates, events, a call and a report; all of one mandate."""
    everywhere = factories.MandateFactory(slug="sr-idps")
    for number in range(count):
        mandate = factories.MandateFactory(successor=None)
        MandateHolder.objects.create(mandate=mandate, name=f"Holder {number}", source="test")
        MandateHolder.objects.create(mandate=everywhere, name=f"Holder {number}", source="test")
        places = {"countries": ["SSD", "UKR"], "mandates": [mandate, everywhere]}
        visit = factories.VisitFactory(**places)
        day = date(2026, 5, 2)
        VisitEvent.objects.create(visit=visit, kind="dates_agreed", day=day, known_by=day)
        report = factories.ReportFactory(visit=visit, **places)
        factories.CallFactory(visit=visit, report=report, **places)
    return everywhere
