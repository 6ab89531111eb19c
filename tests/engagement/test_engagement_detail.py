"""One engagement: all its columns, who can read it, and nothing for others."""

import re
import uuid
from datetime import UTC, date, datetime

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

WITHDRAWN = {
    "status": "withdrawn", "withdrawn_reason": "Logged twice.", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)
}  # fmt: skip


def shown(client, row):
    return client.get(row.get_absolute_url()).content.decode()


def test_all_columns_are_shown(cast, client_of):
    """The page has the five columns of the form, mode and partner, items, author and day."""
    mandate = factories.MandateFactory(slug="sr-idps")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    row = factories.EngagementFactory(
        cluster=cast.south_sudan, mode="indirect", partner="Nile University", visit=visit, mandates=[mandate],
        ended_on=date(2026, 3, 4), result_extent="limited", support_needed="A contact in Geneva.",
        created_by=cast.coordinator, created_at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    page = shown(client_of(cast.coordinator), row)
    for words in (
        "Propose a briefing to a mandate holder", "Proposed three points for the programme.", "Late notice.",
        "Two points were taken up.", "A contact in Geneva.", "indirect", "Nile University", "limited", "moderate",
        "South Sudan Protection Cluster", str(visit), visit.get_absolute_url(), mandate.title, "done",
        "coordinator, 5 March 2026, 09:30",
    ):  # fmt: skip
        assert words in page, words
    assert "Last changed" not in page


@pytest.mark.parametrize(("item", "number"), [("call", 6), ("report", 12)])
def test_calls_and_reports_are_linked(item, number, cast, client_of):
    """What the engagement is about is one click away."""
    thing = factories.CallFactory() if item == "call" else factories.ReportFactory()
    row = factories.EngagementFactory(cluster=cast.south_sudan, number=number, **{item: thing})
    assert f'href="{thing.get_absolute_url()}"' in shown(client_of(cast.coordinator), row)


def test_typed_text_is_never_markup(cast, client_of):
    """What people type is shown as they typed it; line ends stay."""
    bad = "<img src=x onerror=alert(1)> & {{ x }}\nsecond line"
    row = factories.EngagementFactory(
        cluster=cast.south_sudan, what_was_done=bad, challenges=bad, result=bad, support_needed=bad,
        mode="indirect", partner="<i>x</i>",
    )  # fmt: skip
    page = shown(client_of(cast.coordinator), row)
    assert "<img" not in page
    assert "<i>x</i>" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt; &amp; {{ x }}<br>second line") == 4


@pytest.mark.parametrize("level", ["low", "moderate", "high"])
def test_the_page_says_who_can_read_it(level, cast, client_of):
    """Level and readers stand in words."""
    words = {
        "low": "members of the cluster, its coordinators and the HRE task team",
        "moderate": "coordinators of the cluster and the HRE task team",
        "high": "coordinators of the cluster and the focal points of the HRE task team, nobody else",
    }
    row = factories.EngagementFactory(cluster=cast.south_sudan, level=level)
    assert f"Can be read by {words[level]}." in shown(client_of(cast.coordinator), row)


@pytest.mark.parametrize(
    ("person", "low", "moderate", "high"),
    [
        ("coordinator", 200, 200, 200),
        ("member", 200, 404, 404),
        ("other", 404, 404, 404),
        ("reader", 200, 200, 404),
        ("focal", 200, 200, 200),
        ("administrator", 404, 404, 404),
    ],
)
def test_not_yours_is_not_there(person, low, moderate, high, cast, client_of):
    """What one may not read answers 404, byte for byte as what is not there."""
    client = client_of(getattr(cast, person))
    nowhere = f"/engagement/{uuid.uuid4()}/"
    for level, status in (("low", low), ("moderate", moderate), ("high", high)):
        row = factories.EngagementFactory(cluster=cast.south_sudan, level=level)
        response, nothing = client.get(row.get_absolute_url()), client.get(nowhere)
        assert response.status_code == status
        if status == 404:
            pages = [r.content.decode().replace(r.wsgi_request.path, "*") for r in (response, nothing)]
            assert masked(pages[0]) == masked(pages[1])


def masked(page):
    """The page without its CSRF tokens, which differ at each request."""
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")[\w-]+', r"\1*", page)


@pytest.mark.parametrize("person", ["coordinator", "member", "reader", "focal"])
def test_only_coordinators_are_offered_to_change_it(person, cast, client_of):
    """The link to the form is there for whoever may use it."""
    row = factories.EngagementFactory(cluster=cast.south_sudan, level="low")
    page = shown(client_of(getattr(cast, person)), row)
    assert (f'href="{row.get_absolute_url()}edit/"' in page) == (person == "coordinator")


def test_a_withdrawn_line_says_why(cast, client_of):
    """The reason is shown, and nothing to change it."""
    row = factories.EngagementFactory(cluster=cast.south_sudan, **WITHDRAWN)
    page = shown(client_of(cast.coordinator), row)
    assert "Logged twice." in page
    assert f"{row.get_absolute_url()}edit/" not in page


def test_the_same_activity_shows_what_this_person_reads(cast, client_of):
    """Lines of one piece of work are linked, as far as this reader may read them."""
    activity = uuid.uuid4()
    low, high = (
        factories.EngagementFactory(cluster=cast.south_sudan, level=level, activity=activity)
        for level in ("low", "high")
    )
    elsewhere = factories.EngagementFactory(cluster=cast.ukraine, level="low", activity=activity)
    assert high.get_absolute_url() in shown(client_of(cast.coordinator), low)
    assert high.get_absolute_url() not in shown(client_of(cast.member), low)
    assert high.get_absolute_url() not in shown(client_of(cast.reader), low)
    assert elsewhere.get_absolute_url() in shown(client_of(cast.reader), low)
    assert elsewhere.get_absolute_url() not in shown(client_of(cast.coordinator), low)


def test_moments_are_in_the_readers_zone(cast, client_of):
    """22:30 UTC is half past midnight on the next day in Juba."""
    row = factories.EngagementFactory(
        cluster=cast.south_sudan, created_by=cast.other, created_at=datetime(2026, 3, 5, 22, 30, tzinfo=UTC)
    )
    cast.coordinator.time_zone = "Africa/Juba"
    cast.coordinator.save()
    assert "other, 6 March 2026, 00:30" in shown(client_of(cast.coordinator), row)


def test_pages_of_the_un_side_show_what_this_person_reads(cast, client_of):
    """A visit's page lists the engagements about it through the gate, and offers logging to its coordinators only."""
    visit = factories.VisitFactory(countries=["SSD"])
    low, high = (
        factories.EngagementFactory(cluster=cast.south_sudan, level=level, visit=visit) for level in ("low", "high")
    )
    gone = factories.EngagementFactory(cluster=cast.south_sudan, visit=visit, **WITHDRAWN)
    for person, expected in {
        "coordinator": {low, high}, "member": {low}, "other": set(), "reader": {low}, "focal": {low, high},
        "administrator": set(),
    }.items():  # fmt: skip
        page = shown(client_of(getattr(cast, person)), visit)
        assert {row for row in (low, high, gone) if row.get_absolute_url() in page} == expected
        offers = f"/engagement/new/?action=3&amp;visit={visit.pk}" in page
        assert offers == (person == "coordinator"), person


def test_strangers_methods_and_caches(cast, client_of):
    """Sign-in first; GET only; never cached; a wrong key is not there."""
    row = factories.EngagementFactory(cluster=cast.south_sudan)
    address = row.get_absolute_url()
    assert client_of(None).get(address)["Location"] == f"/account/login/?next={address}"
    client = client_of(cast.coordinator)
    assert client.post(address).status_code == 405
    assert client.delete(address).status_code == 405
    assert "no-store" in client.get(address)["Cache-Control"]
    assert client.get("/engagement/1/").status_code == 404


ENDED = {"established_on": date(2008, 1, 1), "ended_on": date(2025, 10, 31), "ended_precision": "month"}


@pytest.mark.parametrize(
    ("mandate", "row", "said"),
    [
        (ENDED, {"started_on": date(2025, 11, 1)}, "SR-OLD has ended (October 2025); SR-NEW continues it."),
        (ENDED, {"started_on": date(2025, 10, 31)}, ""),
        (ENDED, {"started_on": date(2025, 10, 1), "date_precision": "quarter"}, ""),
        (ENDED, {"started_on": date(2025, 12, 1), "date_precision": "quarter"}, ""),
        (ENDED, {"started_on": date(2025, 10, 1), "ended_on": date(2026, 1, 1)}, ""),
        ({"established_on": date(2026, 3, 8)}, {"started_on": date(2026, 3, 1), "date_precision": "month"}, ""),
        ({"established_on": date(2026, 4, 8)}, {"started_on": date(2026, 3, 31)}, "SR-OLD was not in force then"),
    ],
)
def test_a_mandate_outside_its_life_is_warned_of(mandate, row, said, cast, client_of):
    """Whoever reads or has just saved a line sees that its mandate was not in force then, and what continues it."""
    new = factories.MandateFactory(slug="sr-new")
    successor = new if "ended_on" in mandate else None
    old = factories.MandateFactory(slug="sr-old", successor=successor, **mandate)
    line = factories.EngagementFactory(cluster=cast.south_sudan, mandates=[old, new], **row)
    response = client_of(cast.coordinator).get(line.get_absolute_url())
    assert " ".join(response.context["warnings"])[: len(said)] == said
    assert bool(response.context["warnings"]) == bool(said)
    assert ("If another mandate was meant" in response.content.decode()) == bool(said)
