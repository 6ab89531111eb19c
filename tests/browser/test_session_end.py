"""The end of a session as a person meets it: the warning, staying, and going on with what she had typed."""

import pytest

from engagement import sessions
from engagement.models import Engagement
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")

FORM = "/engagement/new/?action=3"
TEXT = "Proposed three points. عربي"


@pytest.fixture
def ends_in(settings, monkeypatch):
    """`ends_in(seconds)`: how long a session lasts from now on without anything done, to the second."""
    monkeypatch.setattr(sessions, "NOTED_EVERY", sessions.timedelta(0))

    def set_to(seconds):
        settings.SESSION_COOKIE_AGE = seconds

    return set_to


def sign_in(page, person="coordinator"):
    """On the page of sign-in."""
    page.get_by_label("Email").fill(f"{person}@example.org")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize(("address", "width"), [("/", 1280), (FORM, 390), ("/admin/", 1280)])
def test_the_warning_and_staying(page_of, ends_in, address, width):
    """Five minutes before the end it is said, read aloud and not in the way; one press and it is gone."""
    page = page_of("hrett" if address == "/admin/" else "coordinator", width=width)
    ends_in(302)
    page.goto(address)
    warning = page.get_by_role("alert").filter(has_text="You will be signed out within 5 minutes")
    expect(warning).to_be_visible()
    ends_in(1800)
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    assert page.reports == []


def test_an_unattended_screen_is_cleared(page_of, ends_in):
    """Nothing was typed: the page gives way to sign-in, and comes back after it."""
    page = page_of("coordinator")
    ends_in(3)
    page.goto("/engagement/?order=changed")
    page.wait_for_url("**/account/login/?next=/engagement/**")
    ends_in(1800)
    sign_in(page)
    page.wait_for_url("**/engagement/?order=changed")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_what_was_typed_is_gone_on_with(page_of, ends_in, script, width):
    """Sent after the end, it is shown after sign-in and saved by one press; with a script the page has said so."""
    page = page_of("coordinator", width=width, script=script)
    ends_in(4)
    page.goto(FORM)
    page.get_by_label("What did the cluster do").fill(TEXT)
    if script:
        page.get_by_role("alert").filter(has_text="What you typed here is not lost").wait_for()
    else:
        page.wait_for_timeout(4_000)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Sign in, and what you typed is here.").wait_for()
    assert TEXT not in page.content()
    ends_in(1800)
    sign_in(page)
    page.get_by_role("heading", name="What you typed is here, and not saved yet").wait_for()
    expect(page.get_by_label("What did the cluster do under this action")).to_have_value(TEXT)
    assert not Engagement.objects.filter(what_was_done=TEXT).exists()
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/engagement/*-*/")
    expect(page.locator("main")).to_contain_text(TEXT)
    assert page.reports == []


def test_after_signing_out_in_another_tab(page_of):
    """The browser has forgotten all; the tab that was left open still saves, after sign-in."""
    page = page_of("coordinator")
    page.goto(FORM)
    page.get_by_label("What did the cluster do").fill(TEXT)
    other = page.context.new_page()
    other.goto("/account/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    other.get_by_role("heading", name="Sign in").wait_for()
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrftoken"}
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Password").wait_for()
    sign_in(page)
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/engagement/*-*/")
    expect(page.locator("main")).to_contain_text(TEXT)


def test_a_page_that_was_left_open_by_somebody_else(page_of):
    """Another person on the same computer sends the form of the tab: it is not hers to see."""
    page = page_of("coordinator")
    page.goto(FORM)
    page.get_by_label("What did the cluster do").fill(TEXT)
    other = page.context.new_page()
    other.goto("/account/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    other.get_by_role("heading", name="Sign in").wait_for()
    sign_in(other, "other")
    other.wait_for_url("**/")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Nothing is kept for you here").wait_for()
    assert TEXT not in page.content()
    assert not Engagement.objects.filter(what_was_done=TEXT).exists()
