"""The way of a file through the admin: upload, preview, confirm; and what stops it."""

import os
import re
from datetime import date
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from config import spreadsheets
from mandates import exchange, imports
from mandates.models import CallForInput, CountryVisit, Mandate, ReferenceChange, Report, VisitEvent
from tests import factories
from tests.workbooks import DECLARES_BILLIONS, ENCRYPTED, MACROS, NO_WORKBOOK, TRUNCATED, saved, workbook

from .imports import RESOURCES, address, confirm, csv_of, sheet_of, upload

pytestmark = pytest.mark.django_db

VISIT = {"countries": "SSD", "mandates": "sr-torture", "starts": "2026-06-08", "ends": "2026-06-19", "source": "OHCHR"}
CALL = {"title": "Digital borders", "deadline": "2026-06-30", "source": "OHCHR"}


@pytest.fixture
def reader(cast, client_of):
    """The HRE TT reader, who keeps the reference data."""
    return client_of(cast.reader)


@pytest.fixture(autouse=True)
def world(clock):
    """A mandate, two countries; no file of another test waits."""
    cache.clear()
    factories.MandateFactory(slug="sr-torture", acronym="SR Torture")
    factories.CountryFactory(iso3="SSD")
    factories.CountryFactory(iso3="UKR")


def stored():
    """How many there are of everything that an import can write."""
    return [model.objects.count() for model in (CountryVisit, VisitEvent, CallForInput, Report, ReferenceChange)]


def page_of(response):
    """The page as text, which is clean: nothing that the content security policy would report, one heading."""
    assert response.status_code == 200
    page = response.content.decode()
    assert "style=" not in page
    assert not re.findall(r"<script(?![^>]* src=)[^>]*>", page.replace('id="django-admin', 'src="'))
    assert not re.findall(r"\son\w+=", page)
    assert page.count("<h1") == 1
    return page


# -- The form ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RESOURCES)
def test_the_form_explains_the_file(reader, kind):
    """Limits, every column with what it holds and whether it is needed, and an export to start from."""
    page = page_of(reader.get(address(kind)))
    assert "at most 5 MB, 5000 rows and 60 columns" in page
    assert f'href="{address(kind, "export.xlsx")}"' in page
    for name, column in RESOURCES[kind].fields.items():
        mark = ' <span class="needed">needed</span>' if column.required else "</th>"
        assert f"<code>{name}</code>{mark}" in page
    assert all(row["about"] for row in reader.get(address(kind)).context["columns"])


def test_a_column_is_explained_in_sentences(reader):
    """What the model says of it, how it is written, and what an empty cell means."""
    columns = {row["name"]: " ".join(row["about"]) for row in reader.get(address("callforinput")).context["columns"]}
    assert columns["deadline"] == "Deadline. Open until 24:00 on this day. A day."
    assert columns["purpose"] == (
        "Purpose. One of: thematic_report, country_visit, study, other. Empty: thematic_report."
    )
    assert columns["checked_on"].endswith("Empty: today. A day.")


@pytest.mark.parametrize("kind", RESOURCES)
def test_the_list_leads_to_import_and_export(reader, kind):
    """The export takes the filters of the list along."""
    response = reader.get(address(kind, "?q=x"))
    page = response.content.decode()
    for target in ("import/", "export.xlsx?q=x", "export.csv?q=x"):
        assert f'href="{address(kind, target)}"' in page


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.7\n\x00", "visits.xlsx", "This is neither an Excel workbook (.xlsx) nor a CSV file."),
        (b"", "visits.xlsx", "The file is empty."),
        (TRUNCATED, "visits.xlsx", "The file is damaged or was cut off on its way: open it in Excel, save it again as "
         ".xlsx, and try again."),
        (ENCRYPTED, "visits.xlsx", "The file is protected by a password: save it as .xlsx without one."),
        (MACROS, "visits.xlsm", "The file holds macros: save it as .xlsx, which has none."),
        (NO_WORKBOOK, "visits.docx", "This is no Excel workbook (.xlsx): save the sheet as .xlsx or as CSV."),
        (b"countries\n", "visits.csv", "There are titles, but no row under them."),
    ],
    ids=["wrong type", "empty", "truncated", "password", "macros", "no workbook", "no rows"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_comes_back_with_its_reason(reader, content, name, sentence):
    """On the form, at the field; nothing is kept or written."""
    before = stored()
    response = upload(reader, "countryvisit", content, name)
    page_of(response)
    assert response.context["form"].errors == {"file": [sentence]}
    assert "Nothing was imported." in response.content.decode()
    assert stored() == before


def test_a_form_without_a_file_asks_for_one(reader):
    """What was typed beside it stays."""
    response = reader.post(address("countryvisit"), {"source": "OHCHR letter"})
    assert response.context["form"].errors == {"file": ["Choose a file."]}
    assert 'value="OHCHR letter"' in response.content.decode()


def test_a_file_that_is_too_large_is_not_read(reader, monkeypatch):
    """Its size is known before; the reader of files never sees it."""
    monkeypatch.setattr(spreadsheets, "MAX_BYTES", 1000)
    monkeypatch.setattr(spreadsheets, "read_table", None)
    response = upload(reader, "countryvisit", b"x" * 1001)
    assert response.context["form"].errors == {"file": ["The file is larger than 0 MB: divide it."]}


def test_the_workbook_that_declares_17_billion_cells_is_read_for_what_it_holds(reader):
    """Two rows, whose titles are not those of visits."""
    response = upload(reader, "countryvisit", DECLARES_BILLIONS, "visits.xlsx")
    assert "Column B: no column is called “number”." in page_of(response)


# -- The preview -------------------------------------------------------------------------------------


def test_the_preview_shows_what_would_change_and_writes_nothing(reader):
    """How many, each cell before and after, each new entry; a button to confirm."""
    visit = factories.VisitFactory(countries=["UKR"], mandates=[Mandate.objects.get()], places="Kyiv", source="OHCHR")
    same = factories.CallFactory(title="Untouched")
    before = stored()
    rows = [{"id": "", **VISIT, "places": "Juba"}, {"id": visit.pk, **VISIT, "countries": "UKR", "places": "Lviv"}]
    response = upload(reader, "countryvisit", csv_of(*rows))
    page = page_of(response)
    assert [(kind, count) for kind, _label, count in response.context["counts"]] == [
        ("new", 1), ("changed", 1), ("unchanged", 0), ("faulty", 0),
    ]  # fmt: skip
    assert "<del>Kyiv</del>" in page
    assert "<ins>Lviv</ins>" in page
    assert "Row 3: <b>Visit to Ukraine: SR Torture</b>" in page
    assert "Row 2: <b>Visit to South Sudan: SR Torture</b>" in page
    assert "<ins>Juba</ins>" in page
    assert 'value="Confirm the import"' in page
    assert stored() == before
    visit.refresh_from_db()
    assert (visit.places, same.title) == ("Kyiv", "Untouched")


def test_faults_are_told_by_row_and_column_and_their_rows_stay_out(reader):
    """Where, what the cell says, why; the other rows can be written without them."""
    before = stored()
    rows = [VISIT, {**VISIT, "mandates": "nobody", "starts": "2026-02-30"}]
    preview = upload(reader, "countryvisit", csv_of(*rows))
    page = page_of(preview)
    found = re.findall(r'<th scope="row">(Row .*?)</th>\s*<td dir="auto">(.*?)</td>\s*<td dir="auto">(.*?)</td>', page)
    assert found == [
        (
            "Row 3, column B (mandates)",
            "nobody",
            "“nobody” is not the name of a mandate. Write its short form or its title, as in the list of mandates.",
        ),
        ("Row 3, column C (starts)", "2026-02-30", "No calendar has the date “2026-02-30”."),
    ]
    assert "Faulty rows stay out until they are mended" in page
    assert stored() == before
    page = confirm(reader, "countryvisit", preview, follow=True).content.decode()
    assert "Imported: 1 added, 0 changed, 0 as they were. Left out as faulty: 1." in page
    assert CountryVisit.objects.count() == 1


def test_the_faults_are_downloaded_in_red_and_come_home_mended(reader):
    """Each row where it stood, a column that says what to mend, which is not read when it comes back."""
    rows = [VISIT, {**VISIT, "mandates": "nobody", "starts": "2026-02-30"}]
    preview = upload(reader, "countryvisit", csv_of(*rows))
    token = {"token": preview.context["upload"].token}
    content = reader.post(address("countryvisit", "import/faults.xlsx"), token).getvalue()
    book, sheet, _columns = sheet_of(content)
    red = {cell.coordinate for row in sheet for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert red == {"B3", "C3", "F3"}
    assert sheet["F3"].value == (
        "mandates: “nobody” is not the name of a mandate. "
        "Write its short form or its title, as in the list of mandates.\n"
        "starts: No calendar has the date “2026-02-30”."
    )
    sheet["B3"], sheet["C3"] = "sr-torture", "2026-06-09"
    counts = upload(reader, "countryvisit", saved(book), "mended.xlsx").context["counts"]
    assert {kind: n for kind, _label, n in counts if n} == {"new": 2}
    assert "not kept any more" in page_of(reader.post(address("countryvisit", "import/faults.xlsx"), {"token": "x"}))


def test_a_file_of_faults_alone_has_no_button(reader):
    """Nor does a confirmation without it write anything."""
    before = stored()
    preview = upload(reader, "countryvisit", csv_of({**VISIT, "starts": "2026-02-30"}))
    page = page_of(preview)
    assert "Mend the rows below and hand it in again" in page
    assert "Confirm" not in page
    page_of(confirm(reader, "countryvisit", preview))
    assert stored() == before


def test_warnings_and_notes_stand_on_the_preview(reader):
    """A mandate outside its life, a sheet that was not read: worth a look, no hindrance."""
    rows = [list(VISIT), [*list(VISIT.values())[:2], date(2009, 6, 8), date(2009, 6, 9), "OHCHR"]]
    page = page_of(upload(reader, "countryvisit", workbook(*rows, Notes=[["x"]]), "visits.xlsx"))
    assert "SR Torture was not in force then (established 2010)." in page
    assert "Only the sheet “Sheet” was read; not read: “Notes”." in page
    assert 'value="Confirm the import"' in page


def test_what_a_file_says_is_shown_as_text(reader):
    """Markup in a cell stays text, also in the name of the file."""
    rows = [{**VISIT, "mandates": "<b>nobody</b>"}]
    page = page_of(upload(reader, "countryvisit", csv_of(*rows), "<i>.csv"))
    assert "&lt;b&gt;nobody&lt;/b&gt;" in page
    assert "<b>nobody" not in page
    assert "<i>" not in page


def test_a_long_preview_says_how_much_it_leaves_out(reader, monkeypatch):
    """The counts are of all rows."""
    monkeypatch.setattr(exchange, "SHOWN", 2)
    page = page_of(upload(reader, "callforinput", csv_of(*({**CALL, "title": f"Call {n}"} for n in range(5)))))
    assert ("Call 1" in page, "Call 2" in page, "And 3 more." in page, "<b>5</b> new" in page) == (
        True,
        False,
        True,
        True,
    )
    page = page_of(
        upload(reader, "callforinput", csv_of(*({**CALL, "title": f"{n}", "deadline": "x"} for n in range(5))))
    )
    assert ("And 3 more." in page, "<b>5</b> faulty" in page) == (True, True)


# -- The confirmation --------------------------------------------------------------------------------


def test_a_confirmed_import_is_written_under_the_name_of_the_person(reader):
    """Each change says who, and from which source: what she typed, else the name of the file."""
    preview = upload(reader, "countryvisit", csv_of(VISIT), "from-geneva.csv")
    response = confirm(reader, "countryvisit", preview, follow=True)
    assert response.redirect_chain == [(address("countryvisit", ""), 302)]
    assert "Imported: 1 added, 0 changed, 0 as they were." in response.content.decode()
    visit = CountryVisit.objects.get()
    changes = ReferenceChange.objects.filter(subject_id=str(visit.pk))
    assert set(changes.values_list("changed_by", "source")) == {("hrett@example.org", "from-geneva.csv")}
    preview = upload(reader, "countryvisit", csv_of({"id": visit.pk, "places": "Juba"}), source="Letter of 3 May")
    confirm(reader, "countryvisit", preview)
    assert changes.latest("changed_at").source == "Letter of 3 May"


def test_the_same_file_twice_changes_nothing(reader):
    """The second preview has nothing to confirm."""
    content = csv_of({**VISIT, "status": "announced", "status_day": ""})
    confirm(reader, "countryvisit", upload(reader, "countryvisit", content))
    before = stored()
    page = page_of(upload(reader, "countryvisit", content))
    assert "Nothing to import: all entries are as the file has them." in page
    assert "Confirm" not in page
    assert stored() == before


def test_a_second_press_of_the_button_changes_nothing(reader):
    """The slow line, the double click."""
    preview = upload(reader, "callforinput", csv_of(CALL))
    confirm(reader, "callforinput", preview)
    before = stored()
    response = confirm(reader, "callforinput", preview, follow=True)
    assert "Imported: 0 added, 0 changed, 1 as they were." in response.content.decode()
    assert stored() == before


GONE = (
    "This preview is not kept any more: it is older than a day, or you have uploaded another file since. "
    "Upload the file again."
)


def test_a_preview_waits_in_the_cache_that_production_has(reader, settings):
    """In the database, where every worker finds it, whole."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    call_command("createcachetable", verbosity=0)
    notes = [[os.urandom(100).hex()] for _number in range(999)]
    content = workbook(list(CALL), list(CALL.values()), Notes=notes)
    preview = upload(reader, "callforinput", content, "calls.xlsx")
    confirm(reader, "callforinput", preview)
    assert CallForInput.objects.get().title == "Digital borders"


def test_a_preview_is_kept_for_a_day(reader, monkeypatch):
    """Afterwards the page says so, and nothing is written."""
    monkeypatch.setattr(imports, "KEPT_FOR", 0)
    preview = upload(reader, "callforinput", csv_of(CALL))
    before = stored()
    assert GONE in page_of(confirm(reader, "callforinput", preview))
    assert stored() == before


def test_a_preview_is_for_the_last_file_of_one_person_and_one_kind(reader, cast, client_of):
    """Another file, another kind, another person: the key opens nothing."""
    preview = upload(reader, "callforinput", csv_of(CALL))
    focal = client_of(cast.focal)
    before = stored()
    assert GONE in page_of(confirm(focal, "callforinput", preview))
    assert GONE in page_of(confirm(reader, "report", preview))
    assert GONE in page_of(reader.post(address("callforinput", "import/confirm/"), {"token": "é"}))
    assert GONE in page_of(reader.post(address("callforinput", "import/confirm/")))
    upload(reader, "callforinput", csv_of({**CALL, "title": "Another"}))
    assert GONE in page_of(confirm(reader, "callforinput", preview))
    assert stored() == before


def test_faults_that_come_up_after_the_preview_are_shown_and_nothing_is_written(reader):
    """Meanwhile somebody else has added the same report, twice."""
    row = {"symbol": "", "title": "Camps", "mandates": "sr-torture", "source": "x"}
    preview = upload(reader, "report", csv_of(row))
    for _time in range(2):
        factories.ReportFactory(title="Camps", mandates=[Mandate.objects.get()])
    before = stored()
    page = page_of(confirm(reader, "report", preview))
    assert "The entries have changed since the preview: nothing was written." in page
    assert "2 entries have the same symbol, title, mandates: give the id of one." in page
    assert "Confirm" not in page
    assert stored() == before


def test_what_somebody_changed_since_the_preview_is_not_overwritten(reader):
    """What would be written now is not what was seen: the page shows it anew."""
    call = factories.CallFactory(title="Borders", word_limit=1000)
    preview = upload(reader, "callforinput", csv_of({"id": call.pk, "word_limit": 2000}))
    call.word_limit = 1500
    call.save()
    before = stored()
    page = page_of(confirm(reader, "callforinput", preview))
    assert "The entries have changed since the preview: nothing was written." in page
    assert "<del>1500</del>" in page
    call.refresh_from_db()
    assert (call.word_limit, stored()) == (1500, before)


def test_only_the_task_team_imports(reader, cast, client_of):
    """Administrators keep users, not reference data; others never get past sign-in; nothing is written."""
    preview = upload(reader, "callforinput", csv_of(CALL))
    before = stored()
    administrator = client_of(cast.administrator)
    assert upload(administrator, "callforinput", csv_of(CALL)).status_code == 403
    assert confirm(administrator, "callforinput", preview).status_code == 403
    for person in (None, cast.coordinator, cast.member):
        client = client_of(person)
        assert upload(client, "callforinput", csv_of(CALL)).status_code == 302
        assert confirm(client, "callforinput", preview).status_code == 302
    assert stored() == before


def test_a_post_from_elsewhere_is_refused(cast):
    """The forms carry the token against forged requests."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.reader)
    file = BytesIO(csv_of(CALL))
    file.name = "x.csv"
    assert client.post(address("callforinput"), {"file": file}).status_code == 403
    assert client.post(address("callforinput", "import/confirm/"), {"token": "x"}).status_code == 403
