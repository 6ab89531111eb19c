"""Engagements by the thousand, the same at each run."""

import random
import uuid
from datetime import date, timedelta

from django.core.management import call_command

from engagement.models import Action, Cluster, Engagement, EngagementMandate, Membership, User
from mandates.models import CountryVisit, Mandate

WORDS = [
    "briefing",
    "coordination",
    "displacement",
    "referral",
    "pathway",
    "shelter",
    "access",
    "mandate",
    "holder",
    "visit",
    "report",
    "members",
    "workshop",
    "translation",
    "notice",
    "reprisals",
    "follow-up",
    "recommendation",
    "government",
    "agency",
    "partner",
    "district",
    "evidence",
    "update",
]


def fill(count: int) -> None:
    """Reference data, a coordinator of one cluster, a reader, and `count` engagements over all 34 clusters."""
    call_command("seed_reference", verbosity=0)
    clusters = list(Cluster.objects.order_by("slug"))
    actions = list(Action.objects.all())
    mandates = list(Mandate.objects.filter(kind="thematic"))
    visits = list(CountryVisit.objects.all())
    coordinator = User.objects.create_user("coordinator@example.org", "demo", name="Coordinator")
    User.objects.create_user("hrett@example.org", "demo", name="Reader", task_team="reader")
    Membership.objects.create(user=coordinator, cluster=Cluster.objects.get(slug="south-sudan"), role="coordinator")
    chance = random.Random(7)  # noqa: S311 — the same rows at each run
    for start in range(0, count, 5000):
        rows, places = [], []
        for _number in range(start, min(start + 5000, count)):
            action = chance.choice(actions)
            mode = chance.choice(["direct", "direct", "indirect", "collaboration"])
            day = date(2026, 11, 1) - timedelta(days=chance.randrange(1500))
            row = Engagement(
                cluster=chance.choice(clusters),
                action=action,
                mode=mode,
                partner="" if mode == "direct" else "A partner",
                visit=chance.choice(visits) if action.takes_visit and chance.random() < 0.3 else None,
                started_on=day,
                ended_on=day + timedelta(days=3) if chance.random() < 0.3 else None,
                what_was_done=text(chance),
                challenges=text(chance),
                result=text(chance),
                support_needed=text(chance) if chance.random() < 0.3 else "",
                level="high" if action.is_always_high else chance.choice(["low", "moderate", "moderate"]),
                result_extent=chance.choice(["none_yet", "limited", "moderate", "significant"]),
                created_by=coordinator,
                form_key=uuid.UUID(int=chance.getrandbits(128)),
            )
            rows.append(row)
            places += [
                EngagementMandate(engagement=row, mandate=mandate)
                for mandate in chance.sample(mandates, chance.randrange(3))
            ]
        Engagement.objects.bulk_create(rows)
        EngagementMandate.objects.bulk_create(places)


def text(chance: random.Random) -> str:
    """A narrative of 100 to 400 characters."""
    return " ".join(chance.choices(WORDS, k=chance.randrange(12, 48))).capitalize() + "."
