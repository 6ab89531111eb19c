"""Priorities, events, subscriptions, what is set aside: what cannot be, and who reads them."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, models, transaction

from engagement.models import ClusterEvent, PriorityMandate, PriorityReview, SetAside, Subscription
from engagement.querysets import actions_shown
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ENDED = {"ended_on": date(2026, 5, 1), "ended_reason": "Merged."}


def refusal_of(make) -> str:
    """What the database says when it refuses what `make()` writes."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make()
    return str(refusal.value)


NOBODY = {"user": None, "cluster": None}
BROKEN = [
    ("priority_rank_counts", factories.PriorityFactory, {"rank": 0}),
    ("priority_has_reason", factories.PriorityFactory, {"reason": ""}),
    ("priority_ends_after_start", factories.PriorityFactory, ENDED | {"ended_on": date(2026, 2, 28)}),
    ("priority_ended_with_reason", factories.PriorityFactory, ENDED | {"ended_reason": ""}),
    ("priority_ended_with_reason", factories.PriorityFactory, ENDED | {"ended_on": None}),
    ("event_has_title", factories.EventFactory, {"title": ""}),
    ("subscription_for_a_person_or_a_cluster", factories.SubscriptionFactory, {"cluster": None}),
    ("subscription_for_a_person_or_a_cluster", factories.SubscriptionFactory, {"of_country": False}),
    ("subscription_for_a_person_or_a_cluster", factories.SubscriptionFactory, NOBODY | {"of_country": False}),
    ("subscription_to_one_country", factories.SubscriptionFactory, {"country_id": "SSD"}),
    ("subscription_to_one_mandate", factories.SubscriptionFactory, {"of_priorities": True, "mandate_id": 1}),
    ("subscription_to_some_kind", factories.SubscriptionFactory, {"visits": False}),
    ("subscription_mails_known", factories.SubscriptionFactory, {"mails": "hourly"}),
    ("set_aside_has_reason", factories.SetAsideFactory, {"reason": ""}),
    ("set_aside_ends_after_start", factories.SetAsideFactory, {"ended_at": datetime(2026, 1, 1, tzinfo=UTC)}),
]


@pytest.mark.parametrize(("name", "factory", "fields"), BROKEN)
def test_a_record_that_cannot_be(name, factory, fields):
    """The database refuses the row, naming the constraint."""
    assert name in refusal_of(lambda: factory(**fields))


def test_every_check_is_tried():
    """A new check of these models needs its line in the table above."""
    tables = (PriorityMandate, PriorityReview, ClusterEvent, Subscription, SetAside)
    checks = {c.name for table in tables for c in table._meta.constraints if isinstance(c, models.CheckConstraint)}
    assert checks == {name for name, _factory, _fields in BROKEN}


def test_a_mandate_and_a_rank_are_on_a_list_once():
    """Among those on the list now; ended ones do not count, nor do other clusters' lists."""
    first = factories.PriorityFactory()
    refusal_of(lambda: factories.PriorityFactory(mandate=first.mandate, rank=2))
    refusal_of(lambda: factories.PriorityFactory(rank=1))
    factories.PriorityFactory(mandate=first.mandate, rank=1, **ENDED)
    ukraine = factories.ClusterFactory(slug="ukraine", country=factories.CountryFactory(iso3="UKR"))
    factories.PriorityFactory(cluster=ukraine, mandate=first.mandate, rank=1)


def test_what_is_there_once():
    """One review a day, one event of a title and day unless called off, one subscription, one setting aside at once."""
    review = factories.ReviewFactory()
    refusal_of(lambda: factories.ReviewFactory(reviewed_by=review.reviewed_by))
    refusal_of(lambda: factories.ReviewFactory(reviewed_on=date(2026, 4, 1), engagement=review.engagement))
    event = factories.EventFactory(title="Forum")
    refusal_of(lambda: factories.EventFactory(title="Forum"))
    ClusterEvent.objects.filter(pk=event.pk).update(called_off_on=date(2026, 5, 1))
    factories.EventFactory(title="Forum")
    subscription = factories.SubscriptionFactory()
    refusal_of(lambda: factories.SubscriptionFactory(user=subscription.user))
    aside = factories.SetAsideFactory()
    refusal_of(lambda: factories.SetAsideFactory())
    SetAside.objects.filter(pk=aside.pk).update(ended_at=datetime(2026, 5, 20, 13, tzinfo=UTC))
    factories.SetAsideFactory()


@pytest.mark.parametrize("path", ["cluster", "mandate"])
def test_what_a_priority_points_to_cannot_be_deleted(path):
    """Clusters and mandates in use stay."""
    row = factories.PriorityFactory()
    with pytest.raises(models.ProtectedError):
        getattr(row, path).delete()


def test_an_event_with_an_invitation_cannot_be_deleted():
    """What the log names stays."""
    row = factories.EngagementFactory(number=11, event=factories.EventFactory())
    with pytest.raises(models.ProtectedError):
        row.event.delete()


@pytest.mark.parametrize(
    ("person", "own", "others"),
    [
        ("coordinator", True, False),
        ("member", False, False),
        ("other", False, True),
        ("reader", True, True),
        ("focal", True, True),
        ("administrator", False, False),
    ],
)
def test_records_of_a_cluster_are_read_at_level_moderate(person, own, others, cast):
    """Coordinators read their clusters', the task team all, members and administrators none."""
    for cluster in (cast.south_sudan, cast.ukraine):
        review = factories.ReviewFactory(cluster=cluster)
        factories.PriorityFactory(cluster=cluster)
        factories.EventFactory(cluster=cluster)
        factories.SetAsideFactory(cluster=cluster, set_by=review.reviewed_by)
    expected = {cluster for cluster, read in ((cast.south_sudan, own), (cast.ukraine, others)) if read}
    for model in (PriorityMandate, PriorityReview, ClusterEvent, SetAside):
        assert {row.cluster for row in model.objects.visible_to(getattr(cast, person))} == expected, model


@pytest.mark.parametrize(
    ("person", "numbers"),
    [("coordinator", {6, 8, 9}), ("focal", {6, 8, 9}), ("reader", {6}), ("member", set()), ("other", set())],
)
def test_a_reason_that_may_tell_of_high_is_for_who_reads_high(person, numbers, cast):
    """What was set aside of actions 8 and 9 is for coordinators of the cluster and focal points."""
    for number in (6, 8, 9):
        factories.SetAsideFactory(cluster=cast.south_sudan, number=number, set_by=cast.coordinator)
    visible = SetAside.objects.visible_to(getattr(cast, person))
    assert {row.action.number for row in visible} == numbers


@pytest.mark.parametrize(
    ("person", "keeps", "joined", "missing"),
    [
        ("coordinator", True, True, set()),
        ("focal", False, False, set()),
        ("reader", False, False, {8, 9}),
        ("reader", True, True, set()),
        ("member", False, True, set(range(2, 13))),
        ("administrator", False, False, set(range(1, 13))),
    ],
)
def test_which_openings_a_person_is_shown(person, keeps, joined, missing, cast):
    """Rules 8 and 9 tell of contacts at level high; members do not read what the others ask of."""
    shown = actions_shown(getattr(cast, person), keeps=keeps, joined=joined)
    assert set(range(1, 13)) - shown == missing


def test_a_subscription_counts_while_the_person_belongs_to_the_cluster(cast):
    """A role above counts too; who left, or has no account any more, follows nothing for it."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan, kind="hub")
    for cluster in (cast.south_sudan, hub):
        factories.SubscriptionFactory(user=cast.member, cluster=cluster)
        factories.SubscriptionFactory(user=cast.other, cluster=cluster)
    assert {row.cluster for row in Subscription.objects.current()} == {cast.south_sudan, hub}
    assert {row.user for row in Subscription.objects.current()} == {cast.member}
    cast.member.memberships.update(started_on=date(2026, 5, 1), ended_on=date(2026, 5, 20))
    assert not Subscription.objects.current().exists()
    cast.member.memberships.update(ended_on=None)
    cast.member.is_active = False
    cast.member.save()
    assert not Subscription.objects.current().exists()


def test_planned_events_lie_ahead(cast):
    """Today's counts, yesterday's does not, nor one that is called off."""
    today = date(2026, 5, 20)
    for title, day, called_off in (
        ("later", date(2026, 6, 1), None),
        ("today", today, None),
        ("over", date(2026, 5, 19), None),
        ("off", date(2026, 6, 1), today),
    ):
        factories.EventFactory(title=title, day=day, called_off_on=called_off, created_by=cast.coordinator)
    assert [event.title for event in ClusterEvent.objects.planned(today)] == ["today", "later"]
