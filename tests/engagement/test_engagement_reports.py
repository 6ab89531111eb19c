"""Engagement reports: what is counted and for whom, highlights, and that a published report stays as it is."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from docx import Document
from openpyxl import load_workbook

from engagement import services
from engagement.models import AuditEvent, Engagement, EngagementReport, ReportFile
from tests import factories
from tests.engagement.at_once import at_once
from tests.engagement.test_overview import add_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST, NEW = "/engagement-reports/", "/engagement-reports/new/"
TYPED = {
    "title": "First quarter",
    "since": "2026-01-01",
    "until": "2026-03-31",
    "level": "moderate",
    "summary": "Well.",
}
SENT = {"reason": "Briefing of the donors", "password": "demo", "format": "docx"}


def draft(**columns):
    return factories.EngagementReportFactory(**columns)


def line_of(cluster, **columns):
    return factories.EngagementFactory(cluster=cluster, **columns)


def words_of(content):
    """All text of a Word file, in paragraphs and tables, the foot of its pages too."""
    file = Document(BytesIO(content))
    texts = [one.text for one in file.paragraphs]
    texts += [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*texts, *(one.text for section in file.sections for one in section.footer.paragraphs)])


def total_of(client, report):
    """What the page says is counted."""
    return client.get(report.get_absolute_url()).context["in_short"][0]


# -- Making one ------------------------------------------------------------------------------------------


def test_the_task_team_begins_one(cast, client_of):
    """It starts from the last quarter that is over, and keeps who began it and in which language."""
    cast.reader.language = "fr"
    cast.reader.save()
    client = client_of(cast.reader)
    initial = client.get(NEW).context["form"].initial
    assert (initial["since"], initial["until"]) == (date(2026, 1, 1), date(2026, 3, 31))
    response = client.post(NEW, TYPED)
    report = EngagementReport.objects.get()
    assert response["Location"] == report.get_absolute_url()
    assert (report.created_by, report.language, report.status) == (cast.reader, "fr", "draft")


def test_the_overview_leads_there_with_its_period(cast, client_of):
    """The link of the overview fills the period in; whoever makes no reports has no such link."""
    page = client_of(cast.focal).get("/overview/?since=2025-01-01&until=2025-06-30").content.decode()
    assert f'href="{NEW}?since=2025-01-01&amp;until=2025-06-30"' in page
    page = client_of(cast.focal).get("/overview/?cluster=south-sudan").content.decode()
    assert f'href="{NEW}?since=2025-06-01&amp;until=2026-05-31&amp;cluster=south-sudan"' in page
    form = client_of(cast.focal).get(f"{NEW}?cluster=south-sudan").context["form"]
    assert form.initial["cluster"] == cast.south_sudan
    client = client_of(cast.coordinator)
    assert NEW not in client.get("/overview/").content.decode()
    assert NEW not in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("until", "2025-12-31", "The last day cannot be before the first."),
        ("since", "1999-01-01", "The period is longer than 10 years: choose a shorter one."),
        ("since", "0001-01-01", "The period is longer than 10 years: choose a shorter one."),
        ("level", "high", "Select a valid choice. high is not one of the available choices."),
        ("title", "", "This field is required."),
    ],
)
def test_bad_input_comes_back_with_its_error(field, typed, said, cast, client_of):
    """High is not offered to a reader of the task team; nothing is saved, and what was typed is there."""
    response = client_of(cast.reader).post(NEW, TYPED | {field: typed})
    assert said in str(response.context["form"].errors)
    assert "Well." in response.content.decode()
    assert not EngagementReport.objects.exists()


def test_texts_are_checked(cast, client_of):
    """Title and summary are free texts: what leads to a person is asked about."""
    response = client_of(cast.reader).post(NEW, TYPED | {"summary": "Call Achol on 0921 445 678."})
    assert "A phone number" in str(response.context["form"].errors)


def test_of_two_who_change_a_draft_the_second_sees_it(cast, client_of):
    """Her words come back, and the next press saves them over the version that she has seen now."""
    report = draft()
    address = f"{report.get_absolute_url()}edit/"
    first = {"version": 1, "cluster": ""}
    client_of(cast.reader).post(address, TYPED | first)
    client = client_of(cast.focal)
    response = client.post(address, TYPED | first | {"title": "Mine"})
    assert "A colleague changed this draft meanwhile" in response.content.decode()
    assert 'name="version" value="2"' in response.content.decode()
    client.post(address, TYPED | {"version": 2, "cluster": "", "title": "Mine"})
    report.refresh_from_db()
    assert (report.title, report.version) == ("Mine", 3)


def test_a_draft_is_thrown_away(cast, client_of):
    """With its highlights; a published report is not."""
    line = line_of(cast.south_sudan)
    report, published = draft(highlights=[(line, "Well.")]), draft(published=cast.focal)
    for one in (report, published):
        client_of(cast.reader).post(f"{one.get_absolute_url()}discard/")
    assert list(EngagementReport.objects.all()) == [published]


# -- What is counted -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "said"), [("low", 1), ("moderate", 2), ("high", 3)])
def test_nothing_above_the_level_is_counted(level, said, cast, client_of):
    """Not on the page, not in the files: a focal point, who reads all, gets the numbers of the level she chose."""
    for one in ("low", "moderate", "high"):
        line_of(cast.south_sudan, level=one)
    report = draft(level=level, cluster=cast.south_sudan)
    client = client_of(cast.focal)
    counted = f"{said} engagement{'s' if said > 1 else ''}."
    assert total_of(client, report) == counted
    services.publish_report(by=cast.focal, report=report, version=1)
    files = {file.kind: bytes(file.content) for file in report.files.all()}
    assert counted in words_of(files["docx"])
    matrix = [list(row) for row in load_workbook(BytesIO(files["xlsx"]))["Clusters and actions"].values]
    assert matrix[1][13] == said


def test_the_numbers_equal_a_count_in_plain_sql(cast):
    """Clusters × actions, extents and modes, as somebody counts who knows nothing of this code."""
    add_lines(cast)
    report = draft(since=date(2025, 6, 1), until=date(2026, 5, 31), published=cast.focal)
    where = (
        "e.level IN ('low', 'moderate') AND e.status <> 'withdrawn' "
        "AND e.started_on >= '2025-06-01' AND e.started_on <= '2026-05-31'"
    )

    def counted(what):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {what}, COUNT(*) FROM engagement_engagement e "  # noqa: S608
                "JOIN engagement_cluster c ON c.id = e.cluster_id JOIN engagement_action a ON a.id = e.action_id "
                f"WHERE {where} GROUP BY {what}"
            )
            return {tuple(row[:-1]): row[-1] for row in cursor.fetchall()}

    figures = report.figures
    cells = {
        (line["name"], number): n for line in figures["clusters"] for number, n in enumerate(line["cells"], 1) if n
    }
    assert cells == counted("c.name, a.number") != {}
    assert {(value,): n for value, n in figures["extent"].items()} == counted("e.result_extent")
    assert {(value,): n for value, n in figures["mode"].items()} == counted("e.mode")
    assert figures["total"] == sum(counted("e.mode").values())
    assert sum(figures["groups"]) == sum(one["total"] for one in figures["trend"]) == figures["total"]


def test_of_level_low_nothing_moderate_is_told(cast):
    """Priorities are of level moderate as a whole: a report that members read does not name them."""
    factories.PriorityFactory(cluster=cast.south_sudan)
    low, moderate = (
        draft(level=level, cluster=cast.south_sudan, published=cast.focal) for level in ("low", "moderate")
    )
    assert "untouched" not in low.figures
    assert moderate.figures["untouched"]


def test_under_what_is_left_out_nothing_stands(cast, client_of):
    """Neither actions 9 and 10 nor individual cases have a column in a report without high."""
    line_of(cast.south_sudan)
    client = client_of(cast.focal)
    for level, there in (("moderate", False), ("high", True)):
        blocks = client.get(draft(level=level).get_absolute_url()).context["blocks"]
        columns = [title for block in blocks for title in block.columns]
        assert ("10" in columns, "Individual cases" in columns) == (there, there)


def test_support_provided(cast, client_of):
    """Requests that were answered in the period, of engagements within the level."""
    answered = {"status": "answered", "answered_at": datetime(2026, 4, 2, tzinfo=UTC)}
    for level in ("low", "high"):
        line = line_of(cast.south_sudan, level=level, support_needed="A contact.")
        factories.SupportRequestFactory(engagement=line, **answered)
    page = client_of(cast.focal).get(draft().get_absolute_url()).context
    assert page["in_short"][-2:] == ["1 asks for support.", "The task team answered 1 request."]
    support = page["blocks"][-1]
    assert support.lines == [("3. Propose a briefing", [("1", 0), ("1", 0)], 1.0)]


@pytest.mark.parametrize("columns", [{}, {"cluster": True}, {"since": date(1990, 1, 1), "until": date(1990, 3, 31)}])
def test_an_empty_period_is_a_report_too(columns, cast, client_of):
    """One cluster, a period before the first entry, 34 clusters with none: it says so plainly, and makes both files."""
    for n in range(32):
        factories.ClusterFactory(slug=f"cluster-{n}", name=f"Cluster {n}")
    columns = columns | ({"cluster": cast.south_sudan} if "cluster" in columns else {})
    report = draft(**columns, published=cast.reader)
    said = "No engagement that this report counts began in this period."
    client = client_of(cast.reader)
    assert said in client.get(report.get_absolute_url()).content.decode()
    assert said in words_of(client.get(f"{report.get_absolute_url()}report.docx").getvalue())
    assert client.get(f"{report.get_absolute_url()}report.xlsx").status_code == 200


# -- Highlights ------------------------------------------------------------------------------------------


def test_highlights_are_chosen_ordered_and_taken_out(cast, client_of):
    """From the engagements that the report counts, each with its words and its place."""
    lines = [line_of(cast.south_sudan, number=number) for number in (1, 2, 3)]
    report, client = draft(), client_of(cast.reader)
    address = report.get_absolute_url()
    page = client.get(f"{address}choose/")
    assert {line.pk for line in page.context["page"].object_list} == {line.pk for line in lines}
    for rank, line in enumerate(lines, 1):
        form = client.get(f"{address}highlights/{line.pk}/").context["form"]
        assert form.initial == {"text": "Two points were taken up.", "rank": rank}
        client.post(f"{address}highlights/{line.pk}/", {"text": f"Of {rank}\nmore", "rank": rank})
    client.post(f"{address}highlights/{lines[2].pk}/", {"text": "Of 3 more", "rank": 1})
    client.post(f"{address}highlights/{lines[0].pk}/", {"take_out": "yes"})
    assert [(one.rank, one.text) for one in report.highlights.all()] == [(1, "Of 3 more"), (2, "Of 2 more")]
    assert [text for text, _about in client.get(address).context["highlights"]] == ["Of 3 more", "Of 2 more"]
    services.publish_report(by=cast.reader, report=report, version=6)
    words = words_of(client.get(f"{address}report.docx").getvalue())
    assert words.index("Of 3 more") < words.index("Of 2 more")
    assert "South Sudan Protection Cluster · 3. Propose a briefing · 2 March 2026" in words


@pytest.mark.parametrize(
    "columns",
    [{"level": "high"}, {"started_on": date(2025, 12, 31)}, {"status": "withdrawn"}],
    ids=["above its level", "outside of its period", "withdrawn"],
)
def test_what_is_not_counted_is_no_highlight(columns, cast, client_of):
    """It is not offered, and not taken, not even from a focal point who can list it."""
    if "status" in columns:
        columns |= {"withdrawn_reason": "twice", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)}
    line, report, client = line_of(cast.south_sudan, **columns), draft(), client_of(cast.focal)
    address = report.get_absolute_url()
    assert not client.get(f"{address}choose/").context["page"].object_list
    assert client.post(f"{address}highlights/{line.pk}/", {"text": "Well.", "rank": 1}).status_code == 404
    with pytest.raises(Engagement.DoesNotExist):
        services.choose_highlight(by=cast.focal, report=report, line=line, text="Well.", rank=1)


def test_a_line_that_is_raised_drops_out_of_drafts(cast, client_of):
    """At once, on the page and in the files; with the next change its words are gone from the database."""
    raised, other = line_of(cast.south_sudan), line_of(cast.south_sudan)
    report = draft(highlights=[(raised, "SECRET"), (other, "Well.")])
    services.raise_level(by=cast.coordinator, line=raised, to_level="high")
    client = client_of(cast.reader)
    assert "SECRET" not in client.get(report.get_absolute_url()).content.decode()
    assert "SECRET" not in words_of(client.get(f"{report.get_absolute_url()}report.docx").getvalue())
    services.choose_highlight(by=cast.reader, report=report, line=other, text="Well done.", rank=1)
    assert [(one.rank, one.text) for one in report.highlights.all()] == [(1, "Well done.")]


def test_lowering_the_level_of_a_draft_drops_what_is_above(cast, client_of):
    """The report decides, not the day on which something was chosen."""
    line = line_of(cast.south_sudan, level="moderate")
    report = draft(highlights=[(line, "SECRET")])
    client_of(cast.reader).post(
        f"{report.get_absolute_url()}edit/", TYPED | {"level": "low", "version": 1, "cluster": ""}
    )
    published = services.publish_report(by=cast.reader, report=report, version=2)
    assert published.figures["highlights"] == []


# -- Published -------------------------------------------------------------------------------------------


def state_of(client, report):
    """All that a reader gets of a report."""
    address = report.get_absolute_url()
    page = client.get(address)
    shown = {name: page.context[name] for name in ("in_short", "blocks", "highlights", "counted_on")}
    return shown, client.get(f"{address}report.docx").getvalue(), client.get(f"{address}report.xlsx").getvalue()


@pytest.mark.slow
def test_a_published_report_is_frozen(cast, client_of, clock):
    """Whatever happens to the log, the clusters and the names afterwards."""
    add_lines(cast)
    line = line_of(cast.south_sudan)
    report = draft(highlights=[(line, "Well.")], published=cast.reader)
    client = client_of(cast.reader)
    before = state_of(client, report)
    assert len(before[0]["blocks"]) > 5
    clock(datetime(2026, 6, 20, tzinfo=UTC))
    services.raise_level(by=cast.coordinator, line=line, to_level="high")
    line_of(cast.south_sudan)
    Engagement.objects.filter(cluster=cast.ukraine).update(started_on=date(2020, 1, 1), version=9)
    cast.south_sudan.name = "Another name"
    cast.south_sudan.save()
    assert state_of(client_of(cast.reader), report) == before


def test_nothing_of_it_can_be_changed(cast, client_of):
    """Every form of a draft leads to the report, and the services refuse."""
    line = line_of(cast.south_sudan)
    report, client = draft(highlights=[(line, "Well.")], published=cast.reader), client_of(cast.focal)
    before = EngagementReport.objects.filter(pk=report.pk).values().get()
    address = report.get_absolute_url()
    for page, sent in (
        ("edit/", TYPED | {"version": 1}),
        (f"highlights/{line.pk}/", {"text": "Else", "rank": 1}),
        (f"highlights/{line.pk}/", {"take_out": "yes"}),
        ("publish/", {"version": 1}),
        ("discard/", {}),
    ):
        assert client.post(address + page, sent)["Location"] == address
    about = {"by": cast.focal, "report": report}
    for refused in (
        lambda: services.publish_report(**about, version=1),
        lambda: services.change_report(**about),
        lambda: services.choose_highlight(**about, line=line, text="Else", rank=1),
        lambda: services.discard_report(**about),
    ):
        with pytest.raises(services.NotNow):
            refused()
    assert EngagementReport.objects.filter(pk=report.pk).values().get() == before
    assert report.highlights.get().text == "Well."


def test_it_is_published_as_it_was_seen(cast, client_of):
    """A draft that a colleague changed meanwhile is looked at again first."""
    report, line = draft(), line_of(cast.south_sudan)
    client = client_of(cast.reader)
    page = client.get(f"{report.get_absolute_url()}publish/").content.decode()
    assert 'name="version" value="1"' in page
    assert "It will be read by the HRE task team." in page
    services.choose_highlight(by=cast.focal, report=report, line=line, text="Well.", rank=1)
    for seen in ("1", "", "x"):
        client.post(f"{report.get_absolute_url()}publish/", {"version": seen})
        assert EngagementReport.objects.get().is_draft
    client.post(f"{report.get_absolute_url()}publish/", {"version": "2"})
    report.refresh_from_db()
    assert (report.status, report.published_by) == ("published", cast.reader)


@pytest.mark.parametrize("level", ["low", "moderate", "high"])
def test_of_all_clusters_the_task_team_alone_reads_it(level, cast, client_of):
    """No coordinator could list what is counted in it."""
    report = draft(level=level, published=cast.focal)
    people = ("member", "coordinator", "other", "reader", "focal", "administrator")
    answers = {person: client_of(getattr(cast, person)).get(report.get_absolute_url()).status_code for person in people}
    read = {person for person, status in answers.items() if status == 200}
    assert read == ({"focal"} if level == "high" else {"reader", "focal"})
    lists = {person for person in people if client_of(getattr(cast, person)).get(LIST).context["page"].paginator.count}
    assert lists == read


def test_the_document_is_in_the_language_of_its_maker(cast, client_of):
    """From right to left where that is Arabic, whoever publishes it, in whatever language."""
    report = draft(language="ar", published=cast.focal)
    content = client_of(cast.reader).get(f"{report.get_absolute_url()}report.docx").getvalue()
    assert "<w:bidi/>" in Document(BytesIO(content)).element.xml.replace(" xmlns", "<").split("<w:sectPr")[-1]
    book = load_workbook(BytesIO(bytes(report.files.get(kind="xlsx").content)))
    assert book.worksheets[0].sheet_view.rightToLeft


def test_it_is_withdrawn_with_a_reason(cast, client_of):
    """Whoever could read it reads why; figures and files are shown to nobody."""
    line_of(cast.south_sudan)
    report = draft(cluster=cast.south_sudan, summary="SECRET", published=cast.reader)
    client, address = client_of(cast.reader), report.get_absolute_url()
    assert "required" in str(client.post(f"{address}withdraw/", {"withdrawn_reason": ""}).context["form"].errors)
    client.post(f"{address}withdraw/", {"withdrawn_reason": "Counted twice."})
    for person in (cast.reader, cast.coordinator):
        page = client_of(person).get(address).content.decode()
        assert "Counted twice." in page
        assert "SECRET" not in page
        assert "1 engagement." not in page
        assert {client_of(person).get(f"{address}report.{kind}").status_code for kind in ("docx", "xlsx")} == {404}


# -- Files -----------------------------------------------------------------------------------------------


def test_each_cluster_reads_that_a_report_left(cast, client_of):
    """One entry for each cluster that it counts, whether it is a draft or published."""
    line_of(cast.south_sudan, level="low")
    line_of(cast.ukraine)
    for report in (draft(), draft(published=cast.reader)):
        AuditEvent.objects.all().delete()
        client_of(cast.reader).get(f"{report.get_absolute_url()}report.docx").getvalue()
        found = {event.cluster_id: event.detail for event in AuditEvent.objects.all()}
        kept = {"page": "engagement-report-docx", "filters": {}, "rows": 1}
        assert found == {
            cast.south_sudan.pk: kept | {"levels": {"low": 1}},
            cast.ukraine.pk: kept | {"levels": {"moderate": 1}},
        }


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_high_report_leaves_by_the_password_alone(kind, cast, client_of):
    """With a reason, which the coordinators of each cluster in it read; so does that somebody opened it."""
    line_of(cast.south_sudan, level="high")
    report = draft(level="high", published=cast.focal)
    client, address = client_of(cast.focal), report.get_absolute_url()
    assert client.get(f"{address}report.{kind}")["Location"] == f"{address}confidential/"
    assert (
        "This is not your password" in client.post(f"{address}confidential/", SENT | {"password": "x"}).content.decode()
    )
    assert not AuditEvent.objects.filter(kind="exported").exists()
    response = client.post(f"{address}confidential/", SENT | {"format": kind})
    assert response["Content-Disposition"] == f'attachment; filename="engagement-report-2026-05-20.{kind}"'
    assert response.getvalue() == bytes(report.files.get(kind=kind).content)
    page = client_of(cast.coordinator).get("/clusters/south-sudan/access/").content.decode()
    assert "Briefing of the donors" in page
    assert "1 engagement of this cluster: high 1" in page
    assert "an engagement report that counts 1 record" in page


def test_the_workbook_holds_no_text_of_the_log(cast):
    """Figures and what the task team chose; the log itself may become more confidential."""
    line = line_of(cast.south_sudan, what_was_done="SECRET", challenges="SECRET", support_needed="SECRET")
    report = draft(highlights=[(line, "Well.")], published=cast.reader)
    book = load_workbook(BytesIO(bytes(report.files.get(kind="xlsx").content)))
    cells = {cell for sheet in book for row in sheet.values for cell in row}
    assert "SECRET" not in cells
    assert "Well." in cells


# -- Kept ------------------------------------------------------------------------------------------------


def purge():
    call_command("purge", verbosity=0)


def test_texts_of_high_reports_go_with_their_files(cast, client_of, clock):
    """24 months after the publication; the figures stay, and those of lower levels stay whole."""
    line = line_of(cast.south_sudan, level="low")
    high, low = (
        draft(level=level, summary="Well.", highlights=[(line, "Well.")], published=cast.focal)
        for level in ("high", "low")
    )
    clock(datetime(2028, 5, 19, tzinfo=UTC))
    purge()
    assert ReportFile.objects.count() == 4
    clock(datetime(2028, 5, 22, tzinfo=UTC))
    purge()
    assert set(ReportFile.objects.values_list("report", flat=True)) == {low.pk}
    high.refresh_from_db()
    assert (high.summary, high.figures["highlights"], high.figures["total"]) == ("", [], 1)
    page = client_of(cast.focal).get(high.get_absolute_url())
    assert "Files and texts were removed on 22 May 2028" in page.content.decode()
    assert client_of(cast.focal).get(f"{high.get_absolute_url()}confidential/").status_code == 404


def test_what_a_draft_says_of_an_emptied_line_goes_with_its_text(cast, clock):
    """Of a line of level high, 24 months after its last change."""
    line = line_of(cast.south_sudan, level="high")
    report = draft(level="high", highlights=[(line, "Well.")])
    clock(datetime(2028, 6, 1, tzinfo=UTC))
    EngagementReport.objects.update(updated_at=datetime(2028, 5, 1, tzinfo=UTC))
    purge()
    assert not report.highlights.exists()


def test_files_of_what_was_withdrawn_and_old_drafts_go(cast, clock):
    """30 days after the withdrawal; a year after the last change."""
    draft(published=cast.focal, withdrawn="Counted twice.")
    draft(title="Old")
    clock(datetime(2026, 5, 20, tzinfo=UTC) + timedelta(days=31))
    purge()
    assert not ReportFile.objects.exists()
    EngagementReport.objects.filter(title="Old").update(updated_at=datetime(2026, 5, 20, tzinfo=UTC))
    clock(datetime(2027, 5, 22, tzinfo=UTC))
    purge()
    assert not EngagementReport.objects.filter(title="Old").exists()


@pytest.mark.parametrize(
    "columns",
    [
        {"until": date(2025, 1, 1)},
        {"level": "severe"},
        {"status": "published"},
        {"status": "withdrawn", "withdrawn_reason": ""},
        {"withdrawn_reason": "Twice."},
        {"figures": {"total": 1}},
    ],
)
def test_the_database_refuses_what_never_is(columns, cast):
    """A state without its facts, or facts without their state."""
    report = draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        EngagementReport.objects.filter(pk=report.pk).update(**columns)


@pytest.mark.django_db(transaction=True)
def test_of_four_who_publish_at_once_one_does(cast):
    """One pair of files, the figures of whoever was first; the others are told."""
    line_of(cast.south_sudan)
    report = draft()

    def publish(number):
        try:
            services.publish_report(by=(cast.reader, cast.focal)[number % 2], report=report, version=1)
        except services.NotNow:
            return "told"
        return "published"

    assert sorted(at_once(4, publish)) == ["published", "told", "told", "told"]
    assert sorted(ReportFile.objects.values_list("kind", flat=True)) == ["docx", "xlsx"]


@pytest.mark.parametrize(("person", "leads"), [("coordinator", True), ("reader", True), ("member", False)])
def test_the_way_up_is_there_for_whom_it_opens(person, leads, cast, client_of):
    """The overview is refused to members: their list of reports leads to no refusal."""
    client = client_of(getattr(cast, person))
    assert ('href="/overview/"' in client.get(LIST).content.decode()) == leads
    assert (client.get("/overview/").status_code == 200) == leads
