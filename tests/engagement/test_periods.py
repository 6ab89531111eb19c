"""Periods of the overview: as long before, cut into months or quarters."""

from datetime import date
from itertools import pairwise

import pytest

from engagement.periods import Period, period_of, usual_periods

DAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("since", "until", "before", "after"),
    [
        ("2026-04-01", "2026-06-30", "2026-01-01 2026-03-31", "2026-07-01 2026-09-30"),
        ("2026-02-01", "2026-02-28", "2026-01-01 2026-01-31", "2026-03-01 2026-03-31"),
        ("2025-06-01", "2026-05-31", "2024-06-01 2025-05-31", "2026-06-01 2027-05-31"),
        ("2026-05-20", "2026-05-20", "2026-05-19 2026-05-19", "2026-05-21 2026-05-21"),
        ("2026-05-01", "2026-05-10", "2026-04-21 2026-04-30", "2026-05-11 2026-05-20"),
        ("2026-01-15", "2026-06-30", "2025-08-01 2026-01-14", "2026-07-01 2026-12-14"),
    ],
)
def test_as_long_before_and_after(since, until, before, after):
    """Whole months have as many months beside them, whatever their days; other periods as many days."""
    period = Period(date.fromisoformat(since), date.fromisoformat(until))
    beside = [" ".join(day.isoformat() for day in one) for one in (period.before, period.after)]
    assert beside == [before, after]


def test_whole_months_tell_months():
    """The year is said once where it is enough."""
    assert str(Period(date(2026, 4, 1), date(2026, 6, 30))) == "April 2026 – June 2026"
    assert str(Period(date(2026, 4, 2), date(2026, 6, 30))) == "2 April 2026 – 30 June 2026"


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, "2025-06-01 2026-05-31"),
        (date(2026, 1, 1), None, "2026-01-01 2026-12-31"),
        (None, date(2026, 6, 30), "2025-07-01 2026-06-30"),
        (date(2026, 1, 2), date(2026, 1, 3), "2026-01-02 2026-01-03"),
        (date.max, None, "9999-12-31 9999-12-31"),
        (None, date.min, "0001-01-01 0001-01-01"),
    ],
)
def test_what_an_address_means(since, until, expected):
    """One day makes it a year; none, the twelve months that end with this one."""
    assert " ".join(day.isoformat() for day in period_of(since, until, DAY)) == expected


def test_usual_periods():
    """Quarter, half-year, year of today, and twelve months."""
    found = {label: " ".join(day.isoformat() for day in period) for label, period in usual_periods(DAY)}
    assert found == {
        "This quarter": "2026-04-01 2026-06-30",
        "This half-year": "2026-01-01 2026-06-30",
        "This year": "2026-01-01 2026-12-31",
        "Twelve months": "2025-06-01 2026-05-31",
    }


@pytest.mark.parametrize("months", [1, 12, 24, 25, 119])
def test_slices_cover_the_period(months):
    """Without a gap or overlap, cut off at its ends; quarters when there are more than two years."""
    until = date(2016 + (months + 4) // 12, (months + 4) % 12 + 1, 17)
    period = Period(date(2016, 6, 9), until)
    slices = period.slices()
    assert (slices[0].since, slices[-1].until) == period
    for one, following in pairwise(slices):
        assert (following.since - one.until).days == 1
    assert len(slices) <= 41
    assert slices[-1].words.startswith("Q") == (months > 24)
