"""Loads the reference fixtures: countries, sessions, mandates, visits, calls, reports.

Each file in `fixtures/` is CSV; dates are reduced ISO 8601 (`dates.parse_period`). A row that the task team has
changed since is kept as the team left it: ReferenceChange tells.
"""

import csv
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import override
from django_countries import countries as iso_countries

from .changes import attributed_to
from .dates import Period, Precision, parse_period
from .models import (
    CallForInput,
    Country,
    CountryVisit,
    Mandate,
    MandateAlias,
    MandateHolder,
    ReferenceChange,
    Report,
    Session,
    VisitEvent,
)
from .models.country import LANGUAGES_OF_NAMES
from .querysets import TITLES

SEEDED_BY = "seed_reference"
Row = TypeVar("Row", bound=models.Model)
_NAMESPACE = uuid.UUID("0b5e3c1a-6d0f-5b7e-8a55-3d6a0c6f1e21")


def dossier_id(kind: str, key: str) -> uuid.UUID:
    """The primary key of the visit, call or report that a fixture calls `key`: the same at each load."""
    return uuid.uuid5(_NAMESPACE, f"{kind}:{key}")


def read_rows(directory: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of the fixture `name` in `directory`, cells stripped."""
    with (directory / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {column: (cell or "").strip() for column, cell in row.items()}


class ReferenceLoader:
    """One run over the fixtures in `directory`; `counts` says what happened ("mandate created": 64)."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.counts: Counter[str] = Counter()
        changed_by_people = ReferenceChange.objects.exclude(changed_by=SEEDED_BY)
        self.kept = set(changed_by_people.values_list("subject_type", "subject_id"))

    def load(self) -> Counter[str]:
        """Load everything in one transaction; a second run changes nothing.

        Raises KeyError or ValueError, and loads nothing, when a file names what another does not have.
        """
        with transaction.atomic(), attributed_to(SEEDED_BY, source="fixtures"):
            self.countries()
            self.sessions()
            self.mandates()
            self.reports()
            self.visits()
            self.calls()
        return self.counts

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        return read_rows(self.directory, name)

    def keep(self, model: type[Row], lookup: dict[str, Any], values: dict[str, Any]) -> Row:
        """Create the row found by `lookup`, or bring it up to `values` unless a person has changed it."""
        name = model._meta.model_name
        row = model._default_manager.filter(**lookup).first()
        if row is None:
            self.counts[f"{name} created"] += 1
            row = model(**lookup, **values)
            row.save()
            return row
        if (name, str(row.pk)) in self.kept:
            self.counts[f"{name} kept as changed by people"] += 1
            return row
        if any(getattr(row, field) != value for field, value in values.items()):
            self.counts[f"{name} updated"] += 1
            for field, value in values.items():
                setattr(row, field, value)
            row.save()
        return row

    def countries(self) -> None:
        names: dict[str, dict[str, str]] = {code: {} for code, _name in iso_countries}
        for language in LANGUAGES_OF_NAMES:
            with override(language):
                for code, name in iso_countries:
                    names[code][f"name_{language}"] = str(name)
        for row in self.rows("country_names"):
            names[row["iso2"]][f"name_{row['language']}"] = row["name"]
        existing = {country.iso2: country for country in Country.objects.all()}
        for code, values in names.items():
            country = existing.get(code)
            if country is None or any(getattr(country, field) != value for field, value in values.items()):
                self.keep(Country, {"iso3": iso_countries.alpha3(code), "iso2": code}, values)
        self.country_of = Country.objects.in_bulk()

    def sessions(self) -> None:
        for row in self.rows("sessions"):
            starts, ends = _period(row["starts"]), _period(row["ends"])
            self.keep(
                Session,
                {"body": row["body"], "number": int(row["number"])},
                {
                    "starts_on": starts.first,
                    "ends_on": ends.last,
                    "precision": starts.precision,
                    "source": row["source"],
                },
            )
        self.session_of = {session.code: session for session in Session.objects.all()}

    def mandates(self) -> None:
        rows = list(self.rows("mandates"))
        self.mandate_of: dict[str, Mandate] = {}
        for row in sorted(rows, key=lambda row: bool(row["successor"])):  # successors first
            started, ended = _period(row["established"]), parse_period(row["ended"])
            self.mandate_of[row["slug"]] = self.keep(
                Mandate,
                {"slug": row["slug"]},
                {
                    **{title: row[title] for title in TITLES},
                    "acronym": row["acronym"],
                    "kind": row["kind"],
                    "holder_type": row["holder_type"],
                    "country_id": self.country_of[row["country"]].pk if row["country"] else None,
                    "established_on": started.first,
                    "established_precision": started.precision,
                    "ended_on": ended and ended.last,
                    "ended_precision": ended.precision if ended else "",
                    "has_started": row["has_started"] == "yes",
                    "successor_id": self.mandate_of[row["successor"]].pk if row["successor"] else None,
                    "acts_on_communications": row["acts_on_communications"] == "yes",
                    "acts_on_communications_verified": row["acts_on_communications_verified"] == "yes",
                    "established_by": row["established_by"],
                    "renewed_by": row["renewed_by"],
                    "ohchr_page": row["ohchr_page"],
                    "source": row["source"],
                    "checked_on": _period(row["checked_on"]).first,
                },
            )
        for row in self.rows("mandate_aliases"):
            mandate = self.mandate_of[row["mandate"]]
            if ("mandate", str(mandate.pk)) in self.kept:
                continue
            if not MandateAlias.objects.filter(alias__iexact=row["alias"]).exists():
                self.keep(
                    MandateAlias,
                    {"alias": row["alias"]},
                    {"mandate": mandate, "kind": row["kind"], "source": row["source"]},
                )
        for row in self.rows("mandate_holders"):
            since, until = parse_period(row["from"]), parse_period(row["to"])
            mandate = self.mandate_of[row["mandate"]]
            if ("mandate", str(mandate.pk)) in self.kept:
                continue
            self.keep(
                MandateHolder,
                {"mandate": mandate, "name": row["name"], "started_on": since and since.first},
                {
                    "started_precision": since.precision if since else "",
                    "ended_on": until and until.last,
                    "ended_precision": until.precision if until else "",
                    "source": row["source"],
                },
            )

    def reports(self) -> None:
        for row in self.rows("reports"):
            report = self.keep(
                Report,
                {"id": dossier_id("report", row["symbol"])},
                {
                    "symbol": row["symbol"],
                    "title": row["title"],
                    "kind": row["kind"],
                    "session": self.session_of[row["session"]],
                    "published_on": _period(row["year"]).first,
                    "published_precision": _period(row["year"]).precision,
                    "url": row["url"],
                    "source": row["source"],
                    "checked_on": _period(row["checked_on"]).first,
                },
            )
            self.places(report, row)

    def visits(self) -> None:
        for row in self.rows("visits"):
            starts, ends = parse_period(row["starts"]), parse_period(row["ends"])
            known = starts or ends
            if ends is None and starts and starts.precision != Precision.DAY:
                ends = starts
            visit = self.keep(
                CountryVisit,
                {"id": dossier_id("visit", row["key"])},
                {
                    "places": ", ".join(place.strip() for place in row["places"].split(";") if place.strip()),
                    "starts_on": starts and starts.first,
                    "ends_on": ends and ends.last,
                    "precision": known.precision if known else "",
                    "dates_text": row["dates_text"],
                    "note": row["note"],
                    "report_session": self.session_of[row["report_session"]] if row["report_session"] else None,
                    "source": row["source"],
                    "source_url": row["source_url"],
                    "checked_on": _period(row["checked_on"]).first,
                },
            )
            self.places(visit, row)
        for row in self.rows("visit_events"):
            visit_id, day = dossier_id("visit", row["visit"]), parse_period(row["day"])
            if ("countryvisit", str(visit_id)) in self.kept:
                continue
            self.keep(
                VisitEvent,
                {"visit_id": visit_id, "position": int(row["position"]), "kind": row["kind"]},
                {
                    "day": day and day.first,
                    "day_precision": day.precision if day else "day",
                    "known_by": _period(row["known_by"]).first,
                    "actor": row["actor"],
                    "note": row["note"],
                    "source": row["source"],
                },
            )

    def calls(self) -> None:
        for row in self.rows("calls"):
            deadline, closed = parse_period(row["deadline"]), parse_period(row["closed_known_by"])
            report = Report.objects.filter(symbol=row["report_symbol"]).first() if row["report_symbol"] else None
            call = self.keep(
                CallForInput,
                {"id": dossier_id("call", row["key"])},
                {
                    "title": row["title"],
                    "issuer_type": row["issuer_type"],
                    "issued_by": row["issued_by"],
                    "visit_id": dossier_id("visit", row["visit"]) if row["visit"] else None,
                    "report": report,
                    "session": self.session_of[row["session"]] if row["session"] else None,
                    "purpose": row["purpose"],
                    "purpose_text": row["purpose_text"],
                    "deadline_kind": row["deadline_kind"],
                    "deadline_on": deadline and deadline.first,
                    "deadline_zone": row["deadline_zone"],
                    "closed_on": closed and closed.first,
                    "source": row["source"],
                    "source_url": row["source_url"],
                    "checked_on": _period(row["checked_on"]).first,
                },
            )
            self.places(call, row)

    def places(self, dossier: Any, row: dict[str, str]) -> None:
        """Add the mandates and countries of `row` to a visit, call or report, unless a person has changed it."""
        if (dossier._meta.model_name, str(dossier.pk)) in self.kept:
            return
        mandates = {self.mandate_of[slug.strip()].pk for slug in row["mandates"].split(";") if slug.strip()}
        countries = {self.country_of[code.strip()].pk for code in row["countries"].split(";") if code.strip()}
        missing = mandates - set(dossier.mandates.values_list("pk", flat=True))
        if missing:
            dossier.mandates.add(*missing)
        absent = countries - set(dossier.countries.values_list("pk", flat=True))
        if absent:
            dossier.countries.add(*absent)


def _period(text: str) -> Period:
    """The period of a cell that must not be empty."""
    period = parse_period(text)
    if period is None:
        raise ValueError("a date is missing")
    return period
