"""What people write into a date column."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from engagement.imports.days import Span, coarsest, read_days
from mandates.day_spans import TwoReadings, order_of

JUNE = Span(date(2026, 6, 8), None, "day")
WEEK = Span(date(2026, 6, 8), date(2026, 6, 12), "day")
QUARTER = Span(date(2026, 4, 1), None, "quarter")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (date(2026, 6, 8), JUNE),
        (datetime(2026, 6, 8, 9, 30), JUNE),
        *(
            (text, JUNE)
            for text in (
                "2026-06-08", "2026-06-08 00:00:00", "2026/6/8", "8.6.2026", "8.6.26", " 8 June 2026. ", "June 8, 2026",
                "8 juin 2026", "8 de junio de 2026", "8 يونيو 2026", "٨ يونيو ٢٠٢٦", "8 حزيران 2026",
            )
        ),
        ("30/6/2026", Span(date(2026, 6, 30), None, "day")),
        ("6/30/2026", Span(date(2026, 6, 30), None, "day")),
        ("6/6/2026", Span(date(2026, 6, 6), None, "day")),
        *(
            (text, Span(date(2026, 6, 1), None, "month"))
            for text in ("June 2026", "2026-06", "06/2026", "juin 2026", "junio de 2026", "يونيو 2026")
        ),
        *(
            (text, QUARTER)
            for text in (
                "Q2 2026", "2026-Q2", "2026 Q2", "Q2/2026", "T2 2026", "2e trimestre 2026", "trimestre 2 de 2026",
                "2.º trimestre de 2026", "second quarter of 2026", "الربع 2 من 2026", "الربع الثاني من 2026",
            )
        ),
        ("2026", Span(date(2026, 1, 1), date(2026, 12, 31), "quarter")),
        (2026, Span(date(2026, 1, 1), date(2026, 12, 31), "quarter")),
        ("2026-H1", Span(date(2026, 1, 1), date(2026, 6, 30), "quarter")),
        *(
            (text, WEEK)
            for text in (
                "8–12 June 2026", "8-12 June 2026", "8 June - 12 June 2026", "from 8 to 12 June 2026", "8.-12.6.2026",
                "8.6.2026–12.6.2026", "2026-06-08 - 2026-06-12", "du 8 au 12 juin 2026", "del 8 al 12 de junio de 2026",
                "من 8 الى 12 يونيو 2026",
            )
        ),
        ("28 April – 3 May 2026", Span(date(2026, 4, 28), date(2026, 5, 3), "day")),
        ("12-14/05/2026", Span(date(2026, 5, 12), date(2026, 5, 14), "day")),
        ("June–July 2026", Span(date(2026, 6, 1), date(2026, 7, 31), "month")),
        ("Q1–Q2 2026", Span(date(2026, 1, 1), date(2026, 6, 30), "quarter")),
        (None, None),
        (" ", None),
    ],
)  # fmt: skip
def test_a_date_is_read_as_exactly_as_it_is_written(text, expected):
    """Days, months, quarters and ranges, in four languages, with their precision."""
    assert read_days(text) == expected


@pytest.mark.parametrize("text", ["2026-02-30", "30/02/2026", "31 September 2026", "31 septembre 2026", "2026-13"])
def test_a_day_of_no_calendar_is_said_to_be_one(text):
    """It is not moved to the next month, nor read in another way."""
    with pytest.raises(ValidationError, match="stands in no calendar"):
        read_days(text)


@pytest.mark.parametrize("text", ["tbc", "last week", "12 – 8 June 2026", "8", "June", "as above"])
def test_what_is_no_date_is_refused_with_forms_that_are(text):
    """The reason says what to write."""
    with pytest.raises(ValidationError, match="8 June 2026, June 2026 or Q2 2026"):
        read_days(text)


@pytest.mark.parametrize("value", [46000, 46000.5, True])
def test_a_bare_number_is_no_date(value):
    """A serial number of a spreadsheet depends on its calendar, which nobody knows here."""
    with pytest.raises(ValidationError, match="number, not a date"):
        read_days(value)


@pytest.mark.parametrize("text", ["3/4/2026", "3-4-2026", "3/4/26", "3–9/4/2026"])
def test_a_date_with_two_readings_is_refused_with_both(text):
    """Nothing is guessed; with the order of its column it is read."""
    with pytest.raises(TwoReadings, match=r"can be .* April 2026 or .*write it as 2026-04-0"):
        read_days(text)
    assert read_days(text, "day first").first == date(2026, 4, 3)


def test_the_order_of_a_column_comes_from_dates_that_have_one_reading():
    """One that has not counts for nothing; two that disagree leave it open; ISO dates and dots say nothing."""
    assert order_of(["3/4/2026", "13/4/2026", None]) == "day first"
    assert order_of(["3/4/2026", "4/13/2026"]) == "month first"
    assert order_of(["3/4/2026", "2026-04-13", "13.4.2026", date(2026, 4, 13)]) is None
    assert order_of(["13/4/2026", "4/13/2026"]) is None


def test_the_coarsest_precision_counts():
    """A start known by day and an end by month are known by month."""
    assert coarsest("day", "quarter", "month") == "quarter"
