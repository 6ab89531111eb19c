"""Which rows are new, change something, say what stands there, conflict with it, are faulty: each rule by itself."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from engagement import services
from engagement.forms import EngagementForm
from engagement.imports.comparing import compare
from engagement.models import Engagement
from tests import factories

from .files import cells_of, new_row, read_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def lines(cast, *rows, user=None, cluster=None, **options):
    """What these rows of a file would do to the log of the coordinator of South Sudan."""
    return compare(user or cast.coordinator, read_file(*rows, **options), {}, cluster).lines


def reasons(line):
    """(column, reason) of each fault of a line."""
    return [(fault.place.column, fault.reason) for fault in line.draft.faults]


def logged(cast, **fields):
    """A line of South Sudan, by its coordinator."""
    return factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, **fields)


def change(engagement, **fields):
    """Somebody changes the engagement here: a version later."""
    for name, value in fields.items():
        setattr(engagement, name, value)
    engagement.version += 1
    engagement.save()


# -- New rows --------------------------------------------------------------------------------------------


def test_a_new_row_gets_the_defaults_of_its_action(cast):
    """Moderate, done, direct; an action of the two confidential ones is high; what lies ahead is planned."""
    three, nine, ahead = lines(
        cast,
        new_row(),
        new_row(action="9", what_was_done="", mandates=factories.MandateFactory().acronym),
        new_row(started_on="2026-09-01"),
    )
    assert [line.kind for line in (three, nine, ahead)] == ["new", "new", "new"]
    assert {name: three.values[name] for name in ("level", "status", "mode", "date_precision", "result_extent")} == {
        "level": "moderate", "status": "done", "mode": "direct", "date_precision": "day", "result_extent": "none_yet",
    }  # fmt: skip
    assert nine.values["level"] == "high"
    assert ahead.values["status"] == "planned"
    assert three.instance.created_by == cast.coordinator


def test_a_row_with_several_actions_is_one_engagement_each_of_one_activity(cast):
    """ "9, 10" in one cell; both with the days and mandates of the row."""
    mandate = factories.MandateFactory()
    found = lines(cast, new_row(action="9, 10", started_on="Q1 2026", what_was_done="", mandates=mandate.acronym))
    assert [(line.kind, line.instance.action.number) for line in found] == [("new", 9), ("new", 10)]
    assert found[0].instance.activity == found[1].instance.activity is not None
    assert {(line.instance.started_on, line.instance.date_precision) for line in found} == {
        (date(2026, 1, 1), "quarter")
    }
    assert len({line.key for line in found}) == 2


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"started_on": None}, "started_on", "The row has no day"),
        ({"started_on": "3/4/2026"}, "started_on", "can be 3 April 2026 or 4 March 2026"),
        ({"started_on": "2026-02-30"}, "started_on", "stands in no calendar"),
        ({"started_on": "2004-01-01"}, "started_on", "June 2006"),
        ({"started_on": "2026-03-04", "ended_on": "2026-03-01"}, "ended_on", "cannot be before the first"),
        ({"started_on": "2026-09-01", "status": "done"}, "started_on", "lies ahead: choose the status “planned”"),
        ({"action": "13"}, "action", "no action 13"),
        ({"action": None}, "action", "names none of the twelve actions"),
        ({"action": "9", "what_was_done": "", "level": "low"}, "level", "always high"),
        ({"level": "severe"}, "level", "not stored here at any level"),
        ({"status": "withdrawn"}, "status", "is not one of the available choices"),
        ({"mode": "indirect"}, "partner", "Name the partner"),
        ({"mode": "direct", "partner": "OHCHR"}, "partner", "A direct action has no partner"),
        ({"what_was_done": " "}, "what_was_done", "Say in a sentence what the cluster did"),
        ({"what_was_done": "x" * 10_001}, "what_was_done", "shorten this by 1"),
        ({"result": "bad \ufffd"}, "result", "cannot be read"),
        ({"action": "9", "what_was_done": "x" * 501}, "what_was_done", "At most 500 characters"),
        ({"action": "10", "what_was_done": ""}, "mandates", "A receipt without a mandate"),
        ({"mandates": "SR Nobody"}, "mandates", "not the name of a mandate"),
        ({"cluster": "Ukraine Protection Cluster"}, "cluster", "none of your clusters"),
        ({"row": "not-an-id"}, "row", "wrote no such id"),
        ({"partner": "x" * 301, "mode": "indirect"}, "partner", "at most 300 characters"),
    ],
)
def test_a_faulty_row_says_which_cell_and_how_to_mend_it(cast, cells, column, reason):
    """By the rules and in the words of the form, at the cell where it stands; a missing column has no letter."""
    (line,) = lines(cast, new_row(**cells))
    assert line.kind == "faulty"
    letter = line.draft.letters.get(column, "")
    assert [found for found in reasons(line) if found[0] == letter and reason in found[1]], reasons(line)


def test_a_table_without_days_or_actions_says_so_row_by_row(cast):
    """Nobody can log what has no day; the rows come back with the column to add."""
    (line,) = lines(cast, {"what_was_done": "Proposed points."})
    assert [reason[:13] for _column, reason in reasons(line)] == ["The row has n", "The row names"]


def test_what_the_reader_of_files_could_not_read_is_a_fault_of_its_cell(cast):
    """An error of Excel is said once, in the words of the reader, and the cell is not taken for an empty one."""
    read = read_file(new_row(), cells_of(logged(cast)))
    for row in read.tables[0].rows:
        letters = {header.name: header.letter for header in read.tables[0].headers}
        for name in ("started_on", "action", "cluster"):
            row.faults[letters[name]] = "#REF! is an error of Excel: mend the formula."
    for line in compare(cast.coordinator, read, {}, None).lines:
        assert [reason for _column, reason in reasons(line)] == ["#REF! is an error of Excel: mend the formula."] * 3


def test_the_mandate_of_another_country_is_refused(cast):
    """As the form of the page does not offer it."""
    factories.MandateFactory(slug="sr-mali", kind="country", country=factories.CountryFactory(iso3="MLI"))
    (line,) = lines(cast, new_row(mandates="SR-MALI"))
    assert reasons(line) == [
        (line.draft.letters["mandates"], "SR-MALI is about another country than that of the cluster.")
    ]


def test_a_date_with_two_readings_is_read_as_its_column(cast):
    """And the row says so."""
    first, second = lines(cast, new_row(started_on="3/4/2026"), new_row(started_on="13/4/2026"))
    assert first.values["started_on"] == date(2026, 4, 3)
    assert "was read as 3 April 2026" in first.draft.notes[0]
    assert second.draft.notes == []


def test_a_row_without_cluster_belongs_to_the_chosen_one_or_the_only_one(cast):
    """With two of them and none chosen it is faulty."""
    assert lines(cast, new_row())[0].values["cluster"] == cast.south_sudan
    both = factories.UserFactory(coordinates=cast.south_sudan)
    both.memberships.create(cluster=cast.ukraine, role="coordinator")
    assert lines(cast, new_row(), user=both, cluster=cast.ukraine)[0].values["cluster"] == cast.ukraine
    (line,) = lines(cast, new_row(), user=both)
    assert "No cluster is named" in reasons(line)[0][1]


def test_a_cluster_that_was_chosen_once_counts_only_as_long_as_she_keeps_it(cast):
    """The gate is asked anew each time."""
    (line,) = lines(cast, new_row(), cluster=cast.ukraine)
    assert line.values["cluster"] == cast.south_sudan


def test_numbers_of_rows_are_no_numbers_of_actions(cast):
    """A table without keys may count its rows under "No."; then the wording says which action it is."""
    (line,) = lines(cast, new_row(action_number=1, action="6"), has_keys=False)
    assert line.values["action"].number == 6
    (line,) = lines(cast, new_row(action_number=1, action="6"))
    assert "name two actions" in reasons(line)[0][1]
    (line,) = lines(cast, new_row(action_number=6, action=None), has_keys=False)
    assert line.values["action"].number == 6


# -- Rows with an id ---------------------------------------------------------------------------------------


def test_an_exported_row_that_nobody_touched_is_unchanged(cast):
    """Whatever its level, dates and mandates are, in whichever language the reader imports it."""
    mandates = [factories.MandateFactory() for _n in range(2)]
    rows = [
        logged(cast, mandates=mandates, ended_on=date(2026, 3, 2)),
        logged(cast, number=9, started_on=date(2026, 3, 15), date_precision="month"),
        logged(cast, mode="collaboration", partner="OHCHR", status="planned", result_extent="significant"),
    ]
    with translation.override("ar"):
        cells = [cells_of(row) for row in rows]
    with translation.override("fr"):
        assert [line.kind for line in lines(cast, *cells)] == ["unchanged"] * 3


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"challenges": "None."}, {"challenges": ("Late notice.", "None.")}),
        ({"challenges": None}, {"challenges": ("Late notice.", "")}),
        ({"level": "high"}, {"level": ("moderate", "high")}),
        ({"mode": "indirect", "partner": "NRC"}, {"mode": ("direct", "indirect"), "partner": ("", "NRC")}),
        ({"started_on": "3 March 2026"}, {"started_on": ("2 March 2026", "3 March 2026")}),
        (
            {"started_on": "March 2026"},
            {"started_on": ("2 March 2026", "1 March 2026"), "date_precision": ("day", "month")},
        ),
        ({"mandates": "SR-IDPS"}, {"mandates": ("", "SR-IDPS")}),
        ({"action_number": 12}, {"action": ("3. Propose a briefing", "12. Use findings in advocacy")}),
        ({"action": "12"}, {"action": ("3. Propose a briefing", "12. Use findings in advocacy")}),
        ({"status": None, "level": None}, {}),
        ({"country": "Mali", "created_by": "Somebody"}, {}),
    ],
)
def test_a_changed_cell_is_shown_before_and_after(cast, cells, expected):
    """Only what the file can say of an engagement; an emptied choice is no change, an emptied text is one."""
    factories.MandateFactory(slug="sr-idps")
    row = logged(cast)
    (line,) = lines(cast, cells_of(row) | cells)
    assert line.kind == ("changed" if expected else "unchanged"), reasons(line)
    assert {one.name: (one.here, one.there) for one in line.changes} == expected


def test_a_month_that_is_known_by_its_first_day_is_the_same_month(cast):
    """A cell that says March says what the log says of a day in March that is exact to the month."""
    row = logged(cast, started_on=date(2026, 3, 15), date_precision="month")
    (line,) = lines(cast, cells_of(row) | {"started_on": "March 2026"})
    assert line.kind == "unchanged"


def test_a_column_that_the_file_has_not_changes_nothing(cast):
    """Three columns of an export are enough."""
    row = logged(cast, mode="indirect", partner="NRC", date_precision="month")
    cells = cells_of(row)
    (line,) = lines(cast, {name: cells[name] for name in ("row", "started_on", "result")} | {"result": "Agreed."})
    assert (line.kind, [one.name for one in line.changes]) == ("changed", ["result"])
    assert (line.values["partner"], line.values["date_precision"]) == ("NRC", "month")


def test_the_id_of_another_cluster_of_nobody_and_of_a_withdrawn_row_are_one_fault(cast):
    """The same words for all: an import tells nothing of rows that this person does not keep."""
    theirs = factories.EngagementFactory(cluster=cast.ukraine, level="low")
    gone = logged(cast, status="withdrawn", withdrawn_at="2026-05-01T00:00Z", withdrawn_reason="Twice.")
    found = [
        reasons(lines(cast, new_row(row=f"{pk}:1"))[0])
        for pk in (theirs.pk, gone.pk, "00000000-0000-4000-8000-000000000000")
    ]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 1


def test_a_member_and_a_reader_of_the_task_team_change_nothing_by_an_id(cast):
    """Reading a row does not make it hers to import."""
    row = logged(cast, level="low")
    both = factories.UserFactory(member_of=cast.south_sudan, coordinates=cast.ukraine)
    for user in (both, cast.reader):
        (line,) = lines(cast, cells_of(row) | {"result": "Changed."}, user=user)
        assert line.kind == "faulty"


def test_a_row_that_stands_twice_in_the_file_is_faulty_the_second_time(cast):
    """Which of the two counts is for the person to say."""
    cells = cells_of(logged(cast))
    first, second = lines(cast, cells | {"result": "One."}, cells | {"result": "Two."})
    assert first.kind == "changed"
    assert "Row 3 is about the same engagement" in reasons(second)[0][1]


def test_an_id_with_a_version_that_is_not_there_yet_is_faulty(cast):
    """Nobody exported it like this."""
    row = logged(cast)
    (line,) = lines(cast, cells_of(row) | {"row": f"{row.pk}:9"})
    assert "no such version" in reasons(line)[0][1]


def test_high_is_never_lowered(cast):
    """Also not where the form would let her."""
    (line,) = lines(cast, cells_of(logged(cast, level="high")) | {"level": "moderate"})
    assert "No import lowers" in reasons(line)[0][1]


def test_what_an_act_wrote_keeps_its_action(cast):
    """The rule of the form, for the lines that acts write."""
    briefing = factories.BriefingFactory(engagement__cluster=cast.south_sudan)
    (line,) = lines(cast, cells_of(briefing.engagement) | {"action_number": 12, "action": None})
    assert [reason for _column, reason in reasons(line)] == [
        "An act wrote this line: its action, cluster and what it is about stay. Withdraw it, log another."
    ]


def test_a_visit_stays_as_long_as_the_action_takes_it(cast):
    """A change of other cells leaves it; an action that takes none loses it, as in the form."""
    row = logged(cast, visit=factories.VisitFactory(countries=["SSD"]))
    (line,) = lines(cast, cells_of(row) | {"result": "Agreed."})
    assert line.instance.visit == row.visit
    (line,) = lines(cast, cells_of(row) | {"action": "8", "action_number": 8})
    assert (line.kind, line.instance.visit) == ("changed", None)


# -- Changed here meanwhile --------------------------------------------------------------------------------


def test_the_same_cell_changed_in_both_places_is_a_conflict(cast):
    """Both are shown; cells that only the file changed beside them."""
    row = logged(cast)
    cells = cells_of(row) | {"result": "In the file.", "challenges": "Only in the file."}
    change(row, result="Here.")
    (line,) = lines(cast, cells)
    assert line.kind == "conflict"
    assert [(one.here, one.there) for one in line.conflicts] == [("Here.", "In the file.")]
    assert [one.name for one in line.changes] == ["challenges"]


def test_different_cells_changed_in_both_places_are_merged(cast):
    """What was changed here stays although the file has the old words; the row says so."""
    mandate = factories.MandateFactory()
    row = logged(cast)
    cells = cells_of(row) | {"challenges": "From the file."}
    change(row, result="Here.")
    row.mandates.add(mandate)
    (line,) = lines(cast, cells)
    assert (line.kind, [one.name for one in line.changes]) == ("changed", ["challenges"])
    assert (line.values["result"], line.values["mandates"]) == ("Here.", [mandate])
    assert "those changes stay" in line.draft.notes[0]


def test_the_same_change_in_both_places_is_none(cast):
    """Two people who correct the same word agree."""
    row = logged(cast)
    cells = cells_of(row) | {"result": "Agreed."}
    change(row, result="Agreed.")
    assert lines(cast, cells)[0].kind == "unchanged"


def test_without_the_version_of_the_file_every_difference_is_a_conflict(cast):
    """Where the history is not kept any more, nobody knows who changed what."""
    row = logged(cast)
    cells = cells_of(row)
    change(row, result="Here.")
    Engagement.history.filter(version=1).delete()
    assert lines(cast, cells)[0].kind == "conflict"


# -- Rows without an id that are there already ---------------------------------------------------------------


def test_a_row_without_id_that_says_what_stands_there_is_unchanged(cast):
    """Same cluster, action, day, texts and mandates; spaces around the text do not count."""
    row = logged(cast, mandates=[factories.MandateFactory(slug="sr-idps")])
    cells = cells_of(row) | {"row": None, "result": f"  {row.result}\r\n"}
    assert lines(cast, cells)[0].kind == "unchanged"
    for other in (
        {"result": "Else."},
        {"started_on": "2026-03-03"},
        {"mandates": None},
        {"action": 5, "action_number": 5},
    ):
        assert lines(cast, cells | other)[0].kind == "new"


def test_a_recognised_row_changes_the_cells_that_differ(cast):
    """The level of a line that is there already is a change, not a second line."""
    row = logged(cast)
    (line,) = lines(cast, cells_of(row) | {"row": None, "result_extent": "limited"})
    assert (line.kind, line.stored, [one.name for one in line.changes]) == ("changed", row, ["result_extent"])


def test_two_rows_that_say_the_same_are_two_engagements(cast):
    """And both are there when the file comes again."""
    row = logged(cast)
    cells = cells_of(row) | {"row": None}
    assert [line.kind for line in lines(cast, cells, cells)] == ["unchanged", "new"]
    logged(cast)
    assert [line.kind for line in lines(cast, cells, cells)] == ["unchanged", "unchanged"]


def test_the_log_of_another_cluster_recognises_nothing(cast):
    """The same words in a log that she does not keep are no line of hers."""
    row = factories.EngagementFactory(cluster=cast.ukraine, level="low")
    (line,) = lines(cast, cells_of(row) | {"row": None, "cluster": None})
    assert line.kind == "new"


# -- One source of truth, one set of questions ---------------------------------------------------------------


def test_rows_are_judged_by_the_form_of_the_log(cast, monkeypatch):
    """A rule that the form gets tomorrow holds for imports, too."""
    clean = EngagementForm.clean

    def stricter(form):
        data = clean(form)
        form.add_error("result", "A rule of tomorrow.")
        return data

    monkeypatch.setattr(EngagementForm, "clean", stricter)
    (line,) = lines(cast, new_row())
    assert [reason for _column, reason in reasons(line)] == ["A rule of tomorrow."]


@pytest.mark.slow
def test_the_questions_do_not_grow_with_the_rows(cast):
    """As many queries for thirty rows of every kind as for three."""

    def asked(count):
        rows = [logged(cast, mandates=[factories.MandateFactory()]) for _n in range(count)]
        visit = factories.VisitFactory(countries=["SSD"])
        cells = [cells_of(row) for row in rows]
        conflicts = [logged(cast, visit=visit) for _n in range(count)]
        cells += [cells_of(row) | {"result": "In the file."} for row in conflicts]
        for row in conflicts:
            change(row, result="Here.")
        known = [logged(cast, result="x") for _n in range(count)]
        cells += [cells_of(row) | {"row": None, "level": "high"} for row in known]
        cells += [new_row(result=f"New {n} {count}") for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            lines(cast, *cells)
        return len(captured)

    few = asked(3)
    assert asked(30) == few <= 30


def test_the_fingerprint_changes_with_what_would_be_written(cast):
    """The same as long as nothing changes; another once somebody changes the row, or the person's role."""
    row = logged(cast)
    read = read_file(cells_of(row) | {"result": "Changed."}, new_row())

    def fingerprint():
        return compare(cast.coordinator, read, {}, None).fingerprint

    first = fingerprint()
    assert fingerprint() == first
    change(row, challenges="Here.")
    second = fingerprint()
    assert second != first
    cast.coordinator.memberships.update(role="member")
    assert fingerprint() not in (first, second)


def test_the_outcome_of_services_is_that_of_the_kept_file(cast):
    """Packed into the database and out again, a file says the same."""
    row = logged(cast)
    read = read_file(cells_of(row), new_row(started_on=date(2026, 3, 4)))
    batch = services.keep_upload(by=cast.coordinator, name="log.xlsx", read=read, cluster=None)
    batch.refresh_from_db()
    kept = services.outcome_of(batch, cast.coordinator)
    assert kept.fingerprint == compare(cast.coordinator, read, {}, None).fingerprint
