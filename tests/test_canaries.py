"""Canaries: each text of three clusters carries a marker, and nine people look for all of them at every address.

What a person sees must stand in the table of `tests/surface/policy.py`; and what stands there for her, she sees. The
suite asks a sample, always the same one; `make soak` asks every address with every row, parameter and method.
"""

import random
from collections import Counter
from copy import deepcopy

import pytest
from django.apps import apps
from django.core import mail as outbox
from django.db import models

from engagement.mail import deliver
from engagement.models import OutgoingMail
from tests.conftest import kept_for_a_file, make_cast
from tests.surface.addresses import Address, every_address, paths_of, values_of, watched_parameters
from tests.surface.answers import words_of
from tests.surface.policy import MAIL, PEOPLE, RULES, may_read
from tests.surface.walk import METHODS, asked, queries_of
from tests.surface.world import MARKED, World

pytestmark = pytest.mark.django_db

NOT_ASKED = {
    "account_logout": "ends the session; test_access.py asks it",
    "admin:view_on_site": "cut off by `admin/r/<path:rest>`, which stands before it",
}
"""Addresses that nobody asks here, with the reason."""

SHOWN_TO_FEW = {
    "offer.source": "for the coordinators who decide on an offer; its maker is shown the beginning of her text",
    "priority.reason, ended": "why a mandate was on the list is not told once it is off; why it left is",
    "event.source": "of an event of a visit the task team alone sees the source, in the administration",
    "call.issued_by": "shown where the issuer is none of the Special Procedures, and in the form that changes it",
}
"""Fields that somebody may read and is not shown."""

WIDE = (
    "home", "engagement-list", "export-xlsx", "overview-xlsx", "support-list", "guidance-list", "suggestion-list",
    "cluster-detail", "cluster-priorities", "cluster-events", "cluster-members", "cluster-access", "account-changes",
    "import-list", "freshness-list", "feed-key-list",
)  # fmt: skip
"""Pages with much on them, which the sample always asks."""


class Looking:
    """One person looks: the markers that she saw, those that she must not see, and how many cells she asked."""

    def __init__(self, world, person, client):
        self.world, self.person, self.client = world, person, client
        self.seen, self.leaks, self.failures, self.cells = set(), Counter(), [], 0

    def at(self, path, method="GET", sent=None):
        """Ask a page and look for markers in all that it says."""
        response = asked(self.client, path, method, sent)
        self.cells += 1
        if response.status_code >= 500:
            self.failures.append((method, path, response.status_code))
        for word in set(MARKED.findall(words_of(response, self.client))):
            marker = self.world.markers[word.lower()]
            self.seen.add(word.lower())
            if not may_read(self.person, marker):
                self.leaks[method, path.partition("?")[0], marker] += 1
        return response

    def everywhere(self, monkeypatch):
        """Every address with every row and every method, and with every parameter of its first row."""
        chance = random.Random(self.person)  # noqa: S311
        hidden = [word for word, marker in self.world.markers.items() if not may_read(self.person, marker)]
        # Searched for is the beginning of a marker: the page repeats what was typed, and that is no leak.
        words = ["cnry", *(word[:-1] for word in chance.sample(hidden, 2))]
        for address in asked_addresses():
            for number, path in enumerate(paths_of(address, self.world.rows)):
                is_shown = self.at(path).status_code == 200
                for method in METHODS[1:]:
                    if is_shown or method == "POST":
                        self.at(path, method)
                if is_shown and number == 0:
                    for query in queries_of(path, self.world.rows, words, self.at, monkeypatch):
                        self.at(query)

    def away(self):
        """Take away by password and reason whatever she can; how many files that were."""
        sent, files = {"reason": "To see what is in it", "password": "demo"}, 0
        for path in paths_of(named("engagement:contribution-confidential"), self.world.rows):
            files += "Content-Disposition" in self.at(path, "POST", sent)
        for ending in ("xlsx", "csv"):
            files += "Content-Disposition" in self.at("/export/confidential/", "POST", sent | {"format": ending})
        files += "Content-Disposition" in self.at("/export/overview/confidential/", "POST", sent)
        for path in paths_of(named("engagement:engagement-report-confidential"), self.world.rows):
            for ending in ("docx", "xlsx"):
                files += "Content-Disposition" in self.at(path, "POST", sent | {"format": ending})
        return files


def asked_addresses() -> list[Address]:
    return [address for address in every_address() if address.name not in NOT_ASKED]


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    with kept_for_a_file(django_db_blocker):
        yield World(make_cast())


@pytest.fixture
def world(filled, db, clock):
    return deepcopy(filled)


@pytest.fixture
def looking(world, client_of):
    """Everybody, signed in before two of them lost their rights a second ago."""
    people = {person: Looking(world, person, client_of(user)) for person, user in world.people.items()}
    world.change_roles()
    return people


@pytest.mark.soak
@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_sees_more_than_the_policy_allows(person, world, looking, monkeypatch, request, figures):
    """Markers seen are a subset of the markers allowed, at every address; and what is allowed is seen somewhere."""
    one, soaks = looking[person], request.config.getoption("--soak")
    if soaks:
        one.everywhere(monkeypatch)
    else:
        for path in wide(world, person):
            one.at(path)
        ask_a_sample(one, monkeypatch)
    figures(canary_cells=one.cells)
    assert one.leaks == Counter()
    assert one.failures == []
    assert unseen_by(one, kinds_only=not soaks) == []


@pytest.mark.parametrize("person", PEOPLE)
def test_what_leaves_by_a_password_holds_no_more_than_the_policy_allows(person, looking, figures):
    """The logs and contributions of level high: those who may take some, and nobody else."""
    one = looking[person]
    assert bool(one.away()) == (person in ("coordinator", "other", "focal", "moved"))
    figures(canary_cells=one.cells)
    assert one.leaks == Counter()
    assert one.failures == []


def wide(world, person):
    """Pages on which this person is shown something of every kind that she may read."""
    own = {"other": world.cast.ukraine, "moved": world.cast.hub}.get(person, world.cast.south_sudan)
    rows = {**world.rows, "clusters": [own]}
    paths = [path for name in WIDE for path in paths_of(named(f"engagement:{name}"), rows)]
    lines = [line for line in world.rows["engagement"] if line.cluster == own]
    paths += [f"{line.get_absolute_url()}history/" for line in lines if line.version == 2]
    paths += [line.get_absolute_url() for line in lines if line.lowerings.exists()]
    paths += [support.get_absolute_url() for support in world.rows["support"] if support.engagement in lines][:4]
    mine = [row for row in world.rows["kept"] if row.typed_by == world.people[person]]
    mine += [row for row in world.rows["import"] if row.by == world.people[person]]
    paths += ["/account/2fa/webauthn/", *(row.get_absolute_url() for row in mine)]
    reports = world.rows["engagement-reports"]
    paths += [report.get_absolute_url() for report in reports if report.cluster == own]
    paths += [f"{report.get_absolute_url()}report.docx" for report in reports if report.cluster == own]
    begun = world.contributions[own.slug]
    return [*paths, begun.get_absolute_url(), begun.call.get_absolute_url()]


def named(name: str) -> Address:
    return next(address for address in every_address() if address.name == name)


def ask_a_sample(one, monkeypatch):
    """Each address once, with one row, by one person, in one way; always the same ones, of which these are hers.

    Fails for an address in which nothing can stand, and for a parameter that the whole would have no values for.
    """
    chance = random.Random(5)  # noqa: S311 — the same for everybody, so that each address is asked by one of them
    with watched_parameters(monkeypatch) as names:
        for address in asked_addresses():
            paths = paths_of(address, one.world.rows)
            assert paths, f"no row of tests/surface/world.py can stand in {address.route}"
            staff = ("reader", "focal", "administrator")
            asks = chance.choice(staff if address.route.startswith("admin/") else PEOPLE)
            path, method = chance.choice(paths), chance.choice(METHODS)
            if asks == one.person:
                one.at(path, method)
    for name in names:
        values_of(name, one.world.rows, ())


def unseen_by(one, *, kinds_only):
    """What a person may read and has not seen; with `kinds_only`, kinds of text of which she has seen nothing."""
    may = {word: marker for word, marker in one.world.markers.items() if may_read(one.person, marker)}
    if kinds_only:
        seen = {one.world.markers[word][:2] for word in one.seen}
        return sorted({marker[:2] for marker in may.values()} - seen)
    return sorted(marker for word, marker in may.items() if word not in one.seen and marker.field not in SHOWN_TO_FEW)


def test_mails_hold_no_text_but_what_a_coordinator_writes_to_those_she_mails(world, mailoutbox):
    """Mails of every kind are sent; each is read whole, with its headers."""
    deliver(OutgoingMail.objects.all())
    assert set(OutgoingMail.objects.filter(state="sent").values_list("kind", flat=True)) == set(OutgoingMail.Kind)
    told = Counter()
    known = {"coordinator@example.org": {"south-sudan", "south-sudan-hub"}, "other@example.org": {"ukraine"}}
    for mail in outbox.outbox:
        whole = mail.message()
        said = "\n".join([*map(str, whole.values()), *(str(part.get_payload(decode=True)) for part in whole.walk())])
        words = {word.lower() for word in MARKED.findall(said)}
        if "List-Unsubscribe" in whole:  # of what she follows: suggestions that she knows, and nothing else
            found = {(world.markers[word].text, world.markers[word].cluster) for word in words}
            assert found
            assert found <= {("suggestion", slug) for slug in known.get(mail.to[0], {"south-sudan-hub"})}
        else:
            told.update(world.markers[word].field for word in words)
    # The address of a contact stands on what is sent to her, and the old one of an account.
    assert told.keys() - {"contact.email", "contact.name", "mail.address"} == MAIL


UNMARKED = {
    "engagement.Cluster": "slug name source",  # public
    "engagement.User": "password email name time_zone",
    "engagement.AuditEvent": "actor",
    "engagement.SavedView": "page",  # of the tool
    "engagement.FeedKey": "digest",  # of a key
    "engagement.OutgoingMail": "error",  # a code
    "engagement.DigestItem": "subject_type subject_id",  # keys
    "engagement.ImportedRow": "digest",  # a keyed hash
    "engagement.SetAside": "item state",  # keys
    "engagement.HistoricalEngagement": "history_change_reason",
    "engagement.HistoricalSupportRequest": "history_change_reason",
}
"""Columns of text that hold nothing confidential, or nothing that people type."""


def test_every_text_that_people_type_is_marked(world):
    """A field that is added without a marker fails here; so does a kind of text that the policy does not know."""
    unmarked = []
    for model in apps.get_app_config("engagement").get_models():
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if is_text and field.name not in UNMARKED.get(model._meta.label, "").split():
                values = model._default_manager.values_list(field.name, flat=True)
                if not any(MARKED.search(value or "") for value in values):
                    unmarked.append(f"{model._meta.label}.{field.name}")
    assert unmarked == []
    assert {(marker.text, marker.level) for marker in world.markers.values()} == {key[:2] for key in RULES}


def test_what_is_not_asked_is_an_address_still():
    """A reason that outlives its address would hide the next one of that name."""
    assert NOT_ASKED.keys() <= {address.name for address in every_address()}
