"""The log taken away, read back by another library: what is in the file, what never is, and how it looks."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from engagement import exports
from engagement.models import Engagement
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

XLSX, CSV = "/export/engagement.xlsx", "/export/engagement.csv"
WITHDRAWN = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)}
TITLES = [
    "Row", "Cluster", "Country", "Started on", "Ended on", "No.", "Actions taken from the list above",
    "What did the cluster do under this action", "What challenges did the cluster face in taking this action",
    "Result of the action", "Further support needed from HRE TT", "Mode", "Partner", "Mandates",
    "Visit, call, report or event", "Extent of the result", "Status", "Days exact to the", "Level", "Logged by",
    "Last changed", "Record",
]  # fmt: skip


def workbook_of(client, query=""):
    """The workbook that the address answers with."""
    response = client.get(XLSX + query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return load_workbook(BytesIO(response.getvalue()))


def lines_of(page):
    """The lines of a sheet under its header, as {title: value}; a row of keys above the header is passed over."""
    header, *lines = [values for values in page.values if not str(values[0]).startswith("#")]
    return [dict(zip(header, values, strict=True)) for values in lines]


def texts_of(book):
    """Every piece of text in the workbook."""
    return [str(value) for page in book for row in page.values for value in row if value is not None]


def table_of(client, query=""):
    """The CSV as {title: text} for each line."""
    response = client.get(CSV + query)
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.getvalue().decode("utf-8-sig"), newline="")))


@after_the_cast
def log(cast):
    """Lines of three levels in two clusters, two of them asking for support, one withdrawn."""
    ssd, ukr = cast.south_sudan, cast.ukraine
    mandates = [factories.MandateFactory(slug="sr-torture"), factories.MandateFactory(slug="sr-idps")]
    visit = factories.VisitFactory(countries=["SSD"], mandates=mandates)
    cast.first = factories.EngagementFactory(
        cluster=ssd, number=3, what_was_done="A", started_on=date(2026, 1, 5), ended_on=date(2026, 1, 6),
        mode="indirect", partner="Nile University", mandates=mandates, visit=visit, support_needed="A contact.",
        created_by=cast.coordinator,
    )  # fmt: skip
    make = factories.EngagementFactory
    make(cluster=ssd, number=1, what_was_done="B", started_on=date(2026, 2, 5), level="low")
    make(
        cluster=ssd,
        number=3,
        what_was_done="SECRET",
        started_on=date(2026, 3, 5),
        level="high",
        support_needed="SECRET",
    )
    make(cluster=ssd, number=10, what_was_done="SECRET", started_on=date(2026, 3, 6))
    make(cluster=ukr, number=12, what_was_done="C", started_on=date(2026, 1, 20), support_needed="A second reader.")
    make(cluster=ukr, number=9, what_was_done="SECRET", started_on=date(2026, 1, 21))
    make(cluster=ukr, number=5, what_was_done="W", started_on=date(2026, 1, 22), **WITHDRAWN)
    return cast


# -- The workbook ------------------------------------------------------------------------------------


def test_the_sheets_and_columns(log, client_of):
    """Four sheets; the log has the form's five columns with their context."""
    book = workbook_of(client_of(log.reader))
    assert [page.title for page in book if page.sheet_state == "visible"] == [
        "Log",
        "Summary",
        "Support needed",
        "About",
    ]
    assert [cell.value for cell in book["Log"][2]] == TITLES


def test_a_row_has_every_value(log, client_of):
    """Days are days, numbers numbers, choices in words, and the last cell leads to the record."""
    page = workbook_of(client_of(log.coordinator), "?order=oldest")["Log"]
    line = lines_of(page)[0]
    assert line == {
        "Row": f"{log.first.pk}:1",
        "Cluster": "South Sudan Protection Cluster",
        "Country": "South Sudan",
        "Started on": datetime(2026, 1, 5),
        "Ended on": datetime(2026, 1, 6),
        "No.": 3,
        "Actions taken from the list above": (
            "Propose a briefing to a mandate holder ahead of or during a planned country visit"
        ),
        "What did the cluster do under this action": "A",
        "What challenges did the cluster face in taking this action": "Late notice.",
        "Result of the action": "Two points were taken up.",
        "Further support needed from HRE TT": "A contact.",
        "Mode": "indirect",
        "Partner": "Nile University",
        "Mandates": "SR-IDPS, SR-TORTURE",
        "Visit, call, report or event": "Visit to South Sudan: SR-IDPS, SR-TORTURE (8–19 June 2026)",
        "Extent of the result": "none yet",
        "Status": "done",
        "Days exact to the": "day",
        "Level": "moderate",
        "Logged by": "coordinator",
        "Last changed": datetime(2026, 5, 20),
        "Record": "Open",
    }
    link = page.cell(3, len(TITLES))
    assert link.hyperlink.target == f"http://testserver{log.first.get_absolute_url()}"
    assert page["D3"].number_format == page["U3"].number_format == "yyyy-mm-dd"
    assert (page["D3"].is_date, page["F3"].data_type) == (True, "n")


def test_a_row_names_what_it_is_about(cast, client_of):
    """Visit, call, report or event: a line of each carries its name, in both files; one about nothing is empty."""
    about = {
        3: {"visit": factories.VisitFactory(countries=["SSD"])},
        6: {"call": factories.CallFactory(title="A call")},
        12: {"report": factories.ReportFactory(title="A report")},
        11: {"event": factories.EventFactory(cluster=cast.south_sudan, title="A forum")},
        1: {},
    }
    for number, item in about.items():
        factories.EngagementFactory(cluster=cast.south_sudan, number=number, **item)
    client, title = client_of(cast.reader), "Visit, call, report or event"
    lines = {line["No."]: line[title] for line in lines_of(workbook_of(client)["Log"])}
    assert lines.pop(3).startswith("Visit to South Sudan")
    assert lines == {6: "A call", 12: "A report", 11: "A forum (10 June 2026)", 1: None}
    assert {line[title] for line in table_of(client)} >= {"A call", "A report", "A forum (10 June 2026)", ""}


def test_every_row_links_its_own_record(log, client_of):
    """The link of each line opens that line's record, on both sheets that list lines."""
    client = client_of(log.reader)
    book = workbook_of(client)
    for name, column in (("Log", "What did the cluster do under this action"), ("Support needed", None)):
        page = book[name]
        for number, line in enumerate(lines_of(page), start=3 if name == "Log" else 2):
            path = page.cell(number, page.max_column).hyperlink.target.removeprefix("http://testserver")
            row = client.get(path).context["engagement"]
            wanted = line[column] if column else line["Further support needed from HRE TT"]
            assert wanted == (row.what_was_done if column else row.support_needed)


def test_the_header_is_styled_and_frozen(log, client_of):
    """Each sheet's header is bold on colour and stays in view; lists can be filtered; columns have widths and wrap."""
    book = workbook_of(client_of(log.reader))
    for page in (page for page in book if page.sheet_state == "visible"):
        header = page[2 if page.title == "Log" else 1]
        assert header[0].font.bold
        assert header[0].fill.fgColor.rgb == "FF0B4F5C"
        assert page.freeze_panes in ("A2", "B2", "C3")
        assert all(cell.alignment.wrap_text for cell in header)
    log_page = book["Log"]
    assert log_page.auto_filter.ref == f"A2:V{log_page.max_row}"
    assert book["Support needed"].auto_filter.ref
    assert not book["About"].auto_filter.ref
    day, text, number = (log_page.column_dimensions[letter].width for letter in "DHF")
    assert text > 50 > 20 > day > number
    assert log_page["H3"].alignment.wrap_text


@pytest.mark.slow
def test_the_rows_are_those_of_the_screen(log, client_of):
    """Filters and order of the address give the file the lines and the order of the page, less the high ones."""
    client = client_of(log.focal)
    for query in (
        "", "?order=oldest", "?order=cluster", "?order=action", "?order=changed", "?cluster=ukraine", "?support=yes",
        "?text=nile", "?status=withdrawn", "?since=2026-01-10&until=2026-02-10&order=oldest", "?page=2",
        "?mandate=sr-idps",
    ):  # fmt: skip
        screen = client.get(f"/engagement/{query.replace('page=2', '')}").context["page"].object_list
        expected = [row["what_was_done"] for row in screen if row["level"] != "high"]
        column = "What did the cluster do under this action"
        assert [line[column] for line in lines_of(workbook_of(client, query)["Log"])] == expected, query
        assert [line[column] for line in table_of(client, query)] == expected, query


@pytest.mark.parametrize("person", ["coordinator", "other", "member", "reader", "focal", "administrator"])
def test_high_never_leaves(person, log, client_of):
    """Nobody's plain export holds a high line: not in a row, a total or a word, and not when it is asked for."""
    client = client_of(getattr(log, person))
    for query in ("", "?level=high", "?action=10", "?text=SECRET"):
        book = workbook_of(client, query)
        if query != "?text=SECRET":  # the sheet About repeats what was asked for
            assert not [text for text in texts_of(book) if "SECRET" in text]
        assert "SECRET" not in client.get(CSV + query).getvalue().decode()
        visible = Engagement.objects.exportable_by(getattr(log, person)).exclude(status="withdrawn").count()
        assert len(lines_of(book["Log"])) == (0 if query else visible)
        (total,) = [line["Total"] for line in lines_of(book["Summary"]) if line["Cluster"] == "Total"]
        assert total == (0 if query else visible)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("coordinator", "BA"),
        ("member", "B"),
        ("other", "C"),
        ("reader", "BCA"),
        ("focal", "BCA"),
        ("administrator", ""),
    ],
)
def test_each_person_takes_what_she_can_list(person, expected, log, client_of):
    """Own eyes: the administrator's file is empty, and says so."""
    client = client_of(getattr(log, person))
    column = "What did the cluster do under this action"
    book = workbook_of(client)
    assert "".join(line[column] for line in lines_of(book["Log"])) == expected
    assert "".join(line[column] for line in table_of(client)) == expected
    about = dict(book["About"].values)
    assert about["Engagements in this file"] == len(expected)
    assert about["Highest level in this file"] == {"": "none: the file is empty", "B": "low"}.get(expected, "moderate")


# -- Summary, support, about -------------------------------------------------------------------------


def test_the_summary_counts_clusters_by_actions(log, client_of):
    """Clusters × twelve actions with totals both ways, equal to what the log of the same file holds."""
    book = workbook_of(client_of(log.reader))
    header, *lines = book["Summary"].values
    assert header[0] == "Cluster"
    assert [title.split(".")[0] for title in header[1:13]] == [str(number) for number in range(1, 13)]
    assert header[13] == "Total"
    assert [line[0] for line in lines] == ["South Sudan Protection Cluster", "Ukraine Protection Cluster", "Total"]
    logged = [(line["Cluster"], line["No."]) for line in lines_of(book["Log"])]
    for cluster, *counts in lines[:-1]:
        expected = [logged.count((cluster, number)) for number in range(1, 13)]
        expected[8] = expected[9] = None  # left out of every plain export: a zero would say that nothing was done
        assert counts == [*expected, sum(count or 0 for count in expected)]
    for column in range(1, 14):
        in_column = [line[column] for line in lines[:-1]]
        assert lines[-1][column] == (None if column in (9, 10) else sum(in_column))
    assert lines[-1][13] == len(logged)


def test_the_support_sheet_has_who_asks(log, client_of):
    """The sheet lists the lines that ask for support, with what they ask."""
    (line, other) = lines_of(workbook_of(client_of(log.reader), "?order=oldest")["Support needed"])
    assert (line["Cluster"], line["Further support needed from HRE TT"]) == (
        "South Sudan Protection Cluster",
        "A contact.",
    )
    assert other["Further support needed from HRE TT"] == "A second reader."


def test_about_says_who_when_and_what(log, client_of):
    """The sheet names the person, the moment in her zone, the filters in words, the level, and the address."""
    log.reader.time_zone = "Europe/Zurich"
    log.reader.save()
    book = workbook_of(client_of(log.reader), "?country=SSD&mode=indirect")
    about = dict(book["About"].values)
    assert about["Made by"] == "hrett <hrett@example.org>"
    assert about["Made on"] == "20 May 2026, 14:00 (Europe/Zurich)"
    assert about["Engagements in this file"] == 1
    assert about["Highest level in this file"] == "moderate"
    assert (about["Filter: Country"], about["Filter: Mode"]) == ("South Sudan", "indirect")
    assert about["Address"] == "http://testserver/export/engagement.xlsx?country=SSD&mode=indirect"
    assert "High engagements, so all of actions 9 and 10, stay out." in about["What is in it"]
    assert dict(workbook_of(client_of(log.reader))["About"].values)["Filters"] == "none"


def test_the_file_names_product_and_day(log, client_of):
    """Document properties and the file's name."""
    response = client_of(log.reader).get(XLSX)
    book = load_workbook(BytesIO(response.getvalue()))
    assert book.properties.title == "Engagement report"
    assert book.properties.creator == "Protection cluster engagement with Special Procedures"
    assert book.properties.created == datetime(2026, 5, 20, 12)
    assert response["Content-Disposition"] == 'attachment; filename="engagement-2026-05-20.xlsx"'
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(("language", "right_to_left"), [("ar", True), ("fr", False), ("en", False)])
def test_arabic_reads_from_the_right(language, right_to_left, log, client_of):
    """Every sheet is right-to-left for an Arabic reader, and only for her."""
    log.reader.language = language
    log.reader.save()
    book = workbook_of(client_of(log.reader))
    assert {bool(page.sheet_view.rightToLeft) for page in book} == {right_to_left}


# -- Text that is difficult --------------------------------------------------------------------------

FORMULAS = ['=HYPERLINK("https://x.example","a")', "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_runs(text, cast, client_of):
    """Text that looks like a formula is text in Excel; in CSV an apostrophe stands before it."""
    row = factories.EngagementFactory(
        cluster=cast.south_sudan, what_was_done=text, support_needed=text, mode="indirect", partner=text
    )
    cast.coordinator.name = text.strip()
    cast.coordinator.save()
    client = client_of(cast.coordinator)
    book = workbook_of(client)
    assert {cell.data_type for page in book for cells in page.iter_rows() for cell in cells} <= {"s", "n", "d"}
    stored = Engagement.objects.get(pk=row.pk).what_was_done.replace("\r", "\n")
    assert book["Log"]["H3"].value == stored
    (line,) = table_of(client)
    assert line["Partner"] == "'" + text
    assert line["What did the cluster do under this action"] == "'" + text


@pytest.mark.parametrize(
    "text",
    [
        "اللغة العربية\u200f و English",
        "👩‍👩‍👧 🇸🇸 𝔸",
        "one\ntwo\n\nfour",
        'comma, "quote"; semicolon',
        "_x0041_",
        " ends ",
        "1e5",
    ],
)
def test_text_survives_both_files(text, cast, client_of):
    """Arabic, emoji, line ends, quotes and look-alikes come back to the letter."""
    factories.EngagementFactory(cluster=cast.south_sudan, what_was_done=text)
    client = client_of(cast.coordinator)
    assert workbook_of(client)["Log"]["H3"].value == text
    assert table_of(client)[0]["What did the cluster do under this action"] == text


def test_control_characters_do_not_break_the_file(cast, client_of):
    """Characters that XML cannot hold, should they ever be stored, become U+FFFD; the rest of the line is there."""
    factories.EngagementFactory(cluster=cast.south_sudan, what_was_done="a\x07b\x1fc\ufffed", challenges="next")
    page = workbook_of(client_of(cast.coordinator))["Log"]
    assert (page["H3"].value, page["I3"].value) == ("a\ufffdb\ufffdc\ufffdd", "next")


def test_over_long_text_goes_on_elsewhere(cast, client_of):
    """Text longer than a cell, should it ever be stored, is all in the file, and the CSV has it in one piece."""
    text = "".join(f"{number:07d} " for number in range(10_000))
    factories.EngagementFactory(cluster=cast.south_sudan, what_was_done=text, challenges="next")
    client = client_of(cast.coordinator)
    book = workbook_of(client)
    assert book.sheetnames == ["Log", "Summary", "Support needed", "About", "Choices", "Long texts"]
    head, marker, _where = book["Log"]["H3"].value.partition("… [continues on sheet “Long texts”")
    assert marker
    assert head + "".join(line["Text"] for line in lines_of(book["Long texts"])) == text
    assert book["Log"]["I3"].value == "next"
    assert table_of(client)[0]["What did the cluster do under this action"] == text


def test_ten_thousand_characters_fit_into_a_cell(cast, client_of):
    """What the form takes at most is in one cell."""
    factories.EngagementFactory(cluster=cast.south_sudan, what_was_done="😀" * 10_000)
    book = workbook_of(client_of(cast.coordinator))
    assert book["Log"]["H3"].value == "😀" * 10_000
    assert "Long texts" not in book.sheetnames


# -- CSV ---------------------------------------------------------------------------------------------


def test_the_csv_is_what_excel_expects(log, client_of):
    """UTF-8 with its mark, CRLF, streamed, the columns of the sheet, days in ISO 8601, the record's address."""
    response = client_of(log.coordinator).get(f"{CSV}?order=oldest")
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="engagement-2026-05-20.csv"'
    assert "no-store" in response["Cache-Control"]
    content = response.getvalue()
    assert content.startswith(b"\xef\xbb\xbfCluster,Country,")
    assert content.count(b"\r\n") == 3
    line = next(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert list(line) == [*TITLES[1:], "Row"]
    assert line["Row"] == f"{log.first.pk}:1"
    assert (line["Started on"], line["Ended on"], line["No."]) == ("2026-01-05", "2026-01-06", "3")
    assert line["Record"] == f"http://testserver{log.first.get_absolute_url()}"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_both_files_speak_to_the_same_reader(language, cast, client_of):
    """Days and language are the reader's in the CSV too, although it is written after the view has returned."""
    country = cast.south_sudan.country
    country.name_fr, country.name_ar = "Soudan du Sud", "جنوب السودان"
    country.save()
    row = factories.EngagementFactory(cluster=cast.south_sudan)
    Engagement.objects.filter(pk=row.pk).update(updated_at=datetime(2026, 3, 5, 23, 30, tzinfo=UTC))
    cast.coordinator.time_zone, cast.coordinator.language = "Africa/Juba", language
    cast.coordinator.save()
    client = client_of(cast.coordinator)
    _keys, header, values = workbook_of(client).worksheets[0].values
    response = client.get(CSV)
    client_of(cast.other).get("/")  # another reader, in English and UTC, is served before the file is read
    titles, texts = csv.reader(StringIO(response.getvalue().decode("utf-8-sig"), newline=""))
    assert titles == [*header[1:], header[0]]
    named = {"fr": "Soudan du Sud", "ar": "جنوب السودان"}[language]
    assert (values[2], texts[1]) == (named, named)
    assert (values[20], texts[19]) == (datetime(2026, 3, 6), "2026-03-06")


# -- Both --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [XLSX, CSV])
@pytest.mark.parametrize("query", ["colour=red", "order=random", "since=2026-02-30", "cluster=ukraine", "text=%00"])
def test_a_bad_filter_gives_its_page_instead_of_a_file(address, query, log, client_of):
    """The list page with the same address says what was not understood."""
    client = client_of(log.coordinator)
    response = client.get(f"{address}?{query}", follow=True)
    ((location, status),) = response.redirect_chain
    assert (location, status) == (f"/engagement/?{query}", 302)
    assert len(response.context["problems"]) == 1


@pytest.mark.parametrize("address", [XLSX, CSV])
def test_strangers_and_other_methods(address, log, client_of):
    """Anonymous people sign in first; the exports take GET only."""
    assert client_of(None).get(address)["Location"] == f"/account/login/?next={address}"
    assert client_of(log.coordinator).post(address).status_code == 405


@pytest.mark.parametrize("address", [XLSX, CSV])
def test_rows_are_read_in_chunks(address, cast, client_of, monkeypatch):
    """Memory holds one chunk: queries grow by the chunk, not by the row, and no row is lost at the seams."""
    monkeypatch.setattr(exports, "CHUNK", 5)
    client = client_of(cast.coordinator)

    def asked(rows):
        while Engagement.objects.count() < rows:
            factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator)
        with CaptureQueriesContext(connection) as captured:
            content = client.get(address).getvalue()
        return SimpleNamespace(queries=len(captured), content=content)

    asked(1)
    one, five, twenty = asked(1), asked(5), asked(20)
    assert one.queries == five.queries
    assert twenty.queries - five.queries <= 3 * 3
    if address == CSV:
        keys = [line["Record"] for line in csv.DictReader(StringIO(twenty.content.decode("utf-8-sig"), newline=""))]
    else:
        page = load_workbook(BytesIO(twenty.content))["Log"]
        keys = [page.cell(number, page.max_column).hyperlink.target for number in range(3, page.max_row + 1)]
    assert len(set(keys)) == len(keys) == 20
