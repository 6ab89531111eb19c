"""Controls of the filter forms, drawn without a template of their own.

A form with a hundred and fifty options took longer to draw than the rows it filters when each control went through
Django's widget templates. What they write is the same.
"""

from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


class DropDown(forms.Select):
    """One choice of many, without groups."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        choices = tuple(choice for choice in self.choices)  # tuple(self.choices) would count the rows first
        options = options_of(choices, "" if value is None else str(value))
        return format_html(
            '<select name="{}"{}>{}\n</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), options
        )


@lru_cache(maxsize=500)
def options_of(choices: tuple[tuple[Any, str], ...], chosen: str) -> SafeString:
    """The options of a drop-down; the same ones are drawn on every page, so they are kept."""
    return SafeString(
        "".join(
            f'\n<option value="{escape(str(value))}"{" selected" if str(value) == chosen else ""}>'
            f"{escape(str(label))}</option>"
            for value, label in choices
        )
    )


class _OneLine(forms.TextInput):
    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        shown = flatatt({"value": self.format_value(value)}) + flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<input type="{}" name="{}"{}>', self.input_type, name, shown)


class SearchInput(_OneLine):
    """Words to look for."""

    input_type = "search"


class DayInput(_OneLine, forms.DateInput):
    """A day in the browser's own date field, which takes and gives ISO 8601 in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MonthInput(_OneLine, forms.DateInput):
    """A month in the browser's own field, where it has one; else typed as 2026-12."""

    input_type = "month"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"placeholder": "2026-12"} | (attrs or {}), format="%Y-%m")
