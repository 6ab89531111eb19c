"""What was typed and is not saved: a form that arrived after its session had ended, a draft kept while typing."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import KeptFormQuerySet
from .base import UUIDModel


class KeptForm(UUIDModel):
    """A form that waits for the person who typed it; `kept_forms` seals and opens it.

    Either it arrived after her session had ended, or it is a draft, kept while she types.

    Address and fields are encrypted with a key of hers, so that neither the table nor a copy of it can be read, and the
    row is of no use to anybody else.
    """

    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("typed by"), related_name="+")
    kept_at = models.DateTimeField(_("kept at"), default=timezone.now, db_index=True)
    sealed = models.BinaryField(_("sealed"))
    is_draft = models.BooleanField(_("kept while typing"), default=False)

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")

    def get_absolute_url(self) -> str:
        return reverse("engagement:kept-form", args=[self.pk])

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}, {self.kept_at:%Y-%m-%d}"
