"""The pages of the UN side: everyone signed in may read them, suggestions as far as she knows them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.db.models import F, IntegerChoices, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import get_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.lists import BY_HTMX, is_htmx, list_page, page_of
from config.revalidated import revalidated

from . import change_words, ical, timeline
from .dates import moment_here, months_later
from .filters import (
    CallFilterSet,
    ChangeFilterSet,
    MandateFilterSet,
    RecommendationFilterSet,
    ReportFilterSet,
    TimelineFilterSet,
    VisitFilterSet,
)
from .models import CallForInput, CountryVisit, Mandate, MandateHolder, Recommendation, ReferenceChange, Report
from .querysets import CallPhase, ReportPhase, VisitPhase


@require_safe
@revalidated
def mandate_list(request: HttpRequest) -> HttpResponse:
    """The directory: mandates in force today, unless the address names another day or none (`on=`)."""
    today = timezone.localdate()
    asked = request.GET.copy()
    if "on" not in asked:
        asked["on"] = today.isoformat()
    filters = MandateFilterSet(asked, queryset=Mandate.objects.by_name().with_holders(today))
    page = page_of(request, filters.rows, size=100)
    known_on = Mandate.objects.order_by("-checked_on").values_list("checked_on", flat=True).first()
    return list_page(request, "mandates/mandate", filters, page, known_on=known_on)


@require_safe
def mandate_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One mandate: holders with dates, its visits, calls and reports."""
    today, now, user = timezone.localdate(), timezone.now(), request.user
    mandate = get_object_or_404(Mandate.objects.select_related("country", "successor"), slug=slug)
    holders = MandateHolder.objects.filter(mandate=mandate)
    return TemplateResponse(
        request,
        "mandates/mandate_detail.html",
        {
            "mandate": mandate,
            "is_in_force": mandate.is_in_force(today),
            "is_old": mandate.is_old(today),
            "today": today,
            "serving": list(holders.serving(today).order_by("name")) if mandate.is_in_force(today) else [],
            "holders": list(holders.order_by(F("started_on").desc(nulls_last=True), "name")),
            "aliases": list(mandate.aliases.all()),
            "predecessors": list(mandate.predecessors.order_by("title")),
            "visits": list(CountryVisit.objects.known_to(user).for_list(today).filter(mandates=mandate)[:20]),
            "calls": with_closing(CallForInput.objects.known_to(user).for_list(now).filter(mandates=mandate)[:20], now),
            "reports": list(Report.objects.for_list().filter(mandates=mandate)[:20]),
        },
    )


@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """Country visits: under way, upcoming, undated, off, past."""
    visits = CountryVisit.objects.known_to(request.user).for_list(timezone.localdate())
    filters = VisitFilterSet(request.GET, queryset=visits)
    page = page_of(request, filters.rows)
    return list_page(request, "mandates/visit", filters, page, sections=in_sections(page, VisitPhase))


@require_safe
def visit_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One visit: its dossier of events, its calls and reports."""
    today, now, user = timezone.localdate(), timezone.now(), request.user
    visits = CountryVisit.objects.known_to(user).with_status(today).with_places().select_related("report_session")
    visit = get_object_or_404(visits.prefetch_related("events"), pk=pk)
    return TemplateResponse(
        request,
        "mandates/visit_detail.html",
        {
            "visit": visit,
            "phase": VisitPhase(visit.phase),
            "is_old": visit.is_old(today),
            "events": list(visit.events.all()),
            "calls": with_closing(CallForInput.objects.known_to(user).for_list(now).filter(visit=visit), now),
            "reports": list(Report.objects.for_list().filter(visit=visit)),
        },
    )


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """Calls for input: open ones by deadline, then those whose deadline is not known, then closed ones."""
    now = timezone.now()
    filters = CallFilterSet(request.GET, queryset=CallForInput.objects.known_to(request.user).for_list(now))
    page = page_of(request, filters.rows)
    page.object_list = with_closing(page.object_list, now)
    return list_page(request, "mandates/call", filters, page, sections=in_sections(page, CallPhase))


@require_safe
def call_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One call for input: until when, for what, how to send."""
    today, now, user = timezone.localdate(), timezone.now(), request.user
    calls = CallForInput.objects.known_to(user).with_phase(now).with_places().select_related("session", "report")
    visits = CountryVisit.objects.known_to(user).with_places()
    call = get_object_or_404(calls.prefetch_related(Prefetch("visit", queryset=visits)), pk=pk)
    with_closing([call], now)
    return TemplateResponse(
        request,
        "mandates/call_detail.html",
        {"call": call, "phase": CallPhase(call.phase), "is_old": call.is_old(today)},
    )


@require_safe
@revalidated
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports: upcoming by expected day, then published, latest first."""
    filters = ReportFilterSet(request.GET, queryset=Report.objects.for_list())
    page = page_of(request, filters.rows)
    return list_page(request, "mandates/report", filters, page, sections=in_sections(page, ReportPhase))


SHOWN_OF_REPORT = 10
"""Recommendations on the page of their report; the list has all."""


@require_safe
def report_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One report: whose, on what, for which session; its calls."""
    today, now, user = timezone.localdate(), timezone.now(), request.user
    visits = CountryVisit.objects.known_to(user).with_places()
    reports = (
        Report.objects.with_places().select_related("session").prefetch_related(Prefetch("visit", queryset=visits))
    )
    report = get_object_or_404(reports, pk=pk)
    calls = with_closing(CallForInput.objects.known_to(user).for_list(now).filter(report=report), now)
    return TemplateResponse(
        request,
        "mandates/report_detail.html",
        {
            "report": report,
            "is_old": report.is_old(today),
            "calls": calls,
            "recommendations": list(Recommendation.objects.for_list().filter(report=report)[: SHOWN_OF_REPORT + 1]),
            "shown": SHOWN_OF_REPORT,
        },
    )


@require_safe
@revalidated
def recommendation_list(request: HttpRequest) -> HttpResponse:
    """What reports ask for, by paragraph: the latest document first."""
    filters = RecommendationFilterSet(request.GET, queryset=Recommendation.objects.for_list())
    page = page_of(request, filters.rows)
    return list_page(request, "mandates/recommendation", filters, page)


@require_safe
def recommendation_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One recommendation: its words, of whom and to whom, and the thread that it belongs to."""
    row = get_object_or_404(Recommendation.objects.for_detail(request.user), pk=pk)
    visit = row.visit or (row.report and row.report.visit)
    return TemplateResponse(request, "mandates/recommendation_detail.html", {"recommendation": row, "visit": visit})


@require_safe
def visit_ical(request: HttpRequest, pk: str) -> HttpResponse:
    """One visit for the reader's own calendar; 404 for one whose exact days were never known."""
    visits = CountryVisit.objects.known_to(request.user).with_status(timezone.localdate()).with_places()
    return _ical_response([get_object_or_404(visits, pk=pk)], [], name="visit")


@require_safe
def call_ical(request: HttpRequest, pk: str) -> HttpResponse:
    """The deadline of one call for the reader's own calendar; 404 for one without."""
    calls = CallForInput.objects.known_to(request.user).filter(closes_at__isnull=False).with_places()
    return _ical_response([], [get_object_or_404(calls, pk=pk)], name="deadline")


def _ical_response(visits: list[CountryVisit], calls: list[CallForInput], *, name: str) -> HttpResponse:
    title = _("Cluster engagement")
    content = ical.calendar_file(visits, calls, title=title, site=settings.SITE_URL, now=timezone.now())
    if b"BEGIN:VEVENT" not in content:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """What changed in visits, calls, reports and mandates that the reader knows, when, from which source."""
    changes = ReferenceChange.objects.known_to(request.user).order_by("-changed_at", "id")
    filters = ChangeFilterSet(request.GET, queryset=changes, request=request)
    page = page_of(request, filters.rows)
    told = change_words.told(page.object_list, request.user)
    item = filters.chosen.get("item") if not filters.problems else None
    return list_page(request, "mandates/change", filters, page, told=told, item=item)


LIST_MONTHS = 6
"""Months that the calendar shows as a list: as far ahead as visits and deadlines are usually known."""


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Visits, deadlines, reports and sessions on one time line, with the last useful days to act on each.

    In the address: `view` (month; else a list of six), `month`, `country`, `mandate`, `kind`.
    """
    today = timezone.localdate()
    filters = TimelineFilterSet(request.GET, queryset=Mandate.objects.none())
    chosen = {} if filters.problems else filters.chosen
    as_month = chosen.get("view") == "month"
    month = chosen.get("month") or today.replace(day=1)
    # Without a month the list begins today, and what this month was before is a page back.
    from_today = not as_month and not chosen.get("month")
    first = today if from_today else month
    after = months_later(month, 1 if as_month else LIST_MONTHS)
    back = 1 if as_month else LIST_MONTHS - from_today
    found: list[timeline.Entry] = []
    if not filters.problems:
        country, kind = chosen.get("country"), chosen.get("kind")
        found = timeline.entries(
            request.user,
            first,
            after - timedelta(days=1),
            today,
            country=country.pk if country else None,
            mandate=chosen.get("mandate"),
            kinds=[kind] if kind else timeline.Kind.values,
        )
    first_weekday = int(get_format("FIRST_DAY_OF_WEEK"))
    kept = {name: value for name, value in request.GET.items() if name not in ("month", "view")}
    return TemplateResponse(
        request,
        "mandates/calendar_results.html" if is_htmx(request) else "mandates/calendar.html",
        {
            "filters": filters,
            "problems": filters.problems,
            "active_filters": [] if filters.problems else filters.active,
            "first": first,
            "month": month,
            "last": after - timedelta(days=1),
            "today": today,
            "as_month": as_month,
            "found": found,
            "months": [] if as_month else timeline.by_month(found, first),
            "weeks": timeline.weeks_of(month, found, today, first_weekday) if as_month else [],
            "weekdays": [WEEKDAYS[(first_weekday - 1 + place) % 7] for place in range(7)],
            "vague": [entry for entry in found if not entry.is_exact],
            "before": months_later(month, -back),
            "after": after,
            "kept": urlencode(kept),
        },
        headers=BY_HTMX,
    )


def in_sections(page: Page, phases: type[IntegerChoices]) -> list[tuple[str, list[Any]]]:
    """The rows of a page as (heading, rows), in the order of `phases`; empty sections left out."""
    rows = list(page.object_list)
    sections = [(phase.label, [row for row in rows if row.phase == phase]) for phase in phases]
    return [(label, rows) for label, rows in sections if rows]


def with_closing(calls: Iterable[CallForInput], now: datetime) -> list[CallForInput]:
    """The calls as a list, each with what a reader asks first, on her own calendar and clock.

    `closing` ("closes in 5 days"), `closes_soon` (within 7 days), `closes_here` (the moment, where it is not midnight).
    """
    calls = list(calls)
    for call in calls:
        days = call.days_left(now)
        call.closing, call.closes_soon = call.closes_in(now), days is not None and days <= 7
        call.closes_here = moment_here(call.closes_at) if call.closing and call.closes_at else ""
    return calls
