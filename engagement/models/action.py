from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..actions import ALWAYS_HIGH, WITH, WORDINGS, Group, TimeFrame, Wording, name_of
from .base import UUIDModel


class Action(UUIDModel):
    """One of the twelve potential actions: a fixed row, kept by `apps.py`; people quote its number."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    group = models.CharField(_("group"), max_length=10, choices=Group)
    time_frame = models.CharField(_("time frame"), max_length=9, choices=TimeFrame)

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["number"]

    def __str__(self) -> str:
        return name_of(self.number)

    @property
    def wording(self) -> Wording:
        return WORDINGS[self.number]

    @property
    def short(self) -> str | Promise:
        return self.wording.short

    @property
    def text(self) -> str | Promise:
        """The seed's words for this action."""
        return self.wording.text

    @property
    def guidance(self) -> str | Promise:
        return self.wording.guidance

    @property
    def is_always_high(self) -> bool:
        return self.number in ALWAYS_HIGH

    def takes(self, item: str) -> bool:
        """Whether engagements of this action may point to a "visit", "call", "report" or "event"."""
        return self.number in WITH[item]
