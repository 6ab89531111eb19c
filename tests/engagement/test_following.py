"""What somebody follows: the rule, whom it reaches, and what comes of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from engagement.following import (
    Facts,
    Followed,
    calls_followed,
    changes_followed,
    follows_of,
    reports_followed,
    visits_followed,
)
from engagement.models import Membership, Subscription, SubscriptionOptOut
from tests import factories
from tests.conftest import NOON

from .recorded import recorded

TODAY = date(2026, 5, 20)
LONG_AGO = date(2026, 1, 1)
SSD, UKR = frozenset(["SSD"]), frozenset(["UKR"])
ONE, TWO, NONE = frozenset([1]), frozenset([2]), frozenset()
KINDS = ("visits", "calls", "reports")

RULE = [
    # what is followed: countries, mandates   the item: kind, countries, mandates   followed?
    (SSD, None, "visits", SSD | UKR, ONE, True),
    (SSD, None, "visits", UKR, ONE, False),
    (SSD, None, "visits", NONE, ONE, False),
    (SSD, None, "calls", SSD, ONE, True),
    (SSD, None, "calls", NONE, ONE, False),  # not each thematic call of the year
    (SSD, None, "reports", NONE, ONE, False),
    (None, ONE, "calls", NONE, ONE, True),
    (None, ONE, "calls", UKR, ONE, True),
    (None, ONE, "calls", UKR, TWO, False),
    (None, ONE, "calls", NONE, NONE, False),  # issued by OHCHR
    (SSD, ONE, "calls", SSD, ONE, True),
    (SSD, ONE, "calls", SSD, TWO, False),
    (SSD, ONE, "calls", UKR, ONE, False),
    (SSD, ONE, "calls", NONE, ONE, True),  # about all countries, hers too
    (SSD, ONE, "reports", NONE, ONE, True),
    (SSD, ONE, "visits", NONE, ONE, False),
    (SSD, NONE, "calls", SSD, ONE, False),  # an empty list of priorities is none
    (None, NONE, "calls", NONE, ONE, False),
    (None, None, "calls", NONE, NONE, True),
]


@pytest.mark.parametrize(("countries", "mandates", "kind", "named", "of", "expected"), RULE)
def test_the_rule(countries, mandates, kind, named, of, expected):
    """Kind AND country AND mandate."""
    followed = Followed(frozenset(KINDS), countries, mandates)
    assert followed.concerns(Facts(kind, named, of)) is expected


_SETS = st.frozensets(st.sampled_from("ABC"), max_size=2)
_NUMBERS = st.frozensets(st.integers(1, 3), max_size=2)


@given(st.builds(Followed, st.frozensets(st.sampled_from(KINDS)), st.none() | _SETS, st.none() | _NUMBERS),
       st.builds(Facts, st.sampled_from(KINDS), _SETS, _NUMBERS))  # fmt: skip
def test_criteria_never_add_up(followed, item):
    """What is followed fits each criterion by itself; the mandate always, the country unless it names none."""
    if followed.concerns(item):
        assert item.kind in followed.kinds
        assert followed.mandates is None or followed.mandates & item.mandates
        assert followed.countries is None or not item.countries or followed.countries & item.countries


def reaches(person) -> int:
    return len(follows_of(person))


@pytest.fixture
def default(cast, clock):
    """South Sudan follows the visits to it for all who belong to it."""
    return factories.SubscriptionFactory(user=None, cluster=cast.south_sudan)


@pytest.mark.django_db
def test_a_cluster_follows_for_all_who_belong_to_it(cast, default):
    """Members and coordinators of the cluster itself; not those above, other clusters, or the task team."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    of_hub = factories.SubscriptionFactory(user=None, cluster=hub)
    below = factories.UserFactory(member_of=hub)
    people = (cast.coordinator, cast.member, below, cast.other, cast.reader, cast.focal, cast.administrator)
    assert [reaches(person) for person in people] == [1, 1, 1, 0, 0, 0, 0]
    assert list(Subscription.objects.defaults_for(below)) == [of_hub]
    (followed,) = follows_of(cast.member)
    assert (followed.kinds, followed.countries, followed.mandates) == (frozenset(["visits"]), SSD, None)


@pytest.mark.django_db
def test_each_can_leave_what_the_cluster_follows(cast, default):
    """She alone; when the cluster ends it, her leaving goes with it."""
    SubscriptionOptOut.objects.create(user=cast.member, subscription=default)
    assert (reaches(cast.member), reaches(cast.coordinator)) == (0, 1)
    assert Subscription.objects.defaults_for(cast.member).get().is_left
    default.delete()
    assert not SubscriptionOptOut.objects.exists()


@pytest.mark.django_db
def test_rights_count_as_they_are_now(cast, default):
    """Who is switched off, moved away, or whose cluster is closed follows nothing any more; free ones stay hers."""
    own = factories.SubscriptionFactory(user=cast.member, cluster=cast.south_sudan, reports=True)
    factories.SubscriptionFactory(user=cast.member, cluster=None, of_country=False, country=cast.ukraine.country)
    assert reaches(cast.member) == 3
    cast.south_sudan.ends_on = TODAY - timedelta(days=1)
    cast.south_sudan.save()
    assert reaches(cast.member) == 1
    cast.south_sudan.ends_on = None
    cast.south_sudan.save()
    cast.member.memberships.update(started_on=date(2026, 5, 1), ended_on=TODAY)
    assert reaches(cast.member) == 1
    assert not Subscription.objects.of(cast.member).get(pk=own.pk).is_current
    cast.member.is_active = False
    cast.member.save()
    assert reaches(cast.member) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "reached"), [("coordinator", 2), ("imo", 2), ("member", 0)])
def test_the_priority_mandates_reach_who_reads_their_list(role, reached, cast, clock):
    """What comes of them tells the list, which is moderate: a role that ends or sinks takes it away at once."""
    person = factories.UserFactory()
    Membership.objects.create(user=person, cluster=cast.south_sudan, role=role)
    priority = factories.PriorityFactory(cluster=cast.south_sudan)
    factories.SubscriptionFactory(user=person, cluster=cast.south_sudan, kind="priority_mandates")
    factories.SubscriptionFactory(user=None, cluster=cast.south_sudan, kind="priority_mandates")
    factories.CallFactory(mandates=[priority.mandate])
    assert reaches(person) == reached
    assert len(Subscription.objects.defaults_for(person)) == reached // 2
    assert len(calls_followed(person, since=LONG_AGO)) == reached // 2
    priority.ended_on, priority.ended_reason = TODAY, "Merged."
    priority.save()
    assert calls_followed(person, since=LONG_AGO) == []


@pytest.mark.django_db
def test_what_is_followed_comes_as_lists(cast, default, django_assert_max_num_queries):
    """With status and places; cancelled, undated and withdrawn ones too, those of others and of long ago left out."""
    mandate = factories.MandateFactory(slug="sr-idps")
    factories.SubscriptionFactory(
        user=cast.member, cluster=None, of_country=False, visits=False, calls=True, reports=True, mandate=mandate
    )
    about = {"countries": ["SSD"], "mandates": [mandate]}
    ahead = factories.VisitFactory(**about)
    undated = factories.VisitFactory(starts_on=None, ends_on=None, precision="", withdrawn_on=TODAY, **about)
    factories.VisitFactory(starts_on=date(2025, 3, 1), ends_on=date(2025, 3, 9), **about)
    factories.VisitFactory(countries=["UKR"], mandates=[mandate])
    call, report = factories.CallFactory(mandates=[mandate]), factories.ReportFactory(mandates=[mandate])
    factories.CallFactory(mandates=[factories.MandateFactory()])
    with django_assert_max_num_queries(8):
        visits = visits_followed(cast.member, today=TODAY, since=LONG_AGO)
        assert {visit.status for visit in visits} == {"announced"}
    assert set(visits) == {ahead, undated}
    assert calls_followed(cast.member, since=LONG_AGO) == [call]
    assert reports_followed(cast.member, since=LONG_AGO) == [report]
    assert visits_followed(cast.other, today=TODAY, since=LONG_AGO) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("person", "known"), [("member", True), ("other", False), ("reader", True)])
def test_a_suggestion_is_followed_by_who_knows_it(person, known, cast, clock):
    """Until the task team confirms it, then by everybody who follows its country."""
    user = getattr(cast, person)
    factories.SubscriptionFactory(user=user, cluster=None, of_country=False, country=cast.south_sudan.country)
    visit = factories.VisitFactory(countries=["SSD"], suggested=cast.south_sudan)
    recorded(NOON)
    span = NOON - timedelta(days=1), NOON
    assert visits_followed(user, today=TODAY, since=LONG_AGO) == [visit] * known
    assert [changed.item for changed in changes_followed(user, *span)] == [visit] * known
    visit.confirmed_on = TODAY
    visit.save()
    assert [changed.item for changed in changes_followed(user, *span)] == [visit]


@pytest.mark.django_db
def test_changes_come_item_by_item(cast, default, clock, django_assert_max_num_queries):
    """Within the span alone, the latest first; what no mail tells of, such as the day of a check, is left out."""
    first, second = (factories.VisitFactory(countries=["SSD"]) for _number in range(2))
    factories.VisitFactory(countries=["UKR"])
    recorded(datetime(2026, 5, 1, tzinfo=UTC))
    second.places = "Juba"
    second.save()
    recorded(datetime(2026, 5, 10, tzinfo=UTC))
    for visit in (first, second):
        visit.checked_on = TODAY
        visit.save()
    first.ends_on += timedelta(days=1)
    first.save()
    recorded(datetime(2026, 5, 11, tzinfo=UTC))
    begin = datetime(2026, 5, 5, tzinfo=UTC)
    with django_assert_max_num_queries(16):
        changed = changes_followed(cast.member, begin, timezone.now())
    assert [(one.item, len(one.changes)) for one in changed] == [(first, 1), (second, 1)]
    assert changed[0].at == datetime(2026, 5, 11, tzinfo=UTC)
    assert [one.item for one in changes_followed(cast.member, begin, datetime(2026, 5, 10, 12, tzinfo=UTC))] == [second]
    assert changes_followed(cast.other, begin, timezone.now()) == []


@pytest.mark.django_db
def test_that_a_call_comes_to_name_a_visit_is_no_news(cast, default, clock):
    """The visit may be a suggestion that few know of; what the call itself says has not changed."""
    Subscription.objects.create(user=cast.member, country_id="SSD", calls=True, since=datetime(2026, 1, 1, tzinfo=UTC))
    call = factories.CallFactory(countries=["SSD"])
    recorded(datetime(2026, 5, 1, tzinfo=UTC))
    call.visit = factories.VisitFactory(countries=["UKR"], suggested=cast.ukraine)
    call.save()
    recorded(datetime(2026, 5, 11, tzinfo=UTC))
    assert changes_followed(cast.member, datetime(2026, 5, 5, tzinfo=UTC), timezone.now()) == []
