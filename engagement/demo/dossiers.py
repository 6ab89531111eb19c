"""Invented visits, reports and calls of the demonstration, some of them suggested by a cluster."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from mandates.models import CallForInput, CountryVisit, Mandate, Report, Session, VisitEvent
from mandates.seed import dossier_id

from ..models import Cluster
from .files import DemoFiles


class DossierLoader:
    """Loads the dossiers of `files`; each method says how many of its kind were new."""

    def __init__(self, files: DemoFiles) -> None:
        self.files = files
        self.mandate_of = {mandate.slug: mandate for mandate in Mandate.objects.all()}
        self.suggestion_of = {row["key"]: row for row in files.rows("suggestions")}
        self.session_of = {session.code: session for session in Session.objects.all()}

    def add_places(self, dossier: CountryVisit | CallForInput | Report, row: dict[str, str]) -> None:
        dossier.mandates.add(*[self.mandate_of[slug] for slug in row["mandates"].split(";") if slug])
        dossier.countries.add(*[code for code in row["countries"].split(";") if code])

    def suggested(self, key: str) -> dict[str, Any]:
        """By whom, where and when the visit or call `key` was suggested, if it was."""
        row = self.suggestion_of.get(key)
        if row is None:
            return {}
        day = self.files.today + timedelta(days=int(row["suggested_in"]))
        return {
            "suggested_by": row["by"],
            "suggested_in": Cluster.objects.get(slug=row["cluster"]).pk,
            "suggested_at": timezone.make_aware(datetime.combine(day, time(10, 15))),
        }

    def visits(self) -> int:
        created = 0
        events = list(self.files.rows("visit_events"))
        for row in self.files.rows("visits"):
            starts, ends, precision = self.files.span(row, "starts_in", "ends_in")
            moved_by = timedelta(days=int(row["moved_by"] or 0))
            visit, is_new = CountryVisit.objects.get_or_create(
                pk=dossier_id("demo-visit", row["key"]),
                defaults={
                    "places": ", ".join(place.strip() for place in row["places"].split(";") if place),
                    "starts_on": starts and starts - moved_by,
                    "ends_on": ends and ends - moved_by,
                    "precision": precision,
                    "note": row["note"],
                    "source": row["source"],
                    "checked_on": self.files.today,
                }
                | self.suggested(row["key"]),
            )
            if not is_new:
                continue
            created += 1
            self.add_places(visit, row)
            for event in events:
                if event["visit"] == row["key"]:
                    day = self.files.day(event["day_in"])
                    VisitEvent.objects.create(
                        visit=visit,
                        position=int(event["position"]),
                        kind=event["kind"],
                        day=day,
                        known_by=day or self.files.today,
                        actor=event["actor"],
                        note=event["note"],
                        source=row["source"],
                    )
            if moved_by:  # a change of its own, as somebody would have entered it
                visit.starts_on, visit.ends_on = starts, ends
                visit.save()
        return created

    def reports(self) -> int:
        created = 0
        for row in self.files.rows("reports"):
            expected, _last, precision = self.files.span(row, "expected_in", "")
            published = self.files.day(row["published_in"])
            report, is_new = Report.objects.get_or_create(
                pk=dossier_id("demo-report", row["key"]),
                defaults={
                    "title": row["title"],
                    "kind": row["kind"],
                    "session": self.session_of.get(row["session"]),
                    "expected_on": expected,
                    "expected_precision": precision if expected else "",
                    "published_on": published,
                    "published_precision": "day" if published else "",
                    "symbol": row["symbol"],
                    "visit_id": dossier_id("demo-visit", row["visit"]) if row["visit"] else None,
                    "note": row["note"],
                    "source": row["source"],
                    "checked_on": self.files.today,
                },
            )
            if is_new:
                created += 1
                self.add_places(report, row)
        return created

    def calls(self) -> int:
        created = 0
        for row in self.files.rows("calls"):
            deadline = self.files.day(row["deadline_in"]) if row["deadline_kind"] == "date" else None
            call, is_new = CallForInput.objects.get_or_create(
                pk=dossier_id("demo-call", row["key"]),
                defaults={
                    "title": row["title"],
                    "issuer_type": row["issuer_type"],
                    "issued_by": row["issued_by"],
                    "visit_id": dossier_id("demo-visit", row["visit"]) if row["visit"] else None,
                    "session": self.session_of.get(row["session"]),
                    "purpose": row["purpose"],
                    "purpose_text": row["purpose_text"],
                    "deadline_kind": row["deadline_kind"],
                    "deadline_on": deadline,
                    "deadline_zone": row["deadline_zone"] or "Europe/Zurich",
                    "extended_from": self.files.day(row["extended_from_in"]),
                    "word_limit": int(row["word_limit"]) if row["word_limit"] else None,
                    "languages": row["languages"].replace(";", ", "),
                    "formats": row["formats"].replace(";", ", "),
                    "address": row["address"],
                    "inputs_published": row["inputs_published"],
                    "note": row["note"],
                    "source": row["source"],
                    "checked_on": self.files.today,
                }
                | self.suggested(row["key"]),
            )
            if is_new:
                created += 1
                self.add_places(call, row)
        return created
