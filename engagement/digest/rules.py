"""What of an item is news within a span of time, and whether it is urgent. Pure functions; nothing here reads.

A span reaches from `since` (exclusive) to `until` (inclusive). What nobody need be told: a change that no mail tells
of (`news.is_told`); an item that was over before the span, and before its change too, such as the visits of past years
that somebody enters; one that was entered and withdrawn within the span.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mandates.models import VisitEvent
from mandates.querysets import VisitPhase

from ..following import Facts
from ..openings.rules import PRESS_DAYS, REPORT_DAYS

NEAR = timedelta(days=7)
"""How long before a call closes its deadline is near: no reader, in whichever zone, counts more days than seven."""

STAYS_NEWS = {"visits": timedelta(days=PRESS_DAYS), "calls": timedelta(0), "reports": timedelta(days=REPORT_DAYS)}
"""How long after its day something can still be acted on, as in the rules of openings."""

URGENT_EVENTS = {
    VisitEvent.Kind.DATES_AGREED, VisitEvent.Kind.ANNOUNCED, VisitEvent.Kind.POSTPONED, VisitEvent.Kind.CANCELLED,
}  # fmt: skip

DAYS_OF = {"visits": ("ends_on", "starts_on"), "calls": ("deadline_on",), "reports": ("published_on",)}
"""The columns that say when it is over, as `ReferenceChange.changes` names them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded change: when, and {column: [before, after]}; `is_new` when the item was entered by it."""

    at: datetime
    fields: dict[str, Any]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit, call or report as the rules look at it. `key` is (name of the model, key as text).

    `day` is the last day of a visit, the deadline, the day of publication; `closes_at` the moment at which a call
    closes while it is open, else None; `phase` and `status` those of a visit. `scopes` as in `querysets.scopes_of`.
    `changes`: the first one first.
    """

    key: tuple[str, str]
    facts: Facts
    day: date | None = None
    closes_at: datetime | None = None
    phase: int | None = None
    status: str = ""
    is_exact: bool = True
    is_withdrawn: bool = False
    scopes: frozenset[Any] = frozenset()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """That there is something to tell of an item after `since`: what changed, or that its deadline has come near."""

    entry: Entry
    since: datetime
    is_urgent: bool


def news_within(entry: Entry, since: datetime, until: datetime) -> News | None:
    """What there is to tell of `entry` after `since`, until `until`."""
    changes = [change for change in entry.changes if since < change.at <= until]
    reminds = entry.closes_at is not None and since < entry.closes_at - NEAR <= until < entry.closes_at
    if not reminds and not _is_worth_telling(entry, changes, since):
        return None
    return News(entry, since, reminds or _is_urgent(entry, changes, until))


def _is_worth_telling(entry: Entry, changes: Sequence[Change], since: datetime) -> bool:
    if not changes:
        return False
    if entry.is_withdrawn and (changes[0].is_new or not any("withdrawn_on" in change.fields for change in changes)):
        return False
    return not _is_over(entry, entry.day, since) or _was_ahead(entry, changes, since)


def _is_over(entry: Entry, day: date | None, since: datetime) -> bool:
    """Whether an item of that day could not be acted on any more when the span began."""
    if day is None:
        return entry.phase == VisitPhase.PAST  # completed, on days that nobody wrote down
    return day + STAYS_NEWS[entry.facts.kind] < since.date()


def _was_ahead(entry: Entry, changes: Sequence[Change], since: datetime) -> bool:
    """Whether its day lay ahead before it was moved, so that people may still count on it."""
    if changes[0].is_new:
        return False
    for column in DAYS_OF[entry.facts.kind]:
        for change in changes:
            if column in change.fields:
                before = change.fields[column][0]
                return before is not None and not _is_over(entry, date.fromisoformat(before), since)
    return False


def _is_urgent(entry: Entry, changes: Sequence[Change], until: datetime) -> bool:
    """A visit that is announced, moved or cancelled; a call whose deadline is near."""
    if entry.facts.kind == "calls":
        return entry.closes_at is not None and entry.closes_at - NEAR <= until < entry.closes_at
    if entry.facts.kind != "visits" or entry.phase == VisitPhase.PAST:
        return False
    was_exact = entry.is_exact
    for change in changes:
        fields = change.fields
        was_exact |= fields.get("precision", [""])[0] == "day"
        if entry.status in URGENT_EVENTS and fields.get("visitevent.kind", [None, None])[1] == entry.status:
            return True
        if "withdrawn_on" in fields or (was_exact and ("starts_on" in fields or "ends_on" in fields)):
            return True
    return False
