"""What becomes of each row of a file: which entry it is about, what it changes, and each fault by its column."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mandates.models import (
    CallForInput,
    CountryVisit,
    Mandate,
    MandateAlias,
    MandateHolder,
    ReferenceChange,
    Report,
    Session,
    VisitEvent,
)
from tests import factories

from .imports import faults, kinds, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

VISIT = {"countries": "SSD", "mandates": "sr-torture", "starts": "2026-06-08", "ends": "2026-06-19", "source": "test"}
CALL = {"title": "Digital borders", "deadline": "2026-06-30", "source": "test"}
REPORT = {"symbol": "", "title": "Camps", "mandates": "sr-torture", "source": "test"}
SESSION = {"body": "HRC", "number": "61", "starts": "2026-02", "ends": "2026-04", "source": "test"}


@pytest.fixture(autouse=True)
def world():
    """Two mandates with names, one that has ended, and three countries."""
    torture = factories.MandateFactory(slug="sr-torture", title="Special Rapporteur on torture", acronym="SR Torture")
    factories.MandateFactory(slug="sr-idps", acronym="SR IDPs", title="Special Rapporteur on displaced persons")
    waste = factories.MandateFactory(slug="sr-old", acronym="SR Old", title="Old mandate", successor=None)
    waste.ended_on, waste.ended_precision, waste.successor = date(2020, 12, 31), "year", torture
    waste.save()
    MandateAlias.objects.create(mandate=torture, alias="torture and others", kind="short_label")
    factories.CountryFactory(iso3="SSD", name_fr="Soudan du Sud", name_es="Sudán del Sur", name_ar="جنوب السودان")
    factories.CountryFactory(iso3="UKR")
    factories.CountryFactory(iso3="SYR", iso2="SY", name_en="Syrian Arab Republic")


# -- Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["sr-torture", "SR Torture", "- SR  torture", "special rapporteur on TORTURE", "Torture and others", "SR‑torture"],
)
def test_a_mandate_is_found_by_each_of_its_names(name):
    """Slug, short form, title or alias; case, spaces and dashes do not matter, nor the Index's leading dash."""
    run("countryvisit", {**VISIT, "mandates": f"sr-idps; {name};"}, dry_run=False)
    assert {mandate.slug for mandate in CountryVisit.objects.get().mandates.all()} == {"sr-idps", "sr-torture"}


@pytest.mark.parametrize("name", ["SSD", "ss", "South Sudan", "soudan du sud", "Sudán del Sur", "جنوب السودان"])
def test_a_country_is_found_by_code_and_in_each_language(name):
    """Whatever the reader's own language is."""
    run("countryvisit", {**VISIT, "countries": f"{name}; UA"}, dry_run=False)
    assert {country.iso3 for country in CountryVisit.objects.get().countries.all()} == {"SSD", "UKR"}


@pytest.mark.parametrize(
    ("column", "cell", "sentences"),
    [
        ("mandates", "sr-tortur; SR IDPs; nobody", ["“sr-tortur” is not the name of a mandate. Did you mean "
         "“sr-torture”?", "“nobody” is not the name of a mandate. "
         "Write its short form or its title, as in the list of mandates."]),
        ("countries", "Syria", ["“Syria” is not the name or code of a country. Did you mean “Syrian Arab Republic”?"]),
        ("countries", "XX", ["“XX” is not the name or code of a country. "
         "Write its code of three letters, or its name in one of the four languages."]),
        ("countries", "", ["This must not be empty."]),
        ("countries", " ; ", ["This must not be empty."]),
        ("report_session", "HRC99", ["“HRC99” is not a session known here; write it like HRC61 or GA80."]),
        ("starts", "2026-02-30", ["No calendar has the date “2026-02-30”."]),
        ("starts", "2026-13", ["No calendar has the date “2026-13”."]),
        ("starts", "0000", ["No calendar has the date “0000”."]),
        ("starts", "0206-06-08", ["The year of “0206-06-08” cannot be meant."]),
        ("ends", "9999-12-31", ["The year of “9999-12-31” cannot be meant."]),
        ("starts", "08/06/2026",
         ["This can be 8 June 2026 or 6 August 2026: write it as 2026-06-08, or name the month."]),
        ("starts", "8 or 9 June", ["“8 or 9 June” is not a date: write it like 2026-10-08, or 2026-10, 2026-Q4, "
         "2026-H2, 2026."]),
        ("starts", "2026-06", ["Write “starts” and “ends” equally exactly: both to the day, the month or the year."]),
        ("ends", "2026-06-07", ["A visit cannot end before it starts."]),
        ("withdrawn_on", "2026-06", ["“2026-06” does not say which day: write it like 2026-10-08."]),
        ("status", "gone", ["“gone” is not one of the choices: requested, reminder, invited, accepted, declined, "
         "acknowledged, dates_proposed, dates_agreed, announced, under_way, completed, postponed, cancelled."]),
        ("places", "x" * 301, ["Ensure this value has at most 300 characters (it has 301)."]),
        ("source_url", "no address", ["Enter a valid URL."]),
        ("source", "", ["This must not be empty."]),
        ("id", "6f1", ["No visit has this id; leave it empty to add a new entry."]),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_understood_is_told_by_row_and_column(column, cell, sentences):
    """Never dropped: the column, why, and how to mend it; nothing is written."""
    sound = {"id": "", **VISIT, "countries": "UKR", column: {**VISIT, "countries": "UKR"}.get(column, "")}
    outcome = run("countryvisit", sound, {**sound, "countries": "SSD", column: cell}, dry_run=False)
    told = faults(outcome)
    assert [(number, sentence) for number, _column, sentence in told] == [(3, sentence) for sentence in sentences]
    expected = {"starts": {"starts", "ends"}, "ends": {"ends", ""}}.get(column, {column})
    assert {name for _number, name, _sentence in told} <= expected
    assert not CountryVisit.objects.exists()


def test_a_name_that_two_share_is_ambiguous():
    """The way out is the name that files use; a name that is one mandate's own wins over another's alias."""
    for slug in ("wg-one", "wg-two"):
        factories.MandateFactory(slug=slug, acronym=slug.upper(), title="WG")
    factories.MandateFactory(slug="torture-and-others", acronym="T", title="Third")
    outcome = run("countryvisit", {**VISIT, "mandates": "WG"}, {**VISIT, "mandates": "torture-and-others"})
    assert faults(outcome) == [(2, "mandates", "“WG” can mean several mandates: wg-one, wg-two. Write one of these.")]
    assert "torture-and-others" in outcome.lines[1].after["mandates"]


def test_all_faults_of_a_row_are_told_at_once():
    """Cells, the whole row and the model's own rules together, so that a file is mended in one go."""
    row = {**VISIT, "mandates": "nobody", "starts": "soon", "places": "x" * 301, "source_url": "x", "status": "gone"}
    (line,) = run("countryvisit", row).lines
    assert set(line.faults) == {"mandates", "starts", "places", "source_url", "status"}


def test_choices_and_answers_are_read_in_the_languages_of_the_reader():
    """The stored value, the label in English, and the label in her language."""
    rows = [
        {**SESSION, "number": str(number), "body": body}
        for number, body in enumerate(("GA", "General Assembly", "Assemblée générale"), 70)
    ]
    with translation.override("fr"):
        assert kinds(run("session", *rows)) == ["new"] * 3
    assert faults(run("session", rows[2])) == [
        (2, "body", "“Assemblée générale” is not one of the choices: HRC, GA, CHR.")
    ]


# -- Which entry -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "row", "model"),
    [
        ("countryvisit", {**VISIT, "status": "announced", "status_day": "2026-05-01"}, CountryVisit),
        ("callforinput", CALL, CallForInput),
        ("report", REPORT, Report),
        ("report", {**REPORT, "symbol": "A/HRC/61/1"}, Report),
        ("session", SESSION, Session),
        ("mandateholder", {"mandate": "SR IDPs", "name": "A. Name", "started": "2026", "source": "x"}, MandateHolder),
    ],
)  # fmt: skip
def test_the_same_file_twice_changes_nothing(kind, row, model):
    """Without an id an entry is known by what it is; the second import writes no change."""
    assert kinds(run(kind, row, dry_run=False)) == ["new"]
    written = ReferenceChange.objects.count()
    assert kinds(run(kind, row, dry_run=False)) == ["unchanged"]
    assert (model.objects.count(), ReferenceChange.objects.count()) == (1, written)


def test_a_mandate_is_known_by_its_slug():
    """A new slug is a new mandate; a title or short form that another one has is refused."""
    row = {
        "slug": "sr-new", "title": "New", "acronym": "SR New", "kind": "thematic", "holder_type": "special_rapporteur",
        "established": "2026-Q2", "acts_on_communications": "yes", "established_by": "A/HRC/RES/61/1", "source": "test",
    }  # fmt: skip
    assert kinds(run("mandate", row, dry_run=False)) == ["new"]
    new = Mandate.objects.get(slug="sr-new")
    assert (new.established_on, new.established_precision, new.has_started) == (date(2026, 4, 1), "quarter", True)
    assert new.checked_on == date(2026, 5, 20)
    assert kinds(run("mandate", row)) == ["unchanged"]
    assert faults(run("mandate", {**row, "slug": "sr-other"})) == [
        (2, "acronym", "This names another mandate already: sr-new."),
        (2, "title", "This names another mandate already: sr-new."),
    ]


def test_a_mandate_can_be_merged_into_one_from_a_row_above():
    """In the preview too, where that one is not saved."""
    row = {
        "slug": "sr-new", "title": "New", "acronym": "SR New", "kind": "thematic", "holder_type": "special_rapporteur",
        "established": "2026", "acts_on_communications": "no", "established_by": "A/HRC/RES/61/1", "source": "test",
        "ended": "", "successor": "",
    }  # fmt: skip
    old = {**row, "slug": "sr-idps", "title": "Displacement", "acronym": "SR D", "established": "2004",
           "ended": "2026-04", "successor": "SR New"}  # fmt: skip
    assert kinds(run("mandate", row, old)) == ["new", "changed"]
    assert not faults(run("mandate", row, old, dry_run=False))
    assert Mandate.objects.get(slug="sr-idps").successor.slug == "sr-new"
    assert Mandate.objects.get(slug="sr-idps").ended_on == date(2026, 4, 30)


def test_an_id_names_the_entry_whatever_else_changes():
    """A column that the file lacks leaves its value as it is."""
    visit = factories.VisitFactory(countries=["SSD"], mandates=[Mandate.objects.get(slug="sr-torture")], note="Kept.")
    outcome = run("countryvisit", {"id": str(visit.pk).upper(), "starts": "2026-06-09", "ends": "2026-06-20"})
    assert outcome.lines[0].cells == [("starts", "2026-06-08", "2026-06-09"), ("ends", "2026-06-19", "2026-06-20")]
    run("countryvisit", {"id": visit.pk, "starts": "2026-06-09", "ends": "2026-06-20"}, dry_run=False)
    visit.refresh_from_db()
    assert (visit.starts_on, visit.note, visit.countries.get().iso3) == (date(2026, 6, 9), "Kept.", "SSD")


def test_an_id_of_another_row_is_refused_with_its_name():
    """Nothing that tells entries apart agrees: it was copied. The rightful row is not blamed."""
    torture, idps = Mandate.objects.get(slug="sr-torture"), Mandate.objects.get(slug="sr-idps")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[torture])
    other = factories.VisitFactory(countries=["UKR"], mandates=[idps], starts_on=date(2026, 6, 9))
    row = {"id": other.pk, **VISIT, "source": "x"}
    rightful = {"id": other.pk, "countries": "UKR", "mandates": "sr-idps", "starts": "2026-06-09",
                "ends": "2026-06-19", "source": "test"}  # fmt: skip
    outcome = run("countryvisit", row, rightful)
    assert faults(outcome) == [
        (2, "id", "This is the id of another entry, “Visit to Ukraine: SR IDPs”. Empty it to add a new one.")
    ]
    assert kinds(outcome) == ["faulty", "unchanged"]
    assert kinds(run("countryvisit", {**row, "id": visit.pk})) == ["changed"]


@pytest.mark.parametrize("given", ["id", ""])
def test_two_rows_about_one_entry_are_refused(given):
    """Which of them should win is not for us to say; a new entry may stand there once, too."""
    visit = factories.VisitFactory(countries=["SSD"], mandates=[Mandate.objects.get(slug="sr-torture")])
    first, second = {"id": visit.pk, **VISIT, "note": "a"}, {"id": visit.pk if given else "", **VISIT, "note": "b"}
    same = "Row 2 is about the same entry: keep one of them."
    assert faults(run("countryvisit", first, second)) == [(3, "", same)]
    new = {"id": "", **VISIT, "countries": "UKR", "note": ""}
    assert faults(run("countryvisit", new, {**new, "note": "b"})) == [(3, "", same)]
    # The first row becomes what the second wants to add.
    assert faults(run("countryvisit", {"id": visit.pk, **VISIT, "countries": "UKR", "note": ""}, new)) == [
        (3, "", same)
    ]


def test_a_row_that_is_there_twice_is_told_once():
    """Without what the constraints of the database would say of it besides."""
    row = {"id": "", "mandate": "sr-torture", "name": "Ada Example", "started": "2024-04", "source": "x"}
    run("mandateholder", row, dry_run=False)
    holder = MandateHolder.objects.get(name="Ada Example")
    outcome = run("mandateholder", {**row, "id": holder.pk}, row | {"source": "y"})
    assert faults(outcome) == [(3, "", "Row 2 is about the same entry: keep one of them.")]


def test_an_entry_that_is_there_twice_needs_its_id():
    """Two calls of one title without a deadline cannot be told apart."""
    for _number in range(2):
        factories.CallFactory(title="Camps", deadline_on=None, deadline_kind="unknown")
    outcome = run("callforinput", {"title": "Camps", "deadline": "", "source": "x"})
    assert faults(outcome) == [(2, "", "2 entries have the same title, deadline: give the id of one.")]


def test_a_report_keeps_its_identity_when_it_gets_a_symbol():
    """It is known by title and mandates before; afterwards another year's report of that title is a new one."""
    run("report", REPORT, dry_run=False)
    outcome = run("report", {**REPORT, "symbol": "A/HRC/61/1"}, dry_run=False)
    assert (kinds(outcome), outcome.lines[0].cells) == (["changed"], [("symbol", "", "A/HRC/61/1")])
    assert kinds(run("report", REPORT)) == ["new"]
    assert kinds(run("report", {**REPORT, "symbol": "a/hrc/61/1", "title": "Camps, corrected"})) == ["changed"]


# -- Titles ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        (b"title,town,deadline\nx,y,\n", ["Column B: no column is called “town”. Known are: id, title, issuer_type, "
         "issued_by, mandates, countries, visit, report, session, purpose, purpose_text, deadline_kind, deadline, "
         "deadline_zone, extended_from, closed_on, languages, formats, word_limit, address, inputs_published, note, "
         "withdrawn_on, source, source_url, checked_on."]),
        (b"title,deadline, Title \nx,,y\n", ["The column “title” stands there 2 times: keep one."]),
        (b"id,title\n,x\n", ["Row 2 has no id. Without it an entry is known by title, deadline; the file lacks: "
         "deadline."]),
        (b"note\nx\n", ["Row 2 has no id. Without it an entry is known by title, deadline; the file lacks: title, "
         "deadline."]),
    ],
)  # fmt: skip
def test_titles_that_are_not_understood_stop_the_import(rows, sentences):
    """A column is never passed over in silence."""
    outcome = run("callforinput", rows)
    assert (outcome.faults, outcome.lines, outcome.is_faulty) == (sentences, [], True)


def test_a_mandate_without_a_slug_column_is_told_so():
    """Mandates and sessions have no id."""
    assert run("mandate", b"title\nx\n").faults == ["An entry is known by slug; the file lacks: slug."]


def test_a_new_entry_needs_its_columns():
    """Those that exist can be changed without them."""
    outcome = run("callforinput", b"title,deadline\nDigital borders,2026-06-30\n")
    assert faults(outcome) == [
        (
            2,
            "source",
            "A new entry needs “source”, but the file has no such column. Add it, or say where it comes from when you "
            "upload the file.",
        )
    ]
    factories.CallFactory(title="Digital borders", note="x")
    assert kinds(run("callforinput", b"title,deadline,note\nDigital  borders,2026-06-30,\n")) == ["changed"]


@pytest.mark.parametrize("cells", [{}, {"source": " "}, {"source": "", "source_url": ""}])
@pytest.mark.parametrize(("typed", "url"), [("Letter of 3 May", ""), ("https://www.ohchr.org/x", None)])
def test_a_new_entry_that_names_no_source_has_what_was_typed(cells, typed, url):
    """By an empty cell as without the column; an address is its link too."""
    row = {"title": "Digital borders", "deadline": "2026-06-30"} | cells
    assert kinds(run("callforinput", row, dry_run=False, source=typed)) == ["new"]
    call = CallForInput.objects.get()
    assert (call.source, call.source_url) == (typed, typed if url is None else url)


def test_a_new_entry_that_names_a_source_keeps_it():
    """And the link that it says it has none of."""
    row = CALL | {"source": "OHCHR", "source_url": ""}
    run("callforinput", row, dry_run=False, source="https://www.ohchr.org/x")
    call = CallForInput.objects.get()
    assert (call.source, call.source_url) == ("OHCHR", "")


def test_an_empty_cell_takes_no_source_away():
    """What exists keeps its own, where the change comes from was typed; else the empty cell is a fault."""
    call = factories.CallFactory(title="Digital borders", source="OHCHR", source_url="https://www.ohchr.org/x", note="")
    row = {"id": call.pk, "title": call.title, "note": "New", "source": "", "source_url": ""}
    assert faults(run("callforinput", row, dry_run=False)) == [(2, "source", "This must not be empty.")]
    outcome = run("callforinput", row, dry_run=False, source="Letter of 3 May")
    assert [set(line.after) for line in outcome.lines] == [{"note"}]
    call.refresh_from_db()
    assert (call.source, call.source_url, call.note) == ("OHCHR", "https://www.ohchr.org/x", "New")


# -- Visits: status ----------------------------------------------------------------------------------


def events():
    fields = ("kind", "day", "day_precision", "known_by", "position", "source")
    return list(VisitEvent.objects.order_by("id").values_list(*fields))


@pytest.fixture
def visit():
    """A visit announced on 1 May; today is 20 May 2026."""
    return factories.VisitFactory(countries=["SSD"], mandates=[Mandate.objects.get(slug="sr-torture")])


@pytest.mark.parametrize(
    ("day", "event"),
    [
        ("2026-05-10", ("postponed", date(2026, 5, 10), "day", date(2026, 5, 10), 1, "test")),
        ("", ("postponed", None, "day", date(2026, 5, 20), 1, "test")),
        ("2026-05", ("postponed", date(2026, 5, 1), "month", date(2026, 5, 20), 1, "test")),
        ("2026-05-01", ("postponed", date(2026, 5, 1), "day", date(2026, 5, 1), 2, "test")),
    ],
)
def test_a_new_status_adds_an_event(visit, day, event):
    """It becomes the latest one, also on the day of the one before; importing again adds no other."""
    row = {"id": visit.pk, "status": "postponed", "status_day": day}
    assert kinds(run("countryvisit", row)) == ["changed"]
    assert len(events()) == 1
    run("countryvisit", row, dry_run=False)
    assert events()[1] == event
    assert CountryVisit.objects.with_status(date(2026, 5, 20)).get().status == "postponed"
    assert kinds(run("countryvisit", row, dry_run=False)) == ["unchanged"]


@pytest.mark.parametrize(
    ("status", "day", "column", "sentence"),
    [
        ("postponed", "2026-04-30", "status_day",
         "The visit has an event of 1 May 2026, which would stay the latest: add this one on its page."),
        ("postponed", "2026-05-21", "status_day",
         "This day is still ahead: an event is written down once it has happened."),
        ("announced", "2026-05-02", "status_day",
         "The status has another day: correct its event on the page of the visit."),
        ("", "2026-05-02", "status", "A status cannot be emptied: remove its event on the page of the visit."),
    ],
)  # fmt: skip
def test_a_status_that_cannot_become_the_latest_is_refused(visit, status, day, column, sentence):
    """Events are corrected and removed on the page of the visit."""
    outcome = run("countryvisit", {"id": visit.pk, "status": status, "status_day": day}, dry_run=False)
    assert faults(outcome) == [(2, column, sentence)]
    assert len(events()) == 1


def test_a_visit_without_an_event_has_no_status_to_empty():
    """What has happened to it is not known yet: a file may leave that open, and may say it later."""
    mandates = [Mandate.objects.get(slug="sr-torture")]
    visit = factories.VisitFactory(countries=["SSD"], mandates=mandates, status="")
    row = {"id": visit.pk, "status": "", "status_day": "", "note": "Changed."}
    assert kinds(run("countryvisit", row, dry_run=False)) == ["changed"]
    assert events() == []
    run("countryvisit", row | {"status": "requested", "status_day": "2026-05-02"}, dry_run=False)
    assert [kind for kind, *_others in events()] == ["requested"]


def test_a_day_that_is_not_given_leaves_the_status_alone(visit):
    """A file that says the status without its day is about the same event."""
    assert kinds(run("countryvisit", {"id": visit.pk, "status": "announced", "status_day": ""})) == ["unchanged"]


# -- What follows from several columns ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "stored"),
    [
        ("2026-06-08", "", (date(2026, 6, 8), None, "day")),
        ("2026-06", "", (date(2026, 6, 1), date(2026, 6, 30), "month")),
        ("2026", "2027", (date(2026, 1, 1), date(2027, 12, 31), "year")),
        ("", "2026-Q2", (None, date(2026, 6, 30), "quarter")),
        ("", "", (None, None, "")),
    ],
)
def test_dates_are_as_exact_as_they_are_written(starts, ends, stored):
    """First and last day of the period, with one precision for both; the file comes home."""
    row = {**VISIT, "starts": starts, "ends": ends}
    run("countryvisit", row, dry_run=False)
    visit = CountryVisit.objects.get()
    assert (visit.starts_on, visit.ends_on, visit.precision) == stored
    assert kinds(run("countryvisit", {"id": visit.pk, **row})) == ["unchanged"]


@pytest.mark.parametrize(
    ("deadline", "kind", "stored"),
    [
        ("2026-06-30", "", "date"), ("", "", "unknown"), ("", "ongoing", "ongoing"),
        ("", "date", "“Until a day” needs the day; the other kinds have none."),
        ("2026-06-30", "unknown", "“Until a day” needs the day; the other kinds have none."),
    ],
)  # fmt: skip
def test_the_kind_of_a_deadline_follows_from_its_day(deadline, kind, stored):
    """Unless the file says it; then both must fit."""
    outcome = run("callforinput", {**CALL, "deadline": deadline, "deadline_kind": kind}, dry_run=False)
    if told := faults(outcome):
        assert told == [(2, "", stored)]
    else:
        call = CallForInput.objects.get()
        assert call.deadline_kind == stored
        assert call.closes_at == call.moment_of_closing()


def test_a_call_closes_in_its_zone():
    """`closes_at` follows from day and zone; a zone that does not exist is a fault of its column, and of no other."""
    run("callforinput", {**CALL, "deadline_zone": "Africa/Juba"}, dry_run=False)
    assert CallForInput.objects.get().closes_at.isoformat() == "2026-06-30T22:00:00+00:00"
    outcome = run("callforinput", {**CALL, "deadline_zone": "Geneva", "word_limit": "many"})
    assert faults(outcome) == [
        (2, "word_limit", "“many” is not a whole number."),
        (2, "deadline_zone", "No such time zone; write it like Europe/Zurich."),
    ]


def test_what_follows_from_a_fault_is_not_told_besides():
    """A constraint over columns that people do not see stays quiet while another column is wrong."""
    assert faults(run("callforinput", {**CALL, "issued_by": "x" * 301})) == [
        (2, "issued_by", "Ensure this value has at most 300 characters (it has 301).")
    ]


def test_visits_and_reports_are_named_by_id_and_symbol(visit):
    """As an export has them."""
    report = factories.ReportFactory(symbol="A/HRC/61/1")
    Session.objects.create(body="HRC", number=61, starts_on=date(2026, 2, 1), ends_on=date(2026, 4, 30))
    row = {**CALL, "visit": str(visit.pk), "report": "a/hrc/61/1", "session": "hrc 61"}
    run("callforinput", row, dry_run=False)
    call = CallForInput.objects.get()
    assert (call.visit, call.report, call.session.code) == (visit, report, "HRC61")
    outcome = run("callforinput", {**row, "visit": "7", "report": "A/1"})
    assert [sentence for _row, _column, sentence in faults(outcome)] == [
        "No visit has the id “7”.",
        "No report has the symbol or id “A/1”.",
    ]


@pytest.mark.parametrize(
    ("day", "warning"),
    [
        ("2021-06-08", "SR Old has ended (2020); SR Torture continues it."),
        ("2009-06-08", "SR Old was not in force then (established 2010)."),
        ("2020-06-08", None),
        ("", None),
    ],
)
def test_a_mandate_outside_its_life_is_a_warning(day, warning):
    """The source may know better; what stays as it is warns of nothing."""
    row = {**VISIT, "mandates": "SR Old", "starts": day, "ends": ""}
    outcome = run("countryvisit", row, dry_run=False)
    assert outcome.lines[0].warnings == ([warning] if warning else [])
    assert run("countryvisit", row).lines[0].warnings == []


# -- What is written ---------------------------------------------------------------------------------


def test_each_change_is_recorded_once(visit):
    """Columns, countries and mandates that come and go, the event; what stays writes nothing."""
    ReferenceChange.objects.all().delete()
    row = {"id": visit.pk, **VISIT, "countries": "SSD; UKR", "mandates": "sr-idps", "places": "Juba"}
    row["status"] = "completed"
    run("countryvisit", row, dry_run=False)
    changes = [
        {name: pair for name, pair in change.changes.items() if not name.startswith("visitevent.")}
        for change in ReferenceChange.objects.order_by("changed_at", "pk")
    ]
    assert sorted(changes, key=str) == sorted(
        [
            {"places": ["", "Juba"]},
            {"visitevent": [None, "completed day not known, by 20 May 2026"]},
            {"visitcountry": [None, "Ukraine"]},
            {"visitmandate": [None, "Special Rapporteur on displaced persons"]},
            {"visitmandate": ["Special Rapporteur on torture", None]},
        ],
        key=str,
    )
    names = set(ReferenceChange.objects.values_list("label", flat=True))
    assert names == {"Visit to South Sudan, Ukraine: SR IDPs"}


def test_one_fault_keeps_the_whole_file_out():
    """All or nothing: good rows before and after a bad one are not written either."""
    rows = [{**VISIT, "countries": name} for name in ("SSD", "nowhere", "UKR")]
    assert kinds(run("countryvisit", *rows, dry_run=False)) == ["new", "faulty", "new"]
    assert not CountryVisit.objects.exists()
    assert not ReferenceChange.objects.filter(subject_type="countryvisit").exists()


def test_a_dry_run_writes_nothing(visit):
    """Not even for a moment: no query of it changes a row."""
    with CaptureQueriesContext(connection) as captured:
        run("countryvisit", {"id": visit.pk, "status": "completed", **VISIT, "countries": "UKR; SSD"})
    words = {query["sql"].split()[0] for query in captured}
    assert words <= {"SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN"}


def test_unchanged_rows_cost_no_query():
    """What the rows name is read once, however many there are."""
    mandate = Mandate.objects.get(slug="sr-torture")
    for number in range(20):
        factories.VisitFactory(countries=["SSD"], mandates=[mandate], starts_on=date(2026, 1, 1 + number))

    def asked(count):
        rows = [{**VISIT, "source": "test", "starts": f"2026-01-{1 + number:02}"} for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert kinds(run("countryvisit", *rows)) == ["unchanged"] * count
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    assert asked(1) == asked(20) <= 10


def test_a_new_row_is_previewed_in_a_few_queries():
    """Two savepoints and what validates it; saving each would take four times as many."""

    def asked(count):
        rows = [{**VISIT, "starts": f"2027-01-{1 + number:02}", "ends": ""} for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert kinds(run("countryvisit", *rows)) == ["new"] * count
        return len(captured)

    assert asked(30) - asked(20) <= 10 * 14


def test_a_recommendation_is_known_by_its_key_or_by_where_it_stands():
    """By the key of the Index; else by document, paragraph and text. Themes by their names; strict as everything."""
    factories.MandateFactory(slug="sr-idps")
    row = {"symbol": "A/HRC/61/1", "paragraph": "71", "text": "Adopt a law.", "published": "2026-03-02"}
    row |= {"mandates": "sr-idps", "countries": "", "source": "test"}
    assert kinds(run("recommendation", row, dry_run=False)) == ["new"]
    assert kinds(run("recommendation", row)) == ["unchanged"]
    assert kinds(run("recommendation", row | {"symbol": "a/hrc/61/1", "published": "2026-03-03"})) == ["changed"]
    assert kinds(run("recommendation", row | {"paragraph": "72"})) == ["new"]
    key = "0f0f0f0f-0000-4000-8000-00000000abcd"
    factories.RecommendationFactory(annotation_id=key, themes=["Land"], source="test")
    known = {"annotation_id": key.upper(), "symbol": "A/HRC/61/1/Add.1", "text": "Other text.", "themes": "land"}
    (line,) = run("recommendation", known).lines
    assert (line.kind, line.after) == ("changed", {"text": "Other text."})
    assert faults(run("recommendation", row | {"themes": "Fire", "annotation_id": "7"})) == [
        (2, "themes", "“Fire” is not a theme of the Universal Human Rights Index."),
        (2, "annotation_id", "“7” is not a valid UUID."),
    ]
