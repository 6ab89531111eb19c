"""What every admin of this product shares."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest


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


def is_key(column: Any, text: str) -> bool:
    """Whether `text` can be a key in this column: is of its type, and in its range."""
    try:
        column.run_validators(column.to_python(text))
    except ValidationError:
        return False
    return "\x00" not in text


class OnlyKeys:
    """Leaves out what is no key at all. Django's own asks the database for it, and that is a server error."""

    field: Any

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        keys = [one for one in value if is_key(self.field.target_field, str(one))]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]


class KeyPicker(OnlyKeys, AutocompleteSelect):
    """A picker of one row."""


class KeysPicker(OnlyKeys, AutocompleteSelectMultiple):
    """A picker of several rows."""


class KeysField(forms.ModelMultipleChoiceField):
    """Several rows of a relation. Refuses what is no key before the database is asked, as the field of one row does."""

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if not is_key(self.queryset.model._meta.pk, str(one)):
                raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": one})
        return super().clean(value)


class PicksKeys:
    """Fields of `autocomplete_fields` show a form again that was sent with what is no key."""

    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs["widget"] = KeyPicker(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs["widget"] = KeysPicker(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs["form_class"] = KeysField
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


class ProductAdmin(OwnColumnsOnly, PicksKeys, admin.ModelAdmin):
    """The base of every admin registered here."""

    view_on_site = False  # its address, which tells what there is, is closed in `config/urls.py`

    def response_action(self, request: HttpRequest, queryset: Any) -> Any:
        """What an action answers. Of what was ticked only keys are given to it: Django asks the database for them."""
        sent = request.POST.copy()
        ticked = [one for one in sent.getlist(ACTION_CHECKBOX_NAME) if is_key(self.opts.pk, one)]
        sent.setlist(ACTION_CHECKBOX_NAME, ticked)
        request.POST = sent  # type: ignore[assignment,misc]
        return super().response_action(request, queryset)


class ProductInline(PicksKeys, admin.TabularInline):
    """The base of the tables inside their pages."""
