"""A level raised in one press and lowered by a second person; high engagements taken away, and who reads of it."""

import pytest

from engagement.models import AuditEvent, Engagement, LevelLowering
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_raised_at_once_lowered_by_two(page_of, script):
    """The coordinator raises and asks; her colleague meets it at home, reads, and lowers it."""
    line = Engagement.objects.filter(cluster__slug="south-sudan", action__number=12, level="moderate").first()
    page = page_of("coordinator", script=script)
    page.goto(line.get_absolute_url())
    page.get_by_role("button", name="Raise to high").click()
    expect(page.get_by_text("Raised to high. Can be read by coordinators")).to_be_visible()
    page.get_by_role("link", name="Ask to lower the level").click()
    page.get_by_label("moderate:").check()
    page.get_by_label("reason for lowering", exact=False).fill("The statement is public now.")
    page.get_by_role("button", name="Ask a second person").click()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    colleague = page_of("cocoordinator.ssd", script=script)
    asked = colleague.get_by_role("listitem").filter(has_text="The statement is public now.")
    asked.get_by_role("link", name="Read it and decide").click()
    colleague.get_by_role("button", name="Lower to moderate").click()
    expect(colleague.get_by_text("Lowered to moderate. Can be read by coordinators")).to_be_visible()
    line.refresh_from_db()
    assert (line.level, LevelLowering.objects.get(engagement=line).outcome) == ("moderate", "lowered")
    assert page.reports == colleague.reports == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_high_engagements_leave_by_password_and_reason(page_of, script):
    """A wrong password leaves nothing; the right one gives the file, and the ledger of the cluster says so."""
    page = page_of("coordinator", script=script, width=390)
    page.goto("/engagement/?action=7")
    page.get_by_role("link", name="with those of level high").click()
    page.get_by_label("What for").fill("Handover to the next coordinator")
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Take it away").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not your password. Nothing has left.")
    assert not AuditEvent.objects.filter(detail__reason="Handover to the next coordinator").exists()
    page.get_by_label("Your password").fill("demo")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take it away").click()
    assert download.value.suggested_filename.startswith("engagement-confidential-")
    page.goto("/clusters/south-sudan/access/?kind=exported")
    expect(page.get_by_text("Handover to the next coordinator")).to_be_visible()
    assert page.reports == []
