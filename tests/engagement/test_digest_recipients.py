"""Exactly whom mails tell of what: random subscriptions, roles and changes, against a reference without shortcuts."""

import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.models import DigestItem, Membership, OutgoingMail, PriorityMandate, Subscription, SubscriptionOptOut
from engagement.services import write_digests
from mandates.models import ReferenceChange
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.soak]

MONDAY = datetime(2026, 5, 18, 7, tzinfo=UTC)
WEDNESDAY, NEXT_MONDAY = MONDAY + timedelta(days=2), MONDAY + timedelta(days=7)
COUNTRIES, PEOPLE = ["SSD", "UKR", "MLI"], 5
KEEPS = ("coordinator", "imo")


@pytest.fixture
def world(db, monkeypatch):
    """Three countries, three mandates, a cluster with one below it and one elsewhere, items of every kind, people."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NEXT_MONDAY)
    top = factories.ClusterFactory()
    hub = factories.ClusterFactory(slug="hub", parent=top)
    other = factories.ClusterFactory(slug="ukraine", country=factories.CountryFactory(iso3="UKR"))
    factories.CountryFactory(iso3="MLI")
    mandates = [factories.MandateFactory(slug=f"sr-{number}") for number in range(3)]
    items = []
    for places in ([], ["SSD"], ["UKR"], ["SSD", "UKR"], ["MLI"]):
        for of in ([], mandates[:1], mandates[1:2], mandates[:2]):
            about = {"countries": places, "mandates": of}
            if places:
                items.append(("visits", factories.VisitFactory(**about), set(places), set(of)))
            items.append(("calls", factories.CallFactory(deadline_on=date(2026, 9, 1), **about), set(places), set(of)))
            items.append(("reports", factories.ReportFactory(**about), set(places), set(of)))
    suggested = factories.VisitFactory(countries=["SSD"], mandates=mandates[:1], suggested=hub)
    items.append(("visits", suggested, {"SSD"}, set(mandates[:1])))
    ReferenceChange.objects.all().delete()
    people = [factories.UserFactory(task_team="reader" if number == 0 else "") for number in range(PEOPLE)]
    return SimpleNamespace(clusters=[top, hub, other], mandates=mandates, items=items, people=people)


def draw(seed: int) -> dict:
    """A crowded week: what `hypothesis` draws by itself is so sparse that hardly anything meets."""
    chance = random.Random(seed)  # noqa: S311

    def some(rows, most):
        return [rows() for _number in range(chance.randint(1, most))]

    def one_of(*values):
        return chance.choice(values)

    def subscription():
        return {
            "person": one_of(None, None, *range(PEOPLE)),
            "cluster": chance.randrange(3),
            "of_country": one_of(True, False, False),
            "of_priorities": one_of(True, False, False),
            "country": one_of(None, *COUNTRIES),
            "mandate": one_of(None, 0, 1, 2),
            "kinds": set(chance.sample(["visits", "calls", "reports"], chance.randint(1, 3))),
            "mails": one_of("urgent", "urgent", "weekly", "none"),
            "since": chance.randint(-100, 100),
        }

    roles = {
        (chance.randrange(PEOPLE), chance.randrange(3)): one_of("coordinator", "imo", "member", "member", "ended")
        for _number in range(8)
    }
    return {
        "subscriptions": some(subscription, 15),
        "roles": [(*key, role) for key, role in roles.items()],
        "priorities": set(some(lambda: (chance.randrange(3), chance.randrange(2)), 5)),
        "changes": some(
            lambda: (chance.randrange(1_000), chance.randint(1, 167), one_of("places", "starts_on", "checked_on")), 120
        ),
        "left": set(some(lambda: (chance.randrange(PEOPLE), chance.randrange(15)), 10)),
        "inactive": set(chance.sample(range(PEOPLE), chance.randrange(2))),
    }


def fill(world, drawn):
    """Write what was drawn; (its number among those drawn, row) of each subscription that was not there before."""
    for person, cluster, role in drawn["roles"]:
        ended = {"ended_on": date(2026, 5, 1)} if role == "ended" else {}
        Membership.objects.create(
            user=world.people[person], cluster=world.clusters[cluster], role="imo" if ended else role,
            started_on=date(2026, 1, 1), **ended,
        )  # fmt: skip
    ranks = dict.fromkeys(range(3), 0)
    for cluster, mandate in sorted(drawn["priorities"]):
        ranks[cluster] += 1
        PriorityMandate.objects.create(
            cluster=world.clusters[cluster], mandate=world.mandates[mandate], rank=ranks[cluster], reason="Camps."
        )
    for number in drawn["inactive"]:
        type(world.people[number]).objects.filter(pk=world.people[number].pk).update(is_active=False)
    rows = []
    for number, one in enumerate(drawn["subscriptions"]):
        of_cluster = one["person"] is None or one["of_country"] or one["of_priorities"]
        row = Subscription(
            user=None if one["person"] is None else world.people[one["person"]],
            cluster=world.clusters[one["cluster"]] if of_cluster else None,
            of_country=one["of_country"],
            of_priorities=one["of_priorities"],
            country_id=None if one["of_country"] else one["country"],
            mandate=None if one["of_priorities"] or one["mandate"] is None else world.mandates[one["mandate"]],
            mails=one["mails"],
            since=MONDAY + timedelta(hours=one["since"]),
            **dict.fromkeys(one["kinds"], True),
        )
        if not row.same().exists():
            row.save()
            rows.append((number, row))
            for person, left in drawn["left"]:
                if left == number and row.user is None:
                    SubscriptionOptOut.objects.create(user=world.people[person], subscription=row)
    for number, hours, column in drawn["changes"]:
        item = world.items[number % len(world.items)][1]
        before = "2026-06-01" if column == "starts_on" else "x"
        ReferenceChange.objects.create(
            subject_type=item._meta.model_name, subject_id=str(item.pk), label="x", kind="changed",
            changed_at=MONDAY + timedelta(hours=hours), changes={column: [before, "y"]},
        )  # fmt: skip
    return rows


class Reference:
    """Who is to be told of what, from what was drawn: person by person, item by item, subscription by subscription."""

    def __init__(self, world, drawn, rows) -> None:
        self.world, self.rows = world, rows
        self.roles = {(person, cluster): role for person, cluster, role in drawn["roles"] if role != "ended"}
        self.lists = {
            number: {world.mandates[mandate] for cluster, mandate in drawn["priorities"] if cluster == number}
            for number in range(3)
        }
        self.left, self.inactive = drawn["left"], drawn["inactive"]
        self.changes = {number: [] for number in range(len(world.items))}
        for number, hours, column in drawn["changes"]:
            if column != "checked_on":
                self.changes[number % len(world.items)].append((MONDAY + timedelta(hours=hours), column))

    def reaches(self, number, row, person) -> bool:
        cluster = self.world.clusters.index(row.cluster) if row.cluster else None
        if person in self.inactive:
            return False
        if row.user is None:
            roles = [self.roles.get((person, cluster))] if (person, number) not in self.left else []
        elif row.user != self.world.people[person]:
            return False
        elif cluster is None:
            return True
        else:  # the hub lies below the first cluster
            roles = [self.roles.get((person, one)) for one in ((0, 1) if cluster == 1 else (cluster,))]
        return any(role in KEEPS or (role == "member" and not row.of_priorities) for role in roles)

    def fits(self, row, item) -> bool:
        kind, _item, countries, mandates = item
        country = row.cluster.country_id if row.of_country else row.country_id
        of = {row.mandate} if row.mandate else None
        if row.of_priorities:
            of = self.lists[self.world.clusters.index(row.cluster)]
        if not getattr(row, kind) or (of is not None and not of & mandates):
            return False
        return country is None or country in countries or (not countries and of is not None and kind != "visits")

    def knows(self, person, item) -> bool:
        """The suggestion was made in the hub: its people, those of the cluster above, the task team."""
        is_suggestion = item[0] == "visits" and item[1].suggested_in
        return not is_suggestion or person == 0 or any((person, cluster) in self.roles for cluster in (0, 1))

    def told(self, mails, until, is_news, before=()) -> set:
        """{(person, item)} of which there is news until a moment; `before`: until when some were told of others."""
        found, before = set(), dict(before)
        for person, user in enumerate(self.world.people):
            for number, item in enumerate(self.world.items):
                begins = [
                    row.since
                    for drawn, row in self.rows
                    if row.mails in mails and self.reaches(drawn, row, person) and self.fits(row, item)
                ]
                key = (user.pk, str(item[1].pk))
                if begins and self.knows(person, item):
                    since = max(MONDAY, min(begins), before.get(key, MONDAY))
                    columns = [column for at, column in self.changes[number] if since < at <= until]
                    if columns and is_news(item[0], columns):
                        found.add(key)
        return found


def written(kind):
    rows = DigestItem.objects.filter(mail__kind=kind).values_list("mail__to", "subject_id")
    assert len(rows) == len(set(rows))
    assert OutgoingMail.objects.filter(kind=kind, items=None).count() == 0
    return set(rows)


@given(st.integers(0, 2**32))
@settings(max_examples=settings.get_profile("suite").max_examples // 2)
def test_exactly_whom_mails_tell_of_what(world, seed):
    """Wednesday's urgent mails and Monday's weekly ones, item by item."""
    drawn = draw(seed)
    with transaction.atomic():
        rows = fill(world, drawn)
        write_digests(now=MONDAY + timedelta(seconds=1))
        assert written("digest") == set()
        write_digests(now=WEDNESDAY)
        reference = Reference(world, drawn, rows)
        urgent = reference.told(
            {"urgent"}, WEDNESDAY, lambda kind, columns: kind == "visits" and "starts_on" in columns
        )
        assert written("urgent") == urgent
        write_digests(now=NEXT_MONDAY)
        before = dict.fromkeys(urgent, WEDNESDAY)
        weekly = reference.told({"urgent", "weekly"}, NEXT_MONDAY, lambda kind, columns: True, before)
        assert written("digest") == weekly
        assert written("urgent") == urgent
        transaction.set_rollback(True)
