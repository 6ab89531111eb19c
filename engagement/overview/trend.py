"""Engagements over time by group of actions: a table, and the chart that is drawn from it."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from ..actions import WORDINGS, Group
from ..periods import Period, Slice
from ..querysets import SpanCount
from .cells import Cell, Log, drawn

# A strip for each group, one below the other on one scale: read in grey, in print and without a key of colours.
WIDTH, STRIP, BAR_MOST, BASE = 480, 62, 24, 56
LABELS = 18
"""Room below the last strip, for the months."""


class Bar(NamedTuple):
    """One bar in the units of the picture; `middle` and `above` say where its number stands."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    above: int
    n: int


class Strip(NamedTuple):
    """The bars of one group; `y` is the line they stand on."""

    label: str
    label_y: int
    y: int
    bars: list[Bar]

    @property
    def drawn(self) -> SafeString:
        """The bars with their numbers: a hundred of them take a template as long as a query."""
        return SafeString(
            "".join(
                f'<rect x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}"/>'
                f'<text x="{bar.middle}" y="{bar.above}">{bar.n}</text>'
                for bar in self.bars
            )
        )


class Chart(NamedTuple):
    """`labels` are (x, word) below the strips, at `labels_y`; `begins` is the edge that time runs from."""

    width: int
    height: int
    strips: list[Strip]
    labels: list[tuple[int, str]]
    labels_y: int
    begins: int


class GroupLine(NamedTuple):
    group: Group
    cells: list[Cell]
    total: Cell


class Trend(NamedTuple):
    """`lines` hold a cell for each of `slices`; `totals` those of all groups."""

    slices: list[Slice]
    lines: list[GroupLine]
    totals: list[Cell]
    total: Cell
    chart: Chart

    @property
    def rows(self) -> list[tuple[str, SafeString]]:
        """Its table, a month or quarter a row: (words, the cells of each group and of all of them)."""
        by_slice = zip(*(line.cells for line in self.lines), strict=True)
        return [
            (one.words, drawn([*cells, total]))
            for one, cells, total in zip(self.slices, by_slice, self.totals, strict=True)
        ]


def trend_of(counted: Iterable[SpanCount], period: Period, slices: list[Slice], log: Log) -> Trend:
    """`counted` is what `counted_by_span` gave for these `slices` of the period."""
    numbers: Counter[tuple[Group, int]] = Counter()
    for one in counted:
        numbers[WORDINGS[one.number].group, one.place] += one.n
    lines = [
        GroupLine(
            group,
            [
                log.cell(numbers[group, place], one.since, one.until, group=group.value)
                for place, one in enumerate(slices)
            ],
            log.cell(sum(numbers[group, place] for place in range(len(slices))), *period, group=group.value),
        )
        for group in Group
    ]
    totals = [
        log.cell(sum(numbers[group, place] for group in Group), one.since, one.until)
        for place, one in enumerate(slices)
    ]
    return Trend(slices, lines, totals, log.cell(numbers.total(), *period), chart_of(lines, slices))


def chart_of(lines: list[GroupLine], slices: list[Slice]) -> Chart:
    """The same numbers as bars. All strips have one scale, so that they can be compared.

    Time runs as the page reads: from the right in Arabic, like the columns of its tables and the days of its calendar.
    """
    from_right = get_language_bidi()
    most = max((cell.n for line in lines for cell in line.cells), default=0)
    step = WIDTH // len(slices)
    width = min(48, step - 2 * max(1, step // 6))
    strips = []
    for place, line in enumerate(lines):
        base, bars = place * STRIP + BASE, []
        for number, cell in enumerate(line.cells):
            if cell.n:
                height = max(1, round(BAR_MOST * cell.n / most))
                middle, y = _middle(number, step, from_right), base - height
                x = middle - width // 2
                bars.append(Bar(x, y, width, height, middle, y - 3, cell.n))
        strips.append(Strip(str(line.group.label), place * STRIP + 12, base, bars))
    height = len(lines) * STRIP + LABELS
    labels = [(_middle(number, step, from_right), one.short) for number, one in enumerate(slices) if one.short]
    return Chart(WIDTH, height, strips, labels, height - 4, WIDTH if from_right else 0)


def _middle(number: int, step: int, from_right: bool) -> int:
    """Where the middle of the slice with this number stands."""
    middle = number * step + step // 2
    return WIDTH - middle if from_right else middle
