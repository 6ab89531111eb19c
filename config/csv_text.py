"""CSV that spreadsheets open without harm: what is written, and how it is read back.

Text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV Injection"). Reading takes
exactly that apostrophe away again, so that a file which was exported, and not edited, says what was exported.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_RUNS = re.compile(r"'* *[=+\-@\t\r\n＝＋－＠]")
# Where the list separator is a semicolon, Excel starts a new cell there, whatever the quotes say.
_SEPARATOR = r"((?:;|(?!\A)\t) *)"
_RUNS_INSIDE = re.compile(_SEPARATOR + r"(?='*[=+@-])")
_HELD_INSIDE = re.compile(_SEPARATOR + r"'(?='*[=+@-])")


class _Echo:
    """A file that hands back what is written, so that csv.writer can stream."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file, one row at a time: commas, CRLF, and first the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    mark = "\ufeff"
    for row in rows:
        yield mark + writer.writerow([as_csv_text(value) for value in row])
        mark = ""


def as_csv_text(value: Any) -> str:
    """A cell as text: "" for None, the address of a link, an apostrophe before text that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return str(value[0])
    if not isinstance(value, str):
        return str(value)
    text = _RUNS_INSIDE.sub(r"\1'", value)
    return "'" + text if _RUNS.match(text) else text


def from_csv_text(text: str) -> str:
    """The text of which `as_csv_text` made `text`."""
    if text.startswith("'") and _RUNS.match(text):
        text = text[1:]
    return _HELD_INSIDE.sub(r"\1", text)
