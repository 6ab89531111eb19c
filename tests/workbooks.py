"""Workbooks for tests: sound ones, and those that nobody should have to open."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
    f'ContentType="{TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
    f'ContentType="{TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="a"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
    f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(*rows, **sheets):
    """The bytes of a workbook with these rows; `sheets` (name=rows) come after the first."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    return saved(book)


def saved(book):
    """The bytes of an openpyxl workbook."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def packed(parts, **options):
    """A ZIP archive of these parts (path to text or bytes)."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, **options) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return file.getvalue()


def parts_of(data):
    """{path: bytes} of a ZIP archive."""
    with ZipFile(BytesIO(data)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def with_parts(data, parts):
    """The archive with these parts added or replaced."""
    return packed(parts_of(data) | parts)


def without_part(data, path):
    """The archive without a part."""
    return packed({name: content for name, content in parts_of(data).items() if name != path})


def by_hand(rows, *, dimension="", **parts):
    """The smallest workbook that opens, with `rows` as XML in its sheet; `parts` are more files, or others."""
    declared = f'<dimension ref="{dimension}"/>' if dimension else ""
    sheet = f'<worksheet xmlns="{MAIN}">{declared}<sheetData>{rows}</sheetData></worksheet>'
    return packed({**PARTS, "xl/worksheets/sheet1.xml": sheet, **parts})


def text_cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


ROWS = (
    f'<row r="1">{text_cell("A1", "title")}{text_cell("B1", "number")}</row>'
    f'<row r="2">{text_cell("A2", "one")}<c r="B2"><v>1</v></c></row>'
)
# The workbook that declares 17 billion cells: 1,048,576 rows of 16,384 columns, in 1.4 kB.
DECLARES_BILLIONS = by_hand(ROWS, dimension="A1:XFD1048576")
ENCRYPTED = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
OLD_XLS = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512) + "Workbook".encode("utf-16-le") + bytes(512)
MACROS = by_hand(ROWS, **{"xl/vbaProject.bin": bytes(100)})
TRUNCATED = workbook(["title"], ["one"])[:-200]
NO_WORKBOOK = packed({"word/document.xml": "<document/>", "[Content_Types].xml": "<Types/>"})
