"""Which reference rows somebody should look at: not checked for long, overtaken by the calendar, without a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .filters import CallFilterSet, ReportFilterSet, VisitFilterSet
from .models import CallForInput, CountryVisit, Report
from .models.base import OLD_AFTER
from .querysets import CallPhase, ReportPhase, VisitPhase

LOOKS = (
    ("visit", "status=no_outcome", _("visits are over, and their outcome is not recorded")),
    ("visit", "status=ahead&checked=old", _("visits ahead were checked more than 30 days ago")),
    ("call", "status=open&checked=old", _("open calls were checked more than 30 days ago")),
    ("call", "status=unknown", _("calls have no known deadline")),
    ("report", "status=overdue", _("reports were expected before today and are not recorded as published")),
    ("report", "status=upcoming&checked=old", _("upcoming reports were checked more than 30 days ago")),
)
"""(noun, filters of its list, what is to be seen there), the most pressing first."""


@dataclass(frozen=True, slots=True)
class Look:
    """`count` rows stand in the list at `address`: the same filters found both."""

    count: int
    address: str
    what: str


def to_look_at(user: Any, today: date, now: datetime) -> list[Look]:
    """What `user`, who keeps these rows, should look at; empty lists left out. One query for each of LOOKS."""
    lists = {
        "visit": (VisitFilterSet, CountryVisit.objects.known_to(user).for_list(today)),
        "call": (CallFilterSet, CallForInput.objects.known_to(user).for_list(now)),
        "report": (ReportFilterSet, Report.objects.known_to(user).for_list()),
    }
    found = []
    for noun, query, what in LOOKS:
        filter_set, rows = lists[noun]
        count = filter_set(QueryDict(query), queryset=rows).rows.order_by().count()
        if count:
            found.append(Look(count, f"{reverse(f'mandates:{noun}-list')}?{query}", str(what)))
    return found


# -- By what is to be done, over all kinds of entries ------------------------------------------------------


class Task(TextChoices):
    """Why an entry is listed, in the order of the page: the most pressing first."""

    NO_OUTCOME = "no_outcome", _("Over or overdue, outcome not recorded")
    OLD = "old", _("Not checked for more than 30 days")
    NO_DATE = "no_date", _("Without a date")
    CHECKED = "checked", _("Checked within 30 days")

    @property
    def explained(self) -> Any:
        """What stands in this list, and in which order."""
        return {
            Task.NO_OUTCOME: _(
                "Visits whose days have passed without “completed” or “cancelled”, and reports expected before today "
                "that are not recorded as published; the latest first."
            ),
            Task.OLD: _("Of what is not over; the one that nobody checked for longest first."),
            Task.NO_DATE: _(
                "Visits without days, calls without a known deadline, reports without an expected day; the one that "
                "nobody checked for longest first."
            ),
            Task.CHECKED: _("Of what is not over; the last checked first."),
        }[self]


class Entry(NamedTuple):
    """One visit, call or report by its key; `day` is what its task is sorted by."""

    day: date | None
    noun: str
    pk: Any


LATEST_FIRST = (Task.NO_OUTCOME, Task.CHECKED)

NOT_OVER = [VisitPhase.UNDER_WAY, VisitPhase.UPCOMING, VisitPhase.UNDATED]


def tasks(user: Any, today: date, now: datetime) -> dict[Task, list[Entry]]:
    """The entries that `user` knows under each task, in its order; one can stand under several. Five queries.

    Of checks only what is not over is asked about: visits under way, ahead or without days, calls that are not closed,
    reports that are not out.
    """
    visits: Any = CountryVisit.objects.known_to(user).with_status(today).filter(withdrawn_on=None).order_by()
    calls: Any = CallForInput.objects.known_to(user).with_phase(now).filter(withdrawn_on=None).order_by()
    reports: Any = Report.objects.known_to(user).with_phase().filter(withdrawn_on=None).order_by()
    # (noun, what is not over, whether a row of it has no date, as a column and the value that says so)
    not_over: list[tuple[str, Any, str, Any]] = [
        ("visit", visits.filter(phase__in=NOT_OVER), "phase", VisitPhase.UNDATED),
        ("call", calls.exclude(phase=CallPhase.CLOSED), "phase", CallPhase.UNKNOWN),
        ("report", reports.filter(phase=ReportPhase.UPCOMING), "expected_on", None),
    ]
    overdue: list[tuple[str, Any, str]] = [
        ("visit", visits.without_outcome(), "last_day"),
        ("report", reports.overdue(today), "expected_on"),
    ]
    found: dict[Task, list[Entry]] = {task: [] for task in Task}
    for noun, rows, column in overdue:
        found[Task.NO_OUTCOME] += [Entry(day, noun, pk) for pk, day in rows.values_list("pk", column)]
    for noun, rows, column, undated in not_over:
        for pk, checked_on, value in rows.values_list("pk", "checked_on", column):
            entry = Entry(checked_on, noun, pk)
            found[Task.OLD if today - checked_on > OLD_AFTER else Task.CHECKED].append(entry)
            if value == undated:
                found[Task.NO_DATE].append(entry)
    for task, entries in found.items():
        entries.sort(key=lambda entry: (entry.day or date.min, entry.noun, str(entry.pk)), reverse=task in LATEST_FIRST)
    return found


def read(entries: Iterable[Entry], user: Any, today: date, now: datetime) -> dict[tuple[str, Any], Any]:
    """The visits, calls and reports themselves by (noun, key), each with its `noun`. Nine queries at most."""
    keys: dict[str, list[Any]] = {"visit": [], "call": [], "report": []}
    for entry in entries:
        keys[entry.noun].append(entry.pk)
    lists: dict[str, Any] = {
        "visit": CountryVisit.objects.known_to(user).for_list(today),
        "call": CallForInput.objects.known_to(user).for_list(now),
        "report": Report.objects.known_to(user).for_list(),
    }
    found: dict[tuple[str, Any], Any] = {}
    for noun, rows in lists.items():
        for row in rows.filter(pk__in=keys[noun]) if keys[noun] else ():
            row.noun = noun
            found[noun, row.pk] = row
    return found
