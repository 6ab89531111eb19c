"""Actions 1, 4 and 8 as a coordinator does them: from home in at most three clicks, each one line of the log."""

import pytest

from engagement.models import Engagement
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


def lines_of(number):
    """How many lines of this action the coordinator's cluster has."""
    return Engagement.objects.filter(action__number=number, cluster__slug="ukraine").count()


@pytest.mark.parametrize(("number", "what"), [(1, "visits"), (4, "priority mandates")])
def test_following_takes_two_clicks(number, what, page_of):
    """The button on home subscribes; it leaves the list, and the first subscription is logged."""
    page, before = page_of("other"), lines_of(number)
    page.get_by_text("more things to do").click()
    page.get_by_role("button", name="Subscribe").and_(page.get_by_role("button", name=what)).click()
    page.get_by_text("Subscribed, for Ukraine Protection Cluster.").wait_for()
    assert lines_of(number) == before + 1
    page.goto("/")
    expect(page.get_by_role("button", name="Subscribe").and_(page.get_by_role("button", name=what))).to_have_count(0)
    assert page.reports == []


def test_a_list_changed_twice_on_a_day_is_one_line(page_of):
    """From home to the cluster, to its list, and on it; what follows the same day goes into the same line."""
    page, before = page_of("other"), lines_of(8)
    page.get_by_role("link", name="Ukraine Protection Cluster").first.click()
    page.get_by_role("link", name="Priority mandates", exact=True).click()
    page.get_by_label("Mandate", exact=True).select_option("sr-torture")
    page.get_by_label("Why this mandate").fill("Detention near the front line.")
    page.get_by_role("button", name="Put on the list").click()
    page.get_by_text("On the list, and logged as action 8.").wait_for()
    page.get_by_role("button", name="Move up SR Torture").click()
    expect(page.locator(".ranked .what > a").last).not_to_contain_text("torture")
    assert lines_of(8) == before + 1
    assert page.reports == []
