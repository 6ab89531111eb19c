"""CSV as spreadsheets of all countries save it, as lines of cells.

The file says neither its encoding nor what divides its cells. Several are tried: what makes titles known is right.
"""

import csv
import io
import re
from collections import Counter
from itertools import islice

from django.utils.translation import gettext as _

from config.csv_text import from_csv_text
from config.limits import MAX_CHARACTERS
from config.spreadsheets import within_reach

from . import wording
from .lines import TITLE_ROWS, Findings, Grid, Line, clean
from .table import Place, Refused

DELIMITERS = (",", ";", "\t")
ENCODINGS = {"cp1252": "Windows-1252", "cp1256": "Windows-1256", "mac_roman": "Mac Roman", "latin-1": "ISO 8859-1"}
"""What is tried where a file is no UTF-8, likeliest first, and what people call it."""

_SAMPLE = 200_000  # characters
_SAMPLE_LINES = 30
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_BINARY = re.compile("[\x00-\x08\x0e-\x1f]")


def read_csv(content: bytes, findings: Findings) -> list[Grid]:
    """The lines of a CSV file. Raises Refused, or UnreadableFile for cells out of reach."""
    text, delimiter = _understood(content, findings)
    if _BINARY.search(text):
        raise Refused(_("This is no table: hand in an Excel workbook (.xlsx), a Word document (.docx) or a CSV file."))
    grid = Grid("", [])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            line = Line(number)
            for column, cell in enumerate(cells, 1):
                if not cell or cell.isspace():
                    continue
                within_reach(number, column, above=TITLE_ROWS)
                value = findings.cell(clean(from_csv_text(cell)), grid.place(number, column))
                if value is not None:
                    line.cells[column] = value
            if line.cells:
                grid.lines.append(line)
    except csv.Error as error:
        raise Refused(
            _(
                "Line %(line)d cannot be read: a quotation mark is missing there, before it, or one is too many; or a "
                "cell holds more than %(limit)d characters."
            )
            % {"line": reader.line_num, "limit": MAX_CHARACTERS}
        ) from error
    return [grid]


def _understood(content: bytes, findings: Findings) -> tuple[str, str]:
    """The text, and what divides its cells; a guess is noted."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        texts = {"utf-16": _decoded(content, "utf-16")}
    else:
        texts = {"utf-8": _decoded(content, "utf-8-sig")}
        if texts["utf-8"] is None and not content.startswith(b"\xef\xbb\xbf"):
            texts = {encoding: _decoded(content, encoding) for encoding in ENCODINGS}
    # Of what fits equally well, max() takes the first.
    tries = [
        (_fit(text, delimiter), encoding, text, delimiter)
        for encoding, text in texts.items()
        if text is not None
        for delimiter in DELIMITERS
    ]
    if not tries:
        raise Refused(_("The letters of this file cannot be read: save it as “CSV UTF-8”."))
    _known, encoding, text, delimiter = max(tries, key=lambda one: one[0])
    if encoding in ENCODINGS:
        findings.note(
            Place("", 0),
            _("The file does not say how its letters are encoded; this was assumed. Look at accented letters."),
            ENCODINGS[encoding],
        )
    if said := _SEPARATOR.match(text):
        text, delimiter = text[said.end() :], said[1]
    return text, delimiter


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How well a file reads this way: known titles in its best line; lines that have equally many cells, over one."""
    try:
        reader = csv.reader(io.StringIO(text[:_SAMPLE], newline=""), delimiter=delimiter)
        lines = list(islice(reader, _SAMPLE_LINES))
    except csv.Error:
        return 0, 0
    known = max((len({wording.column_of(c) or wording.tag_of(c) for c in line} - {""}) for line in lines), default=0)
    widths = Counter(len(line) for line in lines if len(line) > 1)
    return known, max(widths.values(), default=0)
