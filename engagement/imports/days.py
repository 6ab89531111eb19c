"""When a row took place: a cell as people fill it in, read as days with a precision. Nothing is guessed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mandates.dates import NoSuchDay, Period, Precision, last_day
from mandates.day_spans import Order, TwoReadings, read_span

from .table import Value

COARSENESS = [Precision.DAY.value, Precision.MONTH.value, Precision.QUARTER.value]


@dataclass(frozen=True, slots=True)
class Span:
    """From which day to which, as exactly as `precision` (day, month, quarter); `last` is None for a single period."""

    first: date
    last: date | None
    precision: str


def read_days(value: Value, order: Order | None = None) -> Span | None:
    """The days that a cell means, None for an empty one; `order` as its column tells.

    Raises ValidationError with a sentence about what to write instead; TwoReadings when only `order` is missing.
    """
    if isinstance(value, datetime):
        return Span(value.date(), None, Precision.DAY.value)
    if isinstance(value, date):
        return Span(value, None, Precision.DAY.value)
    if value is None or not str(value).strip():
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool | int | float) and not (type(value) is int and 1900 < value < 2100):
        raise ValidationError(_("This is a number, not a date: write it as 2026-06-08, or format the cell as a date."))
    try:
        return _span(*read_span(str(value), order))
    except NoSuchDay as error:
        raise ValidationError(
            _("“%(text)s” stands in no calendar: correct the day or the month."), params={"text": str(value).strip()}
        ) from error
    except TwoReadings:
        raise
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is not understood as a date: write it as 2026-06-08, 8 June 2026, June 2026 or Q2 2026."),
            params={"text": str(value).strip()[:80]},
        ) from error


def coarsest(*precisions: str) -> str:
    """The least exact of these precisions."""
    return max(precisions, key=COARSENESS.index)


def _span(first: Period, last: Period) -> Span:
    """One period, or from one to another, in the precisions that an engagement has: half years are two quarters."""
    exact = coarsest(*(Precision.QUARTER.value if period.precision in ("half", "year") else period.precision.value
                       for period in (first, last)))  # fmt: skip
    one = last_day(first.first, exact) >= last.last
    return Span(first.first, None if one else last.last, exact)
