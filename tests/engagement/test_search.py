"""The search over everything that one may read."""

from datetime import date

import pytest
from django.utils import timezone

from tests import factories
from tests.conftest import kept_for_a_file, make_cast
from tests.surface.answers import bytes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/search/"
CAST = ("member", "coordinator", "other", "reader", "focal", "administrator")


def found(client, words):
    """{noun: number} of what the page says it found."""
    return {kind.noun: kind.count for kind in client.get(PAGE, {"q": words}).context["kinds"]}


def fill(cast):
    """Something about camps of every kind, of every level, suggested or not; more of each than the page shows."""
    mandate = factories.MandateFactory(slug="sr-camps", title="Special Rapporteur on camps")
    ended = {"ended_on": date(2020, 12, 31), "ended_precision": "day"}
    factories.MandateFactory(slug="ie-camps", title="Independent Expert on camps", **ended)
    for n in range(5):
        about = {"countries": ["SSD"], "mandates": [mandate] if n else []}
        factories.VisitFactory(places="Camps of Juba", **about)
        factories.CallFactory(title=f"Camps {n}", **about)
        factories.ReportFactory(title=f"Camps {n}", **about)
        for level in ("low", "moderate", "high"):
            factories.EngagementFactory(cluster=cast.south_sudan, result="A visit to the camps.", level=level)
    factories.EngagementFactory(cluster=cast.ukraine, what_was_done="Talked about camps.")
    gone = {"status": "withdrawn", "withdrawn_reason": "Twice.", "withdrawn_at": timezone.now()}
    factories.EngagementFactory(cluster=cast.ukraine, challenges="No camps.", **gone)
    factories.VisitFactory(places="Camps", suggested=cast.south_sudan)
    factories.CallFactory(title="Camps", suggested=cast.ukraine)
    factories.ReportFactory(title="Camps", withdrawn_on=date(2026, 5, 1))


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """The people and what there is to find, for all tests of this file."""
    with kept_for_a_file(django_db_blocker):
        cast = make_cast()
        fill(cast)
        yield cast


@pytest.mark.parametrize("person", CAST)
def test_every_number_is_that_of_the_list_behind_it(person, cast, client_of):
    """The link of each kind leads to a list with as many rows, beginning with those that the page shows."""
    client = client_of(getattr(cast, person))
    kinds = client.get(PAGE, {"q": "cámps"}).context["kinds"]
    assert [kind.noun for kind in kinds][:4] == ["mandate", "visit", "call", "report"]
    for kind in kinds:
        page = client.get(kind.address).context["page"]
        assert page.paginator.count == kind.count
        assert list(page.object_list)[:3] == kind.rows


def test_everyone_finds_what_she_may_read(cast, client_of):
    """Engagements by level and cluster, suggestions by whom they are known to."""
    lists = {"mandate": 2, "report": 5}
    expected = {
        "member": lists | {"visit": 6, "call": 5, "engagement": 5},
        "coordinator": lists | {"visit": 6, "call": 5, "engagement": 15},
        "other": lists | {"visit": 5, "call": 6, "engagement": 1},
        "reader": lists | {"visit": 6, "call": 6, "engagement": 11},
        "focal": lists | {"visit": 6, "call": 6, "engagement": 16},
        "administrator": lists | {"visit": 5, "call": 5},
    }
    assert {person: found(client_of(getattr(cast, person)), "camps") for person in CAST} == expected


@pytest.mark.parametrize("person", ["member", "other", "reader", "administrator"])
def test_a_row_that_she_cannot_read_changes_nothing(person, cast, client_of):
    """The same page, byte for byte, with lines of level high about the words and without; and no hint either."""
    client = client_of(getattr(cast, person))
    before = bytes_of(client.get(PAGE, {"q": "cholera outbreak"}))
    line = factories.EngagementFactory(
        cluster=cast.south_sudan, level="high", what_was_done="A cholera outbreak.", support_needed="Cholera outbreak."
    )
    assert bytes_of(client.get(PAGE, {"q": "cholera outbreak"})) == before
    page = client.get(PAGE, {"q": "cholera outbreak"})
    assert str(line.pk) not in page.text
    assert (page.context["kinds"], page.context["meant"]) == ([], [])


def test_the_first_few_are_shown_with_a_link_to_all(cast, client_of):
    """Three rows of each kind; how many there are stands in the link to the list, with this text in its filter."""
    page = client_of(cast.coordinator).get(PAGE, {"q": "camps & tents camps"})
    assert page.context["kinds"] == []
    page = client_of(cast.coordinator).get(PAGE, {"q": "camps"})
    assert {len(kind.rows) for kind in page.context["kinds"]} == {2, 3}
    assert '<a href="/reports/?text=camps">All 5<span class="hidden">Reports</span></a>' in page.text
    assert '<a href="/engagement/?text=camps">All 15<span class="hidden">Engagements</span></a>' in page.text
    assert '<a href="/mandates/?text=camps&amp;on=">Mandates <b>2</b></a>' in page.text


def test_more_lines_than_are_counted(cast, client_of, monkeypatch):
    """Beyond what the log counts, the page says "more than", as the log does."""
    monkeypatch.setattr("engagement.search.COUNTED", 4)
    text = client_of(cast.coordinator).get(PAGE, {"q": "camps"}).text
    assert "Engagements <b>more than 4</b>" in text
    assert 'All of them<span class="hidden">Engagements</span>' in text


def test_a_suggestion_is_marked(cast, client_of):
    """Whoever knows an unconfirmed visit sees that it is one."""
    factories.VisitFactory(places="Malakal", suggested=cast.south_sudan)
    assert "unconfirmed" in client_of(cast.member).get(PAGE, {"q": "malakal"}).text
    assert found(client_of(cast.other), "malakal") == {}


@pytest.mark.parametrize("person", CAST)
def test_a_misspelt_name_of_a_mandate(person, cast, client_of):
    """The page offers the name as it is spelt; the link finds it."""
    factories.MandateFactory(slug="sr-water", title="Special Rapporteur on water and sanitation")
    client = client_of(getattr(cast, person))
    page = client.get(PAGE, {"q": "watr sanitaton"})
    assert page.context["meant"] == ["water sanitation"]
    assert '<a href="?q=water+sanitation">water sanitation</a>' in page.text
    assert found(client, "water sanitation")["mandate"] == 1


ODD = [
    *("", "   ", "a", "x" * 101, "x" * 2_000, "\0", "a\0b", "\x01\x02", "?!", '"""', "“”", "\u0301", "%", "_", "\\"),
    *(
        "[a",
        "***:a",
        "(?i)",
        "a' OR 1=1 --",
        "<script>",
        "\u202e\u2028ab",
        "\U0001f600\U0001f600",
        "é" * 100,
        "a b " * 25,
    ),
]


@pytest.mark.parametrize("typed", ODD, ids=range(len(ODD)))
def test_whatever_is_typed_is_answered(typed, cast, client_of):
    """A plain answer: nothing found, or a sentence that says what to type."""
    page = client_of(cast.coordinator).get(PAGE, {"q": typed})
    assert page.status_code == 200
    assert "<script>" not in page.text.replace("</script>", "<script").split("<main")[1]
    refused = len(typed.strip()) == 1 or len(typed.strip()) > 100 or "\0" in typed
    assert bool(page.context["problem"]) == refused
    assert ('<div class="problem" role="alert">' in page.text) == refused


def test_bytes_that_are_no_text(cast, client_of):
    """An address that no browser makes is answered too."""
    assert client_of(cast.member).get(f"{PAGE}?q=%ff%fe%00&q=%ed%a0%80").status_code == 200


def test_nothing_found_says_what_to_do(cast, client_of):
    """The way on: fewer words, or the lists. Nothing is said before something is looked for."""
    client = client_of(cast.member)
    assert "Take a word away" in client.get(PAGE, {"q": "nowhere"}).text
    assert "Take a word away" not in client.get(PAGE).text
    assert " autofocus" in client.get(PAGE).text


def test_only_get(cast, client_of):
    """Nothing is sent to the page."""
    assert client_of(cast.member).post(PAGE, {"q": "camps"}).status_code == 405


def test_every_page_leads_to_it(cast, client_of):
    """From the head of each page, for whoever is signed in."""
    assert f'href="{PAGE}"' in client_of(cast.member).get("/").text
    assert f'href="{PAGE}"' not in client_of(None).get("/account/login/").text
