"""Word documents (.docx) as lines of cells: each table of the body is a grid, what stands around them is named.

Every element is visited once or twice, however the tables are merged or nested.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from config.limits import MAX_COLUMNS, MAX_ROWS
from config.packages import Package

from .docx_text import Content, TextReader, W, is_on, number_in, parts_of
from .lines import SEARCHED, TITLE_ROWS, Aside, Findings, Grid, Line, clean, joined
from .table import Place, Refused
from .wording import KEY_IN_BRACKETS, column_of


@dataclass(slots=True)
class _Cell:
    """One cell of a row: the columns of Word's own grid that it covers, what it holds, what it is merged with."""

    start: int
    end: int
    content: Content
    text: str
    goes_on: bool = False  # with the cell above
    goes_on_aside: bool = False  # with the cell before


@dataclass(slots=True)
class _TableRow:
    number: int
    cells: list[_Cell]
    is_hidden: bool


class _Document:
    """A document being read: its tables so far, and the comments and notes that cells refer to."""

    def __init__(self, package: Package, main: str, findings: Findings) -> None:
        self.findings = findings
        self.grids: list[Grid] = []
        related = list(package.related(main).values())
        parts = dict(related)
        self.reader = TextReader(package.xml(parts["styles"]) if "styles" in parts else None)
        self.said: dict[tuple[str, str], tuple[str, str]] = {}
        for kind, tag, what in (
            ("comments", "comment", _("comment")),
            ("footnotes", "footnote", _("footnote")),
            ("endnotes", "endnote", _("endnote")),
        ):
            if kind in parts:
                for note in package.xml(parts[kind]).iter(W + tag):
                    text = self.reader.read(note).text.strip()
                    if text and note.get(W + "type", "normal") == "normal":
                        self.said[tag, note.get(W + "id", "")] = what, text
        body = package.xml(main).find(W + "body")
        self.blocks(body if body is not None else Element("none"))
        for what, text in self.said.values():
            findings.leave(Place("", 0), what, text)
        self.pages(package, [part for kind, part in related if kind in ("header", "footer")])

    def blocks(self, parent: Element) -> None:
        """The tables of `parent`, each as a grid; paragraphs between them are named, those in a row as one."""
        for is_table, blocks in groupby(_blocks(parent), key=lambda block: block.tag == W + "tbl"):
            if is_table:
                for table in blocks:
                    self.table(table)
            else:
                self.around(self.reader.read(*blocks))

    def around(self, content: Content) -> None:
        """Name what stands outside of tables."""
        if text := content.text.strip():
            self.findings.leave(Place("", 0), _("text outside the tables"), text)
        for what, text in [*content.all_asides(), *self.noted(content)]:
            self.findings.leave(Place("", 0), what, text)

    def noted(self, content: Content) -> Iterator[tuple[str, str]]:
        """(what, text) of the comments and notes to which content refers; each is given once."""
        for reference in content.references:
            if said := self.said.pop(reference, None):
                yield said

    def pages(self, package: Package, parts: list[str]) -> None:
        """Name the headers and footers that hold text, each text once."""
        texts = {self.reader.read(package.xml(part)).text.strip(): None for part in parts}
        for text in texts:
            if text:
                self.findings.leave(Place("", 0), _("header or footer of the page"), text)

    def table(self, table: Element) -> None:
        """Read one table of the body. A frame of one column around other tables is no table of its own."""
        rows = list(parts_of(table, "tr"))
        cells = [list(parts_of(row, "tc")) for row in rows]
        if all(len(line) == 1 for line in cells) and any(
            block.tag == W + "tbl" for (c,) in cells for block in _blocks(c)
        ):
            for (cell,) in cells:
                self.blocks(cell)
            return
        grid = Grid(_("Table %(number)d") % {"number": len(self.grids) + 1}, [], is_sheet=False)
        self.grids.append(grid)
        if len(rows) > MAX_ROWS + TITLE_ROWS:
            raise Refused(_("The file has more than %(limit)d rows: divide it.") % {"limit": MAX_ROWS})
        lines = self.rows(grid, rows)
        columns, titles = _columns(lines)
        above: dict[int, str] = {}
        hidden = []
        for row in lines:
            line = self.line(grid, row, columns, titles, above)
            if line.cells or line.key:
                grid.lines.append(line)
                hidden += [row.number] if row.is_hidden else []
        for number in hidden:
            self.findings.note(grid.place(number), _("a hidden row; it was read"))
        small_print = [text for row in lines for cell in row.cells for text in cell.content.small_print if text.strip()]
        if small_print:
            what = _("the small print of the export: to change days, modes or levels, hand in the Excel file")
            self.findings.leave(grid.place(), what, "\n".join(small_print))

    def rows(self, grid: Grid, rows: list[Element]) -> list[_TableRow]:
        """The rows of a table; those that a tracked change deletes are named instead."""
        found = []
        for number, row in enumerate(rows, 1):
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                contents = [self.reader.read(cell) for cell in parts_of(row, "tc")]
                text = joined(" ".join([content.text, *content.deleted]) for content in contents)
                self.findings.leave(grid.place(number), _("deleted row (tracked change)"), clean(text))
                continue
            before = properties.find(W + "gridBefore") if properties is not None else None
            is_hidden = properties is not None and is_on(properties.find(W + "hidden"))
            found.append(_TableRow(number, list(self.cells(row, number_in(before, 0))), is_hidden))
            if len(found[-1].cells) > MAX_COLUMNS:
                raise Refused(
                    _("%(table)s has more than %(limit)d columns: divide it.")
                    % {"table": grid.sheet, "limit": MAX_COLUMNS}
                )
        return found

    def cells(self, row: Element, start: int) -> Iterator[_Cell]:
        for cell in parts_of(row, "tc"):
            properties = cell.find(W + "tcPr")
            content = self.reader.read(cell)
            made = _Cell(start, start + 1, content, content.text)
            if properties is not None:
                made.end = start + max(1, number_in(properties.find(W + "gridSpan"), 1))
                down, across = properties.find(W + "vMerge"), properties.find(W + "hMerge")
                made.goes_on = down is not None and down.get(W + "val", "continue") == "continue"
                made.goes_on_aside = across is not None and across.get(W + "val", "continue") == "continue"
                if properties.find(W + "cellDel") is not None:
                    content.deleted.append(made.text)
                    made.text = ""
            start = made.end
            yield made

    def line(self, grid: Grid, row: _TableRow, columns: list[_Cell], titles: int, above: dict[int, str]) -> Line:
        """A row by the columns of its table (see `_columns`); `above` has the texts above it, for cells that go on."""
        line = Line(row.number)
        for position, cell in enumerate(row.cells):
            if position == 0:
                self.take_key(line, cell)
            covered = _covered(cell, position, row, columns, titles)
            first = covered[0]
            line.is_heading = len(row.cells) == 1 < len(covered)
            place = grid.place(row.number, first)
            if cell.goes_on and above.get(first):
                self.leave_beneath(grid, row.number, first, cell.text)
                text, is_filled = above[first], True
            elif cell.goes_on_aside and position and line.cells.get(first - 1):
                self.leave_beneath(grid, row.number, first, cell.text)
                text, is_filled = str(line.cells[first - 1]), True
            else:
                text, is_filled = self.findings.cell(cell.text, place) or "", False
                if text and first in line.cells:
                    text = f"{line.cells[first]}\n{text}"
                    self.findings.note(place, _("cells that share a column; they were joined"))
            for column in covered:
                above[column] = text
                if text:
                    line.cells[column] = text
                    if is_filled or column != first:
                        line.filled.add(column)
            for what, said in [*cell.content.all_asides(), *self.noted(cell.content)]:
                grid.asides.append(Aside(row.number, first, what, said))
            if cell.content.nested:
                self.findings.note(place, _("a table inside the cell; its text was read"))
        return line

    def take_key(self, line: Line, cell: _Cell) -> None:
        """Take the hidden key off the first cell of a row; some programs show it, as text in front."""
        hidden = "".join(cell.content.hidden)
        if found := KEY_IN_BRACKETS.match(hidden):
            line.key = found[1]
            cell.content.hidden = [hidden[found.end() :]]
        elif found := KEY_IN_BRACKETS.match(cell.text):
            line.key = found[1]
            cell.text = cell.text[found.end() :]

    def leave_beneath(self, grid: Grid, row: int, column: int, text: str) -> None:
        """Name text in a cell that shows another's."""
        if text.strip():
            grid.asides.append(Aside(row, column, _("text beneath a merged cell"), text))


def read_docx(package: Package, main: str, findings: Findings) -> list[Grid]:
    """The tables of the document whose main part is `main`, in order.

    Raises UnreadableFile or Refused for what is too much, and anything else for what is broken.
    """
    return _Document(package, main, findings).grids


def _blocks(parent: Element) -> Iterator[Element]:
    """The paragraphs and tables of a body or cell, also those inside content controls."""
    for child in parent:
        if child.tag in (W + "sdt", W + "sdtContent", W + "customXml", W + "ins", W + "moveTo"):
            if child.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
                yield from _blocks(child)
        elif child.tag not in (W + "sdtPr", W + "sdtEndPr", W + "sectPr", W + "tcPr"):
            yield child


def _columns(rows: list[_TableRow]) -> tuple[list[_Cell], int]:
    """The cells that tell the columns of a table: those of its titles, or else of its longest row; and how many.

    Behind them come cells of the longest row that stand further out. Word's own grid does not tell the columns: two
    pages of one table may differ by a hair, which makes a column there.
    """
    if not rows:
        return [], 0
    longest = max(rows, key=lambda row: len(row.cells))
    titles = max(rows[:SEARCHED], key=_known_titles)
    if _known_titles(titles) < 2:
        titles = longest
    end = max((cell.end for cell in titles.cells), default=0)
    return titles.cells + [cell for cell in longest.cells if cell.start >= end], len(titles.cells)


def _known_titles(row: _TableRow) -> int:
    return len({name for cell in row.cells if (name := column_of(cell.text))})


def _covered(cell: _Cell, position: int, row: _TableRow, columns: list[_Cell], titles: int) -> list[int]:
    """The columns of a cell, from 1: by its position in a row of as many cells as titles, else those half covered."""
    if len(row.cells) == titles:
        return [position + 1]
    shared = [min(cell.end, column.end) - max(cell.start, column.start) for column in columns]
    half = [n for n, column in enumerate(columns) if shared[n] * 2 >= column.end - column.start]
    return [n + 1 for n in half] or [shared.index(max(shared)) + 1]
