"""Accessibility rules (axe-core, WCAG 2.2 AA and best practices) on every page that a person can open.

The pages are found: each address of the URLconf, filled with the rows of a world in which every kind of row is, asked
by whoever may open it. Of one address each page is looked at that is put together otherwise than those before: a list
with rows and an empty one, a record in each of its states. The suite looks at a sample; `make soak` at all of them in
each language and size. What a demonstration shows stands in test_accessibility.py, which looks at main pages.
"""

import random
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.surface.addresses import every_address, paths_of
from tests.surface.answers import content_of
from tests.surface.world import World

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = pytest.mark.django_db

PEOPLE = ("coordinator", "focal", "administrator", "member", None)
"""Who opens pages: the first who may, and each further one to whom it shows something else. None: a stranger."""
OF_DJANGO = ("admin/", "account/^reauthenticate")
"""Django's own pages: their markup is not ours."""
QUERIES = {"engagement-list": "?country=XXX", "visit-list": "?status=past", "mandate-list": "?text=nowhere"}
"""Lists that are asked a second time: with nothing in them, or with something amiss in the address."""
SAMPLE = 45

_PARTS = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
_TELLING = re.compile(r"\b(class|role|type|open|tabindex|scope)(?:=\"([^\"]*)\")?")


def makeup(page: str) -> frozenset:
    """Of which kinds of elements a page is put together, whatever it says."""
    return frozenset((tag, *_TELLING.findall(attributes)) for tag, attributes in _PARTS.findall(page))


@pytest.fixture
def world(cast, clock):
    """Three clusters, and all that hangs on one."""
    return World(cast)


@pytest.fixture
def clients(world):
    """A client for each of the people."""
    found = {person: Client() for person in PEOPLE}
    for person, client in found.items():
        if person:
            client.force_login(getattr(world.cast, person))
    return found


def some(rows, at_most):
    """At most so many of the rows, from the first to the last: those that are alike stand side by side."""
    return [rows[place * len(rows) // at_most] for place in range(at_most)] if len(rows) > at_most else rows


def pages(world, clients, rows_at_most):
    """(person, path) of every page, each way in which it is put together once; of an address so many rows at most."""
    for address in every_address():
        if address.route.startswith(OF_DJANGO) or address.name.endswith("logout"):
            continue
        name = address.name.rpartition(":")[2]
        paths = some(paths_of(address, world.rows), rows_at_most)
        paths += [paths[0] + QUERIES[name]] if name in QUERIES else []
        known: set[frozenset] = set()
        for person, client in clients.items():
            for path in paths:
                response = client.get(path)
                content = content_of(response)
                if response.status_code != 200 or b"<html" not in content[:200]:
                    continue
                made = makeup(content.decode())
                if not any(made <= other for other in known):
                    known.add(made)
                    yield person, path


def show(page, path, content):
    """Open a page that the test client was given, with its style and script; nothing else is asked for."""

    def answer(route):
        asked = urlsplit(route.request.url).path
        if asked.startswith(settings.STATIC_URL):
            return route.fulfill(path=finders.find(asked.removeprefix(settings.STATIC_URL)))
        if route.request.is_navigation_request():
            return route.fulfill(body=content, content_type="text/html; charset=utf-8")
        return route.fulfill(status=204)

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(f"http://testserver{path}")


SIZES = {1280: 800, 390: 844}
"""Width and height of a desktop's window and a phone's screen."""


def pytest_generate_tests(metafunc):
    """Each language in each size with `make soak`; in the suite those that test_accessibility.py does not look at."""
    if {"language", "widths"} <= set(metafunc.fixturenames):
        whole = [(language, list(SIZES)) for language, _name in settings.LANGUAGES]
        sample = [("en", [1280]), ("fr", [390])]
        metafunc.parametrize(("language", "widths"), whole if metafunc.config.getoption("--soak") else sample)


@pytest.mark.slow
@pytest.mark.soak
def test_axe_finds_nothing_on_any_page(world, clients, chromium, language, widths, request, figures):
    """No violation, with all that is folded unfolded."""
    is_whole = request.config.getoption("--soak")
    found_pages = list(pages(world, clients, rows_at_most=6 if is_whole else 1))
    if not is_whole:
        found_pages = random.Random(language).sample(found_pages, SAMPLE)  # noqa: S311
    for person in filter(None, PEOPLE):
        user = getattr(world.cast, person)
        user.language = language
        user.save()
    clients[None].cookies["language"] = language
    found = []
    # axe is put into the page, which the policy refuses; the policy itself is tested by all other browser tests.
    page = chromium.new_page(bypass_csp=True)
    for person, path in found_pages:
        show(page, path, content_of(clients[person].get(path)))
        assert page.locator("html").get_attribute("lang") == language, path
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        for width in widths:
            page.set_viewport_size({"width": width, "height": SIZES[width]})
            for violation in axe.Axe().run(page).response["violations"]:
                found.append((person, path, width, violation["id"], violation["nodes"][0]["html"][:160]))
    page.close()
    figures(pages_looked_at_by_axe=len(found_pages) * len(widths), violations_found_by_axe=len(found))
    assert found == []
