"""Two worlds: with something there or not, whoever may not read it gets the same bytes everywhere.

Everywhere is what the URLconf holds (`tests/surface/`). A person asks the world without, then each of the worlds with
more in it. The suite asks a sample, always the same one; `make soak` asks every address, row, parameter and form.
"""

import random
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import pytest
from django.db import transaction
from django.urls import reverse

from engagement import services
from engagement.models import AccountChange, Contribution, Doubt, Engagement, FeedKey, ImportBatch, KeptForm
from mandates.models import CallForInput, CountryVisit
from tests import factories
from tests.engagement.imports.files import new_row
from tests.surface.addresses import every_address, paths_of, rows_in_database, word_of
from tests.surface.answers import bytes_of, content_of
from tests.surface.more import (
    add_account_change,
    add_doubts,
    add_high,
    add_offers,
    add_own,
    add_suggestions,
    begin,
    fill,
)
from tests.surface.walk import asked, queries_of, undone

CANNOT_READ_HIGH = ("member", "other", "reader", "administrator")
DO_NOT_KNOW = ("other", "elsewhere", "administrator")
NO_OFFERS = ("colleague", "other", "reader", "focal", "administrator")
STAFF = ("reader", "focal", "administrator")
NO_DOUBTS = ("member", "colleague", "other", "administrator")
OTHERS = ("member", "other", "reader", "focal", "administrator")


@pytest.fixture
def world(cast, clock):
    """What is there in both worlds."""
    return fill(cast)


def answer_to(client, path, method="GET", sent=None):
    """The bytes of an answer. What asking writes, in the access ledger above all, is undone: no answer tells of it."""
    with undone(client):
        return bytes_of(asked(client, path, method, sent))


# -- The worlds with more in them ---------------------------------------------------------------------


class More(NamedTuple):
    """What is there in one world and not in the other, who must not notice, and the share of the sample asked."""

    add: Callable
    people: tuple[str, ...]
    share: float = 1.0


WORLDS = {
    "60 high": More(lambda world: add_high(world, 60), CANNOT_READ_HIGH),  # more than a page of any list
    "7 high": More(lambda world: add_high(world, 7), CANNOT_READ_HIGH, 0.1),
    "1 high": More(lambda world: add_high(world, 1), CANNOT_READ_HIGH, 0.1),
    "suggestions": More(lambda world: add_suggestions(world, 4), DO_NOT_KNOW, 0.6),
    "offers": More(add_offers, NO_OFFERS, 0.4),
    "a contribution begun": More(begin, ("member",), 0.4),
    "a contribution sent": More(
        lambda world: begin(world, sent_on=date(2026, 5, 19), publication="named"), ("member",), 0.3
    ),
    "of one person": More(add_own, OTHERS, 0.2),
    "doubts": More(add_doubts, NO_DOUBTS, 0.2),
    "an account changes": More(add_account_change, ("member", "coordinator", "other", "reader"), 0.1),
}
EVERYBODY = sorted({person for more in WORLDS.values() for person in more.people})


class Cell(NamedTuple):
    """One page asked in one way; `form` names what of FORMS is sent."""

    path: str
    method: str = "GET"
    form: str = ""


FORMS = {
    "suggestion": {
        "cluster": "ukraine", "countries": ["UKR"], "mandates": ["sr-idps"], "title": "Call for input: secret",
        "starts": "1999",  # a fault, so that nothing is saved in either world
        "deadline_kind": "ongoing", "deadline_on": "2026-06-30", "source": "test",
    },
    "act": {
        "mandates": ["sr-idps"], "mandate": "sr-idps", "kind": "update", "channel": "encrypted", "precision": "day",
        "shared_on": "2026-05-19", "month": "2026-03-01", "consent": "yes", "publication": "no", "reprisals": "low",
        "is_sent": "on", "level": "high", "seen": "none", "answer": "accepted", "answered_on": "2026-05-19",
    },
}  # fmt: skip
"""What is sent besides empty forms: a suggestion that looks like another one, an act that was done already."""

WIDE = (
    "/", "/engagement/", "/engagement/?text=secret", "/engagement/?order=changed", "/engagement/?action=10",
    "/support/", "/support/?status=overdue", "/clusters/", "/clusters/south-sudan/", "/openings/",
    "/engagement-reports/", "/overview/", "/overview/needs/", "/overview/?cluster=south-sudan&since=2023-01-01",
    "/guidance/?text=secret", "/visits/?text=secret", "/changes/", "/feeds/feed-of-coordinator/calendar.ics",
    "/feeds/feed-of-coordinator/updates.atom",
)  # fmt: skip
"""Pages that count, order or search, which the sample always asks."""


def sent_cells(person):
    """The forms of FORMS, sent where somebody would send them, and nothing new is then written.

    An act that the coordinator of the cluster does again leads to a line with a key of its own.
    """
    pages = {
        "suggestion": ("/visits/suggest/", "/calls/suggest/"),
        "act": ("/clusters/south-sudan/information/", "/clusters/south-sudan/referral/"),
    }
    if person == "coordinator":
        del pages["act"]
    return [Cell(path, "POST", form) for form, paths in pages.items() for path in paths]


def sample(person, rows):
    """The wide pages; each address with one row, by one of all people; of the administration a part, by its people."""
    chance = random.Random(7)  # noqa: S311 — the same for everybody, so that each address is asked by one of them
    cells = [Cell(path) for path in WIDE if person in CANNOT_READ_HIGH]
    cells += [Cell(f"/export/engagement.{kind}") for kind in ("xlsx", "csv") if person in ("member", "reader")]
    cells += [Cell("/export/overview.xlsx")] if person in ("other", "reader") else []
    for address in every_address():
        paths = paths_of(address, rows)
        is_admin = address.route.startswith("admin/")
        if not paths or address.name == "account_logout" or (is_admin and chance.random() < 0.6):
            continue
        asks = chance.choice(STAFF if is_admin else EVERYBODY)
        cell = Cell(chance.choice(paths), "POST" if chance.random() < 0.15 else "GET")
        if asks == person:
            cells.append(cell)
    return list(dict.fromkeys([*cells, *(sent_cells(person) if person in ("other", "elsewhere") else ())]))


def whole(person, rows, client, monkeypatch):
    """Every address with every row, read and sent empty, and with every parameter of its first row."""
    cells = sent_cells(person)

    def see(path):
        response = asked(client, path)
        content_of(response)  # to its end, which closes a file
        return response

    for address in every_address():
        if address.name == "account_logout":
            continue
        for number, path in enumerate(paths_of(address, rows)):
            cells += [Cell(path), Cell(path, "POST")]
            if number == 0 and see(path).status_code == 200:
                cells += [Cell(query) for query in queries_of(path, rows, ["secret"], see, monkeypatch)]
    return list(dict.fromkeys(cells))


@pytest.mark.soak
@pytest.mark.parametrize("person", EVERYBODY)
def test_what_a_person_may_not_read_leaves_no_trace(person, world, client_of, monkeypatch, request, figures):
    """The same bytes with it and without, for everybody who may not read it."""
    client, soaks = client_of(getattr(world, person)), request.config.getoption("--soak")
    rows, chance = rows_in_database(), random.Random(person)  # noqa: S311
    cells = whole(person, rows, client, monkeypatch) if soaks else sample(person, rows)

    def answer(cell):
        return answer_to(client, cell.path, cell.method, FORMS.get(cell.form))

    without = {cell: answer(cell) for cell in cells}
    differing = []
    for name, more in WORLDS.items():
        if person not in more.people:
            continue
        mine = [cell for cell in cells if soaks or chance.random() < more.share]
        with transaction.atomic():
            more.add(world)
            differing += [(name, cell) for cell in mine if answer(cell) != without[cell]]
            transaction.set_rollback(True)
        figures(two_worlds_cells=len(mine))
    assert differing == []


@pytest.mark.soak
def test_what_a_person_may_not_read_and_what_is_not_there_are_the_same(world, client_of, request, figures):
    """Guessing an address tells nothing: whatever its page is, with the key of a hidden row and with one of none."""
    chance = random.Random(7)  # noqa: S311
    known, soaks = rows_in_database(), request.config.getoption("--soak")
    add_high(world, 11)
    add_suggestions(world, 3)
    add_offers(world)
    add_own(world)
    add_account_change(world)
    add_doubts(world)
    found = rows_in_database()
    hidden = {word: [row for row in rows if row not in known[word]] for word, rows in found.items()}
    hidden |= {"clusters": [world.south_sudan, world.ukraine], "reports": [], "mandates": []}
    differing, cells, told_apart = [], 0, set()
    for address in every_address():
        if "<uuid:pk>" not in address.route or address.route.startswith("admin/"):
            continue
        parts = address.route.split("/")
        word = word_of(parts[parts.index("<uuid:pk>") - 1], parts)
        asking = [
            (path, person, method)
            for row in hidden[word]
            for path in paths_of(address, hidden | {word: [row]})
            for person in hidden_from(row)
            for method in ("GET", "POST")
        ]
        for path, person, method in asking if soaks else chance.sample(asking, min(2, len(asking))):
            key = next(part for part in path.split("/") if len(part) == 36)
            missing, client = key.replace(key[:8], "00000000"), client_of(getattr(world, person))
            there = _without_key(answer_to(client, path, method), key)
            not_there = _without_key(answer_to(client, path.replace(key, missing), method), missing)
            cells += 2
            told_apart.add(there[0])
            if there != not_there:
                differing.append((method, person, address.name, there[0], not_there[0]))
    figures(not_there_cells=cells)
    assert differing == []
    assert told_apart <= {302, 403, 404, 405}


def hidden_from(row):
    """Who may not read this row of `tests/surface/more.py`."""
    if isinstance(row, KeptForm | ImportBatch | FeedKey):
        return OTHERS
    if isinstance(row, Doubt):
        return NO_DOUBTS
    if isinstance(row, AccountChange):
        return ("member", "coordinator", "other", "reader")
    if isinstance(row, CountryVisit | CallForInput):
        return DO_NOT_KNOW
    if hasattr(row, "offered_by"):
        return NO_OFFERS
    line = getattr(row, "request", row)
    line = getattr(line, "engagement", line)
    return CANNOT_READ_HIGH if line.level == "high" else ("member", "other", "administrator")


def _without_key(answer, key):
    status, headers, content = answer
    return (
        status,
        {name: value.replace(key, "*") for name, value in headers.items()},
        content.replace(key.encode(), b""),
    )


# -- The comparison is not blind ----------------------------------------------------------------------


def different(world, client, add, pages):
    """Those of `pages` that show `client` something else once `add` has been there."""
    before = {page: answer_to(client, page) for page in pages}
    add(world)
    return [page for page in pages if answer_to(client, page) != before[page]]


def test_high_engagements_show_where_they_may(world, client_of):
    """Whoever may read them does see a difference."""
    cluster = "/clusters/south-sudan/"
    pages = ["/engagement/", "/", "/openings/", cluster, f"{cluster}priorities/", f"{cluster}events/"]
    pages += [f"{cluster}access/", "/export/confidential/"]
    pages += ["/support/", "/support/?status=overdue", "/guidance/", "/engagement/new/?action=3"]
    readable = Engagement.objects.visible_to(world.reader).count()
    assert different(world, client_of(world.coordinator), lambda world: add_high(world, 9), pages) == pages
    assert Engagement.objects.visible_to(world.reader).count() == readable


@pytest.mark.parametrize("person", ["member", "reader"])
def test_suggestions_show_where_they_may(person, world, client_of):
    """So do those who know a suggestion."""
    pages = ["/visits/?text=secret", "/calls/", "/changes/", "/suggestions/", world.report.get_absolute_url()]
    client = client_of(getattr(world, person))
    assert different(world, client, lambda world: add_suggestions(world, 1), pages) == pages


@pytest.mark.parametrize(("person", "pages"), [("coordinator", ["/"]), ("reader", ["/", "/freshness/"])])
def test_doubts_show_where_they_may(person, pages, world, client_of):
    """Whoever said that something looks wrong, and the task team."""
    pages = [*pages, world.report.get_absolute_url()]
    assert different(world, client_of(getattr(world, person)), add_doubts, pages) == pages


@pytest.mark.slow
def test_offers_and_contributions_show_where_they_may(world, client_of):
    """And the coordinator for whom a member writes."""
    pages = ["/", reverse("engagement:call-answer", args=["south-sudan", world.call.pk])]
    assert different(world, client_of(world.coordinator), add_offers, pages) == pages
    assert different(world, client_of(world.coordinator), begin, pages) == pages


@pytest.mark.slow
def test_what_is_posted_to_a_page_of_acts_tells_nothing(world, client_of):
    """A twin that she may not read is no answer to whoever may not act: the same refusal in both worlds."""
    line = world.invitation.engagement_id
    pages = ["/clusters/south-sudan/information/", "/clusters/south-sudan/referral/"]
    pages += [reverse("engagement:event-invite", args=["south-sudan", world.event.pk])]
    pages += [reverse("engagement:invitation-answer", args=[line])]
    clients = {person: client_of(getattr(world, person)) for person in (*CANNOT_READ_HIGH, "focal")}

    def seen():
        return {
            (person, page): answer_to(client, page, "POST", FORMS["act"])
            for person, client in clients.items()
            for page in pages
        }

    without = seen()
    add_high(world, 9)
    assert seen() == without
    assert {answer[0] for answer in without.values()} == {403, 404}


def test_a_member_can_offer_whether_a_contribution_is_begun_or_not(world, client_of):
    """The form takes her paragraphs in both worlds."""
    begin(world)
    typed = {"text": "A paragraph.", "source": "Own", "consent": "nobody"}
    address = reverse("engagement:call-offer", args=[world.call.pk])
    assert client_of(world.member).post(address, typed).status_code == 302


# -- By name, whatever the sample asks ------------------------------------------------------------------


def same(client, row_path, key, method="GET", sent=None):
    """Whether the page of a row answers like that of a row that is not there; its status."""
    missing = str(key).replace(str(key)[:8], "00000000")
    there = _without_key(answer_to(client, row_path, method, sent), str(key))
    not_there = _without_key(answer_to(client, row_path.replace(str(key), missing), method, sent), missing)
    return there == not_there, there[0]


@pytest.mark.parametrize("person", CANNOT_READ_HIGH)
def test_a_high_engagement_and_one_that_is_not_there_are_the_same_404(person, world, client_of):
    """Guessing an address tells nothing; nor does the page of the reply to a referral, or the answer of an invited."""
    add_high(world, 9)
    client = client_of(getattr(world, person))
    line = Engagement.objects.filter(level="high", referral=None, invitation=None).first()
    assert same(client, line.get_absolute_url(), line.pk) == (True, 404)
    pages = {
        "referral-reply": Engagement.objects.get(referral__isnull=False),
        "invitation-answer": Engagement.objects.get(invitation__isnull=False, level="high"),
    }
    for name, line in pages.items():
        path = reverse(f"engagement:{name}", args=[line.pk])
        assert same(client, path, line.pk) == (True, 404)
        sent = {"seen": "none", "reply": "sent", "answer": "accepted"}
        assert same(client, path, line.pk, "POST", sent) == (True, 404)


def test_an_unknown_suggestion_and_one_that_is_not_there_are_the_same_404(world, client_of):
    """Guessing an address tells nothing, neither on its page nor on the desk."""
    add_suggestions(world, 1)
    visit = CountryVisit.objects.get(suggested_in=world.south_sudan.pk)
    for path in (visit.get_absolute_url(), f"/suggestions/{visit.pk}/"):
        assert same(client_of(world.other), path, visit.pk) == (True, 404)


def test_an_import_tells_nothing_of_rows_that_its_reader_does_not_keep(world, client_of):
    """The coordinator of another cluster names them by id, by their words, by their cluster: the same bytes each time.

    So too after the same file was imported where they stand.
    """
    key = "12345678-1234-4234-8234-123456789012"
    said = {"what_was_done": "secret", "started_on": "2026-05-04", "action": "9", "mandates": "SR-IDPS"}
    rows = [new_row(**said), new_row(row=f"{key}:1"), new_row(row=f"{key}:9"), new_row(cluster="south-sudan", **said)]
    batch = factories.ImportBatchFactory(by=world.other, rows=rows)
    client, address = client_of(world.other), batch.get_absolute_url()
    pages = [address, f"{address}?show=faulty", f"{address}faults.xlsx", reverse("engagement:import-list")]

    def seen():
        client.post(f"{address}confirm/", {"confirm": "1", "seen": "stale"})
        # The page that follows first has the words of the refusal, which stand in the session.
        return [answer_to(client, page) for page in pages] + [bytes_of(client.get(address))]

    without = seen()
    factories.EngagementFactory(
        pk=key, cluster=world.south_sudan, number=9, what_was_done="secret", challenges="", result="",
        started_on=date(2026, 5, 4), mandates=[world.mandate],
    )  # fmt: skip
    theirs = factories.ImportBatchFactory(by=world.coordinator, rows=rows[:1])
    outcome = services.outcome_of(theirs, world.coordinator)
    assert outcome.lines[0].kind == "unchanged"
    Engagement.objects.filter(pk=key).update(what_was_done="else")
    outcome = services.outcome_of(theirs, world.coordinator)
    services.confirm_import(by=world.coordinator, batch=theirs, seen=outcome.fingerprint)
    assert seen() == without


@pytest.mark.parametrize("sent", [{}, {"sent_on": date(2026, 5, 19), "publication": "named"}], ids=["begun", "sent"])
@pytest.mark.slow
def test_a_member_is_not_told_that_a_contribution_is_begun(sent, world, client_of):
    """Nor that it is sent: with an offer of her own that waits, all she sees of the call is the same."""
    pages = ["/", "/engagement/", "/clusters/", "/clusters/south-sudan/", "/calls/", world.call.get_absolute_url()]
    pages += [
        reverse("engagement:call-answer", args=["south-sudan", world.call.pk]),
        reverse("engagement:call-offer", args=[world.call.pk]),
    ]
    client = client_of(world.member)
    assert different(world, client, lambda world: begin(world, **sent), pages) == []
    begun = Contribution.objects.get(engagement__call=world.call)
    assert same(client, begun.get_absolute_url(), begun.pk) == (True, 404)
