"""What stands where, whatever the language: the head of every page, fields side by side."""

import pytest
from django.conf import settings
from django.db.models import Count

from engagement.models import User
from mandates.models import CountryVisit, Mandate
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")

LANGUAGES = [code for code, _name in settings.LANGUAGES]
CUT = "e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight"


@pytest.mark.parametrize(("width", "most"), [(1280, 60), (390, 104)])
def test_the_head_takes_few_lines(page_of, width, most):
    """In each language, for the shortest and the longest navigation: the name in full, no entry broken in two."""
    for person in ("coordinator", "focal"):
        page = page_of(person, width=width)
        for language in LANGUAGES:
            User.objects.filter(email=f"{person}@example.org").update(language=language)
            page.goto("/")
            expect(page.locator("html")).to_have_attribute("lang", language)
            assert page.locator("header.top").bounding_box()["height"] <= most, (person, language)
            assert not page.locator(".who").evaluate(CUT), (person, language)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if width == 1280:
                assert not page.locator(".top nav ul").evaluate(CUT), (person, language)


def test_the_tables_of_the_administration_are_in_view(page_of):
    """All columns of the rows inside a page, in each language, beside the bar by which a window is scrolled."""
    pages = ((CountryVisit, "countryvisit", "events"), (Mandate, "mandate", "holders"))
    page = page_of("hrett", width=1265)
    for model, name, part in pages:
        row = model.objects.annotate(n=Count(part)).latest("n")
        for language in LANGUAGES:
            User.objects.filter(email="hrett@example.org").update(language=language)
            page.goto(f"/admin/mandates/{name}/{row.pk}/change/")
            expect(page.locator("html")).to_have_attribute("lang", language)
            tables = page.locator(".inline-group")
            assert tables.count() >= 2
            cut = tables.evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.id)")
            assert cut == [], (name, language)


def test_the_language_is_changed_under_the_name(page_of):
    """By keys alone and without script: the name opens, the language stands first in it."""
    page = page_of("hrett", width=390, script=False)
    page.locator("summary", has_text="Demo Task Team Reader").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Language")).to_be_focused()
    page.get_by_label("Language").select_option("fr")
    page.get_by_role("button", name="Change").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("link", name="Rechercher")).to_be_visible()


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("address", ["/engagement/new/?action=3", "/calls/suggest/"])
def test_fields_side_by_side_stand_on_one_line(page_of, address, language):
    """Their labels and their controls, although the help between them takes one line here and three there."""
    page = page_of("coordinator")
    User.objects.filter(email="coordinator@example.org").update(language=language)
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", language)
    for part in ("label, legend", "input, select, fieldset > div"):
        tops = page.locator("form .row").evaluate_all(
            """(rows, part) => rows.map(row => [...row.children].map(
                field => Math.round(field.querySelector(part).getBoundingClientRect().top)))""",
            part,
        )
        assert len(tops) >= 3
        assert all(len(set(row)) == 1 for row in tops), (part, tops)
