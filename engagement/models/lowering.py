"""Lowering an engagement from level *high*: asked for by one person, done by a second one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import LevelLoweringQuerySet
from ..text import is_readable
from .base import UUIDModel
from .engagement import Engagement


class LevelLowering(UUIDModel):
    """That somebody asks to lower an engagement from *high*, why, and what a second person decided.

    Read by those who read the line as *high*, also once it is lowered: the reason may tell what was in it. Written by
    `services.levels`; one waits for an engagement at a time, and nobody decides on her own.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waits for a second person")
        LOWERED = "lowered", _("lowered")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "taken_back", _("taken back")

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="lowerings", verbose_name=_("engagement"))
    to_level = models.CharField(
        _("lower it to"),
        max_length=8,
        choices=[choice for choice in Engagement.Level.choices if choice[0] != Engagement.Level.HIGH],
    )
    reason = models.CharField(_("reason for lowering"), max_length=500, validators=[is_readable])
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.WAITING)

    objects = LevelLoweringQuerySet.as_manager()

    class Meta:
        verbose_name = _("lowering of a level")
        verbose_name_plural = _("lowerings of levels")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(outcome="waiting"), name="lowering_one_waits_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_by=None, decided_at=None)
                | Q(
                    Q(decided_by=F("asked_by")),
                    outcome="taken_back",
                    decided_by__isnull=False,  # or else the comparison is unknown, which passes
                    decided_at__isnull=False,
                )
                | Q(
                    ~Q(decided_by=F("asked_by")),
                    outcome__in=["lowered", "refused"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="lowering_decided_by_a_second_person",
                violation_error_message=_("A second person decides about lowering a level."),
            ),
            models.CheckConstraint(condition=Q(to_level__in=["low", "moderate"]), name="lowering_goes_below_high"),
        ]

    def __str__(self) -> str:
        return f"{self.engagement}, {self.get_outcome_display()}"
