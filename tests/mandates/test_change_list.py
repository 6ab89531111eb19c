"""What changed: every change that the reader knows of, in her words, before and after."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F
from django.utils import translation

from mandates import change_words
from mandates.change_queries import SUBJECTS
from mandates.changes import attributed_to
from mandates.models import CountryVisit, MandateHolder, ReferenceChange, VisitEvent
from tests import factories

from .pages import listed, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/changes/"


def later():
    """Let what was written so far be a day older, so that what follows is told apart from it."""
    ReferenceChange.objects.update(changed_at=F("changed_at") - timedelta(days=1))


def told_of(user, **filters):
    """What the page tells this person, as (kind, [(label, before, after)]); `today=True`: of what was done last."""
    changes = ReferenceChange.objects.known_to(user).order_by("-changed_at", "id")
    if filters.pop("today", False):
        filters["changed_at__gt"] = ReferenceChange.objects.latest("changed_at").changed_at - timedelta(hours=1)
    changes = changes.filter(**filters)
    return [(told.kind, [tuple(line) for line in told.lines]) for told in change_words.told(changes, user)]


def test_a_change_says_before_and_after(cast):
    """Days as elsewhere, labels of the form, a choice in words; the latest first."""
    visit = factories.VisitFactory(countries=["SSD"], mandates=[factories.MandateFactory(slug="sr-idps")])
    later()
    visit = CountryVisit.objects.get()
    visit.starts_on, visit.places = date(2026, 6, 10), "Juba"
    visit.save()
    later()
    day = date(2026, 5, 22)
    VisitEvent.objects.create(visit=visit, kind="postponed", day=day, known_by=day)
    assert told_of(cast.member, subject_type="countryvisit") == [
        ("changed", [("Event of a visit", "", "postponed 22 May 2026")]),
        ("changed", [("Places", "", "Juba"), ("First day", "8 June 2026", "10 June 2026")]),
        (
            "created",
            [
                ("Country", "", "South Sudan"),
                ("Mandate", "", "Special Rapporteur sr-idps"),
                ("Event of a visit", "", "announced 1 May 2026"),
            ],
        ),
    ]


def test_it_is_told_in_the_readers_language(cast):
    """Whoever wrote it down in whichever: labels, days, countries, events."""
    visit = factories.VisitFactory()
    country = factories.CountryFactory(iso3="MLI", name_fr="Mali (fr)")
    later()
    with translation.override("es"):
        visit.countries.add(country)
        VisitEvent.objects.create(visit=visit, kind="cancelled", day=date(2026, 5, 2), known_by=date(2026, 5, 2))
    visit.ends_on = date(2026, 6, 20)
    visit.save()
    with translation.override("fr"):
        ((_kind, lines),) = told_of(cast.member, kind="changed", today=True)
        event = str(VisitEvent(kind="cancelled", day=date(2026, 5, 2), known_by=date(2026, 5, 2)))
    said = {after for _label, _before, after in lines}
    assert said == {"Mali (fr)", event, "20 juin 2026"}


def test_a_mandate_is_named_in_the_readers_language(cast):
    """Where an entry came to belong to it, and where it changed itself; the record keeps the English title."""
    visit, mandate = factories.VisitFactory(), factories.MandateFactory(title_fr="Rapporteur spécial (fr)")
    later()
    visit.mandates.add(mandate)
    mandate.website = "https://example.org/"
    mandate.save()
    with translation.override("fr"):
        found = change_words.told(ReferenceChange.objects.known_to(cast.member).order_by("id"), cast.member)
    assert ("Mandat", "", "Rapporteur spécial (fr)") in [tuple(line) for told in found for line in told.lines]
    assert "Rapporteur spécial (fr)" in {told.name for told in found}


@pytest.mark.parametrize(
    ("column", "after", "told"),
    [
        ("kind", "cancelled", ("Étape d’une visite", "annoncée 2 mai 2026", "annulée 2 mai 2026")),
        ("note", "Wau", ("Étape d’une visite «\u00a0annoncée 2 mai 2026\u00a0», note", "Juba", "Wau")),
    ],
)
def test_an_event_that_changed_is_named_in_the_readers_language(column, after, told, cast):
    """Its kind and day come along, whichever of its columns changed and in whichever language it was written."""
    visit, day = factories.VisitFactory(), date(2026, 5, 2)
    with translation.override("es"):
        event = VisitEvent.objects.create(visit=visit, kind="announced", day=day, known_by=day, note="Juba")
        later()
        event = VisitEvent.objects.get(pk=event.pk)
        setattr(event, column, after)
        event.save()
    with translation.override("fr"):
        ((_kind, lines),) = told_of(cast.member, kind="changed", today=True)
    assert lines == [told]


def test_what_changed_again_at_once_is_told_once(cast):
    """From what it was before the first change to what it is after the last; nothing of what was put back."""
    visit, day = factories.VisitFactory(places="Juba"), date(2026, 5, 2)
    later()
    for places, starts_on in (("Wau", date(2026, 6, 9)), ("Bor", date(2026, 6, 10)), ("Juba", date(2026, 6, 11))):
        visit.places, visit.starts_on = places, starts_on
        visit.save()
    for kind in ("postponed", "cancelled"):
        VisitEvent.objects.create(visit=visit, kind=kind, day=day, known_by=day)
    assert told_of(cast.member, kind="changed", today=True) == [
        (
            "changed",
            [
                ("First day", "8 June 2026", "11 June 2026"),
                ("Event of a visit", "", "postponed 2 May 2026"),
                ("Event of a visit", "", "cancelled 2 May 2026"),
            ],
        )
    ]


def test_a_day_is_as_exact_as_it_is_known(cast):
    """A month is no day; a change of precision is said with the day."""
    report = factories.ReportFactory(expected_on=date(2026, 9, 1), expected_precision="month")
    later()
    report.expected_on, report.expected_precision = date(2026, 10, 1), "quarter"
    report.save()
    assert told_of(cast.member, kind="changed", today=True) == [
        ("changed", [("Expected on", "September 2026", "Q4 2026")])
    ]


def test_other_rows_are_named(cast):
    """The session of a report, the visit of a call, the country of a mandate, yes and no, what was taken away."""
    report, call = factories.ReportFactory(), factories.CallFactory(address="x@example.org")
    visit = factories.VisitFactory(countries=["SSD"])
    later()
    report.session = factories.SessionFactory(body="HRC", number=62)
    report.save()
    call.visit, call.address = visit, ""
    call.save()
    told = told_of(cast.member, kind="changed", today=True)
    assert sorted(told) == [
        ("changed", [("Session", "", str(report.session))]),
        ("changed", [("Visit", "", str(visit)), ("Where to send", "x@example.org", "")]),
    ]


def test_a_part_whose_name_stays_says_which_column(cast):
    """The note of an event; not where the task team knows it from."""
    visit = factories.VisitFactory()
    later()
    event = VisitEvent.objects.get()
    event.note, event.source = "By the Mission", "A letter"
    event.save()
    assert told_of(cast.member, kind="changed", today=True) == [
        ("changed", [("Event of a visit “announced 1 May 2026”, note", "", "By the Mission")])
    ]
    assert visit.events.get() == event


def test_a_new_holder_is_a_change_of_the_mandate(cast):
    """Named as in the dossier."""
    mandate = factories.MandateFactory()
    later()
    holder = MandateHolder.objects.create(mandate=mandate, name="Ana", source="test")
    assert told_of(cast.member, kind="changed", today=True) == [("changed", [("Mandate holder", "", str(holder))])]


def test_checks_are_left_out_until_they_are_asked_for(cast, client_of):
    """Nothing changed by them."""
    visit = factories.VisitFactory()
    visit.checked_on = date(2026, 5, 20)
    visit.save()
    client = client_of(cast.member)
    assert "checked" not in {row.kind for row in listed(client, PAGE)}
    assert [row.kind for row in listed(client, PAGE, change="checked")] == ["checked"]


def test_who_did_it_is_for_the_task_team(cast, client_of):
    """Everybody reads from which source."""
    visit = factories.VisitFactory()
    with attributed_to("hrett@example.org", source="https://example.org/press"):
        visit.places = "Juba"
        visit.save()
    for person, is_told in (("reader", True), ("focal", True), ("member", False), ("administrator", False)):
        text = client_of(getattr(cast, person)).get(PAGE).text
        assert ("by hrett@example.org" in text) is is_told
        assert 'href="https://example.org/press"' in text


def test_suggestions_are_told_to_those_who_know_them(cast, client_of):
    """Their own changes, and that another entry came to name one; no row, no number."""
    report = factories.ReportFactory()
    factories.CountryFactory()
    shown = ReferenceChange.objects.filter(subject_type__in=SUBJECTS.values())
    public = shown.count()
    hidden = factories.VisitFactory(suggested=cast.south_sudan, countries=["SSD"], places="secret")
    report.visit = hidden
    report.save()
    mine, theirs = listed(client_of(cast.member), PAGE), listed(client_of(cast.other), PAGE)
    assert (len(mine), len(theirs)) == (shown.count(), public)
    page = client_of(cast.other).get(PAGE).text
    assert f"{public} change" in page
    assert str(hidden.pk) not in page
    assert "unconfirmed" in client_of(cast.reader).get(PAGE).text
    hidden.confirmed_on = date(2026, 5, 20)
    hidden.save()
    assert len(listed(client_of(cast.other), PAGE)) == shown.count()


def test_an_entry_has_a_list_of_its_own(cast, client_of):
    """Its page leads there; the filters keep it; what one does not know is no entry."""
    visit, other = factories.VisitFactory(countries=["SSD"]), factories.VisitFactory()
    hidden = factories.VisitFactory(suggested=cast.south_sudan)
    client = client_of(cast.other)
    address = f"{PAGE}?item=visit:{visit.pk}"
    assert f'href="{address}"' in client.get(visit.get_absolute_url()).text
    response = client.get(address)
    assert {row.subject_id for row in rows_of(response)} == {str(visit.pk)}
    assert f'type="hidden" name="item" value="visit:{visit.pk}"' in response.text
    assert ("Entry", "Visit to South Sudan: —") in response.context_data["active_filters"]
    for wrong in (f"visit:{hidden.pk}", "visit:1", "visit:", "mandate:none", "session:1", f"call:{other.pk}", "x"):
        response = client.get(PAGE, {"item": wrong})
        assert rows_of(response) == []
        assert "there is no such entry, or you do not know it." in response.text


def test_a_mandate_has_a_list_of_its_own_too(cast, client_of):
    """By its name in addresses."""
    mandate = factories.MandateFactory(slug="sr-idps")
    factories.MandateFactory(slug="sr-water")
    client = client_of(cast.member)
    assert f'href="{PAGE}?item=mandate:sr-idps"' in client.get("/mandates/sr-idps/").text
    assert {row.subject_id for row in listed(client, PAGE, item="mandate:sr-idps")} == {str(mandate.pk)}


def test_filters_by_kind_country_mandate_and_text(cast, client_of):
    """Those of the entry as it is now."""
    mandate = factories.MandateFactory(slug="sr-idps")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    call = factories.CallFactory(countries=["UKR"], title="Housing")
    factories.ReportFactory(countries=["UKR"])
    client = client_of(cast.member)

    def found(**filters):
        return {row.subject_id for row in listed(client, PAGE, **filters)}

    assert found(kind="call") == {str(call.pk)}
    assert found(country="SSD") == {str(visit.pk)}
    assert found(mandate="sr-idps") == {str(visit.pk), str(mandate.pk)}
    assert found(text="hous") == {str(call.pk)}
    assert found(kind="mandate", mandate="sr-idps") == {str(mandate.pk)}


def test_the_period_is_that_of_the_change_on_the_readers_clock(cast, client_of):
    """22:30 in London is the next day in Juba."""
    cast.member.time_zone = "Africa/Juba"
    cast.member.save()
    call = factories.CallFactory()
    ReferenceChange.objects.update(changed_at=datetime(2026, 5, 20, 22, 30, tzinfo=UTC))
    client = client_of(cast.member)
    assert listed(client, PAGE, until="2026-05-20") == []
    assert {row.subject_id for row in listed(client, PAGE, since="2026-05-21", until="2026-05-21")} == {str(call.pk)}


@pytest.mark.parametrize("query", ["colour=red", "kind=session", "change=lost", "since=soon", "country=XXX"])
def test_what_is_not_understood_shows_nothing(query, cast, client_of):
    """As in all lists."""
    factories.CallFactory()
    response = client_of(cast.member).get(f"{PAGE}?{query}")
    assert rows_of(response) == []
    assert response.context_data["problems"]


def test_an_empty_list_says_what_to_do(cast, client_of):
    """The way back to all changes."""
    text = client_of(cast.member).get(f"{PAGE}?text=nothing").text
    assert "No change fits these filters." in text
    assert f'href="{PAGE}"' in text


def test_what_was_removed_keeps_its_name(cast, client_of):
    """Without a link."""
    factories.CallFactory(title="Gone").delete()
    text = client_of(cast.member).get(PAGE).text
    assert "<b><bdi>Gone</bdi></b>" in text
    assert "removed" in text


def test_what_a_column_held_is_shown_as_text(cast, client_of):
    """Escaped."""
    call = factories.CallFactory()
    call.note = "<script>alert(1)</script>"
    call.save()
    assert "<script>alert" not in client_of(cast.member).get(PAGE).text


def test_fifty_changes_take_no_more_queries_than_five(cast, client_of, queries_of):
    """Entries, what they name, countries: each kind at once."""

    def add(numbers):
        for _n in numbers:
            mandate = factories.MandateFactory()
            visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
            report = factories.ReportFactory(mandates=[mandate], countries=["UKR"])
            call = factories.CallFactory(mandates=[mandate], countries=["SSD"])
            call.visit, call.report, report.session = visit, report, factories.SessionFactory()
            call.save()
            report.save()

    client = client_of(cast.member)
    add(range(4))
    client.get(PAGE)
    one = queries_of(client, PAGE)
    add(range(10))
    assert queries_of(client, PAGE) == one
    assert one <= 30
