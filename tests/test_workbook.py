import re
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from config import workbook
from config.workbook import Column, Sheet, clean, sheet_name, write_workbook

EAST = timezone(timedelta(hours=3))
CREATED = datetime(2026, 3, 1, 1, 30, tzinfo=EAST)
TEXT = Column("text", "Text", 40)


def written(*sheets, **options):
    """The bytes of a workbook with these sheets."""
    target = BytesIO()
    write_workbook(target, sheets, **{"title": "Log", "author": "Test cluster", "created": CREATED, **options})
    return target.getvalue()


def opened(*sheets, **options):
    return load_workbook(BytesIO(written(*sheets, **options)))


def column_of(values, column=TEXT):
    """The sheet that one column of values becomes, without its header, as openpyxl's cells."""
    page = opened(Sheet("Log", [column], [[value] for value in values]))["Log"]
    return [row[0] for row in page.iter_rows(min_row=2, max_row=len(values) + 1)]


def xml_of(content, path="xl/worksheets/sheet1.xml"):
    return ZipFile(BytesIO(content)).read(path).decode()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", '=HYPERLINK("https://x.org")'])
def test_text_that_looks_like_a_formula_stays_text(text):
    """Nothing that somebody typed can run, not even after the cell was edited."""
    content = written(Sheet("Log", [TEXT], [[text]], totals=[text], keys=True))
    rows = list(load_workbook(BytesIO(content))["Log"].iter_rows(min_row=3))
    assert [row[0].value for row in rows] == [text, text]
    assert {row[0].data_type for row in rows} == {"s"}
    assert "<f>" not in xml_of(content)
    assert rows[0][0].quotePrefix == (text[0] in "=+-@")


@pytest.mark.parametrize("text", ["00123", "1e5", "TRUE", "https://example.org/", "mailto:a@example.org", "2026-01-02"])
def test_text_is_not_guessed_into_something_else(text):
    """Numbers, dates and addresses in a text column stay as they were typed."""
    (cell,) = column_of([text])
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x1fc\x0bd", "a\ufffdb\ufffdc\ufffdd"),
        *[(f"a{bad}b", "a\ufffdb") for bad in ("\x0c", "\ud800", "\udfff", "\ufffe", "\uffff")],
        ("one\r\ntwo\rthree\nfour\tfive", "one\ntwo\nthree\nfour\tfive"),
        ("\ud83d lone \udc00\ufffe\uffff", "\ufffd lone \ufffd\ufffd\ufffd"),
        ("_x0041_ _x000D_ _X0041_ _x005F_x0041_ __x0041__x0042_ x005F_", None),
        ("  spaces kept  \n", None),
        ("<r><t>&amp;</t></r> ]]> \"'", None),
        ("العربية English 👩‍👩‍👧 \u200fنص\u200e", None),
    ],
)
def test_text_survives(text, expected):
    """What XML can hold is kept to the letter; the rest becomes U+FFFD or a line feed."""
    (cell,) = column_of([text])
    assert cell.value == (expected or text)


@pytest.mark.parametrize("text", [" a", "a ", "\na", "a\n", "\ta", "a\t"])
def test_space_at_the_ends_is_marked_to_be_kept(text):
    """Excel drops outer white space that isn't marked (XML 1.0, section 2.10)."""
    assert f'<t xml:space="preserve">{text}</t>' in xml_of(written(Sheet("Log", [TEXT], [[text]])))


def test_escape_lookalikes_are_divided():
    """Excel would turn `_x0041_` into A: no single run may hold one."""
    xml = xml_of(written(Sheet("Log", [TEXT], [["_x0041_"]])))
    assert '<is><r><t xml:space="preserve">_</t></r><r><t xml:space="preserve">x0041_</t></r></is>' in xml


@pytest.mark.soak
@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=60), min_size=1, max_size=15))
@pytest.mark.slow
def test_any_text_comes_back(texts):
    """Whatever people type, openpyxl reads what `clean` promises, and empty text is an empty cell."""
    assert [cell.value for cell in column_of(texts)] == [clean(text) or None for text in texts]


def test_values_keep_their_type():
    """Numbers, flags, dates and moments are real ones; what Excel can't count is text."""
    values = {
        None: None,
        7: 7,
        -2.5: -2.5,
        10**15: "1000000000000000",
        float("inf"): "inf",
        date(2026, 2, 28): datetime(2026, 2, 28),
        date(1900, 3, 1): datetime(1900, 3, 1),
        date(1900, 2, 28): "1900-02-28",
        datetime(2026, 2, 28, 23, 30, tzinfo=EAST): datetime(2026, 2, 28, 23, 30),
        datetime(1850, 1, 1, 8): "1850-01-01 08:00:00",
        lazystr("lazy"): "lazy",
        mark_safe("<b>"): "<b>",
    }
    cells = column_of(list(values))
    assert [cell.value for cell in cells] == list(values.values())
    assert [cells[5].number_format, cells[8].number_format] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    assert [cell.value for cell in column_of([True, False])] == [True, False]


def test_links_only_where_asked_and_to_the_web():
    """A link column links http and https, and shows any other address as text."""
    pairs = [
        ("https://example.org/a?b=1&c=2#d", "Report"),
        ("http://example.org/with space/é", ""),
        ("javascript:alert(1)", "Report"),
        ("https://user@example.org/", ""),
        ("https://example.org/100%", "Report"),
        ("https://example.org/" + "a" * 2100, "Report"),
        None,
    ]
    cells = column_of(pairs, Column("link", "Link", kind="link"))
    assert [cell.hyperlink and (cell.hyperlink.target, cell.hyperlink.location) for cell in cells] == [
        ("https://example.org/a?b=1&c=2", "d"),
        ("http://example.org/with%20space/%C3%A9", None),
        *[None] * 5,
    ]
    assert [cell.value for cell in cells[:4]] == [
        "Report",
        "http://example.org/with space/é",
        "Report (javascript:alert(1))",
        "https://user@example.org/",
    ]


def test_links_past_the_limit_are_text(monkeypatch):
    """Excel takes 65,530 links on a sheet; the address of a later one can still be read."""
    monkeypatch.setattr(workbook, "MAX_LINKS", 1)
    first, second = column_of([("https://example.org/", "A")] * 2, Column("link", "Link", kind="link"))
    assert first.hyperlink.target == "https://example.org/"
    assert (second.hyperlink, second.value) == (None, "A (https://example.org/)")


@pytest.mark.parametrize("letter", ["a", "م", "😀", "&"])
def test_text_too_long_for_a_cell_goes_on(letter):
    """The cell says where the rest is, and no character is lost or cut in two."""
    text = "x" + letter * 70_000
    book = opened(
        Sheet("Log", [TEXT], [["first"], [text], ["short"], [text]]),
        Sheet("long TEXTS", [TEXT], []),
    )
    assert book.sheetnames == ["Log", "long TEXTS", "Long texts (2)"]
    rest = list(book["Long texts (2)"].iter_rows(min_row=2, values_only=True))
    for number in (3, 5):
        start, marker, _end = (
            book["Log"].cell(number, 1).value.partition("… [continues on sheet “Long texts (2)”, row ")
        )
        pieces = [row for row in rest if row[1] == number]
        assert marker
        assert int(_end.rstrip("]")) == 2 + rest.index(pieces[0])
        assert [row[:4] for row in pieces] == [("Log", number, "Text", part + 1) for part in range(len(pieces))]
        assert start + "".join(row[4] for row in pieces) == text
    cells = [cell for page in book for row in page.values for cell in row if isinstance(cell, str)]
    assert max(len(cell.encode("utf-16-le")) // 2 for cell in cells) == 32_767


def test_text_that_just_fits():
    """32,767 UTF-16 units are no overflow, one more is."""
    fits = "😀" * 16_383 + "a"
    book = opened(Sheet("Log", [TEXT], [[fits]]))
    assert (book.sheetnames, book["Log"]["A2"].value) == (["Log"], fits)
    assert opened(Sheet("Log", [TEXT], [[fits + "a"]])).sheetnames == ["Log", "Long texts"]


def test_rows_past_the_limit_go_on_in_another_sheet(monkeypatch):
    """Each sheet has its header and filter, the last one the totals; a full sheet alone needs no second."""
    monkeypatch.setattr(workbook, "MAX_ROWS", 4)
    book = opened(Sheet("Log", [TEXT], ([n] for n in range(5)), totals=["sum"]), Sheet("log (2)", [TEXT], []))
    assert book.sheetnames == ["Log", "Log (3)", "Log (4)", "log (2)"]
    values = [[value for (value,) in page.values] for page in book]
    assert values == [["Text", 0, 1], ["Text", 2, 3], ["Text", 4, "sum"], ["Text"]]
    assert [page.auto_filter.ref for page in book] == ["A1:A3", "A1:A3", "A1:A2", "A1"]
    assert opened(Sheet("Log", [TEXT], [[n] for n in range(3)])).sheetnames == ["Log"]


def test_the_sheet_is_ready_to_read_and_print():
    """Header, filter, frozen panes, widths, wrapping, page set-up and totals are as promised."""
    columns = [
        TEXT,
        Column("on", "Date", 11, "date", note="When it was done"),
        Column("n", "Number", 300, "number"),
    ]
    rows = [["a", date(2026, 1, 2), 1], ["b", None, 2]]
    book = opened(Sheet("Log", columns, rows, totals=["All", None, 3], freeze_columns=1), right_to_left=True)
    page = book["Log"]
    assert [cell.value for cell in page[1]] == ["Text", "Date", "Number"]
    header = page["A1"]
    assert (header.font.bold, header.font.color.rgb, header.fill.fgColor.rgb) == (
        True,
        "FFFFFFFF",
        "FF0B4F5C",
    )
    assert page["B1"].comment.text.strip() == "When it was done"
    assert (page.auto_filter.ref, page.freeze_panes, page.print_title_rows) == ("A1:C3", "B2", "$1:$1")
    assert [round(page.column_dimensions[letter].width) for letter in "ABC"] == [41, 12, 256]
    for cell in (header, page["A2"], page["A4"]):
        assert (cell.alignment.wrap_text, cell.alignment.vertical) == (True, "top")
    assert (page["B2"].number_format, page["B3"].number_format) == ("yyyy-mm-dd", "yyyy-mm-dd")
    assert [cell.font.bold for cell in page[4]] == [True] * 3
    assert [cell.font.bold for cell in page[3]] == [False] * 3
    assert page.sheet_view.rightToLeft
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    assert (page.sheet_properties.pageSetUpPr.fitToPage, int(page.page_setup.fitToHeight)) == (True, 0)
    assert (int(page.page_setup.fitToWidth), page.print_title_cols) == (2, "$A:$A")
    assert (book.properties.title, book.properties.creator) == ("Log", "Test cluster")
    assert book.properties.created.replace(tzinfo=UTC) == CREATED


def test_an_import_finds_keys_and_people_find_choices():
    """Keys are in a hidden first row; a drop-down takes its choices, commas and all, from a hidden sheet.

    A hidden column is filtered, and so sorted, with the others.
    """
    modes = ["Direct, by us", "Indirect"]
    columns = [
        Column("mode", "Mode", choices=modes, note="How"),
        Column("link", "Link", kind="link"),
        Column("id", "Id", hidden=True),
    ]
    book = opened(Sheet("Log", columns, [["Indirect", ("https://example.org/", "E-1"), "7"]], keys=True))
    page = book["Log"]
    assert list(page.values) == [("mode", "link", "id"), ("Mode", "Link", "Id"), ("Indirect", "E-1", "7")]
    assert page.row_dimensions[1].hidden
    assert [page.column_dimensions[letter].hidden for letter in "ABC"] == [False, False, True]
    assert (page.auto_filter.ref, page.freeze_panes) == ("A2:C3", "A3")
    assert page["A2"].comment
    assert page["B3"].hyperlink.target == "https://example.org/"
    (rule,) = page.data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "Choices!$A$2:$A$3", "A3:A1048576")
    assert book["Choices"].sheet_state == "hidden"
    assert [value for (value,) in book["Choices"].values] == ["1", *modes]


def test_numbers_to_choose_from_are_numbers():
    """A cell that holds the number 2 is among the choices of its column; the text "2" would not be."""
    book = opened(Sheet("Log", [Column("n", "No.", kind="number", choices=(1, 2))], [[2]]))
    assert [value for (value,) in book["Choices"].values] == ["1", 1, 2]


def test_a_long_note_has_room():
    """The box of a note grows with its text: what does not fit into it cannot be read in print or on a phone."""
    content = written(Sheet("Log", [Column("a", "A", note="Short."), Column("b", "B", note="word " * 100)], []))
    short, long = (
        int(height) for height in re.findall(r"height:(\d+)", xml_of(content, "xl/drawings/vmlDrawing1.vml"))
    )
    assert long > 3 * short


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Log", "Log (2)"),
        ("LOG", "LOG (2)"),
        ("a/b\\c:d*e?f[g]", "a-b-c-d-e-f-g-"),
        ("'quoted'", "quoted"),
        ("", "-"),
        ("History", "History_"),
        ("س" * 40, "س" * 31),
        ("😀" * 20, "😀" * 15),
        ("\x00", "\ufffd"),
    ],
)
def test_sheet_names(title, expected):
    """Names fit Excel's rules: 31 units, no forbidden characters, each once whatever its case."""
    assert sheet_name(title, {"log"}) == expected


def test_two_runs_give_the_same_bytes(tmp_path):
    """No clock, order or path leaks into the file, whether it goes to a buffer or a path."""
    sheet = Sheet("Log", [TEXT, Column("link", "Link", kind="link")], [["a", ("https://example.org/", "x")]] * 50)
    path = tmp_path / "log.xlsx"
    write_workbook(path, [sheet], title="Log", author="Test cluster", created=CREATED)
    assert path.read_bytes() == written(sheet) == written(sheet)


def test_rows_are_streamed_and_a_failure_leaves_no_file(tmp_path):
    """A generator's error passes through, a row too short is refused, and no half file stays behind."""

    def rows():
        yield ["a"]
        raise LookupError

    path = tmp_path / "log.xlsx"
    for broken, error in ((rows(), LookupError), ([["a", "b"]], ValueError)):
        with pytest.raises(error):
            write_workbook(path, [Sheet("Log", [TEXT], broken)], title="", author="", created=CREATED)
        assert not path.exists()


def test_chunks_join_without_a_seam(monkeypatch):
    """Rows come back in order however small the pieces are that go into the file."""
    monkeypatch.setattr(workbook, "PIECE", 100)
    assert [cell.value for cell in column_of(list(range(500)))] == list(range(500))


def test_the_header_is_as_high_as_its_titles():
    """LibreOffice fits no row to its text by itself; a column that is hidden counts for nothing."""
    columns = [TEXT, Column("n", "Priorities and sharing", 16), Column("h", "a " * 40, 10, hidden=True)]
    page = opened(Sheet("Log", columns, [["x", "y", "z"]], keys=True))["Log"]
    assert (page.row_dimensions[1].height, page.row_dimensions[2].height) == (None, 30)
    assert opened(Sheet("Log", [TEXT], []))["Log"].row_dimensions[1].height is None
