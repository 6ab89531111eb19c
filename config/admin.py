"""What every admin of this product shares."""

from typing import Any

from django.contrib import admin
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


class ProductAdmin(OwnColumnsOnly, admin.ModelAdmin):
    """The base of every admin registered here."""
