"""Engagement reports: begun, filled with highlights, published once and frozen, withdrawn with a reason."""

from io import BytesIO
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, override
from django.utils.translation import gettext as _

from config.downloads import PRODUCT
from config.workbook import write_workbook

from ..models import Engagement, EngagementReport, ReportFile, ReportHighlight, User
from ..querysets import engagements_of
from ..reporting.content import read_content
from ..reporting.document import report_document
from ..reporting.sheets import report_sheets
from .act import NotNow

Status, Kind = EngagementReport.Status, ReportFile.Kind


def begin_report(*, by: User, report: EngagementReport) -> EngagementReport:
    """Keep a draft, in the language in which its maker works. One that she began with the same key stands."""
    report.created_by, report.language = by, get_language() or "en"
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        twin = EngagementReport.objects.filter(pk=report.pk).first()
        if twin is None:
            raise
        if twin.created_by_id == by.pk:
            return twin
        report.pk = uuid4()
        report.save(force_insert=True)
    return report


def change_report(*, by: User, report: EngagementReport) -> EngagementReport:
    """Keep what was changed of a draft. `report` carries the version that the person saw; raises NotNow as below."""
    with transaction.atomic():
        current = _locked(by, report)
        if current.version != report.version:
            raise NotNow(_("A colleague changed this draft meanwhile. Look at it again."))
        report.version = current.version + 1
        report.save()
    return report


def choose_highlight(*, by: User, report: EngagementReport, line: Engagement, text: str, rank: int) -> None:
    """Put an engagement among the highlights of a draft, or change what is said of it, at place `rank` from 1.

    The others move down. Raises NotNow when it is published or thrown away, and Engagement.DoesNotExist for what is
    above its level, outside of its period, or not to be listed by `by`.
    """
    with transaction.atomic():
        current = _locked(by, report)
        rows = _hold_rows(current, by)
        highlight = current.highlights.filter(engagement=rows.get(pk=line.pk)).first()
        highlight = highlight or ReportHighlight(report=current, engagement=line)
        others = list(current.highlights.exclude(engagement=line).order_by("rank", "id"))
        others.insert(rank - 1, highlight)
        highlight.text = text
        for place, one in enumerate(others, 1):
            one.rank = place
            one.save()
        _touch(current)


def take_out_highlight(*, by: User, report: EngagementReport, line: Engagement) -> None:
    """Take an engagement out of the highlights of a draft. Raises NotNow as above."""
    with transaction.atomic():
        current = _locked(by, report)
        _hold_rows(current, by)
        current.highlights.filter(engagement=line).delete()
        for place, one in enumerate(current.highlights.order_by("rank", "id"), 1):
            current.highlights.filter(pk=one.pk).update(rank=place)
        _touch(current)


def publish_report(*, by: User, report: EngagementReport, version: int) -> EngagementReport:
    """Freeze a draft: its figures, highlights and files are kept as they are counted now, in the report's language.

    `version` is the one that the person saw. Raises NotNow when it was changed, published or thrown away meanwhile.
    """
    with transaction.atomic():
        current = _locked(by, report)
        if current.version != version:
            raise NotNow(_("A colleague changed this draft meanwhile. Look at it again."))
        figures = read_content(current, by)
        now = timezone.now()
        current.status, current.published_by, current.published_at = Status.PUBLISHED, by, now
        current.figures = figures
        current.save()
        ReportFile.objects.bulk_create(
            ReportFile(report=current, kind=kind, content=content)
            for kind, content in files_of(current, figures, now).items()
        )
    return current


def withdraw_report(*, by: User, report: EngagementReport, reason: str) -> EngagementReport:
    """Take a published report back: nobody is shown more of it than its title and the reason.

    Raises NotNow when that was done meanwhile.
    """
    with transaction.atomic():
        current = EngagementReport.objects.visible_to(by).select_for_update(of=("self",)).get(pk=report.pk)
        if current.status != Status.PUBLISHED:
            raise NotNow(_("This report was withdrawn meanwhile."))
        current.status, current.withdrawn_at, current.withdrawn_reason = Status.WITHDRAWN, timezone.now(), reason
        current.save()
    return current


def discard_report(*, by: User, report: EngagementReport) -> None:
    """Throw a draft away, with its highlights: it was shown to nobody but the task team. Raises NotNow as above."""
    with transaction.atomic():
        _locked(by, report).delete()


def files_of(report: EngagementReport, figures: dict[str, Any], now: Any) -> dict[str, bytes]:
    """Its files by kind, in its own language, made from `figures`."""
    with override(report.language):
        workbook = BytesIO()
        title = f"{report.title}, {report.period}"
        write_workbook(
            workbook,
            report_sheets(report, figures),
            title=title,
            author=str(PRODUCT),
            created=now,
            right_to_left=get_language_bidi(),
        )
        return {Kind.DOCX.value: report_document(report, figures, now=now), Kind.XLSX.value: workbook.getvalue()}


def _locked(by: User, report: EngagementReport) -> EngagementReport:
    """The draft as it stands now, locked."""
    drafts = EngagementReport.objects.drafts_of(by).select_for_update(of=("self",))
    current = drafts.filter(pk=report.pk).first()
    if current is None:
        raise NotNow(_("This draft was published or thrown away meanwhile, or you can no longer read it."))
    return current


def _hold_rows(report: EngagementReport, by: User) -> Any:
    """The engagements of a locked draft that `by` can list. Highlights that are not among them any more are deleted."""
    rows = engagements_of(report, by).filter(started_on__range=report.period)
    report.highlights.exclude(engagement__in=rows.order_by().values("pk")).delete()
    return rows


def _touch(report: EngagementReport) -> None:
    """Another version, so that nobody publishes highlights that she has not seen."""
    report.version += 1
    report.save(update_fields=["version", "updated_at"])
