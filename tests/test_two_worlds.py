"""Two worlds: with the *high* engagements there or not, whoever may not read them gets the same bytes everywhere."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from engagement.models import Engagement, SupportRequest
from tests import factories

# What differs from one request to the next by chance: CSRF tokens, the key of a new form.
RANDOM = re.compile(
    rb'(name="csrfmiddlewaretoken" value="|X-CSRFToken": "|X-CSRFToken&quot;: &quot;|name="form_key" value=")[\w-]+'
)
CANNOT_READ_HIGH = ("member", "other", "reader", "administrator")
QUERIES = (
    "",
    "?level=high",
    "?text=secret",
    "?order=changed",
    "?support=yes",
    "?status=withdrawn",
    "?action=10",
    "?page=2",
)


def body(client, address):
    """Status, the headers that say something, and the bytes; a workbook unpacked, chance masked."""
    response = client.get(address)
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as file:
            content = b"".join(name.encode() + file.read(name) for name in sorted(file.namelist()))
    headers = {name: response[name] for name in ("Location", "Content-Type", "ETag") if response.has_header(name)}
    return response.status_code, headers, RANDOM.sub(rb"\1*", content)


def addresses(world):
    """Every page and download that could show an engagement, and details of rows that are there in both worlds."""
    lists = [reverse(f"engagement:{name}") for name in ("engagement-list", "export-xlsx", "export-csv")]
    found = [address + query for address in lists for query in QUERIES]
    found += [reverse("engagement:support-list") + query for query in ("", "?status=open", "?text=secret", "?mine=no")]
    found += [
        reverse("engagement:home"),
        reverse("engagement:guide"),
        reverse("engagement:cluster-list"),
        reverse("engagement:engagement-new"),
    ]
    found += [reverse("engagement:cluster-detail", args=[slug]) for slug in ("south-sudan", "ukraine")]
    found += [reverse("engagement:engagement-new") + "?action=3"]
    found += [row.get_absolute_url() for row in (*world.lines, world.visit, world.call, world.report)]
    found += [line.get_absolute_url() + "edit/" for line in world.lines]
    found += [reverse(f"mandates:{name}-list") for name in ("mandate", "visit", "call", "report")]
    found += [reverse("mandates:mandate-detail", args=[world.mandate.slug])]
    found += ["/admin/", "/admin/engagement/user/", "/admin/engagement/cluster/", "/admin/engagement/membership/"]
    found += [f"/admin/engagement/user/{world.coordinator.pk}/{page}/" for page in ("change", "history", "delete")]
    found += [f"/admin/engagement/cluster/{world.south_sudan.pk}/{page}/" for page in ("change", "history", "delete")]
    found += [f"/admin/mandates/countryvisit/{world.visit.pk}/{page}/" for page in ("change", "history", "delete")]
    return found


@pytest.fixture
def world(cast, clock):
    """The cast, one item of each kind, and lines of level low and moderate in two clusters."""
    cast.mandate = factories.MandateFactory(slug="sr-idps")
    cast.visit = factories.VisitFactory(countries=["SSD"], mandates=[cast.mandate])
    cast.call = factories.CallFactory(mandates=[cast.mandate])
    cast.report = factories.ReportFactory(mandates=[cast.mandate])
    cast.lines = [
        factories.EngagementFactory(
            cluster=cluster, level=level, created_by=who, activity=cast.visit.pk, support_needed="A contact."
        )
        for cluster, who in ((cast.south_sudan, cast.coordinator), (cast.ukraine, cast.other))
        for level in ("low", "moderate")
    ]
    return cast


def add_high(world, count):
    """*High* engagements of South Sudan, by all means that could shine through: actions, items, states, texts."""
    for number in range(count):
        action = (3, 6, 9, 10, 12)[number % 5]
        extra = {3: {"visit": world.visit}, 6: {"call": world.call}, 12: {"report": world.report}}.get(action, {})
        row = factories.EngagementFactory(
            cluster=world.south_sudan,
            number=action,
            level="high",
            created_by=world.coordinator,
            what_was_done="secret",
            support_needed="secret",
            status="done" if number % 2 else "planned",
            activity=world.visit.pk,
            mandates=[world.mandate],
            **extra,
        )
        SupportRequest.objects.create(engagement=row)


@pytest.mark.parametrize("count", [1, 60])
def test_high_engagements_leave_no_trace_for_others(count, world, client_of):
    """Each person who may not read them, every address, the same bytes in both worlds."""
    clients = {person: client_of(getattr(world, person)) for person in CANNOT_READ_HIGH}
    asked = addresses(world)
    without = {(person, address): body(client, address) for person, client in clients.items() for address in asked}
    add_high(world, count)
    differing = [
        (person, address) for (person, address), before in without.items() if body(clients[person], address) != before
    ]
    assert differing == []


def test_the_comparison_can_fail(world, client_of):
    """Whoever may read them does see a difference: the oracle is not blind."""
    client = client_of(world.coordinator)
    before = body(client, "/engagement/")
    add_high(world, 1)
    assert body(client, "/engagement/") != before
    assert Engagement.objects.visible_to(world.reader).count() == 4


def test_a_high_engagement_and_one_that_is_not_there_are_the_same_404(world, client_of):
    """Guessing an address tells nothing."""
    add_high(world, 1)
    high = Engagement.objects.get(level="high")
    missing = high.get_absolute_url().replace(str(high.pk)[:8], "00000000")
    for person in CANNOT_READ_HIGH:
        client = client_of(getattr(world, person))
        there, not_there = body(client, high.get_absolute_url()), body(client, missing)
        assert there[0] == not_there[0] == 404
        assert there[2].replace(str(high.pk).encode(), b"") == not_there[2].replace(missing[12:-1].encode(), b"")
