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


class MandatesAtHand:
    """For a form whose boxes of mandates stand in two parts: those ticked or of `first` in view, the others behind."""

    first: set[str]
    """The slugs of mandates that are likely to be meant."""

    @property
    def mandates_at_hand(self) -> list[Any]:
        """The boxes to show first."""
        return [option for option in self._boxes if self._is_at_hand(option)]

    @property
    def other_mandates(self) -> list[Any]:
        """The boxes behind "Other mandates"."""
        return [option for option in self._boxes if not self._is_at_hand(option)]

    @property
    def _boxes(self) -> Any:
        form: Any = self
        return form["mandates"]

    def _is_at_hand(self, option: Any) -> bool:
        return option.data["selected"] or str(option.data["value"]) in self.first


def mandate_label(mandate: Mandate) -> str:
    """A mandate in a list of boxes: short form and title, and when it ended."""
    if mandate.ended_on:
        ended = gettext("%(mandate)s (ended %(day)s)") % {"mandate": mandate.acronym, "day": mandate.ended}
        return labelled(ended, mandate.name)
    return labelled(mandate.acronym, mandate.name)
