"""Days as people write them in English, French and Spanish."""

from datetime import date

import pytest

from mandates.dates import Period, Precision, parse_period
from mandates.day_words import cut_days, fold, read_period

DAYS = [
    ("30 September 2026", "2026-09-30"),
    ("September 30, 2026", "2026-09-30"),
    ("5 Jan 2027", "2027-01-05"),
    ("05 Jan 2027", "2027-01-05"),
    ("Sept. 30, 2026", "2026-09-30"),
    ("30th of September 2026", "2026-09-30"),
    ("1er mars 2027", "2027-03-01"),
    ("15 août 2026", "2026-08-15"),
    ("15 AOÛT 2026", "2026-08-15"),
    ("3 févr. 2027", "2027-02-03"),
    ("30 de septiembre de 2026", "2026-09-30"),
    ("1º de enero del 2027", "2027-01-01"),
    ("2026-09-30", "2026-09-30"),
    ("30.09.2026", "2026-09-30"),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_in_words(text, day):
    """Each way of writing a day gives that day and leaves nothing."""
    assert cut_days(text) == ([date.fromisoformat(day)], "")


@pytest.mark.parametrize(
    "text",
    [
        "05/01/2027",
        "31 September 2026",
        "30 September",
        "September",
        "12026-09-30",
        "30 Septembrist 2026",
        "1.2.3.2026",
    ],
)
def test_what_is_no_day_or_two_days_is_not_read(text):
    """A day that could be another one, or that no calendar has, is left in the text."""
    assert cut_days(text)[0] == []


def test_days_come_in_the_order_of_the_text():
    """Whatever their forms; the rest stays, folded."""
    days, left = cut_days("From May 1, 2026 to 15 mai 2026, Genève")
    assert days == [date(2026, 5, 1), date(2026, 5, 15)]
    assert left == "from to , geneve"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("", ""),
        (" 2026-10 ", "2026-10"),
        ("October 2026", "2026-10"),
        ("octobre 2026", "2026-10"),
        ("octubre de 2026", "2026-10"),
        ("أكتوبر 2026", "2026-10"),
        ("8 تشرين الأول 2026", "2026-10-08"),
        ("٨ أكتوبر ٢٠٢٦", "2026-10-08"),
        ("\u200f8 تشرين الأول/أكتوبر 2026", "2026-10-08"),
        ("تشرين الأول / أكتوبر 2026", "2026-10"),
        ("8 October 2026", "2026-10-08"),
        ("2026-q4", "2026-Q4"),
        ("Q4 2026", "2026-Q4"),
        ("H2/2026", "2026-H2"),
        ("2026", "2026"),
    ],
)
def test_a_period_as_exactly_as_it_is_known(text, same):
    """Words mean what the reduced forms of ISO 8601 mean."""
    assert read_period(text) == parse_period(same)


def test_a_period_keeps_its_precision():
    """A month stays a month."""
    assert read_period("October 2026") == Period(date(2026, 10, 1), date(2026, 10, 31), Precision.MONTH)


@pytest.mark.parametrize(
    "text", ["soon", "late 2026", "5 to 15 October 2026", "1 May 2026 2 May 2026", "0000", "2026-13"]
)
def test_anything_else_is_refused(text):
    """What is not understood raises, so that a form can say so."""
    with pytest.raises(ValueError):
        read_period(text)


def test_folding():
    """Accents, capitals, apostrophes and spaces do not count."""
    assert fold("  Côte\u00a0d’Ivoire ") == "cote d'ivoire"
