"""Periods of whole days as the overview looks at them: the same length before, and their months."""

from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from config.signs import date_format
from mandates.dates import Precision, first_day, last_day, months_later, show_range

MONTHS_SHOWN = 24
"""A period of more months is shown by quarters."""


class Slice(NamedTuple):
    """A month or quarter of a period, cut off where the period begins and ends. `short` stands below a chart."""

    since: date
    until: date
    words: str
    short: str


class Period(NamedTuple):
    """From one day to another, both included. What would lie outside the calendar ends at its edge."""

    since: date
    until: date

    def __str__(self) -> str:
        return show_range(self.since, self.until, Precision.MONTH if self.months else Precision.DAY)

    @property
    def months(self) -> int | None:
        """Of how many whole months it consists; None when it begins or ends within one."""
        if self.since.day != 1 or self.until != last_day(self.until, Precision.MONTH):
            return None
        return _month_of(self.until) - _month_of(self.since) + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one begins: of as many months, else of as many days."""
        if self.months:
            return Period(shifted(self.since, months=-self.months), shifted(self.since, days=-1))
        return Period(shifted(self.since, days=-self._days), shifted(self.since, days=-1))

    @property
    def after(self) -> "Period":
        """The period of the same length that begins where this one ends."""
        start = shifted(self.until, days=1)
        if self.months:
            return Period(start, shifted(shifted(start, months=self.months), days=-1))
        return Period(start, shifted(start, days=self._days - 1))

    @property
    def _days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def step(self) -> Precision:
        """By what its `slices` go."""
        many = _month_of(self.until) - _month_of(self.since) >= MONTHS_SHOWN
        return Precision.QUARTER if many else Precision.MONTH

    def slices(self) -> list[Slice]:
        """Its months or quarters in their order, with words in the active language."""
        found, day = [], self.since
        while True:
            until = min(last_day(day, self.step), self.until)
            found.append(Slice(day, until, show_range(day, until, self.step), self._short(day)))
            if until >= self.until:
                return found
            day = until + timedelta(days=1)

    def _short(self, day: date) -> str:
        """A word below a chart, which has no room for more than a dozen of them."""
        if self.step == Precision.QUARTER:
            return str(day.year) if day.month < 4 else ""
        few = _month_of(self.until) - _month_of(self.since) < 12
        return date_format(day, "M") if few or day.month % 3 == 1 else ""


def _month_of(day: date) -> int:
    return day.year * 12 + day.month


def shifted(day: date, *, months: int = 0, days: int = 0) -> date:
    """`day` so many months or days later, or earlier when negative; the edge of the calendar where it ends."""
    try:
        return months_later(day, months) + timedelta(days=days)
    except (ValueError, OverflowError):
        return date.max if months + days > 0 else date.min


def usual_periods(today: date) -> list[tuple[str, Period]]:
    """The periods to choose from by a press, named; the last one is what a bare address shows."""
    start = shifted(first_day(today, Precision.MONTH), months=-11)
    named = [
        (_("This quarter"), Precision.QUARTER),
        (_("This half-year"), Precision.HALF),
        (_("This year"), Precision.YEAR),
    ]
    found = [(label, Period(first_day(today, step), last_day(today, step))) for label, step in named]
    return [*found, (_("Twelve months"), Period(start, last_day(today, Precision.MONTH)))]


def period_of(since: date | None, until: date | None, today: date) -> Period:
    """The period between two days. One alone makes it a year; neither, the twelve months that end with this one."""
    if since and until:
        return Period(since, until)
    if since:
        return Period(since, max(since, shifted(shifted(since, months=12), days=-1)))
    if until:
        return Period(min(until, shifted(shifted(until, days=1), months=-12)), until)
    return usual_periods(today)[-1][1]
