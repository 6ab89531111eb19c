"""Files that people hand in: what they held until it is written or forgotten, and which rows came of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ImportBatchQuerySet, ImportedRowQuerySet
from ..text import is_readable
from .base import UUIDModel
from .cluster import Cluster
from .engagement import Engagement

CLOSED = "closed"
"""Under this name the counts of a change of several lines hold what the support requests were that it closed."""

KEPT_FOR = timedelta(hours=24)
"""How long the rows of a file wait for their confirmation."""

UNDO_FOR = timedelta(days=30)
"""How long an import can be undone: as long as somebody remembers what the log said before."""


def in_a_day() -> datetime:
    """The moment until which a file that is handed in now is kept."""
    return timezone.now() + KEPT_FOR


class ImportBatch(UUIDModel):
    """One file that one person handed in. Only she sees it; nothing of it stands in the log before she confirms.

    `content` holds its rows (`imports.packing`), `columns` what she said of its headers, `choices` which rows she
    ticked off. All three are emptied once it is confirmed, discarded or too old: then only keys and counts are left.

    A change of several lines (`bulk.py`) is one too: without a file, confirmed at once, with its reason.
    Its `counts` say under "closed" what the support requests were that it closed, by the key of their engagement.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        UNDONE = "undone", _("undone")

    class Kind(models.TextChoices):
        XLSX = "xlsx", _("Excel")
        CSV = "csv", _("CSV")
        DOCX = "docx", _("Word")
        BULK = "bulk", _("change of several lines")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("handed in at"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"), default=in_a_day, db_index=True)
    file_name = models.CharField(_("file"), max_length=120)
    kind = models.CharField(_("kind of file"), max_length=4, choices=Kind)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    cluster = models.ForeignKey(
        Cluster,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cluster of rows that name none"),
    )
    content = models.JSONField(_("rows"), default=dict, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    choices = models.JSONField(_("choices"), default=dict, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True, validators=[is_readable])
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    decided_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", decided_at=None) | (~Q(state="draft") & Q(decided_at__isnull=False)),
                name="import_decided_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | (~Q(state="undone") & Q(undone_at=None)),
                name="import_undone_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(content={}, columns={}, choices={}), name="import_keeps_no_text"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("engagement:import-detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def closes_requests(self) -> bool:
        """Whether it closed support requests, and changed no line."""
        return CLOSED in self.counts

    def is_expired(self, now: datetime) -> bool:
        """Whether its rows are gone, or to go, since nobody confirmed them in time."""
        return self.is_draft and (self.expires_at <= now or not self.content)

    @property
    def undo_until(self) -> datetime | None:
        """The moment until which it can be undone; None while it is not confirmed."""
        return self.decided_at and self.decided_at + UNDO_FOR

    def can_be_undone(self, now: datetime) -> bool:
        return self.state == self.State.CONFIRMED and self.undo_until is not None and now < self.undo_until


class ImportedRow(UUIDModel):
    """An engagement that an import made or changed: `version` is the one it wrote, `digest` knows a new row again.

    The digest is a keyed hash of what the row said, so that the same file, handed in twice, makes nothing twice even
    where a line was edited meanwhile. `undone_at` stays empty for what could not be undone.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="+")
    is_new = models.BooleanField()
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ImportedRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "engagement"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.engagement_id}, {self.batch_id}"
