"""Actions 9 to 11 as a coordinator does them: from home in at most three clicks, each one line; and what comes back."""

import pytest

from engagement.models import Engagement
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")

OWN = {"cluster__slug": "south-sudan"}


def logged(number: int) -> int:
    return Engagement.objects.filter(action__number=number, **OWN).count()


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_sharing_in_confidence(page_of, script, width):
    """9: from the opening of a silent mandate, which is ticked already; two clicks and the choices."""
    before = logged(9)
    page = page_of("coordinator", width=width, script=script)
    page.get_by_text("more things to do").click()
    page.get_by_role("link", name="Share information 9.").first.click()
    page.get_by_label("protection analysis").check()
    page.get_by_label("encrypted message or file").check()
    page.get_by_role("button", name="Log what was shared").click()
    page.get_by_text("Done, and logged as action 9.").wait_for()
    assert logged(9) == before + 1
    page.go_back()
    page.reload()
    assert logged(9) == before + 1
    assert page.reports == []


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_a_referral_needs_consent(page_of, script, width):
    """10: a no is answered with what to do instead; the receipt is kept once the person agrees; then the reply."""
    before = logged(10)
    page = page_of("coordinator", width=width, script=script)
    page.get_by_text("Possible at any time").click()
    page.get_by_role("link", name="What a referral needs").click()
    expect(page.get_by_text("For every mandate", exact=True)).to_be_visible()
    page.get_by_role("group", name="Did the person agree").get_by_label("no", exact=True).check()
    page.get_by_role("group", name="May it be published").get_by_label("yes, without the name").check()
    page.get_by_role("button", name="Keep the receipt").click()
    expect(page.get_by_role("alert").filter(has_text="A no deserves respect")).to_be_focused()
    expect(page.get_by_text("For every mandate", exact=True)).to_be_hidden()
    expect(page.get_by_label("yes, without the name")).to_be_checked()
    assert logged(10) == before

    page.get_by_role("group", name="Did the person agree").get_by_label("yes", exact=True).check()
    page.get_by_label("assessed: low").check()
    page.get_by_text("Other mandates").click()
    page.get_by_label("WGEID").check()
    page.get_by_label("It was sent by a secure channel").check()
    page.get_by_role("button", name="Keep the receipt").click()
    page.get_by_text("Done, and logged as action 10.").wait_for()
    assert logged(10) == before + 1

    page.get_by_role("link", name="Note the reply").click()
    page.get_by_label("receipt confirmed").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Noted.").wait_for()
    expect(page.locator("main")).to_contain_text("receipt confirmed")
    assert page.reports == []


def test_inviting_to_an_event(page_of):
    """11: from the opening of the event; then the answer, which the events show; home reminds of the one that waits."""
    before = logged(11)
    page = page_of("coordinator")
    expect(page.locator("#follow-up")).to_contain_text("Round table with donors on land and return")
    page.get_by_text("more things to do").click()
    page.get_by_role("link", name="Invite a mandate holder 11.").first.click()
    page.get_by_label("Mandate holder").select_option("sr-food")
    page.get_by_role("button", name="Log the invitation").click()
    page.get_by_text("Done, and logged as action 11.").wait_for()
    assert logged(11) == before + 1

    page.get_by_role("link", name="Note the answer").click()
    page.get_by_label("accepted").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Noted.").wait_for()
    page.goto("/clusters/south-sudan/events/")
    expect(page.locator("main")).to_contain_text("SR Food accepted")
    assert page.reports == []
