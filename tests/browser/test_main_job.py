"""The main job, as a person does it: sign in, open a visit, log an action, find it, take it away."""

from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_from_a_visit_to_the_exported_file(page_of, tmp_path, script, width):
    """A coordinator logs action 3 from a visit and finds it in the log; the HRE TT reads it in the workbook."""
    today = datetime.now(ZoneInfo("Africa/Juba")).date()  # the coordinator's
    page = page_of("coordinator", width=width, script=script)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Visits").click()
    page.get_by_role("link", name="South Sudan", exact=True).first.click()
    page.get_by_role("link", name="3. Propose a briefing").first.wait_for()
    visit = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="3. Propose a briefing").first.click()
    page.get_by_label("Action taken").wait_for()

    expect(page.get_by_label("Country visit")).not_to_have_value("")
    expect(page.get_by_label("Started on")).to_have_value(today.isoformat())
    expect(page.get_by_role("checkbox", name="SR IDPs")).to_be_checked()
    page.get_by_label("What did the cluster do under this action").fill("Proposed three points. =1+1 عربي 🕊")
    page.get_by_label("What challenges did the cluster face").fill("Two days' notice.")
    page.get_by_role("radio", name="in collaboration").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Not saved yet.").wait_for()
    expect(page.get_by_label("What did the cluster do")).to_have_value("Proposed three points. =1+1 عربي 🕊")
    page.get_by_role("textbox", name="Partner").fill("OHCHR")
    page.get_by_role("button", name="Save").click()

    page.wait_for_url("**/engagement/*-*/")
    expect(page.locator("main")).to_contain_text("Proposed three points. =1+1 عربي 🕊")
    expect(page.locator("main")).to_contain_text(visit)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Log").click()
    page.get_by_label("Text", exact=True).fill("=1+1 عربي")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("1 engagement, newest first").wait_for()
    assert page.reports == []

    reader = page_of("hrett", width=width, script=script)
    reader.get_by_role("navigation", name="Main").get_by_role("link", name="Log").click()
    reader.get_by_text("More filters").click()
    reader.get_by_label("Cluster", exact=True).select_option("South Sudan Protection Cluster")
    reader.get_by_label("Action", exact=True).select_option("3. Propose a briefing")
    reader.get_by_role("button", name="Show").click()
    reader.wait_for_url("**cluster=south-sudan**")
    with reader.expect_download() as download:
        reader.get_by_role("link", name="Excel").click()
    file = tmp_path / "report.xlsx"
    download.value.save_as(file)
    book = openpyxl.load_workbook(file)
    _keys, header, *lines = book["Log"].iter_rows(values_only=True)
    told = dict(zip(header, next(line for line in lines if "عربي" in str(line)), strict=True))
    assert told["What did the cluster do under this action"] == "Proposed three points. =1+1 عربي 🕊"
    assert told["Partner"] == "OHCHR"
    assert told["Started on"].date() == today
    assert book["About"]["B2"].value is not None
    assert reader.reports == []
    book.close()


def test_a_member_browses_visits_calls_and_reports(page_of):
    """Lists, filters without pressing a button, and details; nothing leaves for another host."""
    page = page_of("member")
    for link, item in (("Calls", "civil documentation"), ("Reports", "demo"), ("Mandates", "Special Rapporteur")):
        page.get_by_role("navigation", name="Main").get_by_role("link", name=link).click()
        page.locator("#results").get_by_role("link", name=item).first.click()
        page.get_by_role("complementary", name="Source").wait_for()
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.goto("/visits/")
    page.get_by_text("More filters").click()
    page.get_by_label("Country").select_option("Ukraine")
    page.wait_for_url("**country=UKR**")
    page.locator(".tag").get_by_text("Ukraine").wait_for()
    assert (
        page.locator("#results .item").count() == page.locator("#results").get_by_role("link", name="Ukraine").count()
    )
    assert page.reports == []


def test_choosing_another_action_keeps_what_was_typed(page_of):
    """The form offers what the new action takes, without a reload and without losing a word."""
    page = page_of("coordinator")
    page.goto("/engagement/new/?action=3")
    page.get_by_label("What did the cluster do").fill("Typed before choosing.")
    page.get_by_label("Action taken").select_option("6. Contribute to a report")
    page.get_by_label("Call for input").wait_for()
    expect(page.get_by_label("Country visit")).to_have_count(0)
    expect(page.get_by_label("What did the cluster do")).to_have_value("Typed before choosing.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/engagement/*-*/")
    expect(page.locator("main")).to_contain_text("Typed before choosing.")
    assert page.reports == []


def test_back_after_filtering_is_a_whole_page(page_of):
    """The history holds pages, not the parts that filters exchange."""
    page = page_of("member")
    page.goto("/visits/")
    for text in ("Juba", "Kyiv"):
        page.get_by_label("Text", exact=True).fill(text)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**text={text}")
    page.go_back()
    page.get_by_role("heading", level=1).wait_for()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(1)


def test_back_and_save_again_is_one_engagement(page_of):
    """A browser that fills the form again after "back" makes no second line."""
    page = page_of("coordinator")
    page.goto("/engagement/new/?action=3")
    page.get_by_label("What did the cluster do").fill("Saved once.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/engagement/*-*/")
    first = page.url
    page.go_back()
    page.get_by_label("What did the cluster do").fill("Saved once.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/engagement/*-*/")
    expect(page).to_have_url(first)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_the_screen(page_of, width):
    """Main pages, each role, no sideways scrolling, one first heading, nothing in the console."""
    addresses = ("/", "/engagement/", "/clusters/", "/visits/", "/calls/", "/reports/", "/mandates/", "/account/2fa/")
    of_clusters = ("/clusters/south-sudan/", "/overview/", "/overview/needs/")
    for person in ("coordinator", "hrett", "admin"):
        page = page_of(person, width=width)
        for address in addresses if person == "admin" else (*addresses, *of_clusters):
            page.goto(address)
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), address
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert page.reports == []
