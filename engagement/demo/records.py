"""Invented recommendations, doubts, reports, audit events, and what waits for a second person."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from mandates.models import Country, Mandate, Recommendation, Report, Theme
from mandates.seed import dossier_id

from .. import services
from ..models import AuditEvent, Cluster, Doubt, EngagementReport, LevelLowering, User
from ..periods import usual_periods
from ..querysets import engagements_of
from ..text import beginning
from .files import DemoFiles, key_of


def load_recommendations(files: DemoFiles) -> int:
    """What reports ask for, and what was said after a visit twelve days ago; how many are new."""
    created = 0
    for row in files.rows("recommendations"):
        report = Report.objects.get(pk=dossier_id("demo-report", row["report"])) if row["report"] else None
        recommendation, is_new = Recommendation.objects.get_or_create(
            pk=dossier_id("demo-recommendation", row["key"]),
            defaults={
                "report": report,
                "visit_id": None if report else dossier_id("demo-visit", "visit-syr-housing"),
                "symbol": report.symbol if report else "",
                "published_on": report.published_on if report else files.day("-12"),
                "affected_persons": row["affected_persons"].replace(";", "\n"),
                "source": "Invented for demonstration; no real source",
                "checked_on": timezone.localdate(),
                **{name: row[name] for name in ("paragraph", "text", "kind", "addressee", "sdgs")},
            },
        )
        if is_new:
            recommendation.mandates.set(Mandate.objects.filter(slug__in=row["mandates"].split(";")))
            recommendation.countries.set(Country.objects.filter(iso3__in=row["countries"].split(";")))
            for name in row["themes"].split(";"):
                theme, _is_new = Theme.objects.get_or_create(slug=slugify(name), defaults={"name": name})
                recommendation.themes.add(theme)
        created += is_new
    return created


def load_lowerings(files: DemoFiles) -> int:
    """What is asked about lowering levels; how many are new."""
    created = 0
    for row in files.rows("lowerings"):
        _lowering, is_new = LevelLowering.objects.get_or_create(
            pk=key_of(f"lowering-{row['engagement']}"),
            defaults={
                "engagement_id": key_of(row["engagement"]),
                "to_level": row["to"],
                "reason": row["reason"],
                "asked_by": User.objects.get(email=row["by"]),
                "asked_at": files.moment(row["asked_in"]),
            },
        )
        created += is_new
    return created


def load_doubts(files: DemoFiles) -> int:
    """What looks wrong to somebody, waiting and answered; how many are new."""
    created = 0
    for row in files.rows("doubts"):
        about: dict[str, Any] = {
            f"{noun}_id": dossier_id(f"demo-{noun}", row[noun]) for noun in ("visit", "call") if row[noun]
        }
        if row["mandate"]:
            about = {"mandate": Mandate.objects.get(slug=row["mandate"])}
        settled: dict[str, Any] = {}
        if row["settled_by"]:
            by = User.objects.get(email=row["settled_by"])
            settled = {"outcome": row["outcome"], "answer": row["answer"], "settled_by": by}
            settled["settled_at"] = files.moment(row["said_in"]) + timedelta(days=1)
        said = {
            "text": row["text"],
            "said_by": User.objects.get(email=row["by"]),
            "said_at": files.moment(row["said_in"]),
        }
        _doubt, is_new = Doubt.objects.get_or_create(pk=key_of(row["key"]), defaults=about | said | settled)
        created += is_new
    return created


def load_audit_events(files: DemoFiles, now: datetime) -> int:
    """Who opened, exported, changed a level, so many hours before `now`; how many are new."""
    created = 0
    for row in files.rows("audit_events"):
        actor = User.objects.get(email=row["by"])
        _event, is_new = AuditEvent.objects.get_or_create(
            pk=key_of(row["key"]),
            defaults={
                "kind": row["kind"],
                "at": now + timedelta(hours=int(row["hours"])),
                "actor_id": actor.pk,
                "actor": str(actor),
                "cluster_id": Cluster.objects.get(slug=row["cluster"]).pk,
                "subject_id": key_of(row["engagement"]) if row["engagement"] else None,
                "detail": json.loads(row["detail"]),
            },
        )
        created += is_new
    return created


def load_reports(today: date) -> int:
    """A report of the year that ends with this month, published; one of South Sudan, which its members read; a draft.

    Highlighted is what came of the last engagements. How many are new.
    """
    year, quarter = usual_periods(today)[-1][1], usual_periods(today)[0][1].before
    reader = User.objects.get(email="hrett@example.org")
    of_members = {"cluster": Cluster.objects.get(slug="south-sudan"), "level": "low"}
    created = 0
    for key, period, columns in (
        ("report-year", year, {"title": "Engagement with Special Procedures, twelve months (demo)"}),
        ("report-south-sudan", year, {"title": "South Sudan, for its members (demo)"} | of_members),
        ("report-draft", quarter, {"title": "Engagement with Special Procedures, last quarter (demo)"}),
    ):
        if EngagementReport.objects.filter(pk=key_of(key)).exists():
            continue
        report = EngagementReport(pk=key_of(key), since=period.since, until=period.until, **columns)
        services.begin_report(by=reader, report=report)
        lines = engagements_of(report, reader).filter(started_on__range=period, status="done").exclude(result="")
        for rank, line in enumerate(lines[:3], 1):
            services.choose_highlight(by=reader, report=report, line=line, text=beginning(line.result, 300), rank=rank)
        if key != "report-draft":
            report.refresh_from_db()
            services.publish_report(by=reader, report=report, version=report.version)
        created += 1
    return created
