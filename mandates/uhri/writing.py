"""Brings the records of the Index in: a thousand at a time, each by its key, so that a second run changes nothing.

What is kept of a record is compared by a fingerprint of what the Index said, so that what people correct here stays
until the Index itself says something else. One ReferenceChange tells of the file as a whole: one for each of a quarter
of a million records would bury what the task team changes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, reset_queries, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..models import Recommendation, RecommendationCountry, RecommendationMandate, ReferenceChange, Report, Theme
from ..models.recommendation import place_of
from ..resources.lookups import Lookups, folded
from .names import mandate_of
from .reading import Records
from .records import Faulty, Record, are_special_procedures, bodies_of, record_of

BATCH = 1_000
TOLD = 20
"""Records that cannot be taken, of which it is told why; all are counted."""
SOURCE = "Universal Human Rights Index"
SOURCE_URL = "https://uhri.ohchr.org/"

COLUMNS = (
    "text", "paragraph", "place", "kind", "symbol", "published_on", "body", "unmatched", "other_countries",
    "affected_persons", "sdgs", "report", "fingerprint", "checked_on",
)  # fmt: skip
"""What the Index says of a recommendation that is there already. Note and addressee are people's own."""

Places = list[tuple[UUID, Any]]


@dataclass
class Outcome:
    """How many records there were of each sort; `of_others` are no Special Procedure's, `faults` are (number, why)."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    of_others: int = 0
    repeated: int = 0
    faulty: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def written(self) -> int:
        return self.new + self.changed

    def add_fault(self, number: int, why: str) -> None:
        self.faulty += 1
        if len(self.faults) < TOLD:
            self.faults.append((number, why))


def bring_in(
    records: Records, *, by: str, name: str, told: Callable[[Outcome, float], None] = lambda outcome, share: None
) -> Outcome:
    """Write the records of Special Procedures that are new or say something else; `told` hears after each batch.

    Each batch is one transaction: what a broken file or a killed process leaves behind is whole, and the next run goes
    on from there. Raises UnreadableFile. Queries: about seven for each batch, three more where something changes.
    """
    run, outcome = _Run(), Outcome()
    try:
        wanted = run.wanted(records, outcome)
        while batch := list(islice(wanted, BATCH)):
            run.write(batch, outcome)
            told(outcome, records.share)
            if settings.DEBUG:
                reset_queries()  # each statement is kept there, with all its rows
    finally:
        if outcome.written:
            counts = {"new": [0, outcome.new], "changed": [0, outcome.changed]}
            ReferenceChange.objects.create(
                subject_type="recommendation", label=f"{SOURCE}: {name}"[:300], kind=ReferenceChange.Kind.CHANGED,
                changes=counts, changed_by=by, source=SOURCE,
            )  # fmt: skip
    told(outcome, 1.0)
    return outcome


class _Run:
    """What one run knows: all mandates, countries and reports by name, the themes there are, the keys it has seen."""

    def __init__(self) -> None:
        self.lookups = Lookups()
        self.today = timezone.localdate()
        self.reports = {
            symbol.casefold(): pk
            for symbol, pk in Report.objects.exclude(symbol="").order_by().values_list("symbol", "pk")
        }
        self.themes = dict(Theme.objects.values_list("slug", "pk"))
        self.theme_of: dict[str, int | None] = {}
        self.seen: set[bytes] = set()
        self.mandates: dict[str, Any] = {}

    def mandate_of(self, body: str) -> Any:
        if body not in self.mandates:
            self.mandates[body] = mandate_of(body, self.lookups.mandates)
        return self.mandates[body]

    def wanted(self, records: Records, outcome: Outcome) -> Iterator[Record]:
        """The records to write, each key once; the others are counted."""
        for number, raw in records:
            outcome.read += 1
            bodies = bodies_of(raw)
            try:
                if not bodies:
                    raise Faulty(_("it does not say who says it"))
                if not are_special_procedures(bodies) and not any(map(self.mandate_of, bodies)):
                    outcome.of_others += 1
                    continue
                record = record_of(raw, is_of_mac=records.is_of_mac)
            except Faulty as fault:
                outcome.add_fault(number, str(fault))
                continue
            if record.annotation_id.bytes in self.seen:
                outcome.repeated += 1
            else:
                self.seen.add(record.annotation_id.bytes)
                yield record

    def write(self, batch: list[Record], outcome: Outcome) -> None:
        """Write one batch, in a transaction that no other import of the Index is in."""
        with transaction.atomic():
            ContentType.objects.select_for_update().get(app_label="mandates", model="recommendation")
            found = Recommendation.objects.filter(annotation_id__in=[record.annotation_id for record in batch])
            there: dict[Any, list[Any]] = {
                key: stored
                for key, *stored in found.order_by().values_list(
                    "annotation_id", "pk", "fingerprint", "unmatched", "other_countries", "report"
                )
            }
            new: list[Recommendation] = []
            changed: list[Recommendation] = []
            mandates: Places = []
            countries: Places = []
            themes: Places = []
            for record in batch:
                row, own_mandates, own_countries = self.row_of(record)
                stored = there.get(record.annotation_id)
                if stored:
                    pk, fingerprint, unmatched, other_countries, report = stored
                    row.report_id = row.report_id or report
                    if [row.fingerprint, row.unmatched, row.other_countries, row.report_id] == [
                        fingerprint, unmatched, other_countries, report
                    ]:  # fmt: skip
                        outcome.unchanged += 1
                        continue
                    row.pk = pk
                (changed if stored else new).append(row)
                mandates += [(row.pk, mandate) for mandate in own_mandates]
                countries += [(row.pk, country) for country in own_countries]
                themes += [(row.pk, theme) for name in record.themes if (theme := self.theme(name))]
            self.save(new, changed)
            self.place(mandates, countries, themes, [row.pk for row in changed])
        outcome.new += len(new)
        outcome.changed += len(changed)

    def row_of(self, record: Record) -> tuple[Recommendation, set[Any], set[str]]:
        """The row that a record makes, with the keys of its mandates and countries."""
        mandates = {body: self.mandate_of(body) for body in record.bodies}
        known = self.lookups.countries.by_name
        countries = {name: next(iter(known.get(folded(name), {})), None) for name in record.countries}
        row = Recommendation(
            annotation_id=record.annotation_id,
            text=record.text,
            paragraph=record.paragraph,
            place=place_of(record.paragraph),
            kind=record.kind,
            symbol=record.symbol,
            published_on=record.published_on,
            body="\n".join(record.bodies),
            unmatched="\n".join(body for body, mandate in mandates.items() if mandate is None),
            other_countries="; ".join(name for name, code in countries.items() if code is None),
            affected_persons=record.affected_persons,
            sdgs=record.sdgs,
            report_id=self.reports.get(record.symbol.casefold()),
            fingerprint=record.fingerprint,
            source=SOURCE,
            source_url=SOURCE_URL,
            checked_on=self.today,
        )
        return row, {pk for pk in mandates.values() if pk}, {code for code in countries.values() if code}

    def theme(self, name: str) -> int | None:
        """The key of a theme, which is made when it comes for the first time; None for what holds no letter."""
        if name not in self.theme_of:
            slug = slugify(name)[:200]
            if slug and slug not in self.themes:
                self.themes[slug] = Theme.objects.get_or_create(slug=slug, defaults={"name": name})[0].pk
            self.theme_of[name] = self.themes.get(slug)
        return self.theme_of[name]

    def save(self, new: list[Recommendation], changed: list[Recommendation]) -> None:
        """Past `TrackedQuerySet`, which refuses what writes no ReferenceChange: `bring_in` writes one for the file."""
        rows: models.QuerySet = models.QuerySet(Recommendation)
        rows.bulk_create(new)
        if changed:
            rows.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=COLUMNS)

    def place(self, mandates: Places, countries: Places, themes: Places, changed: list[UUID]) -> None:
        """Bring mandates, countries and themes of the rows up to what the Index says."""
        about: Any = Recommendation.themes.through
        for model, column, places in (
            (RecommendationMandate, "mandate_id", mandates),
            (RecommendationCountry, "country_id", countries),
            (about, "theme_id", dict.fromkeys(themes)),
        ):
            rows: Any = models.QuerySet(model)
            if changed:
                there = rows.filter(recommendation__in=changed)
                there._raw_delete(there.db)  # no signal: see `save`
            rows.bulk_create([model(recommendation_id=pk, **{column: value}) for pk, value in places])
