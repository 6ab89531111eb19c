"""Everything works without JavaScript: filters, an act, a change of several lines (the main job: test_main_job.py)."""

import pytest
from django.utils import timezone

from engagement.models import Engagement
from mandates.models import CountryVisit
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


def test_filters_are_sent_by_their_button(page_of):
    """Chosen and sent, what is asked stands above the list; chosen anew, it is gone."""
    page = page_of("coordinator", width=390, script=False)
    page.goto("/visits/")
    page.get_by_text("More filters").click()
    page.get_by_label("Country").select_option("Ukraine")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**country=UKR**")
    tag = page.locator(".tag", has_text="Ukraine")
    expect(tag).to_be_visible()
    items = page.locator("#results .item")
    expect(items.filter(has_text="Ukraine")).to_have_count(items.count())
    page.get_by_label("Country").select_option(index=0)
    page.get_by_role("button", name="Show").click()
    expect(tag).to_have_count(0)
    assert page.locator("#results .item").count() > 1


def test_an_act_is_done_and_logged(page_of):
    """Propose a briefing from the page of a visit; a fault is told beside its field, and nothing typed is lost."""
    today = timezone.localdate()
    lines = Engagement.objects.filter(briefing__isnull=False, status="planned", cluster__slug="south-sudan")
    lines.update(status="done")  # one is open for a visit at a time
    visit = CountryVisit.objects.filter(countries="SSD").ahead(today).first()
    page = page_of("coordinator", width=390, script=False)
    page.goto(f"/clusters/south-sudan/visits/{visit.pk}/briefing/")
    page.get_by_label("Points to raise").fill("Civil documentation\nForced evictions")
    page.get_by_label("Who briefs").fill("The coordinator")
    page.get_by_label("How", exact=True).select_option(index=1)
    page.get_by_label("Planned for").fill("2020-01-01")
    page.get_by_role("button", name="Propose a briefing").click()
    page.get_by_text("This day is past").first.wait_for()
    expect(page.get_by_label("Points to raise")).to_have_value("Civil documentation\nForced evictions")
    page.get_by_label("Planned for").fill("")
    page.get_by_role("button", name="Propose a briefing").click()
    page.wait_for_url("**/engagement/*-*/")
    expect(page.locator("main")).to_contain_text("Forced evictions")
    assert page.reports == []


def test_several_lines_are_changed_at_once(page_of):
    """Chosen, looked at before anything is written, confirmed, undone."""
    rows = Engagement.objects.filter(cluster__slug="south-sudan", level="low", status="done")
    count = rows.count()
    page = page_of("coordinator", width=390, script=False)
    page.goto("/engagement/bulk/?level=low&status=done")
    page.get_by_role("checkbox", name="all of this filter").check()
    page.get_by_label("What is to change").select_option("Level raised: moderate")
    page.get_by_label("Why").fill("Read again with the members.")
    page.get_by_role("button", name="Look at the change").click()
    assert rows.count() == count
    page.locator("main").get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert rows.count() == 0
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", level=1).wait_for()
    assert rows.count() == count
    assert page.reports == []
