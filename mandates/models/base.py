"""What all reference rows share: they know their source and age, and leave a trace when they change."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import changes

OLD_AFTER = timedelta(days=30)


class TrackedModel(models.Model):
    """A reference row: each save that changes a field writes one ReferenceChange with it.

    Its manager is a `TrackedQuerySet`, which refuses the bulk writes that pass `save` by.
    """

    # What the database holds of this row, by column, as far as it was read; replaced, never written into.
    _loaded: dict[str, Any] = {}

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            now, before = self._values(kwargs.get("update_fields")), self._loaded
            changed = {name: [before.get(name), value] for name, value in now.items() if before.get(name) != value}
            if is_new:
                self.record_created()
            elif changed:
                self.record_changed(changed)
        self._loaded = before | now

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        row = super().from_db(db, field_names, values, **kwargs)
        row._loaded = dict(zip(field_names, values, strict=True))
        return row

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        self._loaded = self._loaded | self._values(fields)

    def record_created(self) -> None:
        changes.record(self, "created", {})

    def record_changed(self, changed: dict[str, list[Any]]) -> None:
        """Write down that a save changed columns: `changed` maps each to [before, after]."""
        changes.record(self, "changed", changed)

    def _values(self, names: Any = None) -> dict[str, Any]:
        """What was read or set of this instance's columns (of the fields `names`, if given)."""
        deferred = self.get_deferred_fields()
        return {
            field.attname: field.to_python(getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if field.attname not in deferred and (names is None or field.name in names or field.attname in names)
        }


class TrackedPart(TrackedModel):
    """A row that belongs to a visit, call, report or mandate, its `dossier`: to change it is to change that one.

    `changes` then says {"visitevent": [the event before, after], "visitevent.note": [before, after]}; a row
    that is added has no before, one that is removed no after. The event is named in the language of whoever changed
    it; `told` are the columns that come along, so that others can read it in theirs: by themselves for a row that is
    added or removed, together as "visitevent.told" for one of which something else may have changed.
    """

    told: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @property
    def dossier(self) -> TrackedModel:
        raise NotImplementedError

    def record_created(self) -> None:
        changes.record(self.dossier, "changed", self.told_of(lambda value: [None, value]))

    def record_changed(self, changed: dict[str, list[Any]]) -> None:
        name = self._meta.model_name or ""
        before = str(type(self)(**self._loaded))
        fields = {f"{name}.{field}": pair for field, pair in changed.items()}
        if self.told:
            fields[f"{name}.told"] = [
                {field: changes.plain(row[field]) for field in self.told} for row in (self._loaded, self._values())
            ]
        changes.record(self.dossier, "changed", {name: [before, str(self)]} | fields)

    def told_of(self, pair: Callable[[Any], list[Any]]) -> dict[str, list[Any]]:
        """What `changes` says of a row that is added or removed: its name and its columns `told`, each as a `pair`."""
        name = self._meta.model_name or ""
        columns = {f"{name}.{field}": pair(getattr(self, field)) for field in self.told}
        return {name: pair(str(self))} | columns


class SourcedModel(TrackedModel):
    """A tracked row that says where it comes from and on which day somebody last checked it."""

    source = models.TextField(_("source"), max_length=1000, help_text=_("Where this is known from."))
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    checked_on = models.DateField(
        _("checked on"), help_text=_("The day on which somebody last compared this with its source.")
    )

    class Meta:
        abstract = True

    def record_changed(self, changed: dict[str, list[Any]]) -> None:
        """That somebody only compared the row with its source is no news, and recorded apart from what is."""
        changes.record(self, "checked" if changed.keys() == {"checked_on"} else "changed", changed)

    def is_old(self, today: date) -> bool:
        """Whether nobody has checked this row for more than 30 days."""
        return today - self.checked_on > OLD_AFTER

    @property
    def looks_old(self) -> bool:
        """`is_old` today, on the reader's calendar: for rows of lists."""
        return self.is_old(timezone.localdate())


class DossierModel(SourcedModel):
    """A visit, call or report: known by a UUID, never deleted once used, but withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    withdrawn_on = models.DateField(
        _("withdrawn on"), null=True, blank=True, help_text=_("Set when this entry turned out to be wrong.")
    )

    class Meta:
        abstract = True


class MandatePlace(TrackedPart):
    """A mandate's place in a dossier; explicit, so that a mandate in use cannot be deleted."""

    mandate = models.ForeignKey("mandates.Mandate", models.PROTECT, verbose_name=_("mandate"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.mandate)


class CountryPlace(TrackedPart):
    """A country's place in a dossier; explicit, so that a country in use cannot be deleted."""

    country = models.ForeignKey("mandates.Country", models.PROTECT, verbose_name=_("country"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.country)
