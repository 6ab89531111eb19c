"""Files to take away, as responses: a workbook, CSV, a Word file."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language, get_language_bidi, gettext_lazy

from .csv_text import csv_lines
from .workbook import Sheet, write_workbook

PRODUCT = gettext_lazy("Protection cluster engagement with Special Procedures")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def xlsx_response(sheets: Sequence[Sheet], *, title: str, name: str) -> FileResponse:
    """A workbook, called `name` with the day of today; from right to left where the reader's language is."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — the response closes it
    try:
        write_workbook(
            file,
            sheets,
            title=title,
            author=str(PRODUCT),
            created=timezone.now(),
            right_to_left=get_language_bidi(),
        )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_filename(name, "xlsx"), content_type=XLSX)


def csv_response(rows: Iterable[Sequence[Any]], *, name: str) -> StreamingHttpResponse:
    """CSV as Excel opens it (UTF-8 with its mark, commas), called `name` with the day of today."""
    language, zone = get_language() or settings.LANGUAGE_CODE, timezone.get_current_timezone()

    def stream() -> Iterator[str]:
        # It is written once the view and what it had set for this reader are over.
        with translation.override(language), timezone.override(zone):
            yield from csv_lines(rows)

    response = StreamingHttpResponse(stream(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_filename(name, "csv")}"'
    response.headers["Content-Language"] = language
    return response


def docx_response(content: bytes, *, name: str) -> FileResponse:
    """A Word file, called `name` with the day of today."""
    return FileResponse(BytesIO(content), as_attachment=True, filename=_filename(name, "docx"), content_type=DOCX)


def xlsx_file_response(content: bytes, *, name: str) -> FileResponse:
    """A workbook that was made already, called `name` with the day of today."""
    return FileResponse(BytesIO(content), as_attachment=True, filename=_filename(name, "xlsx"), content_type=XLSX)


def _filename(name: str, extension: str) -> str:
    return f"{name}-{timezone.localdate().isoformat()}.{extension}"
