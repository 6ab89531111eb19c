"""Which reference rows somebody should look at: not checked for long, or overtaken by the calendar."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .filters import CallFilterSet, ReportFilterSet, VisitFilterSet
from .models import CallForInput, CountryVisit, Report

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
