from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..dates import Precision, show_range
from ..querysets import TrackedQuerySet
from .base import TrackedModel


class Session(TrackedModel):
    """A session of the Human Rights Council or the General Assembly, to which reports are presented."""

    class Body(models.TextChoices):
        HRC = "HRC", _("Human Rights Council")
        GA = "GA", _("General Assembly")
        CHR = "CHR", _("Commission on Human Rights (until 2006)")

    body = models.CharField(_("body"), max_length=3, choices=Body)
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    precision = models.CharField(_("known to the"), max_length=7, choices=Precision, default=Precision.DAY)
    source = models.CharField(_("source"), max_length=300)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-starts_on", "body"]
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], name="session_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="session_ends_after_start",
                violation_error_message=_("A session cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(body)s, session %(number)d") % {"body": self.get_body_display(), "number": self.number}

    @property
    def code(self) -> str:
        """The short form people quote: "HRC61", "GA80"."""
        return f"{self.body}{self.number}"

    @property
    def dates(self) -> str:
        return show_range(self.starts_on, self.ends_on, self.precision)
