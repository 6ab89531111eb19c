"""The columns of a file of reference data: what a cell may say, and what it sets.

A widget reads one cell (`clean`, which raises ValidationError with a sentence that says how to mend it) and writes one
(`render`, native values: days stay days). A `Column` puts what was read into a row.
"""

import re
from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from config.spreadsheets import Cell, text_of

from ..dates import NoSuchDay, Period, Precision, parse_period, write_period
from ..day_spans import TwoReadings, read_span
from .lookups import Lookups

FIRST_YEAR, LAST_YEAR = 1945, 2099  # beyond them a slip of the pen; the United Nations began in the first
YES, NO = gettext_lazy("yes"), gettext_lazy("no")


class TextWidget(Widget):
    """Text on one line; `lines` keeps its line breaks."""

    form: Any = ""

    def __init__(self, *, lines: bool = False) -> None:
        super().__init__()
        self.lines = lines

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str:
        text = text_of(value)
        return "\n".join(text.splitlines()).strip() if self.lines else " ".join(text.split())

    def render(self, value: Any, **kwargs: Any) -> Any:
        return value


class IdWidget(TextWidget):
    """The key of an existing entry, as an export writes it."""

    form = gettext_lazy("As an export has it; empty for a new entry.")

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str:
        return super().clean(value).lower()

    def render(self, value: Any, **kwargs: Any) -> Any:
        return "" if value is None else str(value)


class NumberWidget(Widget):
    """A whole number that is not negative, or nothing."""

    form = gettext_lazy("A whole number.")

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> int | None:
        text = text_of(value)
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise ValidationError(_("“%(text)s” is not a whole number.") % {"text": text})
        return int(text)

    def render(self, value: Any, **kwargs: Any) -> Any:
        return value


class YesNoWidget(Widget):
    """yes or no, in English or in the reader's language; also TRUE and FALSE as Excel has them."""

    form = gettext_lazy("yes or no.")

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> bool | None:
        text = text_of(value).casefold()
        if not text:
            return None
        if text in {"yes", "true", "1", str(YES).casefold()}:
            return True
        if text in {"no", "false", "0", str(NO).casefold()}:
            return False
        raise ValidationError(_("Write yes or no."))

    def render(self, value: Any, **kwargs: Any) -> Any:
        return "" if value is None else "yes" if value else "no"


class ChoiceWidget(Widget):
    """One of `choices`: its stored value, or its label in English or in the reader's language."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    @property
    def form(self) -> str:
        return _("One of: %(choices)s.") % {"choices": ", ".join(self.choices.values)}

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str | None:
        text = " ".join(text_of(value).split()).casefold()
        if not text:
            return None
        names = _names_of_choices(self.choices, get_language())
        if text not in names:
            known = {"text": text_of(value), "choices": ", ".join(self.choices.values)}
            raise ValidationError(_("“%(text)s” is not one of the choices: %(choices)s.") % known)
        return names[text]

    def render(self, value: Any, **kwargs: Any) -> Any:
        return value or ""


@cache
def _names_of_choices(choices: type[models.TextChoices], language: str | None) -> dict[str, str]:
    """Each name that a choice has, in small letters: its stored value, its labels in English and in `language`."""
    names = {choice.casefold(): str(choice) for choice in choices.values}
    for spoken in ("en", language or "en"):
        with override(spoken):
            names = {str(label).casefold(): choice for choice, label in choices.choices} | names
    return names


class DayWidget(Widget):
    """A day: a date of the spreadsheet, or 2026-10-08."""

    form = gettext_lazy("A day.")

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> date | None:
        text = read_period(value)
        if text and len(text) != len("2026-10-08"):
            raise ValidationError(_("“%(text)s” does not say which day: write it like 2026-10-08.") % {"text": text})
        return date.fromisoformat(text) if text else None

    def render(self, value: Any, **kwargs: Any) -> Any:
        return value


class PeriodWidget(Widget):
    """A day, month, quarter, half year or year, as text in the form of `mandates.dates`."""

    form = gettext_lazy("As exactly as it is known: 2026-10-08, 2026-10, 2026-Q4, 2026-H2 or 2026.")

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str:
        return read_period(value)

    def render(self, value: Any, **kwargs: Any) -> Any:
        period = parse_period(value or "")
        return period.first if period and period.precision == Precision.DAY else value or ""


def _single_period(text: str) -> Period | None:
    """The period that a text means, in ISO 8601 or in words; ValueError for spans of several."""
    try:
        return parse_period(text.upper())
    except NoSuchDay:
        raise
    except ValueError:
        first, last = read_span(text)
        if first != last:
            raise
        return first


def read_period(value: Cell) -> str:
    """A cell as reduced ISO 8601, "" for an empty one. Raises ValidationError for other forms and impossible days."""
    words = {"text": text_of(value)}
    if isinstance(value, datetime):
        raise ValidationError(_("“%(text)s” has an hour: write the day alone.") % words)
    try:
        period = _single_period(text_of(value))
    except NoSuchDay:
        raise ValidationError(_("No calendar has the date “%(text)s”.") % words) from None
    except TwoReadings:
        raise
    except ValueError:
        raise ValidationError(
            _("“%(text)s” is not a date: write it like 2026-10-08, or 2026-10, 2026-Q4, 2026-H2, 2026.") % words
        ) from None
    if period and not FIRST_YEAR <= period.first.year <= LAST_YEAR:
        raise ValidationError(_("The year of “%(text)s” cannot be meant.") % words)
    return write_period(period.first, period.precision) if period else ""


class NameWidget(Widget):
    """The name of one row, looked up in the index `kind` of the Lookups."""

    names = {
        "mandates": gettext_lazy("slug, short form, title or alias of a mandate"),
        "countries": gettext_lazy("code or name of a country, in any of the four languages"),
        "sessions": gettext_lazy("body and number of a session"),
        "visits": gettext_lazy("id of a visit, as its export has it"),
        "reports": gettext_lazy("symbol of a report, or its id"),
        "themes": gettext_lazy("theme, as the Universal Human Rights Index calls it"),
    }

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    @property
    def form(self) -> str:
        return _("%(name)s.") % {"name": capfirst(self.names[self.kind])}

    def clean(self, value: Cell, row: Any = None, *, lookups: Lookups, **kwargs: Any) -> Any:
        text = text_of(value)
        return getattr(lookups, self.kind).find(text) if text else None

    def render(self, value: Any, *, lookups: Lookups, **kwargs: Any) -> Any:
        return "" if value is None else getattr(lookups, self.kind).main(value)


class NamesWidget(NameWidget):
    """Names of several rows, divided by semicolons; every unknown one is told."""

    @property
    def form(self) -> str:
        return _("%(name)s; several are divided by semicolons.") % {"name": capfirst(self.names[self.kind])}

    def clean(self, value: Cell, row: Any = None, *, lookups: Lookups, **kwargs: Any) -> frozenset[models.Model]:
        found, faults = set(), []
        for name in re.split(r"[;\n]", text_of(value)):
            if name.strip():
                try:
                    found.add(getattr(lookups, self.kind).find(name.strip()))
                except ValidationError as error:
                    faults.append(error)
        if faults:
            raise ValidationError(faults)
        return frozenset(found)

    def render(self, value: Any, *, lookups: Lookups, **kwargs: Any) -> Any:
        return "; ".join(sorted(getattr(lookups, self.kind).main(row) for row in value))


class Column(Field):
    """One column: `attribute` is what it sets, `help` and `example` explain it; a new entry needs `required` ones.

    An empty cell sets `default` if there is one. `parts` are all fields of the model that a fault may be about.
    """

    widget: Any

    def __init__(
        self,
        attribute: str,
        widget: Widget,
        *,
        help: Any = "",
        example: str = "",
        required: bool = False,
        parts: Collection[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(attribute=attribute, widget=widget, **options)
        self.help, self.example, self.required = help, example, required
        self.parts = {attribute, *parts}

    def get_value(self, instance: Any) -> Any:
        """What `instance` has, in the form that `clean` gives, so that both can be compared."""
        value = getattr(instance, self.attribute, None)  # a new entry lacks even rows that it must have
        if isinstance(self.widget, ChoiceWidget):
            return value or None  # a visit without an event has no status
        return self.widget.clean(value) if isinstance(self.widget, TextWidget) else value

    def put(self, instance: Any, value: Any) -> None:
        """Set what `clean` gave."""
        setattr(instance, self.attribute, value)

    def export(self, instance: Any, **kwargs: Any) -> Any:
        """The native value of a cell, as the entry has it: text with its spaces, days as dates."""
        value = getattr(instance, self.attribute) if isinstance(self.widget, TextWidget) else self.get_value(instance)
        return self.widget.render(value, **kwargs)

    def is_unset(self, value: Any) -> bool:
        return value is None or value == "" or value == frozenset()


class PeriodColumn(Column):
    """A day and its precision in one cell; `is_end` stores the last day of the period instead of the first."""

    def __init__(self, attribute: str, precision: str, *, is_end: bool = False, **options: Any) -> None:
        super().__init__(attribute, PeriodWidget(), parts=[precision], **options)
        self.precision, self.is_end = precision, is_end

    def get_value(self, instance: Any) -> str:
        return write_period(getattr(instance, self.attribute), getattr(instance, self.precision))

    def put(self, instance: Any, value: str) -> None:
        period = parse_period(value)
        setattr(instance, self.attribute, period and (period.last if self.is_end else period.first))
        setattr(instance, self.precision, period.precision if period else "")


class NamesColumn(Column):
    """Several rows of another model (many to many); they are saved once the entry itself is."""

    def __init__(self, attribute: str, kind: str, **options: Any) -> None:
        super().__init__(attribute, NamesWidget(kind), **options)

    def get_value(self, instance: Any) -> frozenset[models.Model]:
        return frozenset(getattr(instance, self.attribute).all())

    def put(self, instance: Any, value: frozenset[models.Model]) -> None:
        """Let the entry have these rows as if they had been read with it: it is named after them before it is saved."""
        if not hasattr(instance, "_prefetched_objects_cache"):
            instance._prefetched_objects_cache = {}
        instance._prefetched_objects_cache[self.attribute] = sorted(value, key=str)

    def put_saved(self, instance: Any, before: frozenset[models.Model], now: frozenset[models.Model]) -> None:
        """Add those that are new and remove those that are gone, each of which is recorded."""
        relation = instance._meta.get_field(self.attribute)
        through, owner, other = (
            relation.remote_field.through,
            relation.m2m_field_name(),
            relation.m2m_reverse_field_name(),
        )
        for row in sorted(now - before, key=str):
            through(**{owner: instance, other: row}).save()
        if before - now:
            for place in through._default_manager.filter(**{owner: instance, f"{other}__in": before - now}):
                place.delete()


def source_columns() -> tuple[Column, Column, Column]:
    """The columns `source`, `source_url` and `checked_on` of every sourced model."""
    return (
        Column("source", TextWidget(lines=True), required=True, example="OHCHR, press release of 2 October 2026"),
        Column("source_url", TextWidget(), example="https://www.ohchr.org/en/press-releases/2026/10/example"),
        Column(
            "checked_on",
            DayWidget(),
            default=timezone.localdate,
            help=gettext_lazy("Empty: today."),
            example="2026-10-05",
        ),
    )
