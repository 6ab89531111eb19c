"""Where in the lines of a file a log stands: its titles, its rows, and what is none of both.

Titles are known by the hidden key row of our own export, else by their wording. Where no sheet has titles that are
known, the likeliest line is taken for them, and a person says which column is which.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from config.limits import MAX_ROWS

from . import wording
from .lines import SEARCHED, Findings, Grid, Line, joined
from .table import Header, Refused, Row, Table, Value

_ERROR = re.compile(r"#(?:[A-Z0-9/]{2,12}[!?]|N/A|GETTING_DATA)|Err:\d{3}")
_LIKELY_DAYS = range(36_526, 55_153)  # Excel's numbers of the days from 2000 to 2050
_DAYS = ("started_on", "ended_on")

OF_THE_OVERVIEW = (
    ("Clusters and actions", "Cluster"),
    ("Without an entry", "Cluster"),
    ("Over time", "From"),
    ("Results and modes", "What is counted"),
    ("Mandates", "Mandate"),
    ("Support", "Action"),
    ("Challenges and support", "Action"),
)
"""Sheets that the overview adds to its log, with the title of their first column (`reporting/sheets.py`)."""


@dataclass(slots=True)
class _Log:
    """A log that has begun: what stands over its columns, which of them are known, and its lines so far.

    `head` is its row of titles, `above` the lines that stand over it.
    """

    titles: dict[int, str]
    names: dict[int, str]
    has_keys: bool = False
    head: Line | None = None
    lines: list[Line] = field(default_factory=list)
    above: list[Line] = field(default_factory=list)


def tables_of(grids: Sequence[Grid], findings: Findings, *, epoch: datetime = WINDOWS_EPOCH) -> list[Table]:
    """The logs in these sheets or tables; whatever else holds text is named in `findings`.

    Raises Refused when nothing is a table, or the tables have too many rows. `epoch` is the day from which the file
    counts days.
    """
    logs: dict[int, list[_Log]] = {}
    last: tuple[Grid, _Log] | None = None
    for position, grid in enumerate(grids):
        found = [] if _is_derived(grid) else _logs_in(grid)
        if not found and last and _continues(grid, last[0]):
            found = [_Log(last[1].titles, last[1].names, last[1].has_keys, lines=list(grid.lines))]
            findings.note(grid.place(), _("no titles: read as the continuation of the table before it"))
        if found:
            logs[position] = found
            last = grid, found[-1]
    if not logs:
        logs = {position: [log] for position, grid in enumerate(grids) if (log := _guessed(grid))}
    tables = []
    for position, grid in enumerate(grids):
        here = logs.get(position, [])
        if here:
            _leave_lines(grid, here[0].above, _("above the table"), findings)
            if grid.is_hidden:
                findings.note(grid.place(), _("a hidden sheet; it was read"))
        else:
            _leave_grid(grid, findings)
        tables += [_table(grid, log, findings, epoch) for log in here]
        _leave_asides(grid, findings)
    if sum(len(table.rows) for table in tables) > MAX_ROWS:
        raise Refused(_("The file has more than %(limit)d rows: divide it.") % {"limit": MAX_ROWS})
    if not tables:
        raise Refused(_("The file holds no table: the log needs a line of titles and rows under it."))
    return tables


# -- Titles ------------------------------------------------------------------------------------------


def _logs_in(grid: Grid) -> list[_Log]:
    """The logs of one sheet or table; the first knows the lines above it."""
    logs: list[_Log] = []
    above: list[Line] = []
    keys: Line | None = None
    for line in grid.lines:
        before = logs[-1] if logs else None
        if _is_key_row(line):
            if before and not before.lines and not keys:
                _take_keys(before, line)  # HXL's place for them: under the titles
            else:
                keys = line
        elif keys is not None:
            logs.append(_keyed(keys, line))
            keys = None
        elif names := _titles(line, before):
            if before and before.head and not before.lines and not before.has_keys:
                above.append(before.head)  # titles of groups of columns
                logs.pop()
            if not logs or names != logs[-1].names:
                logs.append(_Log(_texts(line), names, head=line))
        elif before:
            before.lines.append(line)
        else:
            above.append(line)
    if keys is not None:
        logs.append(_keyed(keys, Line(keys.number)))
    if logs:
        logs[0].above = above
    return logs


def _is_key_row(line: Line) -> bool:
    cells = list(line.cells.values())
    return len({wording.tag_of(cell) for cell in cells} - {""}) >= 2 and all(map(wording.is_tag, cells))


def _named(line: Line) -> dict[int, str]:
    """{column: name} of the cells that are titles; of two with the same name the first counts."""
    names: dict[int, str] = {}
    for column, cell in line.cells.items():
        name = wording.column_of(cell)
        names[column] = "" if name in names.values() else name
    return names


def _titles(line: Line, before: _Log | None) -> dict[int, str]:
    """The names of a line that stands over a log, else {}; in the middle of one, every cell must be a title."""
    if not all(isinstance(cell, str) for cell in line.cells.values()):
        return {}
    if before and not all(wording.column_of(cell) or before.titles.get(at) == cell for at, cell in line.cells.items()):
        return {}
    names = _named(line)
    known = [name for name in names.values() if name]
    enough = len(known) >= 3 or (len(known) == 2 and len(set(line.cells.values())) <= 4)
    return names if enough and not wording.TELLING.isdisjoint(known) else {}


def _keyed(keys: Line, following: Line) -> _Log:
    """A log whose key row stands above the titles, as our export has it; without them, if somebody deleted them."""
    by_wording = _named(following)
    by_tag = {column: wording.tag_of(cell) for column, cell in keys.cells.items()}
    is_ours = "row" in by_tag.values()
    agreeing = sum(1 for column, name in by_wording.items() if name and by_tag.get(column) == name)
    record = next((following.cells.get(column) for column, name in by_tag.items() if name == "row"), None)
    is_title = bool(record) and not (isinstance(record, str) and wording.KEY.fullmatch(record.strip()))
    if following.cells and (is_title or agreeing * 2 >= len(following.cells)):
        log = _Log(_texts(following), by_wording, head=following)
    else:
        log = _Log(_texts(keys), {}, lines=[following])
    _name_by(log, by_tag, first=is_ours)
    return log


def _take_keys(log: _Log, keys: Line) -> None:
    by_tag = {column: wording.tag_of(cell) for column, cell in keys.cells.items()}
    _name_by(log, by_tag, first="row" in by_tag.values())


def _name_by(log: _Log, by_tag: dict[int, str], *, first: bool) -> None:
    """Name columns by their tags: `first` is what our export tagged; else tags fill in what no wording named."""
    before, after = (by_tag, log.names) if first else (log.names, by_tag)
    names: dict[int, str] = {}
    for source in (before, after):
        for column, name in source.items():
            if name and not names.get(column) and name not in names.values():
                names[column] = name
    log.names, log.has_keys = names, first


def _texts(line: Line) -> dict[int, str]:
    return {column: str(cell) for column, cell in line.cells.items()}


def _continues(grid: Grid, before: Grid) -> bool:
    """Whether a table of a Word file goes on with the one before it: as many columns, and no titles of its own."""
    return (
        not grid.is_sheet
        and grid.width == before.width > 1
        and not grid.lines[0].is_heading
        and not _is_action_list(grid)
    )


def _guessed(grid: Grid) -> _Log | None:
    """The log of a sheet without known titles: under the first line of text that is about as wide as those below it."""
    if grid.is_hidden or _is_action_list(grid) or _is_derived(grid):
        return None
    searched = grid.lines[:SEARCHED]
    widest = max((len(line.own) for line in searched), default=0)
    for position, line in enumerate(searched):
        own = line.own
        if len(own) >= max(2, widest * 0.6) and all(isinstance(cell, str) for cell in own.values()):
            lines = grid.lines[position + 1 :]
            return _Log(_texts(line), _named(line), False, line, lines, grid.lines[:position]) if lines else None
    return None


# -- What is no log ----------------------------------------------------------------------------------


def _leave_lines(grid: Grid, lines: Iterable[Line], what: str, findings: Findings) -> None:
    """Name lines that are not read; the form's own words need no mention."""
    for line in lines:
        cells = [cell for cell in line.own.values() if not wording.action_of(cell)]
        if cells:
            findings.leave(grid.place(line.number), what, joined(cells))


def _leave_grid(grid: Grid, findings: Findings) -> None:
    """Name a sheet or table that is no log, with its text."""
    if not grid.lines:
        return
    if _is_derived(grid):
        findings.leave(grid.place(), _("what the export adds; only its log is read"))
    elif _is_action_list(grid):
        _leave_lines(grid, grid.lines, _("in the list of potential actions"), findings)
    else:
        text = "\n".join(joined(line.own.values()) for line in grid.lines if line.own)
        findings.leave(
            grid.place(), _("a sheet that is no log") if grid.is_sheet else _("a table that is no log"), text
        )


def _is_action_list(grid: Grid) -> bool:
    """Whether this is the first table of the form: the twelve actions, each once, with a tick beside."""
    if len(grid.lines) > SEARCHED or grid.width > 4:
        return False
    numbers = [number for line in grid.lines for cell in line.own.values() if (number := wording.action_of(cell))]
    return len(set(numbers)) >= 6 and len(set(numbers)) == len(numbers)


def _is_derived(grid: Grid) -> bool:
    """Whether a sheet or table is one that our export adds to its log: known by its name and its titles."""
    if not grid.lines:
        return False
    titles = list(map(str, grid.lines[0].cells.values()))
    first, last = titles[0], titles[-1]

    def says(text: str, *words: str) -> bool:
        return wording.plain(text) in wording.translations_of(*words)

    if not grid.is_sheet:
        return says(last, "Entries") and len(titles) == 4 and _is_action_list(grid)
    return (
        (says(grid.sheet, "Summary") and wording.column_of(first) == "cluster" and says(last, "Total"))
        or (says(grid.sheet, "Support needed") and [*map(wording.column_of, (first, last))] == ["cluster", "record"])
        or (says(grid.sheet, "About") and says(first, "About this file"))
        or (says(grid.sheet, "How to fill it") and says(last, "How to fill it"))
        or (says(grid.sheet, "Choices") and grid.is_hidden)
        or any(says(grid.sheet, sheet) and says(first, title) for sheet, title in OF_THE_OVERVIEW)
    )


def _leave_asides(grid: Grid, findings: Findings) -> None:
    """Name comments and text boxes, but not the help that our export writes at its titles."""
    for aside in grid.asides:
        if wording.plain(aside.text) not in wording.help_texts():
            findings.leave(grid.place(aside.row, aside.column), aside.what, aside.text)


# -- Rows --------------------------------------------------------------------------------------------


def _table(grid: Grid, log: _Log, findings: Findings, epoch: datetime) -> Table:
    """The log with its rows: filled, without totals and headings, days as days."""
    lines = _rows(grid, log, findings)
    log.has_keys = _know_records(log, lines)
    if not log.has_keys and _is_counter(log, lines):
        log.names = {column: "" if name == "action_number" else name for column, name in log.names.items()}
    _fill_dittos(log, lines)
    _make_days(grid, log, lines, findings, epoch)
    _fault_errors(lines)
    columns = sorted({*log.titles, *(column for line in lines for column in (*line.cells, *line.faults))})
    headers = [Header(get_column_letter(c), log.titles.get(c, ""), log.names.get(c, "")) for c in columns]
    has_keys = log.has_keys
    if any(line.key for line in lines):
        keyed = (columns[-1] if columns else 0) + 1
        columns.append(keyed)
        headers.append(Header(get_column_letter(keyed), "", "row"))
        has_keys = True
        for line in lines:
            line.cells[keyed] = line.key or None
    rows = []
    for line in lines:
        values = [line.cells.get(column) for column in columns]
        findings.hand_on(*values)
        rows.append(
            Row(
                grid.place(line.number),
                {header.letter: value for header, value in zip(headers, values, strict=True)},
                frozenset(map(get_column_letter, line.filled)),
                {get_column_letter(column): fault for column, fault in line.faults.items()},
            )
        )
    return Table(grid.sheet, headers, rows, has_keys)


def _rows(grid: Grid, log: _Log, findings: Findings) -> list[Line]:
    """The lines that are rows; totals and headings between them are named."""
    rows = []
    for line in log.lines:
        own = line.own
        if line.is_heading:
            findings.leave(grid.place(line.number), _("a heading between the rows"), joined(own.values()))
        elif own and wording.is_total(own.values()):
            findings.leave(grid.place(line.number), _("a row of totals"), joined(own.values()))
        elif own or line.faults or line.key:
            rows.append(line)
    return rows


def _know_records(log: _Log, lines: Iterable[Line]) -> bool:
    """Whether a column says which record each row was; one that is only called "Row" loses its name."""
    columns = [column for column, name in log.names.items() if name == "row"]
    if not columns or log.has_keys:
        return log.has_keys
    cells = [line.cells[column] for line in lines for column in columns if column in line.cells]
    if any(isinstance(cell, str) and wording.KEY.fullmatch(cell.strip()) for cell in cells):
        return True
    log.names = {column: "" if name == "row" else name for column, name in log.names.items()}
    return False


def _is_counter(log: _Log, lines: Sequence[Line]) -> bool:
    """Whether the column "No." counts the rows, where the number of the action stands in a column of its own.

    It counts when it runs 1, 2, 3 and says another action than the text beside it.
    """
    columns = {name: column for column, name in log.names.items() if name}
    if "action_number" not in columns or "action" not in columns:
        return False
    numbers = [line.cells.get(columns["action_number"]) for line in lines]
    counted = [str(number).strip(". ") for number in numbers if number is not None]
    if counted != [str(number) for number in range(1, len(counted) + 1)]:
        return False
    said = [_number_of(line.cells.get(columns["action"])) for line in lines]
    return any(
        action and number is not None and action != str(number).strip(". ")
        for number, action in zip(numbers, said, strict=True)
    )


def _number_of(cell: Value) -> str:
    """The number of the action that a cell names, by its wording or in front; "" if by neither."""
    found = re.match(r"\s*(\d+)", str(cell or ""))
    return str(wording.action_of(cell) or (found[1] if found else ""))


def _fill_dittos(log: _Log, lines: Iterable[Line]) -> None:
    """Put into cells that say "as above" what stands above; not in exported rows, which may have been sorted since."""
    above: dict[int, Value] = {}
    columns = [column for column, name in log.names.items() if name == "row"]
    for line in lines:
        is_exported = bool(line.key or any(line.cells.get(column) for column in columns))
        for column, cell in line.cells.items():
            if wording.is_ditto(cell) and above.get(column) is not None and not is_exported:
                line.cells[column] = above[column]
                line.filled.add(column)
            else:
                above[column] = cell


def _make_days(grid: Grid, log: _Log, lines: Iterable[Line], findings: Findings, epoch: datetime) -> None:
    """Take Excel's numbers for the days that they are, in the columns of days, where the format of days was lost."""
    columns = [column for column, name in log.names.items() if name in _DAYS]
    for line in lines:
        for column in columns:
            cell = line.cells.get(column)
            if isinstance(cell, int) and not isinstance(cell, bool) and cell in _LIKELY_DAYS:
                moment = from_excel(cell, epoch)
                day = moment.date() if isinstance(moment, datetime) else date.min
                line.cells[column] = day
                findings.note(grid.place(line.number, column), _("a number, read as a day"), f"{cell} = {day}")


def _fault_errors(lines: Iterable[Line]) -> None:
    """Say of an error of a spreadsheet that it is one."""
    for line in lines:
        for column, cell in line.cells.items():
            if isinstance(cell, str) and _ERROR.fullmatch(cell.strip()):
                line.faults[column] = _("The cell shows the error %(error)s: mend its formula, or type the value.") % {
                    "error": cell.strip()
                }
