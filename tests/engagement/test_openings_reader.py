"""What is read for the rules: the right rows, through the gate, in few queries."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from engagement.models import Cluster
from engagement.openings import what_is_open
from engagement.openings.reader import read_situations
from engagement.openings.situation import EngagementRow, HolderRow
from mandates.changes import attributed_to
from mandates.models import MandateHolder, ReferenceChange, VisitEvent
from mandates.querysets import VisitPhase
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

JUBA = ZoneInfo("Africa/Juba")
TODAY = date(2026, 5, 20)


def now() -> datetime:
    return timezone.now().astimezone(JUBA)


def read(person, cluster=None):
    """The situation of South Sudan, or of `cluster`, as `person` reads it."""
    rows = Cluster.objects.filter(slug=cluster.slug if cluster else "south-sudan")
    ((_cluster, situation),) = read_situations(person, rows, now=now())
    return situation


def told(situation) -> list[str]:
    """What is due, as "action item"."""
    return [f"{o.action} {o.item.label}" for o in what_is_open(situation, now=now()).due]


@pytest.fixture
def idps(cast):
    return factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")


def test_a_visit_with_its_names_days_and_status(cast, idps):
    """Joint visits name all mandates and countries; vague, withdrawn, foreign and long past ones are told apart."""
    housing = factories.MandateFactory(slug="sr-housing", acronym="SR housing")
    joint = factories.VisitFactory(countries=["SSD", "UKR"], mandates=[idps, housing])
    factories.VisitFactory(countries=["UKR"])
    factories.VisitFactory(countries=["SSD"], withdrawn_on=TODAY)
    factories.VisitFactory(countries=["SSD"], starts_on=date(2025, 6, 1), ends_on=date(2025, 6, 9))
    over = factories.VisitFactory(
        countries=["SSD"], starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 6), status="completed"
    )
    vague = factories.VisitFactory(
        countries=["SSD"], starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), precision="quarter", status="accepted"
    )
    rows = {row.key: row for row in read(cast.coordinator).visits}
    assert set(rows) == {joint.pk, over.pk, vague.pk}
    assert rows[joint.pk].label == "Visit to South Sudan, Ukraine: SR IDPs, SR housing"
    assert (rows[joint.pk].phase, rows[joint.pk].status) == (VisitPhase.UPCOMING, "announced")
    assert [(move.on, move.is_event) for move in rows[joint.pk].moves] == [(date(2026, 5, 1), True)]
    assert (rows[over.pk].phase, rows[over.pk].completed_on) == (VisitPhase.PAST, date(2026, 5, 1))
    assert (rows[vague.pk].is_exact, rows[vague.pk].moves) == (False, ())
    assert {row.key for row in read(cast.other, cast.ukraine).visits} >= {joint.pk}


def test_a_visit_that_moves_after_the_members_were_told(cast, idps):
    """A postponement on the same day, or other days later, are news by the moment they were written down."""
    visit = factories.VisitFactory(countries=["SSD"], mandates=[idps])

    def tell(hour):
        written = datetime(2026, 5, 20, hour, tzinfo=UTC)
        factories.EngagementFactory(
            cluster=cast.south_sudan, number=2, visit=visit, started_on=TODAY, created_at=written
        )

    def note(moment, change):
        with attributed_to(str(moment)):
            change()
        ReferenceChange.objects.filter(changed_by=str(moment)).update(changed_at=moment)

    def is_open():
        return "2 Visit to South Sudan: SR IDPs" in told(read(cast.coordinator))

    def postpone():
        VisitEvent.objects.create(visit=visit, kind="postponed", day=TODAY, known_by=TODAY)

    def move():
        visit.ends_on += timedelta(days=30)
        visit.save()

    assert is_open()
    tell(9)
    assert not is_open()
    note(datetime(2026, 5, 20, 15, tzinfo=UTC), postpone)
    assert is_open()
    tell(16)
    assert not is_open()
    note(datetime(2026, 5, 21, 8, tzinfo=UTC), move)
    assert is_open()


def test_an_open_call_with_its_deadline(cast, idps):
    """Open and ongoing calls with day, zone, countries, mandates; not closed, unknown and withdrawn ones."""
    dated = factories.CallFactory(title="Dated", countries=["SSD"], mandates=[idps], deadline_zone="Africa/Juba")
    factories.CallFactory(title="Ongoing", deadline_kind="ongoing", deadline_on=None)
    factories.CallFactory(deadline_kind="unknown", deadline_on=None)
    factories.CallFactory(deadline_on=date(2026, 5, 19))
    factories.CallFactory(withdrawn_on=TODAY)
    first, second = read(cast.coordinator).calls
    assert (first.key, first.label, first.deadline_on, first.deadline_zone) == (
        dated.pk,
        "Dated",
        date(2026, 6, 30),
        JUBA,
    )
    assert (first.countries, first.mandates) == (frozenset({"SSD"}), frozenset({idps.pk}))
    assert (second.label, second.deadline_on) == ("Ongoing", None)


def test_reports_of_the_last_180_days(cast, idps):
    """Published ones, by day; expected, older and withdrawn ones are not read."""
    for day, more in (
        (TODAY, {}),
        (date(2025, 11, 21), {}),
        (date(2025, 11, 20), {}),
        (TODAY, {"withdrawn_on": TODAY}),
    ):
        factories.ReportFactory(published_on=day, published_precision="day", mandates=[idps], **more)
    factories.ReportFactory()
    rows = read(cast.coordinator).reports
    assert [row.published_on for row in rows] == [date(2025, 11, 21), TODAY]
    assert rows[0].mandates == frozenset({idps.pk})


def test_the_list_of_priorities_with_holders(cast, idps):
    """By rank, with what became of the mandate and everybody who serves it; ended rows and other lists are left out."""
    successor = factories.MandateFactory(slug="sr-new", acronym="SR new")
    ended = factories.MandateFactory(
        slug="sr-old", ended_on=date(2026, 4, 30), ended_precision="day", successor=successor
    )
    for name, since in (("Ana", date(2026, 5, 1)), ("Bol", None)):
        MandateHolder.objects.create(mandate=idps, name=name, started_on=since, source="test")
    factories.PriorityFactory(cluster=cast.south_sudan, mandate=idps)
    factories.PriorityFactory(cluster=cast.south_sudan, mandate=ended)
    factories.PriorityFactory(cluster=cast.south_sudan, ended_on=TODAY, ended_reason="Not ours.")
    factories.PriorityFactory(cluster=cast.ukraine)
    factories.ReviewFactory(cluster=cast.south_sudan, reviewed_on=date(2026, 2, 1))
    factories.ReviewFactory(cluster=cast.south_sudan, reviewed_on=date(2026, 3, 1))
    situation = read(cast.coordinator)
    first, second = situation.priorities
    assert (first.slug, first.acronym, first.rank, first.since) == ("sr-idps", "SR IDPs", 1, date(2026, 3, 1))
    assert set(first.holders) == {HolderRow("Ana", date(2026, 5, 1)), HolderRow("Bol", None)}
    assert (second.ended_on, second.successor, second.holders) == (date(2026, 4, 30), "SR new", ())
    assert situation.reviewed_on == date(2026, 3, 1)


def test_mandates_that_act_on_communications_are_counted(cast):
    """In force, started, and thematic or of the cluster's own country."""
    own = factories.CountryFactory(iso3="SSD")
    factories.MandateFactory()
    factories.MandateFactory(kind="country", country=own)
    factories.MandateFactory(kind="country", country=factories.CountryFactory(iso3="UKR"))
    factories.MandateFactory(acts_on_communications=False)
    factories.MandateFactory(has_started=False)
    factories.MandateFactory(ended_on=date(2026, 1, 1), ended_precision="day")
    assert read(cast.coordinator).acting == 2
    assert read(cast.coordinator, cast.ukraine).acting == 2


@pytest.mark.parametrize(
    ("person", "levels"),
    [
        ("coordinator", {"low", "moderate", "high"}),
        ("focal", {"low", "moderate", "high"}),
        ("reader", {"low", "moderate"}),
        ("member", set()),
    ],
)
def test_engagements_are_those_this_person_can_list(person, levels, cast, idps):
    """The own-eyes rule: what is told, shared or answered is judged by the reader's own lines."""
    visits = {level: factories.VisitFactory(countries=["SSD"]) for level in ("low", "moderate", "high")}
    for level, visit in visits.items():
        factories.EngagementFactory(cluster=cast.south_sudan, number=3, visit=visit, level=level)
        factories.EngagementFactory(cluster=cast.ukraine, number=3, visit=visit, level=level)
    seen = {item for row in read(getattr(cast, person)).engagements for item in row.items}
    assert seen == {visits[level].pk for level in levels}


def test_withdrawn_lines_are_not_read(cast):
    """They count for nothing."""
    visit = factories.VisitFactory(countries=["SSD"])
    factories.EngagementFactory(
        cluster=cast.south_sudan, visit=visit, status="withdrawn", withdrawn_reason="twice", withdrawn_at=now()
    )
    assert read(cast.coordinator).engagements == ()


@pytest.mark.parametrize(
    ("fields", "on"),
    [
        ({"started_on": date(2026, 3, 2)}, date(2026, 3, 2)),
        ({"started_on": date(2026, 3, 2), "ended_on": date(2026, 3, 9)}, date(2026, 3, 9)),
        ({"started_on": date(2026, 3, 2), "date_precision": "month"}, date(2026, 3, 31)),
        ({"started_on": date(2026, 5, 2), "date_precision": "quarter"}, date(2026, 5, 11)),
        ({"started_on": date(2026, 6, 2), "status": "planned"}, date(2026, 6, 2)),
    ],
)
def test_a_line_stands_on_the_last_day_it_can_mean(fields, on, cast, idps):
    """Not after the day on which it was written, unless it is planned. Written at 23:30 UTC: the next day in Juba."""
    written = datetime(2026, 5, 10, 23, 30, tzinfo=UTC)
    visit = factories.VisitFactory(countries=["SSD"])
    factories.EngagementFactory(cluster=cast.south_sudan, visit=visit, created_at=written, **fields)
    (row,) = read(cast.coordinator).engagements
    status = fields.get("status", "done")
    assert row == EngagementRow(3, status, on, written, frozenset({visit.pk}), frozenset())


def test_the_latest_contact_with_each_mandate(cast, idps):
    """One row for each mandate on the list and kind of contact: the latest that is done or under way."""
    other = factories.MandateFactory()
    factories.PriorityFactory(cluster=cast.south_sudan, mandate=idps, started_on=date(2025, 1, 1))
    for number, day, status in (
        (6, date(2026, 1, 5), "done"),
        (6, date(2026, 2, 5), "done"),
        (9, date(2025, 12, 1), "under_way"),
        (3, date(2026, 6, 1), "planned"),
        (12, date(2026, 5, 1), "done"),
    ):
        factories.EngagementFactory(
            cluster=cast.south_sudan, number=number, started_on=day, status=status, mandates=[idps, other]
        )
    factories.EngagementFactory(cluster=cast.ukraine, number=6, started_on=TODAY, mandates=[idps])
    rows = read(cast.coordinator).engagements
    assert {(row.action, row.on, row.mandates) for row in rows} == {
        (6, date(2026, 2, 5), frozenset({idps.pk})),
        (9, date(2025, 12, 1), frozenset({idps.pk})),
    }
    assert [line for line in told(read(cast.coordinator)) if line.startswith("9")] == ["9 SR IDPs"]


def test_events_and_what_is_set_aside(cast):
    """Planned events of the cluster; what it set aside and nobody took up again."""
    event = factories.EventFactory(cluster=cast.south_sudan, created_by=cast.coordinator)
    factories.EventFactory(cluster=cast.ukraine, created_by=cast.coordinator)
    factories.SetAsideFactory(cluster=cast.south_sudan, set_by=cast.coordinator)
    factories.SetAsideFactory(cluster=cast.south_sudan, set_by=cast.coordinator, item="call:2", ended_at=now())
    situation = read(cast.coordinator)
    assert [row.key for row in situation.events] == [event.pk]
    assert situation.set_aside == {(6, "call:1", "0123456789abcdef")}


def test_a_cluster_that_ended_is_left_out(cast):
    """Nothing is open to a cluster that no longer exists."""
    cast.south_sudan.ends_on = date(2026, 5, 19)
    cast.south_sudan.save()
    assert [cluster for cluster, _s in read_situations(cast.focal, Cluster.objects.all(), now=now())] == [cast.ukraine]


def test_a_member_costs_one_query_and_reads_no_list(cast, idps):
    """She is shown whether anybody follows the visits; nothing else is read for her."""
    factories.PriorityFactory(cluster=cast.south_sudan, mandate=idps)
    factories.VisitFactory(countries=["SSD"])
    with CaptureQueriesContext(connection) as queries:
        situation = read(cast.member)
    assert len(queries) == 1
    assert (situation.priorities, situation.visits, situation.shown) == ((), (), frozenset({1}))


def add_thirty(cluster):
    """Thirty open items of one cluster, of every kind."""
    for n in range(6):
        mandate = factories.MandateFactory()
        MandateHolder.objects.create(mandate=mandate, name="Ana", started_on=date(2026, 5, 1), source="test")
        factories.PriorityFactory(cluster=cluster, mandate=mandate, started_on=date(2025, 1, 1))
        visit = factories.VisitFactory(countries=[cluster.country], mandates=[mandate])
        with attributed_to("hrett@example.org"):
            visit.ends_on = date(2026, 6, 20)
            visit.save()
        call = factories.CallFactory(mandates=[mandate])
        report = factories.ReportFactory(mandates=[mandate], published_on=TODAY, published_precision="day")
        event = factories.EventFactory(cluster=cluster, created_by=factories.UserFactory())
        for number, item in (
            (2, {"visit": visit}),
            (5, {"call": call}),
            (12, {"report": report}),
            (11, {"event": event}),
        ):
            factories.EngagementFactory(cluster=cluster, number=number, status="planned", mandates=[mandate], **item)
        factories.EngagementFactory(cluster=cluster, number=6, mandates=[mandate], started_on=date(2025, 6, 1))
        factories.SetAsideFactory(cluster=cluster, item=f"call:{n}", set_by=factories.UserFactory())


def test_thirty_openings_take_twelve_queries(cast):
    """One cluster with thirty open items, as its coordinator."""
    add_thirty(cast.south_sudan)
    with CaptureQueriesContext(connection) as queries:
        situation = read(cast.coordinator)
    assert len(queries) <= 12
    assert len(what_is_open(situation, now=now()).due) >= 30


@pytest.mark.parametrize("person", ["reader", "focal"])
@pytest.mark.slow
def test_all_clusters_take_as_many_queries_as_one(person, cast):
    """Thirty-four clusters, most with openings: at most 15 queries, as many as for two."""

    def count():
        with CaptureQueriesContext(connection) as queries:
            found = read_situations(getattr(cast, person), Cluster.objects.all(), now=now())
        return len(queries), len(found)

    add_thirty(cast.ukraine)
    before, _two = count()
    for n in range(32):
        cluster = factories.ClusterFactory(
            slug=f"cluster-{n}", country=factories.CountryFactory(iso3=f"X{n:02}", iso2=f"{n:02}")
        )
        factories.PriorityFactory(cluster=cluster, mandate=factories.MandateFactory())
        factories.VisitFactory(countries=[cluster.country])
    after, clusters = count()
    assert clusters == 34
    assert after == before <= 15


@pytest.mark.parametrize("person", ["reader", "focal", "coordinator"])
def test_a_suggestion_opens_where_the_log_can_take_it(person, cast, idps):
    """To the suggesting cluster and those above it, as the form of the log offers it; not to others of the country."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan, country=cast.south_sudan.country)
    beside = factories.ClusterFactory(slug="beside", parent=cast.south_sudan, country=cast.south_sudan.country)
    user = getattr(cast, person)
    factories.VisitFactory(countries=["SSD"], mandates=[idps], suggested=hub)
    call = factories.CallFactory(countries=["SSD"], mandates=[idps], suggested=hub)
    known = {
        cluster.slug: (len(situation.visits), len(situation.calls))
        for cluster, situation in read_situations(user, Cluster.objects.filter(country="SSD"), now=now())
    }
    assert known == {"south-sudan": (1, 1), "hub": (1, 1), "beside": (0, 0)}
    call.confirmed_on = TODAY
    call.save()
    assert len(read(user, beside).calls) == 1
