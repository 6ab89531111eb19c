"""Logging an action."""

import pytest

from engagement.models import Engagement
from tests import factories

from .forms import fields_of, filled

pytestmark = pytest.mark.django_db


def test_logging_writes_what_was_typed(cast, client_of):
    """One post writes one row with the columns of the reporting form, by the person signed in."""
    client = client_of(cast.coordinator)
    response = client.post("/engagement/new/", filled(client, challenges="Late notice."))
    row = Engagement.objects.get()
    assert response.status_code == 302
    assert response["Location"] == row.get_absolute_url()
    assert (row.cluster, row.action.number, row.created_by) == (cast.south_sudan, 3, cast.coordinator)
    assert (row.what_was_done, row.challenges, row.level) == ("Proposed three points.", "Late notice.", "moderate")


def test_the_same_form_twice_is_one_row(cast, client_of):
    """The second post of one form gets the first one's record."""
    client = client_of(cast.coordinator)
    typed = filled(client)
    first, second = (client.post("/engagement/new/", typed) for _ in range(2))
    assert Engagement.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_the_form_is_prefilled_from_a_visit(cast, client_of, clock):
    """`?action=3&visit=…` chooses the action, the visit and its mandates."""
    mandate = factories.MandateFactory(slug="sr-idps")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    page = client_of(cast.coordinator).get("/engagement/new/", {"action": 3, "visit": visit.pk})
    opened = fields_of(page)
    assert opened["action"] == "3"
    assert opened["visit"] == str(visit.pk)
    assert opened["mandates"] == ["sr-idps"]
