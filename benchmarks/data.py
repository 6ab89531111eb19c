"""Engagements by the thousand, the same at each run."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from django.core.management import call_command

from config.workbook import Column, Sheet, write_workbook
from engagement.imports.columns import COLUMNS
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
    """Reference data, a coordinator of one cluster, a reader, and `count` engagements over all 34 clusters.

    A fifth of the lines are the coordinator's cluster's and a sixth name one mandate, so that a page that is filtered
    by any column is full already at 1,000 lines.
    """
    call_command("seed_reference", verbosity=0)
    clusters = list(Cluster.objects.order_by("slug"))
    own = Cluster.objects.get(slug="south-sudan")
    actions = list(Action.objects.all())
    mandates = list(Mandate.objects.filter(kind="thematic").order_by("slug"))
    often = Mandate.objects.get(slug="sr-torture")
    visits = list(CountryVisit.objects.all())
    coordinator = User.objects.create_user("coordinator@example.org", "demo", name="Coordinator")
    User.objects.create_user("hrett@example.org", "demo", name="Reader", task_team="reader")
    Membership.objects.create(user=coordinator, cluster=own, role="coordinator")
    chance = random.Random(7)  # noqa: S311 — the same rows at each run
    for start in range(0, count, 5000):
        rows, places = [], []
        for _number in range(start, min(start + 5000, count)):
            row = line(chance, own if chance.random() < 0.2 else chance.choice(clusters), chance.choice(actions))
            row.created_by = coordinator
            if row.action.takes("visit") and chance.random() < 0.3:
                row.visit = chance.choice(visits)
            rows.append(row)
            named = {mandate.pk: mandate for mandate in chance.sample(mandates, chance.randrange(3))}
            if chance.random() < 1 / 6:
                named[often.pk] = often
            places += [EngagementMandate(engagement=row, mandate=mandate) for mandate in named.values()]
        Engagement.objects.bulk_create(rows)
        EngagementMandate.objects.bulk_create(places)


def line(chance: random.Random, cluster: Cluster, action: Action) -> Engagement:
    """One line of four and a half years, not saved yet."""
    mode = chance.choice(["direct", "direct", "indirect", "collaboration"])
    status = chance.choices(["done", "under_way", "planned", "withdrawn"], [76, 10, 10, 4])[0]
    is_withdrawn = status == "withdrawn"
    day = date(2026, 11, 1) - timedelta(days=chance.randrange(1600))
    return Engagement(
        cluster=cluster,
        action=action,
        mode=mode,
        partner="" if mode == "direct" else "A partner",
        started_on=day,
        ended_on=day + timedelta(days=3) if chance.random() < 0.3 else None,
        what_was_done=text(chance),
        challenges=text(chance),
        result=text(chance),
        support_needed=text(chance) if chance.random() < 0.3 else "",
        level="high" if action.is_always_high else chance.choices(["low", "moderate", "high"], [45, 45, 10])[0],
        result_extent=chance.choice(["none_yet", "limited", "moderate", "significant"]),
        status=status,
        withdrawn_at=datetime(2026, 11, 2, tzinfo=UTC) if is_withdrawn else None,
        withdrawn_reason="Twice in the log." if is_withdrawn else "",
        updated_at=datetime(2026, 11, 2, tzinfo=UTC),
        form_key=uuid.UUID(int=chance.getrandbits(128)),
    )


def import_workbook(count: int) -> bytes:
    """A workbook of `count` new engagements of the coordinator's cluster, in the home format."""
    chance, target = random.Random(11), BytesIO()  # noqa: S311 — the same rows at each run
    cluster = Cluster.objects.get(slug="south-sudan")
    actions = {action.number: action for action in Action.objects.all()}
    acronyms = list(Mandate.objects.filter(kind="thematic").values_list("acronym", flat=True))
    columns = [Column(column.tag, str(column.title)) for column in COLUMNS]
    rows = []
    for _number in range(count):
        row = line(chance, cluster, actions[chance.choice((1, 2, 3, 4, 5, 6, 7, 8, 11, 12))])
        is_past = row.started_on <= date(2026, 5, 1)
        said = {
            "cluster": cluster.name,
            "action_number": row.action.number,
            "mode": str(Engagement.Mode(row.mode).label),
            "mandates": ", ".join(sorted(chance.sample(acronyms, chance.randrange(3)))),
            "result_extent": str(Engagement.Extent(row.result_extent).label),
            "status": "done" if is_past else "planned",
            "date_precision": "day",
            "level": row.level,
        }
        told = ("started_on", "partner", "what_was_done", "challenges", "result", "support_needed")
        said |= {name: getattr(row, name) for name in told}
        rows.append([said.get(column.name) for column in COLUMNS])
    sheet = Sheet("Log", columns, rows, keys=True)
    write_workbook(target, [sheet], title="Log", author="bench", created=datetime(2026, 1, 1, tzinfo=UTC))
    return target.getvalue()


def text(chance: random.Random) -> str:
    """A narrative of 100 to 400 characters."""
    return " ".join(chance.choices(WORDS, k=chance.randrange(12, 48))).capitalize() + "."
