"""That an entry of the reference data looks wrong to somebody."""

from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mandates.models import CallForInput, CountryVisit, Mandate, Recommendation, Report

from ..querysets import DoubtQuerySet
from ..text import is_readable
from .base import UUIDModel

NOUNS = ("visit", "call", "report", "mandate", "recommendation")
"""What can be doubted: one column each, of which one is filled."""

DOUBT_MAX = 1_000
"""Characters of a doubt, and of its answer."""


def _about_one() -> Q:
    """That one column of NOUNS is filled, and no other."""
    cases = [Q(**{other: None for other in NOUNS if other != noun}, **{f"{noun}__isnull": False}) for noun in NOUNS]
    return reduce(or_, cases)


class Doubt(UUIDModel):
    """What somebody says is wrong in a visit, call, report, mandate or recommendation, and what the task team answers.

    Read by whoever said it and by the task team. Written by `services.doubts`.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waits for the task team")
        MENDED = "mended", _("mended")
        STANDS = "stands", _("stands as it is")

    visit = models.ForeignKey(CountryVisit, models.PROTECT, null=True, related_name="+", verbose_name=_("visit"))
    call = models.ForeignKey(CallForInput, models.PROTECT, null=True, related_name="+", verbose_name=_("call"))
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+", verbose_name=_("report"))
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="+", verbose_name=_("mandate"))
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, null=True, related_name="+", verbose_name=_("recommendation")
    )
    text = models.TextField(_("what looks wrong"), max_length=DOUBT_MAX, validators=[is_readable])
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("said by"))
    said_at = models.DateTimeField(_("said at"), default=timezone.now, editable=False)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, default=Outcome.WAITING)
    answer = models.TextField(_("answer"), max_length=DOUBT_MAX, blank=True, validators=[is_readable])
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = DoubtQuerySet.as_manager()

    class Meta:
        verbose_name = _("doubt about an entry")
        verbose_name_plural = _("doubts about entries")
        ordering = ["said_at", "id"]
        constraints = [
            models.CheckConstraint(condition=_about_one(), name="doubt_about_one_entry"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", settled_by=None, settled_at=None, answer="")
                | Q(outcome__in=["mended", "stands"], settled_by__isnull=False, settled_at__isnull=False),
                name="doubt_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="stands", answer=""),
                name="doubt_that_stands_is_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}, {self.said_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("engagement:doubt-settle", args=[self.pk])

    @property
    def item(self) -> Any:
        """The visit, call, report, mandate or recommendation."""
        return next(row for noun in NOUNS if (row := getattr(self, noun)) is not None)
