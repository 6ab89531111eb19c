"""Cells of a workbook that says what is to be mended in rows that somebody handed in: faults in red, texts as texts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from .downloads import PRODUCT
from .workbook import clean

REMARKS = gettext_lazy("What to mend")
"""The title of the column that such a workbook adds; nothing is read from it when it comes back."""

WIDE = 60
NARROW = 24

_LINES = {"valign": "top", "text_wrap": True}
_RED = {"bg_color": "#ffc7ce", "font_color": "#9c0006"}
_DAY = {"num_format": "yyyy-mm-dd"}


class MarkedBook:
    """A workbook in memory. `add_sheet` gives pages to write to with `cell`; `content` ends it."""

    def __init__(self) -> None:
        self._target = BytesIO()
        self._book = Workbook(self._target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        created = timezone.now().astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": _("Rows to mend"), "author": str(PRODUCT), "created": created})
        self.text = self._book.add_format(_LINES)
        self.title = self._book.add_format(_LINES | {"bold": True})
        self.red = self._book.add_format(_LINES | _RED)
        self._day = self._book.add_format(_LINES | _DAY)
        self._red_day = self._book.add_format(_LINES | _RED | _DAY)

    def add_sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        if get_language_bidi():
            sheet.right_to_left()
        return sheet

    def cell(self, sheet: Any, row: int, column: int, value: Any, *, is_red: bool = False) -> None:
        """Write a plain value, counted from 0: days as days, every text as text, whatever it begins with."""
        look = self.red if is_red else self.text
        if value is None:
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, look)
        elif isinstance(value, int | float) and abs(value) < 1e15:
            sheet.write_number(row, column, value, look)
        elif isinstance(value, datetime | date) and value.year >= 1901:
            day = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            sheet.write_datetime(row, column, day, self._red_day if is_red else self._day)
        else:
            sheet.write_string(row, column, clean(str(value)), look)

    def remarks(self, sheet: Any, row: int, column: int, said: Iterable[str]) -> None:
        """Write what is to be mended in a row, each sentence once."""
        sheet.write_string(row, column, clean("\n".join(dict.fromkeys(said))), self.red)

    def content(self) -> bytes:
        self._book.close()
        return self._target.getvalue()
