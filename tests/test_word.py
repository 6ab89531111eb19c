"""Word files as python-docx and a plain XML parser read them: text, direction, tables, and nothing of a template."""

from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from config.word import Column, Row, bar, hidden, is_rtl, paragraph, paragraphs, table, word_file
from config.workbook import clean

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
COLUMNS = [Column("Left", 40), Column("Right & <more>", 60.5)]


def packed(*body, **options):
    """The bytes of a file with this body."""
    given = {"title": "Title", "author": "Test cluster", "now": NOW, "language": "en", "rtl": False}
    return word_file(body, **(given | options))


def opened(*body, **options):
    return Document(BytesIO(packed(*body, **options)))


def part(content, path):
    """A part of the package as XML; what it names is in the package."""
    with ZipFile(BytesIO(content)) as package:
        return ElementTree.fromstring(package.read(path))  # noqa: S314 — written by us


def has(element, *names):
    """Whether the element holds each of these, at any depth; "w:a/w:b" is a w:b right below a w:a."""
    return [element.find(".//" + "/".join(map(qn, name.split("/")))) is not None for name in names]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        " spaces  kept ",
        "a\tb",
        "one\ntwo\n\nfour",
        "<b> & \"q\" 'a' ]]>",
        "العربية and English 2025",
        "👩‍👩‍👧",
        "",
        " ",
    ],
)
def test_text_survives(text):
    """What was typed is read back to the letter; line ends become line breaks of one paragraph."""
    (one,) = opened(paragraph(text, rtl=False)).paragraphs
    assert one.text == text


@pytest.mark.soak
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_comes_back(text):
    """Whatever people type, python-docx reads what `clean` promises: in one paragraph, or in one for each line."""
    file = opened(paragraph(text, rtl=False), paragraphs(text, rtl=True))
    first, *lines = [one.text for one in file.paragraphs]
    assert first == "\n".join(lines) == clean(text)


def test_a_run_ends_where_the_script_does():
    """Arabic words of an English paragraph run to the left, and so do numbers of an Arabic one; no text is lost."""
    english, arabic = opened(
        paragraph("From OHCHR أفاد مكتب in 2025", rtl=False), paragraph("أفاد OHCHR بذلك في 2025", rtl=True)
    ).paragraphs
    assert [(run.text, bool(run.font.rtl)) for run in english.runs] == [
        ("From OHCHR ", False), ("أفاد مكتب ", True), ("in 2025", False),
    ]  # fmt: skip
    assert "".join(run.text for run in arabic.runs if run.font.rtl) == "أفاد بذلك في 2025"
    assert [has(one._p, "w:bidi")[0] for one in (english, arabic)] == [False, True]
    assert arabic.runs[0]._r.find(f".//{qn('w:rFonts')}").get(qn("w:hint")) == "cs"


@pytest.mark.parametrize(
    ("text", "expected"), [("abc", False), ("12 — أ", True), ("12 a أ", False), ("12", True), ("", True)]
)
def test_the_first_letter_decides(text, expected):
    """Without a letter it runs as what is around it."""
    assert is_rtl(text, otherwise=True) is expected


def test_each_line_runs_as_its_first_letter_does():
    """A paragraph for each line, empty ones too; one without letters runs as the document does."""
    found = opened(paragraphs("English\nالعربية\n\n2025", rtl=True, style="TableText")).paragraphs
    assert [(one.text, *has(one._p, "w:bidi")) for one in found] == [
        ("English", False), ("العربية", True), ("", True), ("2025", True),
    ]  # fmt: skip
    assert {one.style.name for one in found} == {"Table Text"}


def test_hidden_text_is_there_and_not_shown():
    """A hidden run stands before the text of its paragraph."""
    (one,) = opened(paragraph("Shown", rtl=False, before=hidden("[id:1]"))).paragraphs
    assert [(run.text, bool(run.font.hidden)) for run in one.runs] == [("[id:1]", True), ("Shown", False)]


def test_a_table_is_read_as_one():
    """Its header row is marked and repeated, its widths are fixed, title and description are there to be heard."""
    rows = [
        Row([paragraph("a", rtl=False), paragraph("b", rtl=False)]),
        Row([paragraphs("c\nd", rtl=False), paragraph("", rtl=False)], stays_whole=False),
    ]
    found = opened(
        table(COLUMNS, rows, title='The "log"', description="What was done.", rtl=False), paragraph("", rtl=False)
    )
    (one,) = found.tables
    assert [[cell.text for cell in row.cells] for row in one.rows] == [
        ["Left", "Right & <more>"],
        ["a", "b"],
        ["c\nd", ""],
    ]
    assert [has(row._tr, "w:tblHeader", "w:cantSplit") for row in one.rows] == [
        [True, True],
        [False, True],
        [False] * 2,
    ]
    assert [round(column.width.mm, 1) for column in one.columns] == [40, 60.5]
    assert {cell.paragraphs[0].style.name for cell in one.rows[0].cells} == {"Table Header"}
    properties = one._tbl.tblPr
    assert one.style.name == "Form Table"
    assert properties.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
    assert properties.find(qn("w:tblCaption")).get(qn("w:val")) == 'The "log"'
    assert properties.find(qn("w:tblDescription")).get(qn("w:val")) == "What was done."
    assert not any(has(found.element, "w:bidi", "w:bidiVisual", "w:rtl"))


def test_a_row_of_another_length_is_refused():
    """A cell too few would push the others under the wrong title."""
    with pytest.raises(ValueError):
        table(COLUMNS, [Row([paragraph("a", rtl=False)])], title="", description="", rtl=False)


def test_right_to_left_at_every_level():
    """Section, table, paragraph and run; also at the head and foot of each page."""
    rows = [Row([paragraph("ا", rtl=True), paragraph("ب", rtl=True)])]
    content = packed(
        table(COLUMNS, rows, title="", description="", rtl=True),
        paragraph("", rtl=True),
        language="ar", rtl=True, header="سري", footer="سري",
    )  # fmt: skip
    document = part(content, "word/document.xml")
    assert has(document, "w:sectPr/w:bidi", "w:tblPr/w:bidiVisual", "w:pPr/w:bidi", "w:rPr/w:rtl") == [True] * 4
    assert all(has(one, "w:bidi") == [True] for one in document.iter(qn("w:p")))
    for name in ("header", "footer"):
        assert has(part(content, f"word/{name}.xml"), "w:bidi", "w:rtl") == [True, True]
    fonts = part(content, "word/styles.xml").find(f".//{qn('w:rFonts')}")
    assert fonts.get(qn("w:cs")) == "Arial"


@pytest.mark.parametrize(
    ("language", "rtl", "latin", "complex_"),
    [("en", False, "en-GB", "ar-SA"), ("fr", False, "fr-FR", "ar-SA"), ("ar", True, "ar-SA", "ar-SA")],
)
def test_the_language_is_set(language, rtl, latin, complex_):
    """Of the text, by default, and of the file in its properties."""
    content = packed(paragraph("a", rtl=rtl), language=language, rtl=rtl)
    set_to = part(content, "word/styles.xml").find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert (set_to.get(qn("w:val")), set_to.get(qn("w:bidi"))) == (latin, complex_)
    assert Document(BytesIO(content)).core_properties.language == latin


@pytest.mark.parametrize(("is_landscape", "size"), [(True, (297, 210)), (False, (210, 297))])
def test_pages_are_numbered(is_landscape, size):
    """A4; the foot of each page says which it is and how many there are, after what is to be said there."""
    content = packed(paragraph("a", rtl=False), is_landscape=is_landscape, header="Head", footer="Foot")
    (section,) = Document(BytesIO(content)).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == size
    assert section.header.paragraphs[0].text == "Head"
    assert section.footer.paragraphs[0].text == "Foot\t1 / 1"
    fields = [field.text.strip() for field in part(content, "word/footer.xml").iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_nothing_but_ours_is_in_the_package():
    """Properties name the title, the author and the moment; no part is left over, none is missing."""
    content = packed(paragraph("a", rtl=False, style="Heading1"), title="A & B", author="Test <cluster>")
    properties = Document(BytesIO(content)).core_properties
    assert (properties.title, properties.author, properties.last_modified_by) == (
        "A & B",
        "Test <cluster>",
        "Test <cluster>",
    )
    assert (properties.created, properties.modified) == (NOW, NOW)
    assert (properties.comments, properties.keywords, properties.subject, properties.category) == ("", "", "", "")
    with ZipFile(BytesIO(content)) as package:
        names = package.namelist()
    assert sorted(names) == [
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels", "word/document.xml",
        "word/footer.xml", "word/header.xml", "word/settings.xml", "word/styles.xml",
    ]  # fmt: skip
    assert packed(paragraph("a", rtl=False)) == packed(paragraph("a", rtl=False))


def test_a_row_has_grounds_behind_its_cells():
    """A colour for each cell that has one; a row without any is as it was."""
    cells = [paragraph(text, rtl=False) for text in "ab"]
    columns = [Column("A", 20), Column("B", 20)]
    rows = [Row(cells, fills=("", "E3EEF0")), Row(cells)]
    body = table(columns, rows, title="T", description="D", rtl=False)
    found = [
        [cell._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}") for cell in row.cells]
        for row in opened(body).tables[0].rows[1:]
    ]
    assert [[shade is not None and shade.get(qn("w:fill")) for shade in row] for row in found] == [
        [False, "E3EEF0"],
        [False, False],
    ]


@pytest.mark.parametrize(("share", "rest"), [(1.0, 0), (0.25, 1701), (0.0, 2268)])
def test_a_bar_ends_where_its_share_does(share, rest):
    """The ground of a paragraph, less an indent at its end; nothing is coloured for nothing."""
    (one,) = opened(bar(share, 40, rtl=True)).paragraphs[:1]
    properties = one._p.pPr
    assert int(properties.find(qn("w:ind")).get(qn("w:right"))) == rest
    assert (properties.find(qn("w:shd")) is not None) == bool(share)
    assert properties.find(qn("w:bidi")) is not None


def test_every_style_that_is_named_is_there():
    """A style that Word does not find is dropped in silence."""
    styles = {style.style_id for style in opened(paragraph("", rtl=False)).styles}
    assert styles >= {
        "Heading1", "Heading2", "TableText", "TableHeader", "TableTitle", "TableNote", "TableNumber", "FormTable",
        "Header", "Footer",
    }  # fmt: skip
