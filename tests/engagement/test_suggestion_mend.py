"""Whoever suggested a visit or call mends it, or takes it back, until the task team has decided about it."""

from datetime import date

import pytest

from engagement import services
from engagement.forms import VisitSuggestionForm
from engagement.models import Membership
from engagement.services import NotNow
from mandates.models import CallForInput, CountryVisit, ReferenceChange, VisitEvent
from tests import factories

from .forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOUNS = {"visit": factories.VisitFactory, "call": factories.CallFactory}
both = pytest.mark.parametrize("noun", NOUNS)
REASON = {"reason": "It was a rumour."}


@pytest.fixture
def new(cast):
    """`new(noun, …)`: what the coordinator of South Sudan suggested, with one country and mandate."""
    mandate = factories.MandateFactory(slug="sr-idps")

    def make(noun, **kwargs):
        return NOUNS[noun](**({"countries": ["SSD"], "mandates": [mandate], "suggested": cast.south_sudan} | kwargs))

    return make


def edit_of(item):
    """Where a suggestion is mended."""
    return f"/suggestions/{item.pk}/edit/"


def opened(client, item):
    """The form as it opens."""
    return fields_of(client.get(edit_of(item)), "suggestion-form")


# -- Mending --------------------------------------------------------------------------------------------


@both
def test_her_form_opens_as_she_left_it_and_changes_nothing_by_itself(noun, new, cast, client_of):
    """Opened and saved it is the same row: every column, country, mandate and event."""
    item, client = new(noun, note="From the Ministry."), client_of(cast.coordinator)
    item.refresh_from_db()
    rows = type(item).objects.filter(pk=item.pk)
    before, parts = rows.values().get(), (item.countries.get(), item.mandates.get())
    events = list(VisitEvent.objects.values())
    response = client.post(edit_of(item), opened(client, item))
    assert response["Location"] == item.get_absolute_url()
    assert rows.values().get() == before | {"checked_on": date(2026, 5, 20)}
    assert (item.countries.get(), item.mandates.get()) == parts
    assert list(VisitEvent.objects.values()) == events


@pytest.mark.parametrize(
    ("stored", "starts", "ends"),
    [
        ({"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 31), "precision": "month"}, "2026-10", "2026-10"),
        ({"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31), "precision": "quarter"}, "2026-Q4", "2026-Q4"),
        ({"starts_on": date(2026, 10, 5), "ends_on": None, "precision": "day"}, "2026-10-05", ""),
        ({"starts_on": None, "ends_on": date(2026, 12, 31), "precision": "year"}, "", "2026"),
        ({"starts_on": None, "ends_on": None, "precision": ""}, "", ""),
    ],
)
def test_days_come_back_as_exactly_as_they_are_known(stored, starts, ends, new, cast, client_of):
    """And go in again as the same days."""
    visit, client = new("visit", **stored), client_of(cast.coordinator)
    form = opened(client, visit)
    assert (form["starts"], form["ends"]) == (starts, ends)
    client.post(edit_of(visit), form)
    assert CountryVisit.objects.filter(pk=visit.pk, **stored).exists()


def test_what_she_mends_is_written_and_traced(new, cast, client_of):
    """Days, countries, source; it stays unconfirmed and hers, and the trace says who changed what."""
    visit, client = new("visit"), client_of(cast.coordinator)
    mended = {"starts": "2026-10", "ends": "", "countries": ["SSD", "UKR"], "source": "A letter", "places": "Juba"}
    response = client.post(edit_of(visit), opened(client, visit) | mended, follow=True)
    assert "Saved." in response.text
    visit.refresh_from_db()
    assert (visit.starts_on, visit.ends_on, visit.precision) == (date(2026, 10, 1), date(2026, 10, 31), "month")
    assert {country.pk for country in visit.countries.all()} == {"SSD", "UKR"}
    assert (visit.suggestion, visit.suggested_by) == ("waiting", "coordinator@example.org")
    last = ReferenceChange.objects.filter(subject_id=str(visit.pk), changes__has_key="starts_on").get()
    assert (last.changed_by, last.source) == ("coordinator@example.org", "A letter")


def test_a_call_is_mended_without_pasting_it_again(new, cast, client_of):
    """Its deadline keeps its zone, whichever that is; no text is asked for."""
    call, client = new("call", deadline_zone="Asia/Bangkok"), client_of(cast.coordinator)
    form = opened(client, call)
    assert "pasted" not in form
    client.post(edit_of(call), form | {"title": "Call for input: camps", "deadline_on": "2026-07-15"})
    call.refresh_from_db()
    assert (call.title, call.deadline_on, call.deadline_zone) == (
        "Call for input: camps",
        date(2026, 7, 15),
        "Asia/Bangkok",
    )


def test_another_state_is_a_further_event(new, cast, client_of):
    """What was known before stays; once something is official, "nothing official" is no answer any more."""
    visit, client = new("visit", status=""), client_of(cast.coordinator)
    for status, kinds in (("", []), ("accepted", ["accepted"]), ("announced", ["accepted", "announced"])):
        client.post(edit_of(visit), opened(client, visit) | {"status": status})
        assert [event.kind for event in visit.events.all()] == kinds
    assert CountryVisit.objects.with_status(date(2026, 5, 20)).get(pk=visit.pk).status == "announced"
    choices = [value for value, _label in client.get(edit_of(visit)).context["form"].fields["status"].choices]
    assert "" not in choices
    # What the task team entered meanwhile is not among the usual answers, and stays when she leaves it.
    VisitEvent.objects.create(visit=visit, kind="postponed", known_by=date(2026, 5, 20), position=3)
    client.post(edit_of(visit), opened(client, visit))
    assert [event.kind for event in visit.events.all()] == ["accepted", "announced", "postponed"]


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"countries": ["UKR"]}, "countries"),
        ({"mandates": []}, "mandates"),
        ({"starts": "soon"}, "starts"),
        ({"source": ""}, "source"),
        ({"cluster": "ukraine"}, "cluster"),
        ({"status": "cancelled"}, "status"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(fault, field, new, cast, client_of):
    """Nothing is saved, and what was typed comes back."""
    visit, client = new("visit"), client_of(cast.coordinator)
    changes = ReferenceChange.objects.count()
    response = client.post(edit_of(visit), opened(client, visit) | {"note": "Typed."} | fault)
    assert list(response.context["form"].errors) == [field]
    assert fields_of(response, "suggestion-form")["note"] == "Typed."
    assert ReferenceChange.objects.count() == changes


def test_another_cluster_of_hers_is_no_choice(new, cast, client_of):
    """Whose people know of it is settled when it is suggested."""
    Membership.objects.create(user=cast.coordinator, cluster=cast.ukraine, role="coordinator")
    visit, client = new("visit", countries=["SSD", "UKR"]), client_of(cast.coordinator)
    assert (
        "cluster" in client.post(edit_of(visit), opened(client, visit) | {"cluster": "ukraine"}).context["form"].errors
    )


def test_one_that_is_known_already_is_shown_first(new, cast, client_of):
    """As when she suggests it, without the suggestion itself; she can save all the same."""
    known, visit = new("visit", suggested=None, starts_on=date(2026, 6, 9)), new("visit")
    client = client_of(cast.coordinator)
    response = client.post(edit_of(visit), opened(client, visit) | {"places": "Juba"})
    assert response.context["likely"] == [known]
    client.post(edit_of(visit), fields_of(response, "suggestion-form") | {"despite": "1"})
    visit.refresh_from_db()
    assert visit.places == "Juba"


# -- Taking back ----------------------------------------------------------------------------------------


@both
def test_taken_back_it_leaves_lists_and_desk(noun, new, cast, client_of):
    """Engagements keep it; its people read that she withdrew it, and why; nobody says that it was declined."""
    item = new(noun)
    row = factories.EngagementFactory(cluster=cast.south_sudan, number=3 if noun == "visit" else 6, **{noun: item})
    client = client_of(cast.coordinator)
    page = client.post(f"/suggestions/{item.pk}/withdraw/", {"reason": "It was a <rumour>."}, follow=True)
    assert page.redirect_chain[-1][0] == item.get_absolute_url()
    assert "Whoever suggested this withdrew it on 20 May 2026." in page.text
    assert "It was a &lt;rumour&gt;." in page.text
    assert "declined" not in page.text
    item.refresh_from_db()
    assert (item.withdrawn_on, item.suggestion) == (date(2026, 5, 20), "withdrawn")
    assert item.get_absolute_url() not in client.get(f"/{noun}s/").text
    assert item.get_absolute_url() in client.get(row.get_absolute_url()).text
    assert "It was a &lt;rumour&gt;." in client.get("/suggestions/").text
    assert list(client_of(cast.reader).get("/suggestions/").context["page"]) == []


@pytest.mark.parametrize("reason", ["", " ", "x" * 501, "\ufffd"])
def test_withdrawing_takes_a_reason(reason, new, cast, client_of):
    """The page comes back with the fault; nothing is withdrawn."""
    item = new("visit")
    page = client_of(cast.coordinator).post(f"/suggestions/{item.pk}/withdraw/", {"reason": reason})
    assert page.context["form"].errors["reason"]
    item.refresh_from_db()
    assert item.is_unconfirmed


# -- Who, and when --------------------------------------------------------------------------------------


@both
def test_her_page_and_list_offer_it_to_her_alone(noun, new, cast, client_of):
    """Neither to her colleagues nor to the task team, which mends entries in the administration."""
    item = new(noun)
    colleague = factories.UserFactory(coordinates=cast.south_sudan)
    for person in (cast.coordinator, colleague, cast.member, cast.reader):
        client = client_of(person)
        for page in (item.get_absolute_url(), "/suggestions/"):
            assert (edit_of(item) in client.get(page).text) == (person == cast.coordinator)


@both
@pytest.mark.parametrize("page", ["edit/", "withdraw/"])
def test_others_may_not(noun, page, new, cast, client_of):
    """Who knows of it may not; who does not finds nothing; she herself no longer when her role has ended."""
    item = new(noun)
    colleague = factories.UserFactory(coordinates=cast.south_sudan)
    people = [(colleague, 403), (cast.member, 403), (cast.reader, 403), (cast.other, 404), (cast.administrator, 404)]
    for person, status in people:
        assert client_of(person).post(f"/suggestions/{item.pk}/{page}", REASON).status_code == status
    cast.coordinator.memberships.update(role="member")
    assert client_of(cast.coordinator).post(f"/suggestions/{item.pk}/{page}", REASON).status_code == 403
    item.refresh_from_db()
    assert item.is_unconfirmed


@both
@pytest.mark.parametrize("page", ["edit/", "withdraw/"])
@pytest.mark.parametrize("decided", ["confirm", "decline"])
def test_what_is_decided_stays(decided, page, noun, new, cast, client_of):
    """She is led to the entry and told; its own page offers nothing."""
    item, client = new(noun), client_of(cast.coordinator)
    client_of(cast.reader).post(f"/suggestions/{item.pk}/", {"decision": decided, "reason": "No."})
    rows = type(item).objects.filter(pk=item.pk)
    before = rows.values().get()
    response = client.post(f"/suggestions/{item.pk}/{page}", REASON, follow=True)
    assert response.redirect_chain[-1][0] == item.get_absolute_url()
    assert "This suggestion is decided: it is not changed here any more." in response.text
    assert edit_of(item) not in response.text
    assert rows.values().get() == before


def test_a_decision_at_that_moment_comes_first(new, cast, client_of):
    """The services look again under their lock; the task team is told of a withdrawal likewise."""
    visit = new("visit")
    typed = opened(client_of(cast.coordinator), visit)
    form = VisitSuggestionForm(typed, user=cast.coordinator, instance=CountryVisit.objects.get(pk=visit.pk))
    assert form.is_valid()
    services.confirm_suggestion(by=cast.reader, suggestion=visit)
    with pytest.raises(NotNow, match="confirmed this suggestion a moment ago"):
        services.change_suggestion(by=cast.coordinator, form=form)
    with pytest.raises(NotNow, match="confirmed this suggestion a moment ago"):
        services.withdraw_suggestion(by=cast.coordinator, suggestion=visit, **REASON)
    call = new("call")
    services.withdraw_suggestion(by=cast.coordinator, suggestion=call, **REASON)
    with pytest.raises(NotNow, match="Whoever suggested this withdrew it"):
        services.confirm_suggestion(by=cast.reader, suggestion=call)
    assert CallForInput.objects.get(pk=call.pk).suggestion == "withdrawn"
