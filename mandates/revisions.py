"""What was recorded of visits and calls, looked back upon: how often each changed, and which days it had before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from .changes import LINKS
from .dates import Precision, show_range
from .models import CallForInput, ReferenceChange


class Days(NamedTuple):
    """From the first day to the last, of which one may not be known; `precision` says how exactly."""

    first: date | None
    last: date | None
    precision: str = Precision.DAY

    def __str__(self) -> str:
        return show_range(self.first, self.last, self.precision)

    @property
    def span(self) -> tuple[date, date] | None:
        """Both days; the one that is known stands for the other."""
        first, last = self.first or self.last, self.last or self.first
        return (first, last) if first and last else None


@dataclass(frozen=True, slots=True)
class Revisions:
    """What was recorded of an item: how many changes, the last one's moment, and the days that it had before those of
    now, the latest first."""

    count: int = 0
    latest: datetime | None = None
    before: tuple[Days, ...] = ()

    @property
    def moved_from(self) -> Days | None:
        """The days from which it was moved last, if it ever was."""
        return self.before[0] if self.before else None

    @property
    def exact_before(self) -> tuple[date, date] | None:
        """The first and the last of the exact days that it had last."""
        return next((days.span for days in self.before if days.precision == Precision.DAY), None)


def revisions_of(items: list[Any]) -> dict[str, Revisions]:
    """By the key of a visit or call (as text), what ReferenceChange holds of it, but for `LINKS`. One query."""
    changes = ReferenceChange.objects.filter(subject_id__in=[str(item.pk) for item in items]).exclude(kind="checked")
    found: dict[str, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
    for key, moment, fields in changes.order_by("-changed_at").values_list("subject_id", "changed_at", "changes"):
        if not fields or not fields.keys() <= LINKS:
            found[key].append((moment, fields))
    return {
        key: Revisions(len(rows), rows[0][0], tuple(_days_before(item, [fields for _moment, fields in rows])))
        for item in items
        if (rows := found.get(key := str(item.pk)))
    }


def _days_before(item: Any, changes: Iterable[dict[str, Any]]) -> Iterator[Days]:
    """The days of an item before each change of them, going back from those of now."""
    is_call = isinstance(item, CallForInput)
    columns = ("deadline_on",) if is_call else ("starts_on", "ends_on", "precision")
    known = {name: getattr(item, name) for name in columns}
    for fields in changes:
        before = {name: fields[name][0] for name in columns if name in fields}
        if not before:
            continue
        known |= {name: value if name == "precision" else _day(value) for name, value in before.items()}
        days = [known[name] for name in columns if name != "precision"]
        if any(days):
            yield Days(days[0], days[-1], Precision.DAY if is_call else known["precision"] or Precision.DAY)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
