"""The overview taken away: its cells are the overview's numbers, its log is what they count, and who took it stands."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from engagement.imports.reading import read
from engagement.models import AuditEvent, Engagement
from tests import factories
from tests.engagement.test_overview import PAGE, READERS, add_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FILE, CONFIDENTIAL = "/export/overview.xlsx", "/export/overview/confidential/"
SENT = {"reason": "Briefing of the donors", "password": "demo"}


def book_of(response):
    assert response["Content-Disposition"].startswith("attachment")
    return load_workbook(BytesIO(response.getvalue()))


def rows_of(book, title):
    """The rows of a sheet, its header first."""
    return [list(row) for row in book[title].values]


def keys_of(book):
    """The engagements on the sheet *Log*, by key."""
    keys, _titles, *lines = rows_of(book, "Log")
    place = keys.index("#meta+id")
    return {line[place].partition(":")[0] for line in lines}


def expected(client, query):
    """The matrix of the page: a row for each cluster, then the totals; the file has empty cells for nothing."""
    matrix = client.get(f"{PAGE}?{query}").context["matrix"]
    lines = [
        [line.cluster.name, *(cell.n for cell in line.cells), line.total.n, line.before.n] for line in matrix.lines
    ]
    return [*lines, ["All clusters", *(cell.n for cell in matrix.totals), matrix.total.n, matrix.total_before.n]]


@pytest.mark.parametrize("person", ["coordinator", "focal"])
@pytest.mark.parametrize("query", ["", "since=2025-05-31&until=2026-05-20", "cluster=south-sudan"])
@pytest.mark.slow
def test_with_high_every_cell_is_the_overviews(person, query, cast, client_of):
    """The file that holds all that its reader lists has the numbers of the page, and the log has as many rows."""
    add_lines(cast)
    client = client_of(getattr(cast, person))
    book = book_of(client.post(f"{CONFIDENTIAL}?{query}", SENT))
    matrix = rows_of(book, "Clusters and actions")[1:]
    assert matrix == expected(client, query)
    context = client.get(f"{PAGE}?{query}").context
    trend = rows_of(book, "Over time")
    assert [row[2:] for row in trend[1:-1]] == [
        [int(n or 0) for n in re.findall(r">(?:(\d+)<|–<)", cells)] for _words, cells in context["trend"].rows
    ]
    assert [row[:2] for row in rows_of(book, "Mandates")[1:] if row[1]] == [
        [line.acronym, line.cell.n] for line in context["mandates"]
    ]
    assert [row[0] for row in rows_of(book, "Without an entry")[1:]] == [one.cluster.name for one in context["silent"]]
    results = {row[1]: row[2] for row in rows_of(book, "Results and modes") if row[0] in ("Results by extent", "Modes")}
    totals = re.findall(r">(?:(\d+)<|–<)", context["results"].totals)
    shown = dict(zip(context["results"].extents, (int(n or 0) for n in totals), strict=False))
    shown |= {words: cell.n for words, cell in context["outcomes"][0][1]}
    assert results == shown
    assert len(keys_of(book)) == context["matrix"].total.n


@pytest.mark.slow
def test_for_a_reader_the_plain_file_is_the_page(cast, client_of):
    """She reads nothing high, so that nothing is left out but the columns of actions that always are."""
    add_lines(cast)
    client = client_of(cast.reader)
    shown = [row[:9] + row[11:] for row in expected(client, "")]
    found = [row[:9] + row[11:] for row in rows_of(book_of(client.get(FILE)), "Clusters and actions")[1:]]
    assert found == shown


@pytest.mark.parametrize("person", READERS)
@pytest.mark.slow
def test_the_log_holds_the_rows_that_may_leave(person, cast, client_of):
    """Exactly those of the period, up to moderate, that this person lists; withdrawn ones are not among them."""
    add_lines(cast)
    user = getattr(cast, person)
    rows = Engagement.objects.exportable_by(user).standing()
    rows = rows.filter(started_on__range=(date(2025, 6, 1), date(2026, 5, 31)))
    book = book_of(client_of(user).get(FILE))
    assert keys_of(book) == {str(key) for key in rows.values_list("pk", flat=True)} != set()
    total = rows_of(book, "Clusters and actions")[-1][13]
    assert total == rows.count()


def test_nothing_stands_under_actions_that_are_left_out(cast, client_of):
    """A zero would say that nothing was done."""
    factories.EngagementFactory(cluster=cast.south_sudan, number=10, started_on=date(2026, 5, 1))
    factories.EngagementFactory(cluster=cast.south_sudan, number=3, started_on=date(2026, 5, 1))
    header, line, *_rest = rows_of(book_of(client_of(cast.focal).get(FILE)), "Clusters and actions")
    cells = dict(zip(header, line, strict=True))
    assert (cells["3. Propose a briefing"], cells["10. Refer an individual case"]) == (1, None)
    assert cells["9. Share information in confidence"] is None
    assert cells["June 2025 – May 2026"] == 1


def test_challenges_and_support_stand_by_action(cast, client_of):
    """Lines that say something there, the twelve actions in their order; high ones stay out."""
    for number, words in ((6, "No time."), (3, "No visa."), (3, "")):
        factories.EngagementFactory(cluster=cast.south_sudan, number=number, challenges=words, support_needed="")
    factories.EngagementFactory(cluster=cast.south_sudan, level="high", challenges="SECRET")
    rows = rows_of(book_of(client_of(cast.focal).get(FILE)), "Challenges and support")
    assert [(row[0][:2], row[3]) for row in rows[1:]] == [("Pr", "No visa."), ("Co", "No time.")]


def test_support_is_asked_and_answered(cast, client_of):
    """By action: lines of the period that ask, and requests that were answered in it, whenever they were asked."""
    for number, day, answered in ((3, date(2026, 5, 1), None), (3, date(2024, 1, 1), datetime(2026, 4, 2, tzinfo=UTC))):
        line = factories.EngagementFactory(
            cluster=cast.south_sudan, number=number, started_on=day, support_needed="A contact."
        )
        state = {"status": "answered", "answered_at": answered} if answered else {}
        factories.SupportRequestFactory(engagement=line, **state)
    rows = {row[0]: row[1:] for row in rows_of(book_of(client_of(cast.reader).get(FILE)), "Support")}
    assert rows["3. Propose a briefing"] == [1, 1]
    assert rows["All actions"] == [1, 1]


def test_each_cluster_reads_that_it_left(cast, client_of):
    """An entry for each cluster in the file, with levels and the filters, as for an export of the log."""
    for cluster, level in ((cast.south_sudan, "low"), (cast.south_sudan, "high"), (cast.ukraine, "moderate")):
        factories.EngagementFactory(cluster=cluster, level=level, started_on=date(2026, 5, 1))
    factories.EngagementFactory(cluster=cast.south_sudan, started_on=date(2020, 5, 1))
    client_of(cast.focal).get(f"{FILE}?since=2026-01-01&until=2026-06-30").getvalue()
    found = {event.cluster_id: event.detail for event in AuditEvent.objects.all()}
    filters = {"since": "2026-01-01", "until": "2026-06-30"}
    assert found == {
        cast.south_sudan.pk: {"page": "overview-xlsx", "filters": filters, "rows": 1, "levels": {"low": 1}},
        cast.ukraine.pk: {"page": "overview-xlsx", "filters": filters, "rows": 1, "levels": {"moderate": 1}},
    }
    client_of(cast.focal).post(CONFIDENTIAL, SENT).getvalue()
    event = AuditEvent.objects.filter(detail__page="overview-confidential", cluster_id=cast.south_sudan.pk).get()
    assert event.detail["levels"] == {"low": 1, "high": 1}
    assert event.detail["reason"] == "Briefing of the donors"
    page = client_of(cast.coordinator).get("/clusters/south-sudan/access/").content.decode()
    assert "2 engagements of this cluster: low 1, high 1" in page


def test_high_leaves_by_the_password_alone(cast, client_of):
    """The page says how many, and with which filters; without password nothing leaves and nothing is on record."""
    factories.EngagementFactory(cluster=cast.south_sudan, level="high", started_on=date(2026, 5, 1))
    client = client_of(cast.coordinator)
    page = client.get(CONFIDENTIAL).content.decode()
    assert "1 engagement of level high" in page
    assert "June 2025 – May 2026" in page
    assert "This is not your password" in client.post(CONFIDENTIAL, SENT | {"password": "x"}).content.decode()
    assert not AuditEvent.objects.exists()
    assert (
        f"{FILE}?since=2020-01-01&amp;until=2020-02-01"
        in client.get(f"{CONFIDENTIAL}?since=2020-01-01&until=2020-02-01").content.decode()
    )


@pytest.mark.parametrize("address", [FILE, CONFIDENTIAL])
def test_who_takes_nothing_away(address, cast, client_of):
    """Whoever has no overview has no file of it; who reads nothing high takes nothing high away."""
    people = ["member", "administrator", *(["reader"] if address == CONFIDENTIAL else [])]
    assert {client_of(getattr(cast, person)).get(address).status_code for person in people} == {403}


@pytest.mark.parametrize("address", [FILE, CONFIDENTIAL])
def test_nonsense_in_the_address_leads_to_the_page(address, cast, client_of):
    """Which says what was not understood."""
    response = client_of(cast.focal).get(f"{address}?since=2026-05-02&until=2026-05-01")
    assert response["Location"] == f"{PAGE}?since=2026-05-02&until=2026-05-01"
    assert client_of(cast.focal).get(f"{address}?colour=red")["Location"] == f"{PAGE}?colour=red"


@pytest.mark.parametrize("query", ["since=1990-01-01&until=1990-12-31", "since=9999-12-31", "until=0001-01-01"])
def test_a_period_without_anything_is_a_file(query, cast, client_of):
    """34 clusters and no line: a row for each of them, and an empty log."""
    for n in range(32):
        factories.ClusterFactory(slug=f"cluster-{n}", name=f"Cluster {n}")
    book = book_of(client_of(cast.reader).get(f"{FILE}?{query}"))
    assert len(rows_of(book, "Clusters and actions")) == 36
    assert keys_of(book) == set()
    assert dict(rows_of(book, "About")[1:])["Highest level in this file"] == "none: the file is empty"


@pytest.mark.slow
def test_its_log_comes_home_alone(cast, client_of):
    """An import reads the sheet Log and passes over all that stands beside it."""
    add_lines(cast)
    content = client_of(cast.coordinator).get(FILE).getvalue()
    file = read(content, "overview.xlsx")
    assert [table.sheet for table in file.tables] == ["Log"]
    assert {what for _place, what, _text in file.unread} == {"what the export adds; only its log is read"}


def test_the_page_leads_to_the_files(cast, client_of):
    """With the filters of the address; with high to whoever takes that away."""
    query = "since=2026-01-01&amp;until=2026-06-30"
    for person in READERS:
        page = client_of(getattr(cast, person)).get(f"{PAGE}?since=2026-01-01&until=2026-06-30").content.decode()
        assert f"{FILE}?{query}" in page
        assert (f"{CONFIDENTIAL}?{query}" in page) == (person != "reader")
