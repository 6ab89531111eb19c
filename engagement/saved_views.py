"""Which lists can be saved as a view, what may stand in the address of one, and what of it is gone.

A view keeps the name of a list and the filters of its address, nothing else. They are asked anew of whoever opens it:
a filter that the list has no more, and a value that this reader could not choose, are left out, and she is told which
filter that was. What it said is not repeated: it may be a cluster that she does not see.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.lists import StrictFilterSet, TextFilter
from mandates.filters import (
    CallFilterSet,
    ChangeFilterSet,
    MandateFilterSet,
    RecommendationFilterSet,
    ReportFilterSet,
    TimelineFilterSet,
    VisitFilterSet,
)

from .filters import EngagementFilterSet, GuidanceFilterSet, OverviewFilterSet, SupportFilterSet
from .models import Cluster
from .querysets import reads_guidance, reads_overview

LONGEST = 1000
"""Characters of the filters of an address."""


class Page(NamedTuple):
    """A list: its name, its filters, and who opens it (everybody, where nothing is said)."""

    label: str | Promise
    filters: type[StrictFilterSet]
    is_for: Callable[[Any], bool] = lambda user: True


PAGES: dict[str, Page] = {
    "engagement:engagement-list": Page(_("Log"), EngagementFilterSet),
    "engagement:overview": Page(_("Overview"), OverviewFilterSet, reads_overview),
    "engagement:overview-needs": Page(_("Challenges and support needs"), OverviewFilterSet, reads_overview),
    "engagement:support-list": Page(_("Support requests"), SupportFilterSet),
    "engagement:guidance-list": Page(_("Guidance notes"), GuidanceFilterSet, reads_guidance),
    "mandates:mandate-list": Page(_("Mandates"), MandateFilterSet),
    "mandates:visit-list": Page(_("Country visits"), VisitFilterSet),
    "mandates:call-list": Page(_("Calls for input"), CallFilterSet),
    "mandates:report-list": Page(_("Reports"), ReportFilterSet),
    "mandates:recommendation-list": Page(_("Recommendations"), RecommendationFilterSet),
    "mandates:calendar": Page(_("Calendar"), TimelineFilterSet),
    "mandates:change-list": Page(_("What changed"), ChangeFilterSet),
}
"""By the name of its address."""


def page_at(path: str) -> str | None:
    """The key in `PAGES` of the list at this path of the site; None where there is no such list."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found.view_name if found.view_name in PAGES and reverse(found.view_name) == path else None


def filters_in(page: str, query: str) -> QueryDict | None:
    """The filters in the query string of a list, without empty ones and the number of the page.

    None when it is too long, or something in it is no filter of that list or stands there twice.
    """
    if len(query) > LONGEST:
        return None
    kept = QueryDict(mutable=True)
    for name, values in QueryDict(query).lists():
        if name == "page" or not any(values):
            continue
        if name not in PAGES[page].filters.base_filters or len(values) > 1:
            return None
        kept[name] = values[0]
    return kept


def words_in(page: str, query: str) -> dict[str, str]:
    """Of the filters of a view those that are words to look for."""
    filters = PAGES[page].filters.base_filters
    return {name: str(value) for name, value in QueryDict(query).items() if isinstance(filters.get(name), TextFilter)}


def address_for(request: HttpRequest, page: str, query: str) -> tuple[str, list[str]]:
    """The address of a view for whoever asks, and the labels of the filters that she cannot have."""
    data = QueryDict(query)
    known = QueryDict(mutable=True)
    filters = PAGES[page].filters
    gone = [name for name in data if name not in filters.base_filters]
    for name in data:
        if name not in gone:
            known[name] = data[name]
    more: dict[str, Any] = {}
    if issubclass(filters, OverviewFilterSet):
        more["clusters"] = list(Cluster.objects.visible_to(request.user))
    model: Any = filters._meta.model
    form = filters(known, queryset=model._default_manager.none(), request=request, **more).form
    for name in form.errors:
        known.pop(name, None)
        gone.append(str(form.fields[name].label))
    return f"{reverse(page)}?{known.urlencode()}" if known else reverse(page), gone
