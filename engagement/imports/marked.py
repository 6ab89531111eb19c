"""The rows of a file as a workbook in which every fault is red and a last column says how to mend it."""

from collections.abc import Iterable
from typing import Any

from config.marked import NARROW, REMARKS, WIDE, MarkedBook
from config.signs import labelled
from config.workbook import clean, sheet_name

from .columns import BY_NAME
from .drafts import Fault
from .headers import MappedTable


def marked_workbook(tables: Iterable[MappedTable], faults: Iterable[Fault]) -> bytes:
    """The tables, each row where it stood, with the cells of `faults` marked.

    Columns whose meaning is known have it in a hidden row above the titles, so that the mended file is read without
    questions.
    """
    by_row: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        by_row.setdefault((fault.place.sheet, fault.place.row), []).append(fault)
    book, taken = MarkedBook(), set[str]()
    for table in tables:
        _write(book, book.add_sheet(sheet_name(table.table.sheet or "CSV", taken)), table, by_row)
    return book.content()


def _write(book: MarkedBook, sheet: Any, table: MappedTable, by_row: dict[tuple[str, int], list[Fault]]) -> None:
    headers = table.table.headers
    columns = {header.letter: position for position, header in enumerate(headers)}
    rows = table.table.rows
    # Two lines above the first row: keys and titles. Rows keep their numbers, so that the page and the file agree.
    shift = max(0, 3 - min((row.place.row for row in rows), default=3))
    top = min((row.place.row for row in rows), default=3) + shift - 2  # of the titles, counted from 0
    for header in headers:
        position = columns[header.letter]
        sheet.write_string(top, position, clean(header.text), book.title)
        if name := table.names.get(header.letter, header.name):
            sheet.write_string(top - 1, position, BY_NAME[name].tag)
        sheet.set_column(position, position, NARROW)
    sheet.write_string(top - 1, len(headers), "#meta+fault")
    sheet.write_string(top, len(headers), str(REMARKS), book.title)
    sheet.set_column(len(headers), len(headers), WIDE)
    sheet.set_row(top - 1, None, None, {"hidden": True})
    sheet.freeze_panes(top + 1, 0)
    for row in rows:
        found = by_row.get((row.place.sheet, row.place.row), ())
        red = {fault.place.column for fault in found}
        number = row.place.row + shift - 1
        for letter, position in columns.items():
            book.cell(sheet, number, position, row.values.get(letter), is_red=letter in red)
        if found:
            said = (labelled(fault.title, fault.reason) if fault.title else fault.reason for fault in found)
            book.remarks(sheet, number, len(headers), said)
