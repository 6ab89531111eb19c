"""Engagement reports: the task team begins, fills and publishes them; whoever may read the level reads them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import downloads
from config.lists import list_page, page_of

from .. import audit, services
from ..filters import HighlightFilterSet
from ..forms import ConfidentialReportForm, HighlightForm, ReportForm, WithdrawReportForm
from ..kept_forms import drafted
from ..models import Cluster, Engagement, EngagementReport, ReportHighlight
from ..periods import usual_periods
from ..querysets import engagements_of, exports_in_confidence, reads_overview
from ..reporting.blocks import blocks, counted_on, in_short
from ..reporting.content import about, content_of, highlights_of, readers_of, said_left_out
from ..reporting.figures import Figures
from ..services.reports import files_of
from .shared import refuse_who_takes_no_high_away, take_away_form

RESPOND = {"docx": downloads.docx_response, "xlsx": downloads.xlsx_file_response}


@never_cache
@require_safe
def engagement_report_list(request: HttpRequest) -> HttpResponse:
    """The reports that this person may read, the latest period first."""
    rows = EngagementReport.objects.visible_to(request.user).for_list()
    context = {
        "page": page_of(request, rows),
        "makes": bool(request.user.task_team),
        "reads_overview": reads_overview(request.user),
    }
    return TemplateResponse(request, "engagement/engagement_report_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Engagement report"))
def engagement_report_new(request: HttpRequest) -> HttpResponse:
    """Begin a report: of the last quarter that is over, or of the period and cluster that the address names."""
    _refuse_others(request)
    last = usual_periods(timezone.localdate())[0][1].before
    initial: dict[str, Any] = {"since": last.since, "until": last.until}
    initial |= {name: request.GET[name] for name in ("since", "until") if request.GET.get(name)}
    if slug := request.GET.get("cluster"):
        initial["cluster"] = Cluster.objects.visible_to(request.user).filter(slug=slug).first()
    form = ReportForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        report = services.begin_report(by=request.user, report=form.save(commit=False))
        messages.success(request, _("Begun. Choose what to highlight, then publish it."))
        return redirect(report)
    return TemplateResponse(request, "engagement/engagement_report_form.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Engagement report"))
def engagement_report_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change title, period, cluster, level or summary of a draft."""
    report = _draft(request, pk)
    if isinstance(report, HttpResponse):
        return report
    form = ReportForm(request.POST or None, instance=report, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_report(by=request.user, report=form.save(commit=False))
        except services.NotNow as reason:
            current = EngagementReport.objects.drafts_of(request.user).filter(pk=pk).first()
            if current is None:
                messages.error(request, str(reason))
                return redirect("engagement:engagement-report-list")
            form.renew(version=current.version)
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Saved."))
            return redirect("engagement:engagement-report-detail", pk=pk)
    return TemplateResponse(request, "engagement/engagement_report_form.html", {"form": form, "report": report})


@never_cache
@require_safe
def engagement_report_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft as it would be published now, a published report as it was kept; of a withdrawn one the reason."""
    report = _readable(request, pk)
    context: dict[str, Any] = {"report": report, "makes": bool(request.user.task_team), "readers": readers_of(report)}
    if report.status != EngagementReport.Status.WITHDRAWN:
        figures = content_of(report, request.user)
        _note_opening(request, report, figures)
        context |= _shown(report, figures)
    if report.is_draft:
        rows = engagements_of(report, request.user)
        context["chosen"] = highlights_of(report, rows)
    context["takes_away"] = not report.is_high or exports_in_confidence(request.user)
    return TemplateResponse(request, "engagement/engagement_report_detail.html", context)


def _shown(report: EngagementReport, figures: Figures) -> dict[str, Any]:
    return {
        "in_short": in_short(figures),
        "blocks": blocks(figures, has_high=report.is_high),
        "highlights": [(one["text"], about(one)) for one in figures["highlights"]],
        "left_out": said_left_out(report.level),
        "counted_on": counted_on(figures),
    }


@never_cache
@require_safe
def engagement_report_choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The engagements of a draft, to choose highlights from."""
    report = _draft(request, pk)
    if isinstance(report, HttpResponse):
        return report
    rows = engagements_of(report, request.user).filter(started_on__range=report.period).for_list()
    filters = HighlightFilterSet(request.GET, queryset=rows, request=request)
    chosen = set(report.highlights.values_list("engagement", flat=True))
    page = page_of(request, filters.rows)
    for line in page.object_list:
        line.is_chosen = line.pk in chosen
    return list_page(request, "engagement/engagement_report_choose", filters, page, whole="", report=report)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_report_highlight(request: HttpRequest, pk: UUID, engagement_id: UUID) -> HttpResponse:
    """What is said of an engagement among the highlights of a draft, and where; or that it is none any more."""
    report = _draft(request, pk)
    if isinstance(report, HttpResponse):
        return report
    rows = engagements_of(report, request.user).filter(started_on__range=report.period)
    engagement = get_object_or_404(rows.for_detail(), pk=engagement_id)
    highlights = highlights_of(report, rows)
    chosen = _placed(highlights, engagement)
    about_it = {"report": report, "line": engagement, "chosen": chosen, "length": len(highlights)}
    form = HighlightForm(request.POST or None, **about_it)
    takes_out = "take_out" in request.POST
    if request.method == "POST" and (takes_out or form.is_valid()):
        given: dict[str, Any] = {"by": request.user, "report": report, "line": engagement}
        try:
            if takes_out:
                services.take_out_highlight(**given)
            else:
                services.choose_highlight(**given, **form.cleaned_data)
        except services.NotNow as reason:
            form.add_error(None, str(reason))
        except Engagement.DoesNotExist:
            form.add_error(None, _("The report does not count this engagement any more: choose another one."))
        else:
            return redirect(f"{report.get_absolute_url()}#highlights")
    audit.opened(by=request.user, line=engagement, page="engagement-report-highlight")
    return TemplateResponse(request, "engagement/engagement_report_highlight.html", about_it | {"form": form})


def _placed(highlights: list[ReportHighlight], line: Engagement) -> ReportHighlight | None:
    """The highlight of `line`, with the place at which it is shown."""
    for place, one in enumerate(highlights, 1):
        if one.engagement_id == line.pk:
            one.rank = place
            return one
    return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_report_publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what publishing does and who will read it; then freeze the report."""
    report = _draft(request, pk)
    if isinstance(report, HttpResponse):
        return report
    if request.method == "POST":
        seen = request.POST.get("version", "")
        try:
            services.publish_report(by=request.user, report=report, version=int(seen) if seen.isdigit() else 0)
        except services.NotNow as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Published. Its figures and files stay as they are now."))
        return redirect("engagement:engagement-report-detail", pk=pk)
    figures = content_of(report, request.user)
    _note_opening(request, report, figures)
    context = {"report": report, "readers": readers_of(report)} | _shown(report, figures)
    return TemplateResponse(request, "engagement/engagement_report_publish.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_report_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a published report back, with the reason."""
    report = _readable(request, pk)
    _refuse_others(request)
    if report.status != EngagementReport.Status.PUBLISHED:
        messages.info(request, _("Only a published report is withdrawn."))
        return redirect(report)
    form = WithdrawReportForm(request.POST or None, instance=report)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["withdrawn_reason"]
        try:
            services.withdraw_report(by=request.user, report=report, reason=reason)
        except services.NotNow as why_not:
            messages.info(request, str(why_not))
        else:
            messages.success(request, _("Withdrawn."))
        return redirect("engagement:engagement-report-detail", pk=pk)
    _note_opening(request, report, report.figures)
    return TemplateResponse(request, "engagement/engagement_report_withdraw.html", {"report": report, "form": form})


@never_cache
@require_POST
def engagement_report_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    report = _draft(request, pk)
    if isinstance(report, HttpResponse):
        return report
    try:
        services.discard_report(by=request.user, report=report)
    except services.NotNow as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Thrown away."))
    return redirect("engagement:engagement-report-list")


@never_cache
@require_safe
def engagement_report_file(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """The file of a report: as it was kept, or as it would be now. What is *high* leaves by a password only."""
    report = _with_files(request, pk)
    if report.is_high:
        return redirect("engagement:engagement-report-confidential", pk=pk)
    return _file(request, report, kind, page=f"engagement-report-{kind}")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_report_confidential(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A report of level *high* as a file: says what is kept of it, then asks why and who."""
    report = _with_files(request, pk)
    if not report.is_high:
        return redirect(report)
    refuse_who_takes_no_high_away(request.user)
    form = take_away_form(request, ConfidentialReportForm)
    if form.is_valid():
        data = form.cleaned_data
        kept = {"format": data["format"], "reason": data["reason"]}
        return _file(request, report, data["format"], page="engagement-report-confidential", **kept)
    _note_opening(request, report, content_of(report, request.user))
    context = {"report": report, "form": form, "readers": readers_of(report)}
    return TemplateResponse(request, "engagement/engagement_report_confidential.html", context)


def _file(request: HttpRequest, report: EngagementReport, kind: str, **kept: Any) -> HttpResponseBase:
    """The file, once it is on record for each cluster that it counts."""
    figures = content_of(report, request.user)
    levels = {UUID(cluster): found for cluster, found in figures["levels"].items()}
    audit.exported_levels(by=request.user, levels=levels, filters={}, **kept)
    if report.is_draft:
        content = files_of(report, figures, timezone.now())[kind]
    else:
        content = bytes(report.files.get(kind=kind).content)
    return RESPOND[kind](content, name="engagement-report")


def _readable(request: HttpRequest, pk: UUID) -> EngagementReport:
    rows = EngagementReport.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("cluster", "created_by", "published_by"), pk=pk)


def _with_files(request: HttpRequest, pk: UUID) -> EngagementReport:
    """The report, if it has files to give: not withdrawn, and its files are kept still."""
    report = _readable(request, pk)
    if report.status == EngagementReport.Status.WITHDRAWN or report.files_removed_on:
        raise Http404
    return report


def _draft(request: HttpRequest, pk: UUID) -> EngagementReport | HttpResponse:
    """The draft; of a report that is published already its page, if this person makes reports."""
    report = _readable(request, pk)
    _refuse_others(request)
    if report.is_draft:
        return report
    messages.info(request, _("This report is published: nothing of it changes any more."))
    return redirect(report)


def _refuse_others(request: HttpRequest) -> None:
    if not request.user.task_team:
        raise PermissionDenied(_("The task team makes engagement reports."))


def _note_opening(request: HttpRequest, report: EngagementReport, figures: Figures) -> None:
    """Keep in the access ledger of each cluster that somebody opened what tells of its *high* engagements."""
    if report.is_high:
        page = request.resolver_match.url_name
        for cluster, levels in figures["levels"].items():
            audit.opened_together(by=request.user, cluster=UUID(cluster), count=levels.get("high", 0), page=page)
