"""A cluster's list of priority mandates: kept by its coordinators, logged as action 8, held against the log."""

from datetime import UTC, date, datetime

import pytest

from engagement import services
from engagement.models import Engagement, PriorityMandate, PriorityReview
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/priorities/"
TODAY = date(2026, 5, 20)


@after_the_cast
def world(cast):
    """Three mandates on the list of South Sudan since March."""
    for n, acronym in enumerate(("SR IDPs", "SR housing", "SR food"), start=1):
        mandate = factories.MandateFactory(slug=f"sr-{n}", acronym=acronym)
        factories.PriorityFactory(cluster=cast.south_sudan, mandate=mandate)
    cast.rows = list(PriorityMandate.objects.current())
    return cast


def ranked(cluster) -> list[str]:
    rows = PriorityMandate.objects.current().filter(cluster=cluster).select_related("mandate")
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    return [row.mandate.acronym for row in rows]


def logged() -> Engagement:
    return Engagement.objects.get(action__number=8)


def test_the_first_mandate_on_the_list_is_logged(cast, client_of):
    """The list, its review and one engagement of action 8 with the mandates, in one go."""
    mandate = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    client = client_of(cast.coordinator)
    assert "Three to five that fit" in client.get(PAGE).content.decode()
    response = client.post(PAGE, {"mandate": "sr-idps", "rank": "1", "reason": "Displacement."}, follow=True)
    assert "logged as action 8" in response.content.decode()
    row = PriorityMandate.objects.get()
    assert (row.mandate, row.rank, row.reason, row.started_on) == (mandate, 1, "Displacement.", TODAY)
    line = logged()
    assert (line.level, line.status, line.mode, line.started_on) == ("moderate", "done", "direct", TODAY)
    assert line.what_was_done == "Reviewed the list of priority mandates: 1. SR IDPs."
    assert list(line.mandates.all()) == [mandate]
    review = PriorityReview.objects.get()
    assert (review.reviewed_on, review.reviewed_by, review.engagement) == (TODAY, cast.coordinator, line)


def test_a_day_of_changes_is_one_engagement(world, client_of):
    """Added, moved, changed, ended: one line that says how the list stands in the evening."""
    new = factories.MandateFactory(slug="sr-new", acronym="SR new")
    client = client_of(world.coordinator)
    idps, _housing, food = world.rows
    client.post(PAGE, {"mandate": "sr-new", "rank": "2", "reason": "New risk."})
    assert ranked(world.south_sudan) == ["SR IDPs", "SR new", "SR housing", "SR food"]
    client.post(f"{PAGE}{food.pk}/up/")
    assert ranked(world.south_sudan) == ["SR IDPs", "SR new", "SR food", "SR housing"]
    client.post(f"{PAGE}{idps.pk}/", {"rank": "4", "reason": "Less now."})
    assert ranked(world.south_sudan) == ["SR new", "SR food", "SR housing", "SR IDPs"]
    client.post(f"{PAGE}{food.pk}/end/", {"reason": "The risk has passed."})
    assert ranked(world.south_sudan) == ["SR new", "SR housing", "SR IDPs"]
    food.refresh_from_db()
    assert (food.ended_on, food.ended_reason) == (TODAY, "The risk has passed.")
    assert PriorityMandate.objects.get(pk=idps.pk).reason == "Less now."
    line = logged()
    assert line.what_was_done == "Reviewed the list of priority mandates: 1. SR new, 2. SR housing, 3. SR IDPs."
    assert set(line.mandates.all()) == {new, world.rows[0].mandate, world.rows[1].mandate}
    assert PriorityReview.objects.count() == 1
    page = client.get(PAGE).content.decode()
    assert "The risk has passed." in page


def test_the_first_cannot_move_up(world, client_of):
    """It stays where it is."""
    client_of(world.coordinator).post(f"{PAGE}{world.rows[0].pk}/up/")
    assert ranked(world.south_sudan) == ["SR IDPs", "SR housing", "SR food"]


def test_reviewed_today_with_nothing_to_change(world, client_of, clock):
    """One press logs it; a second one changes nothing; tomorrow's is another review."""
    client = client_of(world.coordinator)
    assert "Not reviewed yet." in client.get(PAGE).content.decode()
    for _press in range(2):
        client.post(f"{PAGE}reviewed/")
    assert logged().version == 1
    page = client.get(PAGE).content.decode()
    assert "Last reviewed on 20 May 2026 by coordinator." in page
    assert "Reviewed today, nothing to change" not in page
    clock(datetime(2026, 5, 21, 12, tzinfo=UTC))
    client_of(world.coordinator).post(f"{PAGE}reviewed/")
    assert Engagement.objects.filter(action__number=8).count() == 2


def test_what_she_wrote_into_the_engagement_stays(world, client_of):
    """A text that a person changed is hers; the mandates follow the list."""
    client = client_of(world.coordinator)
    client.post(f"{PAGE}reviewed/")
    Engagement.objects.filter(pk=logged().pk).update(what_was_done="A workshop of half a day.", version=2)
    client.post(f"{PAGE}{world.rows[0].pk}/end/", {"reason": "Done."})
    line = logged()
    assert (line.what_was_done, line.version) == ("A workshop of half a day.", 3)
    assert line.mandates.count() == 2


def test_a_withdrawn_engagement_gets_a_successor(world, client_of):
    """What was withdrawn stays so; the next change of the day is logged anew."""
    client = client_of(world.coordinator)
    client.post(f"{PAGE}reviewed/")
    first = logged()
    client.post(f"/engagement/{first.pk}/withdraw/", {"withdrawn_reason": "Logged twice."})
    client.post(f"{PAGE}{world.rows[0].pk}/end/", {"reason": "Done."})
    second = Engagement.objects.exclude(pk=first.pk).get(action__number=8)
    assert (second.status, PriorityReview.objects.get().engagement) == ("done", second)


def test_an_empty_list_is_logged_too(world, client_of):
    """Taking the last one off says that the list is empty."""
    client = client_of(world.coordinator)
    for row in world.rows:
        client.post(f"{PAGE}{row.pk}/end/", {"reason": "Done."})
    assert logged().what_was_done == "Reviewed the list of priority mandates; it is empty."
    assert not logged().mandates.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"mandate": "sr-1"}, "mandate"),
        ({"mandate": "sr-ended"}, "mandate"),
        ({"mandate": "sr-ukraine"}, "mandate"),
        ({"mandate": "nothing"}, "mandate"),
        ({"mandate": ""}, "mandate"),
        ({"rank": "0"}, "rank"),
        ({"rank": "5"}, "rank"),
        ({"rank": "x"}, "rank"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "nul\x00"}, "reason"),
    ],
)
def test_what_cannot_be_on_the_list(typed, field, world, client_of):
    """On it already, ended, of another country, out of range, without a reason: said beside the field, nothing lost."""
    factories.MandateFactory(slug="sr-good")
    factories.MandateFactory(slug="sr-ended", ended_on=date(2026, 1, 1), ended_precision="day")
    factories.MandateFactory(slug="sr-ukraine", kind="country", country=world.ukraine.country)
    good = {"mandate": "sr-good", "rank": "4", "reason": "A risk."}
    response = client_of(world.coordinator).post(PAGE, good | typed)
    assert field in response.context["form"].errors
    assert ranked(world.south_sudan) == ["SR IDPs", "SR housing", "SR food"]
    assert not Engagement.objects.exists()
    assert client_of(world.coordinator).post(PAGE, good).status_code == 302


def test_adding_twice_is_adding_once(world):
    """A double click, or a colleague who was faster: the second one finds it on the list."""
    mandate = factories.MandateFactory(slug="sr-new", acronym="SR new")
    for _click in range(2):
        services.add_priority(by=world.coordinator, cluster=world.south_sudan, mandate=mandate, rank=1, reason="Risk.")
    assert ranked(world.south_sudan) == ["SR new", "SR IDPs", "SR housing", "SR food"]


def test_what_left_the_list_meanwhile_is_not_there(world, client_of):
    """A colleague took it off a moment ago: 404, and nothing changes."""
    client = client_of(world.coordinator)
    row = world.rows[1]
    client.post(f"{PAGE}{row.pk}/end/", {"reason": "Done."})
    for action, data in (("", {"rank": "1", "reason": "x"}), ("up/", {}), ("end/", {"reason": "x"})):
        assert client.post(f"{PAGE}{row.pk}/{action}", data).status_code == 404
    assert ranked(world.south_sudan) == ["SR IDPs", "SR food"]


@pytest.mark.parametrize(
    ("person", "lines", "words"),
    [
        ("coordinator", [3, 2, 0], "in contact on 1 May 2026"),
        ("focal", [3, 2, 0], "in contact on 1 May 2026"),
        ("reader", [2, 1, 0], "nothing for 2 months"),
    ],
)
def test_the_list_against_what_was_really_done(person, lines, words, world, client_of):
    """Entries and the last contact of each mandate, over the lines that this reader can list, and linked to them."""
    for number, day, place in (
        (9, date(2026, 5, 1), 0),
        (6, date(2026, 3, 5), 0),
        (12, date(2026, 5, 15), 0),
        (3, date(2025, 12, 10), 1),
    ):
        factories.EngagementFactory(
            cluster=world.south_sudan, number=number, started_on=day, mandates=[world.rows[place].mandate]
        )
    factories.EngagementFactory(
        cluster=world.south_sudan, number=6, status="planned", started_on=TODAY, mandates=[world.rows[1].mandate],
        level="high",
    )  # fmt: skip
    factories.EngagementFactory(cluster=world.ukraine, number=6, started_on=TODAY, mandates=[world.rows[2].mandate])
    client = client_of(getattr(world, person))
    response = client.get(PAGE)
    assert [row.lines for row in response.context["priorities"]] == lines
    page = response.content.decode()
    for said in (words, "nothing for 5 months", "no contact that you can read"):
        assert said in page
    for row in response.context["priorities"]:
        address = f"/engagement/?cluster=south-sudan&mandate={row.mandate.slug}"
        assert client.get(address).context["page"].paginator.count == row.lines


def test_a_mandate_that_was_merged_says_where_its_work_goes_on(world, client_of):
    """Marked as ended, with its successor."""
    mandate = world.rows[0].mandate
    mandate.ended_on, mandate.ended_precision = date(2026, 5, 1), "day"
    mandate.successor = factories.MandateFactory(slug="sr-next", title="Special Rapporteur on what is next")
    mandate.save()
    page = client_of(world.coordinator).get(PAGE).content.decode()
    assert "this mandate has ended" in page
    assert "Special Rapporteur on what is next" in page


@pytest.mark.parametrize("person", ["reader", "focal"])
def test_the_task_team_reads_and_changes_nothing(person, world, client_of):
    """It sees the list with reasons, no form and no button; a post is refused."""
    client = client_of(getattr(world, person))
    page = client.get(PAGE).content.decode()
    assert "Displacement is the first risk." in page
    for control in ("<textarea", "/up/", "/end/", "reviewed/"):
        assert control not in page.split("<main", 1)[1]
    row = world.rows[1]
    for address in (PAGE, f"{PAGE}reviewed/", f"{PAGE}{row.pk}/", f"{PAGE}{row.pk}/up/", f"{PAGE}{row.pk}/end/"):
        assert client.post(address, {"rank": "1", "reason": "x", "mandate": "sr-1"}).status_code == 403
    assert ranked(world.south_sudan) == ["SR IDPs", "SR housing", "SR food"]


def test_rows_of_another_cluster_are_not_there(world, client_of):
    """The address of my cluster with the row of another is 404."""
    row = factories.PriorityFactory(cluster=world.ukraine)
    assert client_of(world.coordinator).post(f"{PAGE}{row.pk}/up/").status_code == 404
    assert client_of(world.other).get(f"/clusters/ukraine/priorities/{row.pk}/").status_code == 200


def test_the_list_is_in_the_history(world, client_of):
    """The engagement's history shows both states of a day's list."""
    client = client_of(world.coordinator)
    client.post(f"{PAGE}reviewed/")
    client.post(f"{PAGE}{world.rows[0].pk}/end/", {"reason": "Done."})
    page = client.get(f"/engagement/{logged().pk}/history/").content.decode()
    assert "1. SR IDPs, 2. SR housing, 3. SR food" in page
    assert "1. SR housing, 2. SR food" in page
