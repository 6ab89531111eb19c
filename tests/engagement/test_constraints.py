"""What must never be false is a constraint of the database: each is broken here through the ORM."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, models, transaction

from engagement.models import Cluster, Engagement, EngagementMandate, Membership, User
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
WITHDRAWN = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": NOON}

BROKEN = [
    ("engagement_ends_after_start", {"started_on": date(2026, 3, 2), "ended_on": date(2026, 3, 1)}),
    *[("engagement_floor_of_level", {"number": n, "level": level}) for n in (9, 10) for level in ("low", "moderate")],
    ("engagement_level_known", {"level": "severe"}),
    ("engagement_level_known", {"level": ""}),
    ("engagement_partner_iff_not_direct", {"mode": "direct", "partner": "A university"}),
    ("engagement_partner_iff_not_direct", {"mode": "indirect", "partner": ""}),
    ("engagement_partner_iff_not_direct", {"mode": "collaboration", "partner": ""}),
    ("engagement_partner_iff_not_direct", {"mode": "other", "partner": "A university"}),
    ("engagement_withdrawn_with_reason", WITHDRAWN | {"withdrawn_reason": ""}),
    ("engagement_withdrawn_with_reason", WITHDRAWN | {"withdrawn_at": None}),
    ("engagement_withdrawn_with_reason", WITHDRAWN | {"status": "done"}),
    ("engagement_withdrawn_with_reason", {"withdrawn_at": NOON}),
    ("engagement_withdrawn_with_reason", {"withdrawn_reason": "twice"}),
    ("engagement_version_counts", {"version": 0}),
    ("engagement_removed_leaves_no_text", {"text_removed_on": date(2026, 5, 20)}),
]


def is_refused(make):
    """Whether the database refuses what `make()` writes."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make()
    return refusal.value


@pytest.mark.parametrize(("name", "fields"), BROKEN)
def test_an_engagement_that_cannot_be(name, fields):
    """The database refuses the row, naming the constraint."""
    assert name in str(is_refused(lambda: factories.EngagementFactory(**fields)))


def test_every_check_of_an_engagement_is_tried():
    """A new constraint of Engagement needs its line in the table above."""
    fits = {f"engagement_{item}_fits_action" for item in ("visit", "call", "report", "event")}
    checks = {c.name for c in Engagement._meta.constraints if isinstance(c, models.CheckConstraint)}
    assert checks == {name for name, _fields in BROKEN} | fits


@pytest.mark.parametrize(
    ("item", "numbers"),
    [("visit", {1, 2, 3, 7, 12}), ("call", {4, 5, 6}), ("report", {4, 5, 6, 12}), ("event", {11})],
)
def test_visits_calls_reports_and_events_fit_their_action(item, numbers):
    """Only the actions about visits take a visit, and so on; the others are refused."""
    row = getattr(factories, f"{item.title()}Factory")()
    author = factories.UserFactory()
    for number in range(1, 13):
        fields = {"number": number, item: row, "created_by": author}
        if number in numbers:
            assert factories.EngagementFactory(**fields).pk
        else:
            error = is_refused(lambda fields=fields: factories.EngagementFactory(**fields))
            assert f"engagement_{item}_fits_action" in str(error)


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 9},
        {"number": 3, "level": "low"},
        {"mode": "indirect", "partner": "A university"},
        {"started_on": date(2026, 3, 2), "ended_on": date(2026, 3, 2)},
        WITHDRAWN,
    ],
)
def test_what_the_constraints_allow(fields):
    """Rows at the edge of each rule are written."""
    assert factories.EngagementFactory(**fields).pk


def test_updates_are_checked_too():
    """A bulk update cannot lower an action 10 engagement."""
    row = factories.EngagementFactory(number=10)
    is_refused(lambda: Engagement.objects.filter(pk=row.pk).update(level="low"))


def test_a_form_key_is_there_once():
    """Two engagements cannot have one form key."""
    key = uuid.uuid4()
    factories.EngagementFactory(form_key=key)
    assert "form_key" in str(is_refused(lambda: factories.EngagementFactory(form_key=key)))


def test_a_mandate_is_there_once():
    """An engagement names a mandate once."""
    mandate = factories.MandateFactory()
    row = factories.EngagementFactory(mandates=[mandate])
    is_refused(lambda: EngagementMandate.objects.create(engagement=row, mandate=mandate))


@pytest.mark.parametrize("address", ["Ana@example.org", "ANA@EXAMPLE.ORG", "ana@example.org"])
def test_an_address_is_there_once_in_any_case(address):
    """Two accounts cannot share an e-mail address, however it is written."""
    factories.UserFactory(email="ana@example.org")
    is_refused(lambda: User.objects.create(email=address, name="Ana"))


def test_accounts_are_kept_in_lower_case():
    """`create_user` writes the address in lower case, and finds it in any."""
    user = User.objects.create_user("Ana@Example.ORG", name="Ana")
    assert user.email == "ana@example.org"
    assert User.objects.get_by_natural_key("ANA@example.org") == user


def test_one_current_role_in_a_cluster():
    """A person has one current role in a cluster, and any number of ended ones."""
    cluster = factories.ClusterFactory()
    user = factories.UserFactory()
    role = {"user": user, "cluster": cluster, "role": "member", "started_on": date(2025, 1, 1)}
    for _ in range(2):
        Membership.objects.create(**role, ended_on=date(2025, 2, 1))
    Membership.objects.create(**role)
    is_refused(lambda: Membership.objects.create(**role | {"role": "coordinator"}))


def test_a_membership_ends_after_it_starts():
    """A membership cannot end before its first day."""
    days = {"started_on": date(2025, 2, 1), "ended_on": date(2025, 1, 31)}
    is_refused(
        lambda: Membership.objects.create(
            user=factories.UserFactory(), cluster=factories.ClusterFactory(), role="member", **days
        )
    )


def test_a_cluster_is_not_its_own_parent():
    """A cluster cannot be below itself."""
    cluster = factories.ClusterFactory()
    is_refused(lambda: Cluster.objects.filter(pk=cluster.pk).update(parent=cluster))


def test_a_cluster_ends_after_it_starts():
    """A cluster cannot end before its first day."""
    is_refused(lambda: factories.ClusterFactory(starts_on=date(2026, 1, 2), ends_on=date(2026, 1, 1)))


@pytest.mark.parametrize("item", ["cluster", "action", "created_by", "visit", "mandates"])
def test_what_an_engagement_points_to_cannot_be_deleted(item):
    """Clusters, actions, people, visits and mandates that an engagement uses stay."""
    mandate = factories.MandateFactory()
    row = factories.EngagementFactory(visit=factories.VisitFactory(), mandates=[mandate])
    target = mandate if item == "mandates" else getattr(row, item)
    with pytest.raises(models.ProtectedError):
        target.delete()


def test_the_name_of_an_engagement_holds_no_text():
    """`str()` says action, cluster and month, nothing that was typed."""
    row = factories.EngagementFactory(what_was_done="A secret.", partner="")
    assert str(row) == "3. Propose a briefing, South Sudan Protection Cluster, March 2026"
