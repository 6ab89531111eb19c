"""What all reference rows share: they know their source and age, and leave a trace when they change."""

import uuid
from datetime import date, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .. import changes

OLD_AFTER = timedelta(days=30)


class TrackedModel(models.Model):
    """A visit, call, report or mandate: each save that changes a field writes one ReferenceChange with it."""

    _loaded: dict[str, Any]

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        row = super().from_db(db, field_names, values)
        row._loaded = dict(zip(field_names, values, strict=True))
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            now = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
            if is_new:
                changes.record(self, "created", {})
            else:
                changed = {n: [old, now[n]] for n, old in self._loaded.items() if now[n] != old}
                if changed:
                    changes.record(self, "changed", changed)
        self._loaded = now


class SourcedModel(TrackedModel):
    """A tracked row that says where it comes from and on which day somebody last checked it."""

    source = models.TextField(_("source"), max_length=1000, help_text=_("Where this is known from."))
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    checked_on = models.DateField(
        _("checked on"), help_text=_("The day on which somebody last compared this with its source.")
    )

    class Meta:
        abstract = True

    def is_old(self, today: date) -> bool:
        """Whether nobody has checked this row for more than 30 days."""
        return today - self.checked_on > OLD_AFTER


class DossierModel(SourcedModel):
    """A visit, call or report: known by a UUID, never deleted once used, but withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    withdrawn_on = models.DateField(
        _("withdrawn on"), null=True, blank=True, help_text=_("Set when this entry turned out to be wrong.")
    )

    class Meta:
        abstract = True


class MandatePlace(models.Model):
    """A mandate's place in a dossier; explicit, so that a mandate in use cannot be deleted."""

    mandate = models.ForeignKey("mandates.Mandate", models.PROTECT, verbose_name=_("mandate"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.mandate)


class CountryPlace(models.Model):
    """A country's place in a dossier; explicit, so that a country in use cannot be deleted."""

    country = models.ForeignKey("mandates.Country", models.PROTECT, verbose_name=_("country"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.country)
