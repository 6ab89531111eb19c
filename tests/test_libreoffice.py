"""The exported workbook as another program opens it: LibreOffice and openpyxl must say the same of every cell."""

import csv
import shutil
import subprocess
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from engagement.models import User

SOFFICE = shutil.which("soffice")
# Every sheet as CSV in UTF-8, commas, cells as stored and not as shown; the last -1 means all sheets.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice here: apt-get install libreoffice-calc-nogui"),
]


def in_libreoffice(path):
    """{sheet title: rows of text} as LibreOffice reads the workbook at `path`, with a profile of its own."""
    folder = path.parent
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", FILTER, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
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
