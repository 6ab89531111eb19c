"""Guidance notes: an answer is kept for the next cluster that asks, as confidential as the line it came from."""

import pytest
from django.db import IntegrityError, transaction

from engagement import services
from engagement.models import Engagement, GuidanceNote, SupportRequest
from tests import factories

from .forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = "/guidance/"
TYPED = {"title": "Whom to write to", "text": "Write to the assistant of the mandate."}


@pytest.fixture
def answered(cast):
    """`answered(level="high", …)`: a request of South Sudan on a line like that, answered by the focal point."""

    def make(**line):
        row = factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, **line)
        return factories.SupportRequestFactory(engagement=row, owner=cast.focal, answer="Write to Ms X, for Juba.")

    return make


def notes_on(client, address):
    """The titles of the notes that a page folds up; [] when it has no such fold."""
    page = client.get(address)
    assert ('<details class="notes">' in page.text) == bool(page.context["notes"])
    return [note.title for note in page.context["notes"]]


# -- Keeping --------------------------------------------------------------------------------------------


def test_an_answer_is_kept_once_what_concerns_one_cluster_is_taken_out(answered, cast, client_of):
    """From the request by one button; the form starts from the answer; the note stands on the page of notes."""
    support, client = answered(), client_of(cast.reader)
    address = f"{support.get_absolute_url()}keep/"
    assert address in client.get(support.get_absolute_url()).text
    page = client.get(address)
    assert page.context["form"]["text"].value() == "Write to Ms X, for Juba."
    assert "Take out what only concerns this cluster" in page.text
    assert "coordinators of all clusters and the HRE task team" in page.text
    response = client.post(address, TYPED, follow=True)
    note = GuidanceNote.objects.get()
    assert (note.title, note.text, note.level) == (*TYPED.values(), "moderate")
    assert (note.action.number, note.cluster, note.request) == (3, cast.south_sudan, support)
    assert (note.kept_by, note.ended_on) == (cast.reader, None)
    assert list(response.context["page"]) == [note]
    page = client.get(support.get_absolute_url()).text
    assert note.get_absolute_url() in page
    assert address not in page


@pytest.mark.parametrize(("level", "kept"), [("low", "moderate"), ("moderate", "moderate"), ("high", "high")])
def test_a_note_is_as_confidential_as_its_line(level, kept, answered, cast, client_of):
    """But never low: members read no notes. A high one says who will read it."""
    support, client = answered(level=level), client_of(cast.focal)
    assert ("nobody else" in client.get(f"{support.get_absolute_url()}keep/").text) == (kept == "high")
    client.post(f"{support.get_absolute_url()}keep/", TYPED)
    assert GuidanceNote.objects.get().level == kept


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"text": " "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": "\ufffd"}, "text"),
    ],
)
def test_what_is_no_note(fault, field, answered, cast, client_of):
    """The form comes back with what was typed and the reason."""
    page = client_of(cast.reader).post(f"{answered().get_absolute_url()}keep/", TYPED | fault)
    assert list(page.context["form"].errors) == [field]
    assert "Not saved yet" in page.text
    assert not GuidanceNote.objects.exists()


def test_without_an_answer_there_is_nothing_to_keep(cast, client_of):
    """Neither the button nor the page; who sends the form is told and keeps what she typed."""
    support = factories.SupportRequestFactory()
    client, address = client_of(cast.reader), f"{support.get_absolute_url()}keep/"
    assert address not in client.get(support.get_absolute_url()).text
    assert "There is no answer to keep yet." in client.get(address, follow=True).text
    page = client.post(address, TYPED)
    assert "There is no answer to keep yet." in page.text
    assert TYPED["text"] in page.text


def test_the_second_to_keep_it_is_told(answered, cast, client_of):
    """A double click and a colleague who did the same: one note."""
    address = f"{answered().get_absolute_url()}keep/"
    client_of(cast.focal).post(address, TYPED)
    page = client_of(cast.reader).post(address, TYPED)
    assert f"{cast.focal} has kept this answer already." in page.text
    assert f"{cast.focal} has kept this answer already." in client_of(cast.reader).get(address, follow=True).text
    assert GuidanceNote.objects.count() == 1


def test_a_note_that_she_cannot_read_does_not_stand_in_her_way(answered, cast, client_of):
    """The line was high when a focal point kept its answer; at moderate a reader keeps it as if there were none."""
    support = answered(level="high")
    client_of(cast.focal).post(f"{support.get_absolute_url()}keep/", TYPED)
    Engagement.objects.update(level="moderate")
    client = client_of(cast.reader)
    assert client.get(support.get_absolute_url()).context["kept"] == []
    client.post(f"{support.get_absolute_url()}keep/", TYPED)
    assert sorted(note.level for note in GuidanceNote.objects.current()) == ["high", "moderate"]


@pytest.mark.parametrize("kept_high_before", [False, True])
def test_a_line_that_becomes_high_takes_its_note_along(kept_high_before, answered, cast, client_of):
    """Whoever could read the note and not the line reads it no longer; one high note stands for both."""
    support = answered()
    if kept_high_before:
        factories.GuidanceNoteFactory(request=support, level="high", title="High")
    note = factories.GuidanceNoteFactory(request=support)
    client = client_of(cast.coordinator)
    address = f"{support.engagement.get_absolute_url()}edit/"
    client.post(address, fields_of(client.get(address)) | {"level": "high", "support_needed": "A contact."})
    assert GuidanceNote.objects.filter(level="moderate").count() == 0
    assert GuidanceNote.objects.current().count() == 1
    assert not GuidanceNote.objects.visible_to(cast.other).filter(pk=note.pk).exists()


def test_what_cannot_be():
    """One note of a level from one answer at a time; never low; actions 9 and 10 are high; nothing empty."""
    note = factories.GuidanceNoteFactory()
    about_ten = factories.SupportRequestFactory(engagement__number=10)
    for wrong in (
        {"request": note.request},
        {"level": "low"},
        {"request": about_ten, "level": "moderate"},
        {"title": ""},
        {"text": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.GuidanceNoteFactory(**wrong)
    services.end_guidance(note=note)
    factories.GuidanceNoteFactory(request=note.request)


# -- Reading --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "levels"),
    [
        ("coordinator", ["high", "moderate"]),
        ("other", ["moderate"]),
        ("reader", ["moderate"]),
        ("focal", ["high", "moderate"]),
        ("member", []),
        ("administrator", []),
    ],
)
def test_who_reads_notes(person, levels, answered, cast, client_of):
    """Moderate: coordinators of any cluster, the task team. High: the cluster's own coordinators, focal points."""
    for level in ("moderate", "high"):
        factories.GuidanceNoteFactory(request=answered(level=level))
    user = getattr(cast, person)
    assert sorted(note.level for note in GuidanceNote.objects.visible_to(user)) == levels
    page = client_of(user).get(LIST)
    assert page.status_code == (200 if levels else 403)
    if levels:
        assert page.context["page"].paginator.count == len(levels)


def test_rights_on_a_cluster_include_the_notes_of_its_hubs(answered, cast):
    """And end with the role."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    line = factories.EngagementFactory(cluster=hub, level="high")
    note = factories.GuidanceNoteFactory(request=factories.SupportRequestFactory(engagement=line))
    person = factories.UserFactory(coordinates=hub)
    assert note in GuidanceNote.objects.visible_to(cast.coordinator)
    assert note in GuidanceNote.objects.visible_to(person)
    person.memberships.update(ended_on="2026-05-01", started_on="2026-04-01")
    assert note not in GuidanceNote.objects.visible_to(person)


def test_from_where_a_note_came_is_told_to_those_who_read_the_request(answered, cast, client_of):
    """The coordinators of other clusters read the note and not who asked."""
    support = answered()
    note = factories.GuidanceNoteFactory(request=support, kept_by=cast.focal)
    for person, is_told in (("coordinator", True), ("reader", True), ("focal", True), ("other", False)):
        text = client_of(getattr(cast, person)).get(LIST).text
        assert note.text in text
        assert (support.get_absolute_url() in text) == is_told
        assert ("South Sudan" in text.partition("<main")[2]) == is_told


def test_the_next_coordinator_finds_it_where_she_asks(answered, cast, client_of):
    """Beside "further support needed" on both forms, for the chosen action; ended ones and others' high ones not."""
    factories.GuidanceNoteFactory(request=answered(), title="Shown")
    factories.GuidanceNoteFactory(request=answered(), title="Ended", ended_on="2026-05-01")
    factories.GuidanceNoteFactory(request=answered(level="high"), title="High")
    client = client_of(cast.other)
    line = factories.EngagementFactory(cluster=cast.ukraine, created_by=cast.other)
    for address in ("/engagement/new/?action=3", f"{line.get_absolute_url()}edit/"):
        assert notes_on(client, address) == ["Shown"]
    assert notes_on(client, "/engagement/new/?action=6") == []
    assert set(notes_on(client_of(cast.coordinator), "/engagement/new/?action=3")) == {"Shown", "High"}
    refreshed = client.post("/engagement/new/", {"action": "3", "refresh": "1"}, headers={"HX-Request": "true"})
    assert [note.title for note in refreshed.context["notes"]] == ["Shown"]


def test_more_than_five_lead_to_the_page_of_notes(answered, cast, client_of):
    """The latest five, and the way to all of that action."""
    for _number in range(6):
        factories.GuidanceNoteFactory(request=answered())
    text = client_of(cast.other).get("/engagement/new/?action=3").text
    assert text.count("Write to the assistant") == 5
    assert 'href="/guidance/?action=3"' in text


def test_the_task_team_finds_it_where_it_answers(answered, cast, client_of):
    """On requests about the same action, without the note from that very answer."""
    factories.GuidanceNoteFactory(request=answered(), title="Shown")
    factories.GuidanceNoteFactory(request=answered(level="high"), title="High")
    own = answered()
    factories.GuidanceNoteFactory(request=own, title="Own")
    assert notes_on(client_of(cast.reader), own.get_absolute_url()) == ["Shown"]
    assert set(notes_on(client_of(cast.focal), own.get_absolute_url())) == {"Shown", "High"}
    assert 'class="notes"' not in client_of(cast.coordinator).get(own.get_absolute_url()).text


def test_the_page_of_notes(answered, cast, client_of):
    """By action, the latest first; found by words and by action; what is not understood is said."""
    for number, title in ((6, "Word limits"), (3, "Interpreters"), (3, "Whom to write to")):
        factories.GuidanceNoteFactory(request=answered(number=number), title=title)
    client = client_of(cast.other)
    assert [note.action.number for note in client.get(LIST).context["page"]] == [3, 3, 6]
    for query, found in (("text=limits", 1), ("text=assistant", 3), ("action=3", 2), ("action=9", 0), ("text=Juba", 0)):
        assert client.get(f"{LIST}?{query}").context["page"].paginator.count == found, query
    for query in ("action=13", "cluster=south-sudan", "text=%00"):
        page = client.get(f"{LIST}?{query}")
        assert page.context["problems"]
        assert page.context["page"].paginator.count == 0
    assert "<h1" not in client.get(LIST, headers={"HX-Request": "true"}).text


@pytest.mark.parametrize(("person", "said"), [("reader", "Answer a support request"), ("other", "Ask the task team")])
def test_no_note_yet(person, said, cast, client_of):
    """The empty page says how notes come about, to each in her role."""
    assert said in client_of(getattr(cast, person)).get(LIST).text


# -- Ending ---------------------------------------------------------------------------------------------


def test_an_ended_note_is_shown_no_more(answered, cast, client_of):
    """It leaves the page of notes and the forms, stays on the page of its request, and can be kept anew."""
    support = answered()
    note = factories.GuidanceNoteFactory(request=support)
    client = client_of(cast.reader)
    assert f"{LIST}{note.pk}/end/" in client.get(LIST).text
    page = client.post(f"{LIST}{note.pk}/end/", follow=True)
    assert page.context["page"].paginator.count == 0
    assert notes_on(client_of(cast.other), "/engagement/new/?action=3") == []
    page = client.get(support.get_absolute_url()).text
    assert "Guidance note, ended on 20 May 2026:" in page
    assert f"{support.get_absolute_url()}keep/" in page
    assert client.post(f"{LIST}{note.pk}/end/").status_code == 404
    client.post(f"{support.get_absolute_url()}keep/", TYPED)
    assert GuidanceNote.objects.count() == 2


def test_who_keeps_and_ends(answered, cast, client_of):
    """The task team alone, what it reads; to whom a row is not shown it is not there."""
    rows = {level: answered(level=level) for level in ("low", "high")}
    notes = {level: factories.GuidanceNoteFactory(request=row) for level, row in rows.items()}
    for person, level, keeps, ends in (
        ("coordinator", "low", 403, 403),
        ("coordinator", "high", 403, 403),
        ("member", "low", 403, 404),
        ("other", "low", 404, 403),
        ("other", "high", 404, 404),
        ("reader", "high", 404, 404),
        ("administrator", "low", 404, 404),
    ):
        client = client_of(getattr(cast, person))
        assert client.post(f"{rows[level].get_absolute_url()}keep/", TYPED).status_code == keeps, (person, level)
        assert client.post(f"{LIST}{notes[level].pk}/end/").status_code == ends, (person, level)
    assert GuidanceNote.objects.current().count() == 2


def test_what_became_high_meanwhile_is_not_kept_by_who_cannot_read_it(answered, cast):
    """The service reads the level after its lock."""
    support = SupportRequest.objects.get(pk=answered().pk)
    Engagement.objects.update(level="high")
    with pytest.raises(services.NotNow, match="no longer read"):
        services.keep_guidance(by=cast.reader, request=support, **TYPED)
    assert services.keep_guidance(by=cast.focal, request=support, **TYPED).level == "high"
