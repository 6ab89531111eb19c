"""ReferenceChange: written by whatever changes a reference row, and by nothing else."""

from datetime import date

import pytest
from django.db import transaction

from mandates import models as m
from mandates.changes import attributed_to
from mandates.models import CallForInput, CountryVisit, Mandate, MandateHolder, ReferenceChange, Report, VisitEvent
from mandates.querysets import TrackedQuerySet
from tests import factories

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 1)
THROUGH = m.PLACES_OF_MANDATES_AND_COUNTRIES
TRACKED = (
    m.CountryVisit,
    m.CallForInput,
    m.Report,
    m.Recommendation,
    m.Mandate,
    m.Session,
    m.Country,
    m.VisitEvent,
    m.MandateHolder,
    m.MandateAlias,
)


@pytest.fixture
def changes_of():
    """`changes_of(row)`: what was written about a row since the last time it was asked, as (kind, changes)."""
    seen = set()

    def written(row):
        about = {"subject_type": row._meta.model_name, "subject_id": str(row.pk)}
        new = [change for change in ReferenceChange.objects.filter(**about) if change.pk not in seen]
        seen.update(change.pk for change in new)
        return [(change.kind, change.changes) for change in sorted(new, key=lambda change: change.changed_at)]

    return written


@pytest.fixture
def visit(changes_of):
    """A visit to South Sudan with one mandate and one event, whose making is no news any more."""
    mandate = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs", title="Special Rapporteur on IDPs")
    row = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    changes_of(row), changes_of(mandate)
    return CountryVisit.objects.get()


@pytest.mark.parametrize(
    ("model", "make"),
    [
        (CountryVisit, factories.VisitFactory),
        (CallForInput, factories.CallFactory),
        (Report, factories.ReportFactory),
        (Mandate, factories.MandateFactory),
    ],
)
def test_a_save_says_before_after_and_who(model, make, changes_of):
    """A new row, then a changed one: the columns that differ with both values, by whom and from where."""
    with attributed_to("hrett@example.org", source="https://example.org/page"):
        row = make(checked_on=DAY)
        assert changes_of(row)[0] == ("created", {})
        row.checked_on = date(2026, 5, 19)
        row.save()
    assert changes_of(row) == [("checked", {"checked_on": ["2026-05-01", "2026-05-19"]})]
    for change in ReferenceChange.objects.all():
        assert (change.changed_by, change.source) == ("hrett@example.org", "https://example.org/page")


def test_a_row_read_again_knows_what_it_was(visit, changes_of):
    """Several columns at once, dates and keys in a form that JSON can hold."""
    visit.starts_on, visit.places = date(2026, 6, 10), "Juba"
    visit.report_session = m.Session.objects.create(body="HRC", number=62, starts_on=DAY, ends_on=DAY, source="test")
    visit.save()
    assert changes_of(visit) == [
        (
            "changed",
            {
                "starts_on": ["2026-06-08", "2026-06-10"],
                "places": ["", "Juba"],
                "report_session_id": [None, visit.report_session_id],
            },
        )
    ]


def test_saving_what_did_not_change_writes_nothing(visit, changes_of):
    """A save without a change is no news, for the row and for what belongs to it."""
    visit.save()
    visit.events.get().save()
    for place in (visit.country_places.get(), visit.mandate_places.get(), *visit.mandates.all()):
        place.save()
    visit.starts_on = "2026-06-08"  # the same day, as a form or an import would have it
    visit.save()
    assert changes_of(visit) == []


def test_only_what_was_saved_is_said(visit, changes_of):
    """`update_fields` leaves the other columns of the row as they were, and the trace too."""
    visit.places, visit.note = "Juba", "not saved"
    visit.save(update_fields=["places"])
    assert changes_of(visit) == [("changed", {"places": ["", "Juba"]})]
    visit.save()
    assert changes_of(visit) == [("changed", {"note": ["", "not saved"]})]


def test_a_refreshed_row_does_not_claim_anothers_change(visit, changes_of):
    """What somebody else changed in between is said once, by her save."""
    theirs = CountryVisit.objects.get()
    theirs.places = "Juba"
    theirs.save()
    visit.refresh_from_db()
    visit.save()
    assert changes_of(visit) == [("changed", {"places": ["", "Juba"]})]


def test_columns_that_were_not_read_are_compared_when_they_are(visit, changes_of):
    """A row read in part is saved and recorded in part."""
    part = CountryVisit.objects.only("id", "places").get()
    part.places = "Juba"
    part.save()
    assert part.note == ""
    part.note = "Later."
    part.save()
    assert changes_of(part) == [("changed", {"places": ["", "Juba"]}), ("changed", {"note": ["", "Later."]})]


def test_a_change_that_is_rolled_back_leaves_no_trace(visit, changes_of):
    """The trace stands in the transaction of the change."""
    with transaction.atomic():
        visit.places = "Juba"
        visit.save()
        transaction.set_rollback(True)
    assert changes_of(visit) == []


def test_adding_and_removing_a_mandate(visit, changes_of):
    """`add`, `remove`, `set` and `clear` say what came and what went; adding what is there says nothing."""
    first = visit.mandates.get()
    second = factories.MandateFactory(title="Special Rapporteur on torture")
    visit.mandates.add(second)
    assert changes_of(visit) == [("changed", {"visitmandate": [None, "Special Rapporteur on torture"]})]
    visit.mandates.add(second)
    assert changes_of(visit) == []
    visit.mandates.remove(first)
    assert changes_of(visit) == [("changed", {"visitmandate": ["Special Rapporteur on IDPs", None]})]
    visit.mandates.set([first])
    assert sorted(changes_of(visit), key=str) == [
        ("changed", {"visitmandate": ["Special Rapporteur on torture", None]}),
        ("changed", {"visitmandate": [None, "Special Rapporteur on IDPs"]}),
    ]
    visit.mandates.set([first])
    assert changes_of(visit) == []
    visit.mandates.clear()
    assert changes_of(visit) == [("changed", {"visitmandate": ["Special Rapporteur on IDPs", None]})]


@pytest.mark.parametrize("make", [factories.VisitFactory, factories.CallFactory, factories.ReportFactory])
def test_countries_that_come_and_go(make, changes_of):
    """Countries of visits, calls and reports leave the same trace, several in one line."""
    row = make()
    name = row._meta.model_name
    column = {"countryvisit": "visitcountry", "callforinput": "callcountry", "report": "reportcountry"}[name]
    changes_of(row)
    ukraine, sudan = factories.CountryFactory(iso3="UKR"), factories.CountryFactory(iso3="SSD")
    row.countries.add(ukraine, sudan)
    assert changes_of(row) == [("changed", {column: [None, "South Sudan, Ukraine"]})]
    row.countries.remove(ukraine)
    assert changes_of(row) == [("changed", {column: ["Ukraine", None]})]


def test_a_place_that_is_changed_in_a_form(visit, changes_of):
    """One country put in the place of another, as the admin's rows do."""
    place = visit.country_places.get()
    place.country = factories.CountryFactory(iso3="UKR")
    place.save()
    assert changes_of(visit) == [
        ("changed", {"visitcountry": ["South Sudan", "Ukraine"], "visitcountry.country_id": ["SSD", "UKR"]})
    ]


def test_events_of_a_visit(visit, changes_of):
    """An event added, changed or removed is a change of its visit."""
    event = VisitEvent.objects.create(visit=visit, kind="dates_agreed", day=DAY, known_by=DAY)
    columns = {
        "visitevent.kind": [None, "dates_agreed"],
        "visitevent.day": [None, "2026-05-01"],
        "visitevent.day_precision": [None, "day"],
        "visitevent.known_by": [None, "2026-05-01"],
    }
    assert changes_of(visit) == [("changed", {"visitevent": [None, "dates agreed 1 May 2026"], **columns})]
    event = VisitEvent.objects.get(pk=event.pk)
    event.kind = "postponed"
    event.save()
    assert changes_of(visit) == [
        (
            "changed",
            {
                "visitevent": ["dates agreed 1 May 2026", "postponed 1 May 2026"],
                "visitevent.kind": ["dates_agreed", "postponed"],
                "visitevent.told": [
                    {"kind": kind, "day": "2026-05-01", "day_precision": "day", "known_by": "2026-05-01"}
                    for kind in ("dates_agreed", "postponed")
                ],
            },
        )
    ]
    event.delete()
    gone = {name: [after, None] for name, (_before, after) in columns.items()} | {
        "visitevent.kind": ["postponed", None]
    }
    assert changes_of(visit) == [("changed", {"visitevent": ["postponed 1 May 2026", None], **gone})]


def test_holders_and_aliases_of_a_mandate(changes_of):
    """A holder or alias added, changed or removed is a change of the mandate."""
    mandate = factories.MandateFactory()
    changes_of(mandate)
    holder = MandateHolder.objects.create(mandate=mandate, name="A. Holder", started_on=DAY, source="test")
    alias = m.MandateAlias.objects.create(mandate=mandate, alias="displacement")
    assert changes_of(mandate) == [
        ("changed", {"mandateholder": [None, "A. Holder"]}),
        ("changed", {"mandatealias": [None, "displacement"]}),
    ]
    holder.ended_on = date(2026, 5, 19)
    holder.save()
    assert changes_of(mandate) == [
        (
            "changed",
            {"mandateholder": ["A. Holder", "A. Holder"], "mandateholder.ended_on": [None, "2026-05-19"]},
        )
    ]
    holder.delete()
    m.MandateAlias.objects.filter(pk=alias.pk).delete()
    assert changes_of(mandate) == [
        ("changed", {"mandateholder": ["A. Holder", None]}),
        ("changed", {"mandatealias": ["displacement", None]}),
    ]


@pytest.mark.parametrize("way", ["row", "queryset"])
def test_a_removal_is_said_once_and_by_name(visit, changes_of, way):
    """A visit takes its events and places along: one line, under the name that it had."""
    key, name = visit.pk, str(visit)
    visit.delete() if way == "row" else CountryVisit.objects.all().delete()
    (removal,) = ReferenceChange.objects.filter(kind="removed")
    assert (removal.subject_type, removal.subject_id, removal.label) == ("countryvisit", str(key), name)
    assert name == "Visit to South Sudan: SR IDPs"
    visit.pk = key
    assert changes_of(visit) == [("removed", {})]


def test_a_visit_is_named_after_what_joins_it(visit):
    """The line about its creation bears the name it got a moment later."""
    labels = ReferenceChange.objects.filter(subject_type="countryvisit").values_list("label", flat=True)
    assert set(labels) == {"Visit to South Sudan: SR IDPs"}


def test_nobody_is_named_outside_of_an_attribution(visit):
    """An attribution ends with its block; an inner one comes first."""
    with attributed_to("hrett@example.org"):
        with attributed_to("import"):
            visit.places = "Juba"
            visit.save()
        visit.note = "Seen."
        visit.save()
    visit.places = "Bor"
    visit.save()
    note = ReferenceChange.objects.get(changes__has_key="note")
    assert note.changed_by == "hrett@example.org"
    places = ReferenceChange.objects.filter(changes__has_key="places").order_by("changed_at")
    assert [change.changed_by for change in places] == ["import", ""]


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.__name__)
def test_bulk_writes_are_refused(model):
    """What no save sees cannot happen by mistake: `update`, `bulk_update` and `bulk_create` raise."""
    rows = model.objects.all()
    for write in (
        lambda: rows.update(source="elsewhere"),
        lambda: rows.bulk_update([], ["source"]),
        lambda: rows.bulk_create([model()]),
    ):
        with pytest.raises(TypeError, match=f"Save each {model.__name__} by itself"):
            write()
    assert not model.objects.exists()


def test_every_reference_model_is_tracked():
    """A new table of the UN side is either tracked and refuses bulk writes, or named here."""
    others = set(m.__all__) - {model.__name__ for model in (*TRACKED, *THROUGH, ReferenceChange)}
    assert others == {"PLACES_OF_MANDATES_AND_COUNTRIES", "Theme"}  # a theme is a word of another system
    for model in TRACKED:
        assert isinstance(model._default_manager.all(), TrackedQuerySet)


# -- Through the admin ----------------------------------------------------------------------------------


def typed_into(page, **changed):
    """What the browser would post from an admin form, with some fields typed anew."""
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    typed = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not False:
                typed[field.html_name] = "" if value is None else value
    return typed | changed


@pytest.fixture
def task_team(client_of):
    """A client signed in as HRE TT reader, who keeps the reference data."""
    return client_of(factories.UserFactory(email="hrett@example.org", task_team="reader"))


def admin_address(row):
    return f"/admin/mandates/{row._meta.model_name}/{row.pk}/change/"


def test_a_deadline_moved_in_the_admin(task_team, changes_of):
    """The person who moved it is named, and the moment of closing moves along."""
    call = factories.CallFactory(deadline_on=date(2026, 6, 30), countries=["SSD"])
    changes_of(call)
    page = task_team.get(admin_address(call))
    typed = typed_into(page, deadline_on="2026-07-15", extended_from="2026-06-30")
    assert task_team.post(admin_address(call), typed).status_code == 302
    change = ReferenceChange.objects.get(changed_by="hrett@example.org")
    assert (change.subject_id, change.source) == (str(call.pk), "test")
    assert change.changes == {
        "deadline_on": ["2026-06-30", "2026-07-15"],
        "extended_from": [None, "2026-06-30"],
        "closes_at": ["2026-06-30T22:00:00+00:00", "2026-07-15T22:00:00+00:00"],
    }


@pytest.mark.parametrize(
    "make",
    [factories.VisitFactory, factories.CallFactory, factories.ReportFactory, factories.MandateFactory],
)
def test_saving_an_unchanged_form_of_the_admin_writes_nothing(task_team, changes_of, make):
    """ "Save" without a change is no news, whatever rows stand below the form."""
    row = make()
    if make is not factories.MandateFactory:
        row.countries.add(factories.CountryFactory())
        row.mandates.add(factories.MandateFactory())
    changes_of(row)
    typed = typed_into(task_team.get(admin_address(row)))
    assert task_team.post(admin_address(row), typed).status_code == 302
    assert changes_of(row) == []


def test_the_parts_of_a_dossier_are_named_in_words(task_team, visit):
    """The parts of a dossier bear the names of what they hold, not those of the tables that join them."""
    page = task_team.get(admin_address(visit))
    inlines = page.context["inline_admin_formsets"]
    titles = [str(inline.opts.verbose_name_plural) for inline in inlines]
    assert titles == ["countries", "mandates", "events of a visit"]
    assert "/static/admin.css" in page.content.decode()


def test_an_event_written_in_the_admin(task_team, visit, changes_of):
    """A row typed below the visit is a change of the visit; the day also says by when it was known."""
    page = task_team.get(admin_address(visit))
    last = int(typed_into(page)["events-TOTAL_FORMS"]) - 1
    typed = typed_into(page, **{f"events-{last}-kind": "postponed", f"events-{last}-day": "2026-05-19"})
    assert task_team.post(admin_address(visit), typed).status_code == 302
    ((kind, fields),) = changes_of(visit)
    assert (kind, fields["visitevent"]) == ("changed", [None, "postponed 19 May 2026"])
    assert VisitEvent.objects.get(kind="postponed").known_by == date(2026, 5, 19)
    assert ReferenceChange.objects.filter(changed_by="hrett@example.org").count() == 1


def faults_of(page):
    """All messages of an admin form that came back."""
    assert page.status_code == 200
    form = page.context["adminform"].form
    return [message for messages in form.errors.values() for message in messages]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"deadline_on": ""}, "“Until a day” needs the day; the other kinds have none."),
        ({"deadline_kind": "ongoing"}, "“Until a day” needs the day; the other kinds have none."),
        ({"extended_from": "2026-07-15"}, "A deadline is extended to a later day than the first one."),
        ({"deadline_zone": "Europe/Atlantis"}, "No such time zone; write it like Europe/Zurich."),
        ({"deadline_on": "9999-12-31"}, "Ensure this value is less than or equal to 2099-12-31."),
    ],
)
def test_a_call_that_cannot_be_is_sent_back(task_team, typed, said):
    """What the database would refuse is a sentence in the form, not an error page."""
    call = factories.CallFactory(deadline_on=date(2026, 6, 30))
    form = typed_into(task_team.get(admin_address(call)), **typed)
    assert said in faults_of(task_team.post(admin_address(call), form))


def test_a_mandate_that_cannot_be_is_sent_back(task_team):
    """A successor of a mandate in force, or itself as successor, another's short form: a sentence in the form."""
    mandate, other = factories.MandateFactory(), factories.MandateFactory()
    page = task_team.get(admin_address(mandate))
    form = typed_into(page, successor=other.pk)
    assert "Only an ended mandate has a successor." in faults_of(task_team.post(admin_address(mandate), form))
    form = typed_into(page, successor=mandate.pk, ended_on="2026-05-01", ended_precision="day")
    assert faults_of(task_team.post(admin_address(mandate), form)) == ["The successor is another mandate."]
    form = typed_into(page, acronym=other.acronym.upper())
    assert faults_of(task_team.post(admin_address(mandate), form)) == ["Another mandate has this short form."]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"starts_on": "2026-06-30"}, "A visit cannot end before it starts."),
        ({"precision": ""}, "Say how exactly the dates are known; leave this empty without dates."),
        (
            {"ends_on": "", "precision": "month"},
            "Known less exactly than to the day: give the last day it can mean.",
        ),
    ],
)
def test_a_visit_that_cannot_be_is_sent_back(task_team, visit, typed, said):
    """Dates that contradict each other: a sentence in the form."""
    form = typed_into(task_team.get(admin_address(visit)), **typed)
    assert faults_of(task_team.post(admin_address(visit), form)) == [said]
