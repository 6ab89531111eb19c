"""Files that people hand in: what is read, and the plain reason for each that is not."""

import struct
import tracemalloc
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from config import limits
from config.spreadsheets import UnreadableFile, read_table, text_of

from .workbooks import (
    DECLARES_BILLIONS,
    ENCRYPTED,
    MACROS,
    NO_WORKBOOK,
    OLD_XLS,
    PARTS,
    ROWS,
    TRUNCATED,
    by_hand,
    packed,
    saved,
    text_cell,
    workbook,
)

DAMAGED = "The file is damaged or was cut off on its way: open it in Excel, save it again as .xlsx, and try again."
COMPLICATED = "The file is too complicated: copy the table into a new one."


def refusal(content):
    """The sentence with which a file is refused."""
    with pytest.raises(UnreadableFile) as caught:
        read_table(content)
    return str(caught.value)


def read_or_refused(content):
    """The table, or the sentence why there is none; any other error passes through."""
    try:
        return read_table(content)
    except UnreadableFile as refused:
        return str(refused)


def rows_of(content):
    """(number, cells) of each row."""
    return [(row.number, row.cells) for row in read_table(content).rows]


# -- What is read ------------------------------------------------------------------------------------


def test_a_workbook_gives_titles_rows_and_their_places():
    """Titles in lower case, rows with the number that Excel shows, no empty ones, and words for a cell."""
    table = read_table(workbook([], ["  Title ", "DEADLINE"], ["one", date(2026, 10, 5)], [], [None, " "], ["two"]))
    assert (table.titles, table.sheet, table.notes) == (("title", "deadline"), "Sheet", [])
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("one", date(2026, 10, 5))), (6, ("two", None))]
    assert table.place(3, "deadline") == "row 3, column B (deadline)"
    assert table.place(3, "source") == "row 3"
    assert (table.text(3, "deadline"), table.text(6, "deadline"), table.text(3, "source")) == ("2026-10-05", "", "")


@pytest.mark.parametrize(
    ("value", "cell", "text"),
    [
        (" a b ", "a b", "a b"), (2026, 2026, "2026"), (61.0, 61, "61"), (0.5, 0.5, "0.5"), (-3, -3, "-3"),
        (True, True, "True"), (date(2026, 10, 5), date(2026, 10, 5), "2026-10-05"),
        (datetime(2026, 10, 5), date(2026, 10, 5), "2026-10-05"),
        (datetime(2026, 10, 5, 14, 30), datetime(2026, 10, 5, 14, 30), "2026-10-05 14:30"),
        (time(14, 30), "14:30:00", "14:30:00"), (timedelta(days=1, hours=2), "1 day, 2:00:00", "1 day, 2:00:00"),
        ("#REF!", "#REF!", "#REF!"), ("two\nlines", "two\nlines", "two\nlines"),
    ],
)  # fmt: skip
def test_cells_are_plain_values(value, cell, text):
    """Whole numbers are int, midnights are dates, errors are text."""
    ((_number, cells),) = rows_of(workbook(["title"], [value]))
    assert cells == (cell,)
    assert type(cells[0]) is type(cell)
    assert text_of(cells[0]) == text


@pytest.mark.parametrize(
    ("shown_as", "cell"),
    [("mmm-yy", "2026-10"), ("yyyy", "2026"), ("[$-409]mmmm\\ yyyy;@", "2026-10"), ('"day" yyyy', "2026"),
     ("dd/mm/yyyy", date(2026, 10, 1)), ("d-mmm", date(2026, 10, 1))],
)  # fmt: skip
def test_a_date_says_what_its_cell_shows(shown_as, cell):
    """Excel makes 2026-10 the first of October, shown as Oct-26: that is a month and no day."""
    book = Workbook()
    book.active.append(["deadline"])
    book.active.append([date(2026, 10, 1)])
    book.active["A2"].number_format = shown_as
    assert rows_of(saved(book)) == [(2, (cell,))]


def test_a_formula_gives_its_result():
    """The value that Excel stored beside it; without one, or with an empty one, the file was never calculated."""
    kept = by_hand(ROWS.replace("<v>1</v>", "<f>1+1</f><v>2</v>"))
    assert rows_of(kept) == [(2, ("one", 2))]
    for result in ("", "<v></v>", "<v/>", "<v> </v>"):
        assert refusal(by_hand(ROWS.replace("<v>1</v>", f"<f>1+1</f>{result}"))) == (
            "Cell B2 holds a formula without its result: open the file in Excel and save it."
        )


def test_a_number_that_no_calendar_has_is_no_date():
    """Excel shows ##### for it; here it is the error that it is."""
    book = Workbook()
    book.active.append(["deadline"])
    book.active.append([99999999])
    book.active["A2"].number_format = "yyyy-mm-dd"
    assert rows_of(saved(book)) == [(2, ("#VALUE!",))]


def test_the_first_visible_sheet_with_anything_is_read_and_the_others_named():
    """Hidden lists are passed over; what else could hold rows is told."""
    book = Workbook()
    book.active.title = "Cover"
    for name in ("Lists", "Visits", "Old"):
        book.create_sheet(name).append(["title"])
        book[name].append([name])
    book["Lists"].sheet_state = "hidden"
    table = read_table(saved(book))
    assert (table.sheet, table.rows[0].cells) == ("Visits", ("Visits",))
    assert table.notes == ["Only the sheet “Visits” was read; not read: “Cover”, “Old”."]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_csv_as_programs_write_it(delimiter, encoding):
    """The delimiter shows in the titles, the encoding in the bytes; a guess is told."""
    lines = ["Title;Source", '"Généra; ""x""\r\nlines"; here ', ";", "two;"]
    content = "\r\n".join(lines).replace(";", delimiter).encode(encoding)
    content = b"\xff\xfe" + content if encoding == "utf-16-le" else content
    table = read_table(content)
    assert table.titles == ("title", "source")
    quoted = f'Généra{delimiter} "x"\r\nlines'
    assert [(row.number, row.cells) for row in table.rows] == [(2, (quoted, "here")), (4, ("two", None))]
    guess = "The file does not say how its letters are encoded; Western European (Windows-1252) was assumed."
    assert table.notes == ([guess] if encoding == "cp1252" else [])


def test_an_apostrophe_of_an_export_is_taken_away_again():
    """What `as_csv_text` put before a formula; what a person typed stays."""
    assert rows_of(b"title,note\n'=1+1,'t is\n") == [(2, ("=1+1", "'t is"))]


# -- What is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n \r\n", "The file is empty."),
        (b"\n,,\n,,\n", "The file is empty."),
        (b"title,source\n", "There are titles, but no row under them."),
        (ENCRYPTED, "The file is protected by a password: save it as .xlsx without one."),
        (OLD_XLS, "The file has the format of Excel before 2007 (.xls): save it as .xlsx."),
        (MACROS, "The file holds macros: save it as .xlsx, which has none."),
        (TRUNCATED, DAMAGED),
        (b"PK\x03\x04", DAMAGED),
        (NO_WORKBOOK, "This is no Excel workbook (.xlsx): save the sheet as .xlsx or as CSV."),
        (packed({}), "This is no Excel workbook (.xlsx): save the sheet as .xlsx or as CSV."),
        (packed({**PARTS, "xl/worksheets/sheet1.xml": "<worksheet"}), DAMAGED),
        (packed({"xl/workbook.xml": "<workbook/>"}), DAMAGED),
        (workbook(), "The workbook is empty."),
        (workbook(["title"]), "There are titles, but no row under them."),
        (b"%PDF-1.7\n\x00\x01", "This is neither an Excel workbook (.xlsx) nor a CSV file."),
        (b"%PDF-1.4\n%\xb5\x81\xae\n1 0 obj", "This is neither an Excel workbook (.xlsx) nor a CSV file."),
        (b"{\\rtf1\\ansi title}\n1", "This is neither an Excel workbook (.xlsx) nor a CSV file."),
        (b"\r\n<html><table><tr><td>title</table>\n1", "This is neither an Excel workbook (.xlsx) nor a CSV file."),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "This is neither an Excel workbook (.xlsx) nor a CSV file."),
        (b"title\nna\x00me\n", "This is neither an Excel workbook (.xlsx) nor a CSV file."),
        (b"\xff\xfet\x00i\x00t", "The letters of this file cannot be read: save it as “CSV UTF-8”."),
        (b"\xef\xbb\xbftitle\n\xc3\n", "The letters of this file cannot be read: save it as “CSV UTF-8”."),
        (b"title\n\x81\n", "The letters of this file cannot be read: save it as “CSV UTF-8”."),
        (b'title,source\n"open,x\n', "Line 2 cannot be read: a quotation mark is missing there, before it, or one is "
         "too many."),
        (b'title,source\n"a"b,x\n', "Line 2 cannot be read: a quotation mark is missing there, before it, or one is "
         "too many."),
        (b"title,\nx,y\n", "Cell B2 holds something, but its column has no title: give it one, or empty the cell."),
        (b"title\nx,,y\n", "Cell C2 holds something, but its column has no title: give it one, or empty the cell."),
    ],
    ids=range(28),
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_reason(content, sentence):
    """Each in a sentence that says what it is and what to do, and none with a traceback."""
    assert refusal(content) == sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(encoding):
    """Entities can grow without end and read other files; no spreadsheet has them."""
    part = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst>&a;</sst>'.encode(encoding)
    assert refusal(by_hand(ROWS, **{"xl/sharedStrings.xml": part})) == (
        "The file holds a document type, which no Office file has: open it, and save it anew."
    )


def test_parts_that_are_locked_or_packed_in_another_way_are_refused():
    """A ZIP password, and methods of compression that no spreadsheet uses and that unpack without a bound."""
    content = bytearray(by_hand(ROWS))
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    assert refusal(bytes(content)) == "The file is protected by a password: save it as .xlsx without one."
    content[central + 8] ^= 1
    content[central + 10] = 12  # bzip2
    assert refusal(bytes(content)) == DAMAGED


# -- Limits, before anything is built ----------------------------------------------------------------


def test_the_workbook_that_declares_17_billion_cells_costs_nothing():
    """What a sheet declares is not believed: its two rows are read, in hardly more memory than they are."""
    assert len(DECLARES_BILLIONS) < 1_450
    read_table(DECLARES_BILLIONS)  # what is loaded once does not count
    tracemalloc.start()
    try:
        table = read_table(DECLARES_BILLIONS)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [row.cells for row in table.rows] == [("one", 1)]
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (ROWS + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
         "Row 1048576 holds something, but only 5000 rows are read: divide the file, or empty that row."),
        (ROWS.replace("</row>", text_cell("XFD1", "x") + "</row>", 1),
         "Cell XFD1 holds something, but only 60 columns are read: empty the columns beyond."),
        (ROWS + "<row r='3'>" + "<c/>" * 100_001 + "</row>", COMPLICATED),
        (ROWS + '<row r="2"><c r="A2"><v>1</v></c></row>', DAMAGED),
        (ROWS.replace('r="B2"', 'r="2B"'), DAMAGED),
    ],
    ids=["far row", "far column", "endless row", "rows twice", "no such cell"],
)  # fmt: skip
@pytest.mark.slow
def test_what_lies_out_of_reach_is_refused_and_not_cut_off(rows, sentence):
    """One cell at the end of the sheet would make millions of empty ones; it is found while unpacking."""
    tracemalloc.start()
    try:
        assert refusal(by_hand(rows)) == sentence
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_empty_rows_and_cells_beyond_the_limits_do_not_matter():
    """Whole columns that somebody has coloured hold nothing."""
    painted = '<row r="7000" s="1"><c r="A7000" s="1"/><c r="XFD7000" s="1"/></row>'
    assert rows_of(by_hand(ROWS + painted)) == [(2, ("one", 1))]


def test_the_limits_themselves_are_allowed():
    """5,000 rows under the titles, 60 columns, 32,000 characters; one more is refused."""
    last = f'<row r="5001">{text_cell("BH5001", "x")}</row>'
    titled = ROWS.replace("</row>", text_cell("BH1", "last") + "</row>", 1)
    assert rows_of(by_hand(titled + last))[-1] == (5001, (None,) * 59 + ("x",))
    assert refusal(by_hand(titled + last.replace("5001", "5002"))).startswith("Row 5002 holds something")
    assert refusal(by_hand(titled + last.replace("BH", "BI"))).startswith("Cell BI5001 holds something")
    assert rows_of(workbook(["title"], ["x" * 32_000])) == [(2, ("x" * 32_000,))]
    too_long = "The text in cell A2 is longer than 32000 characters: shorten it."
    assert refusal(workbook(["title"], ["x" * 32_001])) == too_long
    assert refusal(b"title\n" + b"x" * 32_001) == too_long
    assert len(rows_of(b"title\n" + b"x\n" * 5_000)) == 5_000
    assert refusal(b"title\n" + b"x\n" * 5_001).startswith("Row 5002 holds something")
    assert refusal(b"title" + b"," * 60 + b"x\n").startswith("Cell BI1 holds something")


def test_a_file_of_more_than_5_megabytes_is_not_even_opened():
    """Whatever it is."""
    assert refusal(b"x" * 5_000_001) == "The file is larger than 5 MB: divide it."


def test_what_unpacks_to_too_much_is_refused(monkeypatch):
    """A small file may unpack to gigabytes; reading stops at the limit."""
    sentence = "Unpacked, the file is larger than 50 MB: copy the table into a new one."
    assert refusal(by_hand(ROWS, **{"xl/media/image1.png": bytes(50_000_001)})) == sentence
    monkeypatch.setattr(limits, "MAX_PARTS", 5)
    assert refusal(by_hand(ROWS, a="")) == ("The file has too many parts: copy the table into a new one.")


def test_a_size_that_is_a_lie_does_not_help():
    """The directory says ten bytes, fifty thousand come out: the archive contradicts itself."""
    content = bytearray(by_hand(ROWS, **{"xl/media/image1.png": bytes(50_000)}))
    position = content.rindex(b"PK\x01\x02")
    assert struct.unpack_from("<I", content, position + 24) == (50_000,)
    struct.pack_into("<I", content, position + 24, 10)
    assert refusal(bytes(content)) == DAMAGED


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_xml_without_end_is_refused_before_it_is_built(part, monkeypatch):
    """Elements are counted while unpacking: those that would be held at once, and all together."""
    assert refusal(by_hand(ROWS, **{part: f"<a>{'<b/>' * 100_000}</a>"})) == COMPLICATED
    monkeypatch.setattr(limits, "MAX_ELEMENTS", 5_000)
    assert refusal(by_hand(ROWS, **{part: f"<a>{'<si/>' * 5_000}</a>"})) == COMPLICATED


# -- Chance ------------------------------------------------------------------------------------------

SOUND = workbook(["title", "deadline", "number"], ["one", date(2026, 10, 5), 3], ["two", None, 0.5])


@pytest.mark.soak
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_workbook_damaged_by_chance_is_read_or_refused(changes):
    """Flipped bytes give a table or a sentence, never another error."""
    content = bytearray(SOUND)
    for position, value in changes:
        content[position] = value
    assert read_or_refused(bytes(content))


@pytest.mark.parametrize("share", range(1, 10))
def test_a_workbook_cut_off_anywhere_is_refused(share):
    """The directory of a ZIP stands at its end, so that no part of a file passes for the whole."""
    assert refusal(SOUND[: len(SOUND) * share // 10]) == DAMAGED


@pytest.mark.soak
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    """Nothing that anybody can hand in raises another error."""
    assert read_or_refused(content)
