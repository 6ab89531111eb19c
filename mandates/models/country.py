from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..querysets import CountryQuerySet
from .base import TrackedModel

LANGUAGES_OF_NAMES = ("en", "fr", "es", "ar")


def name_column() -> str:
    """The column of `Country` that holds the name in the reader's language."""
    language = (get_language() or "en")[:2]
    return f"name_{language if language in LANGUAGES_OF_NAMES else 'en'}"


class Country(TrackedModel):
    """A State or territory, named as the United Nations name it, in four languages.

    A standing invitation belongs to the State (domain: it receives any thematic mandate in principle).
    """

    iso3 = models.CharField(_("ISO code"), max_length=3, primary_key=True)
    iso2 = models.CharField(_("two-letter ISO code"), max_length=2, unique=True)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_fr = models.CharField(_("name in French"), max_length=100)
    name_es = models.CharField(_("name in Spanish"), max_length=100)
    name_ar = models.CharField(_("name in Arabic"), max_length=100)
    standing_invitation_on = models.DateField(_("standing invitation since"), null=True, blank=True)
    standing_invitation_source = models.CharField(_("source of the standing invitation"), max_length=300, blank=True)

    objects = CountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name_en"]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing_invitation_on=None) | ~Q(standing_invitation_source=""),
                name="standing_invitation_has_source",
                violation_error_message=_("A standing invitation needs its source."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The UN's name of the country in the reader's language."""
        return getattr(self, name_column())
