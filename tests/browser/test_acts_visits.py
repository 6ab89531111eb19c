"""Briefing, press issue and finding used, each as a coordinator does it: one engagement, few clicks."""

import re

import pytest

from engagement.models import Engagement
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


def lines_of(number):
    return Engagement.objects.filter(cluster__slug="south-sudan", action__number=number)


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_a_briefing_from_home_to_its_letter(page_of, script, width):
    """Two clicks and the text from home; then the letter in another language, a change, and what waits on home."""
    page = page_of("coordinator", width=width, script=script)
    before = lines_of(3).count()
    page.locator("#open").get_by_role("link", name="Propose a briefing 3.").first.click()
    page.get_by_label("Points to raise").fill("Forced evictions\nCivil documentation")
    page.get_by_label("Who briefs").fill("The coordinator and two members")
    page.get_by_label("How", exact=True).select_option("meeting")
    page.get_by_role("button", name="Propose a briefing").click()
    page.get_by_text("Done, and logged as action 3.").wait_for()
    assert lines_of(3).count() == before + 1

    page.get_by_role("link", name="Draft of the letter").click()
    page.get_by_role("link", name="français").click()
    letter = page.get_by_label("Letter", exact=True)
    points = re.compile(r"Madame, Monsieur,.*1\. Forced evictions\n2\. Civil documentation", re.DOTALL)
    expect(letter).to_have_value(points)
    expect(page.get_by_role("button", name="Copy the letter")).to_be_visible(visible=script)
    page.get_by_role("link", name="3. Propose a briefing").click()

    page.get_by_role("link", name="Change the briefing").click()
    page.get_by_label("Points to raise").fill("Land")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    expect(page.locator(".points")).to_contain_text("Land")

    page.goto("/")
    page.locator("#follow-up").get_by_role("link", name="It was held 3.").click()
    page.get_by_role("button", name="Mark as held").click()
    page.get_by_text("Marked as held.").wait_for()
    page.goto("/")
    expect(page.locator("#follow-up").get_by_role("link", name="It was held 3.")).to_have_count(0)
    assert page.reports == []


def test_an_issue_for_the_press_and_a_finding(page_of):
    """Each from home in three clicks besides the text and the choices."""
    page = page_of("coordinator")
    before = lines_of(7).count(), lines_of(12).count()
    page.get_by_text("Possible at any time").click()
    page.locator("#open").get_by_role("link", name="Propose an issue 7.").click()
    page.get_by_label("Issue proposed").fill("Evictions in the capital.")
    page.get_by_label("How soon").select_option("now")
    page.get_by_label("Which product").select_option("none")
    page.get_by_label("SR IDPs").check()
    page.get_by_role("button", name="Propose issues for the press").click()
    page.get_by_text("Done, and logged as action 7.").wait_for()

    page.goto("/")
    page.get_by_role("link", name="12. Use findings in advocacy").first.click()
    page.get_by_role("link", name="Say where else it is used").click()
    page.get_by_label("Used in").fill("Brief for donors")
    page.get_by_label("Before whom").select_option("donors")
    page.get_by_role("button", name="Use findings in advocacy").click()
    page.get_by_text("Done, and logged as action 12.").wait_for()
    assert (lines_of(7).count(), lines_of(12).count()) == (before[0] + 1, before[1] + 1)
    assert page.reports == []


def test_the_letter_is_copied_with_one_press(page_of):
    """The clipboard then holds the letter as it stands."""
    page = page_of("coordinator")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#follow-up .what").get_by_role("link", name="3. Propose a briefing").click()
    page.get_by_role("link", name="Draft of the letter").click()
    page.get_by_role("button", name="Copy the letter").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Letter", exact=True).input_value()
    assert copied.startswith("Heba Hagrass")
