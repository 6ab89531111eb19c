"""What is read of a file, as JSON and back."""

import json
from datetime import date, datetime

from engagement.imports.packing import pack, unpack
from engagement.imports.table import Header, Place, ReadFile, Row, Table


def test_a_file_comes_back_as_it_was():
    """Every kind of cell, every note, what was filled in and what is faulty."""
    values = {
        "A": "=1+1\nعربي 🕊",
        "B": 3,
        "C": 1.5,
        "D": True,
        "E": date(2026, 3, 4),
        "F": datetime(2026, 3, 4, 9),
        "G": None,
    }
    rows = [Row(Place("Log", 3), values, frozenset("AB"), {"C": "an error"}), Row(Place("Log", 4), {"A": ""})]
    table = Table("Log", [Header("A", "Did", "what_was_done"), Header("H", "Ours", "")], rows, has_keys=True)
    said = [(Place("Log", 5, "B"), "a comment", "Ask Anna")]
    read = ReadFile("docx", [table, Table("", [], [])], said, [(Place("", 0), "a guess", "")])
    assert unpack(json.loads(json.dumps(pack(read)))) == read


def test_what_a_database_cannot_hold_is_replaced():
    """PostgreSQL refuses a NUL and half a surrogate pair in JSON, and numbers that are none."""
    row = Row(Place("\x00", 3), {"A": "a\x00b\ud800", "B": float("inf"), "C": float("nan")})
    read = unpack(pack(ReadFile("xlsx", [Table("\x00", [Header("A", "\x00", "")], [row])])))
    assert read.tables[0].rows[0].values == {"A": "a\ufffdb\ufffd", "B": "inf", "C": "nan"}
    assert read.tables[0].sheet == read.tables[0].rows[0].place.sheet == "\ufffd"
