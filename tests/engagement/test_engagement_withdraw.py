"""Withdrawing a line of the log."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(cast):
    return factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator)


def test_a_withdrawn_line_leaves_the_log_and_keeps_its_reason(cast, client_of, line):
    """It is found by its status only, shows why, and cannot be changed or withdrawn again."""
    client = client_of(cast.coordinator)
    response = client.post(f"{line.get_absolute_url()}withdraw/", {"withdrawn_reason": "Logged twice."})
    line.refresh_from_db()
    assert response["Location"] == line.get_absolute_url()
    assert (line.status, line.withdrawn_reason, line.version) == ("withdrawn", "Logged twice.", 2)
    assert line.withdrawn_at is not None
    assert b"Logged twice." in client.get(line.get_absolute_url()).content
    assert client.get("/engagement/").context["page"].paginator.count == 0
    assert client.get("/engagement/?status=withdrawn").context["page"].paginator.count == 1
    page = client.get(f"{line.get_absolute_url()}edit/")
    assert page.status_code == 403
    assert "was withdrawn: it is not changed any more" in page.content.decode()
    assert client.post(f"{line.get_absolute_url()}withdraw/", {"withdrawn_reason": "Again."}).status_code == 403


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "nul\x00", "\ufffd"])
def test_withdrawing_takes_a_reason_that_can_be_read(cast, client_of, line, reason):
    """Without one nothing changes and the page says what is missing."""
    response = client_of(cast.coordinator).post(f"{line.get_absolute_url()}withdraw/", {"withdrawn_reason": reason})
    line.refresh_from_db()
    assert response.status_code == 200
    assert response.context["form"].errors
    assert line.status == "done"
