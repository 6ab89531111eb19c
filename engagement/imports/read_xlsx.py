"""Excel workbooks (.xlsx, ECMA-376 part 1, chapter 18) as lines of cells.

openpyxl knows days, formats and references, and is asked for those. The cells are walked here: its read-only mode
passes over merged cells, what is hidden, and either formulas or their results; its full mode holds the whole book in
fifty times the memory; both leave `_x000D_` in texts that came from Word, and trip over styles that Excel opens.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime, time
from math import isfinite
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from config.limits import MAX_COLUMNS, MAX_HELD
from config.packages import Package, PartScan
from config.spreadsheets import shown_period, within_reach

from .columns import BY_NAME
from .lines import TITLE_ROWS, Findings, Grid, Line, clean, ranges
from .table import Place, Value
from .wording import is_tag, tag_of
from .xlsx_asides import asides_of, page_texts

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class SheetScan(PartScan):
    """A row or a text is let go of when the next one comes."""

    lets_go_at = frozenset(("row", "si", "mergeCell"))
    max_held = MAX_HELD
    weight = 0


class Workbook:
    """A workbook that passed `inspect`: what its cells need to be understood."""

    def __init__(self, package: Package, main: str) -> None:
        self.package = package
        root = package.xml(main)
        related = package.related(main)
        properties = root.find(f"{MAIN}workbookPr")
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self.epoch = MAC_EPOCH if is_1904 else WINDOWS_EPOCH
        # (title, whether it is hidden, part); what is not among the worksheets has another kind, such as a chart.
        self.sheets: list[tuple[str, bool, str]] = []
        self.others: list[str] = []
        for sheet in root.iter(f"{MAIN}sheet"):
            kind, part = related.get(sheet.get(R_ID, ""), ("", ""))
            title = sheet.get("name", "")
            if kind == "worksheet":
                self.sheets.append((title, sheet.get("state", "visible") != "visible", part))
            else:
                self.others.append(title)
        parts = dict(related.values())
        self.texts = list(self._shared_texts(parts["sharedStrings"])) if "sharedStrings" in parts else []
        self.formats = self._formats(parts["styles"]) if "styles" in parts else []

    def _shared_texts(self, part: str) -> Iterator[str]:
        for item in self.package.elements(part, (f"{MAIN}si",)):
            yield clean(_text(item))

    def _formats(self, part: str) -> list[str]:
        """The number format of each style."""
        root = self.package.xml(part)
        codes = dict(BUILTIN_FORMATS)
        for code in root.iter(f"{MAIN}numFmt"):
            codes[int(code.get("numFmtId", 0))] = code.get("formatCode", "")
        styles = root.find(f"{MAIN}cellXfs")
        return [codes.get(int(style.get("numFmtId", 0)), "") for style in styles] if styles is not None else []

    def text(self, index: int) -> str:
        """A shared text by its number."""
        if index < 0:
            raise IndexError(index)
        return self.texts[index]

    def format_of(self, cell: Element) -> str:
        """The number format of a cell; "" if its style is not known."""
        style = int(cell.get("s", 0))
        return self.formats[style] if 0 <= style < len(self.formats) else ""


def read_xlsx(package: Package, main: str, findings: Findings) -> tuple[list[Grid], datetime]:
    """The sheets of a workbook whose main part is `main`, and the day from which it counts days.

    Raises UnreadableFile or Refused for what is too much, and anything else for what is broken.
    """
    book = Workbook(package, main)
    grids = []
    for title, is_hidden, part in book.sheets:
        grid = _sheet(book, title, part, findings)
        grid.is_hidden = is_hidden
        grid.asides = asides_of(package, part)
        grids.append(grid)
    for title in book.others:
        findings.leave(Place(title, 0), _("a sheet without cells, such as a chart"))
    return grids, book.epoch


def _sheet(book: Workbook, title: str, part: str, findings: Findings) -> Grid:
    """The lines of one sheet, merged cells filled."""
    wanted = [MAIN + tag for tag in ("row", "mergeCell", "col", "headerFooter")]
    merged: list[str] = []
    hidden_columns: set[int] = set()
    hidden_rows: list[int] = []
    formulas: dict[int, list[int]] = {}
    grid, number = Grid(title, []), 0
    for element in book.package.elements(part, wanted):
        if element.tag == f"{MAIN}mergeCell":
            merged.append(element.get("ref", ""))
        elif element.tag == f"{MAIN}col":
            if element.get("hidden") in ("1", "true"):
                first, last = int(element.get("min", 1)), int(element.get("max", 1))
                hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))
        elif element.tag == f"{MAIN}headerFooter":
            for text in page_texts(element):
                findings.leave(Place(title, 0), _("header or footer of the page"), text)
        else:
            before, number = number, int(element.get("r", number + 1))
            if number <= before:
                raise ValueError("rows are not in order")
            line = _line(book, grid, number, element, formulas, findings)
            if line.cells or line.faults:
                grid.lines.append(line)
                if element.get("hidden") in ("1", "true"):
                    hidden_rows.append(number)
    _fill(grid, merged)
    for column, rows in sorted(formulas.items()):
        what = _("formulas; their results were read")
        findings.note(grid.place(rows[0], column), what, f"{get_column_letter(column)}: {ranges(rows)}")
    _note_hidden(grid, hidden_rows, hidden_columns, findings)
    return grid


def _line(
    book: Workbook, grid: Grid, number: int, row: Element, formulas: dict[int, list[int]], findings: Findings
) -> Line:
    """One row; `formulas` collects where they stand."""
    line = Line(number)
    column = 0
    for cell in row:
        if cell.tag != f"{MAIN}c":
            continue
        reference = cell.get("r")
        column = coordinate_to_tuple(reference)[1] if reference else column + 1
        is_formula = cell.find(f"{MAIN}f") is not None
        result = cell.find(f"{MAIN}v")
        # Some programs write an empty result beside a formula that they have not worked out; a text may be empty.
        is_empty = result is None or (cell.get("t", "n") == "n" and not (result.text or "").strip())
        if is_empty and cell.find(f"{MAIN}is") is None:
            if is_formula:
                within_reach(number, column, above=TITLE_ROWS)
                line.faults[column] = _(
                    "This formula has no result in the file: open it in Excel and save it, or type the value."
                )
            continue
        value, fault = _value(book, cell)
        if isinstance(value, str):
            value = findings.cell(value, grid.place(number, column))
        if value is None:
            continue
        within_reach(number, column, above=TITLE_ROWS)
        line.cells[column] = value
        if fault:
            line.faults[column] = fault
        if is_formula:
            formulas.setdefault(column, []).append(number)
    return line


def _value(book: Workbook, cell: Element) -> tuple[Value, str]:
    """What a cell holds, and why it is not what was meant."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{MAIN}is")
        return "" if inline is None else clean(_text(inline)), ""
    raw = cell.findtext(f"{MAIN}v") or ""
    if kind == "s":
        return book.text(int(raw)), ""
    if kind == "b":
        return raw.strip() in ("1", "true"), ""
    if kind in ("str", "e"):
        return clean(_unescaped(raw)), ""
    if kind == "d":
        return _plain(from_ISO8601(raw), ""), ""
    return _number(raw, book.format_of(cell), book.epoch) if raw.strip() else (None, "")


def _number(raw: str, code: str, epoch: datetime) -> tuple[Value, str]:
    """A number as such, or as the day that its cell shows."""
    number = float(raw)
    if not isfinite(number):
        raise ValueError("no number")
    if is_date_format(code):
        try:
            return _plain(from_excel(number, epoch, timedelta=is_timedelta_format(code)), code), ""
        except (OverflowError, ValueError):
            reason = _("The cell is meant to show a day, but no calendar has the day %(number)s: type it anew.")
            return raw, reason % {"number": raw}
    return int(number) if number.is_integer() and abs(number) < 1e15 else number, ""


def _plain(value: object, code: str) -> Value:
    """A day, a moment, or the month or year that is all a cell shows; spans of time as text."""
    if isinstance(value, datetime):
        return shown_period(value, code) or (value if value.time() != time() else value.date())
    return value if isinstance(value, date) else str(value)


def _text(item: Element) -> str:
    """The text of an item, its runs joined; how it is pronounced (rPh) is left out."""
    parts = [item] if item.tag == f"{MAIN}t" else [part for part in item if part.tag in (f"{MAIN}t", f"{MAIN}r")]
    return "".join(
        _unescaped(part.text or "") if part.tag == f"{MAIN}t" else _unescaped(part.findtext(f"{MAIN}t") or "")
        for part in parts
    )


def _unescaped(text: str) -> str:
    """Excel writes what XML cannot hold as `_x000D_` (ST_Xstring); each run of a text is on its own."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _fill(grid: Grid, merged: list[str]) -> None:
    """Fill merged cells from their first one. Work is bound by the cells in reach, whatever is declared."""
    by_number = {line.number: line for line in grid.lines}
    numbers = list(by_number)
    width = grid.width
    first_column = min((column for line in grid.lines for column in line.cells), default=1)
    covered: set[tuple[int, int]] = set()
    for reference in merged:
        left, top, right, bottom = range_boundaries(reference)
        first = by_number.get(top)
        value = first.cells.get(left) if first else None
        if first is None or value is None:
            continue
        if left < right and left <= first_column and right >= width:
            first.is_heading = len(first.own) == 1
        columns = range(left, min(right, MAX_COLUMNS) + 1)
        for number in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]:
            for column in columns:
                if (number, column) in covered:
                    raise ValueError("merged cells overlap")
                covered.add((number, column))
                line = by_number[number]
                if column not in line.cells:
                    line.cells[column] = value
                    line.filled.add(column)


def _is_read(name: str) -> bool:
    return name not in BY_NAME or BY_NAME[name].is_read


def _note_hidden(grid: Grid, rows: list[int], columns: set[int], findings: Findings) -> None:
    """Say which rows and columns nobody sees; keys are meant to be hidden."""
    keys = {line.number: line.cells for line in grid.lines if all(map(is_tag, line.cells.values()))}
    rows = [number for number in rows if number not in keys]
    for cells in keys.values():
        columns -= {column for column, tag in cells.items() if tag_of(tag) == "row" or not _is_read(tag_of(tag))}
    used = sorted(columns & {column for line in grid.lines for column in line.cells})
    if rows:
        findings.note(grid.place(rows[0]), _("hidden rows; they were read"), ranges(rows))
    if used:
        findings.note(grid.place(0, used[0]), _("hidden columns; they were read"), ranges(used, get_column_letter))
