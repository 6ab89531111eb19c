"""Loads the demonstration: people, engagements and what hangs on them, in one transaction."""

import uuid
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from mandates.changes import attributed_to
from mandates.models import Mandate
from mandates.seed import dossier_id

from .. import services
from ..mail import queue_all
from ..models import (
    Action,
    AdvocacyUse,
    Briefing,
    Cluster,
    ClusterEvent,
    Contact,
    Contribution,
    ContributionOffer,
    Engagement,
    GuidanceNote,
    InformationShare,
    Invitation,
    Membership,
    OutgoingMail,
    PressIssue,
    PriorityMandate,
    PriorityReview,
    Referral,
    Share,
    Subscription,
    SupportRequest,
    User,
)
from ..models.support import DAYS_TO_ANSWER
from .dossiers import DossierLoader
from .files import DemoFiles, key_of
from .records import load_audit_events, load_doubts, load_lowerings, load_recommendations, load_reports

PASSWORD = "demo"  # noqa: S105 — printed by `make run`; people of the demonstration only
HANDED_OVER = "ssd-33"

ACTS: dict[str, Any] = {
    "briefings": Briefing,
    "contributions": Contribution,
    "press_issues": PressIssue,
    "information_shares": InformationShare,
    "referrals": Referral,
    "invitations": Invitation,
    "advocacy_uses": AdvocacyUse,
}
"""What acts keep beside their engagement, by the name of its file."""


class DemoLoader:
    """One run over `directory`, with `today` as the day that relative days count from."""

    def __init__(self, directory: Path, today: date) -> None:
        self.files = DemoFiles(directory, today)
        self.today = today

    def load(self) -> dict[str, int]:
        """Load everything in one transaction; how many rows of each kind were new."""
        with transaction.atomic(), attributed_to("demo", source="invented for demonstration"):
            self.mandate_of = {mandate.slug: mandate for mandate in Mandate.objects.all()}
            dossiers = DossierLoader(self.files)
            return {
                "people": self.people(),
                "visits": dossiers.visits(),
                "reports": dossiers.reports(),
                "recommendations": load_recommendations(self.files),
                "calls": dossiers.calls(),
                "events": self.events(),
                "engagements": self.engagements(),
                "acts": self.acts(),
                "guidance notes": self.guidance(),
                "offers": self.offers(),
                "priorities": self.priorities(),
                "contacts": self.contacts(),
                "shares": self.shares(),
                "subscriptions": self.subscriptions(),
                "lowerings": load_lowerings(self.files),
                "doubts": load_doubts(self.files),
                "engagement reports": load_reports(self.today),
                "audit events": load_audit_events(self.files, timezone.now()),
            }

    def people(self) -> int:
        created = 0
        for row in self.files.rows("people"):
            if User.objects.filter(email=row["email"]).exists():
                continue
            fields = {name: row[name] for name in ("name", "language", "time_zone", "task_team")}
            User.objects.create_user(
                row["email"], PASSWORD, is_administrator=row["is_administrator"] == "yes", **fields
            )
            created += 1
        for row in self.files.rows("memberships"):
            Membership.objects.get_or_create(
                user=User.objects.get(email=row["email"]),
                cluster=Cluster.objects.get(slug=row["cluster"]),
                defaults={"role": row["role"], "started_on": self.today - timedelta(days=760)},
            )
        return created

    def events(self) -> int:
        created = 0
        self.event_of: dict[str, uuid.UUID] = {}
        """By the key of the engagement that invites to it."""
        for row in self.files.rows("events"):
            event, is_new = ClusterEvent.objects.get_or_create(
                pk=key_of(row["key"]),
                defaults={
                    "cluster": Cluster.objects.get(slug=row["cluster"]),
                    "title": row["title"],
                    "day": self.files.day(row["day_in"]),
                    "place": row["place"],
                    "note": row["note"],
                    "created_by": User.objects.get(email=row["created_by"]),
                },
            )
            self.event_of[row["invitation"]] = event.pk
            created += is_new
        return created

    def priorities(self) -> int:
        """The lists, and the reviews that some of the engagements of action 8 log."""
        created = 0
        for row in self.files.rows("priorities"):
            cluster, mandate = Cluster.objects.get(slug=row["cluster"]), self.mandate_of[row["mandate"]]
            fields = {
                "rank": int(row["rank"]),
                "reason": row["reason"],
                "started_on": self.files.day(row["started_in"]),
                "ended_on": self.files.day(row["ended_in"]),
                "ended_reason": row["ended_reason"],
            }
            known = PriorityMandate.objects.filter(cluster=cluster, mandate=mandate)
            if not known.exists():
                PriorityMandate.objects.create(cluster=cluster, mandate=mandate, **fields)
                created += 1
        for row in self.files.rows("priority_reviews"):
            line = Engagement.objects.get(pk=key_of(row["engagement"]))
            PriorityReview.objects.get_or_create(
                engagement=line,
                defaults={
                    "cluster": line.cluster,
                    "reviewed_on": line.ended_on or line.started_on,
                    "reviewed_by": line.created_by,
                },
            )
        return created

    def contacts(self) -> int:
        created = 0
        for row in self.files.rows("contacts"):
            _contact, is_new = Contact.objects.get_or_create(
                pk=key_of(row["key"]),
                defaults={name: row[name] for name in ("name", "email", "language")}
                | {
                    "cluster": Cluster.objects.get(slug=row["cluster"]),
                    "added_by": User.objects.get(email=row["by"]),
                    "added_at": self.files.moment(row["added_in"]),
                },
            )
            created += is_new
        return created

    def shares(self) -> int:
        """Some of the engagements of actions 2 and 5 went out by mail, to everybody in the cluster."""
        created = 0
        for row in self.files.rows("shares"):
            line = Engagement.objects.get(pk=key_of(row["engagement"]))
            share, is_new = Share.objects.get_or_create(engagement=line, defaults={"note": row["note"]})
            if not is_new:
                continue
            created += 1
            members = User.objects.of_cluster(line.cluster).exclude(pk=line.created_by_id)
            queue_all(
                [*members, *Contact.objects.of_cluster(line.cluster)],
                kind=OutgoingMail.Kind.SHARE,
                by=line.created_by,
                cluster=line.cluster,
                share=share,
            )
            left = {"created_at": line.created_at, "due_at": line.created_at, "tried_at": line.created_at}
            share.mails.update(state=OutgoingMail.State.SENT, attempts=1, **left)
        return created

    def subscriptions(self) -> int:
        created = 0
        for row in self.files.rows("subscriptions"):
            _subscription, is_new = Subscription.objects.get_or_create(
                user=User.objects.get(email=row["email"]) if row["email"] else None,
                cluster=Cluster.objects.get(slug=row["cluster"]) if row["cluster"] else None,
                of_country=row["country"] == "cluster",
                of_priorities=row["mandate"] == "priorities",
                country_id=None if row["country"] in ("", "cluster") else row["country"],
                mandate=self.mandate_of.get(row["mandate"]),
                **{kind: kind in row["kinds"].split(";") for kind in Subscription.KINDS},
                defaults={"since": self.files.moment(row["since_in"]), "mails": row["mails"]},
            )
            created += is_new
        return created

    def engagements(self) -> int:
        created = 0
        people = {user.email: user for user in User.objects.all()}
        clusters = {cluster.slug: cluster for cluster in Cluster.objects.all()}
        actions = {action.number: action for action in Action.objects.all()}
        for row in self.files.rows("engagements"):
            key = key_of(row["key"])
            if Engagement.objects.filter(pk=key).exists():
                continue
            started = self.today + timedelta(days=int(row["started_in"]))
            ended = self.files.day(row["ended_in"])
            noted = min(self.today, (ended or started) + timedelta(days=3))
            logged_at = timezone.make_aware(datetime.combine(noted, time(15, 30)))
            is_withdrawn = row["status"] == "withdrawn"
            engagement = Engagement.objects.create(
                pk=key,
                form_key=key,
                cluster=clusters[row["cluster"]],
                action=actions[int(row["action"])],
                mode=row["mode"],
                partner=row["partner"],
                visit_id=dossier_id("demo-visit", row["visit"]) if row["visit"] else None,
                call_id=dossier_id("demo-call", row["call"]) if row["call"] else None,
                report_id=dossier_id("demo-report", row["report"]) if row["report"] else None,
                event_id=self.event_of.get(row["key"]),
                started_on=started,
                ended_on=ended,
                date_precision=row["precision"],
                what_was_done=row["what_was_done"],
                challenges=row["challenges"],
                result=row["result"],
                result_extent=row["result_extent"],
                support_needed=row["support_needed"],
                status=row["status"],
                withdrawn_at=logged_at if is_withdrawn else None,
                withdrawn_reason=row["withdrawn_reason"],
                level=row["level"],
                activity=key_of(row["activity"]) if row["activity"] else None,
                created_by=people[row["created_by"]],
                created_at=logged_at,
            )
            engagement.mandates.set([self.mandate_of[slug] for slug in row["mandates"].split(";") if slug])
            if row["support_needed"] and not is_withdrawn:
                due_on = noted + timedelta(days=DAYS_TO_ANSWER)
                SupportRequest.objects.create(engagement=engagement, opened_at=logged_at, due_on=due_on)
            created += 1
        self.answers(people["hrett@example.org"], people["focal@example.org"])
        return created

    def acts(self) -> int:
        """What some of the engagements keep beside their line; columns that end in `_in` are days from today."""
        created = 0
        for name, model in ACTS.items():
            for row in self.files.rows(name):
                line = key_of(row.pop("engagement"))
                days = {
                    f"{column[:-3]}_on": self.files.day(row.pop(column))
                    for column in list(row)
                    if column.endswith("_in")
                }
                if used := row.pop("recommendation", ""):
                    days["recommendation_id"] = dossier_id("demo-recommendation", used)
                _act, is_new = model.objects.get_or_create(engagement_id=line, defaults=row | days)
                created += is_new
        return created

    def offers(self) -> int:
        """What members offered for the answers of South Sudan, and what became of it."""
        created = 0
        for row in self.files.rows("offers"):
            _offer, is_new = ContributionOffer.objects.get_or_create(
                form_key=key_of(row["key"]),
                defaults={
                    "cluster": Cluster.objects.get(slug=row["cluster"]),
                    "call_id": dossier_id("demo-call", row["call"]),
                    "offered_by": User.objects.get(email=row["by"]),
                    "offered_at": self.files.moment(row["offered_in"]),
                    "text": row["text"],
                    "source": row["source"],
                    "consent": row["consent"],
                    "may_be_named": row["may_be_named"] == "yes",
                    "state": row["state"],
                    "answer": row["answer"],
                    "decided_by": User.objects.filter(email=row["decided_by"]).first(),
                    "decided_at": self.files.moment(row["decided_in"]) if row["decided_in"] else None,
                },
            )
            created += is_new
        return created

    def answers(self, reader: User, focal: User) -> None:
        """The task team has answered requests older than two months, and taken the next ones; the rest falls due.

        What is *high* the focal point answers, and one that the reader handed over.
        """
        for request in SupportRequest.objects.visible_to(focal).filter(status="open").for_list():
            age, owner = timezone.now() - request.opened_at, focal if request.engagement.level == "high" else reader
            if age > timedelta(days=60):
                text = "Thank you. A short note on this is on its way, and we can call this week. (demo)"
                when = request.opened_at + timedelta(days=9)
                request.messages.create(written_by=owner, text=text, is_answer=True, written_at=when)
                request.status, request.answered_at, request.owner = "answered", when, owner
                request.save()
            elif age > timedelta(days=30):
                request.status, request.owner, request.due_on = (
                    "in_progress",
                    owner,
                    self.today + timedelta(days=6),
                )
                request.save()
                if request.engagement_id == key_of(HANDED_OVER):
                    services.hand_over_support_request(by=reader, request=request, to=focal, seen=str(reader.pk))

    def guidance(self) -> int:
        """Answers that the task team kept, a day after it gave them."""
        created = 0
        for row in self.files.rows("guidance"):
            request = SupportRequest.objects.select_related("engagement", "owner").get(
                engagement=key_of(row["engagement"])
            )
            _note, is_new = GuidanceNote.objects.get_or_create(
                pk=key_of(f"note-{row['engagement']}"),
                defaults={
                    "action_id": request.engagement.action_id,
                    "title": row["title"],
                    "text": row["text"],
                    "level": GuidanceNote.level_from(request.engagement),
                    "cluster_id": request.engagement.cluster_id,
                    "request": request,
                    "kept_by": request.owner,
                    "kept_at": request.answered_at + timedelta(days=1),
                },
            )
            created += is_new
        return created
