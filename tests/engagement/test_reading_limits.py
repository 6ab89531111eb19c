"""The limits of what is read: published, checked before parsing, and held by a child that may use little."""

import json
import subprocess
import time
import tracemalloc
from copy import copy
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils.translation import override

from config import limits
from config.packages import PartScan
from engagement.imports import child
from engagement.imports.child import read_in_child
from engagement.imports.packing import pack, unpack
from engagement.imports.reading import read
from engagement.imports.table import Refused

from ..workbooks import DECLARES_BILLIONS, MAIN, PARTS, by_hand, packed, text_cell, with_parts, workbook
from .odd_files import FORM, ODD_FILES
from .odd_files.word import W, document, p, tbl, tc, tr
from .test_reading import SOUND, WORD

COMPLICATED = "The file is too complicated: copy the table into a new one."
INSIDE = "Unpacked, the file is larger than 50 MB: copy the table into a new one."
TEXT = "The cells of this file hold more than 10 million characters: divide it."
TOO_MUCH = "Reading this file takes too much memory or time: copy the table into a new file, and hand in that one."
LONG = "y" * 32_000
TITLES = f'<row r="1">{"".join(text_cell(f"{c}1", t) for c, t in zip("ABCDE", FORM, strict=True))}</row>'


def refusal(data, reader=read):
    """The sentence with which a file is refused."""
    with pytest.raises(Refused) as refused:
        reader(data, "log")
    return str(refused.value)


def separated(*rows):
    """CSV of these rows."""
    return "\n".join(",".join(row) for row in rows).encode()


def nested(depth):
    """A document of text boxes in text boxes: each way to reach the innermost would double with each."""
    return document(p("<w:r><w:pict><w:txbxContent>" * depth + "</w:txbxContent></w:pict></w:r>" * depth))


WRITERS = {"csv": separated, "xlsx": workbook, "docx": lambda *rows: document(tbl(*rows))}


@pytest.mark.parametrize("kind", WRITERS)
def test_the_limits_of_rows_columns_and_characters_are_allowed_and_no_more(kind, monkeypatch):
    """One more is refused, and the sentence says where; nothing is cut."""
    write = WRITERS[kind]
    for module in ("read_docx", "logs"):
        monkeypatch.setattr(f"engagement.imports.{module}.MAX_ROWS", 5)
    rows = [FORM, *[["3", LONG]] * 5]
    assert [row.values["B"] for row in read(write(*rows), "log").tables[0].rows] == [LONG] * 5
    assert refusal(write(*rows, ["3", "y"])) == "The file has more than 5 rows: divide it."
    too_long = refusal(write(FORM, ["3", LONG + "y"]))
    assert too_long.endswith("cell B2: the text is longer than 32000 characters: shorten it.")
    wide = [*FORM, *["x"] * 55]
    assert len(read(write(wide, wide, ["3"] * 60), "log").tables[0].headers) == 60
    assert "60 columns" in refusal(write([*wide, "x"], wide))


def test_a_row_far_below_is_refused_and_not_walked_to():
    """The millionth row of a sheet, in a file of a kilobyte."""
    far = by_hand('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    assert refusal(far).startswith("Row 1048576 holds something, but only 5000 rows are read")


def sheet(rows, after=""):
    """A workbook with the form's titles, these rows and one shared text."""
    data = f"<sheetData>{TITLES}{rows}</sheetData>"
    return packed({**PARTS, "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{data}{after}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{LONG}</t></si></sst>',
        "xl/_rels/workbook.xml.rels": PARTS["xl/_rels/workbook.xml.rels"].replace(
            "</Rel", '<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/></Rel')})  # fmt: skip


def numbered(cell, rows=400):
    """Rows from 3 with this cell."""
    return "".join(f'<row r="{n}">{cell.format(n=n)}</row>' for n in range(3, rows + 3))


def merged(*references):
    """Merged cells of a sheet, as XML."""
    cells = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
    return f"<mergeCells>{cells}</mergeCells>"


SECOND = f'<row r="2"><c r="A2"><v>3</v></c>{text_cell("B2", LONG)}</row>'
ATTRIBUTES = [f"a{number}='1'" for number in range(250_000)]
LARGE = {
    "shared text": (sheet(numbered('<c r="B{n}" t="s"><v>0</v></c>')), TEXT),
    "merged cells": (sheet(SECOND + numbered('<c r="A{n}"><v>1</v></c>'), merged("B2:B2000")), TEXT),
    "as above": (separated(FORM, ["3", LONG], *[["3", "idem"]] * 400), TEXT),
    "merged in Word": (
        document(tbl(FORM, tr("3", tc(LONG, down="restart")), *[tr("4", tc(down="continue"))] * 400)), TEXT),
    "merges twice": (
        sheet(SECOND + numbered('<c r="B{n}"><v>1</v></c>'), merged("A2:B4", "A2:C4")),
        "The file is damaged or was cut off on its way: open it, save it anew, and hand in the new one."),
    "5 MB": (bytes(5_000_001), "The file is larger than 5 MB: divide it."),
    "50 MB inside": (with_parts(WORD, {"word/media/a.png": bytes(50_000_001)}), INSIDE),
    "packed too well": (with_parts(SOUND, {"xl/styles.xml": " " * 30_000_000}), COMPLICATED),
    "a tag without end": (
        with_parts(WORD, {"word/document.xml": f"<x {' '.join(ATTRIBUTES)}/>"}), COMPLICATED),
    "parts": (with_parts(SOUND, {f"x/{number}": "" for number in range(1_001)}),
              "The file has too many parts: copy the table into a new one."),
    "depth": (document("<w:sdt><w:sdtContent>" * 101), COMPLICATED),
    "text boxes in text boxes": (
        nested(60), "The file holds no table: the log needs a line of titles and rows under it."),
    "columns": (document(tbl(["x"] * 61)), "Table 1 has more than 60 columns: divide it."),
}  # fmt: skip


@pytest.mark.parametrize("kind", LARGE)
def test_what_would_grow_without_end_is_refused_in_time(kind):
    """A few kilobytes that stand for gigabytes: found while unpacking or counting, before anything is built."""
    data, sentence = LARGE[kind]
    before = time.process_time()
    assert refusal(data) == sentence
    assert time.process_time() - before < 5


@pytest.mark.parametrize("block", ["<w:p/>" * 1_000, "<w:p w:a='1' w:b='2'/>" * 200])
def test_xml_without_end_is_refused_before_it_is_built(block, monkeypatch):
    """Elements and attributes are counted while unpacking."""
    assert read(document(tbl(FORM), block), "log.docx").tables
    monkeypatch.setattr(PartScan, "max_held", 900)
    assert refusal(document(tbl(FORM), block)) == COMPLICATED
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MAX_ELEMENTS", 100)
    assert refusal(document(tbl(FORM), block)) == COMPLICATED


def test_the_workbook_that_declares_17_billion_cells_costs_nothing():
    """What a sheet declares is not believed."""
    read(DECLARES_BILLIONS, "log.xlsx")
    tracemalloc.start()
    try:
        (row,) = read(DECLARES_BILLIONS, "log.xlsx").tables[0].rows
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert list(row.values.values()) == ["one", 1]
    assert peak < 1_000_000


def test_parts_that_share_their_bytes_are_refused():
    """Thousands of them could unpack the same kilobytes again and again (D. Fifield, "A better zip bomb", 2019)."""
    out = BytesIO(SOUND)
    with ZipFile(out, "a") as archive:
        archive.writestr("small.txt", "")
        archive.filelist += [copy(part) for part in archive.filelist]
        for number, part in enumerate(archive.filelist[len(archive.filelist) // 2 :]):
            part.filename = f"again{number}"
    with pytest.raises(Refused) as refused:
        read(out.getvalue(), "log.xlsx")
    assert str(refused.value.__cause__) == "parts share their bytes"


def test_cells_that_word_declares_are_not_walked_to():
    """A cell that spans two billion columns is one cell."""
    data = document(tbl(FORM, tr(tc("3", span=2**31), properties='<w:gridBefore w:val="2147483647"/>')))
    (row,) = read(data, "log.docx").tables[0].rows
    assert [value for value in row.values.values() if value] == ["3"]


# -- The child ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_child_reads_what_reading_reads():
    """Every odd file says the same after its way through JSON; one goes through a child, in the reader's language."""
    for name, odd in ODD_FILES.items():
        file = read(odd.data, name)
        assert unpack(json.loads(json.dumps(pack(file)))) == file, name
    with override("ar"):
        data = ODD_FILES["mixed_days.xlsx"].data
        assert read_in_child(data, "log.xlsx") == read(data, "log.xlsx")
        assert refusal(b"%PDF", read_in_child) == refusal(b"%PDF")


def test_days_and_moments_come_back_as_they_were():
    """JSON has none."""
    data = workbook(["Started on", *FORM], [date(2026, 3, 4), 3], [datetime(2026, 3, 4, 9, 30), 3.5], [True, 3])
    rows = unpack(json.loads(json.dumps(pack(read(data, "log.xlsx"))))).tables[0].rows
    assert [row.values["A"] for row in rows] == [date(2026, 3, 4), datetime(2026, 3, 4, 9, 30), True]


@pytest.mark.slow
def test_a_child_that_needs_too_much_memory_is_refused_and_this_process_keeps_its_own(monkeypatch, caplog):
    """An element's attributes are met all at once, before they can be counted."""
    bomb = with_parts(WORD, {"word/document.xml": f"<w:document xmlns:w='{W}' {' '.join(ATTRIBUTES[:150_000])}/>"})
    monkeypatch.setattr(child, "MEMORY", 90_000_000)
    before = peak_memory()
    assert refusal(bomb, read_in_child) in (COMPLICATED, TOO_MUCH)
    assert peak_memory() - before < 20_000
    assert "word/" not in caplog.text


def test_a_child_that_takes_too_long_is_ended(monkeypatch):
    """By the clock; nothing is left running."""
    monkeypatch.setattr(child, "SECONDS", 0.01)
    assert refusal(SOUND, read_in_child) == TOO_MUCH


def test_a_child_is_told_no_secrets(monkeypatch):
    """Neither keys nor the address of the database: what it parses may be hostile."""
    seen = {}

    def run(*args, env, **options):
        seen.update(env)
        return subprocess.CompletedProcess(args, 0, b'{"refused": "x"}')

    monkeypatch.setattr(child.subprocess, "run", run)
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://")
    assert refusal(SOUND, read_in_child) == "x"
    assert seen.keys() <= {"PATH", "SYSTEMROOT", "LD_LIBRARY_PATH"}


def peak_memory():
    """The most memory this process ever had, in kB."""
    resource = pytest.importorskip("resource")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
