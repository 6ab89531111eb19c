"""What is there in two worlds (`fill`), and what in one of them and not in the other (all other functions)."""

from datetime import UTC, date, datetime

from django.utils import timezone

from engagement import audit
from engagement.models import AdvocacyUse, Contribution, SupportRequest
from mandates.models import CountryVisit
from tests import factories

ACTS = {9: factories.InformationShareFactory, 10: factories.ReferralFactory, 11: factories.InvitationFactory}
"""What these actions keep beside their line."""


def fill(cast):
    """The cast, one item of each kind, and lines of level low and moderate in two clusters."""
    cast.colleague = factories.UserFactory(email="colleague@example.org", member_of=cast.south_sudan)
    cast.elsewhere = factories.UserFactory(email="elsewhere@example.org", member_of=cast.ukraine)
    cast.mandate = factories.MandateFactory(slug="sr-idps")
    cast.visit = factories.VisitFactory(countries=["SSD"], mandates=[cast.mandate])
    cast.call = factories.CallFactory(mandates=[cast.mandate])
    cast.report = factories.ReportFactory(
        mandates=[cast.mandate], published_on=date(2026, 4, 1), published_precision="day"
    )
    cast.recommendation = factories.RecommendationFactory(mandates=[cast.mandate], report=cast.report, themes=["Land"])
    for cluster in (cast.south_sudan, cast.ukraine):
        factories.PriorityFactory(cluster=cluster, mandate=cast.mandate, started_on=date(2025, 1, 1))
        factories.ReviewFactory(cluster=cluster, reviewed_on=date(2025, 3, 1), reviewed_by=cast.coordinator)
        for number, item in ((5, f"call:{cast.call.pk}"), (9, "mandate:sr-idps")):
            factories.SetAsideFactory(cluster=cluster, number=number, item=item, set_by=cast.coordinator)
    for person in (cast.coordinator, cast.member):
        factories.SubscriptionFactory(user=person, cluster=cast.south_sudan)
        factories.FeedKeyFactory(user=person, key=f"feed-of-{'member' if person == cast.member else 'coordinator'}")
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
    cast.answered = factories.CallFactory(mandates=[cast.mandate])
    factories.ContributionFactory(cluster=cast.south_sudan, call=cast.answered, by=cast.coordinator)
    factories.OfferFactory(cluster=cast.south_sudan, call=cast.call, offered_by=cast.member)
    for highlights, columns in (
        ([], {"level": "low", "cluster": cast.south_sudan, "published": cast.focal}),
        ([], {"published": cast.reader}),
        ([(cast.lines[1], "Two points were taken up.")], {}),
    ):
        factories.EngagementReportFactory(created_by=cast.reader, highlights=highlights, **columns)
    for cluster in (cast.south_sudan, cast.ukraine):
        audit.record("exported", by=cast.reader, cluster=cluster.pk, page="export-csv", rows=2, levels={"low": 2})
    return cast


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
        if action == 12:
            AdvocacyUse.objects.create(
                engagement=row, recommendation=world.recommendation, paragraph="1", product="secret", audience="un"
            )
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
        if action in (3, 9):
            for cluster, published in ((world.south_sudan, world.focal), (world.south_sudan, None), (None, None)):
                factories.EngagementReportFactory(
                    cluster=cluster,
                    level="high",
                    title="secret",
                    summary="secret",
                    created_by=world.focal,
                    highlights=[(row, "secret")],
                    published=published,
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
    for dossier in (world.report, world.call, world.recommendation):
        dossier.visit = CountryVisit.objects.filter(suggested_in=world.south_sudan.pk).first()
        dossier.save()


def add_offers(world):
    """Offers of a member for a call that is answered, and for one that is not: waiting, and taken back."""
    for call in (world.answered, world.call):
        for state in ("offered", "withdrawn"):
            factories.OfferFactory(
                cluster=world.south_sudan, call=call, offered_by=world.member, text="secret", state=state
            )


def begin(world, **sent):
    """A contribution to the call for which the member has offered something."""
    factories.ContributionFactory(cluster=world.south_sudan, call=world.call, text="secret", **sent)


def add_own(world):
    """What the coordinator of South Sudan alone reads: a form that waits for her, her file, the ledger."""
    factories.KeptFormFactory(typed_by=world.coordinator)
    factories.FeedKeyFactory(user=world.coordinator, name="secret", key="another")
    factories.ImportBatchFactory(by=world.coordinator, file_name="secret.xlsx")
    said = {"page": "export-confidential", "rows": 2, "levels": {"high": 2}, "format": "csv", "reason": "secret"}
    audit.record("exported", by=world.focal, cluster=world.south_sudan.pk, **said)


def add_account_change(world):
    """A change that waits for a focal point, of a colleague who is there in both worlds; the administrator reads it."""
    factories.AccountChangeFactory(
        person=world.reader, asked_by=world.administrator, kind="email", email="new@example.org"
    )


def add_doubts(world):
    """What looked wrong to the coordinator: for her and the task team."""
    settled = {"outcome": "stands", "answer": "secret", "settled_by": world.focal, "settled_at": timezone.now()}
    for columns in ({}, settled):
        for about in ({"visit": world.visit}, {"call": world.call}, {"report": world.report}):
            factories.DoubtFactory(said_by=world.coordinator, text="secret", **about, **columns)
