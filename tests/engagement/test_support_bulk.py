"""Closing several support requests at once: by the task team, those that it reads; shown first, taken back as one."""

from datetime import UTC, datetime

import pytest

from engagement import services
from engagement.bulk import Change, Seen
from engagement.models import Engagement, ImportBatch, SupportRequest
from engagement.retention import empty_lines
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/support/bulk/"


@pytest.fixture
def asked(cast):
    """Requests of two clusters: one open, one taken, one of level high."""
    return [
        factories.SupportRequestFactory(engagement__cluster=cast.south_sudan),
        factories.SupportRequestFactory(engagement__cluster=cast.ukraine, owner=cast.reader, status="in_progress"),
        factories.SupportRequestFactory(engagement__cluster=cast.ukraine, engagement__level="high"),
    ]


def row(support):
    return f"{support.engagement_id}:{support.engagement.version}:{support.status}"


def send(client, requests, query="", **more):
    return client.post(PAGE + query, {"row": [row(one) for one in requests], "reason": "Answered by phone"} | more)


def states(requests):
    return [SupportRequest.objects.get(pk=one.pk).status for one in requests]


def test_it_begins_at_the_queue(asked, cast, client_of):
    """With the filters of its address; nobody is led there who would be refused."""
    reader = client_of(cast.reader)
    assert f'href="{PAGE}?mine=yes"' in reader.get("/support/?mine=yes").text
    assert PAGE not in client_of(cast.coordinator).get("/support/").text
    page = reader.get(f"{PAGE}?mine=yes")
    assert [value for value, _line in page.context["lines"]] == [row(asked[1])]
    assert "all of this filter: 1 request" in page.text


def test_the_preview_writes_nothing(asked, cast, client_of):
    """Each request before and after, as far as this person reads it."""
    page = send(client_of(cast.reader), asked)
    found = {(one.before, one.after) for _value, one in page.context["to_change"]}
    assert found == {("open", "closed"), ("in progress", "closed")}
    assert page.context["staying"] == []
    assert "Close 2 requests" in page.text
    assert states(asked) == ["open", "in_progress", "open"]
    assert len(send(client_of(cast.focal), asked).context["to_change"]) == 3


def test_confirm_and_undo(asked, cast, client_of):
    """One batch; each becomes again what it was, but for one that somebody opened meanwhile."""
    reader = client_of(cast.reader)
    url = send(reader, asked[:2], confirm="yes").url
    assert states(asked) == ["closed", "closed", "open"]
    assert "Answered by phone" in reader.get(url).text
    assert PAGE in reader.get(url).text
    SupportRequest.objects.filter(pk=asked[0].pk).update(status="open")
    reader.post(f"{url}undo/")
    assert states(asked) == ["open", "in_progress", "open"]
    assert reader.get(url).context["counted"]["stayed"] == 1
    reader.post(f"{url}undo/")
    assert states(asked) == ["open", "in_progress", "open"]


def test_whoever_asked_reads_why(asked, cast, client_of):
    """In the history of the line, which is at the same version still; and that it was undone."""
    reader, history = client_of(cast.reader), f"/engagement/{asked[0].engagement_id}/history/"
    url = send(reader, asked[:1], confirm="yes").url
    coordinator = client_of(cast.coordinator)
    assert "Answered by phone" in coordinator.get(history).text
    change = coordinator.get(history).context["changes"][0]
    assert (change.by, change.fields) == (cast.reader, [("support request", "open", "closed")])
    reader.post(f"{url}undo/")
    assert coordinator.get(history).context["changes"][0].fields == [("support request", "closed", "open")]


def test_its_own_page_says_why(asked, cast, client_of, clock):
    """To whoever reads the request, until its text is removed; not of one that was closed by itself later."""
    clock(datetime(2026, 5, 20, 12, 2, tzinfo=UTC))
    send(client_of(cast.reader), asked[:1], confirm="yes")
    coordinator, address = client_of(cast.coordinator), asked[0].get_absolute_url()
    page = coordinator.get(address).text
    assert f"Closed by {cast.reader} on 20 May 2026. Reason: <bdi>Answered by phone</bdi>" in page
    assert client_of(cast.other).get(address).status_code == 404
    clock(datetime(2026, 5, 20, 12, 3, tzinfo=UTC))
    coordinator.post(address, {"text": "And in Malakal?"})
    assert "Answered by phone" not in coordinator.get(address).text
    clock(datetime(2026, 5, 20, 12, 4, tzinfo=UTC))
    coordinator.post(f"{address}close/")
    page = coordinator.get(address).text
    assert f"Closed by {cast.coordinator} on 20 May 2026." in page
    assert "Answered by phone" not in page


def test_the_reason_goes_with_the_text(asked, cast, client_of, clock):
    """Of a line of level high, once that is removed."""
    clock(datetime(2026, 5, 20, 12, 2, tzinfo=UTC))
    focal, address = client_of(cast.focal), asked[2].get_absolute_url()
    send(focal, asked[2:], confirm="yes")
    assert "Answered by phone" in focal.get(address).text
    empty_lines(Engagement.objects.filter(pk=asked[2].engagement_id))
    page = focal.get(address).text
    assert f"Closed by {cast.focal} on 20 May 2026." in page
    assert "Answered by phone" not in page


def test_the_reason_is_as_confidential_as_the_line_was(asked, cast, client_of, clock):
    """A line that was lowered later does not show readers why it was closed when it was high; its people it does."""
    clock(datetime(2026, 5, 20, 12, 2, tzinfo=UTC))
    address = asked[2].get_absolute_url()
    send(client_of(cast.focal), asked[2:], confirm="yes")
    line = Engagement.objects.get(pk=asked[2].engagement_id)
    line.level, line.version = "moderate", line.version + 1
    line.save()
    page = client_of(cast.reader).get(address).text
    assert f"Closed by {cast.focal} on 20 May 2026." in page
    assert "Answered by phone" not in page
    assert "Answered by phone" in client_of(cast.other).get(address).text


def test_one_that_was_answered_meanwhile_stops_all(asked, cast, client_of):
    """Between preview and confirmation: nothing is written, and the page says which."""
    SupportRequest.objects.filter(pk=asked[0].pk).update(status="in_progress", owner=cast.focal)
    page = send(client_of(cast.reader), asked[:2], confirm="yes")
    assert [one.why_not for one in page.context["staying"]] == ["somebody changed it meanwhile: look at it first"]
    assert states(asked) == ["in_progress", "in_progress", "open"]
    assert not ImportBatch.objects.exists()


def test_only_what_she_reads(asked, cast, client_of):
    """A request of level high is not there for a reader, not even among all of the filter."""
    reader = client_of(cast.reader)
    page = send(reader, asked[2:], confirm="yes")
    assert (page.context["to_change"], page.context["staying"]) == ([], [])
    assert len(send(reader, [], all="yes").context["to_change"]) == 2
    with pytest.raises(services.NotNow):
        services.change_in_bulk(
            by=cast.reader, asked={asked[2].engagement_id: Seen(1)}, change=Change("support"), reason="x"
        )
    assert states(asked)[2] == "open"


def test_the_task_team_changes_no_line(asked, cast):
    """Its right is over requests: every other change is refused by the service."""
    with pytest.raises(services.NotNow):
        services.change_in_bulk(
            by=cast.focal, asked={asked[0].engagement_id: Seen(1)}, change=Change("level", "high"), reason="x"
        )


def test_a_reason_is_needed(asked, cast, client_of):
    """The ticks stay."""
    page = send(client_of(cast.reader), asked[:1], reason="")
    assert page.context["form"].errors
    assert f'value="{row(asked[0])}" checked' in page.text
    assert "No line is chosen" in send(client_of(cast.reader), []).text


def test_who_left_the_task_team_undoes_nothing(asked, cast, client_of):
    """The batch stays hers, and the right went."""
    url = send(client_of(cast.reader), asked[:1], confirm="yes").url
    cast.reader.task_team = ""
    cast.reader.save()
    assert client_of(cast.reader).post(f"{url}undo/").status_code == 403
    assert states(asked)[0] == "closed"
