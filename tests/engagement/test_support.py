"""Support requests: opened by the fifth column, taken and answered by the task team, seen on the engagement."""

import pytest

from engagement.models import Engagement, SupportRequest
from tests import factories

from .forms import fields_of, filled

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
