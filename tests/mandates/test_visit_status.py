"""Where a visit stands on a day: derived from its events and dates in one place."""

from datetime import date

import pytest

from mandates.models import CountryVisit, VisitEvent
from mandates.querysets import VisitPhase
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 20)
PASSED = "; dates have passed, outcome not recorded"

# Events are kinds with the day of 2026 on which they happened, or after "by" that by which an unknown day was
# known. A plus after the words: the dates have passed and nobody recorded the outcome.
TABLE = """
situation | first day | last day | precision | events | status | phase | words
announced, dates ahead | 2026-06-08 | 2026-06-19 | day | announced 05-01 | announced | UPCOMING | announced
no event, dates ahead | 2026-06-08 | 2026-06-19 | day | | | UPCOMING | no event recorded
no event, no dates | | | | | | UNDATED | no event recorded
requested, no dates | | | | requested by 05-01 | requested | UNDATED | requested
accepted, no dates | | | | accepted by 05-01 | accepted | UNDATED | accepted in principle
declined, no dates | | | | declined by 05-01 | declined | OFF | declined
completed, no dates | | | | completed by 05-01 | completed | PAST | completed
recorded under way, no dates | | | | under_way 05-01 | under_way | UNDER_WAY | under way
first day today | 2026-05-20 | 2026-05-29 | day | announced 05-01 | announced | UNDER_WAY | under way
last day today | 2026-05-11 | 2026-05-20 | day | announced 05-01 | announced | UNDER_WAY | under way
one day, today | 2026-05-20 | | day | announced 05-01 | announced | UNDER_WAY | under way
first day tomorrow | 2026-05-21 | 2026-05-29 | day | announced 05-01 | announced | UPCOMING | announced
last day yesterday | 2026-05-11 | 2026-05-19 | day | announced 05-01 | announced | PAST | announced +
first day past, last unknown | 2026-05-11 | | day | announced 05-01 | announced | PAST | announced +
past without any event | 2026-04-01 | 2026-04-09 | day | | | PAST | no event recorded +
recorded under way, past | 2026-04-01 | 2026-04-09 | day | under_way 04-02 | under_way | PAST | under way +
past, completed | 2026-04-01 | 2026-04-09 | day | invited by 03-01, completed 04-09 | completed | PAST | completed
past and cancelled | 2026-04-01 | 2026-04-09 | day | cancelled by 03-01 | cancelled | PAST | cancelled
ahead and cancelled | 2026-06-08 | 2026-06-19 | day | announced 05-01, cancelled 05-04 | cancelled | OFF | cancelled
off in its days | 2026-05-18 | 2026-05-29 | day | announced 05-01, postponed 05-17 | postponed | OFF | postponed
new days | 2027-05-03 | 2027-05-14 | day | postponed 05-04, dates_agreed 05-12 | dates_agreed | UPCOMING | dates agreed
postponed, no new date | | | | announced 05-01, postponed by 05-04 | postponed | OFF | postponed
unknown, after | 2026-06-08 | 2026-06-19 | day | announced 05-01, postponed by 05-05 | postponed | OFF | postponed
unknown, before | 2026-06-08 | 2026-06-19 | day | announced 05-01, invited by 04-05 | announced | UPCOMING | announced
typed in another order | 2026-06-08 | 2026-06-19 | day | cancelled 05-09, announced 05-01 | cancelled | OFF | cancelled
last day only, ahead | | 2026-06-19 | day | announced 05-01 | announced | UPCOMING | announced
last day only, past | | 2026-05-19 | day | announced 05-01 | announced | PAST | announced +
this month, day unknown | 2026-05-01 | 2026-05-31 | month | announced 05-01 | announced | UPCOMING | announced
this month, recorded under way | 2026-05-01 | 2026-05-31 | month | under_way 05-18 | under_way | UNDER_WAY | under way
last month, day unknown | 2026-04-01 | 2026-04-30 | month | announced 04-01 | announced | PAST | announced +
this year, month unknown | 2026-01-01 | 2026-12-31 | year | accepted 01-05 | accepted | UPCOMING | accepted in principle
ended early | 2026-05-11 | 2026-05-29 | day | announced 05-01, completed 05-15 | completed | PAST | completed
"""
SITUATIONS = {
    name: cells
    for name, *cells in ([cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:])
}


def visit_of(starts, ends, precision="day", events="", **kwargs):
    """A visit as a line of the table describes it."""
    visit = factories.VisitFactory(
        starts_on=date.fromisoformat(starts) if starts else None,
        ends_on=date.fromisoformat(ends) if ends else None,
        precision=precision,
        status="",
        **kwargs,
    )
    for event in filter(None, events.split(", ")):
        kind, *by, known_by = event.split()
        known_by = date.fromisoformat(f"2026-{known_by}")
        VisitEvent.objects.create(visit=visit, kind=kind, day=None if by else known_by, known_by=known_by)
    return visit


@pytest.mark.parametrize("situation", SITUATIONS)
def test_status_phase_and_words(situation):
    """The latest event gives the status, the dates and the status the section, both together the words."""
    *made_of, status, phase, words = SITUATIONS[situation]
    visit_of(*made_of)
    visit = CountryVisit.objects.with_status(TODAY).get()
    assert (visit.status, VisitPhase(visit.phase).name) == (status, phase)
    assert visit.status_text == words.replace(" +", PASSED)


def test_two_events_of_one_day_go_by_their_position():
    """What happened later on a day counts, in whatever order it was typed."""
    visit = visit_of("2026-06-08", "2026-06-19")
    for kind, position in (("dates_agreed", 2), ("dates_proposed", 1)):
        VisitEvent.objects.create(visit=visit, kind=kind, known_by=TODAY, position=position)
    assert CountryVisit.objects.with_status(TODAY).get().status == "dates_agreed"


def test_a_joint_visit_is_one_row():
    """Several mandates and countries, several events: still one visit with one status."""
    mandates = [factories.MandateFactory() for _ in range(3)]
    events = "announced 05-01, dates_agreed 05-04"
    visit_of("2026-06-08", "2026-06-19", "day", events, mandates=mandates, countries=["SSD", "UKR"])
    visit = CountryVisit.objects.for_list(TODAY).get()
    assert visit.status == "dates_agreed"
    assert len(visit.mandates.all()) == 3


def test_the_status_sorts_in_sql():
    """A list can be sorted by status without reading the visits."""
    for kind in ("postponed", "announced", "cancelled"):
        factories.VisitFactory(status=kind)
    rows = CountryVisit.objects.with_status(TODAY).order_by("status").values_list("status", flat=True)
    assert list(rows) == ["announced", "cancelled", "postponed"]


def test_the_list_goes_from_now_to_the_past():
    """Under way, then upcoming soonest first, undated, off, and the past latest first."""
    situations = [
        ("2026-05-18", "2026-05-29"),
        ("2026-05-20", "2026-05-21"),
        ("2026-06-08", "2026-06-19"),
        ("", "2026-06-30"),
        ("2026-10-01", "2026-10-31", "month"),
        ("", "", "", "requested by 05-01"),
        ("2026-06-01", "2026-06-05", "day", "cancelled 05-01"),
        ("2026-04-20", "2026-04-29"),
        ("2024-04-20", "2024-04-29"),
        ("", "", "", "completed by 05-01"),
    ]
    written = [visit_of(*situation) for situation in reversed(situations)]
    assert list(CountryVisit.objects.for_list(TODAY)) == written[::-1]


def test_ahead_is_under_way_and_upcoming():
    """What a cluster can still prepare for, soonest first."""
    upcoming = visit_of("2026-06-08", "2026-06-19")
    under_way = visit_of("2026-05-18", "2026-05-29")
    visit_of("", "", "")
    visit_of("2026-06-08", "2026-06-19", "day", "postponed 05-01")
    visit_of("2026-04-20", "2026-04-29")
    assert list(CountryVisit.objects.ahead(TODAY)) == [under_way, upcoming]


def test_a_withdrawn_visit_is_in_no_list():
    """An entry that turned out to be wrong is kept but not listed."""
    visit_of("2026-06-08", "2026-06-19", withdrawn_on=TODAY)
    assert not CountryVisit.objects.for_list(TODAY).exists()


def test_every_phase_has_a_situation():
    """The table above names each section of the list at least once."""
    assert {cells[-2] for cells in SITUATIONS.values()} == set(VisitPhase.names)
