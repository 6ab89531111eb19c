"""The home format: what lets an exported workbook come home, and the empty one to fill in."""

from io import BytesIO

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from engagement.actions import WORDINGS
from engagement.imports.columns import BY_NAME, COLUMNS
from engagement.models import Engagement
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EXPORT, TEMPLATE = "/export/engagement.xlsx", "/import/engagement/template.xlsx"
NOT_READ = {"country", "item", "created_by", "updated_at", "record"}


def log_of(client, address):
    """The workbook at the address, and its sheet *Log*."""
    response = client.get(address)
    assert response.status_code == 200
    book = load_workbook(BytesIO(response.getvalue()))
    return book, book.worksheets[0]


def letter_of(name):
    """The letter of a column of the sheet."""
    return "ABCDEFGHIJKLMNOPQRSTUV"[[column.name for column in COLUMNS].index(name)]


def choices_of(book, page):
    """{name of a column: the choices of its drop-down}, each from under the titles to the last row there can be."""
    found = {}
    for rule in page.data_validations.dataValidation:
        first, last = str(rule.sqref).split(":")
        assert (rule.type, first[1:], last) == ("list", "3", f"{first[0]}1048576")
        sheet, cells = rule.formula1.split("!")
        cells = book[sheet.strip("'")][cells.replace("$", "")]
        name = next(column.name for column in COLUMNS if letter_of(column.name) == first[0])
        found[name] = [cell.value for (cell,) in cells]
    return found


@pytest.mark.parametrize("address", [EXPORT, TEMPLATE])
@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_the_keys_are_the_same_in_every_language(address, language, cast, client_of):
    """Tags in a hidden row above the titles, once each; sorting, filtering and scrolling leave them where they are."""
    cast.coordinator.language = language
    cast.coordinator.save()
    factories.EngagementFactory(cluster=cast.south_sudan)
    _book, page = log_of(client_of(cast.coordinator), address)
    tags = [cell.value for cell in page[1]]
    assert tags == [column.tag for column in COLUMNS]
    assert len(set(tags)) == len(tags) == 22
    assert page.row_dimensions[1].hidden
    assert not page.row_dimensions[2].hidden
    assert page.auto_filter.ref == f"A2:V{page.max_row}"
    assert (page.freeze_panes, page.print_title_rows) == ("C3", "$2:$2")


def test_a_line_knows_which_and_which_version_it_is(cast, client_of):
    """The first column, hidden, is `<id>:<version>`, whoever takes the file away."""
    lines = [factories.EngagementFactory(cluster=cast.south_sudan, version=number) for number in (1, 3, 12)]
    _book, page = log_of(client_of(cast.reader), EXPORT)
    assert page.column_dimensions["A"].hidden
    assert not page.column_dimensions["B"].hidden
    assert {cell.value for cell in page["A"][2:]} == {f"{line.pk}:{line.version}" for line in lines}


@pytest.mark.parametrize("address", [EXPORT, TEMPLATE])
def test_choices_are_offered_in_the_readers_language(address, cast, client_of):
    """Mode, extent, status, precision, level, number of the action, and the clusters whose log she keeps."""
    cast.coordinator.language = "fr"
    cast.coordinator.save()
    below = factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    factories.ClusterFactory(slug="elsewhere")
    book, page = log_of(client_of(cast.coordinator), address)
    found = choices_of(book, page)
    assert found.pop("action_number") == list(range(1, 13))
    assert found.pop("cluster") == sorted([below.name, cast.south_sudan.name])
    with override("fr"):
        assert found == {
            "mode": [str(label) for label in Engagement.Mode.labels],
            "result_extent": [str(label) for label in Engagement.Extent.labels],
            "status": [str(label) for label in Engagement.Status.labels if label != Engagement.Status.WITHDRAWN.label],
            "date_precision": [str(label) for label in Engagement.DatePrecision.labels],
            "level": [str(label) for label in Engagement.Level.labels],
        }
    assert found["date_precision"] == ["jour", "mois", "trimestre"]


def test_what_is_exported_is_among_the_choices(cast, client_of):
    """A line that nobody has touched does not break its own drop-downs; withdrawn is the exception, done elsewhere."""
    for number, (mode, extent) in enumerate(
        zip(["direct", "indirect", "collaboration"], Engagement.Extent, strict=False), 1
    ):
        partner = "" if mode == "direct" else "A partner"
        factories.EngagementFactory(
            cluster=cast.south_sudan, number=number, mode=mode, partner=partner, result_extent=extent, level="low"
        )
    book, page = log_of(client_of(cast.member), EXPORT)
    offered = choices_of(book, page)
    assert "cluster" not in offered  # she keeps no log
    for name, choices in offered.items():
        assert {cell.value for cell in page[letter_of(name)][2:]} <= set(choices), name


def test_each_reader_chooses_among_her_clusters(cast, client_of):
    """The task team among all, a coordinator among those whose log she keeps."""
    for person, expected in (
        (cast.reader, ["South Sudan Protection Cluster", "Ukraine Protection Cluster"]),
        (cast.other, ["Ukraine Protection Cluster"]),
    ):
        assert choices_of(*log_of(client_of(person), EXPORT))["cluster"] == expected


@pytest.mark.parametrize("address", [EXPORT, TEMPLATE])
def test_every_title_has_help(address, cast, client_of):
    """A note says how to fill the column, or that it is not taken over; that of the level says who reads which."""
    _book, page = log_of(client_of(cast.coordinator), address)
    notes = {column.name: cell.comment.text for column, cell in zip(COLUMNS, page[2], strict=True)}
    assert {
        name for name, note in notes.items() if note == "For reading only: what you write here is not taken over."
    } == NOT_READ
    assert {column.name for column in COLUMNS if not column.is_read} == NOT_READ
    assert "moderate: coordinators of the cluster and the HRE task team" in notes["level"]
    assert notes["partner"] == str(BY_NAME["partner"].help)
    assert not [cell for cells in page.iter_rows(min_row=3) for cell in cells if cell.comment]


# -- The empty workbook ------------------------------------------------------------------------------


def test_the_template_is_the_same_sheet_without_lines(cast, client_of):
    """The titles of the export in their places, no row below; what is not taken over is hidden, not moved."""
    factories.EngagementFactory(cluster=cast.south_sudan)
    client = client_of(cast.coordinator)
    _book, exported = log_of(client, EXPORT)
    book, page = log_of(client, TEMPLATE)
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == ["Log", "How to fill it"]
    assert [cell.value for cell in page[2]] == [cell.value for cell in exported[2]]
    assert page.max_row == 2
    hidden = {column.name for column in COLUMNS if page.column_dimensions[letter_of(column.name)].hidden}
    assert hidden == NOT_READ | {"row"}


def test_the_template_says_how_to_fill_it(cast, client_of):
    """Each column that is taken, the twelve actions, the levels with their readers, what must not be in it."""
    book, _page = log_of(client_of(cast.coordinator), TEMPLATE)
    header, *lines = book["How to fill it"].values
    assert header == ("About", "What", "How to fill it")
    said = {}
    for about, what, how in lines:
        said.setdefault(about, {})[what] = how
    assert list(said) == ["The sheet Log", "Must not stand in it", "Column", "Action", "Level"]
    assert [int(what.split(".")[0]) for what in said["Action"]] == list(WORDINGS)
    assert said["Level"] == {
        "low": "Read by members of the cluster, its coordinators and the HRE task team.",
        "moderate": "Read by coordinators of the cluster and the HRE task team.",
        "high": "Read by coordinators of the cluster and the focal points of the HRE task team, nobody else.",
    }
    assert said["Must not stand in it"]["Severe information"].startswith("The identity of a victim, source or witness")
    assert list(said["Column"]) == [str(column.title) for column in COLUMNS if column.is_read and column.name != "row"]
    assert "http://testserver/import/engagement/:" in said["The sheet Log"]["Handing it in"]


def test_the_template_is_for_coordinators(cast, client_of):
    """Who logs gets it; GET only; it is named after what it is, and right-to-left in Arabic."""
    for person, status in (
        ("coordinator", 200),
        ("member", 403),
        ("reader", 403),
        ("focal", 403),
        ("administrator", 403),
    ):
        response = client_of(getattr(cast, person)).get(TEMPLATE)
        assert (response.status_code, response.getvalue()[:2] == b"PK") == (status, status == 200)
    client = client_of(cast.coordinator)
    assert client.post(TEMPLATE).status_code == 405
    response = client.get(TEMPLATE)
    assert response["Content-Disposition"] == 'attachment; filename="engagement-to-fill-in-2026-05-20.xlsx"'
    assert "no-store" in response["Cache-Control"]
    response.getvalue()
    cast.coordinator.language = "ar"
    cast.coordinator.save()
    book, _page = log_of(client, TEMPLATE)
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in book} == {True}
