"""The task team's desk: confirm, merge, decline; and what the cluster sees of it."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.contrib.messages import get_messages

from engagement import services
from engagement.models import Engagement
from engagement.services import NotNow
from mandates.models import CountryVisit, ReferenceChange
from tests import factories
from tests.surface.answers import RANDOM

from .forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOUNS = {"visit": factories.VisitFactory, "call": factories.CallFactory}
both = pytest.mark.parametrize("noun", NOUNS)
TITLE = {"call": {"title": "Call for input: camps"}, "visit": {}}


@pytest.fixture
def new(cast):
    """`new(noun, suggested=cluster, …)`: visits of one mandate to South Sudan, calls with one title: all alike."""
    mandate = factories.MandateFactory(slug="sr-idps")

    def make(noun, **kwargs):
        return NOUNS[noun](countries=["SSD"], mandates=[mandate], **(TITLE[noun] | kwargs))

    return make


def desk_of(item):
    """Where a suggestion is decided."""
    return f"/suggestions/{item.pk}/"


def said(response):
    """The messages that wait for the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


# -- The list -------------------------------------------------------------------------------------------


def test_the_desk_shows_what_waits_oldest_first(new, cast, client_of):
    """With who, which cluster, what, from where; decided ones and entries of the team are not on it."""
    late = new("visit", suggested=cast.south_sudan, suggested_at=datetime(2026, 5, 19, tzinfo=UTC), places="Juba")
    early = new("call", suggested=cast.ukraine, source="A partner")
    new("visit")
    new("call", suggested=cast.ukraine, confirmed_on=date(2026, 5, 19))
    new("call", suggested=cast.ukraine, withdrawn_on=date(2026, 5, 19))
    response = client_of(cast.reader).get("/suggestions/")
    assert list(response.context_data["page"]) == [early, late]
    for words in ("coordinator@example.org", "Ukraine Protection Cluster", "A partner", "Juba", desk_of(late)):
        assert words in response.text


@both
def test_the_desk_shows_likely_duplicates(noun, new, cast, client_of):
    """Of all that the task team knows, other suggestions too; never the suggestion itself."""
    known, item, other = new(noun), new(noun, suggested=cast.south_sudan), new(noun, suggested=cast.ukraine)
    rows = client_of(cast.focal).get("/suggestions/").context_data["page"]
    assert {row: {like.pk for like in row.likely} for row in rows} == {
        item: {known.pk, other.pk},
        other: {known.pk, item.pk},
    }


def test_an_empty_desk_says_what_to_do(cast, client_of):
    """What the team finds itself it can enter."""
    text = client_of(cast.reader).get("/suggestions/").text
    assert "No suggestion waits for you." in text
    assert "/visits/suggest/" in text


def test_home_counts_what_waits(new, cast, client_of):
    """The figure of the task team leads to the desk; nobody else has it."""
    new("visit", suggested=cast.south_sudan)
    new("call", suggested=cast.ukraine)
    new("call", suggested=cast.ukraine, withdrawn_on=date(2026, 5, 19))
    home = client_of(cast.reader).get("/")
    assert home.context_data["to_confirm"] == 2
    assert "<b>2</b> suggested visits and calls to confirm" in home.text
    assert "to_confirm" not in client_of(cast.coordinator).get("/").context_data


def test_the_cluster_sees_what_became_of_its_own(new, cast, client_of):
    """All states of the last half year, and older ones that still wait; not those of others."""
    old = datetime(2025, 11, 1, tzinfo=UTC)
    target = new("visit")
    rows = [
        new("visit", suggested=cast.south_sudan, suggested_at=old),
        new("visit", suggested=cast.south_sudan, merged_into=target, withdrawn_on=date(2026, 5, 19)),
        new("call", suggested=cast.south_sudan, withdrawn_on=date(2026, 5, 19), withdrawn_reason="No such call."),
        new("call", suggested=cast.south_sudan, confirmed_on=date(2026, 5, 19)),
    ]
    new("call", suggested=cast.south_sudan, suggested_at=old, confirmed_on=date(2026, 5, 19))
    new("call", suggested=cast.ukraine)
    for person in ("coordinator", "member"):
        response = client_of(getattr(cast, person)).get("/suggestions/")
        assert set(response.context_data["page"]) == set(rows)
        assert list(response.context_data["page"])[-1] == rows[0]
        for words in ("No such call.", "merged with another entry", "not confirmed yet", target.get_absolute_url()):
            assert words in response.text
        assert "Merge or decline" not in response.text
        assert "coordinator@example.org" not in response.text


# -- Deciding -------------------------------------------------------------------------------------------


@both
def test_confirmed_it_is_known_to_all(noun, new, cast, client_of):
    """As checked today, and by the person who confirmed it."""
    item = new(noun, suggested=cast.south_sudan)
    response = client_of(cast.reader).post(desk_of(item), {"decision": "confirm"})
    assert response["Location"] == item.get_absolute_url()
    item.refresh_from_db()
    assert item.confirmed_on == item.checked_on == date(2026, 5, 20)
    assert (
        ReferenceChange.objects.filter(subject_id=str(item.pk)).latest("changed_at").changed_by == "hrett@example.org"
    )
    page = client_of(cast.other).get(item.get_absolute_url())
    assert page.status_code == 200
    assert "unconfirmed" not in page.text
    assert "Suggested by" not in page.text


@both
def test_declined_its_people_read_why(noun, new, cast, client_of):
    """It leaves the lists; its page says why; engagements keep it."""
    item = new(noun, suggested=cast.south_sudan)
    row = factories.EngagementFactory(cluster=cast.south_sudan, number=3 if noun == "visit" else 6, **{noun: item})
    response = client_of(cast.reader).post(desk_of(item), {"decision": "decline", "reason": "It was <called> off."})
    assert response["Location"] == item.get_absolute_url()
    client = client_of(cast.coordinator)
    page = client.get(item.get_absolute_url()).text
    assert "The task team declined this suggestion on 20 May 2026." in page
    assert "It was &lt;called&gt; off." in page
    assert "Log what your cluster did" not in page
    assert item.get_absolute_url() not in client.get(f"/{noun}s/").text
    assert item.get_absolute_url() in client.get(row.get_absolute_url()).text
    row.refresh_from_db()
    assert row.version == 1
    assert client_of(cast.other).get(item.get_absolute_url()).status_code == 404


@both
def test_merged_all_that_refers_to_it_follows(noun, new, cast, client_of):
    """Engagements of every level and state get the other entry and a new version; their history names both."""
    number, target, item = (3 if noun == "visit" else 6), new(noun), new(noun, suggested=cast.south_sudan)
    rows = [
        factories.EngagementFactory(cluster=cast.south_sudan, number=number, level=level, **{noun: item})
        for level in ("low", "high")
    ]
    untouched = factories.EngagementFactory(cluster=cast.south_sudan, number=number, **{noun: target})
    response = client_of(cast.reader).post(desk_of(item), {"decision": "merge", "into": str(target.pk)})
    assert response["Location"] == target.get_absolute_url()
    item.refresh_from_db()
    assert (item.merged_into, item.withdrawn_on) == (target, date(2026, 5, 20))
    for row in rows:
        row.refresh_from_db()
        assert (getattr(row, noun), row.version) == (target, 2)
        assert Engagement.history.filter(id=row.pk, version=2).get().history_user == cast.reader
    untouched.refresh_from_db()
    assert untouched.version == 1
    page = client_of(cast.coordinator).get(item.get_absolute_url()).text
    assert "This suggestion was merged: it is the same as" in page
    assert target.get_absolute_url() in page
    assert client_of(cast.other).get(item.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_what_was_merged_is_not_for_a_calendar(noun, new, cast, client_of):
    """Nor is a call said to be closed: the other entry tells whether it is."""
    target, item = new(noun), new(noun, suggested=cast.south_sudan)
    client = client_of(cast.coordinator)
    assert f"{item.get_absolute_url()}calendar.ics" in client.get(item.get_absolute_url()).text
    services.merge_suggestion(by=cast.reader, suggestion=item, into=target)
    page = client.get(item.get_absolute_url()).text
    assert "calendar.ics" not in page
    assert ">closed<" not in page


def test_calls_and_reports_of_a_merged_visit_follow_too(new, cast):
    """What the task team attached to the suggestion meanwhile."""
    target, item = new("visit"), new("visit", suggested=cast.south_sudan)
    call, report = new("call", visit=item), factories.ReportFactory(visit=item)
    services.merge_suggestion(by=cast.reader, suggestion=item, into=target)
    for dossier in (call, report):
        dossier.refresh_from_db()
        assert dossier.visit == target


def test_the_history_of_an_engagement_tells_two_alike_visits_apart(new, cast, client_of):
    """They have one name; their days differ."""
    target = new("visit", starts_on=date(2026, 6, 1))
    item = new("visit", suggested=cast.south_sudan)
    row = factories.EngagementFactory(cluster=cast.south_sudan, visit=item)
    services.merge_suggestion(by=cast.reader, suggestion=item, into=target)
    text = client_of(cast.coordinator).get(f"{row.get_absolute_url()}history/").text
    assert "8–19 June 2026" in text
    assert "1–19 June 2026" in text


def test_an_edit_that_is_open_meanwhile_is_told(new, cast, client_of):
    """Its old visit does not come back: the form has the one that it was merged into, and says so."""
    target, item = new("visit", starts_on=date(2026, 6, 1)), new("visit", suggested=cast.south_sudan)
    row = factories.EngagementFactory(cluster=cast.south_sudan, visit=item, created_by=cast.coordinator)
    client = client_of(cast.coordinator)
    opened = fields_of(client.get(f"{row.get_absolute_url()}edit/"))
    services.merge_suggestion(by=cast.reader, suggestion=item, into=target)
    response = client.post(f"{row.get_absolute_url()}edit/", opened | {"what_was_done": "Anew."})
    assert "Somebody changed this engagement while you were typing" in response.text
    assert response.context_data["taken_over"] == ["Country visit"]
    row.refresh_from_db()
    assert (row.visit, row.what_was_done) == (target, "Proposed three points for the programme.")
    client.post(f"{row.get_absolute_url()}edit/", fields_of(response))
    row.refresh_from_db()
    assert (row.visit, row.what_was_done) == (target, "Anew.")


def test_merging_tells_nothing_of_engagements(new, cast, client_of):
    """The answer to a reader is the same whether *high* engagements followed or none did."""
    pages = []
    for has_high in (False, True):
        target, item = new("visit", places="here"), new("visit", suggested=cast.south_sudan)
        if has_high:
            factories.EngagementFactory(cluster=cast.south_sudan, level="high", visit=item)
        client = client_of(cast.reader)
        response = client.post(desk_of(item), {"decision": "merge", "into": str(target.pk)}, follow=True)
        text = response.text
        for row, name in ((target, "target"), (item, "item")):
            text = text.replace(str(row.pk), name)
        pages.append(RANDOM.sub(rb"\1*", text.partition("<main")[2].encode()))
    assert pages[0] == pages[1]


FAULTS = [
    ({"decision": "merge"}, "into", "Choose the entry that it is the same as."),
    ({"decision": "merge", "into": "nonsense"}, "into", "not a valid UUID"),
    ({"decision": "merge", "into": str(uuid.UUID(int=7))}, "into", "unconfirmed or withdrawn"),
    ({"decision": "decline", "reason": " "}, "reason", "Say why in a sentence"),
    ({"decision": "decline", "reason": "x" * 501}, "reason", "at most 500 characters"),
    ({"decision": "decline", "reason": "a\ufffd"}, "reason", "cannot be read"),
    ({"decision": "delete"}, "decision", "not one of the available choices"),
    ({}, "decision", "This field is required."),
]


@pytest.mark.parametrize(("sent", "field", "fault"), FAULTS, ids=[str(sent)[:30] for sent, _field, _fault in FAULTS])
def test_a_decision_that_lacks_something_is_not_taken(sent, field, fault, new, cast, client_of):
    """The page comes back, says what is missing, and keeps the reason."""
    item = new("visit", suggested=cast.south_sudan)
    response = client_of(cast.reader).post(desk_of(item), sent)
    assert response.status_code == 200
    assert list(response.context_data["form"].errors) == [field]
    assert fault in response.text
    item.refresh_from_db()
    assert item.is_unconfirmed


@both
def test_into_what_it_can_be_merged(noun, new, cast, client_of):
    """Into an entry of its kind that everyone knows: not itself, not another suggestion, not a withdrawn one."""
    item = new(noun, suggested=cast.south_sudan)
    other_noun = {"visit": "call", "call": "visit"}[noun]
    wrong = [
        item,
        new(noun, suggested=cast.ukraine),
        new(noun, withdrawn_on=date(2026, 5, 1)),
        new(noun, suggested=cast.ukraine, confirmed_on=date(2026, 5, 1), withdrawn_on=date(2026, 5, 2)),
        new(other_noun),
    ]
    client = client_of(cast.reader)
    for into in wrong:
        response = client.post(desk_of(item), {"decision": "merge", "into": str(into.pk)})
        assert "into" in response.context_data["form"].errors
    right = new(noun, suggested=cast.ukraine, confirmed_on=date(2026, 5, 1))
    assert client.post(desk_of(item), {"decision": "merge", "into": str(right.pk)}).status_code == 302


def test_the_other_entry_is_withdrawn_at_that_moment(new, cast):
    """The service looks again: nothing is merged into an entry that is gone."""
    target, item = new("visit"), new("visit", suggested=cast.south_sudan)
    target.withdrawn_on = date(2026, 5, 20)
    target.save()
    with pytest.raises(NotNow, match="unconfirmed or withdrawn"):
        services.merge_suggestion(by=cast.reader, suggestion=item, into=target)
    item.refresh_from_db()
    assert item.is_unconfirmed


@both
def test_another_entry_is_found_by_its_words(noun, new, cast, client_of):
    """Among what everyone knows; likely ones stand before it anyway, an unconfirmed one without a box."""
    words = {"visit": {"places": "Malakal", "starts_on": date(2020, 6, 8), "ends_on": None}}
    words["call"] = {"title": "Malakal and what became of it"}
    far, likely = new(noun, **words[noun]), new(noun)
    item, unconfirmed = new(noun, suggested=cast.south_sudan), new(noun, suggested=cast.ukraine)
    new(noun, suggested=cast.ukraine, **words[noun])
    client = client_of(cast.reader)
    page = client.get(desk_of(item), {"text": "malakal"})
    assert page.context_data["found"] == [far]
    for row, offered in ((far, True), (likely, True), (unconfirmed, False), (item, False)):
        assert (f'name="into" value="{row.pk}"' in page.text) == offered
    assert "confirm that one first" in page.text
    assert client.get(desk_of(item), {"text": "nowhere"}).context_data["found"] == []
    assert "No other entry has these words." in client.get(desk_of(item), {"text": "nowhere"}).text
    assert client.get(desk_of(item), {"text": "a\x00b"}).status_code == 200


DECISIONS = [{"decision": "confirm"}, {"decision": "merge"}, {"decision": "decline", "reason": "Late."}]


@pytest.mark.parametrize("first", ["confirm", "merge", "decline"])
@pytest.mark.parametrize("second", DECISIONS, ids=lambda sent: sent["decision"])
def test_who_comes_second_is_told(first, second, new, cast, client_of):
    """The first decision stands; the second person is led to the entry and reads what happened."""
    target, item = new("visit"), new("visit", suggested=cast.south_sudan)
    into = {"into": str(target.pk)}
    client_of(cast.reader).post(desk_of(item), {"decision": first, "reason": "First."} | into)
    before = CountryVisit.objects.filter(pk=item.pk).values().get()
    response = client_of(cast.focal).post(desk_of(item), second | into)
    assert response["Location"] == item.get_absolute_url()
    done = {"confirm": "confirmed", "merge": "merged", "decline": "declined"}[first]
    assert [f"Somebody {done} this suggestion" in message for message in said(response)] == [True]
    assert CountryVisit.objects.filter(pk=item.pk).values().get() == before


def test_what_is_decided_is_looked_at_on_its_own_page(new, cast, client_of):
    """The address of a decision that was taken leads there."""
    item = new("call", suggested=cast.south_sudan, confirmed_on=date(2026, 5, 19))
    assert client_of(cast.reader).get(desk_of(item))["Location"] == item.get_absolute_url()


def test_what_nobody_suggested_is_not_decided(new, cast, client_of):
    """Neither through its address nor by the service."""
    item = new("visit")
    assert client_of(cast.reader).get(desk_of(item)).status_code == 404
    with pytest.raises(NotNow, match="nothing to decide"):
        services.confirm_suggestion(by=cast.reader, suggestion=item)


@both
def test_only_the_task_team_decides(noun, new, cast, client_of):
    """Who knows of it may not; who does not know of it finds nothing. Nothing changes."""
    item = new(noun, suggested=cast.south_sudan)
    for person, status in (("coordinator", 403), ("member", 403), ("other", 404), ("administrator", 404)):
        for sent in DECISIONS:
            assert client_of(getattr(cast, person)).post(desk_of(item), sent).status_code == status
    item.refresh_from_db()
    assert item.is_unconfirmed


def test_the_people_of_a_parent_see_what_its_hub_suggested(new, cast, client_of):
    """Rights on a cluster include those below it, here too; the name of the hub stands there."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    item = new("visit", suggested=hub)
    text = client_of(cast.coordinator).get("/suggestions/").text
    assert item.get_absolute_url() in text
    assert "Hub Protection Cluster" in text


# -- The admin ------------------------------------------------------------------------------------------


@both
def test_the_admin_shows_and_filters_suggestions(noun, new, cast, client_of):
    """The task team sees all of them there, and finds those that wait."""
    name = {"visit": "countryvisit", "call": "callforinput"}[noun]
    waiting, confirmed = (
        new(noun, suggested=cast.ukraine),
        new(noun, suggested=cast.ukraine, confirmed_on=date(2026, 5, 1)),
    )
    new(noun)
    client = client_of(cast.reader)
    for asked, rows in (("", None), ("?confirmed_on=waiting", {waiting}), ("?confirmed_on=confirmed", {confirmed})):
        listed = client.get(f"/admin/mandates/{name}/{asked}").context_data["cl"].queryset
        assert (set(listed) == rows) if rows else listed.count() == 3
    page = client.get(f"/admin/mandates/{name}/{waiting.pk}/change/").text
    assert "coordinator@example.org" in page
    assert 'name="confirmed_on"' not in page
    assert 'name="merged_into"' not in page
