"""Text that a spreadsheet would run is written with an apostrophe, and read back without."""

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.csv_text import as_csv_text, csv_lines, from_csv_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), ("", ""), (3, "3"), (-3, "-3"), (date(2026, 1, 5), "2026-01-05"),
        (("https://x/", "Open"), "https://x/"),
        ("plain", "plain"), ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"), ("  =1", "'  =1"), ("＝1", "'＝1"), ("＋1", "'＋1"), ("－1", "'－1"), ("＠x", "'＠x"),
        ("'=1", "''=1"), (";=1", ";'=1"), ("a; =1", "a; '=1"), ("a\t@x", "a\t'@x"),
        ("a=1", "a=1"), ("– dash", "– dash"), ("٣", "٣"),
    ],
)  # fmt: skip
def test_what_a_csv_cell_says(value, text):
    """An apostrophe stands before typed text that a spreadsheet would run; numbers stay numbers."""
    assert as_csv_text(value) == text


@pytest.mark.soak
@given(st.text(alphabet="'=+-@;\t\r\n ＝a", max_size=8))
def test_what_was_written_is_read_back(text):
    """Whatever the text, the apostrophes that were added are taken away, and no other."""
    assert from_csv_text(as_csv_text(text)) == text


def test_a_file_begins_with_the_mark_of_utf_8():
    """Once, so that Excel takes the letters for what they are; every row is one record."""
    content = "".join(csv_lines([["title", "day"], ["é, “=”", date(2026, 1, 5)], ["=1\n2", None]]))
    assert content.count("\ufeff") == 1
    assert list(csv.reader(StringIO(content.removeprefix("\ufeff"), newline=""))) == [
        ["title", "day"],
        ["é, “=”", "2026-01-05"],
        ["'=1\n2", ""],
    ]
