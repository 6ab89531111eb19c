"""Until when a call is open: a day in its own zone, counted in the reader's."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from mandates.models import CallForInput
from mandates.querysets import CallPhase
from tests import factories

JUBA, NEW_YORK, AUCKLAND, KYIV = "Africa/Juba", "America/New_York", "Pacific/Auckland", "Europe/Kyiv"


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def call_until(day: str, zone: str = "Europe/Zurich", **fields) -> CallForInput:
    """A call that is open until 24:00 of `day`, not saved."""
    call = CallForInput(deadline_on=date.fromisoformat(day), deadline_zone=zone, **fields)
    call.closes_at = call.moment_of_closing()
    return call


CLOSING = [
    ("2026-06-30", "Europe/Zurich", "2026-06-30 22:00"),
    ("2026-01-31", "Europe/Zurich", "2026-01-31 23:00"),
    ("2026-06-30", "Pacific/Auckland", "2026-06-30 12:00"),
    ("2026-06-30", "America/New_York", "2026-07-01 04:00"),
    ("2026-12-31", "UTC", "2027-01-01 00:00"),
    ("2026-03-28", "Europe/Zurich", "2026-03-28 23:00"),  # the day before summer time begins
    ("2026-03-29", "Europe/Zurich", "2026-03-29 22:00"),  # a day of 23 hours
    ("2026-10-24", "Europe/Zurich", "2026-10-24 22:00"),
    ("2026-10-25", "Europe/Zurich", "2026-10-25 23:00"),  # a day of 25 hours
    ("2026-04-23", "Africa/Cairo", "2026-04-23 22:00"),  # the next day has no 00:00 there
]


@pytest.mark.parametrize(("day", "zone", "moment"), CLOSING)
def test_a_call_closes_at_24_00_in_its_zone(day, zone, moment):
    """A deadline is a day in a zone; also where the clocks change on it."""
    call = call_until(day, zone)
    assert call.closes_at == at(moment)
    assert call.is_open(at(moment) - timedelta(microseconds=1))
    assert not call.is_open(at(moment))


# A deadline of 30 June in Geneva (22:00 UTC), read at a moment by somebody in a zone.
READINGS = [
    ("2026-06-25 12:00", JUBA, 5, "closes in 5 days"),
    ("2026-06-25 12:00", NEW_YORK, 5, "closes in 5 days"),
    ("2026-06-25 12:00", AUCKLAND, 5, "closes in 5 days"),
    ("2026-06-25 12:00", KYIV, 6, "closes in 6 days"),
    ("2026-06-29 12:00", JUBA, 1, "closes in 1 day"),
    ("2026-06-29 21:59", JUBA, 1, "closes in 1 day"),
    ("2026-06-29 22:00", JUBA, 0, "closes today, in 24 hours"),
    ("2026-06-30 03:59", NEW_YORK, 1, "closes in 1 day"),
    ("2026-06-30 04:00", NEW_YORK, 0, "closes today, in 18 hours"),
    ("2026-06-30 11:59", AUCKLAND, 1, "closes in 1 day"),
    ("2026-06-30 12:00", AUCKLAND, 0, "closes today, in 10 hours"),
    ("2026-06-30 20:59", KYIV, 1, "closes in 1 day"),
    ("2026-06-30 21:00", KYIV, 0, "closes today, in 1 hour"),
    ("2026-06-30 20:00", JUBA, 0, "closes today, in 2 hours"),
    ("2026-06-30 20:01", JUBA, 0, "closes today, in 2 hours"),
    ("2026-06-30 21:59:59", JUBA, 0, "closes today, in 1 hour"),
    ("2026-06-30 21:59:59", NEW_YORK, 0, "closes today, in 1 hour"),
    ("2026-06-30 21:59:59", AUCKLAND, 0, "closes today, in 1 hour"),
    ("2026-06-30 21:59:59", KYIV, 0, "closes today, in 1 hour"),
    ("2026-06-30 22:00", JUBA, None, ""),
    ("2026-06-30 22:00", NEW_YORK, None, ""),
    ("2026-06-30 22:00", AUCKLAND, None, ""),
    ("2026-06-30 22:00", KYIV, None, ""),
]


@pytest.mark.parametrize(("now", "zone", "days", "words"), READINGS)
def test_days_are_counted_on_the_readers_calendar(now, zone, days, words):
    """From the reader's today to the reader's day of the last open moment; on that day in hours, rounded up."""
    call = call_until("2026-06-30")
    with timezone.override(ZoneInfo(zone)):
        assert call.days_left(at(now)) == days
        assert call.closes_in(at(now)) == words
    assert call.is_open(at(now)) is (days is not None)


@pytest.mark.parametrize(
    ("day", "now", "words"),
    [
        ("2026-03-29", "2026-03-28 23:00", "closes today, in 23 hours"),
        ("2026-10-25", "2026-10-24 22:00", "closes today, in 25 hours"),
        ("2026-10-26", "2026-10-24 22:00", "closes in 1 day"),
        ("2026-03-30", "2026-03-28 22:30", "closes in 2 days"),
    ],
)
def test_a_change_of_clocks_does_not_move_a_day(day, now, words):
    """Days of 23 and 25 hours count as one day."""
    with timezone.override(ZoneInfo("Europe/Zurich")):
        assert call_until(day).closes_in(at(now)) == words


@pytest.mark.parametrize(("zone", "said"), [("Europe/Zurich", "Geneva"), ("America/New_York", "New York")])
def test_a_zone_is_said_as_people_say_it(zone, said):
    """The city, and Geneva for the zone whose name is Zurich."""
    assert CallForInput(deadline_zone=zone).zone_name == said


DATED = {"deadline_on": date(2026, 6, 30)}
ONGOING, UNKNOWN = ({"deadline_kind": kind, "deadline_on": None} for kind in ("ongoing", "unknown"))
KINDS = {
    "dated": DATED,
    "dated in Auckland": DATED | {"deadline_zone": AUCKLAND},
    "dated in New York": DATED | {"deadline_zone": NEW_YORK},
    "extended": DATED | {"extended_from": date(2026, 6, 20)},
    "ongoing": ONGOING,
    "unknown": UNKNOWN,
    "dated, closed early": DATED | {"closed_on": date(2026, 6, 29)},
    "ongoing, closed": ONGOING | {"closed_on": date(2026, 6, 30)},
    "unknown, closed": UNKNOWN | {"closed_on": date(2026, 6, 30)},
    "dated, withdrawn": DATED | {"withdrawn_on": date(2026, 6, 1)},
    "ongoing, withdrawn": ONGOING | {"withdrawn_on": date(2026, 6, 1)},
}
OPEN_AT = {
    "2026-06-20 23:00": {
        "dated",
        "dated in Auckland",
        "dated in New York",
        "extended",
        "ongoing",
        "dated, closed early",
        "ongoing, closed",
    },
    "2026-06-29 00:00": {"dated", "dated in Auckland", "dated in New York", "extended", "ongoing", "ongoing, closed"},
    "2026-06-30 00:00": {"dated", "dated in Auckland", "dated in New York", "extended", "ongoing"},
    "2026-06-30 12:00": {"dated", "dated in New York", "extended", "ongoing"},
    "2026-06-30 21:59:59": {"dated", "dated in New York", "extended", "ongoing"},
    "2026-06-30 22:00": {"dated in New York", "ongoing"},
    "2026-07-01 03:59:59": {"dated in New York", "ongoing"},
    "2026-07-01 04:00": {"ongoing"},
    "2036-07-01 00:00": {"ongoing"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("moment", OPEN_AT)
def test_the_list_says_open_when_the_call_does(moment):
    """The phase in SQL and `is_open` of the row are one rule, for every kind of deadline."""
    for kind, fields in KINDS.items():
        factories.CallFactory(title=kind, **fields)
    calls = list(CallForInput.objects.with_phase(at(moment)))
    assert {call.title for call in calls if call.phase == CallPhase.OPEN} == OPEN_AT[moment]
    assert {call.title for call in calls if call.is_open(at(moment))} == OPEN_AT[moment]


@pytest.mark.django_db
def test_only_a_call_not_known_to_be_closed_has_an_unknown_deadline():
    """Unknown deadlines have their own section, until the source says closed."""
    for kind, fields in KINDS.items():
        factories.CallFactory(title=kind, **fields)
    calls = CallForInput.objects.with_phase(at("2026-06-30 22:00")).filter(phase=CallPhase.UNKNOWN)
    assert [call.title for call in calls] == ["unknown"]


@pytest.mark.django_db
def test_the_next_to_close_comes_first():
    """Open by deadline, ongoing after them, then unknown, then closed with the last closed first."""
    june, may = date(2026, 6, 30), date(2026, 5, 31)
    expected = [
        factories.CallFactory(title="A", deadline_on=may),
        factories.CallFactory(title="B", deadline_on=june, deadline_zone=AUCKLAND),
        factories.CallFactory(title="C", deadline_on=june),
        factories.CallFactory(title="D", **ONGOING),
        factories.CallFactory(title="E", **UNKNOWN),
        factories.CallFactory(title="F", deadline_on=date(2026, 5, 1)),
        factories.CallFactory(title="G", deadline_on=date(2024, 5, 1)),
        factories.CallFactory(title="H", **UNKNOWN, closed_on=may - timedelta(days=20)),
    ]
    now = at("2026-05-20 12:00")
    assert list(CallForInput.objects.for_list(now)) == expected
    assert list(CallForInput.objects.open_at(now)) == expected[:4]


@pytest.mark.django_db
def test_the_moment_of_closing_follows_the_deadline():
    """`closes_at` is kept by every save, also one that names its fields."""
    call = factories.CallFactory(deadline_on=date(2026, 6, 30))
    call.deadline_on = date(2026, 7, 15)
    call.save(update_fields=["deadline_on"])
    call.refresh_from_db()
    assert call.closes_at == at("2026-07-15 22:00")
