"""Support requests: opened by the fifth column, taken and answered by the task team, seen on the engagement."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.core.cache import cache

from engagement import services
from engagement.kept_forms import drafts_of
from engagement.models import Engagement, KeptForm, SupportRequest
from tests import factories

from .forms import fields_of, filled, keep_draft

pytestmark = pytest.mark.django_db
NEW = "/engagement/new/"


@pytest.fixture
def support(cast):
    """A request of South Sudan on a line of level moderate."""
    line = factories.EngagementFactory(
        cluster=cast.south_sudan, created_by=cast.coordinator, support_needed="A contact in Geneva."
    )
    return SupportRequest.objects.create(engagement=line)


def test_the_fifth_column_opens_a_request(cast, client_of):
    """Filled, it opens one request; emptied, that is closed; filled again, it is open again, never a second one."""
    client = client_of(cast.coordinator)
    client.post(NEW, filled(client, support_needed="A contact in Geneva."))
    line = Engagement.objects.get()
    assert line.support_request.status == "open"
    for text, status in (("", "closed"), ("A contact.", "open")):
        typed = fields_of(client.get(f"{line.get_absolute_url()}edit/")) | {"support_needed": text}
        client.post(f"{line.get_absolute_url()}edit/", typed)
        assert SupportRequest.objects.get().status == status


def test_an_empty_fifth_column_opens_none(cast, client_of):
    """Most lines ask for nothing."""
    client = client_of(cast.coordinator)
    client.post(NEW, filled(client))
    assert not SupportRequest.objects.exists()


def test_withdrawing_closes_the_request(cast, client_of, support):
    """What is withdrawn waits for nothing, and is not in the queue."""
    address = support.engagement.get_absolute_url()
    client_of(cast.coordinator).post(f"{address}withdraw/", {"withdrawn_reason": "Logged twice."})
    support.refresh_from_db()
    assert support.status == "closed"
    assert client_of(cast.reader).get("/support/?status=closed").context["page"].paginator.count == 0


def test_from_the_queue_to_the_answer_on_the_engagement(cast, client_of, support):
    """The task team takes a request and answers; the coordinator finds the answer on the line and on her home."""
    reader, coordinator = client_of(cast.reader), client_of(cast.coordinator)
    assert reader.get("/").context["waiting"] == 1
    assert list(reader.get("/support/").context["page"]) == [support]
    reader.post(f"{support.get_absolute_url()}take/")
    support.refresh_from_db()
    assert (support.status, support.owner) == ("in_progress", cast.reader)
    reader.post(support.get_absolute_url(), {"text": "Here is a contact.", "answer": "1"})
    support.refresh_from_db()
    assert support.status == "answered"
    assert support.answered_at is not None
    assert b"Here is a contact." in coordinator.get(support.engagement.get_absolute_url()).content
    assert list(coordinator.get("/").context["answers"]) == [support]
    assert reader.get("/").context["waiting"] == 0


def test_a_further_question_opens_it_again(cast, client_of, support):
    """A coordinator who writes after the answer waits again; she cannot mark her own text as an answer."""
    reader, coordinator = client_of(cast.reader), client_of(cast.coordinator)
    reader.post(support.get_absolute_url(), {"text": "Here is a contact.", "answer": "1"})
    coordinator.post(support.get_absolute_url(), {"text": "Does she speak French?", "answer": "1"})
    support.refresh_from_db()
    assert support.status == "in_progress"
    assert [message.is_answer for message in support.messages.all()] == [True, False]
    coordinator.post(f"{support.get_absolute_url()}close/")
    support.refresh_from_db()
    assert support.status == "closed"


def test_a_closed_request_says_who_closed_it(clock, cast, client_of, support):
    """And when; a message of later changes nothing of it. Nobody takes it any more. Open ones say nothing of it."""
    coordinator, address = client_of(cast.coordinator), support.get_absolute_url()
    page = coordinator.get(address)
    assert page.context["closing"] is None
    assert "nobody has taken it yet" in page.text
    clock(datetime(2026, 5, 20, 12, 2, tzinfo=UTC))
    client_of(cast.reader).post(f"{address}close/")
    clock(datetime(2026, 5, 20, 12, 9, tzinfo=UTC))
    assert "Nothing was written." in coordinator.get(address).text
    client_of(cast.focal).post(address, {"text": "We keep it in mind."})
    page = coordinator.get(address).text
    assert f"Closed by {cast.reader} on 20 May 2026." in page
    assert "Reason:" not in page
    assert "nobody has taken it yet" not in page


def test_a_request_that_a_command_closed_says_when(clock, cast, client_of, support):
    """By no person."""
    clock(datetime(2026, 5, 20, 12, 2, tzinfo=UTC))
    support.status = "closed"
    support.save()
    assert "Closed on 20 May 2026." in client_of(cast.coordinator).get(support.get_absolute_url()).text
    SupportRequest.history.all().delete()
    assert client_of(cast.coordinator).get(support.get_absolute_url()).context["closing"] is None


def test_the_second_to_take_it_is_told(cast, client_of, support):
    """One request has one owner."""
    client_of(cast.reader).post(f"{support.get_absolute_url()}take/")
    page = client_of(cast.focal).post(f"{support.get_absolute_url()}take/", follow=True)
    support.refresh_from_db()
    assert support.owner == cast.reader
    assert f"{cast.reader} has taken this request." in page.content.decode()


def test_who_may_write(cast, client_of, support):
    """Readers of the line read the thread; its coordinators and the task team write; nobody else finds it."""
    address = support.get_absolute_url()
    assert client_of(cast.other).post(address, {"text": "x"}).status_code == 404
    assert client_of(cast.member).post(address, {"text": "x"}).status_code == 404
    Engagement.objects.filter(pk=support.engagement_id).update(level="low")
    assert client_of(cast.member).get(address).status_code == 200
    for path in ("", "take/", "close/"):
        assert client_of(cast.member).post(f"{address}{path}", {"text": "x"}).status_code == 403
    assert client_of(cast.coordinator).post(f"{address}take/").status_code == 403
    Engagement.objects.filter(pk=support.engagement_id).update(level="high")
    assert client_of(cast.reader).post(address, {"text": "x"}).status_code == 404
    assert not support.messages.exists()


@pytest.mark.parametrize("level", ["moderate", "high"])
@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("take", {}),
        ("close", {}),
        ("hand-over", {"to": ""}),
        ("due", {"due_on": "2026-06-01"}),
        ("due", {"due_on": ""}),
    ],
)
def test_half_an_answer_stays_in_its_box(act, typed, level, cast, client_of, support, clock):
    """Whatever else is pressed meanwhile, done or refused; kept as the draft that it is, which sending it ends."""
    Engagement.objects.filter(pk=support.engagement_id).update(level=level)
    client, address = client_of(cast.focal), support.get_absolute_url()
    begun = fields_of(client.get(address), "message-form") | {"text": "Half an"}
    if act in ("hand-over", "due"):
        assert keep_draft(client, begun, address) == 204  # as the script does, before the form beside it is sent
        sent = {"kept_form": begun["kept_form"], "seen": "", **typed}
    else:
        sent = begun
    page = client.post(f"{address}{act}/", sent, follow=True)
    again = fields_of(page, "message-form")
    assert {name: again[name] for name in ("text", "key", "kept_form")} == {
        name: begun[name] for name in ("text", "key", "kept_form")
    }
    assert "Begun and not saved" not in page.content.decode()
    assert fields_of(client.get(address), "message-form")["text"] == ""
    client.post(address, again | {"text": "Half an answer.", "answer": "1"})
    assert support.messages.get().text == "Half an answer."
    assert not KeptForm.objects.exists()


def test_with_nothing_typed_nothing_is_kept(cast, client_of, support):
    """A press of a button is no draft, and its page is that of the request."""
    client, address = client_of(cast.reader), support.get_absolute_url()
    for act in ("take", "close"):
        begun = fields_of(client.get(address), "message-form")
        assert keep_draft(client, begun, address) == 204
        assert client.post(f"{address}{act}/", begun)["Location"] == address
        assert not KeptForm.objects.exists()


def test_nobody_gets_the_draft_of_somebody_else(cast, client_of, support):
    """Nor one of another page: the box is empty, and its draft another one."""
    client, address = client_of(cast.reader), support.get_absolute_url()
    begun = fields_of(client.get(address), "message-form") | {"text": "Half an"}
    assert keep_draft(client, begun, address) == 204
    line = factories.EngagementFactory(cluster=cast.south_sudan, support_needed="More.")
    elsewhere = SupportRequest.objects.create(engagement=line).get_absolute_url()
    for person, page in ((cast.focal, address), (cast.reader, elsewhere)):
        shown = fields_of(client_of(person).get(page, {"kept_form": begun["kept_form"]}), "message-form")
        assert shown["text"] == ""
        assert shown["kept_form"] != begun["kept_form"]


def test_an_answer_leaves_no_draft_of_itself(cast, client_of, support):
    """Nor one from another page of it, nor one that comes late; what it does not say is kept."""
    client, address = client_of(cast.reader), support.get_absolute_url()
    for text in ("Half an", "A thought."):
        assert keep_draft(client, fields_of(client.get(address), "message-form") | {"text": text}, address) == 204
    sent = fields_of(client.get(address), "message-form") | {"text": "Half an answer.", "answer": "1"}
    assert client.post(address, sent).status_code == 302
    cache.clear()  # half a minute later
    assert keep_draft(client, sent, address) == 404
    (left,) = drafts_of(cast.reader, address)
    assert dict(left[1].fields)["text"] == "A thought."


@pytest.mark.parametrize("text", ["", "  ", "nul\x00", "\ufffd", "x" * 10_001])
def test_what_cannot_be_read_is_not_sent(cast, client_of, support, text):
    """An error beside the field, and nothing written."""
    page = client_of(cast.reader).post(support.get_absolute_url(), {"text": text})
    assert page.context["form"].errors["text"]
    assert not support.messages.exists()


@pytest.mark.parametrize("query", ["status=done", "clusters=x", "mine=perhaps", "text=%00", "action=13"])
def test_unknown_filters_of_the_queue(cast, client_of, support, query):
    """What is not understood is said and nothing shown."""
    page = client_of(cast.reader).get(f"/support/?{query}")
    assert page.context["problems"]
    assert page.context["page"].paginator.count == 0


def test_filters_of_the_queue(cast, client_of, support):
    """By cluster, action, words and owner."""
    client = client_of(cast.reader)
    for query, found in (
        ("cluster=south-sudan", 1),
        ("cluster=ukraine", 0),
        ("action=3", 1),
        ("action=4", 0),
        ("text=geneva", 1),
        ("text=juba", 0),
        ("mine=yes", 0),
        ("mine=no", 1),
        ("status=answered", 0),
    ):
        assert client.get(f"/support/?{query}").context["page"].paginator.count == found, query


def test_what_waits_for_nothing_is_not_said_to_wait(cast, client_of, support):
    """Answered and closed ones are the oldest first; closed ones are not offered to be closed."""
    client = client_of(cast.reader)
    for status, waits, closes in (
        ("open", True, True), ("in_progress", True, True), ("answered", False, True), ("closed", False, False),
    ):  # fmt: skip
        SupportRequest.objects.update(status=status, owner=cast.reader, answered_at=support.opened_at)
        page = client.get(f"/support/?status={status}").text
        assert ("1 request, those that wait longest first" in page) == waits, status
        assert ("1 request, oldest first" in page) != waits, status
        assert ("Close several requests" in page) == closes, status
    SupportRequest.objects.update(status="open")
    assert "1 request, those that wait longest first" in client.get("/support/").text


# -- Who answers, and by when ---------------------------------------------------------------------------


def test_an_answer_is_due_in_fourteen_days(cast, client_of, clock):
    """On the calendar of whoever asks; asked anew, or further, it is due fourteen days from then."""
    client = client_of(cast.coordinator)
    client.post(NEW, filled(client, support_needed="A contact in Geneva."))
    support = SupportRequest.objects.get()
    assert support.due_on == date(2026, 6, 3)
    client_of(cast.reader).post(support.get_absolute_url(), {"text": "Here is a contact.", "answer": "1"})
    clock(datetime(2026, 9, 1, 12, tzinfo=UTC))
    client_of(cast.coordinator).post(support.get_absolute_url(), {"text": "Does she speak French?"})
    support.refresh_from_db()
    assert (support.status, support.due_on, support.is_overdue) == ("in_progress", date(2026, 9, 15), False)


def test_older_requests_are_due_fourteen_days_after_they_were_asked(support):
    """The migration counts from the day of asking, in the history too."""
    asked = datetime(2026, 1, 5, 23, tzinfo=UTC)
    SupportRequest.objects.update(opened_at=asked)
    SupportRequest.history.update(opened_at=asked)
    import_module("engagement.migrations.0008_support_desk").count_from_the_day_asked(apps, None)
    support.refresh_from_db()
    assert support.due_on == SupportRequest.history.get().due_on == date(2026, 1, 19)


@pytest.mark.parametrize("person", ["reader", "focal"])
def test_the_task_team_changes_the_due_day(person, cast, client_of, support, clock):
    """Anybody of it who reads the request; the history keeps the day before and who changed it."""
    SupportRequest.objects.update(due_on=date(2026, 6, 1))
    page = client_of(getattr(cast, person)).post(f"{support.get_absolute_url()}due/", {"due_on": "2026-07-01"})
    assert page["Location"] == support.get_absolute_url()
    support.refresh_from_db()
    assert support.due_on == date(2026, 7, 1)
    assert SupportRequest.history.get(due_on=support.due_on).history_user == getattr(cast, person)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-05-19", "Give a day from today on, within a year."),
        ("2062-06-01", "Give a day from today on, within a year."),
        ("soon", "Enter a valid date."),
        ("", "This field is required."),
    ],
)
def test_days_on_which_nothing_can_be_due(day, said, cast, client_of, support, clock):
    """The page comes back with the reason and what was typed; nothing is saved."""
    page = client_of(cast.reader).post(f"{support.get_absolute_url()}due/", {"due_on": day})
    assert page.context["due"].errors["due_on"] == [said]
    assert f'value="{day}"' in page.text or not day
    support.refresh_from_db()
    assert support.due_on == SupportRequest.history.get().due_on


def test_an_answered_request_is_not_due(cast, client_of, support, clock):
    """Its page offers neither a day nor a colleague, and a page that was open meanwhile is told."""
    client = client_of(cast.reader)
    client.post(support.get_absolute_url(), {"text": "Here is a contact.", "answer": "1"})
    page = client.get(support.get_absolute_url()).text
    assert "/due/" not in page
    assert "/hand-over/" not in page
    for path, sent in (("due/", {"due_on": "2026-06-01"}), ("hand-over/", {"to": cast.focal.pk}), ("take/", {})):
        page = client.post(f"{support.get_absolute_url()}{path}", sent, follow=True)
        assert "This request is answered or closed." in page.text
    assert SupportRequest.history.count() == 2


def test_overdue_is_open_after_its_day(cast, client_of, support, clock):
    """Marked on the queue, its page, the line and both homes' lists; the last day itself is in time."""
    reader, coordinator = client_of(cast.reader), client_of(cast.coordinator)
    pages = [
        (reader, "/support/?status=overdue"),
        (coordinator, "/support/"),
        (coordinator, support.get_absolute_url()),
        (coordinator, support.engagement.get_absolute_url()),
        (reader, "/"),
    ]
    for day, marks in (("2026-05-20", 0), ("2026-05-19", len(pages))):
        SupportRequest.objects.update(due_on=day)
        assert sum('s-overdue">' in client.get(address).text for client, address in pages) == marks
        assert reader.get("/").context["overdue"] == (marks > 0)
    reader.post(support.get_absolute_url(), {"text": "Here is a contact.", "answer": "1"})
    assert reader.get("/support/?status=overdue").context["page"].paginator.count == 0
    assert reader.get("/").context["overdue"] == 0


def test_the_queue_counts_what_this_person_reads(cast, client_of, support, clock):
    """Waiting, overdue, untaken, one's own: each leads to the rows that it counts."""
    for number, owner, due in ((3, cast.reader, "2026-05-01"), (6, cast.focal, "2026-06-01"), (10, None, "2026-05-01")):
        line = factories.EngagementFactory(cluster=cast.south_sudan, number=number, support_needed="More.")
        status = "in_progress" if owner else "open"
        SupportRequest.objects.create(engagement=line, owner=owner, status=status, due_on=due)
    queries = {"waiting": "", "overdue": "?status=overdue", "untaken": "?status=open", "mine": "?mine=yes"}
    for person, expected in (("reader", [3, 1, 1, 1]), ("focal", [4, 2, 2, 1]), ("other", [0, 0, 0, 0])):
        client = client_of(getattr(cast, person))
        counts = client.get("/support/").context["counts"]
        assert [counts[name] for name in queries] == expected
        assert [client.get(f"/support/{q}").context["page"].paginator.count for q in queries.values()] == expected


def test_a_coordinator_sees_who_answers_and_by_when(cast, client_of, support, clock):
    """On the queue and on her line."""
    SupportRequest.objects.update(due_on="2026-06-03", status="in_progress", owner=cast.reader)
    client = client_of(cast.coordinator)
    for address in ("/support/", support.get_absolute_url(), support.engagement.get_absolute_url()):
        page = client.get(address).text
        assert "due by 3 June 2026" in page
        assert f"taken by {cast.reader}" in page


# -- Handing over ---------------------------------------------------------------------------------------


def hand_over(client, support, to, **sent):
    """The answer to handing over from the page as it is drawn now."""
    seen = client.get(support.get_absolute_url()).context["hand_over"]["seen"].value()
    return client.post(f"{support.get_absolute_url()}hand-over/", {"seen": seen, "to": to.pk} | sent, follow=True)


def test_a_request_is_handed_over(cast, client_of, support):
    """To a colleague, by whoever of the team reads it; that colleague finds it among hers."""
    page = hand_over(client_of(cast.reader), support, cast.focal)
    assert f"Handed over to {cast.focal}." in page.text
    support.refresh_from_db()
    assert (support.status, support.owner) == ("in_progress", cast.focal)
    assert SupportRequest.history.get(owner=cast.focal).history_user == cast.reader
    assert list(client_of(cast.focal).get("/support/?mine=yes").context["page"]) == [support]
    assert "1 taken by you" in client_of(cast.focal).get("/").text


def test_to_whom_a_request_can_be_handed_over(cast, client_of, support):
    """Active people of the task team who read it: a *high* one goes to focal points alone."""
    factories.UserFactory(email="gone@example.org", task_team="focal_point", is_active=False)
    second = factories.UserFactory(email="second@example.org", task_team="focal_point")
    client = client_of(cast.focal)
    offered = client.get(support.get_absolute_url()).context["hand_over"].fields["to"].queryset
    assert set(offered) == {cast.reader, cast.focal, second}
    Engagement.objects.filter(pk=support.engagement_id).update(level="high")
    offered = client.get(support.get_absolute_url()).context["hand_over"].fields["to"].queryset
    assert set(offered) == {cast.focal, second}
    for person in (cast.reader, cast.coordinator, cast.administrator):
        page = hand_over(client, support, person)
        assert page.context["hand_over"].errors["to"]
    support.refresh_from_db()
    assert support.owner is None


def test_the_second_to_hand_over_is_told(cast, client_of, support):
    """Two pages opened at the same time: the first one counts."""
    third = factories.UserFactory(email="third@example.org", task_team="reader")
    hand_over(client_of(cast.reader), support, cast.focal)
    page = hand_over(client_of(cast.reader), support, third, seen="")
    assert f"Meanwhile {cast.focal} has this request. Look again." in page.text
    support.refresh_from_db()
    assert support.owner == cast.focal


def test_handing_over_twice_to_the_same_colleague_is_one_time(cast, client_of, support):
    """A double click is not told that somebody was first."""
    for _press in range(2):
        page = hand_over(client_of(cast.reader), support, cast.focal, seen="")
        assert f"Handed over to {cast.focal}." in page.text
    assert SupportRequest.history.count() == 2


def test_a_line_that_becomes_high_leaves_who_cannot_read_it(cast, client_of, support):
    """The request is open again for focal points; one that a focal point has stays hers."""
    client, address = client_of(cast.coordinator), f"{support.engagement.get_absolute_url()}edit/"
    for owner, left in ((cast.focal, ("in_progress", cast.focal)), (cast.reader, ("open", None))):
        SupportRequest.objects.update(status="in_progress", owner=owner)
        for level in ("moderate", "high"):
            client.post(address, fields_of(client.get(address)) | {"level": level})
        support.refresh_from_db()
        assert (support.status, support.owner) == left
        client.post(address, fields_of(client.get(address)) | {"level": "moderate"})


def test_a_question_after_the_answer_waits_for_somebody_who_reads_it(cast, client_of, support):
    """Whoever answered no longer reads the line: nobody has the request."""
    client_of(cast.reader).post(support.get_absolute_url(), {"text": "Here is a contact.", "answer": "1"})
    Engagement.objects.filter(pk=support.engagement_id).update(level="high")
    client_of(cast.coordinator).post(support.get_absolute_url(), {"text": "Does she speak French?"})
    support.refresh_from_db()
    assert (support.status, support.owner) == ("open", None)


def test_what_became_high_under_her_hands_is_refused(cast, support):
    """Each service reads the level after its lock: whoever no longer reads the request changes nothing."""
    Engagement.objects.filter(pk=support.engagement_id).update(level="high")
    what = {"by": cast.reader, "request": support}
    for do in (
        lambda: services.take_support_request(**what),
        lambda: services.hand_over_support_request(**what, to=cast.focal, seen=""),
        lambda: services.change_due_day(**what, day=date(2026, 7, 1)),
        lambda: services.write_in_support_thread(**what, text="x", is_answer=True),
        lambda: services.close_support_request(**what),
        lambda: services.hand_over_support_request(by=cast.focal, request=support, to=cast.reader, seen=""),
    ):
        with pytest.raises(services.NotNow, match="no longer read"):
            do()
    assert SupportRequest.history.count() == 1


def test_who_may_decide_who_answers(cast, client_of, support):
    """The task team alone; the cluster reads along, others find nothing."""
    sent = {"to": cast.focal.pk, "seen": "", "due_on": "2099-01-01"}
    for path in ("due/", "hand-over/"):
        address = f"{support.get_absolute_url()}{path}"
        for person, status in (("coordinator", 403), ("member", 404), ("other", 404), ("administrator", 404)):
            assert client_of(getattr(cast, person)).post(address, sent).status_code == status
    Engagement.objects.filter(pk=support.engagement_id).update(level="high")
    assert client_of(cast.reader).post(f"{support.get_absolute_url()}hand-over/", sent).status_code == 404
    assert SupportRequest.history.count() == 1
