"""What came of the engagements of a period, how they were done, and where support is asked for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..actions import WORDINGS, TimeFrame
from ..models import Engagement
from ..periods import Period
from ..querysets import SpanCount
from .cells import Cell, Log, drawn

EXTENTS = Engagement.Extent


class Results(NamedTuple):
    """Extents of results by time frame: `extents` are the columns in words, then all of them.

    `lines` are (time frame in words, its cells); `totals` are those of all time frames.
    """

    extents: list[str]
    lines: list[tuple[str, SafeString]]
    totals: SafeString


def results_of(counted: Iterable[SpanCount], period: Period, log: Log) -> Results:
    """The time frame of a line is that of its action: no line has one of its own."""
    numbers: Counter[tuple[str, str]] = Counter()
    for one in counted:
        for extent, n in one.extents.items():
            numbers[WORDINGS[one.number].time_frame.value, extent] += n
    most = max(numbers.values(), default=0)

    def cells_of(frames: list[str], most: int = 0, **fixed: Any) -> SafeString:
        by_extent = {extent: sum(numbers[frame, extent] for frame in frames) for extent in EXTENTS.values}
        cells = [log.cell(n, *period, most=most, **fixed, extent=extent) for extent, n in by_extent.items()]
        return drawn([*cells, log.cell(sum(by_extent.values()), *period, **fixed)])

    lines = [(str(frame.label), cells_of([frame.value], most, frame=frame.value)) for frame in TimeFrame]
    return Results([str(extent.label) for extent in EXTENTS], lines, cells_of(TimeFrame.values))


def modes_and_support(
    counted: Sequence[SpanCount], period: Period, log: Log
) -> list[tuple[str, list[tuple[str, Cell]]]]:
    """(heading, [(words, cell)]) of how it was done and whether support was asked for."""
    asking, all_of_them = sum(one.asking for one in counted), sum(one.n for one in counted)

    def cell_of(n: int, **filters: Any) -> Cell:
        return log.cell(n, *period, **filters)

    modes = [
        (str(mode.label), cell_of(sum(one.modes[mode.value] for one in counted), mode=mode.value))
        for mode in Engagement.Mode
    ]
    support = [
        (_("further support asked"), cell_of(asking, support="yes")),
        (_("no support asked"), cell_of(all_of_them - asking, support="no")),
    ]
    return [(_("Modes"), modes), (_("Support"), support)]
