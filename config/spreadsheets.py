"""Files that people hand in, read into a plain table: Excel workbooks (.xlsx) and CSV, known by what is in them.

Size, structure and reach are checked while the file is unpacked, before openpyxl builds anything from it: a workbook of
a few kilobytes can declare 17 billion cells or unpack to gigabytes. Whatever is wrong becomes one `UnreadableFile`
with a sentence for the person who handed the file in; nothing is cut off in silence.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from .csv_text import from_csv_text
from .limits import MAX_BYTES, MAX_CHARACTERS, MAX_COLUMNS, MAX_HELD, MAX_ROWS
from .packages import PartScan, UnreadableFile, inspect
from .signs import quoted

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS = (b"%PDF", b"{\\rtf", b"<", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # literal text and colours in a number format

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the titles: its `number` as the spreadsheet shows it, and a cell for each title."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in a file: `titles` by position, in lower case ("" over an empty column), and the rows under them.

    Text is stripped and never empty, whole numbers are int, midnights are dates; None is an empty cell. `sheet` is ""
    for CSV. `notes` are sentences about how the file was read. The first `own` columns are those of the file, where
    others were made from them.
    """

    titles: tuple[str, ...]
    rows: list[Row]
    sheet: str = ""
    notes: list[str] = field(default_factory=list)
    own: int | None = None

    def place(self, row: int, title: str) -> str:
        """Where a cell stands, in words: "row 7, column C (deadline)"; only the row where no column has the title."""
        if title not in self.titles[: self.own]:
            return _("row %(row)d") % {"row": row}
        letter = get_column_letter(self.titles.index(title) + 1)
        return _("row %(row)d, column %(letter)s (%(title)s)") % {"row": row, "letter": letter, "title": title}

    def text(self, row: int, title: str) -> str:
        """What the cell in the row of this number says."""
        if title not in self.titles:
            return ""
        return text_of(next(line for line in self.rows if line.number == row).cells[self.titles.index(title)])


def read_table(content: bytes) -> Table:
    """The table in `content`: of a workbook, its first visible sheet that holds anything.

    Raises UnreadableFile. A date of which the cell shows only month and year is given as that: "2026-10".
    """
    if len(content) > MAX_BYTES:
        raise too_large()
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00\t\r\n "):
        raise UnreadableFile(_("The file is empty."))
    if content.startswith(OLE):
        raise locked_or_old([content])
    return _read_workbook(content) if content.startswith(b"PK") else _read_csv(content)


def locked_or_old(chunks: Iterable[bytes]) -> UnreadableFile:
    """The refusal of what begins with OLE: a workbook with a password, or one of before 2007.

    Names in such a file begin at a multiple of 64 bytes, so that no chunk of a power of two divides one.
    """
    if any(_ENCRYPTED in chunk for chunk in chunks):
        return UnreadableFile(_("The file is protected by a password: save it as .xlsx without one."))
    return UnreadableFile(_("The file has the format of Excel before 2007 (.xls): save it as .xlsx."))


def too_large() -> UnreadableFile:
    """The refusal of a file beyond MAX_BYTES, also for views that know the size before they read the file."""
    return UnreadableFile(_("The file is larger than %(limit)d MB: divide it.") % {"limit": MAX_BYTES // 1_000_000})


def text_of(cell: Cell) -> str:
    """A cell as text: "" for an empty one, days in ISO 8601, moments to the minute."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


# -- Workbooks ---------------------------------------------------------------------------------------


def _read_workbook(content: bytes) -> Table:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in map(str.lower, archive.namelist()):
                raise UnreadableFile(_("This is no Excel workbook (.xlsx): save the sheet as .xlsx or as CSV."))
            inspect(archive, saved_as=".xlsx", scan=_SheetScan)
        return _read_sheets(content)
    except UnreadableFile:
        raise
    except Exception as error:
        # zipfile, expat and openpyxl answer a broken file with whatever they trip over.
        raise UnreadableFile(
            _("The file is damaged or was cut off on its way: open it in Excel, save it again as .xlsx, and try again.")
        ) from error


class _SheetScan(PartScan):
    """Of a workbook: rows in order, cells within reach, and no formula without its result."""

    lets_go_at = frozenset(("row", "si"))
    max_held = MAX_HELD
    weight = 0

    def __init__(self, part: ZipInfo, elements: int) -> None:
        super().__init__(part, elements)
        self.row, self.column, self.is_formula, self.is_text = 0, 0, False, False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            before, self.column = self.row, 0
            self.row = int(attributes.get("r", self.row + 1))
            if self.row <= before:
                raise ValueError("rows are not in order")
        elif tag == "c":
            place = attributes.get("r")
            self.column = coordinate_to_tuple(place)[1] if place else self.column + 1
            self.is_formula, self.is_text = False, attributes.get("t") == "str"
        elif tag == "f":
            self.is_formula = True
        elif tag in ("v", "is"):
            if self.is_text:
                self.is_formula = False  # a text may be empty, a number or day cannot
            elif self.is_formula:
                self.parser.CharacterDataHandler = self._result
            if self.row:
                within_reach(self.row, self.column)

    def _result(self, text: str) -> None:
        self.is_formula = self.is_formula and not text.strip()

    def end(self, tag: str) -> None:
        if tag in ("v", "is"):
            self.parser.CharacterDataHandler = None
        if self.is_formula and tag == "c":
            raise UnreadableFile(
                _("Cell %(cell)s holds a formula without its result: open the file in Excel and save it.")
                % {"cell": f"{get_column_letter(self.column)}{self.row}"}
            )


def within_reach(row: int, column: int, *, above: int = 1) -> None:
    """Raise UnreadableFile for a cell beyond the limits of columns and of rows, of which `above` may hold titles."""
    if row > MAX_ROWS + above:
        raise UnreadableFile(
            _("Row %(row)d holds something, but only %(limit)d rows are read: divide the file, or empty that row.")
            % {"row": row, "limit": MAX_ROWS}
        )
    if column > MAX_COLUMNS:
        raise UnreadableFile(
            _("Cell %(cell)s holds something, but only %(limit)d columns are read: empty the columns beyond.")
            % {"cell": f"{get_column_letter(column)}{row}", "limit": MAX_COLUMNS}
        )


def _read_sheets(content: bytes) -> Table:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible:
            sheet.reset_dimensions()  # what it declares may be a lie too
            rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
            lines = [(number, [_value(cell) for cell in cells]) for number, cells in enumerate(rows, 1)]
            if any(value is not None for _number, values in lines for value in values):
                others = ", ".join(quoted(other.title) for other in visible if other is not sheet)
                unread = _("Only the sheet “%(sheet)s” was read; not read: %(others)s.")
                notes = [unread % {"sheet": sheet.title, "others": others}] if others else []
                return table_of(lines, sheet.title, notes)
    finally:
        book.close()
    raise UnreadableFile(_("The workbook is empty."))


def _value(cell: Any) -> Cell:
    """What a cell shows, as a plain value."""
    value = cell.value
    if isinstance(value, datetime):
        return shown_period(value, cell.number_format) or (value if value.time() != time() else value.date())
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


def shown_period(moment: datetime, number_format: str) -> str:
    """The month or year, "2026-10", of a moment of which the cell shows no more; "" if it shows the day.

    Typing 2026-10 into Excel makes it the first of October, shown as Oct-26.
    """
    shown = _NOT_SHOWN.sub("", number_format).lower()
    if "y" not in shown or set("dhs") & set(shown):
        return ""
    return f"{moment:%Y-%m}" if "m" in shown else f"{moment:%Y}"


# -- CSV ---------------------------------------------------------------------------------------------


def _read_csv(content: bytes) -> Table:
    neither = UnreadableFile(_("This is neither an Excel workbook (.xlsx) nor a CSV file."))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_OTHER_KINDS):
        raise neither  # whether its bytes happen to be letters or not
    text, notes = _decode(content)
    if _CONTROL.search(text):
        raise neither
    first_line = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[Cell]]] = []
    try:
        for number, line in enumerate(reader, 1):
            reach = max((column for column, cell in enumerate(line, 1) if cell.strip()), default=0)
            if reach:
                within_reach(number, reach)
                lines.append((number, [from_csv_text(cell) for cell in line[:reach]]))
    except csv.Error as error:
        raise UnreadableFile(
            _("Line %(line)d cannot be read: a quotation mark is missing there, before it, or one is too many.")
            % {"line": reader.line_num}
        ) from error
    return table_of(lines, "", notes)


def _decode(content: bytes) -> tuple[str, list[str]]:
    """The text, and what to say about it when its encoding had to be guessed."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig"] if content.startswith(b"\xef\xbb\xbf") else ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        guessed = _("The file does not say how its letters are encoded; Western European (Windows-1252) was assumed.")
        return text, [guessed] if encoding == "cp1252" else []
    raise UnreadableFile(_("The letters of this file cannot be read: save it as “CSV UTF-8”."))


# -- Both --------------------------------------------------------------------------------------------


def table_of(lines: Iterable[tuple[int, list[Cell]]], sheet: str, notes: list[str]) -> Table:
    """The table of these numbered lines, of which the first that holds anything has the titles."""
    rows = _filled(lines)
    title_row = next(rows, None)
    if title_row is None:
        raise UnreadableFile(_("The file is empty."))
    titles = tuple(" ".join(text_of(cell).split()).lower() for cell in title_row.cells)
    found = []
    for row in rows:
        for position, cell in enumerate(row.cells):
            if cell is not None and (position >= len(titles) or not titles[position]):
                raise UnreadableFile(
                    _("Cell %(cell)s holds something, but its column has no title: give it one, or empty the cell.")
                    % {"cell": f"{get_column_letter(position + 1)}{row.number}"}
                )
        found.append(Row(row.number, (row.cells + (None,) * len(titles))[: len(titles)]))
    if not found:
        raise UnreadableFile(_("There are titles, but no row under them."))
    return Table(titles, found, sheet, notes)


def _filled(lines: Iterable[tuple[int, list[Cell]]]) -> Iterator[Row]:
    """The lines that hold anything, text stripped, without the empty cells at their ends."""
    for number, values in lines:
        cells: list[Cell] = [(value.strip() or None) if isinstance(value, str) else value for value in values]
        while cells and cells[-1] is None:
            cells.pop()
        for position, cell in enumerate(cells, 1):
            if isinstance(cell, str) and len(cell) > MAX_CHARACTERS:
                raise UnreadableFile(
                    _("The text in cell %(cell)s is longer than %(limit)d characters: shorten it.")
                    % {"cell": f"{get_column_letter(position)}{number}", "limit": MAX_CHARACTERS}
                )
        if cells:
            yield Row(number, tuple(cells))
