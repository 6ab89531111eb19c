"""The rows of an import as a workbook in which every fault is red and a last column says how to mend it."""

from config.marked import NARROW, REMARKS, WIDE, MarkedBook
from config.signs import labelled
from config.spreadsheets import Table
from config.workbook import sheet_name

from .resources import Outcome


def marked_workbook(table: Table, outcome: Outcome) -> bytes:
    """The table under its titles, each row where it stood; without columns that were made from others."""
    book = MarkedBook()
    sheet = book.add_sheet(sheet_name(table.sheet or "CSV", set()))
    titles = table.titles[: table.own]
    faults = {line.number: line.faults for line in outcome.lines if line.faults}
    first = min((row.number for row in table.rows), default=2)
    top = max(0, first - 2)
    for position, title in enumerate(titles):
        sheet.write_string(top, position, title, book.title)
    sheet.write_string(top, len(titles), str(REMARKS), book.title)
    sheet.set_column(0, len(titles) - 1, NARROW)
    sheet.set_column(len(titles), len(titles), WIDE)
    sheet.freeze_panes(top + 1, 0)
    for row in table.rows:
        found = faults.get(row.number, {})
        for position, title in enumerate(titles):
            book.cell(sheet, row.number - 1, position, row.cells[position], is_red=bool(title) and title in found)
        if found:
            said = [labelled(name, reason) if name else reason for name, reasons in found.items() for reason in reasons]
            book.remarks(sheet, row.number - 1, len(titles), said)
    return book.content()
