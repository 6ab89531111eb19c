"""On paper and without a mouse."""

import re
import shutil
import subprocess

import pytest

from tests.browser.waiting import expect

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("demo")]

ONLY_ON_SCREEN = ".top, .turn a, .foot, .demo, .filters, .exports, .actions, .crumb, .skip, .pager, .button"
PRINTED = (
    "/calendar/?view=month",
    "/clusters/south-sudan/",
    "/engagement/",
    "/visits/",
    "/mandates/sr-torture/",
    "/guide/",
)


@pytest.mark.parametrize("address", PRINTED)
def test_paper_holds_what_is_to_be_read(page_of, address):
    """Navigation, filters and buttons stay on the screen; the heading is the first thing on the sheet."""
    page = page_of("coordinator")
    page.goto(address)
    page.emulate_media(media="print")
    shown = page.locator(ONLY_ON_SCREEN).evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => e.className)"
    )
    assert shown == []
    assert page.get_by_role("heading", level=1).bounding_box()["y"] < 40


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="no pdfinfo here: apt-get install poppler-utils")
@pytest.mark.parametrize(("address", "size"), [("/clusters/south-sudan/", (842, 595)), ("/visits/", (595, 842))])
def test_the_form_is_printed_on_a4_landscape_and_lists_upright(page_of, address, size, tmp_path):
    """A4 in points, as the page itself asks for; the five columns of the form need the long side."""
    page = page_of("coordinator")
    page.goto(address)
    file = tmp_path / "page.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    said = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True).stdout
    width, height = map(float, re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", said).groups())
    assert (round(width), round(height)) == size


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="no pdfinfo here: apt-get install poppler-utils")
@pytest.mark.parametrize("address", ["/calendar/", "/calendar/?view=month"])
def test_the_calendar_fits_on_one_sheet(page_of, address, tmp_path):
    """Six months as a list, upright; one as a grid, on the long side; with what the demonstration has in them."""
    page = page_of("member")
    page.goto(address)
    file = tmp_path / "month.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    said = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Pages:\s+1\n", said), said


def focus_on(page, name, most=120):
    """Press Tab until what has the focus is called `name`."""
    for _press in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const e = document.activeElement
                const label = e.labels && e.labels[0] ? e.labels[0].innerText : ""
                return (label || e.innerText || e.getAttribute("aria-label") || "").trim()
            }"""
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"Tab never reached {name!r}")


def test_the_main_job_without_a_mouse(page_of):
    """Skip link, choose an action, fill, save: by Tab, Enter and letters alone; the focus is always seen."""
    page = page_of("coordinator")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    focus_on(page, "Log an action")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/engagement/new/")
    focus_on(page, "7. ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/engagement/new/?action=7")
    focus_on(page, "What did the cluster do")
    page.keyboard.type("Proposed a paragraph for a statement.")
    focus_on(page, "Save")
    page.keyboard.press("Enter")
    page.wait_for_url("**/engagement/*-*/")
    expect(page.locator("main")).to_contain_text("Proposed a paragraph for a statement.")
    assert page.reports == []


def test_from_sign_in_to_the_log_without_a_mouse(chromium, live_server):
    """Sign in, open a visit, log an action from it, find it in the log: by keys alone; the focus is always seen."""
    context = chromium.new_context(base_url=live_server.url, locale="en-GB")
    page = context.new_page()
    page.goto("/account/login/")

    def reach(name, *keys):
        focus_on(page, name)
        seen = "(e => e.matches(':focus-visible') && getComputedStyle(e).outlineStyle)(document.activeElement)"
        assert page.evaluate(seen) not in (False, "none"), name
        for key in keys:
            page.keyboard.press(key)

    reach("Email")
    page.keyboard.type("coordinator@example.org")
    reach("Password")
    page.keyboard.type("demo")
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="Main").wait_for()
    reach("Visits", "Enter")
    page.wait_for_url("**/visits/")
    reach("South Sudan", "Enter")
    page.wait_for_url("**/visits/*-*/")
    reach("3. Propose a briefing", "Enter")
    page.wait_for_url("**/engagement/new/**")
    reach("What did the cluster do")
    page.keyboard.type("Proposed two points by keys.")
    reach("Save", "Enter")
    page.wait_for_url("**/engagement/*-*/")
    reach("Log", "Enter")
    page.wait_for_url("**/engagement/")
    expect(page.locator("#results")).to_contain_text("Proposed two points by keys.")
    context.close()


@pytest.mark.parametrize("address", ["/engagement/", "/clusters/south-sudan/", "/mandates/sr-torture/"])
def test_paper_says_who_printed_it_and_when(page_of, address):
    """A sheet that lies about can be traced, and its age be seen; the screen does not say it."""
    page = page_of("coordinator")
    page.goto(address)
    said = page.get_by_text(re.compile(r"^Printed by Demo Coordinator South Sudan on \d+ \w+ \d{4}$"))
    expect(said).to_be_hidden()
    page.emulate_media(media="print")
    expect(said).to_be_visible()


def test_a_printed_engagement_says_of_which_cluster_it_is(page_of):
    """On the screen the way back says so, which paper has not."""
    page = page_of("coordinator")
    page.goto("/engagement/")
    page.locator("table.log td a").first.click()
    name = page.locator(".head .lead").get_by_text("South Sudan Protection Cluster")
    expect(name).to_be_hidden()
    page.emulate_media(media="print")
    expect(name).to_be_visible()


def test_the_account_menu_closes_as_menus_do(page_of):
    """By Escape, which leaves the focus on it; by a press elsewhere; and when the focus goes on."""
    page = page_of("coordinator")
    page.goto("/engagement/")
    menu, entry = page.locator("details.account"), page.get_by_role("link", name="Saved views")
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("heading", level=1).click(),
        lambda: page.get_by_role("link", name="Guide").focus(),
    ):
        menu.locator("summary").click()
        entry.focus()
        expect(entry).to_be_visible()
        leave()
        expect(entry).to_be_hidden()
    menu.locator("summary").click()
    entry.focus()
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
