"""Two worlds: with the *high* engagements there or not, whoever may not read them gets the same bytes everywhere."""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from engagement import audit, services
from engagement.models import AuditEvent, Contribution, Engagement, SupportRequest
from mandates.models import CountryVisit
from tests import factories
from tests.engagement.imports.files import new_row

# What differs from one request to the next by chance: CSRF tokens, the key of a new form.
RANDOM = re.compile(
    rb'(name="(?:csrfmiddlewaretoken|form_key|key)" value="|X-CSRFToken": "|X-CSRFToken&quot;: &quot;)[\w-]+'
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
QUERIES_OF_SUPPORT = ("", "?status=open", "?status=overdue", "?text=secret", "?mine=no")


ACTS = {9: factories.InformationShareFactory, 10: factories.ReferralFactory, 11: factories.InvitationFactory}
"""What these actions keep beside their line."""


def body(client, address, sent=None):
    """Status, the headers that say something, and the bytes; a workbook unpacked, chance masked."""
    response = client.get(address) if sent is None else client.post(address, sent)
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as file:
            content = b"".join(name.encode() + file.read(name) for name in sorted(file.namelist()))
    headers = {name: response[name] for name in ("Location", "Content-Type", "ETag") if response.has_header(name)}
    return response.status_code, headers, RANDOM.sub(rb"\1*", content)


def act_pages(world):
    """The pages of acts whose lines are *high*, or can be, and of the later steps of one that is not."""
    found = [
        reverse(f"engagement:{name}", args=[slug])
        for name in ("information-share", "referral-new")
        for slug in ("south-sudan", "ukraine")
    ]
    found += [reverse("engagement:event-invite", args=["south-sudan", world.event.pk])]
    found += [reverse("engagement:invitation-answer", args=[world.invitation.engagement_id])]
    return found


def addresses(world):
    """Every page and download that could show an engagement, and details of rows that are there in both worlds."""
    # Ledgers come before the exports of whoever asks: of one frozen moment, the order of her entries is chance.
    found = [reverse("engagement:cluster-access", args=[slug]) for slug in ("south-sudan", "ukraine")]
    lists = [reverse(f"engagement:{name}") for name in ("engagement-list", "export-xlsx", "export-csv")]
    found += [address + query for address in lists for query in QUERIES]
    found += [reverse("engagement:support-list") + query for query in QUERIES_OF_SUPPORT]
    found += [
        reverse("engagement:home"),
        reverse("engagement:guide"),
        reverse("engagement:cluster-list"),
        reverse("engagement:engagement-new"),
        reverse("engagement:import-template"),
    ]
    for name in ("cluster-detail", "cluster-report"):
        found += [reverse(f"engagement:{name}", args=[slug]) for slug in ("south-sudan", "ukraine")]
    found += [reverse("engagement:engagement-new") + f"?action={number}" for number in (3, 6)]
    found += [reverse(f"engagement:{name}") for name in ("suggestion-list", "visit-suggest", "call-suggest")]
    found += [reverse("engagement:engagement-new") + "?action=11"]
    found += [reverse("engagement:opening-list"), reverse("engagement:subscription-list")]
    for name in ("cluster-priorities", "cluster-events"):
        found += [reverse(f"engagement:{name}", args=[slug]) for slug in ("south-sudan", "ukraine")]
    found += [
        reverse(f"engagement:{noun}-share", args=[slug, item.pk])
        for slug in ("south-sudan", "ukraine")
        for noun, item in (("visit", world.visit), ("call", world.call), ("report", world.report))
    ]
    found += [reverse("engagement:cluster-members", args=[slug]) for slug in ("south-sudan", "ukraine")]
    found += [reverse("engagement:export-confidential") + query for query in QUERIES]
    found += [
        reverse("engagement:set-aside", args=["south-sudan"]) + f"?action={number}&item={item}"
        for number, item in ((1, "visits"), (3, f"visit:{world.visit.pk}"), (9, "mandate:sr-idps"))
    ]
    found += [
        f"/clusters/{slug}/{page}/"
        for slug in ("south-sudan", "ukraine")
        for page in (f"visits/{world.visit.pk}/briefing", "press", f"reports/{world.report.pk}/use")
    ]
    briefing = world.briefing.engagement.get_absolute_url()
    found += [briefing, *(f"{briefing}{step}/" for step in ("briefing", "held", "letter"))]
    found += act_pages(world)
    found += [row.get_absolute_url() for row in (*world.lines, world.visit, world.call, world.report)]
    found += [line.get_absolute_url() + "edit/" for line in world.lines]
    found += [row.get_absolute_url() + page for row in world.support for page in ("", "keep/")]
    found += [reverse("engagement:guidance-list") + query for query in ("", "?text=secret", "?action=3", "?action=10")]
    found += [reverse("engagement:call-offer", args=[world.call.pk])]
    found += [reverse("engagement:call-answer", args=[slug, world.call.pk]) for slug in ("south-sudan", "ukraine")]
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
    cast.report = factories.ReportFactory(
        mandates=[cast.mandate], published_on=date(2026, 4, 1), published_precision="day"
    )
    for cluster in (cast.south_sudan, cast.ukraine):
        factories.PriorityFactory(cluster=cluster, mandate=cast.mandate, started_on=date(2025, 1, 1))
        factories.ReviewFactory(cluster=cluster, reviewed_on=date(2025, 3, 1), reviewed_by=cast.coordinator)
        for number, item in ((5, f"call:{cast.call.pk}"), (9, "mandate:sr-idps")):
            factories.SetAsideFactory(cluster=cluster, number=number, item=item, set_by=cast.coordinator)
    cast.event = factories.EventFactory(cluster=cast.south_sudan, created_by=cast.coordinator)
    cast.lines = [
        factories.EngagementFactory(
            cluster=cluster, level=level, created_by=who, activity=cast.visit.pk, support_needed="A contact."
        )
        for cluster, who in ((cast.south_sudan, cast.coordinator), (cast.ukraine, cast.other))
        for level in ("low", "moderate")
    ]
    cast.briefing = factories.BriefingFactory(
        engagement__cluster=cast.ukraine, engagement__visit=cast.visit, engagement__level="low"
    )
    cast.invitation = factories.InvitationFactory(
        engagement__cluster=cast.south_sudan, engagement__event=cast.event, engagement__created_by=cast.coordinator
    )
    cast.lines.append(cast.invitation.engagement)
    cast.support = [
        factories.SupportRequestFactory(engagement=line, owner=cast.reader, answer="A contact.") for line in cast.lines
    ]
    factories.GuidanceNoteFactory(request=cast.support[0], kept_by=cast.reader)
    cast.on_record = [
        audit.record("exported", by=cast.reader, cluster=cluster.pk, page="export-csv", rows=2, levels={"low": 2})
        for cluster in (cast.south_sudan, cast.ukraine)
    ]
    return cast


def forget_reading(world):
    """Take out of the ledger what a first reading of all pages put there itself: it would be there in either world."""
    AuditEvent.objects.exclude(pk__in=[event.pk for event in world.on_record]).delete()


def add_high(world, count):
    """*High* engagements of South Sudan, by all means that could shine through: actions, items, states, texts."""
    for number in range(count):
        action = (3, 6, 9, 10, 12, 2, 5, 7, 11)[number % 9]
        extra = {
            2: {"visit": world.visit},
            3: {"visit": world.visit},
            5: {"call": world.call},
            6: {"call": world.call},
            7: {"visit": world.visit},
            11: {"event": world.event},
            12: {"report": world.report},
        }.get(action, {})
        row = factories.EngagementFactory(
            cluster=world.south_sudan,
            number=action,
            level="high",
            created_by=world.coordinator,
            what_was_done="secret",
            support_needed="secret",
            status="done" if number % 2 else "planned",
            started_on=date(2026, 3, 1) if action == 10 else date(2026, 5, 19),
            created_at=datetime(2026, 5, 19, 12, tzinfo=UTC),
            activity=world.visit.pk,
            mandates=[world.mandate],
            **extra,
        )
        due_on = date(2026, 5, 1 + number % 28)
        support = factories.SupportRequestFactory(engagement=row, owner=world.focal, due_on=due_on, answer="secret")
        factories.GuidanceNoteFactory(request=support, title="secret", kept_by=world.focal)
        if number % 3:
            SupportRequest.objects.filter(pk=support.pk).update(
                **({"status": "open", "owner": None} if number % 3 == 1 else {"status": "in_progress"})
            )
        if action == 3:
            factories.BriefingFactory(engagement=row, points="secret")
        if action in ACTS:
            ACTS[action](engagement=row)
        if action in (2, 5):
            # One that a mail server refuses, so that pages which look for stuck mails could tell of it.
            factories.ShareFactory(engagement=row, note="secret", to=[world.member], to__state="refused")
        if action == 3:
            factories.LevelLoweringFactory(engagement=row, reason="secret", asked_by=world.coordinator)
        for person in (world.focal, world.coordinator):
            audit.opened(by=person, line=row, page="engagement-detail")
        if action == 6:
            Contribution.objects.create(engagement=row, text="secret")


@pytest.mark.slow
def test_high_engagements_leave_no_trace_for_others(world, client_of):
    """Each person who may not read them, every address, the same bytes in both worlds."""
    clients = {person: client_of(getattr(world, person)) for person in CANNOT_READ_HIGH}
    asked = addresses(world)
    without = {(person, address): body(client, address) for person, client in clients.items() for address in asked}
    forget_reading(world)
    add_high(world, 60)  # more than a page of any list
    differing = [
        (person, address) for (person, address), before in without.items() if body(clients[person], address) != before
    ]
    assert differing == []


def test_the_comparison_can_fail(world, client_of):
    """Whoever may read them does see a difference: the oracle is not blind."""
    client = client_of(world.coordinator)
    cluster = "/clusters/south-sudan/"
    asked = ("/engagement/", "/", "/openings/", cluster, f"{cluster}priorities/", f"{cluster}events/")
    asked += (f"{cluster}access/", "/export/confidential/")
    asked += ("/support/", "/support/?status=overdue", "/guidance/", "/engagement/new/?action=3")
    before = {address: body(client, address) for address in asked}
    readable = Engagement.objects.visible_to(world.reader).count()
    add_high(world, 9)
    assert [address for address in asked if body(client, address) == before[address]] == []
    assert Engagement.objects.visible_to(world.reader).count() == readable


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


def test_a_later_step_of_a_high_act_and_of_none_are_the_same_404(world, client_of):
    """Nobody learns by the page of its reply that a case was referred, or by that of its answer who was invited."""
    add_high(world, 9)
    pages = {
        "referral-reply": Engagement.objects.get(referral__isnull=False),
        "invitation-answer": Engagement.objects.get(invitation__isnull=False, level="high"),
    }
    for name, line in pages.items():
        missing = str(line.pk).replace(str(line.pk)[:8], "00000000")
        for person in CANNOT_READ_HIGH:
            client = client_of(getattr(world, person))
            for sent in (None, {"seen": "none", "reply": "sent", "answer": "accepted"}):
                there = body(client, reverse(f"engagement:{name}", args=[line.pk]), sent)
                not_there = body(client, reverse(f"engagement:{name}", args=[missing]), sent)
                assert there[0] == not_there[0] == 404
                assert there[2].replace(str(line.pk).encode(), b"") == not_there[2].replace(missing.encode(), b"")


def test_what_is_posted_to_a_page_of_acts_tells_nothing(world, client_of):
    """A twin that she may not read is no answer to whoever may not act: the same refusal in both worlds."""
    sent = {
        "mandates": ["sr-idps"], "mandate": "sr-idps", "kind": "update", "channel": "encrypted", "precision": "day",
        "shared_on": "2026-05-19", "month": "2026-03-01", "consent": "yes", "publication": "no", "reprisals": "low",
        "is_sent": "on", "level": "high", "seen": "none", "answer": "accepted", "answered_on": "2026-05-19",
    }  # fmt: skip
    asked = [address for address in act_pages(world) if "ukraine" not in address]
    clients = {person: client_of(getattr(world, person)) for person in (*CANNOT_READ_HIGH, "focal")}

    def seen():
        return {(person, page): body(client, page, sent) for person, client in clients.items() for page in asked}

    without = seen()
    add_high(world, 9)
    assert seen() == without
    assert {answer[0] for answer in without.values()} == {403, 404}


# -- Suggestions of another cluster ---------------------------------------------------------------------

DO_NOT_KNOW = ("other", "elsewhere", "administrator")
OF_DOSSIERS = (
    "",
    "?text=secret",
    "?country=SSD",
    "?country=UKR",
    "?mandate=sr-idps",
    "?status=ahead",
    "?status=open",
    "?page=2",
)


def add_suggestions(world, count):
    """Suggestions of South Sudan about Ukraine too, in every state, pointing to entries of all and the other way."""
    places = {"countries": ["SSD", "UKR"], "mandates": [world.mandate], "suggested": world.south_sudan}
    for number in range(count):
        done = [
            {},
            {"withdrawn_on": date(2026, 5, 19), "withdrawn_reason": "secret"},
            {"withdrawn_on": date(2026, 5, 19), "merged_into": world.visit},
        ][number % 3]
        visit = factories.VisitFactory(places="secret", **places, **done)
        done.pop("merged_into", None)
        factories.CallFactory(title="Call for input: secret", visit=visit, **places, **done)
        factories.EngagementFactory(cluster=world.south_sudan, visit=visit, created_by=world.coordinator)
    factories.CallFactory(visit=world.visit, report=world.report, **places)
    for dossier in (world.report, world.call):
        dossier.visit = CountryVisit.objects.filter(suggested_in=world.south_sudan.pk).first()
        dossier.save()


def test_suggestions_leave_no_trace_for_those_who_do_not_know_them(world, client_of):
    """The coordinator of another cluster, a member there, the administrator: the same bytes in both worlds."""
    world.elsewhere = factories.UserFactory(email="elsewhere@example.org", member_of=world.ukraine)
    clients = {person: client_of(getattr(world, person)) for person in DO_NOT_KNOW}
    asked = [address for address in addresses(world) if "?" not in address or "/new/" in address]
    asked += [reverse(f"mandates:{noun}-list") + query for noun in ("visit", "call", "report") for query in OF_DOSSIERS]
    typed = {
        "cluster": "ukraine",
        "countries": ["UKR"],
        "mandates": [world.mandate.slug],
        "title": "Call for input: secret",
        "starts": "1999",  # a fault, so that nothing is saved in either world
        "deadline_kind": "ongoing",
        "deadline_on": "2026-06-30",
        "source": "test",
    }
    sent = [(reverse(f"engagement:{noun}-suggest"), typed) for noun in ("visit", "call")]

    def seen():
        found = {(person, address): body(client, address) for person, client in clients.items() for address in asked}
        return found | {
            (person, address, "sent"): body(client, address, data)
            for person, client in clients.items()
            for address, data in sent
        }

    without = seen()
    forget_reading(world)
    add_suggestions(world, 4)
    assert [key for key, now in seen().items() if now != without[key]] == []


def test_a_suggestion_shows_where_it_may(world, client_of):
    """Its own people do see a difference on these pages: the oracle is not blind."""
    clients = [client_of(person) for person in (world.member, world.reader)]
    pages = ("/visits/?text=secret", "/calls/", "/suggestions/", world.report.get_absolute_url())
    before = [body(client, page) for client in clients for page in pages]
    add_suggestions(world, 1)
    assert not [
        key for key, now in enumerate(body(client, page) for client in clients for page in pages) if now == before[key]
    ]


def test_an_unknown_suggestion_and_one_that_is_not_there_are_the_same_404(world, client_of):
    """Guessing an address tells nothing, neither on its page nor on the desk."""
    add_suggestions(world, 1)
    visit = CountryVisit.objects.get(suggested_in=world.south_sudan.pk)
    missing = str(visit.pk).replace(str(visit.pk)[:8], "00000000")
    client = client_of(world.other)
    for address in (visit.get_absolute_url(), f"/suggestions/{visit.pk}/"):
        there, not_there = body(client, address), body(client, address.replace(str(visit.pk), missing))
        assert there[0] == not_there[0] == 404
        assert there[2].replace(str(visit.pk).encode(), b"") == not_there[2].replace(missing.encode(), b"")


# -- Imports -------------------------------------------------------------------------------------------


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
        confirmed = client.post(f"{address}confirm/", {"confirm": "1", "seen": "stale"}, follow=True)
        return [body(client, page) for page in pages] + [RANDOM.sub(b"", confirmed.content)]

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


# -- Contributions and offers ---------------------------------------------------------------------------


def of_calls(world):
    """The pages on which a person of a cluster meets a call, and what she offered for it."""
    found = [reverse(f"engagement:{name}") for name in ("home", "engagement-list", "cluster-list")]
    found += [reverse("engagement:cluster-detail", args=["south-sudan"]), reverse("mandates:call-list")]
    found += [reverse("engagement:call-answer", args=["south-sudan", world.call.pk])]
    return [*found, world.call.get_absolute_url(), reverse("engagement:call-offer", args=[world.call.pk])]


@pytest.mark.parametrize("sent", [{}, {"sent_on": date(2026, 5, 19), "publication": "named"}], ids=["begun", "sent"])
def test_a_member_is_not_told_that_a_contribution_is_begun(sent, world, client_of):
    """Nor that it is sent: with an offer of her own that waits, all she sees of the call is the same."""
    factories.OfferFactory(cluster=world.south_sudan, call=world.call, offered_by=world.member)
    client, asked = client_of(world.member), of_calls(world)
    before = {address: body(client, address) for address in asked}
    begun = factories.ContributionFactory(cluster=world.south_sudan, call=world.call, text="secret", **sent)
    assert [address for address in asked if body(client, address) != before[address]] == []
    missing = begun.get_absolute_url().replace(str(begun.pk)[:8], "00000000")
    assert body(client, begun.get_absolute_url())[0] == body(client, missing)[0] == 404
    typed = {"text": "A paragraph.", "source": "Own", "consent": "nobody"}
    assert client.post(reverse("engagement:call-offer", args=[world.call.pk]), typed).status_code == 302


def test_offers_leave_no_trace_for_others(world, client_of):
    """Other members, other clusters, the task team, the administrator: the same bytes with offers and without."""
    world.colleague = factories.UserFactory(email="colleague@example.org", member_of=world.south_sudan)
    factories.ContributionFactory(cluster=world.south_sudan, call=world.call)
    people = ("colleague", "other", "reader", "focal", "administrator")
    clients = {person: client_of(getattr(world, person)) for person in people}
    pages = ("/", "/calls/", "/engagement/", "/openings/", "/support/", "/guide/", "/clusters/south-sudan/")
    asked = [*pages, *(address for address in addresses(world) if str(world.call.pk) in address)]
    asked += [Contribution.objects.get().get_absolute_url()]

    def seen():
        return {(person, address): body(client, address) for person, client in clients.items() for address in asked}

    without = seen()
    for state in ("offered", "withdrawn"):
        factories.OfferFactory(
            cluster=world.south_sudan, call=world.call, offered_by=world.member, text="secret", state=state
        )
    assert [key for key, now in seen().items() if now != without[key]] == []


def test_offers_and_contributions_show_where_they_may(world, client_of):
    """The coordinator sees a difference on these pages: the oracle is not blind."""
    client = client_of(world.coordinator)
    answer = reverse("engagement:call-answer", args=["south-sudan", world.call.pk])
    before = {address: body(client, address) for address in ("/", answer)}
    factories.OfferFactory(cluster=world.south_sudan, call=world.call)
    with_offer = {address: body(client, address) for address in before}
    assert [address for address in before if before[address] == with_offer[address]] == []
    factories.ContributionFactory(cluster=world.south_sudan, call=world.call)
    assert [address for address in before if body(client, address) == with_offer[address]] == []
