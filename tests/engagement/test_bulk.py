"""Changing several lines at once: shown before and after, written as one, taken back as one; never a level lowered."""

from datetime import date

import pytest

from engagement import services
from engagement.bulk import MOST, Change, Seen
from engagement.models import AuditEvent, Engagement, ImportBatch, SupportRequest
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/engagement/bulk/"


@after_the_cast
def lines(cast):
    """Three lines of South Sudan: planned and past, planned and ahead, done and high."""
    own = {"cluster": cast.south_sudan, "number": 3}
    return [
        factories.EngagementFactory(**own, status="planned", started_on=date(2026, 5, 1)),
        factories.EngagementFactory(**own, status="planned", started_on=date(2026, 7, 1)),
        factories.EngagementFactory(**own, status="done", started_on=date(2026, 4, 1), level="high"),
    ]


def send(client, rows, change, query="", **more):
    """Post the form with these lines ticked."""
    ticked = [f"{row.pk}:{row.version}" for row in rows]
    return client.post(PAGE + query, {"row": ticked, "change": change, "reason": "After the meeting"} | more)


def reread(rows):
    return [Engagement.objects.get(pk=row.pk) for row in rows]


def test_the_preview_writes_nothing(lines, cast, client_of):
    """It shows what each line says before and after, and why the others stay."""
    page = send(client_of(cast.coordinator), lines, "status:done")
    assert [(one.before, one.after) for _value, one in page.context["to_change"]] == [("planned", "done")]
    assert {one.why_not for one in page.context["staying"]} == {"its day lies ahead", "says that already"}
    assert [row.status for row in reread(lines)] == ["planned", "planned", "done"]
    assert not ImportBatch.objects.exists()


def test_confirm_and_undo(lines, cast, client_of):
    """One batch, a version of each line with its history; taken back as a whole."""
    client = client_of(cast.coordinator)
    response = send(client, lines[:1], "status:done", confirm="yes")
    batch = ImportBatch.objects.get()
    assert (response.url, batch.reason, str(batch)) == (batch.get_absolute_url(), "After the meeting", "Status: done")
    (line,) = reread(lines[:1])
    assert (line.status, line.version) == ("done", 2)
    assert [version.status for version in Engagement.history.filter(id=line.pk).order_by("version")][-1] == "done"
    assert "After the meeting" in client.get(response.url).text
    client.post(f"{response.url}undo/")
    assert [(row.status, row.version) for row in reread(lines[:1])] == [("planned", 3)]


def test_what_changed_since_is_not_undone(lines, cast, client_of):
    """As after an import: it stays, and she is told which."""
    client = client_of(cast.coordinator)
    url = send(client, lines[:1], "status:done", confirm="yes").url
    line = Engagement.objects.get(pk=lines[0].pk)
    line.version, line.result = 3, "More."
    line.save()
    client.post(f"{url}undo/")
    assert reread(lines[:1])[0].status == "done"
    assert client.get(url).context["counted"]["stayed"] == 1


def test_all_of_the_filter(lines, cast, client_of):
    """As many as the reader lists; those of a filter alone."""
    client = client_of(cast.coordinator)
    page = client.get(f"{PAGE}?level=moderate")
    assert page.context["page"].paginator.count == 2
    preview = send(client, [], "level:high", query="?level=moderate", all="yes")
    assert len(preview.context["to_change"]) == 2


@pytest.mark.parametrize("change", ["level:low", "status:withdrawn", "level:", "status:", "name:", "colour:red", ""])
def test_no_such_change(change, lines, cast, client_of):
    """Nothing is lowered, withdrawn or made up; a mandate is chosen."""
    page = send(client_of(cast.coordinator), lines, change)
    assert page.context["form"].errors
    assert "to_change" not in page.context


def test_levels_go_up_alone(lines, cast, client_of):
    """What is high stays high; what rises is in the record."""
    client = client_of(cast.coordinator)
    page = send(client, lines, "level:moderate")
    assert page.context["to_change"] == []
    send(client, lines[:2], "level:high", confirm="yes")
    assert [row.level for row in reread(lines)] == ["high"] * 3
    assert AuditEvent.objects.filter(kind="level").count() == 2


def test_a_raised_level_stays_when_it_is_undone(lines, cast, client_of):
    """Undoing lowers nothing."""
    client = client_of(cast.coordinator)
    url = send(client, lines[:1], "level:high", confirm="yes").url
    client.post(f"{url}undo/")
    assert reread(lines[:1])[0].level == "high"


def test_mandates(lines, cast, client_of):
    """One is named in all, or in none; the others stay."""
    idps, torture = (factories.MandateFactory(slug=slug) for slug in ("sr-idps", "sr-torture"))
    lines[0].mandates.add(torture)
    client = client_of(cast.coordinator)
    send(client, lines, "name:", mandate="sr-idps", confirm="yes")
    named = [set(row.mandates.all()) for row in reread(lines)]
    assert named == [{idps, torture}, {idps}, {idps}]
    send(client, reread(lines), "unname:", mandate="sr-idps", confirm="yes")
    assert [set(row.mandates.all()) for row in reread(lines)] == [{torture}, set(), set()]


def test_a_receipt_keeps_a_mandate(cast, client_of):
    """The only mandate of an empty receipt is not taken off, and no mandate of another country is named."""
    idps = factories.MandateFactory(slug="sr-idps")
    row = factories.EngagementFactory(
        cluster=cast.south_sudan, number=10, mandates=[idps], what_was_done="", challenges="", result=""
    )
    page = send(client_of(cast.coordinator), [row], "unname:", mandate="sr-idps")
    assert [one.why_not for one in page.context["staying"]] == ["a receipt without a mandate says nothing"]


def test_lines_of_others(lines, cast, client_of):
    """What she cannot read is not there; what she reads and does not keep stays."""
    other = client_of(cast.other)
    page = send(other, lines, "status:planned")
    assert (page.context["to_change"], page.context["staying"]) == ([], [])
    cast.other.task_team = "reader"
    cast.other.save()
    page = send(other, lines[:1], "status:done")
    assert [one.why_not for one in page.context["staying"]] == ["not yours to change, withdrawn, or without its text"]


def test_one_that_changed_meanwhile_stops_all(lines, cast, client_of):
    """Between preview and confirmation: nothing is written, and the page says which."""
    Engagement.objects.filter(pk=lines[0].pk).update(version=2)
    ahead = factories.EngagementFactory(cluster=cast.south_sudan, status="planned", started_on=date(2026, 5, 2))
    page = send(client_of(cast.coordinator), [lines[0], ahead], "status:done", confirm="yes")
    assert [one.why_not for one in page.context["staying"]] == ["somebody changed it meanwhile: look at it first"]
    assert len(page.context["to_change"]) == 1
    assert not ImportBatch.objects.exists()
    assert {row.status for row in reread([lines[0], ahead])} == {"planned"}


def test_the_service_asks_again(lines, cast):
    """Whoever calls it: lines that are not hers, or would break a rule, are not written."""
    asked = {row.pk: Seen(row.version) for row in lines}
    for person in (cast.coordinator, cast.other, cast.member):
        with pytest.raises(services.NotNow):
            services.change_in_bulk(by=person, asked=asked, change=Change("status", "done"), reason="x")
    assert [row.version for row in reread(lines)] == [1, 1, 1]


def test_nothing_typed_is_lost(lines, cast, client_of):
    """An error leaves the ticks; what was looked at in the reason need not be ticked again on the preview."""
    client = client_of(cast.coordinator)
    page = send(client, lines[:1], "")
    assert f'value="{lines[0].pk}:1" checked' in page.text
    reason = {"reason": "He is detained at Wau Central Prison."}
    asked = send(client, lines[:1], "status:done", **reason)
    tick = asked.context["form"].tick
    page = send(client, lines[:1], "status:done", **reason, **{tick.name: tick.value})
    assert f'type="hidden" name="{tick.name}" value="{tick.value}"' in page.text


def test_the_reason_stands_in_the_history_of_each_line(lines, cast, client_of):
    """For whoever reads the version that was written, and nobody else; the undoing gives no reason of its own."""
    client = client_of(cast.coordinator)
    send(client, lines[:2], "level:high", confirm="yes")
    url = send(client, reread(lines[:1]), "status:done", confirm="yes").url
    history = f"/engagement/{lines[0].pk}/history/"
    assert client.get(history).text.count("After the meeting") == 2
    client.post(f"{url}undo/")
    assert client.get(history).text.count("After the meeting") == 2
    assert client_of(cast.reader).get(history).status_code == 404
    assert client_of(cast.focal).get(history).text.count("After the meeting") == 2


def test_a_member_reads_the_reason_of_the_versions_that_she_reads(cast, client_of):
    """A line that was high when it was changed in bulk, and is low now: that version and its reason are not hers."""
    row = factories.EngagementFactory(cluster=cast.south_sudan, number=3, level="high", status="planned")
    client = client_of(cast.coordinator)
    send(client, [row], "status:done", confirm="yes")
    row.refresh_from_db()
    row.level, row.version = "low", 3
    row.save()
    history = f"/engagement/{row.pk}/history/"
    assert "After the meeting" in client.get(history).text
    assert "After the meeting" not in client_of(cast.member).get(history).text
    send(client, [row], "status:under_way", confirm="yes", reason="It goes on")
    assert "It goes on" in client_of(cast.member).get(history).text


def test_a_reason_goes_with_the_text(lines, cast, client_of):
    """A version whose text was removed shows no reason either."""
    client = client_of(cast.coordinator)
    send(client, lines[:1], "status:done", confirm="yes")
    Engagement.history.update(text_removed_on=date(2026, 6, 1))
    assert "After the meeting" not in client.get(f"/engagement/{lines[0].pk}/history/").text


@pytest.mark.parametrize("rows", [["x"], ["1:1"], [f"{'-' * 36}:1"], [f"{'0' * 36}:1"], []])
def test_no_line_is_chosen(rows, lines, cast, client_of):
    """Nonsense for keys is none."""
    page = client_of(cast.coordinator).post(PAGE, {"row": rows, "change": "status:done", "reason": "x"})
    assert "No line is chosen" in page.text


def test_at_most_five_hundred(lines, cast, client_of, monkeypatch):
    """More are too many to look at."""
    assert MOST == 500
    monkeypatch.setattr("engagement.views.bulk.MOST", 2)
    page = send(client_of(cast.coordinator), [], "status:done", all="yes")
    assert "at most 2 lines" in page.text


def test_support_requests_are_closed_and_opened_again(lines, cast, client_of):
    """Those that are not closed; each becomes again what it was, but for one that somebody opened meanwhile."""
    answered = factories.SupportRequestFactory(engagement=lines[0], owner=cast.reader, answer="Write to them.")
    waiting = factories.SupportRequestFactory(engagement=lines[2])
    client = client_of(cast.coordinator)
    preview = send(client, lines, "support:")
    assert [(one.before, one.after) for _value, one in preview.context["to_change"]] == [
        ("answered", "closed"),
        ("open", "closed"),
    ]
    assert [one.why_not for one in preview.context["staying"]] == ["asks for no support"]
    url = send(client, [lines[0], lines[2]], "support:", confirm="yes").url
    assert [row.status for row in (reloaded(answered), reloaded(waiting))] == ["closed", "closed"]
    assert [row.version for row in reread(lines)] == [1, 1, 1]
    waiting.status = "open"
    waiting.save()
    client.post(f"{url}undo/")
    assert [row.status for row in (reloaded(answered), reloaded(waiting))] == ["answered", "open"]
    assert client.get(url).context["counted"]["stayed"] == 1


def test_a_request_opened_again_is_not_left_with_who_cannot_answer_it(lines, cast, client_of):
    """A line that became high since is beyond a reader of the task team: the request waits for another."""
    lines[0].support_needed = "A contact."
    lines[0].save()
    taken = factories.SupportRequestFactory(engagement=lines[0], owner=cast.reader, status="in_progress")
    client = client_of(cast.coordinator)
    url = send(client, lines[:1], "support:", confirm="yes").url
    services.raise_level(by=cast.coordinator, line=lines[0], to_level="high")
    client.post(f"{url}undo/")
    again = reloaded(taken)
    assert (again.status, again.owner) == ("open", None)


def reloaded(request):
    return SupportRequest.objects.get(pk=request.pk)
