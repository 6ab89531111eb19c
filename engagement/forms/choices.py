"""Rows to choose from that were read already."""

from collections.abc import Iterable
from typing import Any

from django.forms import ModelChoiceField


def offer(field: ModelChoiceField, rows: Iterable[Any]) -> None:
    """Draw `field` with these of its rows. Left alone, Django reads them again, up to three times for a drop-down.

    What is sent is looked up in the field's own queryset all the same.
    """
    blank = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*blank, *((field.prepare_value(row), field.label_from_instance(row)) for row in rows)]
