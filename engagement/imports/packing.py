"""A file that was read, as JSON in the database and back: nothing of it waits in a folder."""

import math
import re
from datetime import date, datetime
from typing import Any

from .table import Header, Place, ReadFile, Row, Said, Table, Value

# What PostgreSQL refuses in JSON; no spreadsheet program writes either.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def pack(read: ReadFile) -> dict[str, Any]:
    """`read` as types of JSON; the reader of files has made sure that it is not too much."""
    return {
        "kind": read.kind,
        "tables": [
            {
                "sheet": _text(table.sheet),
                "headers": [[header.letter, _text(header.text), header.name] for header in table.headers],
                "rows": [
                    [
                        _text(row.place.sheet),
                        row.place.row,
                        {letter: _packed(value) for letter, value in row.values.items()},
                        sorted(row.filled),
                        {letter: _text(reason) for letter, reason in row.faults.items()},
                    ]
                    for row in table.rows
                ],
                "has_keys": table.has_keys,
            }
            for table in read.tables
        ],
        "unread": _packed_said(read.unread),
        "notes": _packed_said(read.notes),
    }


def unpack(packed: dict[str, Any]) -> ReadFile:
    """The file that `pack` made this of."""
    tables = [
        Table(
            table["sheet"],
            [Header(*header) for header in table["headers"]],
            [
                Row(
                    Place(sheet, number),
                    {letter: _unpacked(value) for letter, value in values.items()},
                    frozenset(filled),
                    faults,
                )
                for sheet, number, values, filled, faults in table["rows"]
            ],
            table["has_keys"],
        )
        for table in packed["tables"]
    ]
    return ReadFile(packed["kind"], tables, _unpacked_said(packed["unread"]), _unpacked_said(packed["notes"]))


def _packed_said(said: list[Said]) -> list[list[Any]]:
    return [[_text(place.sheet), place.row, place.column, _text(what), _text(text)] for place, what, text in said]


def _unpacked_said(packed: list[list[Any]]) -> list[Said]:
    return [(Place(sheet, row, column), what, text) for sheet, row, column, what, text in packed]


def _packed(value: Value) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _unpacked(value: Any) -> Value:
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value["day"]) if "day" in value else datetime.fromisoformat(value["moment"])


def _text(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)
