from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.signs import date_format

from ..actions import ALWAYS_HIGH, ids_of
from ..querysets import GuidanceNoteQuerySet
from ..text import is_readable
from .action import Action
from .base import UUIDModel
from .cluster import Cluster
from .engagement import Engagement
from .support import SupportRequest


class GuidanceNote(UUIDModel):
    """What the task team answered one cluster, kept for the next one that asks about the same action.

    Written by `services.keep_guidance` from the answer to `request`, without what only concerns that cluster. Which
    cluster it was is told to those alone who read the request. A note is ended, not deleted.
    """

    class Level(models.TextChoices):
        """As confidential as the line it came from, but never *low*: members do not read notes."""

        MODERATE = "moderate", _("moderate")
        HIGH = "high", _("high")

    action = models.ForeignKey(Action, models.PROTECT, related_name="+", verbose_name=_("action"))
    title = models.CharField(
        _("title"),
        max_length=120,
        validators=[is_readable],
        help_text=_("What the next coordinator would look for: the question, in a few words."),
    )
    text = models.TextField(_("note"), max_length=4000, validators=[is_readable])
    level = models.CharField(_("level"), max_length=8, choices=Level)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="+", verbose_name=_("cluster that asked"))
    request = models.ForeignKey(
        SupportRequest, models.PROTECT, related_name="guidance_notes", verbose_name=_("support request")
    )
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kept by"))
    kept_at = models.DateTimeField(_("kept at"), default=timezone.now, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = GuidanceNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("guidance note")
        verbose_name_plural = _("guidance notes")
        ordering = ["action", "-kept_at", "id"]
        constraints = [
            # Of each level, so that a note which a colleague cannot read does not stand in the way of hers.
            models.UniqueConstraint(fields=["request", "level"], condition=Q(ended_on=None), name="guidance_kept_once"),
            models.CheckConstraint(condition=Q(level__in=["moderate", "high"]), name="guidance_level_known"),
            models.CheckConstraint(
                condition=~Q(action__in=ids_of(ALWAYS_HIGH)) | Q(level="high"), name="guidance_floor_of_level"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="guidance_says_something"),
        ]

    def __str__(self) -> str:
        # Never its text: that is as confidential as the line it came from.
        return f"{self.action}, {date_format(self.kept_at)}"

    @classmethod
    def level_from(cls, line: Engagement) -> "GuidanceNote.Level":
        """The level of a note that is made from an answer about `line` now."""
        return cls.Level.HIGH if line.level == Engagement.Level.HIGH else cls.Level.MODERATE

    def get_absolute_url(self) -> str:
        return f"{reverse('engagement:guidance-list')}?action={self.action.number}#note-{self.pk}"
