"""Help: the reader's own role first, every link opens for her, every picture is there."""

import json
import re

import pytest
from django.conf import settings
from django.utils import translation

from engagement import pictures
from engagement.views.help import ROLES
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LINK = re.compile(r'href="(/[^"#]*)')
SHOWN = re.compile(r'{% picture "([\w-]+)" alt %}')
TEMPLATES = settings.BASE_DIR / "templates" / "engagement" / "help"
HEADINGS = {
    "coordinator": "Help for coordinators",
    "member": "Help for members of a cluster",
    "task-team": "Help for the HRE task team",
    "administrator": "Help for administrators",
}


def main_of(client, address):
    """What stands between the head and the foot of a page."""
    return client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ("coordinator", "coordinator"),
        ("member", "member"),
        ("reader", "task-team"),
        ("focal", "task-team"),
        ("administrator", "administrator"),
    ],
)
def test_each_person_meets_the_help_of_her_own_role(cast, client_of, person, role):
    """And finds which of the others are hers."""
    page = main_of(client_of(getattr(cast, person)), "/help/")
    assert f"<h1>{HEADINGS[role]}</h1>" in page
    assert page.count("(you)") == 1


def test_who_has_two_roles_meets_the_coordinators_help_and_both_are_named_hers(cast, client_of):
    """A coordinator who also administers."""
    cast.coordinator.is_administrator = True
    cast.coordinator.save()
    page = main_of(client_of(cast.coordinator), "/help/")
    assert f"<h1>{HEADINGS['coordinator']}</h1>" in page
    assert page.count("(you)") == 2


def test_somebody_of_no_cluster_meets_the_help_of_members(client_of):
    """Whoever has just been given an account."""
    page = main_of(client_of(factories.UserFactory()), "/help/")
    assert f"<h1>{HEADINGS['member']}</h1>" in page


@pytest.mark.parametrize("person", ["coordinator", "member", "reader", "focal", "administrator"])
def test_every_link_opens_for_whoever_reads_it(cast, client_of, person):
    """On her own help and on that of the others: what she may not open is named without a link."""
    client = client_of(getattr(cast, person))
    addresses = {link for role in ROLES for link in LINK.findall(main_of(client, f"/help/{role}/"))}
    assert len(addresses) > 10
    assert {address: status for address in addresses if (status := client.get(address).status_code) != 200} == {}


def test_help_and_glossary_are_at_the_foot_of_every_page(cast, client_of):
    """And in the menu of the account."""
    page = client_of(cast.member).get("/visits/").content.decode()
    assert page.count('href="/help/"') == 2
    assert page.count('href="/help/glossary/"') == 1


def names():
    """The pictures that the pages of help show."""
    return {name for template in TEMPLATES.glob("*.html") for name in SHOWN.findall(template.read_text())}


def size_of(path):
    """(width, height) of a JPEG, read from its frame."""
    picture, at = path.read_bytes(), 2
    while picture[at + 1] not in (0xC0, 0xC2):
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    return int.from_bytes(picture[at + 7 : at + 9], "big"), int.from_bytes(picture[at + 5 : at + 7], "big")


def test_every_picture_is_small_and_shown_in_its_own_shape():
    """At most 40 kB each; none is missing in English, none lies there unused; `sizes.json` has the shape of each."""
    files = {f"{path.parent.name}/{path.stem}": path for path in pictures.FOLDER.glob("*/*.jpg")}
    sizes = json.loads((pictures.FOLDER / "sizes.json").read_text())
    assert {key.partition("/")[2] for key in files} == names()
    assert {key for key in files if key.startswith("en/")} == {f"en/{name}" for name in names()}
    assert set(sizes) == set(files)
    assert [key for key, path in files.items() if path.stat().st_size > 40_000] == []
    shapes = {key: size_of(path) for key, path in files.items()}
    assert [key for key, (w, h) in shapes.items() if abs(w / h - sizes[key][0] / sizes[key][1]) > 0.01] == []


def test_a_picture_comes_in_the_language_of_the_reader(cast, client_of, monkeypatch):
    """Where there is none, the English one, with its own size."""
    monkeypatch.setattr(pictures, "_sizes", lambda: {"en/open-now": [390, 300], "fr/open-now": [390, 310]})
    assert pictures.picture_of("open-now", "fr") == ("help/fr/open-now.jpg", 390, 310)
    assert pictures.picture_of("open-now", "es") == ("help/en/open-now.jpg", 390, 300)
    assert pictures.picture_of("nothing", "es") is None
    cast.coordinator.language = "fr"
    cast.coordinator.save()
    page = main_of(client_of(cast.coordinator), "/help/")
    assert '<img src="/static/help/fr/open-now.jpg" width="390" height="310" loading="lazy"' in page


def test_every_picture_says_what_is_to_be_seen(cast, client_of):
    """Its alternative text is a sentence."""
    for role in ROLES:
        for alt in re.findall(r'<img [^>]*alt="([^"]*)"', main_of(client_of(cast.member), f"/help/{role}/")):
            assert len(alt) > 30
            assert alt.endswith(".")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_the_pages_can_be_drawn_in_every_language(cast, client_of, language):
    """With the direction of the language."""
    cast.member.language = language
    cast.member.save()
    client = client_of(cast.member)
    for page in ("", "glossary/", *(f"{role}/" for role in ROLES)):
        response = client.get(f"/help/{page}")
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in response.content.decode()
    translation.activate("en")
