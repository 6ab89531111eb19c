"""The command that brings in an export of the Index: by key, twice, broken off, with names that nobody has."""

import io
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandates.models import MandateAlias, Recommendation, ReferenceChange, Theme
from mandates.uhri import bring_in, match_bodies, unmatched_bodies, writing
from mandates.uhri.reading import records_in
from tests import factories

from .files import SAMPLES, as_json, as_workbook, key, raw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def known():
    """The mandate and country that most records name."""
    mandate = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    MandateAlias.objects.create(mandate=mandate, alias="Internally displaced persons", kind="spcommreports_label")
    return SimpleNamespace(mandate=mandate, country=factories.CountryFactory(iso3="SSD"))


def take(file):
    return bring_in(records_in(file), by="test", name="export")


def counts(outcome):
    return (outcome.new, outcome.changed, outcome.unchanged)


def run(file):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_uhri", str(file), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_record_becomes_a_recommendation(known):
    """Every column in its place; names are looked up."""
    report = factories.ReportFactory(
        symbol="A/HRC/99/10/ADD.1", published_on=date(2025, 5, 1), published_precision="day"
    )
    assert counts(take(as_json(raw()))) == (1, 0, 0)
    row = Recommendation.objects.get()
    assert (row.symbol, row.paragraph, row.kind) == ("A/HRC/99/10/Add.1", "71 (a)", "recommendation")
    assert row.text == "Ensure that displaced persons obtain civil documents;"
    assert (row.published_on, row.checked_on, row.report) == (date(2025, 5, 12), date(2026, 5, 20), report)
    assert (row.body, row.unmatched, row.other_countries) == ("SR Internally displaced persons", "", "")
    assert (list(row.mandates.all()), list(row.countries.all())) == ([known.mandate], [known.country])
    assert [theme.slug for theme in row.themes.all()] == ["equality-non-discrimination", "right-to-adequate-housing"]
    assert row.affected_persons.splitlines() == ["Internally displaced persons", "Women & girls"]
    assert row.sdgs == "16.9 - Provide universal legal identity"


@pytest.mark.parametrize("form", [as_json, as_workbook])
def test_the_same_file_twice_changes_nothing(form):
    """Nor does the other form of the same records; nothing is written at all."""
    records = [raw(number, Text=f"{number}. Text") for number in range(1, 6)]
    assert counts(take(form(*records))) == (5, 0, 0)
    with CaptureQueriesContext(connection) as queries:
        assert counts(take(form(*records))) == (0, 0, 5)
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert counts(take(as_json(*records))) == (0, 0, 5)


def test_what_the_index_changes_is_changed(known):
    """By its key: columns, countries and themes; what people wrote beside stays."""
    take(as_json(raw(1), raw(2)))
    row = Recommendation.objects.get(annotation_id=key(1))
    row.note, row.addressee = "Ours", "Parliament"
    row.save()
    ukraine = factories.CountryFactory(iso3="UKR")
    said = {"Countries": ["Ukraine"], "Themes": ["Land & property rights"], "Text": "72. Other"}
    assert counts(take(as_json(raw(1, **said), raw(2)))) == (0, 1, 1)
    row = Recommendation.objects.get(annotation_id=key(1))
    assert (row.text, row.paragraph, row.note, row.addressee) == ("Other", "72", "Ours", "Parliament")
    assert (list(row.countries.all()), [str(theme) for theme in row.themes.all()]) == (
        [ukraine],
        ["Land & property rights"],
    )
    assert list(row.mandates.all()) == [known.mandate]


def test_what_people_correct_stays():
    """Until the Index itself says something else."""
    take(as_json(raw()))
    row = Recommendation.objects.get()
    row.text, row.withdrawn_on = "Corrected", date(2026, 5, 1)
    row.save()
    assert counts(take(as_json(raw()))) == (0, 0, 1)
    row.refresh_from_db()
    assert (row.text, row.withdrawn_on) == ("Corrected", date(2026, 5, 1))


def test_other_bodies_are_passed_over():
    """Treaty bodies and the Review are no Special Procedures."""
    outcome = take(as_json(raw(1, Body="- CEDAW"), raw(2, Body="- UPR"), raw(3), raw(4, Body="- WG Something")))
    assert (outcome.new, outcome.of_others) == (2, 2)


def test_a_body_by_any_of_its_names():
    """By an alias, a short form, a double space in between, or the alias after the office."""
    mandate = factories.MandateFactory(slug="ie-albinism", acronym="IE Albinism")
    bodies = ["- IE  Albinism", "- ie albinism", "- SR IDPs", "- SR on internally displaced persons"]
    take(as_json(*(raw(number, Body=body) for number, body in enumerate(bodies))))
    assert unmatched_bodies() == []
    assert mandate.recommendations.count() == 2


def test_a_name_that_no_mandate_has_waits_for_a_person(known):
    """It is kept with the recommendation; matched once, it is known to the next import."""
    named = "WG Enforced or involuntary disappearances"
    take(as_json(raw(1, Body=f"- {named}"), raw(2, Body=f"- {named}\n- SR IDPs"), raw(3)))
    assert unmatched_bodies() == [(named, 2)]
    mandate = factories.MandateFactory(slug="wg-disappearances")
    assert match_bodies({named: mandate}, by="hrett@example.org") == (2, [])
    assert unmatched_bodies() == []
    assert mandate.recommendations.count() == 2
    assert list(Recommendation.objects.get(annotation_id=key(2)).mandates.order_by("slug")) == [known.mandate, mandate]
    assert MandateAlias.objects.get(alias=named).kind == "uhri_body"
    again = [raw(1, Body=f"- {named}"), raw(2, Body=f"- {named}\n- SR IDPs"), raw(3)]
    assert counts(take(as_json(*again))) == (0, 0, 3)
    take(as_json(raw(4, Body=f"- {named}")))
    assert mandate.recommendations.count() == 3


def test_a_name_that_is_another_mandates_is_refused(known):
    """An alias names one mandate; nothing is given."""
    take(as_json(raw(1, Body="- WG Water")))
    MandateAlias.objects.create(mandate=known.mandate, alias="wg water", kind="short_label")
    other = factories.MandateFactory()
    assert match_bodies({"WG Water": other}, by="x") == (0, ["WG Water"])
    assert unmatched_bodies() == [("WG Water", 1)]


def test_countries():
    """By name or two letters, with an asterisk or without; what is no country here stays as a word until it is one."""
    factories.CountryFactory(iso3="UKR")
    take(as_json(raw(1, Countries=["SS", "Ukraine*", "Atlantis", "Lemuria"])))
    row = Recommendation.objects.get()
    assert {country.pk for country in row.countries.all()} == {"SSD", "UKR"}
    assert row.other_countries == "Atlantis; Lemuria"
    factories.CountryFactory(iso3="ATL", iso2="AT", name_en="Atlantis")
    assert counts(take(as_json(raw(1, Countries=["SS", "Ukraine*", "Atlantis", "Lemuria"])))) == (0, 1, 0)
    row.refresh_from_db()
    assert row.other_countries == "Lemuria"
    assert row.countries.filter(pk="ATL").exists()


def test_a_theme_is_one_however_it_is_written():
    """Stray spaces and capitals make no second theme."""
    take(as_json(raw(1, Themes=["- Land &  property rights "]), raw(2, Themes=["Land & Property rights", "!?"])))
    assert [theme.name for theme in Theme.objects.all()] == ["Land & property rights"]


def test_faulty_and_repeated_records_are_counted():
    """The others come in; the first of two with one key counts, on every run alike."""
    records = [raw(1), raw(1, Text="Other"), raw(2, AnnotationId="x"), raw(3, PublicationDate=""), raw(4, Body="")]
    for expected in ((1, 0, 0), (0, 0, 1)):
        outcome = take(as_json(*records))
        assert counts(outcome) == expected
        assert (outcome.repeated, outcome.faulty) == (1, 3)
    assert [number for number, _why in outcome.faults] == [3, 4, 5]


def test_batches(monkeypatch):
    """A file of several batches, with changed and new ones in each; queries do not grow with the rows of a batch."""
    monkeypatch.setattr(writing, "BATCH", 4)
    take(as_json(*(raw(number) for number in range(0, 20, 2))))
    outcome = take(as_json(*(raw(number, Text=f"{number % 3}") for number in range(20))))
    assert counts(outcome) == (10, 10, 0)
    assert Recommendation.objects.count() == 20
    assert Recommendation.themes.through.objects.count() == 40


def queries_for(records):
    with CaptureQueriesContext(connection) as queries:
        take(as_json(*records))
    return len(queries)


def test_a_batch_takes_as_many_queries_for_many_as_for_one():
    """New ones, and changed ones."""
    Theme.objects.create(slug="t", name="t")
    said = {"Themes": ["t"]}
    assert queries_for([raw(1, **said)]) == queries_for([raw(number, **said) for number in range(2, 20)])
    said["Text"] = "Other"
    assert queries_for([raw(1, **said)]) == queries_for([raw(number, **said) for number in range(2, 20)])


def test_one_change_tells_of_the_file():
    """Not one for each record; none where nothing was written."""
    take(as_json(raw(1), raw(2)))
    take(as_json(raw(1), raw(2)))
    change = ReferenceChange.objects.get(subject_type="recommendation")
    assert (change.changes, change.changed_by) == ({"new": [0, 2], "changed": [0, 0]}, "test")


def test_the_command_on_the_samples():
    """Both forms, and what it says."""
    out, err = run(SAMPLES / "uhri_export_synthetic.xlsx")
    assert "6 records: 4 added, 0 changed, 0 as they were, 2 of other bodies, 0 there twice, 0 left out." in out
    assert "Names that no mandate has yet: 3, in 3 recommendations." in out
    assert err == ""
    out, err = run(SAMPLES / "uhri_export_synthetic.json")
    assert "6 records: 0 added, 0 changed, 4 as they were" in out


def test_the_command_says_how_far_it_is(tmp_path, monkeypatch, capsys):
    """Now and then, on the error stream."""
    monkeypatch.setattr(writing, "BATCH", 2)
    monkeypatch.setattr("mandates.management.commands.import_uhri.EVERY", 0)
    file = tmp_path / "export.json"
    file.write_bytes(as_json(*(raw(number, Text="x" * 20_000) for number in range(60))).getvalue())
    run(file)
    said = capsys.readouterr().err.splitlines()
    assert len(said) > 1
    assert " records, 2 written, " in said[0]


def test_the_command_gives_a_plain_reason(tmp_path):
    """For a file that is not there, and for one that is not the Index's."""
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nothing.xlsx")
    with pytest.raises(CommandError, match="Is a directory"):
        run(tmp_path)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("Text,Countries\n")
    with pytest.raises(CommandError, match="no export of the Universal Human Rights Index"):
        run(wrong)
    assert not Recommendation.objects.exists()


def test_a_file_that_is_cut_off_keeps_whole_batches(tmp_path, monkeypatch):
    """It says what was written; the whole file completes it."""
    monkeypatch.setattr(writing, "BATCH", 2)
    whole = as_json(*(raw(number) for number in range(6))).getvalue()
    file = tmp_path / "export.json"
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match=r"cut off.*Before that, 2 were added and 0 changed\."):
        run(file)
    assert Recommendation.objects.count() == 2
    assert ReferenceChange.objects.filter(subject_type="recommendation").count() == 1
    file.write_bytes(whole)
    run(file)
    assert Recommendation.objects.count() == 6
