"""The search over everything that a person may read.

It asks the lists: each kind is what its list shows for these words, in its order, so that every number is that of the
rows behind its link, and nothing depends on rows that this person could not list.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from config.lists import StrictFilterSet
from mandates.filters import CallFilterSet, MandateFilterSet, RecommendationFilterSet, ReportFilterSet, VisitFilterSet
from mandates.likeness import like_names
from mandates.models import CallForInput, CountryVisit, Mandate, Recommendation, Report
from mandates.views import with_closing

from .filters import EngagementFilterSet
from .log import COUNTED, LogPaginator, log_lines
from .models import Engagement
from .querysets import rights_of

SHOWN = 3
"""Rows of each kind on the page; the others are in its list."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind: the first rows, how many there are, and the address of the list that has them all.

    `count` goes no further than `more_than`, where that is set: as in the list.
    """

    noun: str
    heading: str
    rows: list[Any]
    count: int
    address: str
    more_than: int | None = None


def found(text: str, user: Any) -> list[Found]:
    """The kinds of which `user` may read something with the words of `text`. About eleven queries."""
    today, now = timezone.localdate(), timezone.now()
    mandates = Mandate.objects.order_by("kind", "title").with_holders(today)
    visits = CountryVisit.objects.known_to(user).for_list(today)
    # A line of these names no places here.
    calls = CallForInput.objects.known_to(user).for_list(now).prefetch_related(None)
    reports = Report.objects.known_to(user).for_list().prefetch_related(None)
    recommendations = Recommendation.objects.known_to(user).for_list().prefetch_related(None)
    words = {"text": text}
    kinds = [
        # Ended ones too: without a day the list would take today.
        _of_kind("mandate", _("Mandates"), MandateFilterSet(words | {"on": ""}, queryset=mandates)),
        _of_kind("visit", _("Country visits"), VisitFilterSet(words, queryset=visits)),
        _of_kind("call", _("Calls for input"), CallFilterSet(words, queryset=calls)),
        _of_kind("report", _("Reports"), ReportFilterSet(words, queryset=reports)),
        _of_kind("recommendation", _("Recommendations"), RecommendationFilterSet(words, queryset=recommendations)),
        _engagements(words, user),
    ]
    with_closing(kinds[2].rows, now)
    return [kind for kind in kinds if kind.count]


def _of_kind(noun: str, heading: str, filters: StrictFilterSet) -> Found:
    """Rows and their number in one query."""
    rows = list(filters.rows.annotate(found=Window(Count("pk")))[:SHOWN])
    address = f"{reverse(f'mandates:{noun}-list')}?{urlencode(filters.data)}"
    return Found(noun, heading, rows, rows[0].found if rows else 0, address)


def _engagements(words: dict[str, str], user: Any) -> Found:
    rights = rights_of(user)
    visible = Engagement.objects.visible_to(user, rights)
    rows: QuerySet = EngagementFilterSet(words, queryset=visible, rights=rights).rows
    paginator = LogPaginator(rows, limit=COUNTED)
    lines = log_lines(rows[:SHOWN]) if paginator.count else []
    address = f"{reverse('engagement:engagement-list')}?{urlencode(words)}"
    return Found("engagement", _("Engagements"), lines, paginator.count, address, paginator.more_than)


def meant(text: str) -> list[str]:
    """What `text` may have been meant to be, of the names of mandates and of those who hold them. One query."""
    return like_names(text, Mandate.objects.every_name())
