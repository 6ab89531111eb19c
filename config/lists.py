"""What every list page shares: filters kept in the address, strict about what they do not know; pages."""

import copy
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any, Self

import django_filters
from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from .signs import date_format
from .widgets import DayInput, DropDown, SearchInput

PAGE_SIZE = 50
TEXT_MAX = 100
"""Characters of words to look for."""
_NOT_FILTERS = {"page"}
_HOW_IT_IS_SHOWN = {"order", "lines", "view", "month"}


class StrictFilterSet(django_filters.FilterSet):
    """A FilterSet that shows nothing, and says why, when the address holds what it does not understand.

    django-filter's own `qs` ignores an invalid value, so that a mistyped link shows everything.
    """

    @cached_property
    def form(self) -> forms.Form:
        """The filters as a form; rows to choose from are those of this request."""
        own: Any = type(self)
        form = form_class(own)(self.data)
        for name, one in self.filters.items():
            if isinstance(one, RowFilter):
                field: Any = form.fields[name]
                field.queryset = one.queryset(self.request)
        return form

    @property
    def further(self) -> list[forms.BoundField]:
        """The fields behind "More filters": all but the text and the order, which are in view."""
        return [self.form[name] for name in self.form.fields if name not in ("text", "order")]

    @property
    def drawn_alike(self) -> str:
        """Whose empty filters look like these: a key for pages that keep them drawn for a minute. "" once one is set.

        Everyone's, unless what they offer depends on the reader.
        """
        return "" if self.data.keys() - _NOT_FILTERS else "everyone"

    @property
    def chosen(self) -> dict[str, Any]:
        """What the address sets, cleaned, by name. A bare address sets nothing, and needs no form to be built."""
        return self.form.cleaned_data if self.data else {}

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return super().filter_queryset(queryset) if self.data else queryset

    @cached_property
    def problems(self) -> list[str]:
        """A sentence for each parameter of the address that was not understood."""
        if not self.data:
            return []
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

    @cached_property
    def rows(self) -> QuerySet:
        """The filtered rows; none when anything in the address was not understood."""
        if not self.data:
            return self.filter_queryset(self.queryset.all())
        return self.queryset.none() if self.problems else self.qs

    @cached_property
    def active(self) -> list[tuple[str, str]]:
        """(label, value in words) of each filter in use, in the order of the form."""
        if not self.data or not self.form.is_valid():
            return []
        said = []
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name)
            if value not in (None, "", []) and name not in _HOW_IT_IS_SHOWN:
                said.append((str(field.label), value_in_words(field, value)))
        return said

    @property
    def on_record(self) -> dict[str, str | bool]:
        """What an audit record keeps of the filters in use: their names and values as the address has them.

        Of words to look for it keeps only that there were some (True): they could be a name.
        """
        names = [] if self.problems else [name for name in self.form.fields if self.data.get(name)]
        return {
            name: True if isinstance(self.filters[name], TextFilter) else self.data[name]
            for name in names
            if name not in _HOW_IT_IS_SHOWN
        }


class KeptFilter(django_filters.Filter):
    """A filter of ours: what it holds is settled once, in its class.

    django-filter copies all filters of a list for each request, to set their `model` and `parent`. A shallow copy will
    do: `form_class` alone makes fields of them.
    """

    def __deepcopy__(self, memo: dict) -> Self:
        own = copy.copy(self)
        own.method = self.method  # looks for the method in its own parent
        return own


class TextFilter(KeptFilter, django_filters.CharFilter):
    """Words to look for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Text"), "max_length": TEXT_MAX, "widget": SearchInput} | kwargs)


class DayFilter(KeptFilter, django_filters.DateFilter):
    """A day, typed into the browser's own date field."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": DayInput} | kwargs)


class ChoiceFilter(KeptFilter, django_filters.ChoiceFilter):
    """One of a few fixed choices: a list of (value, label), or a function that gives it."""

    def __init__(self, *, choices: Any, **kwargs: Any) -> None:
        @cache
        def in_words(language: str | None) -> list[tuple[str, str]]:
            return [(value, str(label)) for value, label in (choices() if callable(choices) else choices)]

        # Labels are looked up once per language. A form copies its fields with all they hold, but not functions.
        super().__init__(**{"widget": DropDown, "choices": lambda: in_words(get_language())} | kwargs)


class RowChoices(ModelChoiceIterator):
    """Two columns of each row: to draw a drop-down takes no model instances."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield "", self.field.empty_label
        field: Any = self.field
        shown = field.shown() if callable(field.shown) else field.shown
        yield from self.queryset.values_list(field.to_field_name or "pk", shown)


class RowField(forms.ModelChoiceField):
    """Has no rows to offer until `StrictFilterSet.form` says which."""

    iterator = RowChoices

    def __init__(self, *, shown: str | Callable[[], str], **kwargs: Any) -> None:
        self.shown = shown
        super().__init__(queryset=None, **kwargs)


class RowFilter(KeptFilter, django_filters.ChoiceFilter):
    """One row of a table.

    `queryset` is a function of the request that gives the rows to choose from; `shown` is the column that names a
    row in the drop-down, or a function that says which.
    """

    field_class = RowField

    def __init__(self, *, queryset: Callable[[Any], QuerySet], **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(**{"widget": DropDown} | kwargs)


@cache
def form_class(filter_set: type[StrictFilterSet]) -> type[forms.Form]:
    """The form of a filter set. django-filter builds this class, with each of its fields, anew for each request."""
    filters = copy.deepcopy(filter_set.base_filters)
    return type(f"{filter_set.__name__}Form", (forms.Form,), {name: one.field for name, one in filters.items()})


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


BY_HTMX = {"Vary": "HX-Request, HX-History-Restore-Request"}
"""Headers of an answer that differs by `is_htmx`."""


def list_page(
    request: HttpRequest, name: str, filters: StrictFilterSet, page: Page, *, whole: str = "_list", **context: Any
) -> TemplateResponse:
    """A list, or only its rows when htmx asks: the page "mandates/visit_list.html" and, in it, "…_results.html".

    `name` is "mandates/visit"; `whole` is how the name of the page ends, where that is another way.
    """
    template = f"{name}{'_results' if is_htmx(request) else whole}.html"
    context |= {"filters": filters, "page": page, "problems": filters.problems, "active_filters": filters.active}
    return TemplateResponse(request, template, context, headers=BY_HTMX)
