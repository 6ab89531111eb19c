"""Rows to choose from: those that were read already, mandates in a list of boxes."""

from collections.abc import Iterable
from typing import Any

from django.forms import ModelChoiceField
from django.utils.translation import gettext

from config.signs import labelled
from mandates.models import Mandate


def offer(field: ModelChoiceField, rows: Iterable[Any]) -> None:
    """Draw `field` with these of its rows. Left alone, Django reads them again, up to three times for a drop-down.

    What is sent is looked up in the field's own queryset all the same.
    """
    blank = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*blank, *((field.prepare_value(row), field.label_from_instance(row)) for row in rows)]


def mandate_label(mandate: Mandate) -> str:
    """A mandate in a list of boxes: short form and title, and when it ended."""
    if mandate.ended_on:
        ended = gettext("%(mandate)s (ended %(day)s)") % {"mandate": mandate.acronym, "day": mandate.ended}
        return labelled(ended, mandate.name)
    return labelled(mandate.acronym, mandate.name)
