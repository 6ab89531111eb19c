"""The reporting form of a cluster as a Word file, read back: what stands in it, for whom, and which way it runs."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from engagement.models import Engagement
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/"
FILE = f"{PAGE}report.docx"
WITHDRAWN = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)}
COLUMNS = [
    "Actions taken from the list above",
    "What did the cluster do under this action",
    "What challenges did the cluster face in taking this action",
    "Result of the action",
    "Further support needed from HRE TT",
]


def report(client, query=""):
    """The file as python-docx reads it."""
    response = client.get(FILE + query)
    assert response.status_code == 200
    return Document(BytesIO(response.getvalue()))


def shown(cell):
    """What a reader sees of a cell: a text for each paragraph."""
    return ["".join(run.text for run in one.runs if not run.font.hidden) for one in cell.paragraphs]


def lines_of(file):
    """The lines of the log: the texts of their cells as they are seen."""
    return [[shown(cell) for cell in row.cells] for row in file.tables[1].rows[1:]]


def texts_of(file):
    """Every piece of text, hidden ones too."""
    paragraphs = [*file.paragraphs, *(one for section in file.sections for one in section.footer.paragraphs)]
    cells = [cell for table in file.tables for row in table.rows for cell in row.cells]
    return [one.text for one in paragraphs] + [cell.text for cell in cells]


@after_the_cast
def log(cast):
    """Lines of three levels in South Sudan, one planned, one withdrawn, one of another cluster."""
    make, ssd = factories.EngagementFactory, cast.south_sudan
    mandates = [factories.MandateFactory(slug=slug) for slug in ("sr-idps", "sr-torture")]
    cast.first = make(
        cluster=ssd, number=3, started_on=date(2026, 1, 5), ended_on=date(2026, 1, 6), mode="indirect", version=4,
        partner="Nile University", mandates=mandates, support_needed="A contact.", what_was_done="One.\n\nThree: <b>.",
    )  # fmt: skip
    make(cluster=ssd, number=3, started_on=date(2026, 2, 5), mode="collaboration", partner="A network")
    make(cluster=ssd, number=3, started_on=date(2026, 6, 5), status="planned")
    make(cluster=ssd, number=1, started_on=date(2026, 3, 5), level="low", what_was_done="Low.")
    make(cluster=ssd, number=12, status="planned")
    make(cluster=ssd, number=7, what_was_done="SECRET", level="high")
    make(cluster=ssd, number=10, what_was_done="SECRET")
    make(cluster=ssd, number=5, what_was_done="GONE", **WITHDRAWN)
    make(cluster=cast.ukraine, number=6, what_was_done="THEIRS", level="low")
    return cast


def test_the_twelve_actions_with_a_tick_and_the_modes(log, client_of):
    """Number, the seed's wording, a tick with the modes of what was done, how much is only planned, and a count."""
    header, *rows = [[cell.text for cell in row.cells] for row in report(client_of(log.coordinator)).tables[0].rows]
    wording = "Potential actions (direct, indirect, or in collaboration with other entities)"
    assert header == ["No.", wording, "Taken", "Entries"]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 13)]
    assert rows[2][1] == "Propose a briefing to a mandate holder ahead of or during a planned country visit"
    assert {row[0]: row[2:] for row in rows if row[2] != "–"} == {
        "1": ["✓ direct", "1"],
        "3": ["✓ indirect · in collaboration · 1 planned", "3"],
        "9": ["left out", "–"],
        "10": ["left out", "–"],
        "12": ["1 planned", "1"],
    }
    assert {row[3] for row in rows if row[2] == "–"} == {"0"}


def test_the_log_in_five_columns(log, client_of):
    """A row for each line by action and day, a paragraph for each line of text; what was withdrawn is not there."""
    file = report(client_of(log.coordinator))
    assert [cell.text for cell in file.tables[1].rows[0].cells] == COLUMNS
    lines = lines_of(file)
    assert [line[0][0] for line in lines] == [
        "1. Follow upcoming visits", *["3. Propose a briefing"] * 3, "12. Use findings in advocacy",
    ]  # fmt: skip
    about = ("5–6 January 2026", "done", "indirect: Nile University", "SR-IDPS, SR-TORTURE", "Level moderate")
    assert lines[1] == [
        ["3. Propose a briefing", "\u00a0· ".join(about)],
        ["One.", "", "Three: <b>."],
        ["Late notice."],
        ["Two points were taken up."],
        ["A contact."],
    ]
    assert lines[0][0][1] == "5 March 2026\u00a0· done\u00a0· direct\u00a0· Level low"
    assert lines[0][4] == [""]


def test_each_line_carries_its_key(log, client_of):
    """The first run of a line, hidden, is `[<id>:<version>]`: by it a corrected file finds the line again."""
    keys = {}
    for row in report(client_of(log.coordinator)).tables[1].rows[1:]:
        first, *others = [run for one in row.cells[0].paragraphs for run in one.runs]
        assert (first.font.hidden, *{run.font.hidden for run in others}) == (True, None)
        keys[first.text] = row
    lines = Engagement.objects.exportable_by(log.coordinator).standing()
    assert keys.keys() == {f"[{line.pk}:{line.version}]" for line in lines}
    assert shown(keys[f"[{log.first.pk}:4]"].cells[1])[0] == "One."


@pytest.mark.parametrize(
    ("person", "count", "level"),
    [("coordinator", 5, "moderate"), ("member", 1, "low"), ("reader", 5, "moderate"), ("focal", 5, "moderate")],
)
def test_each_person_takes_what_she_can_list(person, count, level, log, client_of):
    """Up to moderate, of this cluster; heading and foot say the level of the most sensitive line, and who reads it."""
    file = report(client_of(getattr(log, person)))
    lines, texts = lines_of(file), texts_of(file)
    assert len(lines) == count
    assert sum(int(row.cells[3].text) for row in file.tables[0].rows[1:] if row.cells[3].text != "–") == count
    assert not [text for text in texts if "SECRET" in text or "GONE" in text or "THEIRS" in text]
    readers = {
        "moderate": "coordinators of the cluster and the HRE task team",
        "low": "members of the cluster, its coordinators and the HRE task team",
    }[level]
    said = f"Level of this document: {level}, for {readers}."
    assert said in texts
    foot = file.sections[0].footer.paragraphs[0].text
    assert foot == f"{said} Share it only with people who may read this level. Delete it when it has served.\t1 / 1"


def test_the_heading_names_cluster_and_period(log, client_of):
    """Heading 1 and 2, the country, and the period in words; lines and counts are of that period."""
    client = client_of(log.coordinator)
    file = report(client, "?since=2026-01-01&until=2026-02-28")
    said = [(one.style.name, one.text) for one in file.paragraphs]
    assert said[:2] == [
        ("Heading 1", "South Sudan Protection Cluster: engagement with Special Procedures"),
        ("Normal", "South Sudan · From 1 January 2026 · Until 28 February 2026"),
    ]
    assert [text for style, text in said if style == "Heading 2"] == [
        "How can the protection cluster engage",
        "How did the protection cluster engage",
    ]
    assert len(lines_of(file)) == 2
    assert file.tables[0].rows[3].cells[2].text == "✓ indirect · in collaboration"
    assert report(client).paragraphs[1].text == "South Sudan · the whole log"


def test_it_names_the_product_and_no_person(log, client_of):
    """The properties and the name of the file."""
    response = client_of(log.coordinator).get(FILE)
    assert response["Content-Disposition"] == 'attachment; filename="engagement-south-sudan-2026-05-20.docx"'
    assert "no-store" in response["Cache-Control"]
    properties = Document(BytesIO(response.getvalue())).core_properties
    assert properties.title == "South Sudan Protection Cluster: engagement with Special Procedures"
    assert properties.author == "Protection cluster engagement with Special Procedures"
    assert properties.created == datetime(2026, 5, 20, 12, tzinfo=UTC)


def test_header_rows_are_repeated_on_a_landscape_page(log, client_of):
    """Both tables; a line of moderate length stays on one page, a long one may go on."""
    Engagement.objects.filter(pk=log.first.pk).update(result="word " * 300)
    file = report(client_of(log.coordinator))
    assert file.sections[0].page_width > file.sections[0].page_height
    for table in file.tables:
        marked = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert marked == [True] + [False] * (len(marked) - 1)
    whole = [row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in file.tables[1].rows]
    assert whole == [True, True, False, True, True, True]


def test_arabic_runs_from_the_right(log, client_of):
    """Section, tables, our paragraphs; texts of users run as their own first letters do."""
    Engagement.objects.filter(pk=log.first.pk).update(challenges="أفاد مكتب OHCHR بذلك.\nIn English.\n2025")

    def runs_left(cell):
        return [one._p.find(f"./{qn('w:pPr')}/{qn('w:bidi')}") is not None for one in cell.paragraphs]

    client = client_of(log.coordinator)
    english = report(client).tables[1].rows[2]
    assert [runs_left(cell) for cell in english.cells[:3]] == [[False] * 2, [False] * 3, [True, False, False]]
    log.coordinator.language = "ar"
    log.coordinator.save()
    file = report(client)
    assert file.core_properties.language == "ar-SA"
    assert file.sections[0]._sectPr.find(qn("w:bidi")) is not None
    assert [table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in file.tables] == [True, True]
    arabic = file.tables[1].rows[2]
    assert [runs_left(cell) for cell in arabic.cells[:3]] == [[True] * 2, [False, True, False], [True, False, True]]
    assert all(one._p.find(f".//{qn('w:bidi')}") is not None for one in file.paragraphs)


def test_a_log_without_lines_says_so(cast, client_of):
    """One table, no empty second one; with a period it says what to try."""
    factories.EngagementFactory(cluster=cast.south_sudan, number=10)
    for query, said in (("", ""), ("?since=2026-01-01", " Choose a longer period.")):
        file = report(client_of(cast.coordinator), query)
        assert len(file.tables) == 1
        assert file.paragraphs[-1].text == f"No engagement of this cluster that you can read and take away.{said}"
        assert not [text for text in texts_of(file) if "Level of this document" in text]
        assert file.sections[0].footer.paragraphs[0].text == "South Sudan Protection Cluster\t1 / 1"


@pytest.mark.parametrize("query", ["since=soon", "from=2026-01-01", "since=2026-02-01&until=2026-01-01", "until=%00"])
def test_a_period_that_is_not_understood_gives_the_page(query, cast, client_of):
    """Which says what was not understood."""
    response = client_of(cast.coordinator).get(f"{FILE}?{query}", follow=True)
    assert response.redirect_chain == [(f"{PAGE}?{query}", 302)]
    assert response.context["problems"]


@pytest.mark.parametrize("query", ["", "?since=2026-01-01&until=2026-02-28"])
def test_the_page_of_the_cluster_leads_there(query, log, client_of):
    """With the period that is chosen."""
    page = client_of(log.coordinator).get(PAGE + query).content.decode()
    assert f'href="{FILE}{query.replace("&", "&amp;")}"' in page


def test_strangers_and_methods(cast, client_of):
    """Not yours is a 404; sign-in first; GET only."""
    assert client_of(cast.other).get(FILE).status_code == 404
    assert client_of(None).get(FILE)["Location"] == f"/account/login/?next={FILE}"
    assert client_of(cast.coordinator).post(FILE).status_code == 405
