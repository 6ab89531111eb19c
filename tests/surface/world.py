"""Three clusters with engagements of every action and level, and all that hangs on one; each text carries a marker."""

import re
from datetime import UTC, date, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from engagement.models import (
    AdvocacyUse,
    Cluster,
    Contribution,
    Engagement,
    Membership,
    OutgoingMail,
    PressIssue,
    SupportMessage,
    SupportRequest,
)
from engagement.openings import what_is_open
from engagement.openings.reader import read_situations
from mandates.models import MandateHolder, Session, VisitEvent
from tests import factories

from . import confidence
from .addresses import rows_in_database
from .policy import Marker

MARKED = re.compile(r"cnry\d{5}", re.I)
LEVELS = ("low", "moderate", "high")
CHANGES = (
    ("high", "moderate"), ("moderate", "low"), ("high", "low"), ("low", "low"), ("low", "moderate"), ("low", "high"),
)  # fmt: skip
"""(level of the first version, level of the second) of lines whose words changed, with their level or without."""


def levels_of(number: int) -> tuple[str, ...]:
    """The levels that a line of this action can have."""
    return ("high",) if number in (9, 10) else LEVELS


class World:
    """South Sudan, the hub below it, and Ukraine, as their people filled them. `rows` is what stands in addresses.

    `markers` says of each marked text what it is, by its word. `contributions` holds, by cluster, the one with offers.
    `people` are those of the policy; the last two lose their rights with `change_roles`, after they have signed in.
    """

    def __init__(self, cast: SimpleNamespace) -> None:
        self.cast, self.markers, self._numbers = cast, {}, count(1)
        self.contributions: dict[str, Contribution] = {}
        cast.hub = factories.ClusterFactory(
            slug="south-sudan-hub", parent=cast.south_sudan, country=cast.south_sudan.country, kind="hub"
        )
        cast.hub_coordinator = factories.UserFactory(email="hub@example.org", coordinates=cast.hub)
        cast.deactivated = factories.UserFactory(email="gone@example.org", coordinates=cast.south_sudan)
        cast.moved = factories.UserFactory(email="moved@example.org", coordinates=cast.south_sudan)
        cast.colleague = factories.UserFactory(email="colleague@example.org", member_of=cast.south_sudan)
        self.authors = {
            "south-sudan": [cast.coordinator, cast.moved, cast.deactivated],
            "south-sudan-hub": [cast.hub_coordinator],
            "ukraine": [cast.other],
        }
        self.clusters = [cast.south_sudan, cast.hub, cast.ukraine]
        self.mandate, self.quiet = (factories.MandateFactory(slug=slug) for slug in ("sr-idps", "sr-water"))
        day, source = date(2025, 1, 1), "test"
        MandateHolder.objects.create(mandate=self.mandate, name="A holder", started_on=day, source=source)
        Session.objects.create(body="HRC", number=60, starts_on=day, ends_on=day, source=source)
        for cluster in self.clusters:
            self._fill(cluster)
        for cluster in self.clusters:
            self._set_aside(cluster)
        for add in (confidence.add_lowerings, confidence.add_ledger, confidence.add_files, confidence.add_accounts):
            add(self)
        confidence.add_bulk_changes(self)
        confidence.add_doubts(self)
        confidence.add_reports(self)
        confidence.add_feeds(self)
        confidence.add_views(self)
        self.rows = rows_in_database()
        self._mail()

    @property
    def people(self) -> dict[str, Any]:
        """By the names of the policy; None for the anonymous one."""
        names = ("member", "coordinator", "other", "reader", "focal", "administrator", "deactivated", "moved")
        return {"anonymous": None} | {name: getattr(self.cast, name) for name in names}

    def change_roles(self) -> None:
        """Somebody is deactivated, and somebody moves from South Sudan to the hub below it."""
        today = timezone.localdate()
        self.cast.moved.memberships.update(started_on="2026-01-01", ended_on=today)
        Membership.objects.create(user=self.cast.moved, cluster=self.cast.hub, role="coordinator")
        self.cast.deactivated.is_active = False
        self.cast.deactivated.save()

    def mark(self, text: str, level: str, cluster: Cluster, field: str, by: str = "") -> str:
        """A new marked text of this kind."""
        word = f"cnry{next(self._numbers):05}"
        self.markers[word] = Marker(text, level, cluster.slug, by, field)
        return word

    # -- What is in it --------------------------------------------------------------------------------

    def _fill(self, cluster: Cluster) -> None:
        countries = [cluster.country]
        self.visit = factories.VisitFactory(countries=countries, mandates=[self.mandate])
        self.report = factories.ReportFactory(
            mandates=[self.mandate], published_on=date(2026, 4, 1), published_precision="day"
        )
        self.recommendation = factories.RecommendationFactory(
            mandates=[self.mandate], themes=["Land"], report=self.report, visit=self.visit
        )
        self._records(cluster)
        self._suggestions(cluster)
        for number in range(1, 13):
            for level in levels_of(number):
                self._act(cluster, number, level)
        for level in LEVELS:
            line = self._line(
                cluster, 12, level, status="withdrawn", withdrawn_at=timezone.now(),
                withdrawn_reason=self.mark("line", level, cluster, "withdrawn_reason"),
            )  # fmt: skip
            self._thread(line, "withdrawn_thread")
        for before, after in CHANGES:
            self._changed_line(cluster, before, after)
        self._offers(cluster)
        self._contact(cluster)
        factories.SubscriptionFactory(user=self.authors[cluster.slug][0], cluster=cluster)
        factories.SubscriptionFactory(user=None, cluster=cluster, calls=True, reports=True)
        factories.DigestMarkFactory(user=self.authors[cluster.slug][0])

    def _line(self, cluster: Cluster, number: int, level: str, text: str = "line", **columns: Any) -> Engagement:
        authors = self.authors[cluster.slug]
        return factories.EngagementFactory(
            cluster=cluster,
            number=number,
            level=level,
            created_by=authors[len(self.markers) % len(authors)],
            mandates=[self.mandate],
            **self._words(cluster, level, text),
            **columns,
        )

    def _words(self, cluster: Cluster, level: str, text: str) -> dict[str, str]:
        names = ("partner", "what_was_done", "challenges", "result", "support_needed")
        return {"mode": "indirect"} | {name: self.mark(text, level, cluster, name) for name in names}

    def _act(self, cluster: Cluster, number: int, level: str) -> None:
        """A line of this action with its own row, a thread, and for every other one an answer that was kept."""

        def say(field: str) -> str:
            return self.mark("line", level, cluster, field)

        columns: dict[str, Any] = {}
        call = factories.CallFactory(mandates=[self.mandate], countries=[cluster.country]) if number in (5, 6) else None
        if call:
            columns = {"call": call}
        elif number in (2, 3, 7):
            columns = {"visit": self.visit}
        elif number == 11:
            title = say("event.title") if level == "low" else self.mark("record", "moderate", cluster, "event.title")
            columns = {"event": self._event(cluster, title)}
        elif number == 12:
            columns = {"report": self.report}
        if number in (3, 6):
            columns |= {"status": "planned" if number == 3 else "under_way", "started_on": date(2026, 5, 19)}
        line = self._line(cluster, number, level, **columns)
        if number in (2, 5):
            note = self.mark("line", level, cluster, "share_note")
            factories.ShareFactory(engagement=line, note=note)
        elif number == 3:
            factories.BriefingFactory(engagement=line, points=say("points"), who=say("who"))
        elif number == 6:
            contribution = factories.ContributionFactory(engagement=line, text=say("contribution.text"))
            self.contributions.setdefault(cluster.slug, contribution)
        elif number == 7:
            PressIssue.objects.create(
                engagement=line, issue=say("issue"), urgency="now", product="report", product_title=say("product_title")
            )
        elif number == 8:
            day = date(2026, 3, 1 + LEVELS.index(level))
            factories.ReviewFactory(cluster=cluster, engagement=line, reviewed_on=day, reviewed_by=line.created_by)
        elif number == 9:
            factories.InformationShareFactory(engagement=line)
        elif number == 10:
            factories.ReferralFactory(engagement=line)
        elif number == 11:
            factories.InvitationFactory(engagement=line)
        elif number == 12:
            AdvocacyUse.objects.create(
                engagement=line,
                paragraph=say("paragraph"),
                product=say("product"),
                audience="donors",
                recommendation=None if level == "moderate" else self.recommendation,
            )
        self._thread(line, "thread", is_answered=number % 2 == 0)

    def _thread(self, line: Engagement, text: str, *, is_answered: bool = True) -> None:
        """A question and, on demand, its answer and the guidance note that was made of it."""
        owner = self.cast.focal if line.level == "high" else self.cast.reader
        support = SupportRequest.objects.create(engagement=line, owner=owner, status="in_progress")

        def write(person: Any, **answer: Any) -> None:
            message = self.mark(text, line.level, line.cluster, "message")
            SupportMessage.objects.create(request=support, written_by=person, text=message, **answer)

        write(line.created_by)
        if not is_answered:
            return
        write(owner, is_answer=True)
        support.status, support.answered_at = "answered", timezone.now()
        support.save()
        if text == "withdrawn_thread":
            return
        level = "high" if line.level == "high" else "moderate"
        words = {name: self.mark("guidance", level, line.cluster, f"guidance.{name}") for name in ("title", "text")}
        factories.GuidanceNoteFactory(request=support, kept_by=owner, **words)

    def _changed_line(self, cluster: Cluster, before: str, after: str) -> None:
        """A line whose words changed with its level: the first ones stand in the history alone."""
        highest = max(before, after, key=LEVELS.index)
        line = self._line(cluster, 1, before, "earlier")
        for word in (line.partner, line.what_was_done, line.challenges, line.result, line.support_needed):
            self.markers[word] = self.markers[word]._replace(level=highest)
        for name, value in self._words(cluster, after, "line").items():
            setattr(line, name, value)
        line.level, line.version = after, 2
        line.save()

    def _records(self, cluster: Cluster) -> None:
        """Priorities, one of them ended, and events: with a place and a note, and one that is called off."""

        def say(field: str) -> str:
            return self.mark("record", "moderate", cluster, field)

        for mandate in (self.mandate, self.quiet):
            columns = {"reason": say("priority.reason"), "started_on": date(2025, 1, 1)}
            factories.PriorityFactory(cluster=cluster, mandate=mandate, **columns)
        factories.PriorityFactory(
            cluster=cluster, mandate=factories.MandateFactory(), rank=3, started_on=date(2025, 3, 1),
            ended_on=date(2026, 3, 1), reason=say("priority.reason, ended"), ended_reason=say("priority.ended_reason"),
        )  # fmt: skip
        called_off = self._event(cluster, say("event.title"))
        called_off.called_off_on = date(2026, 5, 1)
        called_off.save()

    def _event(self, cluster: Cluster, title: str) -> Any:
        return factories.EventFactory(
            cluster=cluster,
            created_by=self.authors[cluster.slug][0],
            title=title,
            place=self.mark("record", "moderate", cluster, "event.place"),
            note=self.mark("record", "moderate", cluster, "event.note"),
        )

    def _suggestions(self, cluster: Cluster) -> None:
        """A visit and a call that a coordinator heard of: waiting, and declined with a reason."""

        def say(field: str) -> str:
            return self.mark("suggestion", "low", cluster, field)

        about = {"suggested": cluster, "mandates": [self.mandate], "countries": ["SSD", "UKR"]}
        for declined in (False, True):
            why = {"withdrawn_on": date(2026, 5, 19), "withdrawn_reason": say("withdrawn_reason")} if declined else {}
            visit = factories.VisitFactory(
                places=say("visit.places"), note=say("visit.note"), source=say("visit.source"), **about, **why
            )
            VisitEvent.objects.create(
                visit=visit, kind="postponed", known_by=date(2026, 5, 2), note=say("event.note"),
                source=say("event.source"),
            )  # fmt: skip
            factories.CallFactory(
                title=say("call.title"), note=say("call.note"), source=say("call.source"), address=say("call.address"),
                issued_by=say("call.issued_by"), purpose_text=say("call.purpose_text"), formats=say("call.formats"),
                **about, **why,
            )  # fmt: skip

    def _offers(self, cluster: Cluster) -> None:
        """Paragraphs for the contribution of the cluster: they wait, were declined with a word, were taken back."""
        author = self.authors[cluster.slug][0]
        writers = [("", self.cast.colleague)]
        if cluster == self.cast.south_sudan:
            writers.append(("member", self.cast.member))
        for name, person in writers:
            for state in ("offered", "not_used", "withdrawn"):
                text = "offer_taken_back" if state == "withdrawn" else "offer"
                decided = {}
                if state == "not_used":
                    answer = self.mark(text, "moderate", cluster, "offer.answer", by=name)
                    decided = {"answer": answer, "decided_by": author, "decided_at": datetime(2026, 5, 19, tzinfo=UTC)}
                factories.OfferFactory(
                    cluster=cluster,
                    call=self.contributions[cluster.slug].call,
                    offered_by=person,
                    state=state,
                    text=self.mark(text, "moderate", cluster, "offer.text", by=name),
                    source=self.mark(text, "moderate", cluster, "offer.source", by=name),
                    **decided,
                )

    def _contact(self, cluster: Cluster) -> None:
        name = self.mark("contact", "moderate", cluster, "contact.name")
        address = self.mark("contact", "moderate", cluster, "contact.email")
        factories.ContactFactory(
            cluster=cluster, name=name, email=f"{address}@example.org", added_by=self.authors[cluster.slug][0]
        )

    def _set_aside(self, cluster: Cluster) -> None:
        """One opening of each action that has one, with the reason."""
        author, now = self.authors[cluster.slug][0], timezone.now()
        ((_cluster, situation),) = read_situations(author, Cluster.objects.filter(pk=cluster.pk), now=now)
        for opening in {opening.action: opening for opening in what_is_open(situation, now=now).due}.values():
            about_contacts = opening.action in (8, 9)
            text, level = ("contacts_aside", "high") if about_contacts else ("record", "moderate")
            number, item, state = opening.identity
            factories.SetAsideFactory(
                cluster=cluster,
                number=number,
                item=item,
                state=state,
                set_by=author,
                reason=self.mark(text, level, cluster, f"set_aside.reason of {number}"),
            )

    def _mail(self) -> None:
        """Mails of every kind that wait: each share to everybody of its cluster and its contacts, an invitation."""
        now = timezone.now()
        people = {
            "south-sudan": [self.cast.member, self.cast.coordinator],
            "south-sudan-hub": [self.cast.hub_coordinator],
            "ukraine": [self.cast.other],
        }
        contacts = {contact.cluster.slug: contact for contact in self.rows["contacts"]}
        for line in self.rows["engagement"]:
            slug, share = line.cluster.slug, getattr(line, "share", None)
            if share:
                columns = {"kind": "share", "share": share, "cluster": line.cluster, "by": line.created_by}
                mails = [{"to": person} for person in people[slug]] + [{"contact": contacts[slug]}]
                for to in mails:
                    OutgoingMail.objects.create(created_at=now, due_at=now, **columns, **to)
        for slug, contribution in self.contributions.items():
            cluster = contribution.engagement.cluster
            columns = {"kind": "offers", "contribution": contribution, "cluster": cluster, "by": people[slug][-1]}
            OutgoingMail.objects.create(to=people[slug][0], created_at=now, due_at=now, **columns)
            for kind in ("invitation", "password"):
                OutgoingMail.objects.create(
                    kind=kind, to=people[slug][0], cluster=cluster, by=people[slug][-1], created_at=now, due_at=now
                )
            for kind in OutgoingMail.OF_NEWS:
                self._tell_all(kind, self.authors[slug][0], now)

    def _tell_all(self, kind: str, person: Any, now: datetime) -> None:
        """A mail of what she follows that points to all visits, calls and reports, and to the answers she had."""
        mail = OutgoingMail.objects.create(kind=kind, to=person, created_at=now, due_at=now)
        since = datetime(2020, 1, 1, tzinfo=UTC)
        mail.items.create(subject_type="answers", since=since)
        for word, name in (("visits", "countryvisit"), ("calls", "callforinput"), ("reports", "report")):
            for row in self.rows[word]:
                mail.items.create(subject_type=name, subject_id=str(row.pk), since=since)
