"""Dates that are known to the day, the month or less."""

from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.utils.formats import date_format, get_format
from django.utils.translation import override

from mandates.dates import (
    NoSuchDay,
    Precision,
    last_day,
    months_later,
    parse_period,
    show_day,
    show_range,
    write_period,
)

PERIODS = {
    "2021": (date(2021, 1, 1), date(2021, 12, 31), "year"),
    "2021-10": (date(2021, 10, 1), date(2021, 10, 31), "month"),
    "2023-02": (date(2023, 2, 1), date(2023, 2, 28), "month"),
    "2024-02": (date(2024, 2, 1), date(2024, 2, 29), "month"),
    "2021-10-08": (date(2021, 10, 8), date(2021, 10, 8), "day"),
    " 2021-10-08\n": (date(2021, 10, 8), date(2021, 10, 8), "day"),
    "2026-Q1": (date(2026, 1, 1), date(2026, 3, 31), "quarter"),
    "2026-Q4": (date(2026, 10, 1), date(2026, 12, 31), "quarter"),
    "2026-H1": (date(2026, 1, 1), date(2026, 6, 30), "half"),
    "2026-H2": (date(2026, 7, 1), date(2026, 12, 31), "half"),
}
NO_PERIODS = (
    "2026-13",
    "2026-00",
    "2026-00-05",
    "2026-10-00",
    "2026-02-30",
    "2023-02-29",
    "2026-Q5",
    "2026-Q0",
    "2026-H3",
    "2026-Q1-05",
    "0000",
    "26-10-08",
    "2026-1-8",
    "08/10/2026",
    "late 2026",
    "2026-10-08T00:00",
    "20261008",
    "٢٠٢٦",
    "2026-10\x00",
)


@pytest.mark.parametrize("text", PERIODS)
def test_a_reduced_date_is_the_period_it_can_mean(text):
    """First day, last day and precision, leap years included."""
    assert parse_period(text) == PERIODS[text]


@pytest.mark.parametrize("text", PERIODS)
@pytest.mark.parametrize("day", ["first", "last"])
def test_a_period_is_written_as_it_was_read(text, day):
    """From its first day, as starts are stored, and from its last, as ends are."""
    period = parse_period(text)
    assert write_period(getattr(period, day), period.precision) == text.strip()
    assert write_period(None, "") == ""


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-02-30", "0000"])
def test_a_day_that_no_calendar_has_is_told_from_another_form(text):
    """So that the person reads which of the two it is."""
    with pytest.raises(NoSuchDay):
        parse_period(text)
    with pytest.raises(ValueError) as caught:
        parse_period("8 October")
    assert not isinstance(caught.value, NoSuchDay)


@pytest.mark.parametrize("text", ["", "  "])
def test_empty_text_is_no_date(text):
    """An empty cell means not known."""
    assert parse_period(text) is None


@pytest.mark.parametrize("text", NO_PERIODS)
def test_what_no_calendar_has_is_refused(text):
    """Other forms, and days that do not exist, are errors and never a wider period."""
    with pytest.raises(ValueError):
        parse_period(text)


DAYS = [
    (date(2026, 10, 5), "day", "5 October 2026", "5 octobre 2026"),
    (date(2026, 10, 1), "month", "October 2026", "octobre 2026"),
    (date(2026, 1, 1), "year", "2026", "2026"),
    (None, "day", "", ""),
]


@pytest.mark.parametrize(("day", "precision", "english", "french"), DAYS)
def test_a_day_is_shown_as_exactly_as_it_is_known(day, precision, english, french):
    """Never more exactly than known, in the reader's language."""
    assert show_day(day, precision) == english
    with override("fr"):
        assert show_day(day, precision) == french


@pytest.mark.parametrize(
    ("day", "precision", "said"),
    [
        (date(2026, 1, 1), "quarter", "Q1 2026"),
        (date(2026, 3, 31), "quarter", "Q1 2026"),
        (date(2026, 12, 31), "quarter", "Q4 2026"),
        (date(2026, 6, 30), "half", "first half of 2026"),
        (date(2026, 7, 1), "half", "second half of 2026"),
    ],
)
def test_quarters_and_halves_have_names(day, precision, said):
    """First and last day of a quarter or half year show the same period."""
    assert show_day(day, precision) == said


@pytest.mark.parametrize(
    ("language", "quarter", "first", "span"),
    [
        ("fr", "T1 2026", "1er janvier 2026", "1er–4 janvier 2026"),
        ("es", "1.er trimestre de 2026", "1 de enero de 2026", "1–4 de enero de 2026"),
        ("ar", "الربع الأول من 2026", "\u200f1 كانون الثاني/يناير 2026", "\u200f1–\u200f4 كانون الثاني/يناير 2026"),
    ],
)
def test_ordinals_are_those_of_the_language(language, quarter, first, span):
    """The first of the month, in templates too, and the quarters one by one."""
    day = date(2026, 1, 1)
    with override(language):
        assert (show_day(day, "quarter"), show_day(day)) == (quarter, first)
        assert Template('{{ day|date:"DATE_FORMAT" }}').render(Context({"day": day})) == first
        assert show_range(day, date(2026, 1, 4)) == span


RANGES = [
    (date(2026, 10, 5), date(2026, 10, 15), "day", "5–15 October 2026", "5–15 octobre 2026"),
    (date(2026, 10, 5), date(2026, 10, 5), "day", "5 October 2026", "5 octobre 2026"),
    (date(2026, 6, 28), date(2026, 7, 3), "day", "28 June 2026 – 3 July 2026", "28 juin 2026 – 3 juillet 2026"),
    (date(2025, 10, 5), date(2026, 10, 5), "day", "5 October 2025 – 5 October 2026", "5 octobre 2025 – 5 octobre 2026"),
    (date(2026, 10, 1), date(2026, 10, 31), "month", "October 2026", "octobre 2026"),
    (date(2026, 10, 1), date(2026, 11, 30), "month", "October 2026 – November 2026", "octobre 2026 – novembre 2026"),
    (date(2026, 1, 1), date(2026, 12, 31), "year", "2026", "2026"),
    (date(2025, 1, 1), date(2026, 12, 31), "year", "2025–2026", "2025–2026"),
    (None, None, "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("start", "end", "precision", "english", "french"), RANGES)
def test_a_range_does_not_say_the_same_twice(start, end, precision, english, french):
    """One month, one year or one period is named once."""
    assert show_range(start, end, precision) == english
    with override("fr"):
        assert show_range(start, end, precision) == french


def test_days_in_arabic_are_written_as_un_documents_do():
    """Each month named twice, digits 0 to 9, hours to 24; a mark keeps the first number out of a Latin name before."""
    day = date(2026, 10, 5)
    with override("ar"):
        assert show_day(day) == "\u200f5 تشرين الأول/أكتوبر 2026"
        assert show_range(day, date(2026, 10, 9)) == "\u200f5–\u200f9 تشرين الأول/أكتوبر 2026"
        assert date_format(datetime(2026, 10, 5, 14, 30), "DATETIME_FORMAT") == "\u200f5 تشرين الأول/أكتوبر 2026، 14:30"


@pytest.mark.parametrize(("language", "first"), [("en", 1), ("fr", 1), ("es", 1), ("ar", 6)])
def test_weeks_begin_as_cldr_has_it(language, first):
    """Monday, but Saturday in Arabic; 0 would be Sunday, what Django falls back to."""
    with override(language):
        assert get_format("FIRST_DAY_OF_WEEK") == first


def test_a_range_may_have_one_end():
    """Only the known end is shown, and said to be that end."""
    assert show_range(date(2026, 10, 5), None) == "from 5 October 2026"
    assert show_range(None, date(2026, 10, 15)) == "until 15 October 2026"
    assert show_range(None, date(2026, 10, 31), Precision.MONTH) == "until October 2026"


@pytest.mark.parametrize(
    ("precision", "last"),
    [
        ("day", date(2024, 2, 5)),
        ("", date(2024, 2, 5)),
        (None, date(2024, 2, 5)),
        ("month", date(2024, 2, 29)),
        ("quarter", date(2024, 3, 31)),
        ("half", date(2024, 6, 30)),
        ("year", date(2024, 12, 31)),
    ],
)
def test_the_last_day_that_a_vague_date_can_mean(precision, last):
    """Whichever day of the period is stored, the last one follows."""
    assert last_day(date(2024, 2, 5), precision) == last


@pytest.mark.parametrize(
    ("day", "months", "other"),
    [
        (date(2026, 9, 14), -3, date(2026, 6, 14)),
        (date(2026, 5, 31), -3, date(2026, 2, 28)),
        (date(2026, 3, 31), -3, date(2025, 12, 31)),
        (date(2026, 11, 1), 3, date(2027, 2, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
    ],
)
def test_months_later(day, months, other):
    """The last day of a month that is too short, across the new year, both ways."""
    assert months_later(day, months) == other
