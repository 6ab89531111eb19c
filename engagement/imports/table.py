"""What the reader of files hands on: plain values with the place where each stood."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Value = str | int | float | bool | date | datetime | None
"""A cell as the file holds it: text is whole and unstripped of nothing but control characters; empty is None."""


class Refused(Exception):
    """The file as a whole cannot be taken; `args[0]` says why and how to mend it, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stood: `sheet` (its name, or "Table 2" of a Word file, "" in CSV), `row` from 1, `column` letter.

    Row 0 is said of what belongs to no row: a sheet as a whole, the text around the tables of a Word file.
    """

    sheet: str
    row: int
    column: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A column of a table: its letter, what its header says, and the `HomeColumn.name` it was matched to, or ""."""

    letter: str
    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: values by column letter; merged and "as above" cells are filled in already.

    `filled` names the letters whose value came from above or from a merged cell, so that the preview can say so.
    `faults` says of a letter why its value is not what was meant, and how to mend it: an error of Excel, a formula
    without its result, a day that no calendar has. Such a value (None for the formula) is not to be written.
    """

    place: Place
    values: dict[str, Value]
    filled: frozenset[str] = frozenset()
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """One table or sheet that looks like a log. `headers` without a `name` wait for a person to map them.

    `values` of a row have the letters of all `headers`. `has_keys`: a column `row` says which record each row was.
    """

    sheet: str
    headers: list[Header]
    rows: list[Row]
    has_keys: bool = False


Said = tuple[Place, str, str]
"""Where, what, and the text that stands there, or ""; the second is in the reader's language."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """All that a file said. `unread` holds (place, what it is, its text where there is one): nothing is lost silently.

    `notes` have the same shape and are about what was read: hidden rows, formulas taken by their result, a guess.
    """

    kind: Literal["xlsx", "csv", "docx"]
    tables: list[Table]
    unread: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
