"""Every form of the URLconf, sent with what no browser would send: an answer that says so, and nothing half written.

A form is taken from its page, filled in so that it is accepted, and changed: the suite does that a few times, always
the same, `make soak` over ten thousand times.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import resolve, reverse
from django.utils import timezone
from hypothesis import given, note
from hypothesis import strategies as st

from engagement.models import AuditEvent, ContributionOffer, Engagement, SupportMessage, SupportRequest
from mandates.models import Mandate, Report
from tests import factories
from tests.conftest import kept_for_a_file, make_cast, signed_in
from tests.surface.answers import content_of
from tests.surface.forms import forms_of
from tests.surface.walk import undone
from tests.test_access import ADMIN_OF, OF_THE_LIST, PEOPLE, one_of_everything, pages_of, policy
from tests.test_any_input import values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ASKED_FIRST = ("coordinator", "focal", "reader", "administrator", "member", "anonymous")
"""Of those to whom a page opens, whose form is taken."""

TYPED = {
    "mandates": "sr-torture", "what_was_done": "Proposed three points.", "day": "2026-06-19", "starts_on": "2026-06-08",
    "ends_on": "2026-06-19", "precision": "day", "consent": "yes", "publication": "no", "reprisals": "low",
    "is_sent": "on", "slug": "a-test", "iso3": "MLI", "iso2": "ML", "login": "member@example.org", "password": "demo",
    "oldpassword": "demo", "old_password": "demo", "password1": "a long pass phrase", "password2": "a long pass phrase",
    "new_password1": "a long pass phrase", "new_password2": "a long pass phrase", "checked_on": "2026-05-19",
    "established_on": "2020-01-01", "started_on": "2026-05-19", "deadline_on": "2026-06-30",
    "expected_on": "2026-09-01", "expected_precision": "month", "country_places-0-country": "SSD",
    "events-0-kind": "announced", "events-0-known_by": "2026-05-19", "starts": "2026-06",
    "published_on": "2026-03-02", "published_precision": "day",
}  # fmt: skip
"""What is typed into an empty field of this name."""

NEVER_ACCEPTED = {
    "changelist": "a list of the administration does nothing without a row that is ticked",
    "_import": "a file is previewed, and shown",
    "_uhri": "takes a file, and a form here holds none; tests/mandates/uhri/test_desk.py",
    ":import-list": "takes a file, and a form here holds none; tests/engagement/imports/test_import_pages.py",
    ":session-left": "says how many seconds are left",
    "referencechange_change": "nobody changes what is recorded of a change",
}
"""Forms whose answer is never a redirect or a file, by the end of their name, with the reason."""

NO_FORM = {
    "account_logout": "ends the session; test_access.py asks it",
    "admin:logout": "the same",
    "admin:login": "leads to the one sign-in",
    "admin:index": "the administration takes a POST everywhere and shows the page",
    "admin:app_list": "the same",
    "admin:password_change_done": "the same",
    "admin:autocomplete": "the same",
    "admin:jsi18n": "the same",
    "account_signup": "closed",
    "account_set_password": "for accounts without a password; leads away",
    "account_inactive": "shows its page",
    "account_reset_password_done": "the same",
    "account_reset_password_from_key": "needs a key from a mail; tests/engagement/test_accounts.py",
    "account_reset_password_from_key_done": "shows its page",
    "engagement:kept-draft": "the script of a form sends it while somebody types; tests/engagement/test_drafts.py",
    "mfa_": "needs a second factor that is begun; tests/engagement/test_accounts.py",
}
"""Addresses that take a POST and show no form here, by the beginning of their name, with the reason."""


class Target(NamedTuple):
    """A form as `person` sends it to `path`: names to lists of values."""

    person: str
    path: str
    sent: dict[str, list[Any]]

    @property
    def name(self) -> str:
        return resolve(self.path.partition("?")[0]).view_name


class Forms:
    """Every form of every page, once for each of its buttons, and the addresses that take what no page here offers.

    `clients` are signed in as the people of the table. `stands` is a digest of the database as it is, `keys` are those
    of rows of all kinds, of the other cluster too.
    """

    def __init__(self, world) -> None:
        self.world = world
        self.clients = {person: signed_in(getattr(world, person, None)) for person in PEOPLE}
        other = prepare(world)
        own = {"user": world.member.pk, "people": world.member.pk, "cluster": world.ukraine.pk, "mandate": other.pk}
        typed = TYPED | {name: str(key) for name, key in own.items()} | {"mandate_places-0-mandate": str(other.pk)}
        found = {}
        for person, path in pages(world):
            response = self.clients[person].get(path)
            if response.status_code == 200 and "html" in response["Content-Type"]:
                for form in forms_of(response, path):
                    for button in (None, *form.buttons):
                        sent = form.filled(typed) | ({button[0]: [button[1]]} if button else {})
                        if path.endswith("/edit/") and path.startswith("/suggestions/"):
                            sent["despite"] = ["yes"]  # entries are numbered, and some numbers look alike
                        found.setdefault((form.action, button), Target(person, form.action, sent))
            else:
                content_of(response)
        found |= {("by hand", path): Target(person, path, sent) for person, path, sent in by_hand(world)}
        self.targets = [target for target in found.values() if "logout" not in target.path]
        rows = [*Engagement.objects.all(), world.ukraine, world.other, *Mandate.objects.all(), *Report.objects.all()]
        self.keys = [*sorted({str(row.pk) for row in rows}), "ukraine", "south-sudan"]
        self.stands = fingerprint()


@pytest.fixture(scope="module")
def forms(django_db_setup, django_db_blocker) -> Iterator[Forms]:
    with kept_for_a_file(django_db_blocker):
        yield Forms(one_of_everything(make_cast()))


def prepare(world):
    """Bring what `world` holds into states in which its forms are accepted; a mandate that nothing names yet."""
    report = Report.objects.get()
    report.published_on, report.published_precision = date(2026, 4, 1), "day"
    report.save()
    answered = SupportRequest.objects.get(engagement=world.engagements["moderate"])
    SupportMessage.objects.create(request=answered, written_by=world.reader, text="Write.", is_answer=True)
    SupportRequest.objects.filter(pk=answered.pk).update(status="answered", answered_at=timezone.now())
    ContributionOffer.objects.update(offered_by=world.member)
    lowered = {"engagement__cluster": world.south_sudan, "asked_by": world.coordinator}
    world.lowering = factories.LevelLoweringFactory(**lowered)
    written = {"content": {}, "state": "confirmed", "decided_at": timezone.now()}
    world.written = factories.ImportBatchFactory(by=world.coordinator, **written)
    return factories.MandateFactory(slug="sr-torture")


def pages(world):
    """(person, path) of each page of the table of `test_access.py`, by one to whom it opens."""
    opens: dict[tuple[str, str], set[str]] = {}
    for name, level, person, expected in policy():
        if expected == "200":
            opens.setdefault((name, level), set()).add(person)
    found = [
        (next(person for person in ASKED_FIRST if person in people), world.address(name, level))
        for (name, level), people in opens.items()
        if people & set(ASKED_FIRST)
    ]
    for label in ADMIN_OF:
        row = next(model for model in admin.site._registry if model._meta.label_lower == label)._default_manager.first()
        for page in pages_of(label):
            args = [] if page in OF_THE_LIST else [row.pk if row else "0"]
            person = "reader" if label.startswith("mandates") else "administrator"
            found.append((person, reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)))
    found += [("coordinator", f"/engagement/new/?action={number}") for number in (3, 6, 10)]
    # On the visit of the table a briefing is planned already.
    visit = factories.VisitFactory(countries=["SSD"], mandates=[Mandate.objects.get(slug="sr-idps")])
    found.append(("coordinator", reverse("engagement:briefing-propose", args=["south-sudan", visit.pk])))
    found += [("reader", world.address(f"mandates:{noun}-detail")) for noun in ("mandate", "report", "recommendation")]
    found += [("member", "/account/feeds/"), ("member", "/engagement/?action=3")]
    return [*found, ("other", "/account/subscriptions/"), ("reader", "/guidance/"), ("focal", "/account/2fa/")]


def by_hand(world):
    """(person, path, fields) of what stands on pages in another state than theirs here."""
    text = {"title": ["What to do"], "text": ["Write."]}
    steps = {
        "take": {},
        "close": {},
        "hand-over": {"seen": [""], "to": [str(world.focal.pk)]},
        "due": {"due_on": ["2026-06-19"]},
    }
    found = [("reader", world.address(f"engagement:support-{step}", "low"), sent) for step, sent in steps.items()]
    found.append(("reader", world.address("engagement:support-keep", "moderate"), text))
    found.append(("member", world.address("engagement:offer-take-back"), {}))
    line = world.lowering.engagement
    decided = {"outcome": ["lowered"], "version": [str(line.version)]}
    found.append(("focal", reverse("engagement:level-decide", args=[line.pk]), decided))
    found.append(("coordinator", reverse("engagement:level-take-back", args=[line.pk]), {}))
    row = world.engagements["moderate"]
    ticked = {"row": [f"{row.pk}:{row.version}"], "change": ["level:high"], "reason": ["Told."], "confirm": ["yes"]}
    found.append(("coordinator", reverse("engagement:engagement-bulk"), ticked))
    asked = world.engagements["low"]
    ticked = {"row": [f"{asked.pk}:{asked.version}"], "reason": ["Told."], "confirm": ["yes"]}
    found.append(("reader", reverse("engagement:support-bulk"), ticked))
    found.append(("coordinator", reverse("engagement:import-undo", args=[world.written.pk]), {}))
    for name in ("set-aside-end", "priority-up", "subscription-back"):
        found.append(("coordinator", world.address(f"engagement:{name}"), {}))
    return found


def fingerprint() -> str:
    """All that the database holds as a digest, but for sessions, and who opened what: a page that is shown notes it."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table != "django_session":
                but = " WHERE kind <> 'opened'" if table == AuditEvent._meta.db_table else ""
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}{but}")  # noqa: S608
                # PostgreSQL's driver gives bytes as views of memory, which are named by their address.
                rows = [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
                digest.update(f"{table}: {sorted(map(repr, rows))}".encode())
    return digest.hexdigest()


class Writes:
    """Notes whether anything but a session was written, so that the whole database need not be read each time."""

    def __init__(self) -> None:
        self.any = False

    def __call__(self, execute, sql, params, many, context):
        self.any |= sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql
        return execute(sql, params, many, context)


def is_done(response) -> bool:
    """Whether what was asked for may have been written: it leads on, shows what was made, or is a file to take away."""
    return response.status_code in (201, 302) or response.has_header("Content-Disposition")


@pytest.mark.slow
def test_every_form_is_sent_and_is_accepted_as_it_stands(forms):
    """A form that is added is found on its page, filled in and accepted, or fails here until somebody says why not.

    What is mutated below is valid before: a form that is always refused would test nothing.
    """
    accepted, asked = set(), set()
    for target in forms.targets:
        with undone(forms.clients[target.person]) as client:
            asked.add(target.name)
            response = client.post(target.path, target.sent)
            if is_done(response):
                accepted.add(target.name)
            content_of(response)
    assert {name for name in asked - accepted if not name.endswith(tuple(NEVER_ACCEPTED))} == set()
    missing = set()
    for name, level, person, expected in policy():
        is_known = name in asked or name.startswith(tuple(NO_FORM))
        if person in ("coordinator", "reader") and expected != "in" and not is_known:
            with undone(forms.clients[person]) as client:
                if client.post(forms.world.address(name, level)).status_code != 405:
                    missing.add(name)
    assert missing == set()


# -- What no browser would send -------------------------------------------------------------------------

KEYS = [f"key {number}" for number in range(12)]
"""Stand for keys of rows, which differ from one run to the next."""

LONG = "a long text"
"""Stands for one of 70,000 letters, which a report of a failure had better not hold."""

numbers = st.integers(0, 9_999)
texts = values | st.sampled_from([LONG, "sr-idps", "on", "-0", "1" * 30, "2026-05-19T10:00", *KEYS])
changes = st.lists(st.tuples(numbers, st.integers(0, 6), texts), min_size=1, max_size=4)


def mutated(sent, changes, keys):
    """`sent` with each change done: a field changed, given twice, left out, added, or a file put in its place."""
    sent = {name: list(found) for name, found in sent.items()}
    for number, change, text in changes:
        names = [*sorted(sent), "level", "cluster", "next", "version"]
        name = names[number % len(names)]
        value = keys[number % len(keys)] if text in KEYS else "a" * 70_000 if text == LONG else text
        if change <= 3:
            sent[name] = [value]
        elif change == 4:
            sent[name] = [*sent.get(name, []), value]
        elif change == 5:
            sent.pop(name, None)
        else:
            sent[name] = [SimpleUploadedFile(f"a.{('csv', 'xlsx')[number % 2]}", (value or "x").encode())]
    return sent


@pytest.mark.soak(times=4)
@given(which=numbers, who=numbers, changes=changes)
@pytest.mark.slow
def test_what_is_sent_is_answered_and_what_is_refused_writes_nothing(which, who, changes, forms, figures):
    """No server error; a page that comes back, or a refusal, has left the database as it was; Ukraine stays empty."""
    target = forms.targets[which % len(forms.targets)]
    people = [target.person] * len(PEOPLE) + list(PEOPLE)
    person = people[who % len(people)]
    sent, writes = mutated(target.sent, changes, forms.keys), Writes()
    note(f"{person} sends to {target.path}")
    with undone(forms.clients[person]) as client, connection.execute_wrapper(writes):
        response = client.post(target.path, sent)
        assert response.status_code < 500
        content_of(response)
        if writes.any and not is_done(response):
            assert fingerprint() == forms.stands, f"written behind the answer {response.status_code}"
        if writes.any and person in ("coordinator", "member"):
            assert Engagement.objects.filter(cluster=forms.world.ukraine).count() == 0
            for row in Engagement.objects.all():
                row.full_clean(validate_unique=False)
    figures(mutated_posts=1)
