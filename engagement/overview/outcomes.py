"""What came of the engagements of a period, how they were done, and where support is asked for."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ..models import Engagement
from ..periods import Period
from .cells import Cell, Log


def outcomes_of(
    counted: Iterable[tuple[str, str, bool, int]], period: Period, log: Log
) -> list[tuple[str, list[tuple[str, Cell]]]]:
    """(heading, [(words, cell)]) of results by extent, modes and support asked.

    `counted` is what `counted_by_outcome` gave for the period.
    """
    numbers: Counter[tuple[str, str]] = Counter()
    for mode, extent, asks, n in counted:
        numbers["extent", extent] += n
        numbers["mode", mode] += n
        numbers["support", "yes" if asks else "no"] += n

    def cell_of(name: str, value: str) -> Cell:
        filters: dict[str, Any] = {name: value}
        return log.cell(numbers[name, value], *period, **filters)

    tables = (
        (_("Results by extent"), "extent", [(value, str(label)) for value, label in Engagement.Extent.choices]),
        (_("Modes"), "mode", [(value, str(label)) for value, label in Engagement.Mode.choices]),
        (_("Support"), "support", [("yes", _("further support asked")), ("no", _("no support asked"))]),
    )
    return [(heading, [(words, cell_of(name, value)) for value, words in choices]) for heading, name, choices in tables]
