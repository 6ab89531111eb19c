"""Files of the Index as streams: both forms, cut off, damaged, not the Index's, made to do harm."""

import io
import json
import zipfile

import pytest

from config.packages import UnreadableFile
from mandates.uhri import reading, workbook
from mandates.uhri.reading import records_in
from mandates.uhri.records import record_of

from .files import as_json, as_workbook, raw


def read(file):
    return [record_of(fields) for _number, fields in records_in(file)]


def refusal(file):
    with pytest.raises(UnreadableFile) as refused:
        list(records_in(file))
    return str(refused.value)


def test_both_forms_say_the_same():
    """A record is the same record in Excel and in JSON."""
    records = [raw(1), raw(2, Themes=[], Sdgs=[], AffectedPersons=[]), raw(3, Text="<p>été &amp; عربي</p>")]
    assert read(as_json(*records)) == read(as_workbook(*records))


def test_cells_with_their_text_inside():
    """Workbooks that are written as a stream keep texts in the cells."""
    records = [raw(1), raw(2, Text="72.  Adopt ")]
    assert read(as_workbook(*records, inside=True)) == read(as_workbook(*records))


def test_the_window_stays_small(monkeypatch):
    """However long the file is, no more of it is held than a piece and a record."""
    monkeypatch.setattr(reading, "CHUNK", 2_000)
    records = records_in(as_json(*(raw(number, Text="é" * 900) for number in range(200))))
    held, shares = [], []
    for _number, _fields in records:
        held.append(len(records.window))
        shares.append(records.share)
    assert len(held) == 200
    assert max(held) < 6_000
    assert shares == sorted(shares)


def test_a_byte_order_mark_and_spaces():
    """JSON as Windows saves it."""
    file = io.BytesIO(b"\xef\xbb\xbf \r\n[ \n" + json.dumps(raw()).encode() + b"\n ]\n")
    assert len(read(file)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "neither an Excel workbook (.xlsx) nor JSON"),
        (b"Text,Countries\r\n", "neither an Excel workbook (.xlsx) nor JSON"),
        (b'{"results": []}', "not one JSON array"),
        (b'[{"name": "x"}]', "its records lack annotation_id, text"),
        (b"[1, 2]", "its records lack"),
        (b'["\xff"]', "damaged or was cut off"),
        (b"[" * 100_000, "damaged or was cut off"),
        (b"PK\x03\x04nothing", "The workbook is damaged"),
    ],
)
def test_wrong_files(content, said):
    """A plain reason for each."""
    assert said in refusal(io.BytesIO(content))


@pytest.mark.parametrize("end", ["", ",", ', {"Text": ', " 1", ", ]"])
def test_json_that_is_cut_off(end):
    """What came before is read; then it is said after which record."""
    file = io.BytesIO(f"[{json.dumps(raw(1))}, {json.dumps(raw(2))}{end}".encode())
    records = iter(records_in(file))
    assert [next(records)[0], next(records)[0]] == [1, 2]
    with pytest.raises(UnreadableFile, match="after record 2"):
        next(records)


def test_a_record_without_end_is_given_up(monkeypatch):
    """A text that goes on and on is not gathered."""
    monkeypatch.setattr(reading, "MAX_RECORD", 10_000)
    monkeypatch.setattr(reading, "CHUNK", 4_000)
    file = io.BytesIO(b'[{"Text": "' + b"x" * 100_000)
    assert "damaged" in refusal(file)
    assert file.tell() < 30_000


@pytest.mark.parametrize(
    ("stream", "said"), [("EncryptedPackage", "protected by a password"), ("Workbook", "before 2007")]
)
def test_an_old_container(stream, said):
    """One with a password looks like an old .xls: each is named, wherever in the file its name stands."""
    name = stream.encode("utf-16-le")
    assert said in refusal(io.BytesIO(bytes.fromhex("d0cf11e0a1b11ae1").ljust(1_000_064, b"\0") + name))


def test_a_workbook_of_something_else():
    """The titles that are missing are named."""
    said = refusal(as_workbook(raw(), titles=["Text", "Name", "Themes"]))
    assert "its first row has no title for annotation_id, body, symbol, countries, published_on" in said


def test_an_empty_workbook():
    """One without a row."""
    assert "The workbook is empty" in refusal(as_workbook(titles=[]))


def repacked(file, name, change):
    """The workbook with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.namelist():
            content = before.read(part)
            after.writestr(part, change(content) if part == name else content)
    made.seek(0)
    return made


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        (SHEET, lambda xml: xml[: len(xml) // 2], "damaged"),
        (SHEET, lambda xml: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + xml, "document type"),
        (STRINGS, lambda xml: xml.replace(b"<t>", b"<t>" + b"x" * 300_000, 1), "longer than 200000 characters"),
        (SHEET, lambda xml: xml.replace(b"<v>0</v>", b"<v>999</v>", 1), "damaged"),
        (SHEET, lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b"<x>" * 300, 1), "damaged"),
        (SHEET, lambda xml: b"<a " + b"x" * 5_000_000, "too complicated"),
        (SHEET, lambda xml: xml + b" " * 60_000_000, "too complicated"),
        ("xl/_rels/workbook.xml.rels", lambda xml: b"<x/>", "damaged"),
    ],
)
def test_harmful_workbooks(part, change, said):
    """Entities, texts, tags and spaces without end, places that are not there: refused with a reason."""
    assert said in refusal(repacked(as_workbook(raw()), part, change))


def test_a_bomb_is_stopped_while_it_unpacks(monkeypatch):
    """What comes out is counted, whatever the directory says."""
    monkeypatch.setattr(workbook, "inspect_directory", lambda archive, saved_as, **options: archive.infolist())
    file = as_workbook(*(raw(number) for number in range(200)))
    with pytest.raises(UnreadableFile, match="Unpacked, the file is larger"):
        list(records_in(file, max_unpacked=20_000))


def test_days_of_a_workbook_that_counts_from_1904():
    """Excel of the Macintosh."""
    book = repacked(
        as_workbook(raw(), serial=45789 - 1462),
        "xl/workbook.xml",
        lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1),
    )
    records = records_in(book)
    (found,) = [record_of(fields, is_of_mac=records.is_of_mac) for _number, fields in records]
    assert found.published_on.isoformat() == "2025-05-12"
