"""The rows of a file as a workbook in which every fault is red and a last column says how to mend it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from config.downloads import PRODUCT
from config.workbook import clean, sheet_name

from .columns import BY_NAME
from .drafts import Fault
from .headers import REMARKS, MappedTable
from .table import Value

_LINES = {"valign": "top", "text_wrap": True}
_RED = {"bg_color": "#ffc7ce", "font_color": "#9c0006"}
_WIDE = 60


def marked_workbook(tables: Iterable[MappedTable], faults: Iterable[Fault]) -> bytes:
    """The tables, each row where it stood, with the cells of `faults` marked.

    Every text is written as text, whatever it begins with. Columns whose meaning is known have it in a hidden row above
    the titles, so that the mended file is read without questions.
    """
    by_row: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        by_row.setdefault((fault.place.sheet, fault.place.row), []).append(fault)
    target, taken = BytesIO(), set[str]()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        created = timezone.now().astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": _("Rows to mend"), "author": str(PRODUCT), "created": created})
        looks = {
            "text": book.add_format(_LINES),
            "day": book.add_format(_LINES | {"num_format": "yyyy-mm-dd"}),
            "red": book.add_format(_LINES | _RED),
            "red day": book.add_format(_LINES | _RED | {"num_format": "yyyy-mm-dd"}),
            "title": book.add_format(_LINES | {"bold": True}),
        }
        for table in tables:
            sheet = book.add_worksheet(sheet_name(table.table.sheet or "CSV", taken))
            if get_language_bidi():
                sheet.right_to_left()
            _write(sheet, table, by_row, looks)
    return target.getvalue()


def _write(sheet: Any, table: MappedTable, by_row: dict[tuple[str, int], list[Fault]], looks: dict[str, Any]) -> None:
    headers = table.table.headers
    columns = {header.letter: position for position, header in enumerate(headers)}
    rows = table.table.rows
    # Two lines above the first row: keys and titles. Rows keep their numbers, so that the page and the file agree.
    shift = max(0, 3 - min((row.place.row for row in rows), default=3))
    top = min((row.place.row for row in rows), default=3) + shift - 2  # of the titles, counted from 0
    for header in headers:
        position = columns[header.letter]
        sheet.write_string(top, position, clean(header.text), looks["title"])
        if name := table.names.get(header.letter, header.name):
            sheet.write_string(top - 1, position, BY_NAME[name].tag)
        sheet.set_column(position, position, 24)
    sheet.write_string(top - 1, len(headers), "#meta+fault")
    sheet.write_string(top, len(headers), str(REMARKS), looks["title"])
    sheet.set_column(len(headers), len(headers), _WIDE)
    sheet.set_row(top - 1, None, None, {"hidden": True})
    sheet.freeze_panes(top + 1, 0)
    for row in rows:
        found = by_row.get((row.place.sheet, row.place.row), ())
        red = {fault.place.column for fault in found}
        number = row.place.row + shift - 1
        for letter, position in columns.items():
            _cell(sheet, number, position, row.values.get(letter), looks, letter in red)
        if found:
            said = dict.fromkeys(f"{fault.title}: {fault.reason}" if fault.title else fault.reason for fault in found)
            sheet.write_string(number, len(headers), clean("\n".join(said)), looks["red"])


def _cell(sheet: Any, row: int, column: int, value: Value, looks: dict[str, Any], is_red: bool) -> None:
    look = looks["red" if is_red else "text"]
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, int | float) and abs(value) < 1e15:
        sheet.write_number(row, column, value, look)
    elif isinstance(value, datetime | date) and value.year >= 1901:
        day = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        sheet.write_datetime(row, column, day, looks["red day" if is_red else "day"])
    else:
        sheet.write_string(row, column, clean(value), look)
