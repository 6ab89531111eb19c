"""The calendar: what stands on which day, for whom, and until when acting is useful."""

from datetime import date

import pytest

from mandates.models import VisitEvent
from mandates.timeline import Kind, entries, weeks_of
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TODAY = date(2026, 5, 20)
SPAN = date(2026, 5, 1), date(2026, 10, 31)


def said(user, *span, **asked):
    """(kind, first day, what) of each entry."""
    found = entries(user, *(span or SPAN), TODAY, **asked)
    return [(entry.kind.value, entry.first.isoformat(), entry.what) for entry in found]


@after_the_cast
def world(cast):
    """A visit, a call and a report that concern South Sudan, and a session."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    cast.visit = factories.VisitFactory(countries=["SSD"], mandates=[cast.idps])
    cast.call = factories.CallFactory(title="Housing", countries=["SSD"], mandates=[cast.idps])
    cast.session = factories.SessionFactory(number=63, starts_on=date(2026, 9, 14), ends_on=date(2026, 10, 9))
    cast.report = factories.ReportFactory(title="Land", mandates=[cast.idps], session=cast.session)
    return cast


def test_everything_stands_on_its_day(world):
    """Two weeks before a visit, three months before a session: the last useful days are worked out backwards."""
    assert said(world.member) == [
        ("useful", "2026-05-25", "Points for a briefing: visit to South Sudan"),
        ("visit", "2026-06-08", "Visit to South Sudan"),
        ("useful", "2026-06-14", "Input for the report: Land"),
        ("deadline", "2026-06-30", "Deadline: Housing"),
        ("report", "2026-09-01", "Report: Land"),
        ("session", "2026-09-14", "Human Rights Council, session 63"),
    ]
    assert said(world.member, date(2026, 6, 9), date(2026, 6, 10)) == [("visit", "2026-06-08", "Visit to South Sudan")]


def test_only_what_is_asked(world):
    """By kind, country and mandate; what names no country concerns all, sessions concern everybody."""
    assert said(world.member, kinds=["deadline"]) == [("deadline", "2026-06-30", "Deadline: Housing")]
    assert {kind for kind, _day, _what in said(world.member, country="UKR")} == {"useful", "report", "session"}
    other = factories.MandateFactory(slug="sr-food")
    assert {kind for kind, _day, _what in said(world.member, mandate=other)} == {"session"}
    assert len(said(world.member, mandate=world.idps)) == 6


@pytest.mark.parametrize("kind", ["postponed", "cancelled", "declined"])
def test_what_does_not_take_place_says_so(world, kind):
    """It stays where it was, marked; nobody is told to brief on it."""
    VisitEvent.objects.create(visit=world.visit, kind=kind, day=TODAY, known_by=TODAY)
    visit, *_rest = [entry for entry in entries(world.member, *SPAN, TODAY) if entry.kind == Kind.VISIT]
    assert visit.is_off
    assert visit.note == VisitEvent.Kind(kind).label
    assert not [entry for entry in entries(world.member, *SPAN, TODAY) if "briefing" in entry.what]


def test_what_was_moved_says_from_where(world):
    """A visit with other days, a call with another deadline, extended or not."""
    world.visit.starts_on = date(2026, 6, 10)
    world.visit.save()
    world.call.extended_from, world.call.deadline_on = world.call.deadline_on, date(2026, 7, 15)
    world.call.save()
    notes = {entry.kind: entry.note for entry in entries(world.member, *SPAN, TODAY)}
    assert notes[Kind.VISIT] == "announced · moved; it was 8–19 June 2026"
    assert notes[Kind.DEADLINE] == "24:00 Geneva time · extended; at first it was 30 June 2026"
    world.call.extended_from, world.call.deadline_on = None, date(2026, 6, 10)
    world.call.save()
    notes = {entry.kind: entry.note for entry in entries(world.member, *SPAN, TODAY)}
    assert notes[Kind.DEADLINE] == "24:00 Geneva time · moved; it was 15 July 2026"
    world.call.deadline_kind, world.call.deadline_on = "ongoing", None
    world.call.save()
    factories.CallFactory(deadline_kind="ongoing", deadline_on=None)
    (deadline,) = (entry for entry in entries(world.member, *SPAN, TODAY) if entry.kind == Kind.DEADLINE)
    assert (deadline.dates, deadline.is_off) == ("10 June 2026", True)
    assert deadline.note == "ongoing, no deadline · moved; it was 10 June 2026"


@pytest.mark.parametrize("precision", ["day", "quarter"])
def test_a_visit_whose_dates_were_removed_stays_where_it_was(world, precision):
    """Marked, as exactly as they were known; nobody is told to brief on it. One that never had days has no place."""
    factories.VisitFactory(countries=["SSD"], starts_on=None, ends_on=None, precision="")
    visit = factories.VisitFactory(
        countries=["UKR"], starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), precision=precision
    )
    for name, value in (("starts_on", None), ("ends_on", None), ("precision", "")):
        setattr(visit, name, value)
    visit.save()
    found = [entry for entry in entries(world.member, *SPAN, TODAY) if entry.kind == Kind.VISIT]
    assert [(entry.what, entry.is_off) for entry in found] == [
        ("Visit to South Sudan", False),
        ("Visit to Ukraine", True),
    ]
    said = "1 July 2026 – 30 September 2026" if precision == "day" else "Q3 2026"
    assert found[1].note == f"announced · its dates are not known any more; they were {said}"
    assert (found[1].dates, found[1].is_exact) == (said, precision == "day")
    assert not [entry for entry in entries(world.member, *SPAN, TODAY, country="UKR") if "briefing" in entry.what]


def test_a_call_says_itself_until_when_a_report_takes_input(world):
    """Its deadline stands in place of the day worked out; a suggestion counts only for those who know it."""
    what = ("useful", "2026-06-14", "Input for the report: Land")
    hint = factories.CallFactory(report=world.report, suggested=world.ukraine, deadline_on=date(2026, 6, 1))
    assert what in said(world.member)
    assert what not in said(world.other)
    assert ("deadline", "2026-06-01", f"Deadline: {hint.title}") not in said(world.member)
    factories.CallFactory(report=world.report)
    assert what not in said(world.member)


def test_what_is_out_takes_no_input(world):
    """A published report stands on its day; one of which only the year is known stands nowhere."""
    world.report.published_on, world.report.published_precision = date(2026, 8, 3), "day"
    world.report.save()
    assert said(world.member, kinds=["report", "useful"])[1:] == [("report", "2026-08-03", "Report: Land")]
    world.report.published_precision = "year"
    world.report.save()
    assert said(world.member, kinds=["report"]) == []


@pytest.mark.parametrize(("first_weekday", "begins"), [(1, date(2026, 6, 1)), (0, date(2026, 5, 31))])
def test_weeks_begin_as_the_language_says(world, first_weekday, begins):
    """Said on the first day and on each week's first; a line on the days between."""
    found = entries(world.member, date(2026, 6, 1), date(2026, 6, 30), TODAY, kinds=["visit"])
    weeks = weeks_of(date(2026, 6, 1), found, date(2026, 6, 2), first_weekday)
    assert weeks[0][0].day == begins
    days = {field.day: field for week in weeks for field in week}
    texts = [day for day, field in days.items() if field.said]
    assert texts == ([date(2026, 6, 8), date(2026, 6, 15)] if first_weekday else [date(2026, 6, 8), date(2026, 6, 14)])
    assert days[date(2026, 6, 19)].going_on
    assert not days[date(2026, 6, 20)].going_on
    assert [day for day, field in days.items() if field.is_today] == [date(2026, 6, 2)]


def test_the_list_begins_today_and_a_month_is_a_page(world, client_of):
    """Earlier and later lead on, filters stay in the address."""
    client = client_of(world.member)
    page = client.get("/calendar/", {"country": "SSD"})
    assert page.context["first"] == TODAY
    assert "Points for a briefing: visit to South Sudan" in page.text
    assert 'href="?month=2026-11&amp;country=SSD"' in page.text
    assert 'href="?month=2025-12&amp;country=SSD"' in page.text
    month = client.get("/calendar/", {"view": "month", "month": "2026-06"})
    assert [len(week) for week in month.context["weeks"]] == [7] * 5
    assert '<time datetime="2026-06-08">' in month.text
    assert 'href="?view=month&amp;month=2026-07"' in month.text
    assert page.context["active_filters"] == [("Country", "South Sudan")]  # which time, and how, is no filter
    assert month.context["active_filters"] == []
    empty = client.get("/calendar/", {"month": "2031-01"})
    assert "Nothing is known for this time" in empty.text


@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=2026", "month=0001-01", "view=year", "kind=party", "country=XXX", "colour=red"]
)
def test_what_is_not_understood_is_said(world, client_of, query):
    """And nothing is shown, as in every list."""
    page = client_of(world.member).get(f"/calendar/?{query}")
    assert "was not understood" in page.text
    assert page.context["found"] == []


def test_queries_do_not_grow(world, client_of, django_assert_max_num_queries):
    """Twenty of everything take no more than one."""
    for _number in range(20):
        factories.VisitFactory(countries=["SSD"], mandates=[world.idps])
        factories.CallFactory(countries=["SSD"], mandates=[world.idps])
        factories.ReportFactory(mandates=[world.idps], session=world.session)
    client = client_of(world.member)
    with django_assert_max_num_queries(18):
        assert len(client.get("/calendar/").context["found"]) > 80
