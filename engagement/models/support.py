import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..querysets import SupportRequestQuerySet
from ..text import fits_a_column, is_readable
from .base import UUIDModel
from .engagement import Engagement

DAYS_TO_ANSWER = 14


def day_to_answer() -> date:
    """The day by which a request that opens today should be answered, on the calendar of whoever opens it."""
    return timezone.localdate() + timedelta(days=DAYS_TO_ANSWER)


class SupportRequest(UUIDModel):
    """What a cluster asks of the task team in the fifth column of a line; as confidential as that line.

    Opened by the services when the column is filled; the task team takes it, hands it over,
    answers it by `due_on`, and either side closes it.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("a request", "open")
        IN_PROGRESS = "in_progress", _("in progress")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", pgettext_lazy("a request", "closed")

    engagement = models.OneToOneField(
        Engagement, models.PROTECT, related_name="support_request", verbose_name=_("engagement")
    )
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )
    opened_at = models.DateTimeField(_("asked at"), default=timezone.now)
    due_on = models.DateField(_("answer due by"), default=day_to_answer)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = SupportRequestQuerySet.as_manager()
    history = HistoricalRecords(history_id_field=models.UUIDField(default=uuid.uuid4), related_name="+")

    class Meta:
        verbose_name = _("support request")
        verbose_name_plural = _("support requests")
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="in_progress") | Q(owner__isnull=False), name="support_in_progress_has_owner"
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(answered_at__isnull=False), name="support_answered_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return gettext("Support for %(engagement)s") % {"engagement": self.engagement}

    def get_absolute_url(self) -> str:
        return reverse("engagement:support-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether the task team still owes an answer."""
        return self.status in (self.Status.OPEN, self.Status.IN_PROGRESS)

    @property
    def is_overdue(self) -> bool:
        """Whether it is still open after its due day, on the reader's calendar; in SQL it is `overdue`."""
        return self.is_open and self.due_on < timezone.localdate()


class SupportMessage(UUIDModel):
    """One message in the thread of a support request; `is_answer` when the task team gives it as the answer."""

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="messages")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    text = models.TextField(_("message"), validators=[fits_a_column, is_readable])
    is_answer = models.BooleanField(default=False)

    class Meta:
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return f"{self.written_by}, {self.written_at:%Y-%m-%d}"
