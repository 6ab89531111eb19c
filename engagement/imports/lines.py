"""What the three readers make of a file: lines of cells, and everything that was said beside them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from config.limits import MAX_CHARACTERS, MAX_TEXT

from .table import Place, Refused, Said, Value

SEARCHED = 40
"""Lines in which titles are looked for where they are not known."""

TITLE_ROWS = 100
"""Rows that may stand above a log, or be empty in it, before its last row lies out of reach."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Line:
    """One row as it stands: its number, and the cells that hold something by column from 1.

    `filled` and `faults` are as in `Row`, by column. `is_heading`: one cell is drawn across the whole table. `key` is
    what a Word file says of the record that the row was.
    """

    number: int
    cells: dict[int, Value] = field(default_factory=dict)
    filled: set[int] = field(default_factory=set)
    faults: dict[int, str] = field(default_factory=dict)
    is_heading: bool = False
    key: str = ""

    @property
    def own(self) -> dict[int, Value]:
        """The cells that stand in the row itself."""
        return {column: cell for column, cell in self.cells.items() if column not in self.filled}


@dataclass(frozen=True, slots=True)
class Aside:
    """What is written at a cell and not in it: a comment, a text box."""

    row: int
    column: int
    what: str
    text: str


@dataclass(slots=True)
class Grid:
    """One sheet (else it is a table of a Word file), its lines in order; those that hold nothing may be missing."""

    sheet: str
    lines: list[Line]
    is_sheet: bool = True
    is_hidden: bool = False
    asides: list[Aside] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The last column that holds anything; 0 if none does."""
        return max((column for line in self.lines for column in line.cells), default=0)

    def place(self, row: int = 0, column: int = 0) -> Place:
        """A place in this grid."""
        return Place(self.sheet, row, get_column_letter(column) if column else "")


class Findings:
    """What was read beside the tables, in order: `unread` and `notes`; and how much text there is.

    Text is counted where a cell is met, so that reading stops in time, and where it is handed on, since one text can
    fill thousands of cells. Raises Refused when there is more than a file may hold.
    """

    def __init__(self) -> None:
        self.unread: list[Said] = []
        self.notes: list[Said] = []
        self._met = self._handed_on = 0

    def leave(self, place: Place, what: str, text: str = "") -> None:
        """Name something that is not read."""
        self.hand_on(text)
        self.unread.append((place, what, text))

    def note(self, place: Place, what: str, text: str = "") -> None:
        """Say something about what is read."""
        self.hand_on(text)
        self.notes.append((place, what, text))

    def cell(self, text: str, place: Place) -> str | None:
        """The clean text of a cell; None if nothing shows. Raises Refused if it is too long, saying where."""
        if len(text) > MAX_CHARACTERS:
            raise Refused(
                _("%(place)s: the text is longer than %(limit)d characters: shorten it.")
                % {"place": in_words(place), "limit": MAX_CHARACTERS}
            )
        self._met = _within(self._met + len(text))
        return text if text and not text.isspace() else None

    def hand_on(self, *values: Value) -> None:
        """Count what is handed on."""
        self._handed_on = _within(self._handed_on + sum(len(value) for value in values if isinstance(value, str)))


def _within(characters: int) -> int:
    if characters > MAX_TEXT:
        raise Refused(
            _("The cells of this file hold more than %(limit)d million characters: divide it.")
            % {"limit": MAX_TEXT // 1_000_000}
        )
    return characters


def clean(text: str) -> str:
    """Text with line feeds only, and without what no cell can show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    return _CONTROL.sub("", text)


def in_words(place: Place) -> str:
    """A place as a person would say it: "Log, cell C7"; "cell C7" where there is one sheet only."""
    cell = _("cell %(cell)s") % {"cell": f"{place.column}{place.row}"}
    return f"{place.sheet}, {cell}" if place.sheet else cell


def joined(cells: Iterable[Value]) -> str:
    """Cells of a row as one text, empty ones left out."""
    return " | ".join(text for cell in cells if (text := "" if cell is None else str(cell)))


def ranges(numbers: Iterable[int], called: Callable[[int], str] = str) -> str:
    """Ascending numbers as people write them: "3, 5–9"; columns by their letters with `get_column_letter`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(called(first) if first == last else f"{called(first)}–{called(last)}" for first, last in found)
