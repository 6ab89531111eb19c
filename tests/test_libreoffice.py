"""The exported files as another program opens them: LibreOffice must read what openpyxl and python-docx do."""

import csv
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from engagement import services
from engagement.models import Contribution, EngagementReport, User
from tests import factories
from tests.conftest import again, kept_for_a_file, load_demo, signed_in

SOFFICE = shutil.which("soffice")
# Every sheet as CSV in UTF-8, commas, cells as stored and not as shown; the last -1 means all sheets.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice here: apt-get install libreoffice-calc-nogui"),
]

# The packages without windows bring no command `lowriter`.
WRITER = SOFFICE and Path(SOFFICE).resolve().with_name("libswlo.so")
needs_writer = pytest.mark.skipif(
    not (WRITER and WRITER.exists()), reason="no LibreOffice Writer here: apt-get install libreoffice-writer-nogui"
)
LANGUAGES = ("en", "ar")
ARABIC = "أفاد مكتب OHCHR بذلك في 2025."


@pytest.fixture(scope="module")
def ours(django_db_setup, django_db_blocker, tmp_path_factory):
    """The folder of the files as the product writes them over the data of `make run`."""
    folder = tmp_path_factory.mktemp("ours")
    with kept_for_a_file(django_db_blocker):
        again(load_demo)
        reader = User.objects.get(email="hrett@example.org")
        coordinator = User.objects.get(email="coordinator@example.org")
        contribution = Contribution.objects.get(engagement__cluster__slug="south-sudan")
        Contribution.objects.filter(pk=contribution.pk).update(text=f"{contribution.text}\n\n{ARABIC}")
        response = signed_in(coordinator).get(f"{contribution.get_absolute_url()}contribution.docx?confidential=yes")
        (folder / "contribution.docx").write_bytes(response.getvalue())
        for language in LANGUAGES:
            for person, path in (
                (reader, "/export/engagement.xlsx"),
                (coordinator, "/clusters/south-sudan/report.docx"),
            ):
                person.language = language
                person.save()
                file = folder / f"{'log' if person == reader else 'form'}-{language}{Path(path).suffix}"
                file.write_bytes(signed_in(person).get(path).getvalue())
            report = factories.EngagementReportFactory(language=language, created_by=reader, since="2020-01-01")
            services.publish_report(by=reader, report=EngagementReport.objects.get(pk=report.pk), version=1)
            (folder / f"report-{language}.docx").write_bytes(bytes(report.files.get(kind="docx").content))
    return folder


@pytest.fixture(scope="module")
def theirs(ours, tmp_path_factory):
    """The folder of the Word files after LibreOffice has opened and saved them, once as its own format."""
    folder = tmp_path_factory.mktemp("theirs")
    convert(ours.glob("*-*.docx"), "odt", folder)
    convert(folder.glob("*.odt"), "docx:MS Word 2007 XML", folder)
    return folder


def convert(paths, to, folder):
    """Let LibreOffice write the files at `paths` anew as `to`, into `folder`."""
    run(folder, "--convert-to", to, "--outdir", str(folder), *map(str, paths))


def run(folder, *words):
    """Start LibreOffice without a window and with a profile of its own in `folder`, and wait for its end."""
    profile = f"-env:UserInstallation={folder.as_uri()}/profile"
    subprocess.run([SOFFICE, profile, "--headless", *words], check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def sheets(ours, tmp_path_factory):
    """{"log-en-Engagements": rows of text} of each sheet of each workbook as LibreOffice reads it."""
    folder = tmp_path_factory.mktemp("sheets")
    convert(ours.glob("*.xlsx"), FILTER, folder)
    found = {}
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            found[file.stem] = list(csv.reader(lines))
    return found


def as_text(value):
    """A value that openpyxl read, as LibreOffice writes it into CSV."""
    if isinstance(value, date | datetime):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_and_openpyxl_say_the_same(language, ours, sheets):
    """All sheets of the report over the demo data: the same titles, rows and cells, dates and line ends included."""
    name = f"log-{language}"
    book = load_workbook(ours / f"{name}.xlsx")
    found = {title.removeprefix(f"{name}-"): rows for title, rows in sheets.items() if title.startswith(f"{name}-")}
    assert set(found) == set(book.sheetnames)
    for sheet in book:
        rows = [[as_text(value) for value in row] for row in sheet.values]
        assert found[sheet.title] == rows, sheet.title
    assert len(found[book.sheetnames[0]]) > 60


ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"


def paragraphs_in_libreoffice(path, folder):
    """[(text, writing mode)] of the body of the document at `path` as LibreOffice reads it, and the text of its header.

    The mode is "rl-tb" for what runs from right to left.
    """
    convert([path], "fodt", folder)
    root = ElementTree.parse(folder / f"{path.stem}.fodt").getroot()  # noqa: S314 — written by LibreOffice, just now
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
def test_libreoffice_and_python_docx_read_the_same_contribution(ours, tmp_path):
    """Every paragraph, the header, and which way each runs: a text in English, with a paragraph in Arabic."""
    path = ours / "contribution.docx"
    found, header = paragraphs_in_libreoffice(path, tmp_path)
    texts = [paragraph.text for paragraph in Document(path).paragraphs]
    assert [text for text, _mode in found] == texts
    assert header == "Confidential: not to be published"
    assert {text: mode == "rl-tb" for text, mode in found} == {text: text == ARABIC for text in texts}
    assert len(texts) == 7


def cells(file):
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in file.tables]


@needs_writer
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_reads_an_engagement_report(language, ours, theirs):
    """The same paragraphs and cells, and as many bars, after LibreOffice has opened and saved it."""
    written, saved = (Document(folder / f"report-{language}.docx") for folder in (ours, theirs))

    def bars(file):
        grounds = file.element.body.iter(qn("w:pPr"))
        return sum(1 for one in grounds if one.find(qn("w:shd")) is not None and one.find(qn("w:ind")) is not None)

    assert cells(saved) == cells(written)
    assert [one.text for one in saved.paragraphs] == [one.text for one in written.paragraphs]
    assert bars(saved) == bars(written) > 10


@needs_writer
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_saves_the_form_as_it_was(language, ours, theirs):
    """Opened and saved by LibreOffice, it says the same in every cell, runs the same way, and keeps the hidden keys.

    A program may divide a key over several runs; together they are the key.
    """
    written, saved = (Document(folder / f"form-{language}.docx") for folder in (ours, theirs))

    def keys(file):
        first = [row.cells[0].paragraphs[0] for row in file.tables[1].rows[1:]]
        return ["".join(run.text for run in one.runs if run.font.hidden) for one in first]

    assert cells(saved) == cells(written)
    assert keys(saved) == keys(written)
    assert len(set(keys(written)) - {""}) > 10
    for file in (written, saved):
        bidi = [table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in file.tables]
        assert bidi == [language == "ar"] * 2
