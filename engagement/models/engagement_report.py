from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..levels import NAMES
from ..periods import Period
from ..querysets import EngagementReportQuerySet, ReportHighlightQuerySet
from ..text import is_readable
from .base import UUIDModel
from .cluster import Cluster
from .engagement import Engagement


class EngagementReport(UUIDModel):
    """What the task team says of a period: figures, highlights that it chose, support provided; up to one level.

    A draft is counted each time it is shown. Publishing freezes it: `figures` and the files (`ReportFile`) are what is
    shown from then on, whatever happens to the log. Written by `services.reports` only.
    """

    class Level(models.TextChoices):
        """The highest level of what is in it; nothing above is counted, named or hinted at."""

        LOW = "low", NAMES["low"]
        MODERATE = "moderate", NAMES["moderate"]
        HIGH = "high", NAMES["high"]

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    title = models.CharField(_("title"), max_length=120, validators=[is_readable])
    cluster = models.ForeignKey(
        Cluster,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cluster"),
        help_text=_("Empty: all clusters; then the task team alone reads it."),
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.MODERATE)
    summary = models.TextField(
        _("summary"),
        blank=True,
        max_length=4000,
        validators=[is_readable],
        help_text=_("What a reader with one minute should know. It stands at the head of the document."),
    )
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("begun by")
    )
    created_at = models.DateTimeField(_("begun at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed at"), auto_now=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_reason = models.CharField(
        _("reason for withdrawing"),
        max_length=500,
        blank=True,
        validators=[is_readable],
        help_text=_("Whoever could read it reads this instead."),
    )
    figures = models.JSONField(_("figures"), default=dict, blank=True, editable=False)
    files_removed_on = models.DateField(_("files removed on"), null=True, blank=True, editable=False)

    objects = EngagementReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement report")
        verbose_name_plural = _("engagement reports")
        ordering = ["-until", "-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="report_ends_after_start",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(condition=Q(level__in=["low", "moderate", "high"]), name="report_level_known"),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None, published_by=None, figures={})
                | Q(status__in=["published", "withdrawn"], published_at__isnull=False, published_by__isnull=False),
                name="report_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(~Q(withdrawn_reason=""), status="withdrawn", withdrawn_at__isnull=False)
                | Q(~Q(status="withdrawn"), withdrawn_at=None, withdrawn_reason=""),
                name="report_withdrawn_with_reason",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("engagement:engagement-report-detail", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_high(self) -> bool:
        """Whether its files leave by a password and a reason only."""
        return self.level == self.Level.HIGH


class ReportHighlight(UUIDModel):
    """An engagement that the task team chose for a report, in its own words of one line; `rank` is its place.

    Of a draft those count whose engagement is within the report still (`ReportHighlightQuerySet.standing`).
    """

    report = models.ForeignKey(EngagementReport, models.CASCADE, related_name="highlights")
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="+", verbose_name=_("engagement"))
    rank = models.PositiveSmallIntegerField(_("place"))
    text = models.CharField(_("in one line"), max_length=300, validators=[is_readable])

    objects = ReportHighlightQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "engagement"], name="report_highlight_once"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="report_highlight_rank_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.engagement}"


class ReportFile(UUIDModel):
    """A file of a published report, as it was made then; in the database, so that one gate and one backup hold it."""

    class Kind(models.TextChoices):
        DOCX = "docx", "Word"
        XLSX = "xlsx", "Excel"

    report = models.ForeignKey(EngagementReport, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=4, choices=Kind)
    content: Any = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="report_file_once")]

    def __str__(self) -> str:
        return f"{self.report}, {self.get_kind_display()}"
