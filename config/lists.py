"""What every list page shares: filters kept in the address, strict about what they do not know; pages."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

PAGE_SIZE = 50
_NOT_FILTERS = {"page"}


class StrictFilterSet(django_filters.FilterSet):
    """A FilterSet that shows nothing, and says why, when the address holds what it does not understand.

    django-filter's own `qs` ignores an invalid value, so that a mistyped link shows everything.
    """

    form: forms.Form

    @property
    def problems(self) -> list[str]:
        """A sentence for each parameter of the address that was not understood."""
        said = [
            _("“%(name)s” is not a filter of this list.") % {"name": name}
            for name in self.data
            if name not in self.form.fields and name not in _NOT_FILTERS
        ]
        for name, errors in self.form.errors.items():
            field = self.form.fields[name]
            mend = str(errors[0])
            if isinstance(field, forms.DateField):
                mend = _("write a day like 2026-11-25.")
            elif isinstance(field, forms.ChoiceField):
                mend = _("that is not one of the choices; pick one from the list.")
            typed = "".join(mark if mark.isprintable() else "�" for mark in self.data.get(name, ""))
            words = {"label": field.label or name, "typed": typed, "mend": mend}
            said.append(_("%(label)s “%(typed)s”: %(mend)s") % words)
        given: Any = getattr(self.data, "getlist", lambda name: [])
        said += [
            _("“%(name)s” stands in the address more than once.") % {"name": name}
            for name in self.data
            if name in self.form.fields and len(given(name)) > 1
        ]
        days = self.form.cleaned_data if not said else {}
        if days.get("since") and days.get("until") and days["until"] < days["since"]:
            said.append(_("The period ends before it begins: exchange “From” and “Until”."))
        return said

    @property
    def rows(self) -> QuerySet:
        """The filtered rows; none when anything in the address was not understood."""
        return self.queryset.none() if self.problems else self.qs

    @property
    def active(self) -> list[tuple[str, str]]:
        """(label, value in words) of each filter in use, in the order of the form."""
        if not self.form.is_valid():
            return []
        said = []
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name)
            if value not in (None, "", []) and name != "order":
                said.append((str(field.label), value_in_words(field, value)))
        return said


def value_in_words(field: Any, value: Any) -> str:
    """A filter's value as a reader would say it."""
    choices = getattr(field, "choices", None)
    if choices is not None and not hasattr(value, "pk"):
        return str(dict(_flat(choices)).get(str(value), value))
    return date_format(value) if isinstance(value, date) else str(value)


def _flat(choices: Any) -> list[tuple[str, Any]]:
    pairs = []
    for value, label in choices:
        if isinstance(label, list | tuple):
            pairs += [(str(inner), text) for inner, text in label]
        else:
            pairs.append((str(value), label))
    return pairs


def page_of(request: HttpRequest, rows: QuerySet, size: int = PAGE_SIZE) -> Page:
    """The page that `?page=` asks for; the first for a word, the last for a number too high."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in the history it wants all of it."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
