"""Who changed what in an engagement, and who may read which version."""

import pytest

from engagement import services
from engagement.history import changes_visible_to
from engagement.models import Engagement
from tests import factories

from .forms import fields_of, filled

pytestmark = pytest.mark.django_db


def edited(client, line, **typed):
    """Change the line as a person does; the row afterwards."""
    address = f"{line.get_absolute_url()}edit/"
    response = client.post(address, fields_of(client.get(address)) | typed)
    assert response.status_code == 302, response.context["form"].errors
    line.refresh_from_db()
    return line


@pytest.fixture
def line(cast, client_of):
    """A line of South Sudan, logged through the form."""
    factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    client = client_of(cast.coordinator)
    client.post("/engagement/new/", filled(client))
    return Engagement.objects.get()


def test_a_change_is_told_with_before_and_after(cast, client_of, line):
    """One entry per save, latest first, with the person and only the columns that changed."""
    edited(client_of(cast.coordinator), line, result="Two points taken up.", mandates=["sr-idps"])
    latest, first = changes_visible_to(cast.coordinator, line)
    assert first.is_first
    assert first.by == cast.coordinator
    assert latest.by == cast.coordinator
    assert latest.fields == [("mandates", "", "SR IDPs"), ("Result of the action", "", "Two points taken up.")]
    page = client_of(cast.coordinator).get(f"{line.get_absolute_url()}history/").content.decode()
    assert "Two points taken up." in page
    assert str(cast.coordinator) in page


def test_saving_without_a_change_is_no_entry(cast, client_of, line):
    """The same words again are no news."""
    edited(client_of(cast.coordinator), line)
    assert len(changes_visible_to(cast.coordinator, line)) == 1


def test_withdrawing_is_told_with_its_reason(cast, client_of, line):
    """The state and the reason stand in the history."""
    client_of(cast.coordinator).post(f"{line.get_absolute_url()}withdraw/", {"withdrawn_reason": "Logged twice."})
    line.refresh_from_db()
    latest = changes_visible_to(cast.coordinator, line)[0]
    assert ("status", "done", "withdrawn") in latest.fields
    assert ("reason for withdrawing", "", "Logged twice.") in latest.fields


def test_text_that_was_high_stays_with_those_who_could_read_it(cast, client_of, line):
    """Lowering a row does not hand out what stood in it before."""
    client = client_of(cast.coordinator)
    edited(client, line, level="high", what_was_done="Secret words.")
    edited(client, line, what_was_done="Plain words.")
    lowering = services.ask_to_lower(by=cast.coordinator, line=line, to_level="moderate", reason="It is public now.")
    services.decide_on_lowering(by=cast.focal, lowering=lowering, lower=True, version=3)
    told = {
        person: client_of(getattr(cast, person)).get(f"{line.get_absolute_url()}history/").content
        for person in ("coordinator", "focal", "reader")
    }
    assert b"Secret words." in told["coordinator"]
    assert b"Secret words." in told["focal"]
    assert b"Secret words." not in told["reader"]
    assert b"Plain words." in told["reader"]
    edited(client, line, level="low", what_was_done="Open words.")
    page = client_of(cast.member).get(f"{line.get_absolute_url()}history/").content
    assert b"Plain words." not in page
    assert b"high" not in page
