"""Who changed what in an engagement, before and after: as confidential as each version was."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from config.signs import date_format

from .models import Engagement, ImportedRow, SupportRequest, User
from .models.engagement import TEXTS
from .models.imports import CLOSED
from .querysets import levels_of_versions
from .text import said_of_removal

SHOWN = (
    "cluster", "action", "visit", "call", "report", "event", "started_on", "ended_on", "date_precision", "status",
    "mode", "partner", "mandates", "what_was_done", "challenges", "result", "result_extent", "support_needed", "level",
    "withdrawn_reason",
)  # fmt: skip

CHUNK = 500
"""Engagements whose versions are read at a time."""


@dataclass(frozen=True, slots=True)
class Change:
    """One save: by whom and when; `fields` holds (label, before, after), all of them empty for the first version.

    `removal` says that the text of this version or of the one before was removed: its columns are not compared then.
    `reason` is why several lines were changed at once, this one among them.
    """

    by: User | None
    at: Any
    is_first: bool
    fields: list[tuple[str, str, str]]
    removal: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """That a support request was closed: by whom (None: not by a person) and when.

    `reason` is why, where it was closed together with others.
    """

    by: User | None
    at: Any
    reason: str = ""


def _records_visible_to(user: User, engagement: Engagement) -> Any:
    """What history has of an engagement that passed the gate, at the levels at which `user` reads its versions."""
    return Engagement.history.filter(id=engagement.pk, level__in=levels_of_versions(engagement, user))


def versions_visible_to(user: User, engagement: Engagement) -> list[Any]:
    """The versions of `engagement` that `user` may read, oldest first, the last record of each.

    Start from an engagement that passed the gate; `querysets.levels_of_versions` says which versions follow.
    """
    records = _records_visible_to(user, engagement).select_related("history_user")
    # One save writes a record for the row and more for its mandates; the last one of a version is complete.
    last = {record.version: record for record in records.order_by("history_date", "history_id")}
    return [last[version] for version in sorted(last)]


def changes_visible_to(user: User, engagement: Engagement) -> list[Change]:
    """What changed from one readable version to the next, latest first; also when its support request was closed
    together with others, and whether that was undone. Needs a query per version for its mandates."""
    found: list[Change] = []
    rows = list(ImportedRow.objects.changed_in_bulk(engagement))
    reasons = {row.version: row.batch.reason for row in rows if not row.batch.closes_requests}
    readable = set()
    before: dict[str, tuple[str, str]] | None = None
    removed_before = None
    for record in versions_visible_to(user, engagement):
        now = {name: _in_words(record, name) for name in SHOWN}
        changed = []
        removed = record.text_removed_on or removed_before
        if before is not None:
            compared = [name for name in SHOWN if name not in TEXTS] if removed else SHOWN
            changed = [(now[name][0], before[name][1], now[name][1]) for name in compared if now[name] != before[name]]
        if before is None or changed or removed:
            said, reason = (said_of_removal(removed), "") if removed else ("", reasons.get(record.version, ""))
            found.append(Change(record.history_user, record.history_date, before is None, changed, said, reason))
        before, removed_before = now, record.text_removed_on
        if not removed:
            readable.add(record.version)
    for row in rows:
        if row.batch.closes_requests and row.version in readable:
            found += _closings(row)
    found.reverse()  # versions of the same moment stay in their order
    found.sort(key=lambda change: change.at, reverse=True)
    return found


def _closings(row: ImportedRow) -> list[Change]:
    """That the support request of a line was closed with others, and that it was opened again when that was undone."""
    label, states = str(SupportRequest._meta.verbose_name), SupportRequest.Status
    before, closed = (
        str(states(state).label) for state in (row.batch.counts[CLOSED][str(row.engagement_id)], "closed")
    )
    found = [Change(row.batch.by, row.batch.decided_at, False, [(label, before, closed)], reason=row.batch.reason)]
    if row.undone_at:
        found.append(Change(row.batch.by, row.undone_at, False, [(label, closed, before)]))
    return found


def closing_of(request: SupportRequest, user: User) -> Closing | None:
    """Who closed a request that passed the gate for `user`, and why; None for one that is not closed. Three queries at
    most. The reason is as confidential as the version it was given for, and goes with the text of the line."""
    if request.status != SupportRequest.Status.CLOSED:
        return None
    closed, since = None, None
    records = SupportRequest.history.filter(id=request.pk).select_related("history_user")  # type: ignore[attr-defined]
    for record in records.order_by("-history_date", "-history_id"):
        if record.status != SupportRequest.Status.CLOSED:
            since = record.history_date
            break
        closed = record  # saved again later, for a message, it stays the closing of before
    if closed is None:
        return None
    engagement = request.engagement
    together = ImportedRow.objects.changed_in_bulk(engagement).filter(
        batch__counts__has_key=CLOSED, batch__decided_at__lte=closed.history_date
    )
    if since:
        together = together.filter(batch__decided_at__gte=since)
    row = None if engagement.text_removed_on else together.order_by("-batch__decided_at").first()
    if row and not _records_visible_to(user, engagement).filter(version=row.version).exists():
        row = None
    return Closing(closed.history_user, closed.history_date, row.batch.reason if row else "")


def _in_words(record: Any, name: str) -> tuple[str, str]:
    """The label of a field and its value in a historical record, as a reader would say it."""
    field = Engagement._meta.get_field(name)
    label = str(field.verbose_name)
    if name == "mandates":
        return label, ", ".join(sorted(place.mandate.acronym for place in record.mandates.select_related("mandate")))
    value = getattr(record, name)
    if value is None:
        return label, ""
    if name == "visit":
        return label, f"{value}, {value.dates}"  # two visits of one mandate differ by their dates only
    if getattr(field, "choices", None):
        return label, str(dict(field.flatchoices).get(value, value))
    return label, date_format(value, "DATE_FORMAT") if hasattr(value, "year") else str(value)


def bases_of(versions: Iterable[tuple[Any, int]]) -> dict[tuple[Any, int], tuple[Any, frozenset[Any]]]:
    """The record and the keys of the mandates of each (engagement, version) named, as far as it is kept.

    For engagements that passed `editable_by`: whoever keeps a log reads all its versions. Two queries per CHUNK.
    """
    wanted = sorted(set(versions), key=str)
    last: dict[tuple[Any, int], Any] = {}
    for start in range(0, len(wanted), CHUNK):
        asked = wanted[start : start + CHUNK]
        records = Engagement.history.filter(id__in={pk for pk, _version in asked})
        records = records.filter(version__in={version for _pk, version in asked})
        for record in records.order_by("history_date", "history_id"):
            last[record.id, record.version] = record
    mandates: dict[Any, set[Any]] = {}
    keys = [last[pair].history_id for pair in wanted if pair in last]
    for start in range(0, len(keys), CHUNK):
        places = Engagement.history.model.mandates.filter(history__in=keys[start : start + CHUNK])
        for history, mandate in places.values_list("history", "mandate"):
            mandates.setdefault(history, set()).add(mandate)
    return {pair: (last[pair], frozenset(mandates.get(last[pair].history_id, ()))) for pair in wanted if pair in last}
