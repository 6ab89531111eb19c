"""`make screenshots`: the pictures of README and of the pages of help, and every main page, for people to look through.

Into docs/screenshots/ and static/help/, which are committed; into var/screenshots/<language>/<width>/, which is not.
Not part of the suite: pytest collects this file only when it is named.
"""

import json
import re

import pytest
from django.conf import settings
from django.utils import timezone

from engagement.models import Contribution, Engagement, SupportRequest, User
from engagement.pictures import FOLDER as HELP
from mandates.models import CallForInput
from mandates.seed import dossier_id

LOOK_THROUGH = settings.BASE_DIR / "var" / "screenshots"
README = settings.BASE_DIR / "docs" / "screenshots"
OF_README = {"coordinator": {"/": "home", "/engagement/": "engagement"}}
LANGUAGES = [code for code, _label in settings.LANGUAGES]
WIDTHS = (1280, 390)

PAGES = {
    "coordinator": [
        "/", "/engagement/", "/engagement/new/", "/engagement/new/?action=3", "/clusters/", "/clusters/south-sudan/",
        "/calendar/", "/calendar/?view=month", "/visits/", "/visits/suggest/", "/calls/", "/calls/suggest/",
        "/reports/", "/mandates/", "/mandates/sr-torture/", "/changes/", "/guide/", "/search/?q=displaced", "/support/",
        "/guidance/", "/help/", "/help/glossary/", "/import/engagement/", "/account/subscriptions/",
        "/account/subscriptions/new/",
        "/account/feeds/", "/account/sessions/", "/account/2fa/", "/clusters/south-sudan/priorities/",
        "/clusters/south-sudan/events/", "/clusters/south-sudan/referral/", "/clusters/south-sudan/information/",
        "/clusters/south-sudan/members/", "/clusters/south-sudan/access/", "/overview/",
    ],
    "member": ["/", "/help/"],
    "hrett": [
        "/", "/engagement/?support=yes", "/support/", "/openings/", "/overview/", "/suggestions/", "/freshness/",
        "/help/",
    ],
    "focal": ["/engagement/?level=high", "/account/changes/"],
    "admin": ["/", "/help/", "/admin/", "/admin/engagement/user/"],
}  # fmt: skip

MOST_BYTES, HIGHEST = 40_000, 480
"""What a picture of help may weigh, and how high it may be in CSS pixels: a glance, not a page."""


def visit_of_south_sudan():
    """The visit that the demo coordinator works with."""
    return f"/visits/{dossier_id('demo-visit', 'visit-ssd-idp')}/"


def open_call():
    """An open call that concerns South Sudan and has no contribution yet."""
    calls = CallForInput.objects.open_at(timezone.now()).exclude(pk__in=Contribution.objects.values("engagement__call"))
    return calls.filter(countries="SSD").first() or calls.first()


def details():
    """A detail of each kind, as the coordinator opens it."""
    line = Engagement.objects.filter(cluster__slug="south-sudan", action__number=3, status="done")
    visit = visit_of_south_sudan()
    support = SupportRequest.objects.filter(engagement__cluster__slug="south-sudan").order_by("opened_at").first()
    return {
        "visit": visit,
        "visit-briefing": f"/clusters/south-sudan{visit}briefing/",
        "visit-share": f"/clusters/south-sudan{visit}share/",
        "call": open_call().get_absolute_url(),
        "engagement-one": line.order_by("started_on").last().get_absolute_url(),
        "contribution": Contribution.objects.get(sent_on=None).get_absolute_url(),
        "support-one": support.get_absolute_url(),
    }


def name_of(address):
    """The name of a file for a page: "clusters-south-sudan-priorities"."""
    return re.sub(r"\W+", "-", address).strip("-") or "home"


def signed_in(page_of, person, language, **options):
    """A page of that demo person, who has chosen that language."""
    page = page_of(person, **options)
    page.locator(".account summary").click()
    page.locator("#language").select_option(language)
    page.locator("form.language button").click()
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_to_look_through(page_of, demo, language):
    """Every main page, whole, on a desktop and a phone; the two of README as far as one sees without scrolling."""
    for person, addresses in PAGES.items():
        named = {name_of(address): address for address in addresses}
        if person == "coordinator":
            named |= details()
        for width in WIDTHS:
            page = signed_in(page_of, person, language, width=width)
            for name, address in named.items():
                page.goto(address)
                page.screenshot(path=LOOK_THROUGH / language / str(width) / f"{person}-{name}.png", full_page=True)
                shown = OF_README.get(person, {}).get(address)
                if shown and (language, width) == ("en", 1280):
                    page.screenshot(path=README / f"{person}-{shown}-1280.png")


def pictures():
    """Of each picture of help: (name, person, address, the first and the last element of the page that it shows)."""
    suggestion = CallForInput.objects.to_confirm().first()
    person = User.objects.get(email="member@example.org")
    return [
        ("open-now", "coordinator", "/", [".openings > h2", ".openings .item"]),
        (
            "log-form",
            "coordinator",
            "/engagement/new/?action=3",
            [".field:has(#id_what_was_done)", ".field:has(#id_challenges)"],
        ),
        ("visit-acts", "coordinator", visit_of_south_sudan(), ["main .head", ".act .acts"]),
        ("visits", "member", "/visits/", [".phase > h2", ".phase .item:nth-child(2)"]),
        ("follow", "member", "/account/subscriptions/new/", ["main .head", ".field:has(#id_mandate)"]),
        ("offer", "member", open_call().get_absolute_url(), ["main .head", ".act"]),
        ("support", "hrett", "/support/", [".count", "#results .item:nth-child(2)"]),
        ("suggestion", "hrett", f"/suggestions/{suggestion.pk}/", [".facts", ".facts + *"]),
        ("freshness", "hrett", "/freshness/?show=old", [".phase > h2", ".phase .item"]),
        ("person", "admin", f"/admin/engagement/user/{person.pk}/change/", ["#content h1", "fieldset:nth-of-type(2)"]),
        ("chores", "admin", "/", ["main .head", "main .phase"]),
    ]


def shot(page, first, last):
    """(JPEG of at most MOST_BYTES, width, height) of the page from one element to another, over its full width."""
    top, bottom = (page.locator(selector).first.bounding_box() for selector in (first, last))
    y, end = top["y"] + page.evaluate("scrollY"), bottom["y"] + bottom["height"] + page.evaluate("scrollY")
    clip = {"x": 0, "y": max(y - 12, 0), "width": 390, "height": round(min(end - y + 24, HIGHEST))}
    for quality in (70, 60, 50, 40):
        picture = page.screenshot(clip=clip, full_page=True, type="jpeg", quality=quality)
        if len(picture) <= MOST_BYTES:
            return picture, clip["width"], clip["height"]
    raise AssertionError(f"{page.url}: a picture of {len(picture)} bytes, whatever its quality")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_of_help(page_of, demo, language):
    """Each small, on a phone, clipped to the part that matters; `sizes.json` says how large they are shown."""
    folder, sizes, page, whose = HELP / language, {}, None, None
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jpg"):
        old.unlink()
    for name, person, address, (first, last) in pictures():
        if person != whose:
            page = signed_in(page_of, person, language, width=390, device_scale_factor=1.25)
            whose = person
        page.goto(address)
        picture, width, height = shot(page, first, last)
        (folder / f"{name}.jpg").write_bytes(picture)
        sizes[f"{language}/{name}"] = [width, height]
    known = json.loads((HELP / "sizes.json").read_text())
    known = {key: size for key, size in known.items() if not key.startswith(f"{language}/")} | sizes
    (HELP / "sizes.json").write_text(json.dumps(known, indent=0, sort_keys=True) + "\n")
