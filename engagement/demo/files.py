"""The files of the demonstration: rows, keys that make fixed identifiers, days that count from today."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.utils import timezone

from mandates.dates import Precision, parse_period
from mandates.seed import read_rows

_NAMESPACE = uuid.UUID("7a2f4d0c-91be-4c55-8f0e-5d1f1a5f0d3e")


def key_of(key: str) -> uuid.UUID:
    """The identifier of the row that a file calls `key`: the same at each load."""
    return uuid.uuid5(_NAMESPACE, key)


class DemoFiles:
    """The files in `directory`, with `today` as the day that relative days count from."""

    def __init__(self, directory: Path, today: date) -> None:
        self.directory = directory
        self.today = today

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        return read_rows(self.directory, name)

    def day(self, days: str) -> date | None:
        return self.today + timedelta(days=int(days)) if days else None

    def moment(self, days: str) -> datetime:
        """Half past three in the afternoon, so many days from today."""
        return timezone.make_aware(datetime.combine(self.today + timedelta(days=int(days)), time(15, 30)))

    def span(self, row: dict[str, str], first: str, last: str) -> tuple[date | None, date | None, str]:
        """First day, last day and precision of a row; a vague date covers its whole month or quarter."""
        starts, ends, precision = self.day(row[first]), self.day(row[last] if last else ""), row["precision"]
        if starts is None or precision == "unknown":
            return None, None, ""
        if precision != Precision.DAY:
            code = {"month": starts.strftime("%Y-%m"), "quarter": f"{starts.year}-Q{(starts.month + 2) // 3}"}
            period = parse_period(code[precision])
            if period is None:
                raise ValueError(f"no such precision: {precision}")
            return period.first, period.last, precision
        return starts, ends, precision
