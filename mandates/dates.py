"""Dates that are known to the day, the month or less: read, written and shown in one place.

In files they are ISO 8601 with reduced precision: `2021`, `2021-10`, `2021-10-08`, and beside the standard
`2026-Q2` (quarter) and `2026-H1` (half year).
"""

import calendar
import math
import re
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from config.signs import date_format

GENEVA = "Europe/Zurich"
MARK = "\u200f"
"""Right-to-left mark: stands before a day in Arabic, so that its number stays with it behind a Latin name."""

CITIES = {GENEVA: gettext_lazy("Geneva"), "America/New_York": gettext_lazy("New York")}
"""Time zones whose city is called differently in other languages, or is not the one that names the zone."""

QUARTERS = (
    gettext_lazy("Q1 %(year)d"),
    gettext_lazy("Q2 %(year)d"),
    gettext_lazy("Q3 %(year)d"),
    gettext_lazy("Q4 %(year)d"),
)
"""One by one, since ordinals end differently: 1er, 2e; 1.er, 2.º."""


class Precision(models.TextChoices):
    """How exactly a day is known; the stored day is then the first or the last one of that period."""

    DAY = "day", gettext_lazy("day")
    MONTH = "month", gettext_lazy("month")
    QUARTER = "quarter", gettext_lazy("quarter")
    HALF = "half", gettext_lazy("half year")
    YEAR = "year", gettext_lazy("year")


class Period(NamedTuple):
    """The first and last day that a reduced date can mean, and its precision."""

    first: date
    last: date
    precision: Precision


_PATTERN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d\d)(?:-(\d\d))?))?", re.ASCII)


class NoSuchDay(ValueError):
    """A date of the right form that stands in no calendar: 2026-02-30, 2026-13."""


def parse_period(text: str) -> Period | None:
    """The period that `text` names, None for empty text.

    Raises ValueError for any other form, NoSuchDay for days and months that no calendar has.
    """
    text = text.strip()
    if not text:
        return None
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"not a date of the form 2026, 2026-Q2, 2026-H1, 2026-10 or 2026-10-08: {text!r}")
    try:
        year, *parts = (None if part is None else int(part) for part in match.groups())
        return _period(year or 0, *parts)
    except ValueError as error:
        raise NoSuchDay(f"no calendar has {text!r}") from error


def _period(year: int, quarter: int | None, half: int | None, month: int | None, day: int | None) -> Period:
    if day is not None:
        exact = date(year, month or 0, day)
        return Period(exact, exact, Precision.DAY)
    if month is not None:
        return _months(year, month, month, Precision.MONTH)
    if quarter is not None:
        return _months(year, quarter * 3 - 2, quarter * 3, Precision.QUARTER)
    if half is not None:
        return _months(year, half * 6 - 5, half * 6, Precision.HALF)
    return _months(year, 1, 12, Precision.YEAR)


def _months(year: int, first: int, last: int, precision: Precision) -> Period:
    return Period(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]), precision)


def write_period(day: date | None, precision: str | None) -> str:
    """`day` as files hold it, the inverse of `parse_period`; "" for None."""
    if day is None:
        return ""
    text = day.isoformat()
    match precision:
        case Precision.MONTH:
            return text[:7]
        case Precision.QUARTER:
            return f"{text[:4]}-Q{(day.month + 2) // 3}"
        case Precision.HALF:
            return f"{text[:4]}-H{1 if day.month < 7 else 2}"
        case Precision.YEAR:
            return text[:4]
    return text


def first_day(day: date, precision: str | None) -> date:
    """The first day of the period that `day` stands for when it is known to `precision`."""
    if precision == Precision.MONTH:
        return day.replace(day=1)
    if precision == Precision.QUARTER:
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if precision == Precision.HALF:
        return date(day.year, 1 if day.month < 7 else 7, 1)
    return date(day.year, 1, 1) if precision == Precision.YEAR else day


def last_day(day: date, precision: str | None) -> date:
    """The last day of the period that `day` stands for when it is known to `precision`."""
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(precision or "")
    if months is None:
        return day
    month = first_day(day, precision).month + months - 1
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def months_later(day: date, months: int) -> date:
    """The same day so many `months` later, or earlier when negative; the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def beginning_of(day: date) -> datetime:
    """The first moment of `day` on the reader's clock."""
    return timezone.make_aware(datetime.combine(day, time()))


def end_of(day: date, zone: tzinfo) -> datetime:
    """24:00 of `day` in `zone`, as an aware UTC datetime."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(ZoneInfo("UTC"))


def days_until(closes_at: datetime, now: datetime) -> int:
    """Days from today to the last day before `closes_at`, both on the reader's (active) calendar.

    The last day is that of the last moment before closing, so that a deadline in Geneva says "today" on the
    reader's own calendar.
    """
    return (timezone.localdate(closes_at - timedelta(microseconds=1)) - timezone.localdate(now)).days


def closes_in(closes_at: datetime, now: datetime) -> str:
    """How long something is still open, in days of the reader's (active) time zone: "closes in 5 days".

    On the last day in hours, rounded up.
    """
    days = days_until(closes_at, now)
    if days == 0:
        hours = math.ceil((closes_at - now).total_seconds() / 3600)
        return ngettext("closes today, in %(n)d hour", "closes today, in %(n)d hours", hours) % {"n": hours}
    return ngettext("closes in %(n)d day", "closes in %(n)d days", days) % {"n": days}


def moment_here(moment: datetime) -> str:
    """A moment on the reader's (active) clock: "3 December 2026, 01:00"; "" at midnight, which its date tells."""
    here = timezone.localtime(moment)
    return date_format(here, "DATETIME_FORMAT") if (here.hour, here.minute) != (0, 0) else ""


def zone_in_words(name: str) -> str:
    """A time zone as people say it: the city of an IANA name, "Geneva" for Europe/Zurich."""
    return str(CITIES.get(name) or name.rpartition("/")[2].replace("_", " "))


def show_day(day: date | None, precision: str = Precision.DAY) -> str:
    """`day` in words of the active language, as exactly as it is known: "5 October 2026", "October 2026", "2026"."""
    return "" if day is None else _in_words(day, precision, get_language())


@lru_cache(maxsize=5000)
def _in_words(day: date, precision: str, language: str | None) -> str:
    """A list shows fifty days, most of them again and again; `language` is the active one, a part of the key."""
    if precision == Precision.DAY:
        return date_format(day, "DATE_FORMAT")
    if precision == Precision.MONTH:
        return date_format(day, "YEAR_MONTH_FORMAT")
    if precision == Precision.QUARTER:
        return QUARTERS[(day.month - 1) // 3] % {"year": day.year}
    if precision == Precision.HALF:
        half = _("first half of %(year)d") if day.month < 7 else _("second half of %(year)d")
        return half % {"year": day.year}
    return str(day.year)


def show_range(start: date | None, end: date | None, precision: str = Precision.DAY) -> str:
    """From `start` to `end` without saying the same month twice; "" when neither is known.

    Either may be missing: "from 5 October 2026", "until 15 October 2026".
    """
    if start is None and end is None:
        return ""
    if end is None:
        return _("from %(day)s") % {"day": show_day(start, precision)}
    if start is None:
        return _("until %(day)s") % {"day": show_day(end, precision)}
    if start == end:
        return show_day(start, precision)
    first, last = show_day(start, precision), show_day(end, precision)
    if first == last:
        return last
    if precision == Precision.DAY and (start.year, start.month) == (end.year, end.month):
        first = first.partition(" ")[0]
    return f"{first} – {last}" if " " in first else f"{first}–{last}"
