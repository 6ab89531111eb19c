"""The calendar: visits, deadlines, expected reports and sessions on one time line, and the last useful days to act.

Everything here is what the lists hold already, read for a span of days; nothing is stored.
"""

from calendar import Calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .dates import Precision, first_day, last_day, months_later, show_day, show_range
from .models import CallForInput, CountryVisit, Mandate, Report, Session
from .revisions import Days, Revisions, revisions_of

BRIEF_BEFORE_A_VISIT = timedelta(days=14)
"""Points for a briefing reach a mandate holder in time two weeks before a visit: its programme is settled then."""

INPUT_BEFORE_A_SESSION = 3
"""Months before a session until which input can still shape a report: it is handed in for translation after that."""


class Kind(models.TextChoices):
    """What stands on the time line; the filter of the page has these."""

    VISIT = "visit", gettext_lazy("country visits")
    DEADLINE = "deadline", gettext_lazy("deadlines of calls for input")
    REPORT = "report", gettext_lazy("reports")
    SESSION = "session", gettext_lazy("sessions of the Council and the General Assembly")
    USEFUL = "useful", gettext_lazy("last useful days to act")

    @property
    def mark(self) -> str:
        """What one entry of this kind is called."""
        return {
            "visit": _("visit"),
            "deadline": _("deadline"),
            "report": _("report"),
            "session": _("session"),
            "useful": _("act by then"),
        }[self.value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the time line, from `first` to `last` (days, inclusive; `precision` says how exactly known).

    `what` names it, `detail` says who and where, `note` what became of it or why this day; `is_off` when it does not
    take place. `address` is the page of the item.
    """

    kind: Kind
    first: date
    last: date
    what: str
    detail: str = ""
    note: str = ""
    address: str = ""
    precision: str = Precision.DAY
    is_off: bool = False
    is_unconfirmed: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether it belongs to days, and not to a month or a longer time of which the day is not known."""
        return self.precision == Precision.DAY

    @property
    def dates(self) -> str:
        return show_range(self.first, self.last, self.precision)

    def touches(self, first: date, last: date) -> bool:
        return self.first <= last and self.last >= first


def entries(
    user: Any,
    first: date,
    last: date,
    today: date,
    *,
    country: str | None = None,
    mandate: Mandate | None = None,
    kinds: Iterable[str] = Kind.values,
) -> list[Entry]:
    """What stands between `first` and `last` of what `user` knows, by day. At most thirteen queries.

    `country` (ISO code) and `mandate` leave what concerns them; sessions concern everybody. A report and a call that
    name no country concern all.
    """
    asked: set[str] = set(kinds)
    found: list[Entry] = []
    if asked & {Kind.VISIT, Kind.USEFUL}:
        found += _of_visits(user, first, last, today, country, mandate)
    if Kind.DEADLINE in asked:
        found += _of_calls(user, first, last, country, mandate)
    if asked & {Kind.REPORT, Kind.USEFUL}:
        found += _of_reports(user, first, last, country, mandate)
    if Kind.SESSION in asked:
        found += _of_sessions(first, last)
    shown = [entry for entry in found if entry.kind in asked and entry.touches(first, last)]
    return sorted(shown, key=lambda entry: (entry.first, entry.last, list(Kind).index(entry.kind), entry.what))


def _of_visits(
    user: Any, first: date, last: date, today: date, country: str | None, mandate: Mandate | None
) -> Iterator[Entry]:
    """Visits whose days touch the span, and the last useful day for a briefing on each that is ahead.

    One whose days were removed stays on those that it had last, and says so.
    """
    begins, ends = Coalesce("starts_on", "ends_on"), Coalesce("ends_on", "starts_on")
    rows = CountryVisit.objects.known_to(user).for_list(today).annotate(begins=begins, ends=ends)
    rows = rows.filter(Q(ends__gte=first, begins__lte=last + BRIEF_BEFORE_A_VISIT) | Q(begins=None))
    if country:
        rows = rows.concerning(country)
    if mandate:
        rows = rows.filter(mandates=mandate)
    visits: list[Any] = list(rows)
    known = revisions_of(visits)
    for visit in visits:
        was = known.get(str(visit.pk), Revisions()).moved_from
        days, moved = Days(visit.begins, visit.ends, visit.precision), ""
        if was and not visit.begins:
            days, moved = was, _("its dates are not known any more; they were %(days)s") % {"days": was}
        elif was:
            moved = _("moved; it was %(day)s") % {"day": was}
        if days.span is None:
            continue
        where = _(", ").join(place.name for place in visit.countries.all())
        who = _(", ").join(one.acronym for one in visit.mandates.all())
        words = {"where": where, "who": who}
        yield Entry(
            Kind.VISIT, *days.span, _("Visit to %(where)s") % words,
            " · ".join(filter(None, [who, visit.places])), " · ".join(filter(None, [visit.status_text, moved])),
            visit.get_absolute_url(), days.precision, visit.is_off or not visit.begins, visit.is_unconfirmed,
        )  # fmt: skip
        if visit.starts_on and visit.precision == Precision.DAY and not visit.is_off:
            day = visit.starts_on - BRIEF_BEFORE_A_VISIT
            why = _("Two weeks before the visit begins; its programme is settled then.")
            yield Entry(
                Kind.USEFUL, day, day, _("Points for a briefing: visit to %(where)s") % words, who, why,
                visit.get_absolute_url(), is_unconfirmed=visit.is_unconfirmed,
            )  # fmt: skip


def _of_calls(user: Any, first: date, last: date, country: str | None, mandate: Mandate | None) -> Iterator[Entry]:
    """Deadlines within the span, on the calendar of their own zone; one that was removed stays where it was."""
    rows = CallForInput.objects.known_to(user).filter(withdrawn_on=None).with_places()
    rows = rows.filter(Q(deadline_on__range=(first, last)) | Q(deadline_on=None))
    if country:
        rows = rows.concerning(country)
    if mandate:
        rows = rows.filter(mandates=mandate)
    calls: list[Any] = list(rows)
    known = revisions_of(calls)
    for call in calls:
        was = known.get(str(call.pk), Revisions()).moved_from
        day = call.deadline_on or (was and was.first)
        if not day:
            continue
        who = _(", ").join(one.acronym for one in call.mandates.all()) or call.issued_by
        closes = _("24:00 %(zone)s time") % {"zone": call.zone_name}
        notes = [closes if call.deadline_on else str(call.get_deadline_kind_display())]
        if call.extended_from:
            notes.append(_("extended; at first it was %(day)s") % {"day": show_day(call.extended_from)})
        elif was:
            notes.append(_("moved; it was %(day)s") % {"day": was})
        if call.closed_on:
            notes.append(_("closed before its deadline"))
        yield Entry(
            Kind.DEADLINE, day, day, _("Deadline: %(title)s") % {"title": call.title},
            who, " · ".join(notes), call.get_absolute_url(),
            is_off=bool(call.closed_on or not call.deadline_on), is_unconfirmed=call.is_unconfirmed,
        )  # fmt: skip


def _of_reports(user: Any, first: date, last: date, country: str | None, mandate: Mandate | None) -> Iterator[Entry]:
    """Reports expected or published in the span; for those ahead without a call, the last useful day for input."""
    # One known by its year is stored under any day of it; sessions begin after the day on which input was useful.
    reach = date(first.year, 1, 1), last + timedelta(days=31 * (INPUT_BEFORE_A_SESSION + 1))
    day = Coalesce("published_on", "expected_on")
    rows = Report.objects.for_list().annotate(day=day)
    rows = rows.filter(Q(day__range=reach) | Q(published_on=None, session__starts_on__range=reach))
    calls = CallForInput.objects.known_to(user).filter(withdrawn_on=None, deadline_on__isnull=False)
    rows = rows.prefetch_related(Prefetch("calls", queryset=calls, to_attr="dated_calls"))
    if country:
        rows = rows.fitting(country)
    if mandate:
        rows = rows.filter(mandates=mandate)
    reports: list[Any] = list(rows)
    for report in reports:
        who = _(", ").join(one.acronym for one in report.mandates.all())
        precision = report.published_precision if report.published_on else report.expected_precision
        state = _("published") if report.published_on else _("expected")
        note = " · ".join(filter(None, [state, report.symbol, report.session and str(report.session)]))
        is_vague = precision in (Precision.QUARTER, Precision.HALF, Precision.YEAR)
        if report.day and not (report.published_on and is_vague):  # out at some time: no date to look forward to
            yield Entry(
                Kind.REPORT, first_day(report.day, precision), last_day(report.day, precision),
                _("Report: %(title)s") % {"title": report.title}, who, note, report.get_absolute_url(), precision,
            )  # fmt: skip
        if report.published_on or report.dated_calls:
            continue  # it is out, or its call says until when
        begins = report.session.starts_on if report.session else first_day(report.day, precision)
        useful = months_later(begins, -INPUT_BEFORE_A_SESSION)
        words = {"session": str(report.session), "title": report.title}
        why = _("Three months before %(session)s begins; the report is written then.") % words
        if not report.session:
            why = _("Three months before the report is expected; it is written then.")
        what = _("Input for the report: %(title)s") % words
        yield Entry(Kind.USEFUL, useful, useful, what, who, why, report.get_absolute_url())


def _of_sessions(first: date, last: date) -> Iterator[Entry]:
    for session in Session.objects.filter(starts_on__lte=last, ends_on__gte=first):
        yield Entry(Kind.SESSION, session.starts_on, session.ends_on, str(session), precision=session.precision)


@dataclass(frozen=True, slots=True)
class Day:
    """A field of the month's grid: what is said there, and the kinds of what only goes on."""

    day: date
    is_of_month: bool
    is_today: bool
    said: list[Entry]
    going_on: list[Entry]


def weeks_of(month: date, found: list[Entry], today: date, first_weekday: int) -> list[list[Day]]:
    """The grid of a month (its first day): weeks of seven days. `first_weekday` as in formats: 0 for Sunday.

    What lasts several days is said on its first day and again at the beginning of each week.
    """
    exact = [entry for entry in found if entry.is_exact]
    weeks = Calendar((first_weekday - 1) % 7).monthdatescalendar(month.year, month.month)
    grid = []
    for week in weeks:
        line = []
        for day in week:
            here = [entry for entry in exact if entry.touches(day, day)]
            said = [entry for entry in here if entry.first == day or day == week[0]]
            going_on = [entry for entry in here if entry not in said]
            line.append(Day(day, day.month == month.month, day == today, said, going_on))
        grid.append(line)
    return grid


def by_month(found: list[Entry], first: date) -> list[tuple[date, list[Entry], list[Entry]]]:
    """(first day of the month, entries of known days, entries of which the day is not known), without empty months.

    What began before `first` stands in the first month.
    """
    months: dict[date, tuple[list[Entry], list[Entry]]] = {}
    for entry in found:
        month = max(entry.first, first).replace(day=1)
        months.setdefault(month, ([], []))[0 if entry.is_exact else 1].append(entry)
    return [(month, *lists) for month, lists in sorted(months.items())]
