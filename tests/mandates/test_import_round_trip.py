"""What was exported comes home, tried on the reference data: untouched it changes nothing, an edited cell one entry."""

import csv
import shutil
import subprocess
import uuid
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mandates.models import (
    CallForInput,
    CountryVisit,
    Mandate,
    MandateHolder,
    Recommendation,
    ReferenceChange,
    Report,
    Session,
)
from tests import factories
from tests.workbooks import saved

from .imports import RESOURCES, address, confirm, exported, kinds, run, sheet_of, upload

pytestmark = pytest.mark.django_db

MODELS = {
    "mandate": Mandate,
    "mandateholder": MandateHolder,
    "session": Session,
    "countryvisit": CountryVisit,
    "callforinput": CallForInput,
    "report": Report,
    "recommendation": Recommendation,
}
DIFFICULT = '=HYPERLINK("https://x.example")\r\n\'quoted; - list; =1\r\n\r\n  two spaces, عربي _x0041_ <b>&amp; '


@pytest.fixture(scope="module", autouse=True)
def seeded(django_db_setup, django_db_blocker):
    """The reference data as it is shipped, and entries that are hard to write down; for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_reference", verbosity=0)
        mandate = Mandate.objects.get(slug="sr-torture")
        visit = factories.VisitFactory(countries=["SSD", "UGA"], mandates=[mandate], note=DIFFICULT, places="-1, +2")
        factories.VisitFactory(countries=["SSD"], mandates=[mandate], starts_on=date(2026, 6, 15), precision="month")
        factories.VisitFactory(
            countries=["SSD"], mandates=[mandate], starts_on=None, ends_on=None, precision="", status=""
        )
        factories.CallFactory(title="@Camps,  and more ", note=DIFFICULT, visit=visit, word_limit=2500)
        factories.CallFactory(title="Ongoing", deadline_kind="ongoing", deadline_on=None)
        factories.ReportFactory(symbol="A/HRC/61/1", mandates=[mandate], visit=visit, expected_precision="half")
        for number in range(6):
            factories.RecommendationFactory(
                mandates=[mandate], countries=["SSD"], paragraph=str(number), text=DIFFICULT, themes=["Land", "Water"],
                annotation_id=uuid.uuid4() if number % 2 else None, symbol="" if number == 4 else "A/HRC/61/1",
            )  # fmt: skip
        yield
        transaction.set_rollback(True)


@pytest.fixture
def reader(client_of):
    return client_of(factories.UserFactory(email="hrett@example.org", task_team="reader"))


@pytest.mark.parametrize("kind", RESOURCES)
@pytest.mark.parametrize("form", ["export.xlsx", "export.csv"])
def test_an_untouched_export_changes_nothing(reader, kind, form):
    """All rows are there, and every one is unchanged; in whichever language it was exported."""
    reader.cookies["django_language"] = "ar"
    content = reader.get(address(kind, form)).getvalue()
    outcome = run(kind, content)
    assert kinds(outcome) == ["unchanged"] * MODELS[kind].objects.count()
    assert len(outcome.lines) > 5


@pytest.mark.parametrize(
    ("kind", "column", "value", "after"),
    [
        ("mandate", "renewed_by", "A/HRC/RES/99/1", "A/HRC/RES/99/1"),
        ("mandateholder", "ended", "2031-05", "2031-05"),
        ("session", "ends", date(2031, 4, 3), None),
        ("countryvisit", "places", "Juba; Malakal", "Juba; Malakal"),
        ("callforinput", "deadline", date(2031, 4, 3), "2031-04-03"),
        ("report", "countries", "Mali; Uganda", "MLI; UGA"),
        ("recommendation", "addressee", "Parliament", "Parliament"),
    ],
)
def test_one_edited_cell_is_one_change(reader, kind, column, value, after):
    """The person edits the workbook, looks at the preview and confirms; one entry is changed, one change recorded."""
    book, sheet, titles = sheet_of(exported(reader, kind))
    row = 2
    while kind == "callforinput" and sheet.cell(row, titles["deadline_kind"]).value != "date":
        row += 1
    if after is None:  # a session needs both days
        sheet.cell(row, titles["starts"]).value, after = date(2031, 3, 3), "2031-04-03"
    sheet.cell(row, titles[column]).value = value
    preview = upload(reader, kind, saved(book), f"{kind}.xlsx")
    changed = preview.context["outcome"].of_kind("changed")
    assert [line.number for line in changed] == [row]
    assert changed[0].after[column] == after
    written = ReferenceChange.objects.count()
    response = confirm(reader, kind, preview, follow=True)
    total = MODELS[kind].objects.count()
    assert f"Imported: 0 added, 1 changed, {total - 1} as they were." in response.content.decode()
    assert ReferenceChange.objects.count() > written
    assert kinds(run(kind, saved(book))) == ["unchanged"] * total


def test_the_workbook_is_good_to_edit(reader):
    """Real dates, text that stays text, drop-downs of choices, an explanation at each title, the titles in view."""
    book, sheet, titles = sheet_of(exported(reader, "callforinput"))
    assert list(titles) == list(RESOURCES["callforinput"].fields)
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "d"}
    (row,) = (cell.row for cell in sheet["B"] if cell.value == "@Camps,  and more ")
    assert sheet.cell(row, titles["deadline"]).value == datetime(2026, 6, 30)
    assert sheet.cell(row, titles["word_limit"]).value == 2500
    assert sheet.cell(row, titles["note"]).value == DIFFICULT.replace("\r\n", "\n")
    assert sheet.freeze_panes == "C2"
    assert len(sheet.data_validations.dataValidation) == 4
    assert "Open until 24:00 on this day." in sheet.cell(1, titles["deadline"]).comment.text


def test_csv_does_not_run(reader):
    """Cells that a spreadsheet would take for formulas have an apostrophe."""
    content = reader.get(address("callforinput", "export.csv")).getvalue().decode("utf-8-sig")
    rows = {row["title"]: row for row in csv.DictReader(StringIO(content, newline=""))}
    assert rows["'@Camps,  and more "]["note"].startswith("'=HYPERLINK(")


@pytest.mark.parametrize("query", ["?q=South+Sudan", "?q=South+Sudan&p=1", "?starts_on__year=2026&o=-1"])
def test_an_export_has_the_rows_of_the_list(reader, query):
    """All its pages, filtered and ordered as in the address."""
    shown = reader.get(address("countryvisit", query)).context["cl"].queryset
    _book, sheet, _titles = sheet_of(exported(reader, "countryvisit", query))
    assert [cell.value for cell in sheet["A"]][1:] == [str(visit.pk) for visit in shown]
    assert 0 < len(shown) < CountryVisit.objects.count()


@pytest.mark.parametrize("form", ["export.xlsx", "export.csv"])
def test_a_filter_that_is_not_understood_exports_nothing(reader, form):
    """A value that no column takes leads to the list, which says so; a column that is not the list's own is refused."""
    response = reader.get(address("countryvisit", f"{form}?starts_on__year=soon"))
    assert (response.status_code, response["Location"]) == (302, address("countryvisit", "?e=1"))
    assert reader.get(address("countryvisit", f"{form}?engagements__id=1")).status_code == 400


def test_queries_of_an_export_do_not_grow_with_its_rows(reader):
    """Countries, mandates, session and status come with the rows."""

    def asked(query):
        with CaptureQueriesContext(connection) as captured:
            exported(reader, "countryvisit", query)
        return len(captured)

    one = CountryVisit.objects.exclude(report_session=None).first()
    assert asked(f"?id__exact={one.pk}") == asked("")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_libreoffice_saves_comes_home(reader, form, tmp_path):
    """Opened and saved by another program: still every row unchanged."""
    for kind in RESOURCES:
        (tmp_path / f"{kind}.xlsx").write_bytes(exported(reader, kind))
    # UTF-8, comma, quotation mark, cells as shown.
    target = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"}
    out = tmp_path / "out"
    subprocess.run(
        [shutil.which("soffice"), f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", "--headless", "--convert-to",
         target[form], "--outdir", out, *sorted(tmp_path.glob("*.xlsx"))],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for kind in RESOURCES:
        outcome = run(kind, (out / f"{kind}.{form}").read_bytes())
        changed = [line.cells for line in outcome.lines if line.kind != "unchanged"]
        assert (kind, outcome.faults, changed, len(outcome.lines)) == (kind, [], [], MODELS[kind].objects.count())
