"""Freshness: what somebody should look at, what was checked, of which share."""

from datetime import date

import pytest

from mandates.freshness import Task, tasks
from mandates.models import CountryVisit, ReferenceChange
from tests import factories
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/freshness/"
TODAY = NOON.date()
FRESH, OLD = date(2026, 4, 20), date(2026, 4, 19)


def listed(user):
    """The keys under each task."""
    return {task: [entry.pk for entry in entries] for task, entries in tasks(user, TODAY, NOON).items()}


def test_what_is_over_has_an_outcome_or_is_listed(cast):
    """Visits without "completed" or "cancelled", reports that should be out; the latest first."""
    over = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 3)}
    for outcome in ("completed", "cancelled", "postponed"):
        factories.VisitFactory(status=outcome, **over)
    visit = factories.VisitFactory(**over)
    report = factories.ReportFactory(expected_on=date(2026, 5, 1))
    factories.ReportFactory(expected_on=date(2026, 4, 1), published_on=date(2026, 5, 1), published_precision="day")
    factories.VisitFactory(withdrawn_on=TODAY, **over)
    assert listed(cast.reader)[Task.NO_OUTCOME] == [report.pk, visit.pk]


def test_what_nobody_checked_for_longest_comes_first(cast):
    """After 30 days, of visits, calls and reports alike; what is over is not asked about."""
    call = factories.CallFactory(checked_on=OLD)
    visit = factories.VisitFactory(checked_on=date(2026, 3, 1))
    fresh = factories.ReportFactory(checked_on=FRESH)
    factories.VisitFactory(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 3), checked_on=OLD)
    factories.CallFactory(deadline_on=date(2026, 5, 1), checked_on=OLD)
    found = listed(cast.reader)
    assert found[Task.OLD] == [visit.pk, call.pk]
    assert found[Task.CHECKED] == [fresh.pk]


def test_what_has_no_date(cast):
    """Visits without days, calls without a known deadline, reports without an expected day; not what needs none."""
    undated = [
        factories.VisitFactory(starts_on=None, ends_on=None, precision="", checked_on=date(2026, 1, 1)),
        factories.CallFactory(deadline_kind="unknown", deadline_on=None, checked_on=date(2026, 1, 2)),
        factories.ReportFactory(expected_on=None, expected_precision="", checked_on=date(2026, 1, 3)),
    ]
    factories.VisitFactory()
    factories.CallFactory(deadline_kind="ongoing", deadline_on=None)
    factories.ReportFactory(expected_on=None, expected_precision="", published_on=OLD, published_precision="day")
    assert listed(cast.reader)[Task.NO_DATE] == [row.pk for row in undated]


def test_the_page_is_the_task_teams(cast, client_of):
    """Everybody else says what looks wrong on the page of the entry."""
    assert client_of(cast.coordinator).get(PAGE).status_code == 403
    assert client_of(cast.reader).get(PAGE).status_code == 200


def test_each_row_can_be_checked_and_changed(cast, client_of):
    """One press, and the way to the administration."""
    visit = factories.VisitFactory(countries=["SSD"], source="Press release", source_url="https://example.org/x")
    text = client_of(cast.reader).get(PAGE).text
    assert f'action="/visits/{visit.pk}/checked/"' in text
    assert f'href="/admin/mandates/countryvisit/{visit.pk}/change/"' in text
    assert 'href="https://example.org/x"' in text


@pytest.mark.parametrize("make", [factories.VisitFactory, factories.CallFactory, factories.ReportFactory])
def test_one_press_writes_the_day_and_who(make, cast, client_of):
    """And nothing else: no news for calendars."""
    row = make(checked_on=OLD, source="Press release")
    address = f"{row.get_absolute_url()}checked/"
    response = client_of(cast.reader).post(address, {"next": f"{PAGE}?show=old"})
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}?show=old")
    row.refresh_from_db()
    assert row.checked_on == TODAY
    change = ReferenceChange.objects.get(kind="checked")
    assert (change.changed_by, change.source) == ("hrett@example.org", "Press release")
    assert change.changes == {"checked_on": ["2026-04-19", "2026-05-20"]}


def test_a_mandate_is_checked_on_its_page(cast, client_of):
    """Where the button stands for the task team alone."""
    mandate = factories.MandateFactory(slug="sr-idps")
    address = "/mandates/sr-idps/checked/"
    assert f'action="{address}"' in client_of(cast.focal).get("/mandates/sr-idps/").text
    assert f'action="{address}"' not in client_of(cast.coordinator).get("/mandates/sr-idps/").text
    assert client_of(cast.focal).post(address).status_code == 302
    mandate.refresh_from_db()
    assert mandate.checked_on == TODAY


def test_nobody_else_checks(cast, client_of):
    """403 for what one knows, 404 for a suggestion that one does not; nothing is written."""
    visit = factories.VisitFactory(checked_on=OLD)
    hidden = factories.VisitFactory(checked_on=OLD, suggested=cast.south_sudan)
    client = client_of(cast.other)
    assert client.post(f"{visit.get_absolute_url()}checked/").status_code == 403
    assert client.post(f"{hidden.get_absolute_url()}checked/").status_code == 404
    assert set(CountryVisit.objects.values_list("checked_on", flat=True)) == {OLD}


def test_what_was_withdrawn_is_not_checked(cast, client_of):
    """The task team is told why."""
    visit = factories.VisitFactory(checked_on=OLD, withdrawn_on=TODAY)
    response = client_of(cast.reader).post(f"{visit.get_absolute_url()}checked/", follow=True)
    assert "This entry was withdrawn meanwhile" in response.text
    visit.refresh_from_db()
    assert visit.checked_on == OLD


def test_the_share_on_home_is_that_of_the_list(cast, client_of):
    """Two of three; the number leads to the two."""
    factories.VisitFactory(checked_on=FRESH)
    factories.CallFactory(checked_on=FRESH)
    factories.ReportFactory(checked_on=OLD)
    client = client_of(cast.reader)
    assert '<a href="/freshness/?show=checked"><b>67%</b> of 3 visits, calls and reports' in client.get("/").text
    page = client.get(f"{PAGE}?show=checked").context_data["page"]
    assert page.paginator.count == 2
    assert "<b>67%</b>" not in client_of(cast.coordinator).get("/").text


def test_a_share_of_nothing_is_not_told(cast, client_of):
    """Home and page say that nothing is ahead."""
    client = client_of(cast.reader)
    assert "?show=checked" not in client.get("/").text
    assert "No visit, call or report is ahead." in client.get(PAGE).text


def test_one_list_is_shown_whole(cast, client_of):
    """The page shows the beginning of each, and how many there are."""
    visits = [factories.VisitFactory(checked_on=OLD) for _number in range(12)]
    client = client_of(cast.reader)
    text = client.get(PAGE).text
    assert sum(visit.get_absolute_url() + '"' in text for visit in visits) == 8
    assert '<a href="?show=old">All 12</a>' in text
    whole = client.get(f"{PAGE}?show=old").text
    assert all(visit.get_absolute_url() in whole for visit in visits)


def test_an_unknown_list_is_said(cast, client_of):
    """As in all lists."""
    response = client_of(cast.reader).get(f"{PAGE}?show=all")
    assert "that is not one of the choices" in response.text


def test_an_empty_page_says_so(cast, client_of):
    """A sentence for each list."""
    text = client_of(cast.reader).get(PAGE).text
    assert text.count("Nothing: all is in order here.") == 3
    assert "Nobody has said that anything looks wrong." in text


@pytest.mark.parametrize(("checked_on", "is_marked"), [(FRESH, False), (OLD, True)])
def test_lists_say_what_was_not_checked(checked_on, is_marked, cast, client_of):
    """A visit ahead, an open call, an upcoming report; of what is over nobody expects it."""
    client = client_of(cast.member)
    makers = {"visits": factories.VisitFactory, "calls": factories.CallFactory, "reports": factories.ReportFactory}
    for noun, make in makers.items():
        make(checked_on=checked_on)
        assert ("last checked on 19 April 2026" in client.get(f"/{noun}/").text) is is_marked
    factories.VisitFactory(starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 3), status="completed", checked_on=OLD)
    assert client.get("/visits/").text.count("last checked") == int(is_marked)


@pytest.mark.slow
def test_twenty_rows_cost_as_many_queries_as_one(cast, client_of, django_assert_max_num_queries):
    """Of each kind, in every list of the page."""
    client = client_of(cast.reader)

    def add(numbers):
        for n in numbers:
            places = {
                "countries": ["SSD"],
                "mandates": [factories.MandateFactory()],
                "checked_on": date(2026, 1, 1 + n),
            }
            factories.VisitFactory(starts_on=None, ends_on=None, precision="", **places)
            factories.CallFactory(deadline_kind="unknown", deadline_on=None, **places)
            factories.ReportFactory(expected_on=date(2026, 5, 1), **places)
            factories.DoubtFactory(visit=factories.VisitFactory(**places), said_by=cast.member)

    def counted():
        found = []
        for page in (PAGE, f"{PAGE}?show=old"):
            with django_assert_max_num_queries(24) as captured:
                client.get(page)
            found.append(len(captured))
        return found

    add([1])
    counted()  # the first requests of a process fill caches of their own
    one = counted()
    add(range(2, 21))
    assert counted() == one
