"""The exported files as another program opens them: LibreOffice must read what openpyxl and python-docx do."""

import csv
import shutil
import subprocess
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from engagement import services
from engagement.models import Contribution, EngagementReport, User
from tests import factories
from tests.conftest import kept_for_a_file, load_demo

SOFFICE = shutil.which("soffice")
# Every sheet as CSV in UTF-8, commas, cells as stored and not as shown; the last -1 means all sheets.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice here: apt-get install libreoffice-calc-nogui"),
]

# The packages without windows bring no command `lowriter`.
WRITER = SOFFICE and Path(SOFFICE).resolve().with_name("libswlo.so")
needs_writer = pytest.mark.skipif(
    not (WRITER and WRITER.exists()), reason="no LibreOffice Writer here: apt-get install libreoffice-writer-nogui"
)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The data of `make run`, for all tests of this file."""
    with kept_for_a_file(django_db_blocker):
        load_demo()
        yield


def convert(path, to):
    """Let LibreOffice write the file at `path` anew as `to`, beside it, with a profile of its own."""
    run(path.parent, "--convert-to", to, "--outdir", str(path.parent), str(path))


def run(folder, *words):
    """Start LibreOffice without a window and with a profile of its own in `folder`, and wait for its end."""
    profile = f"-env:UserInstallation={folder.as_uri()}/profile"
    subprocess.run([SOFFICE, profile, "--headless", *words], check=True, capture_output=True, timeout=120)


def in_libreoffice(path):
    """{sheet title: rows of text} as LibreOffice reads the workbook at `path`."""
    folder = path.parent
    convert(path, FILTER)
    found = {}
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            found[file.stem.removeprefix(f"{path.stem}-")] = list(csv.reader(lines))
    return found


def as_text(value):
    """A value that openpyxl read, as LibreOffice writes it into CSV."""
    if isinstance(value, date | datetime):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)


def test_libreoffice_and_openpyxl_say_the_same(demo, client_of, tmp_path):
    """All sheets of the report over the demo data: the same titles, rows and cells, dates and line ends included."""
    reader = User.objects.get(email="hrett@example.org")
    for language in ("en", "ar"):
        reader.language = language
        reader.save()
        path = tmp_path / language / "report.xlsx"
        path.parent.mkdir()
        path.write_bytes(client_of(reader).get("/export/engagement.xlsx").getvalue())
        theirs = in_libreoffice(path)
        book = load_workbook(path)
        assert set(theirs) == set(book.sheetnames)
        for sheet in book:
            rows = [[as_text(value) for value in row] for row in sheet.values]
            assert theirs[sheet.title] == rows, sheet.title
        assert len(theirs[book.sheetnames[0]]) > 60


ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"


def paragraphs_in_libreoffice(path):
    """[(text, writing mode)] of the body of the document at `path` as LibreOffice reads it, and the text of its header.

    The mode is "rl-tb" for what runs from right to left.
    """
    convert(path, "fodt")
    root = ElementTree.parse(path.with_suffix(".fodt")).getroot()  # noqa: S314 — written by LibreOffice, just now
    modes = {}
    for style in root.iter(ODF % "style" + "style"):
        properties = style.find(ODF % "style" + "paragraph-properties")
        if properties is not None:
            modes[style.get(ODF % "style" + "name")] = properties.get(ODF % "style" + "writing-mode")
    body = root.find(f"{ODF % 'office'}body/{ODF % 'office'}text")
    found = [
        ("".join(part.itertext()), modes.get(part.get(ODF % "text" + "style-name")))
        for part in body
        if part.tag in (ODF % "text" + "p", ODF % "text" + "h")
    ]
    header = next(root.iter(ODF % "style" + "header"), None)
    return found, "" if header is None else "".join(header.itertext()).strip()


@needs_writer
def test_libreoffice_and_python_docx_read_the_same_contribution(demo, client_of, tmp_path):
    """Every paragraph, the header, and which way each runs: a text in English, with a paragraph in Arabic."""
    contribution = Contribution.objects.get(engagement__cluster__slug="south-sudan")
    arabic = "أفاد مكتب OHCHR بذلك في 2025."
    Contribution.objects.filter(pk=contribution.pk).update(text=f"{contribution.text}\n\n{arabic}")
    client = client_of(User.objects.get(email="coordinator@example.org"))
    response = client.get(f"{contribution.get_absolute_url()}contribution.docx?confidential=yes")
    path = tmp_path / "contribution.docx"
    path.write_bytes(response.getvalue())
    found, header = paragraphs_in_libreoffice(path)
    ours = [paragraph.text for paragraph in Document(BytesIO(path.read_bytes())).paragraphs]
    assert [text for text, _mode in found] == ours
    assert header == "Confidential: not to be published"
    assert {text: mode == "rl-tb" for text, mode in found} == {text: text == arabic for text in ours}
    assert len(ours) == 7


@needs_writer
@pytest.mark.parametrize("language", ["en", "ar"])
def test_libreoffice_reads_an_engagement_report(language, demo, tmp_path):
    """The same paragraphs and cells, and as many bars, after LibreOffice has opened and saved it."""
    reader = User.objects.get(email="hrett@example.org")
    report = factories.EngagementReportFactory(language=language, created_by=reader, since="2020-01-01")
    services.publish_report(by=reader, report=EngagementReport.objects.get(pk=report.pk), version=1)
    ours = Document(BytesIO(bytes(report.files.get(kind="docx").content)))
    path = tmp_path / "report.docx"
    ours.save(path)
    convert(path, "odt")
    convert(path.with_suffix(".odt"), "docx:MS Word 2007 XML")
    theirs = Document(path)

    def cells(file):
        return [[[cell.text for cell in row.cells] for row in table.rows] for table in file.tables]

    def bars(file):
        grounds = file.element.body.iter(qn("w:pPr"))
        return sum(1 for one in grounds if one.find(qn("w:shd")) is not None and one.find(qn("w:ind")) is not None)

    assert cells(theirs) == cells(ours)
    assert [one.text for one in theirs.paragraphs] == [one.text for one in ours.paragraphs]
    assert bars(theirs) == bars(ours) > 10


@needs_writer
@pytest.mark.parametrize(("language", "is_rtl"), [("en", False), ("ar", True)])
def test_libreoffice_saves_the_form_as_it_was(language, is_rtl, demo, client_of, tmp_path):
    """Opened and saved by LibreOffice, it says the same in every cell, runs the same way, and keeps the hidden keys.

    A program may divide a key over several runs; together they are the key.
    """
    coordinator = User.objects.get(email="coordinator@example.org")
    coordinator.language = language
    coordinator.save()
    path = tmp_path / "form.docx"
    path.write_bytes(client_of(coordinator).get("/clusters/south-sudan/report.docx").getvalue())
    (tmp_path / "saved").mkdir()
    ours = Document(BytesIO(path.read_bytes()))
    path = path.rename(tmp_path / "saved" / "form.docx")
    convert(path, "odt")
    convert(path.with_suffix(".odt"), "docx:MS Word 2007 XML")
    theirs = Document(path)

    def cells(file):
        return [[[cell.text for cell in row.cells] for row in table.rows] for table in file.tables]

    def keys(file):
        first = [row.cells[0].paragraphs[0] for row in file.tables[1].rows[1:]]
        return ["".join(run.text for run in one.runs if run.font.hidden) for one in first]

    assert cells(theirs) == cells(ours)
    assert keys(theirs) == keys(ours)
    assert len(set(keys(ours)) - {""}) > 10
    for file in (ours, theirs):
        assert [table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in file.tables] == [is_rtl] * 2
