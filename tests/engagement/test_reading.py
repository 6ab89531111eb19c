"""Files that come home, read: every kind of dirt has a file, and no text is lost."""

import warnings
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils.translation import override

from engagement.imports.reading import read, shown_name
from engagement.imports.table import Refused
from tests.factories import EngagementFactory

from ..workbooks import ENCRYPTED, MACROS, OLD_XLS, by_hand, packed, with_parts, without_part, workbook
from .odd_files import ODD_FILES, line


def cell_of(place):
    """A place without its sheet: "C7", "7", "C" or ""."""
    return f"{place.column}{place.row or ''}"


def rows_of(file):
    """{name: value} of each row of each table, without empty cells; those without a name are joined."""
    found = []
    for table in file.tables:
        names = {header.letter: header.name for header in table.headers}
        for row in table.rows:
            assert list(row.values) == list(names)
            cells = [(names[letter], value) for letter, value in row.values.items() if value is not None]
            nameless = [value for name, value in cells if not name]
            found.append({name: value for name, value in cells if name})
            if nameless:
                found[-1][""] = nameless[0] if len(nameless) == 1 else " | ".join(map(str, nameless))
    return found


@pytest.mark.parametrize("name", ODD_FILES)
def test_an_odd_file_is_read_as_a_person_would_read_it(name):
    """Its rows, what is named as unread, what is said, what is filled and what is faulty: these and no others."""
    expected = ODD_FILES[name]
    file = read(expected.data, name)
    assert file.kind == {"xlsx": "xlsx", "docx": "docx", "csv": "csv"}[name.rpartition(".")[2]]
    assert rows_of(file) == expected.rows
    assert [(cell_of(place), what, text) for place, what, text in file.unread] == expected.unread
    assert [(cell_of(place), what, text) for place, what, text in file.notes] == expected.notes
    rows = [row for table in file.tables for row in table.rows]
    assert {f"{letter}{row.place.row}" for row in rows for letter in row.filled} == expected.filled
    assert {f"{letter}{row.place.row}" for row in rows for letter in row.faults} == expected.faults
    assert file.tables[0].has_keys == expected.has_keys


FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_an_odd_file_that_libreoffice_has_saved_is_read_alike(path):
    """The same rows, fills and keys; LibreOffice 7.4 wrote these files from those of the same name."""
    name = path.name.removeprefix("libreoffice_")
    expected, file = ODD_FILES[name], read(path.read_bytes(), name)
    assert rows_of(file) == (SAVED_BY_LIBREOFFICE.get(name) or expected.rows)
    assert file.tables[0].has_keys == expected.has_keys
    unread = {text for _place, _what, text in file.unread}
    assert unread | {"Lost", "4 | gone |  and this", "secret", "to all  … never"} >= {
        text for *_where, text in expected.unread
    }


# What LibreOffice gives up: that a tracked change deletes a whole row, and that a style hides text.
SAVED_BY_LIBREOFFICE = {
    "tracked_changes.docx": [
        line("3", "Sent and kept", "x moved", "c", "d"), line("4", "gone"), line("5", "new")],
    "row_keys.docx": [*ODD_FILES["row_keys.docx"].rows[:3], line("secret 7", "x")],
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_what_the_export_makes_from_its_log_is_recognised_and_left(cast, client_of, language):
    """Summary, support needed, about: only the log is read, whatever language the export was in."""
    EngagementFactory(cluster=cast.south_sudan, support_needed="Advice", what_was_done="Sent input")
    cast.coordinator.language = language
    cast.coordinator.save()
    content = client_of(cast.coordinator).get("/export/engagement.xlsx").getvalue()
    with override("en"):
        file = read(content, "engagement.xlsx")
    (row,) = rows_of(file)
    assert (row["cluster"], row["what_was_done"]) == (cast.south_sudan.name, "Sent input")
    assert [what for _place, what, _text in file.unread] == ["what the export adds; only its log is read"] * 4
    assert len({place.sheet for place, _what, _text in file.unread} - {""}) == 4


def test_the_export_as_csv_is_read_as_it_was_written(cast, client_of):
    """With the apostrophes taken off that keep a spreadsheet from running it."""
    EngagementFactory(cluster=cast.south_sudan, what_was_done="=1+1\nand more", challenges="- one\n- two")
    response = client_of(cast.coordinator).get("/export/engagement.csv")
    (row,) = rows_of(read(b"".join(response.streaming_content), "engagement.csv"))
    assert (row["what_was_done"], row["challenges"]) == ("=1+1\nand more", "- one\n- two")


def test_reading_speaks_the_language_of_the_reader():
    """What is unread, and why a file is refused, in the active language."""
    with override("fr"), pytest.raises(Refused) as refused:
        read(b"", "a.csv")
    assert str(refused.value) == "Le fichier est vide."


# -- What is refused ---------------------------------------------------------------------------------

DAMAGED = "The file is damaged or was cut off on its way: open it, save it anew, and hand in the new one."
NO_TABLE = "This is no table: hand in an Excel workbook (.xlsx), a Word document (.docx) or a CSV file."
ARCHIVE = "This is an archive: unpack it, and hand in the workbook or document that is in it."
WEB_PAGE = "This is a web page, as some systems export it: open it in Excel and save it as .xlsx."
DOCTYPE = "The file holds a document type, which no Office file has: open it, and save it anew."
QUOTES = (
    "Line 2 cannot be read: a quotation mark is missing there, before it, or one is too many; or a cell holds more "
    "than 32000 characters."
)
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512)
SOUND = ODD_FILES["seed_form.xlsx"].data
WORD = ODD_FILES["seed_form.docx"].data
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def typed(content_type, **parts):
    """A package whose main part has this content type."""
    return packed(
        {"[Content_Types].xml": f'<Types><Override ContentType="application/{content_type}"/></Types>', **parts}
    )


def twice(data):
    """The package with its first part listed twice."""
    out = BytesIO(data)
    with warnings.catch_warnings(), ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(archive.namelist()[0], "x")
    return out.getvalue()


REFUSED = {
    "empty": (b"", "The file is empty."),
    "only marks": (b"\xef\xbb\xbf\r\n \t", "The file is empty."),
    "no titles and rows": (b"one line\n", "The file holds no table: the log needs a line of titles and rows under it."),
    "empty workbook": (workbook(), "The file holds no table: the log needs a line of titles and rows under it."),
    "password": (ENCRYPTED, "The file is protected by a password: save it as .xlsx or .docx without one."),
    "xls": (OLD_XLS, "The file has the format of Excel before 2007 (.xls): save it as .xlsx."),
    "doc": (OLE + "WordDocument".encode("utf-16-le"),
            "The file has the format of Word before 2007 (.doc): save it as .docx."),
    "msg": (OLE, "This is a file of an old Office program: save it as .xlsx or .docx."),
    "xlsm": (typed("vnd.ms-excel.sheet.macroEnabled.main+xml"),
             "The file may hold macros: save it as .xlsx or .docx, which have none."),
    "xlsm renamed": (MACROS, "The file holds macros: save it as .xlsx, which has none."),
    "docm renamed": (with_parts(WORD, {"word/vbaProject.bin": b"x"}),
                     "The file holds macros: save it as .docx, which has none."),
    "xlsb": (typed("vnd.ms-excel.sheet.binary.macroEnabled.main"),
             "This is a binary workbook (.xlsb): save it as .xlsx."),
    "pptx": (typed("vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"),
             "This is a presentation: hand in the log as an Excel workbook (.xlsx) or a Word document (.docx)."),
    "ods": (packed({"META-INF/manifest.xml": "<manifest/>"}),
            "This is an OpenDocument file, as LibreOffice saves it: save it as .xlsx or .docx."),
    "numbers": (packed({"Index/Document.iwa": "x"}),
                "This is a file of Apple Numbers or Pages: export it as .xlsx or .docx."),
    "zip": (packed({"log.xlsx": SOUND}), ARCHIVE),
    "gzip": (b"\x1f\x8b\x08\x00abc", ARCHIVE),
    "pdf": (b"%PDF-1.7\n\x00", "This is a PDF: hand in the Excel or Word file that it was made from."),
    "rtf": (b"{\\rtf1 x}", "This is a Rich Text file: open it in Word and save it as .docx."),
    "html": (b"\n<!DOCTYPE html><html><table><tr><td>x</table>", WEB_PAGE),
    "mht": (b"MIME-Version: 1.0\nX: <html>", WEB_PAGE),
    "xml": (b"<?xml version='1.0'?><Workbook/>",
            "This is XML: open it in Excel or Word and save it as .xlsx or .docx."),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(9), "This is a picture: hand in the table itself, as .xlsx, .docx or CSV."),
    "binary": (b"title\nna\x00me\n", NO_TABLE),
    "quotes": (b'title,source\n"open,x\n', QUOTES),
    "letters": (b"\xef\xbb\xbftitle\n\xc3\n", "The letters of this file cannot be read: save it as “CSV UTF-8”."),
    "truncated": (SOUND[:-300], DAMAGED),
    "truncated document": (WORD[: len(WORD) // 2], DAMAGED),
    "header of a zip": (b"PK\x03\x04", DAMAGED),
    "no main part": (typed("wordprocessingml.document.main+xml"), DAMAGED),
    "main part missing": (without_part(SOUND, "xl/workbook.xml"), DAMAGED),
    "sheet missing": (without_part(SOUND, "xl/worksheets/sheet1.xml"), DAMAGED),
    "text missing": (by_hand('<row r="1"><c t="s"><v>0</v></c></row>'), DAMAGED),
    "broken XML": (with_parts(WORD, {"word/document.xml": "<w:document"}), DAMAGED),
    "strict": (with_parts(SOUND, {"xl/workbook.xml": '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'}),
               "The file was saved as “Strict Open XML”: save it again as an ordinary .xlsx."),
    "a part twice": (twice(SOUND), DAMAGED),
    "a part elsewhere": (with_parts(SOUND, {"/etc/passwd": "x"}), DAMAGED),
    "a part above": (with_parts(SOUND, {"xl/../../x.xml": "<x/>"}), DAMAGED),
    "entities in a document": (with_parts(WORD, {"word/document.xml": ENTITIES + "<x>&b;</x>"}), DOCTYPE),
    "entities beside it": (with_parts(WORD, {"customXml/item1.xml": ENTITIES + "<x/>"}), DOCTYPE),
    "entities in UTF-16": (
        with_parts(SOUND, {"docProps/app.xml": f"<?xml version='1.0'?>{ENTITIES}<x/>".encode("utf-16")}), DOCTYPE),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_bad_file_is_refused_with_its_reason(kind):
    """Each in a sentence that says what it is and how to mend it, whatever it is called."""
    data, sentence = REFUSED[kind]
    with pytest.raises(Refused) as refused:
        read(data, "log.bin")
    assert str(refused.value) == sentence


def test_a_name_that_promises_something_else_is_mentioned():
    """People rename a file and believe that it has changed."""
    with pytest.raises(Refused, match=r"This is a PDF: .* Its name ends in \.xlsx, but a name does not change"):
        read(b"%PDF-1.7", "../log.XLSX")
    assert read(ODD_FILES["seed_form.docx"].data, "log.xlsx").kind == "docx"


def test_a_file_with_a_password_has_its_right_name():
    """Its content is no ZIP archive, yet it is the workbook that its name promises."""
    with pytest.raises(Refused, match=r"without one\.$"):
        read(ENCRYPTED, "log.xlsx")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("log.xlsx", "log.xlsx"), ("../../etc/passwd", "passwd"), ("C:\\temp\\log.csv", "log.csv"),
     ("", "file without a name"), ("a/", "file without a name"), ("in\u202excod.exe\x00\n", "inxcod.exe"),
     ("سجل  2026.docx", "سجل 2026.docx"),
     ("x" * 300 + ".docx", "x" * 94 + "….docx"), ("<b>.csv", "<b>.csv")],
)  # fmt: skip
def test_a_hostile_name_is_shown_without_harm(name, shown):
    """No folders, no letters that turn the direction of what follows, not without end; escaping is the page's work."""
    assert shown_name(name) == shown
