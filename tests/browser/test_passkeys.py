"""Passkeys with a virtual authenticator: added, asked for after the password, and in place of it."""

import re

import pytest
from allauth.mfa.models import Authenticator

from engagement.models import User
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def with_key(page_of):
    """`with_key("focal")`: her page in a browser whose device has a passkey store that says yes by itself."""

    def sign_in(person, **options):
        page = page_of(person, **options)
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        has = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
        key = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True} | has
        device.send("WebAuthn.addVirtualAuthenticator", {"options": key})
        return page

    return sign_in


def add_key(page, *, passwordless):
    """From the menu of the account to the page of recovery codes, as a person would."""
    page.goto("/account/2fa/")
    page.locator("a[href='/account/2fa/webauthn/add/']").click()
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Add a passkey or security key")).to_be_visible()
    page.get_by_label("Name of this key").fill("My phone")
    if passwordless:
        page.get_by_label("A passkey: it signs me in").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()


def sign_out(page):
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign Out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_passkey_signs_in_without_a_password(with_key, settings):
    """It counts as the second factor too, where one is demanded; nothing is refused by the content policy."""
    page = with_key("focal")
    add_key(page, passwordless=True)
    sign_out(page)
    settings.MFA_REQUIRED = True
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Good day")).to_be_visible()
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_text("My phone").first).to_be_visible()
    assert page.reports == []


def test_a_key_is_asked_for_after_the_password(with_key):
    """Then the button of the key opens the page."""
    page = with_key("coordinator")
    add_key(page, passwordless=False)
    sign_out(page)
    page.get_by_label("Email").fill("coordinator@example.org")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("heading", name="Good day")).to_be_visible()
    assert page.reports == []


def test_a_key_is_renamed_and_removed(with_key):
    """On the page of the keys; without the last one the recovery codes go too."""
    page = with_key("member", width=390)
    add_key(page, passwordless=False)
    page.goto("/account/2fa/webauthn/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name of this key").fill("USB key")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("USB key").first).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    page.get_by_text("the key “USB key” opens this account no more").wait_for()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    assert not Authenticator.objects.filter(user__email="member@example.org").exists()


def test_whoever_was_switched_off_stays_outside(with_key):
    """Her passkey opens nothing any more."""
    page = with_key("member")
    add_key(page, passwordless=True)
    sign_out(page)
    User.objects.filter(email="member@example.org").update(is_active=False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/account/inactive/$"))


def test_a_device_without_one_is_told(page_of):
    """The page says that it did not work, and what else there is; without scripts the button is not there."""
    page = page_of("member")
    sign_out(page)
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()) }")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("That did not work")).to_be_visible()
    bare = page_of("member", script=False)
    sign_out(bare)
    expect(bare.get_by_role("button", name="Use a passkey")).not_to_be_visible()
