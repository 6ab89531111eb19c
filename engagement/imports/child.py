"""Reading in a process of its own, which has little memory and time and neither secrets nor a database.

`read_in_child` asks; `python -m engagement.imports` (`__main__.py`) answers. The question is a line of JSON and then
the file, the answer JSON: nothing that a parser was led to make can become code here, as a pickle could.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.limits import MAX_BYTES
from config.spreadsheets import too_large

from .table import Header, Place, ReadFile, Refused, Row, Said, Table, Value

MEMORY = 600_000_000
"""Bytes of address space; the heaviest files within the limits take up to 230 million."""

PROCESSOR_SECONDS = 30
SECONDS = 60
"""By the clock: on a busy machine a child waits for its turn."""

_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
log = logging.getLogger(__name__)


def read_in_child(data: bytes, name: str) -> ReadFile:
    """`reading.read` in a child: the same answers, in the active language, and this process keeps its memory.

    Takes about half a second more. Raises Refused, also when the child ran out of memory or time.
    """
    if len(data) > MAX_BYTES:
        raise Refused(str(too_large()))
    question = {
        "name": name,
        "language": get_language() or settings.LANGUAGE_CODE,
        "memory": MEMORY,
        "processor_seconds": PROCESSOR_SECONDS,
    }
    try:
        answer = subprocess.run(
            [sys.executable, "-X", "utf8", "-m", "engagement.imports"],
            input=json.dumps(question).encode() + b"\n" + data,
            capture_output=True,
            timeout=SECONDS,
            cwd=settings.BASE_DIR,
            env={variable: os.environ[variable] for variable in _PASSED_ON if variable in os.environ},
            check=False,
        )
        said = json.loads(answer.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        # The error itself may quote the file.
        said = {"failed": type(error).__name__}
    if "refused" in said:
        raise Refused(said["refused"])
    if "failed" in said:
        log.error("a file could not be read: %s", said["failed"])
        raise Refused(
            _("Reading this file takes too much memory or time: copy the table into a new file, and hand in that one.")
        )
    return load(said)


def dump(file: ReadFile) -> bytes:
    """A file that was read, as JSON."""
    tables = [
        {
            "sheet": table.sheet,
            "headers": [[header.letter, header.text, header.name] for header in table.headers],
            "has_keys": table.has_keys,
            "rows": [
                [row.place.row, [_plain(value) for value in row.values.values()], sorted(row.filled), row.faults]
                for row in table.rows
            ],
        }
        for table in file.tables
    ]
    said = {"kind": file.kind, "tables": tables, "unread": _flat(file.unread), "notes": _flat(file.notes)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def load(said: dict[str, Any]) -> ReadFile:
    """The file of which `dump` made this."""
    tables = []
    for table in said["tables"]:
        headers = [Header(*header) for header in table["headers"]]
        rows = [
            Row(
                Place(table["sheet"], number),
                {header.letter: _value(value) for header, value in zip(headers, values, strict=True)},
                frozenset(filled),
                faults,
            )
            for number, values, filled, faults in table["rows"]
        ]
        tables.append(Table(table["sheet"], headers, rows, table["has_keys"]))
    return ReadFile(said["kind"], tables, _unflat(said["unread"]), _unflat(said["notes"]))


def _plain(value: Value) -> Any:
    """Days and moments as {type: ISO 8601}, anything else as it is."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"]) if "day" in value else datetime.fromisoformat(value["moment"])
    return value


def _flat(said: Iterable[Said]) -> list[list[Any]]:
    return [[place.sheet, place.row, place.column, what, text] for place, what, text in said]


def _unflat(said: Iterable[list[Any]]) -> list[Said]:
    return [(Place(sheet, row, column), what, text) for sheet, row, column, what, text in said]
