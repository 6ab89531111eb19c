"""A request on its way: handed over, answered, kept for the next cluster, found there; without scripts on a phone."""

import pytest

from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_from_the_queue_to_the_next_coordinator(page_of, script, width):
    """The reader hands over, the focal point moves the day, answers and keeps; another coordinator reads it."""
    reader = page_of("hrett", width=width, script=script)
    reader.get_by_role("link", name="support requests wait for an answer").click()
    reader.get_by_role("link", name="overdue", exact=False).first.click()
    reader.get_by_role("link", name="South Sudan Protection Cluster: 5.").click()
    reader.get_by_label("Hand over to").select_option("Demo Task Team Focal Point")
    reader.get_by_role("button", name="Hand over").click()
    reader.get_by_text("Handed over to Demo Task Team Focal Point.").wait_for()

    focal = page_of("focal", width=width, script=script)
    focal.goto("/support/?mine=yes")
    focal.get_by_role("link", name="South Sudan Protection Cluster: 5.").click()
    focal.get_by_label("Answer due by").fill("2020-01-01")
    focal.get_by_role("button", name="Change the day").click()
    focal.get_by_text("Give a day from today on, within a year.").wait_for()
    focal.get_by_label("Message").fill("On request means that the name is asked for before it is printed.")
    focal.get_by_role("button", name="Send as the answer").click()
    focal.get_by_role("link", name="Keep the answer as a guidance note").click()
    focal.get_by_label("Title").fill("What “on request” means")
    focal.get_by_role("button", name="Keep the note").click()
    focal.get_by_role("heading", name="What “on request” means").wait_for()

    other = page_of("other", width=width, script=script)
    other.goto("/engagement/new/?action=5")
    other.get_by_text("What the task team answered others about this action: 1 note").click()
    expect(other.locator(".notes")).to_contain_text("the name is asked for before")
    expect(other.locator(".notes")).not_to_contain_text("South Sudan")
    assert reader.reports == focal.reports == other.reports == []


def test_a_reason_stays_while_the_task_team_looks_for_the_other_entry(page_of):
    """Of a suggestion that may be one more of the same: the search changes what was found, and nothing else."""
    page = page_of("hrett")
    page.goto("/suggestions/")
    page.get_by_role("link", name="Merge or decline").first.click()
    page.get_by_label("Why", exact=True).fill("The call was withdrawn.")
    page.get_by_label("Look for another entry").fill("xyzzy")
    page.get_by_role("button", name="Search", exact=True).last.click()
    page.get_by_text("No other entry has these words.").wait_for()
    expect(page.get_by_label("Why", exact=True)).to_have_value("The call was withdrawn.")
    assert page.reports == []
