"""What is open, as a coordinator takes it up: from the list to the log, without scripts and on a phone."""

import pytest

from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_from_what_is_open_to_the_log(page_of, script, width):
    """She subscribes, leaves a call and takes it up again, keeps the list, and invites to an event."""
    page = page_of("other", width=width, script=script)
    page.get_by_text("more things to do").click()
    page.get_by_role("button", name="Subscribe").and_(page.get_by_role("button", name="visits")).first.click()
    page.get_by_text("Subscribed, for Ukraine Protection Cluster.").wait_for()

    page.get_by_role("link", name="Set aside 6. Contribute to a report").first.click()
    page.get_by_label("Why the cluster leaves this").fill("Another cluster answers.")
    page.get_by_role("button", name="Set aside").click()
    page.get_by_text("Set aside (1)").click()
    expect(page.locator("#open")).to_contain_text("Another cluster answers.")
    page.get_by_role("button", name="Open again").click()
    page.get_by_text("Open again.", exact=True).wait_for()

    page.get_by_role("link", name="Priority mandates", exact=True).click()
    page.get_by_label("Mandate", exact=True).select_option("sr-torture")
    page.get_by_label("Priority", exact=True).select_option("2")
    page.get_by_label("Why this mandate").fill("Detention near the front line.")
    page.get_by_role("button", name="Put on the list").click()
    page.get_by_text("On the list, and logged as action 8.").wait_for()
    page.get_by_role("button", name="Move up SR Torture").click()
    expect(page.locator(".ranked .what > a").first).to_contain_text("torture")

    page.goto("/clusters/ukraine/events/")
    page.get_by_role("link", name="Invite a mandate holder").click()
    expect(page.locator(".lead")).to_contain_text("Launch of the protection analysis")
    page.get_by_label("Mandate holder").select_option("sr-torture")
    page.get_by_role("button", name="Log the invitation").click()
    page.wait_for_url("**/engagement/*-*/")
    page.goto("/")
    expect(page.locator("#open")).not_to_contain_text("11. Invite to an event: Launch")
    assert page.reports == []
