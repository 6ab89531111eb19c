"""Visits and deadlines as an iCalendar file (RFC 5545): in each calendar one event for each item, moved or cancelled.

The key of an event (UID) never changes; SEQUENCE grows with every recorded change of the item, so that a calendar
replaces what it holds. What loses its days or turns out wrong stays, on the days last known, as cancelled: an event
that only vanished from the file would stay in calendars that keep what they have.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vDuration

from .dates import Precision, end_of
from .models import CallForInput, CountryVisit, VisitEvent
from .revisions import Revisions, revisions_of

ALARMS = (timedelta(days=7), timedelta(days=1))
"""How long before a deadline calendars remind of it."""

REFRESH = timedelta(hours=6)
"""How often a calendar should ask again: visits move the day before, but not by the hour."""

CONFIRMED = {
    VisitEvent.Kind.DATES_AGREED, VisitEvent.Kind.ANNOUNCED, VisitEvent.Kind.UNDER_WAY, VisitEvent.Kind.COMPLETED,
}  # fmt: skip
"""What makes the days of a visit more than a plan."""


def calendar_file(
    visits: Iterable[CountryVisit], calls: Iterable[CallForInput], *, title: str, site: str, now: datetime
) -> bytes:
    """The file. `visits` from `with_status().with_places()`, `calls` from `with_places()`, `site` as SITE_URL.

    One query more. Withdrawn ones belong in: they become cancelled events. `now` (aware) stands in for what has no
    record.
    """
    visits, calls = list(visits), list(calls)
    revisions = revisions_of([*visits, *calls])
    calendar = Calendar()
    calendar.add("prodid", f"-//Protection cluster engagement//{get_language() or 'en'}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH).to_ical().decode())  # the same for Outlook
    for visit in visits:
        known = revisions.get(str(visit.pk), Revisions())
        if (event := _of_visit(visit, known)) is not None:
            calendar.add_component(_with_record(event, visit, known, site, now))
    for call in calls:
        known = revisions.get(str(call.pk), Revisions())
        if (event := _of_deadline(call, known)) is not None:
            calendar.add_component(_with_record(event, call, known, site, now))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _of_visit(visit: Any, known: Revisions) -> Event | None:
    """All of its days; None for a visit of which no exact day was ever known."""
    is_off, days = visit.is_off or visit.withdrawn_on is not None, known.exact_before
    if visit.precision == Precision.DAY:
        days = visit.starts_on or visit.ends_on, visit.ends_on or visit.starts_on
    else:
        is_off = True  # its days are not known any more
    if days is None:
        return None
    where = _(", ").join(country.name for country in visit.countries.all())
    who = _(", ").join(mandate.acronym for mandate in visit.mandates.all())
    event = Event()
    event.add("uid", f"visit-{visit.pk}")
    event.add("dtstart", days[0])
    event.add("dtend", days[1] + timedelta(days=1))  # the first day after it
    event.add("summary", _("Visit to %(where)s: %(who)s") % {"where": where or "—", "who": who or "—"})
    event.add("description", " · ".join(filter(None, [visit.status_text, visit.dates, visit.places])))
    event.add("transp", "TRANSPARENT")
    status = "CONFIRMED" if visit.status in CONFIRMED else "TENTATIVE"
    event.add("status", "CANCELLED" if is_off else status)
    return event


def _of_deadline(call: CallForInput, known: Revisions) -> Event | None:
    """The last hour of a call on the clock of its own zone, with reminders; cancelled when it closed before, or has no
    deadline any more. None for one that never had any."""
    zone, closes_at = ZoneInfo(call.deadline_zone), call.closes_at
    if closes_at is None and known.exact_before:
        closes_at = end_of(known.exact_before[1], zone)
    if closes_at is None:
        return None
    closed_before = call.closed_on is not None and closes_at.astimezone(zone).date() > call.closed_on
    is_off = call.withdrawn_on is not None or call.closes_at is None or closed_before
    event = Event()
    event.add("uid", f"call-{call.pk}")
    event.add("dtstart", (closes_at - timedelta(hours=1)).astimezone(zone))
    event.add("dtend", closes_at.astimezone(zone))
    event.add("summary", _("Deadline: %(title)s") % {"title": call.title})
    event.add("description", _("Open until 24:00 %(zone)s time on this day.") % {"zone": call.zone_name})
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    for ahead in () if is_off else ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -ahead)
        alarm.add("description", call.title)
        event.add_component(alarm)
    return event


def _with_record(event: Event, item: Any, known: Revisions, site: str, now: datetime) -> Event:
    """What every event says of its version and its page."""
    moment = known.latest or now
    event.add("sequence", known.count)
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("url", site + item.get_absolute_url())
    return event
