"""Visits and deadlines as an iCalendar file: what a calendar that follows it holds at each step."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from mandates.ical import calendar_file
from mandates.models import CallForInput, CountryVisit, VisitEvent
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def fetched() -> bytes:
    """The file with everything that is stored."""
    today = timezone.localdate()
    return calendar_file(
        CountryVisit.objects.with_status(today).with_places().order_by("id"),
        CallForInput.objects.with_places().order_by("id"),
        title="South Sudan",
        site="https://example.org",
        now=timezone.now(),
    )


class Client:
    """A calendar that keeps every event by its UID and takes a version only when its SEQUENCE is not older."""

    def __init__(self):
        self.held = {}

    def refresh(self):
        for event in Calendar.from_ical(fetched()).walk("VEVENT"):
            held = self.held.get(str(event["uid"]))
            if held is None or event["sequence"] >= held["sequence"]:
                self.held[str(event["uid"])] = event
        return self

    @property
    def only(self):
        """(first day, day after the last, status) of the one event, and its version."""
        (event,) = self.held.values()
        return event.decoded("dtstart"), event.decoded("dtend"), str(event["status"])


def test_one_event_through_the_life_of_a_visit(cast, clock):
    """Announced, moved, postponed without days, new days, cancelled: one event each time, of a growing version."""
    client, versions = Client(), []
    visit = factories.VisitFactory(countries=["SSD"], mandates=[factories.MandateFactory()])

    def step(days, kind, expected):
        clock(timezone.now() + timedelta(days=1))
        if days is not False:
            visit.starts_on, visit.ends_on = days
            visit.precision = "day" if days[0] else ""
            visit.save()
        if kind:
            day = timezone.localdate()
            VisitEvent.objects.create(visit=visit, kind=kind, day=day, known_by=day)
        client.refresh()
        assert client.only == expected
        versions.append(next(iter(client.held.values()))["sequence"])

    june = date(2026, 6, 8), date(2026, 6, 20)
    july, august = (date(2026, 7, 1), date(2026, 7, 10)), (date(2026, 8, 3), date(2026, 8, 5))
    step(False, "", (*june, "CONFIRMED"))
    step(july, "", (july[0], date(2026, 7, 11), "CONFIRMED"))
    step((None, None), "postponed", (july[0], date(2026, 7, 11), "CANCELLED"))
    step(august, "announced", (august[0], date(2026, 8, 6), "CONFIRMED"))
    step(False, "cancelled", (august[0], date(2026, 8, 6), "CANCELLED"))
    assert versions == sorted(set(versions))


def test_a_call_that_comes_to_name_a_visit_stays_as_it_is(cast):
    """The visit may be a suggestion that few know of: not even the version of the event tells that it is named."""
    call = factories.CallFactory(countries=["SSD"])
    before = fetched()
    call.visit = factories.VisitFactory(countries=["SSD"], precision="", starts_on=None, ends_on=None)
    call.save()
    assert fetched() == before


def test_an_entry_that_was_wrong_is_cancelled(cast):
    """Withdrawn ones stay in the file, so that no calendar goes on showing them."""
    visit = factories.VisitFactory(countries=["SSD"])
    client = Client().refresh()
    visit.withdrawn_on = date(2026, 5, 20)
    visit.save()
    assert client.refresh().only[2] == "CANCELLED"


def test_a_visit_whose_day_was_never_known_has_no_event(cast):
    """A quarter belongs into no day of a calendar, not even as one from which a visit was moved."""
    visit = factories.VisitFactory(starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), precision="quarter")
    assert Client().refresh().held == {}
    visit.starts_on, visit.ends_on = date(2026, 10, 1), date(2026, 12, 31)
    visit.save()
    assert Client().refresh().held == {}


def test_dates_that_are_a_plan_are_tentative(cast):
    """Until they are agreed or announced."""
    factories.VisitFactory(status="dates_proposed")
    assert Client().refresh().only[2] == "TENTATIVE"


def test_a_deadline_has_its_zone_and_reminders(cast):
    """24:00 in Geneva; a deadline that moved is the same event; one that closed early or was removed is cancelled."""
    call = factories.CallFactory(title="Housing, land; “حق”\nproperty " + "x" * 100, deadline_on=date(2026, 6, 30))
    client = Client().refresh()
    (event,) = client.held.values()
    assert event.decoded("dtend") == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert event["dtend"].params["TZID"] == "Europe/Zurich"
    assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [timedelta(days=-7), timedelta(days=-1)]
    assert str(event["summary"]) == f"Deadline: {call.title}"
    assert str(event["url"]) == f"https://example.org{call.get_absolute_url()}"
    call.extended_from, call.deadline_on = call.deadline_on, date(2026, 7, 15)
    call.save()
    assert client.refresh().only[1] == datetime(2026, 7, 15, 22, tzinfo=UTC)
    call.extended_from, call.deadline_kind, call.deadline_on = None, "ongoing", None
    call.save()
    assert client.refresh().only[1:3] == (datetime(2026, 7, 15, 22, tzinfo=UTC), "CANCELLED")
    call.deadline_kind, call.deadline_on, call.closed_on = "date", date(2026, 7, 15), date(2026, 7, 1)
    call.save()
    assert client.refresh().only[2] == "CANCELLED"
    (event,) = client.held.values()
    assert event.walk("VALARM") == []


def test_the_file_is_well_formed(cast):
    """Lines of at most 75 octets, ended as RFC 5545 says; the zones used are in it; bytes change with the data only."""
    factories.CallFactory(title="ﺣ" * 90)
    factories.VisitFactory(countries=["SSD"])
    content = fetched()
    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert max(len(line) for line in lines) <= 75
    assert b"TZID:Europe/Zurich" in content
    assert b"\r\nX-PUBLISHED-TTL:PT6H\r\n" in content
    assert content == fetched()


def test_queries_do_not_grow(cast, django_assert_num_queries):
    """Items, their places, what was recorded of them."""
    for _number in range(10):
        factories.VisitFactory(countries=["SSD"], mandates=[factories.MandateFactory()])
        factories.CallFactory()
    with django_assert_num_queries(7):
        fetched()


def test_one_item_for_the_own_calendar(cast, client_of):
    """From its page; a visit of which no exact day was ever known has none to offer."""
    visit, vague = factories.VisitFactory(), factories.VisitFactory(ends_on=date(2026, 6, 30), precision="month")
    client = client_of(cast.member)
    assert f'href="{visit.get_absolute_url()}calendar.ics"' in client.get(visit.get_absolute_url()).text
    response = client.get(f"{visit.get_absolute_url()}calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(event["uid"]) == f"visit-{visit.pk}"
    assert "calendar.ics" not in client.get(vague.get_absolute_url()).text
    assert client.get(f"{vague.get_absolute_url()}calendar.ics").status_code == 404
    call = factories.CallFactory()
    assert "calendar.ics" in client.get(call.get_absolute_url()).text
    assert b"SUMMARY:Deadline" in client.get(f"{call.get_absolute_url()}calendar.ics").content
