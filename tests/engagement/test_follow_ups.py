"""What waits for a word from the cluster."""

from datetime import date

import pytest

from engagement.follow_ups import follow_ups
from engagement.models import Engagement
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 20)


def waiting(today=TODAY):
    return follow_ups(Engagement.objects.standing(), today)


@pytest.fixture
def briefing():
    """Of the coordinator, planned for 19 May, on a visit that ends on 25 May."""
    visit = factories.VisitFactory(countries=["SSD"], starts_on=date(2026, 5, 11), ends_on=date(2026, 5, 25))
    line = factories.EngagementFactory(status="planned", visit=visit, started_on=date(2026, 5, 19))
    return factories.BriefingFactory(engagement=line)


def test_a_briefing_waits_from_the_day_after_it(briefing):
    """Not on its day; then with what is asked, since when, and the pages to answer on."""
    assert waiting(date(2026, 5, 19)) == []
    (found,) = waiting()
    assert (found.line, found.since) == (briefing.engagement, date(2026, 5, 19))
    assert "its day, 19 May 2026, is over" in found.because
    assert [step.route for step in found.steps] == ["engagement:briefing-held", "engagement:engagement-withdraw"]


def test_a_briefing_without_a_day_waits_once_the_visit_is_over(briefing):
    """Its line is dated with the day of the proposal, which says nothing."""
    briefing.planned_on = None
    briefing.save()
    assert waiting(date(2026, 5, 25)) == []
    assert [found.since for found in waiting(date(2026, 5, 26))] == [date(2026, 5, 25)]


@pytest.mark.parametrize("status", ["done", "under_way"])
def test_what_is_not_planned_any_more_does_not_wait(status, briefing):
    """Held, or being held."""
    Engagement.objects.filter(pk=briefing.engagement_id).update(status=status)
    assert waiting() == []


def test_a_line_that_no_act_wrote_does_not_wait(briefing):
    """What is planned with the plain form stands under "planned and under way"."""
    briefing.delete()
    assert waiting() == []


def test_the_longest_waiting_comes_first_at_the_same_cost(briefing, django_assert_num_queries):
    """Three queries for one as for five."""
    for day in (1, 5, 12, 3):
        line = factories.EngagementFactory(
            cluster=briefing.engagement.cluster, status="planned", started_on=date(2026, 5, day)
        )
        factories.BriefingFactory(engagement=line)
    with django_assert_num_queries(3):
        found = waiting()
        assert all(row.line.action and row.line.cluster for row in found)
    assert [row.since.day for row in found] == [1, 3, 5, 12, 19]
