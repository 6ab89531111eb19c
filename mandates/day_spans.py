"""Days as people write them in one cell: one day or period, or from one to another. Pure; nothing is guessed.

"8 June 2026", "2026-06-08", "8.6.2026", "juin 2026", "Q2 2026", "8–12 June 2026", "28 avril au 3 mai 2026". A date in
digits with strokes, 3/4/2026, has two readings: other dates of the same column may tell which is meant, else it is
refused with both.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.signs import date_format

from .dates import NoSuchDay, Period, parse_period
from .day_words import fold, read_period

Order = Literal["day first", "month first"]
"""What comes first in the dates of a column that are written with strokes."""

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_STROKES = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.-](\d{4})|(\d{4})[/.](\d{1,2})", re.ASCII)
_MIDNIGHT = re.compile(r"[t ]0?0:00(?::00(?:\.0+)?)?$")
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "الاول": 1, "الثاني": 2, "الثالث": 3, "الرابع": 4}
_NTH |= {"premier": 1, "deuxieme": 2, "troisieme": 3, "quatrieme": 4}
_NTH |= {"primer": 1, "segundo": 2, "tercer": 3, "cuarto": 4}
_QUARTER = re.compile(
    r"(?:[qt]\s?(?P<a>[1-4])|(?P<b>[1-4])(?:st|nd|rd|th|er|re|e|o|\.o|\.er)?\s(?:quarter|trimestre)|trimestre\s(?P<c>[1-4])"
    rf"|الربع\s(?P<d>[1-4]|{'|'.join(_NTH)})|(?P<e>{'|'.join(_NTH)})\s(?:quarter|trimestre))"
    r"(?:\s|/|-|,|of|de|del|من)*(?P<year>\d{4})"
    r"|(?P<year2>\d{4})\s?[/-]?\s?[qt](?P<f>[1-4])",
    re.ASCII,
)
_FROM = re.compile(r"^(?:from|between|du|de|del|desde|entre|من)\s+(?:(?:the|le|el)\s+)?")
_TO = re.compile(
    r"\s*[-–—]\s*|\s+(?:to|until|till|through|au|jusqu'au|a|al|hasta|الى|حتى)\s+(?:(?:the|le|el)\s+)?", re.ASCII
)


class TwoReadings(ValidationError, ValueError):
    """A date that can be read in two ways, such as 3/4/2026."""


def read_span(text: str, order: Order | None = None) -> tuple[Period, Period]:
    """The first and the last period that `text` means, the same for a single one; `order` as its column tells.

    Raises NoSuchDay, TwoReadings when only `order` is missing, ValueError for what is no date.
    """
    text = _MIDNIGHT.sub("", fold(text).translate(_DIGITS)).rstrip(" .,")
    period = _single(text, order)
    return (period, period) if period else _range(_FROM.sub("", text), order)


def order_of(values: Iterable[object]) -> Order | None:
    """What the dates of one column say about themselves: None unless some can be read in one way only, and agree."""
    found: set[Order] = set()
    for value in values:
        if isinstance(value, str):
            for day, mark, month, _year in _STROKES.findall(value.translate(_DIGITS)):
                if mark != "." and int(day) > 12 >= int(month):
                    found.add("day first")
                elif mark != "." and int(month) > 12 >= int(day):
                    found.add("month first")
    return found.pop() if len(found) == 1 else None


def _single(text: str, order: Order | None) -> Period | None:
    """One day, month, quarter or year; None when the text is none of these. Raises NoSuchDay and TwoReadings."""
    if match := _STROKES.fullmatch(text):
        first, mark, second, year = match.groups()
        return _of_strokes(first, mark, second, year, order)
    if match := _YEAR_FIRST.fullmatch(text):
        return parse_period(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}")
    if match := _MONTH_YEAR.fullmatch(text):
        return parse_period(f"{match[2] or match[3]}-{match[1] or match[4]:0>2}")
    if match := _QUARTER.fullmatch(text):
        said = next(match[name] for name in "abcdef" if match[name])
        return parse_period(f"{match['year'] or match['year2']}-Q{_NTH.get(said) or said}")
    try:
        return read_period(text)
    except NoSuchDay:
        raise
    except ValueError:
        return None


def _of_strokes(first: str, mark: str, second: str, year: str, order: Order | None) -> Period | None:
    day, month = int(first), int(second)
    year = year if len(year) == 4 else f"20{year}"
    if mark != "." and order is None and day != month and day <= 12 and month <= 12:
        readings = [date(int(year), month, day), date(int(year), day, month)]
        raise TwoReadings(
            _("This can be %(one)s or %(other)s: write it as %(iso)s, or name the month."),
            params={
                "one": date_format(readings[0], "DATE_FORMAT"),
                "other": date_format(readings[1], "DATE_FORMAT"),
                "iso": readings[0].isoformat(),
            },
        )
    if mark != "." and (order == "month first" or (order is None and month > 12)):
        day, month = month, day
    return parse_period(f"{year}-{month:02}-{day:02}")


def _range(text: str, order: Order | None) -> tuple[Period, Period]:
    """From one period to another: the first may leave out the month or year that the second has."""
    for sign in _TO.finditer(text):
        left, right = text[: sign.start()].rstrip(" .,"), text[sign.end() :].strip()
        order = order or order_of([right])
        if left and right and (last := _single(right, order)) is not None:
            for whole in (left, *(f"{left}{tail}" for tail in _tails(right))):
                first = _single(whole, order)
                if first is not None and first.first <= last.last:
                    return first, last
    raise ValueError(text)


def _tails(text: str) -> list[str]:
    """What may complete the first half of a range: the ends of its second half, the longest first."""
    return [text[match.start() :] for match in re.finditer(r"[\s/.-]", text)]
