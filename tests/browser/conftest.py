"""A real Chromium against a live server; skipped, with the reason, where either is missing."""

import os
import shutil

import pytest
from django.core.management import call_command
from django.test import override_settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def chromium():
    """One browser for all browser tests of a run."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    # Playwright's event loop makes Django take the fixtures for asynchronous code (playwright-pytest #29).
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def demo(transactional_db):
    """The reference data and the demo people and engagements, as `make run` loads them."""
    with override_settings(DEBUG=True):
        call_command("seed_reference", verbosity=0)
        call_command("demo", verbosity=0)


@pytest.fixture
def page_of(chromium, live_server):
    """`page_of("hrett", width=390)`: a page signed in as that demo person, typed in as she would.

    `page.reports` collects console errors (refused by the content security policy, missing files) and requests
    to another host.
    """
    contexts = []

    def sign_in(person, *, width=1280, script=True, **options):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 844},
            locale="en-GB",
            java_script_enabled=script,
            accept_downloads=True,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.reports = []
        page.on("console", lambda m: page.reports.append(m.text) if m.type in ("error", "warning") else None)
        page.on(
            "request",
            lambda r: page.reports.append(f"left for {r.url}") if not r.url.startswith(live_server.url) else None,
        )
        page.goto("/account/login/")
        page.get_by_label("Email").fill(f"{person}@example.org")
        page.get_by_label("Password").fill("demo")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
