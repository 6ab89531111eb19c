"""The figures of a period as tables in words, one for each part of a report: the Word file and the page draw the same.

A chart is its table: numbers on shaded ground, and a bar beside the last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.signs import date_format
from mandates.dates import show_range

from ..actions import ALWAYS_HIGH, WORDINGS, name_of
from ..overview.cells import shade_of
from .figures import Figures, period_in
from .sheets import by_group, by_time_frame, groups_shown, outcomes, support_by_action

Cells = Sequence[str | int | None]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a report: a table, or `empty` in its place.

    `columns` are titles, the first one of what names a row; `rows` hold as many cells. `shaded` says how many numbers
    after the first cell are shaded together. `has_bars`: a bar stands for the last number of each row.
    """

    heading: str
    columns: Sequence[str] = ()
    rows: Sequence[Cells] = ()
    totals: Cells = ()
    shaded: int = 0
    has_bars: bool = False
    notes: Sequence[str] = field(default=())
    empty: str = ""

    @property
    def is_list(self) -> bool:
        """Whether it is a number for each name, and nothing else: a page needs no table for that."""
        return not self.empty and self.has_bars and len(self.columns) == 2

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, int]], float]]:
        """Each row as (its name, [(words, shade)], length of its bar from 0 to 1)."""
        numbers = [n for row in self.rows for n in row[1 : 1 + self.shaded] if isinstance(n, int)]
        most = max(numbers, default=0)
        longest = max((n for row in self.rows if isinstance(n := row[-1], int)), default=0)
        found = []
        for row in self.rows:
            cells = [
                (_shown(n), shade_of(n, most) if isinstance(n, int) and place < self.shaded else 0)
                for place, n in enumerate(row[1:])
            ]
            last = row[-1] if isinstance(row[-1], int) else 0
            found.append((str(row[0]), cells, last / longest if self.has_bars and longest else 0))
        return found

    @property
    def total_cells(self) -> list[str]:
        return [_shown(cell) for cell in self.totals]


def _shown(cell: str | int | None) -> str:
    return "–" if cell in (None, 0) else str(cell)


def in_short(figures: Figures) -> list[str]:
    """The period in a few sentences. One that is empty says so, and nothing else."""
    total, before = figures["total"], period_in(figures).before
    engaged = sum(1 for line in figures["clusters"] if line["total"])
    compared = ngettext(
        "%(n)d engagement in the period before, %(period)s.",
        "%(n)d engagements in the period before, %(period)s.",
        figures["before"],
    ) % {"n": figures["before"], "period": before}
    if not total:
        return [_("No engagement that this report counts began in this period."), compared]
    counted = ngettext("%(n)d engagement", "%(n)d engagements", total) % {"n": total}
    shown = len(figures["clusters"])
    of = {"n": engaged, "all": shown, "counted": counted}
    several = ngettext("%(counted)s by %(n)d of %(all)d cluster.", "%(counted)s by %(n)d of %(all)d clusters.", shown)
    extent = figures["extent"]
    came = extent.get("moderate", 0) + extent.get("significant", 0)
    asked, answered = sum(figures["asked"].values()), sum(figures["answered"].values())
    return [
        several % of if shown > 1 else f"{counted}.",
        compared,
        ngettext("%(n)d with a moderate or significant result.", "%(n)d with a moderate or significant result.", came)
        % {"n": came},
        ngettext("%(n)d asks for support.", "%(n)d ask for support.", asked) % {"n": asked},
        ngettext(
            "The task team answered %(n)d request.", "The task team answered %(n)d requests.", answered
        ) % {"n": answered},
    ]  # fmt: skip


def blocks(figures: Figures, *, has_high: bool) -> list[Block]:
    """All parts, in the order of the document. Without *high*, nothing stands under actions that always are."""
    left_out = () if has_high else ALWAYS_HIGH
    support = _support(figures, left_out)
    if not figures["total"]:
        return [support] if figures["answered"] else []
    parts = [_matrix(figures, left_out), _trend(figures, has_high=has_high), *_outcomes(figures)]
    return [*parts, *_mandates(figures), support]


def _matrix(figures: Figures, left_out: Sequence[int]) -> Block:
    numbers = [number for number in WORDINGS if number not in left_out]

    def cells(found: Sequence[int]) -> list[int]:
        return [n for number, n in zip(WORDINGS, found, strict=True) if number in numbers]

    lines = figures["clusters"]
    rows = [[line["name"], *cells(line["cells"]), line["total"], line["before"]] for line in lines if line["total"]]
    totals = [_("All clusters"), *cells(figures["actions"]), figures["total"], figures["before"]]
    notes = [" · ".join(name_of(number) for number in numbers)]
    if quiet := [line["name"] for line in lines if not line["total"]]:
        notes.append(_("No entry that this report counts: %(clusters)s.") % {"clusters": _(", ").join(quiet)})
    return Block(
        _("Clusters and the twelve actions"),
        [_("Cluster"), *map(str, numbers), _("All"), _("Before")],
        rows,
        totals=totals if len(lines) > 1 else (),
        shaded=len(numbers),
        notes=notes,
    )


def _trend(figures: Figures, *, has_high: bool) -> Block:
    groups = groups_shown(has_high=has_high)
    rows: list[Cells] = []
    step = period_in(figures).step
    for one in figures["trend"]:
        since, until = date.fromisoformat(one["since"]), date.fromisoformat(one["until"])
        rows.append([show_range(since, until, step), *by_group(one["cells"], groups), one["total"]])
    return Block(
        _("Engagements over time by group of actions"),
        ["", *(str(group.label) for group in groups), _("All")],
        rows,
        totals=[_("Whole period"), *by_group(figures["groups"], groups), figures["total"]],
        shaded=len(groups),
        has_bars=True,
    )


def _outcomes(figures: Figures) -> list[Block]:
    extent, modes = (
        Block(heading, ["", _("Engagements")], [list(line) for line in lines], has_bars=True)
        for heading, lines in outcomes(figures)
    )
    frames = by_time_frame(figures)
    columns = [_("Time frame of the action"), *(words for words, _n in frames[0][1])]
    rows: list[Cells] = [[frame, *(n for _words, n in lines)] for frame, lines in frames]
    shaded = len(columns) - 1
    return [extent, modes, Block(_("Results by time frame"), columns, rows, shaded=shaded)]


def _mandates(figures: Figures) -> list[Block]:
    waiting = figures.get("untouched", ())
    found = [
        Block(
            _("Mandates most engaged"),
            ["", _("Engagements")],
            figures["mandates"],
            has_bars=True,
            empty="" if figures["mandates"] else _("No engagement names a mandate."),
        )
    ]
    if waiting:
        rows = [[acronym, _(", ").join(clusters)] for acronym, clusters in waiting]
        heading = _("Prioritised, without an entry that this report counts")
        found.append(Block(heading, [_("Mandate"), _("A priority of")], rows))
    return found


def _support(figures: Figures, left_out: Sequence[int]) -> Block:
    rows = [line for line in support_by_action(figures, left_out) if any(line[1:])]
    return Block(
        _("Support provided"),
        [_("Action"), _("Engagements that ask for support"), _("Requests answered in this period")],
        [list(line) for line in rows],
        totals=[_("All actions"), sum(figures["asked"].values()), sum(figures["answered"].values())],
        has_bars=True,
        empty="" if rows else _("No support was asked for, and no request answered."),
    )


def counted_on(figures: Figures) -> str:
    """The day on which it was counted, in words."""
    return date_format(date.fromisoformat(figures["counted_on"]))
