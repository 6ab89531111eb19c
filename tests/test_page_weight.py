"""What a page weighs on a slow line: bytes are not timing, so they are asserted."""

import gzip
import re

import pytest
from django.conf import settings
from django.test import Client

from engagement.models import Cluster, Contribution, User
from tests import factories

FIRST, NEXT = 60_000, 15_000
PAGES = (
    "/",
    "/engagement/",
    "/engagement/new/?action=3",
    "/calendar/",
    "/calendar/?view=month",
    "/changes/",
    "/visits/",
    "/visits/suggest/",
    "/calls/",
    "/calls/suggest/",
    "/reports/",
    "/recommendations/",
    "/mandates/",
    "/guide/",
    "/help/",
    "/help/coordinator/",
    "/help/member/",
    "/help/task-team/",
    "/help/administrator/",
    "/help/glossary/",
    "/search/?q=displaced",
    "/support/",
    "/guidance/",
    "/suggestions/",
    "/freshness/",
    "/account/feeds/",
    "/engagement/bulk/",
    "/support/bulk/",
    "/account/views/",
    "/openings/",
    "/account/subscriptions/",
    "/account/subscriptions/new/",
    "/clusters/",
    "/overview/",
    "/overview/needs/",
    "/import/engagement/",
    "/clusters/south-sudan/",
    "/clusters/south-sudan/priorities/",
    "/clusters/south-sudan/press/",
    "/clusters/south-sudan/information/",
    "/clusters/south-sudan/referral/",
    "/clusters/south-sudan/members/",
    "/clusters/south-sudan/access/",
    "/export/confidential/",
    "/export/overview/confidential/",
    "/engagement-reports/",
    "/engagement-reports/new/",
    "/account/sessions/",
)


def weight_of_files(page: bytes) -> int:
    """The compressed bytes of the style, script and icon that the page asks for; pictures of help come later."""
    names = set(re.findall(rb'(?:href|src)="/static/(?!help/)([^"]+)"', page))
    return sum(len(gzip.compress((settings.BASE_DIR / "static" / name.decode()).read_bytes(), 9)) for name in names)


@pytest.mark.slow
def test_pages_are_light(demo):
    """At most 60 kB for the first page with all its files, 15 kB for each next one, for whoever may open it."""
    begun, heavy = Contribution.objects.get(sent_on=None), {}
    high = factories.ContributionFactory(cluster=Cluster.objects.get(slug="south-sudan"), level="high")
    draft = factories.EngagementReportFactory(since="2020-01-01").get_absolute_url()
    reports = [draft, *(f"{draft}{page}/" for page in ("edit", "choose", "publish"))]
    for person in ("coordinator", "hrett", "member"):
        client = Client(headers={"accept-encoding": "gzip"})
        client.force_login(User.objects.get(email=f"{person}@example.org"))
        for address in (*PAGES, begun.get_absolute_url(), f"{high.get_absolute_url()}confidential/", *reports):
            response = client.get(address)
            if response.status_code in (403, 404):
                continue
            weight = len(response.content)
            files = weight_of_files(gzip.decompress(response.content))
            if weight > NEXT or weight + files > FIRST:
                heavy[person, address] = (weight, files)
    assert heavy == {}
