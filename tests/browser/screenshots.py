"""`make screenshots`: the main pages as each demo person sees them, on a desktop and a phone, into docs/screenshots/.

Not part of the suite: pytest collects this file only when it is named.
"""

import re

import pytest
from django.conf import settings

from engagement.models import Contribution, Engagement
from mandates.seed import dossier_id

FOLDER = settings.BASE_DIR / "docs" / "screenshots"
PAGES = {
    "coordinator": [
        "/", "/engagement/", "/engagement/new/?action=3", "/clusters/south-sudan/", "/calendar/", "/visits/", "/calls/",
        "/clusters/south-sudan/priorities/", "/clusters/south-sudan/referral/", "/clusters/south-sudan/members/",
    ],
    "member": ["/", "/visits/", "/mandates/"],
    "hrett": ["/", "/engagement/?support=yes", "/reports/", "/support/", "/openings/", "/overview/"],
    "focal": ["/engagement/?level=high"],
    "admin": ["/"],
}  # fmt: skip


@pytest.mark.parametrize("person", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_take(person, width, page_of, demo):
    """Every page of PAGES, and the visit and engagement that the coordinator works with."""
    page = page_of(person, width=width)
    addresses = list(PAGES[person])
    if person == "coordinator":
        addresses.append(f"/visits/{dossier_id('demo-visit', 'visit-ssd-idp')}/")
        done = Engagement.objects.filter(cluster__slug="south-sudan", action__number=3, status="done")
        addresses.append(done.order_by("started_on").last().get_absolute_url())
        addresses.append(Contribution.objects.get(sent_on=None).get_absolute_url())
        addresses.append(f"/clusters/south-sudan/visits/{dossier_id('demo-visit', 'visit-ssd-idp')}/briefing/")
        addresses.append(f"/clusters/south-sudan/visits/{dossier_id('demo-visit', 'visit-ssd-idp')}/share/")
    for address in addresses:
        page.goto(address)
        name = re.sub(r"[0-9a-f]{8}-[0-9a-f-]+", "one", address).strip("/")
        name = re.sub(r"\W+", "-", name).strip("-") or "home"
        page.screenshot(path=FOLDER / f"{person}-{name}-{width}.png", full_page=width == 390)
