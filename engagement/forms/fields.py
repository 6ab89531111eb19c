"""What the fields of several forms share: long texts, days that can be meant, values in words."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.lists import value_in_words
from config.signs import date_format

FIRST_DAY = date(2006, 6, 19)  # the Human Rights Council first met; nothing to log before it


def calendar() -> forms.Widget:
    """The control for a day: the browser's own calendar, which takes and gives ISO 8601 in every language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Narrative(forms.Textarea):
    """A text area whose line ends count as one character, as they are typed; browsers send two."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


def within_reach(day: date) -> date:
    """`day` when something can have been logged or planned for it; raises ValidationError otherwise."""
    if not FIRST_DAY <= day <= timezone.localdate() + timedelta(days=730):
        raise forms.ValidationError(
            _("Give a day between June 2006, when the Council first met, and two years from now.")
        )
    return day


def in_words(field: forms.Field, value: Any) -> str:
    """A value of a form as its reader would say it; "" for None."""
    if value is None:
        return ""
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(sorted(row.acronym for row in value))
    return value_in_words(field, value)
