"""Files in the home format, built as the export builds them, and logs of other making."""

from io import BytesIO
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from engagement.imports.columns import COLUMNS
from engagement.imports.table import Header, Place, ReadFile, Row, Table
from engagement.models import Engagement

NAMES = [column.name for column in COLUMNS]


def cells_of(row: Engagement) -> dict[str, Any]:
    """What the export writes of one engagement, by column."""
    return {
        "row": f"{row.pk}:{row.version}",
        "cluster": row.cluster.name,
        "country": row.cluster.country.name,
        "started_on": row.started_on,
        "ended_on": row.ended_on,
        "action_number": row.action.number,
        "action": str(row.action.text),
        "mode": str(Engagement.Mode(row.mode).label),
        "partner": row.partner,
        "mandates": ", ".join(sorted(mandate.acronym for mandate in row.mandates.all())),
        "result_extent": str(Engagement.Extent(row.result_extent).label),
        "status": str(Engagement.Status(row.status).label),
        "date_precision": str(Engagement.DatePrecision(row.date_precision).label),
        "level": str(Engagement.Level(row.level).label),
        "created_by": str(row.created_by),
    } | {name: getattr(row, name) for name in ("what_was_done", "challenges", "result", "support_needed")}


def read_file(*rows: dict[str, Any], has_keys: bool = True, sheet: str = "Log", names: Any = None) -> ReadFile:
    """A file that was read: `rows` by column name; the columns are `names`, or all that a row has."""
    used = names or [name for name in NAMES if any(name in row for row in rows)]
    letters = {name: openpyxl.utils.get_column_letter(position) for position, name in enumerate(used, 1)}
    headers = [Header(letter, name, name) for name, letter in letters.items()]
    lines = [
        Row(Place(sheet, number), {letters[name]: row.get(name) for name in used}) for number, row in enumerate(rows, 3)
    ]
    return ReadFile("xlsx", [Table(sheet, headers, lines, has_keys)])


def new_row(**cells: Any) -> dict[str, Any]:
    """A row for a new engagement of action 3 that nothing is wrong with."""
    return {
        "started_on": "2026-03-04",
        "action": "3",
        "what_was_done": "Proposed four points for the programme.",
        "challenges": "",
        "result": "",
        "support_needed": "",
    } | cells


def workbook(*rows: dict[str, Any], keys: bool = True, name: str = "log.xlsx") -> SimpleUploadedFile:
    """A workbook to upload: a hidden row of keys, the titles, `rows` by column name."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Log"
    if keys:
        sheet.append([column.tag for column in COLUMNS])
        sheet.row_dimensions[1].hidden = True
    sheet.append([str(column.title) for column in COLUMNS])
    for row in rows:
        sheet.append([row.get(name) for name in NAMES])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    target = BytesIO()
    book.save(target)
    return SimpleUploadedFile(name, target.getvalue())
