"""The pages of an import: who may, what they say, what happens to bad input."""

from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.limits import MAX_BYTES
from engagement import services
from engagement.imports.marked import marked_workbook
from engagement.imports.table import Header, Place
from engagement.models import AuditEvent, Engagement, ImportBatch
from tests import factories
from tests.engagement.forms import fields_of

from .files import cells_of, new_row, read_file, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

UPLOAD = "/import/engagement/"


@pytest.fixture
def client(cast, client_of):
    """The coordinator of South Sudan."""
    return client_of(cast.coordinator)


@pytest.fixture
def keep(cast):
    """`keep(*rows)`: a file of the coordinator that waits, and its address."""

    def kept(*rows, **options):
        read = read_file(*rows, **options)
        return services.keep_upload(by=cast.coordinator, name="log.xlsx", read=read, cluster=None)

    return kept


def text_of(response):
    return response.content.decode()


def logged(cast, **fields):
    return factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, **fields)


def press(client, batch, **more):
    """Post the preview as a browser does, with `confirm` unless told otherwise; the page that follows."""
    typed = fields_of(client.get(f"{batch.get_absolute_url()}?show="), "preview-form") | {"confirm": "1"} | more
    typed = {name: value for name, value in typed.items() if value is not None}
    return client.post(f"{batch.get_absolute_url()}confirm/", typed, follow=True)


def test_from_the_upload_to_the_undone_import(cast, client):
    """The whole way: upload, look, confirm, find it in the log, undo."""
    row = logged(cast)
    file = workbook(cells_of(row) | {"result": "=Agreed"}, new_row(what_was_done="Sent input."))
    page = client.post(UPLOAD, {"file": file, "cluster": "south-sudan"}, follow=True)
    assert page.redirect_chain[-1][0] == ImportBatch.objects.get().get_absolute_url()
    assert "=Agreed" in text_of(page)
    assert "Two points were taken up." in text_of(page)
    assert Engagement.objects.count() == 1
    page = press(client, ImportBatch.objects.get())
    assert "2 rows were written." in text_of(page)
    assert "Sent input." in text_of(page)
    row.refresh_from_db()
    assert row.result == "=Agreed"
    page = client.post(f"{ImportBatch.objects.get().get_absolute_url()}undo/", follow=True)
    assert "The import was undone." in text_of(page)
    assert "Sent input." not in text_of(client.get("/engagement/"))


def test_the_first_page_publishes_the_limits_and_lists_own_files(cast, client, keep):
    """Those of others are on nobody's page."""
    keep(new_row())
    other = factories.UserFactory(coordinates=cast.south_sudan)
    services.keep_upload(by=other, name="others.xlsx", read=read_file(new_row()), cluster=None)
    page = text_of(client.get(UPLOAD))
    for limit in ("5 MB", "50 MB", "5,000 rows", "60 columns", "32,000 characters"):
        assert limit in page
    assert "log.xlsx" in page
    assert "others.xlsx" not in page


@pytest.mark.parametrize("person", ["member", "reader", "focal", "administrator"])
def test_who_keeps_no_log_imports_nothing(cast, client_of, person):
    """Neither the page nor the upload."""
    client = client_of(getattr(cast, person))
    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, {"file": workbook(new_row())}).status_code == 403
    assert not ImportBatch.objects.exists()


PAGES = ("", "columns/", "faults.xlsx")
ACTS = ("confirm/", "undo/", "discard/", "columns/")


def test_the_file_of_another_person_is_not_there(cast, client_of, keep):
    """Also for a coordinator of the same cluster; nothing is done by guessing its address."""
    batch = keep(new_row())
    client = client_of(factories.UserFactory(coordinates=cast.south_sudan))
    for page in PAGES:
        assert client.get(batch.get_absolute_url() + page).status_code == 404
    for act in ACTS:
        assert client.post(batch.get_absolute_url() + act, {"confirm": "1"}).status_code == 404
    assert ImportBatch.objects.get().is_draft


def test_a_role_that_has_ended_closes_her_own_files(cast, client, keep):
    """403: she may know that it is hers, and that it takes a role."""
    batch = keep(new_row())
    cast.coordinator.memberships.update(role="member")
    for page in PAGES:
        assert client.get(batch.get_absolute_url() + page).status_code == 403
    for act in ACTS:
        assert client.post(batch.get_absolute_url() + act).status_code == 403


def test_acts_are_posts(client, keep):
    """A link that somebody sends changes nothing."""
    batch = keep(new_row())
    for act in ("confirm/", "undo/", "discard/"):
        assert client.get(batch.get_absolute_url() + act).status_code == 405


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (None, "Choose a file."),
        (SimpleUploadedFile("log.xlsx", b""), "The file is empty."),
        (SimpleUploadedFile("log.xlsx", b"PK\x03\x04 cut off"), "damaged"),
        (SimpleUploadedFile("log.xlsx", b"x" * (MAX_BYTES + 1)), "larger than 5 MB"),
        (SimpleUploadedFile("log.csv", b"Started on,Cluster\n"), "rows under it"),
    ],
    ids=["none", "empty", "damaged", "too large", "titles only"],
)
def test_a_file_that_cannot_be_read_gives_a_plain_reason(client, file, reason):
    """Nothing is kept of it."""
    page = client.post(UPLOAD, {"file": file} if file else {})
    assert page.status_code == 200
    assert reason in text_of(page)
    assert not ImportBatch.objects.exists()


def test_a_hostile_file_name_is_shown_as_text(client):
    """No folders, no marks that turn text around, no markup."""
    file = workbook(new_row(), name="../../etc/\u202e<b>gpj.xlsx")
    page = text_of(client.post(UPLOAD, {"file": file}, follow=True))
    assert ImportBatch.objects.get().file_name == "<b>gpj.xlsx"
    assert "&lt;b&gt;gpj.xlsx" in page


def test_text_of_a_file_is_shown_as_text(client, keep):
    """Whatever stands in a cell, a header or a note of the reader of files."""
    batch = keep(new_row(what_was_done="<script>alert(1)</script>"), new_row(action="<script>2</script>"))
    page = text_of(client.get(batch.get_absolute_url()))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert "<script>2" not in page


def test_unknown_columns_are_asked_and_remembered(client):
    """The upload leads to the question; the answer is kept with the file, and can be changed."""
    book = openpyxl.Workbook()
    for row in (["Stamp", "Actions taken from the list above", "ours", "Did"], ["4 March 2026", "6", "blue", "Sent."]):
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    page = client.post(UPLOAD, {"file": SimpleUploadedFile("own.xlsx", content.getvalue())}, follow=True)
    batch = ImportBatch.objects.get()
    address = f"{batch.get_absolute_url()}columns/"
    assert page.redirect_chain[-1][0] == address
    typed = fields_of(page, "columns-form")
    typed.pop("typed_by")
    assert typed == {"cluster": "south-sudan", "0:A": "", "0:B": "action", "0:C": "", "0:D": ""}
    page = client.post(address, typed | {"0:A": "started_on", "0:C": "-"})
    assert "Say what this column holds" in text_of(page)
    page = client.post(address, typed | {"0:A": "started_on", "0:C": "started_on", "0:D": "what_was_done"})
    assert "holds this already" in text_of(page)
    page = client.post(address, typed | {"0:A": "started_on", "0:C": "-", "0:D": "what_was_done"}, follow=True)
    assert "6. Contribute to a report · South Sudan Protection Cluster · 4 March 2026" in text_of(page)
    assert "column “ours”, 1 cell<" in text_of(page)
    assert fields_of(client.get(address), "columns-form")["0:C"] == "-"


@pytest.mark.parametrize("value", ["nonsense", "row ", "pk"])
def test_a_column_holds_only_what_there_is(client, keep, value):
    """Whatever a form is made to send."""
    batch = keep(new_row())
    page = client.post(f"{batch.get_absolute_url()}columns/", {"0:A": value})
    assert page.status_code == 200
    batch.refresh_from_db()
    assert batch.columns == {}


def test_a_cluster_of_others_cannot_be_chosen(cast, client, keep):
    """Neither at the upload nor with the columns."""
    page = client.post(UPLOAD, {"file": workbook(new_row()), "cluster": "ukraine"})
    assert "Select a valid choice" in text_of(page)
    batch = keep(new_row())
    client.post(f"{batch.get_absolute_url()}columns/", {"cluster": "ukraine", "0:A": "started_on"})
    batch.refresh_from_db()
    assert batch.cluster is None


def test_every_fault_is_told_with_its_place(client, keep):
    """Sheet where there are several, row, column, title, what the cell says, how to mend it."""
    batch = keep(new_row(started_on="2026-02-30", level="severe"))
    page = text_of(client.get(batch.get_absolute_url()))
    assert "Row 3, column A" in page
    assert "“2026-02-30” stands in no calendar" in page
    assert "not stored here at any level" in page
    assert "Nothing can be written from this file" in page
    assert 'name="confirm"' not in page


def test_what_is_not_read_is_listed(client, keep, cast):
    """What the reader of files named, and columns that nothing is taken of."""
    read = read_file(new_row(item="A visit"), names=["started_on", "action", "what_was_done", "item"])
    read.unread.append((read.tables[0].rows[0].place, "a comment", "Ask Anna"))
    read.notes.append((read.tables[0].rows[0].place, "a hidden row", ""))
    batch = services.keep_upload(by=cast.coordinator, name="log.xlsx", read=read, cluster=None)
    services.say_columns(by=cast.coordinator, batch=batch, columns={"0:D": "-"}, cluster=None)
    page = text_of(client.get(batch.get_absolute_url()))
    assert "a comment" in page
    assert "Ask Anna" in page
    assert "a hidden row" in page
    assert "column “item”, 1 cell<" in page


def test_what_an_export_adds_is_told_once(client, keep, cast):
    """Its sheets in one line; its columns for reading only not at all, also once columns were asked about."""
    names = ["started_on", "action", "what_was_done", "country", "remarks"]
    read = read_file(new_row(country="South Sudan", remarks="x"), names=names)
    read.unread.extend((Place(sheet, 0), "what the export adds", "") for sheet in ("Summary", "About"))
    headers = read.tables[0].headers
    headers[4] = Header(headers[4].letter, "Remarks", "")
    batch = services.keep_upload(by=cast.coordinator, name="log.xlsx", read=read, cluster=None)
    services.say_columns(by=cast.coordinator, batch=batch, columns={"0:D": "country", "0:E": "-"}, cluster=None)
    unread = client.get(batch.get_absolute_url()).context["unread"]
    assert unread == [
        ("sheet “Summary”, sheet “About”", "what the export adds", ""),
        ("sheet “Log”, column E", "column “Remarks”, 1 cell", ""),
    ]


def test_a_long_file_says_that_it_takes_a_moment_and_shows_pages(client, keep):
    """The first answer compares nothing; then fifty lines of a section at a time, and links to the others."""
    batch = keep(*(new_row(what_was_done=f"Number {n}.") for n in range(501)))
    page = client.get(batch.get_absolute_url())
    assert page["Refresh"] == f"0; url={batch.get_absolute_url()}?show="
    assert "501 rows were read." in text_of(page)
    page = text_of(client.get(f"{batch.get_absolute_url()}?show="))
    assert page.count('name="take"') == 50
    assert "All 501 rows of this section" in page
    page = text_of(client.get(f"{batch.get_absolute_url()}?show=new&page=11"))
    assert page.count('name="take"') == 1
    assert "Page 11 of 11" in page


def test_choices_are_kept_over_pages(client, keep):
    """What was ticked off on one page stays off when another one is confirmed."""
    batch = keep(*(new_row(what_was_done=f"Number {n}.") for n in range(60)))
    second = f"{batch.get_absolute_url()}?show=new&page=2"
    typed = fields_of(client.get(second), "preview-form")
    page = client.post(f"{batch.get_absolute_url()}confirm/", typed | {"take": typed["take"][:4]}, follow=True)
    assert page.redirect_chain[-1][0] == second
    assert "54 rows were chosen" in text_of(page)
    assert "54 rows were written." in text_of(press(client, batch))


def test_the_conflict_asks_which_counts(cast, client, keep):
    """What stands here is chosen to begin with; the file only when somebody says so."""
    row = logged(cast)
    batch = keep(cells_of(row) | {"result": "In the file."}, new_row())
    row.result, row.version = "Here meanwhile.", 2
    row.save()
    page = client.get(batch.get_absolute_url())
    assert "Here meanwhile." in text_of(page)
    assert "In the file." in text_of(page)
    assert fields_of(page, "preview-form")["choice-0.0"] == "here"
    press(client, batch, **{"choice-0.0": "file"})
    row.refresh_from_db()
    assert (row.result, row.version) == ("In the file.", 3)
    assert Engagement.objects.count() == 2


def test_what_changed_since_the_page_was_made_is_shown_again(cast, client, keep):
    """Nothing is written; the page says why."""
    row = logged(cast)
    batch = keep(cells_of(row) | {"result": "In the file."})
    typed = fields_of(client.get(batch.get_absolute_url()), "preview-form") | {"confirm": "1"}
    row.result, row.version = "Here meanwhile.", 2
    row.save()
    page = client.post(f"{batch.get_absolute_url()}confirm/", typed, follow=True)
    assert "Nothing was written: the log has changed since you looked." in text_of(page)
    assert "Here meanwhile." in text_of(page)
    row.refresh_from_db()
    assert row.version == 2


ODD = {"confirm": "1", "seen": "x" * 64, "shown": "9.9 \x00 ../", "take": "0.0"}


@pytest.mark.parametrize("typed", [{}, {"confirm": "1"}, ODD])
def test_any_post_is_answered(client, keep, typed):
    """Nothing is written by a form that nobody was shown."""
    batch = keep(new_row())
    assert client.post(f"{batch.get_absolute_url()}confirm/", typed, follow=True).status_code == 200
    assert not Engagement.objects.exists()


def test_a_second_press_writes_once(client, keep):
    """The second one is told that it was confirmed already, and sees the result."""
    batch = keep(new_row())
    typed = fields_of(client.get(batch.get_absolute_url()), "preview-form") | {"confirm": "1"}
    for said in ("1 row was written.", "This file was confirmed already."):
        assert said in text_of(client.post(f"{batch.get_absolute_url()}confirm/", typed, follow=True))
    assert Engagement.objects.count() == 1


def test_a_file_that_waited_too_long_is_said_to_be_gone(clock, cast, client_of, keep):
    """Its page says so; its other pages are not there."""
    batch = keep(new_row())
    clock(datetime(2026, 5, 21, 13, tzinfo=UTC))
    client = client_of(cast.coordinator)
    assert "not confirmed within 24 hours" in text_of(client.get(batch.get_absolute_url()))
    assert "not confirmed in time" in text_of(client.get(UPLOAD))
    for page in ("columns/", "faults.xlsx"):
        assert client.get(batch.get_absolute_url() + page).status_code == 404
    page = client.post(f"{batch.get_absolute_url()}confirm/", {"confirm": "1"}, follow=True)
    assert "not kept any more" in text_of(page)


def test_a_discarded_file_leaves_the_list(client, keep):
    """And is not there any more."""
    batch = keep(new_row())
    page = client.post(f"{batch.get_absolute_url()}discard/", follow=True)
    assert "Nothing of it was written." in text_of(page)
    assert client.get(batch.get_absolute_url()).status_code == 404


def test_what_could_not_be_undone_is_named(cast, client, keep):
    """With the way to each."""
    batch = keep(new_row(what_was_done="Edited later."), new_row(what_was_done="Left alone."))
    press(client, batch)
    row = Engagement.objects.get(what_was_done="Edited later.")
    row.result, row.version = "Edited.", 2
    row.save()
    page = text_of(client.post(f"{batch.get_absolute_url()}undo/", follow=True))
    assert "Not undone" in page
    assert row.get_absolute_url() in page
    assert "Left alone." not in page


def test_the_result_shows_only_what_she_can_read_now(cast, client, keep):
    """Own eyes: a role that went from coordinator of one cluster to another takes its rows along."""
    batch = keep(new_row(what_was_done="Once mine."))
    press(client, batch)
    cast.coordinator.memberships.update(ended_on="2026-05-20")
    cast.coordinator.memberships.create(cluster=cast.ukraine, role="coordinator")
    page = text_of(client.get(batch.get_absolute_url()))
    assert "Once mine." not in page
    assert "None of it is in a log that you can read now." in page


def test_high_rows_that_a_preview_shows_are_on_record(cast, client, keep):
    """Once for each cluster and hour, with their number; unchanged ones show no text."""
    high, other = logged(cast, level="high"), logged(cast, level="high", result="Other.")
    batch = keep(cells_of(high) | {"result": "Else."}, cells_of(other))
    for _n in range(2):
        client.get(batch.get_absolute_url())
    event = AuditEvent.objects.get()
    assert (event.kind, event.cluster_id, event.detail) == (
        "opened",
        cast.south_sudan.pk,
        {"page": "import-detail", "rows": 1},
    )


def test_the_marked_workbook_comes_home_mended(client):
    """Faults in red, a column that says why, formula text as text; mended, it needs no question."""
    client.post(UPLOAD, {"file": workbook(new_row(result="=1+1", level="severe"), new_row(action="99"))})
    batch = ImportBatch.objects.get()
    response = client.get(f"{batch.get_absolute_url()}faults.xlsx")
    assert response["Content-Disposition"].startswith('attachment; filename="engagement-to-mend-')
    book = openpyxl.load_workbook(BytesIO(b"".join(response)))
    sheet = book.active
    assert sheet.row_dimensions[1].hidden
    titles = {str(cell.value).lower(): cell.column for cell in sheet[2]}
    level = sheet.cell(3, titles["level"])
    assert level.fill.fgColor.rgb == "FFFFC7CE"
    assert sheet.cell(4, titles["level"]).fill.fgColor.rgb != "FFFFC7CE"
    result = sheet.cell(3, titles["result of the action"])
    assert (result.value, result.data_type) == ("=1+1", "s")
    assert "not stored here at any level" in sheet.cell(3, titles["what to mend"]).value
    assert "no action 99" in sheet.cell(4, titles["what to mend"]).value

    level.value = "high"
    sheet.cell(4, titles["actions taken from the list above"]).value = "12"
    result.data_type = "s"
    mended = BytesIO()
    book.save(mended)
    page = client.post(UPLOAD, {"file": SimpleUploadedFile("mended.xlsx", mended.getvalue())}, follow=True)
    assert page.redirect_chain[-1][0].endswith(f"{ImportBatch.objects.latest('made_at').pk}/")
    assert "To mend</li>" in text_of(page)
    assert "2</b> <a" in text_of(page)


def test_the_marked_workbook_of_a_table_at_the_top_has_room_for_its_titles():
    """Rows that stood in the first line move down; dates and numbers stay what they are."""
    from engagement.imports.headers import mapped

    read = read_file(new_row(started_on=datetime(2026, 3, 4), action=3), sheet="")
    rows = read.tables[0].rows
    rows[0] = rows[0].__class__(rows[0].place.__class__("", 1), rows[0].values)
    book = openpyxl.load_workbook(BytesIO(marked_workbook(mapped(read, {}), [])))
    assert book.active.title == "CSV"
    assert book.active["A3"].value == datetime(2026, 3, 4)
    assert book.active["A2"].value == "started_on"


def test_the_log_leads_to_the_import_for_those_who_keep_it(cast, client, client_of):
    """And for nobody else."""
    link = reverse("engagement:import-list")
    assert link in text_of(client.get("/engagement/"))
    assert link not in text_of(client_of(cast.member).get("/engagement/"))
