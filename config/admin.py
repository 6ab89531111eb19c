"""What every admin of this product shares."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models.constants import LOOKUP_SEP


class OwnColumnsOnly:
    """Changelists are filtered by their own columns and filters, never through a relation that points here.

    Django lets an address follow one reverse relation (`?engagement__id__gte=…`), and so count and enumerate rows
    that the reader must not know of.
    """

    list_filter: Any
    date_hierarchy: Any
    model: Any

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        name = lookup.split(LOOKUP_SEP)[0]
        own = {field.name for field in self.model._meta.concrete_fields}
        own |= {entry.parameter_name for entry in self.list_filter if hasattr(entry, "parameter_name")}
        return name in own and super().lookup_allowed(lookup, value, request)  # type: ignore[misc]


class KeyPicker(AutocompleteSelect):
    """Leaves out what is no key at all. Django's own asks the database for it: a server error where keys are UUIDs."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if self._is_key(str(one))], attr)

    def _is_key(self, text: str) -> bool:
        try:
            self.field.target_field.to_python(text)
        except ValidationError:
            return False
        return "\x00" not in text


class PicksKeys:
    """Fields of `autocomplete_fields` show a form again that was sent with what is no key."""

    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs["widget"] = KeyPicker(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class ProductAdmin(OwnColumnsOnly, PicksKeys, admin.ModelAdmin):
    """The base of every admin registered here."""


class ProductInline(PicksKeys, admin.TabularInline):
    """The base of the tables inside their pages."""
