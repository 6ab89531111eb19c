"""Reads what the rules ask about, of one cluster or of all, in the same few queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import CharField, IntegerField, Max, Q, Subquery, UUIDField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from mandates.dates import last_day
from mandates.models import CallForInput, CountryVisit, ReferenceChange, Report, VisitEvent
from mandates.models.country import name_column
from mandates.querysets import VisitPhase, latest_events

from ..actions import CONTACTS, ids_of
from ..models import Cluster, ClusterEvent, Engagement, PriorityMandate, SetAside, User
from ..querysets import ClusterQuerySet, Rights, Scopes, actions_shown, scopes_of, with_scopes
from .rules import PRESS_DAYS, REPORT_DAYS
from .situation import CallRow, EngagementRow, EventRow, HolderRow, Move, PriorityRow, ReportRow, Situation, VisitRow

MOVES = [kind.value for kind in VisitEvent.Kind if kind.name in ("DATES_AGREED", "ANNOUNCED", "POSTPONED", "CANCELLED")]
"""Events after which the members know other dates than before, or know them at all."""


def read_situations(
    user: User, clusters: ClusterQuerySet, *, now: datetime, rights: Rights | None = None
) -> list[tuple[Cluster, Situation]]:
    """The situation of each of `clusters` that is active, by name, as far as `user` may read it.

    `now` is aware and in her time zone. At most twelve queries, for one cluster as for all of them. `rights` are those
    of `user`, where the caller has asked for them already.
    """
    today = now.date()
    found = list(clusters.active(today).for_openings(user, today).order_by("name"))
    shown = {cluster.pk: actions_shown(user, keeps=cluster.keeps, joined=cluster.joined) for cluster in found}
    reading = _Reading(user, rights, now, [cluster for cluster in found if 2 in shown[cluster.pk]])
    return [(cluster, reading.situation_of(cluster, shown[cluster.pk])) for cluster in found]


class _Places(NamedTuple):
    """The countries and mandates of a visit, call or report: key to name."""

    countries: dict[str, str]
    mandates: dict[int, str]


Row = TypeVar("Row", VisitRow, CallRow)


def _known_in(cluster: Cluster, rows: list[tuple[Scopes, Row]]) -> tuple[Row, ...]:
    """Of the rows that the reader knows, those that everyone who reads this cluster's log knows."""
    return tuple(row for scopes, row in rows if not scopes or cluster.pk in scopes)


class _Reading:
    """All rows that the rules ask about for `clusters`, whose records this person reads, each as a light row."""

    def __init__(self, user: User, rights: Rights | None, now: datetime, clusters: list[Cluster]) -> None:
        self.user, self.rights, self.now, self.today = user, rights, now, now.date()
        self.clusters = [cluster.pk for cluster in clusters]
        self.visits: dict[str, list[tuple[Scopes, VisitRow]]] = defaultdict(list)
        self.calls: list[tuple[Scopes, CallRow]] = []
        self.reports: list[ReportRow] = []
        self.priorities: dict[UUID, list[PriorityRow]] = defaultdict(list)
        self.events: dict[UUID, list[EventRow]] = defaultdict(list)
        self.engagements: dict[UUID, list[EngagementRow]] = defaultdict(list)
        self.set_aside: dict[UUID, list[tuple[int, str, str]]] = defaultdict(list)
        if clusters:
            self.read_public_record({cluster.country_id for cluster in clusters})
            self.read_records_of_clusters()
            self.read_engagements()

    def situation_of(self, cluster: Cluster, shown: frozenset[int]) -> Situation:
        is_read = cluster.pk in self.clusters
        return Situation(
            cluster=cluster.slug,
            country=cluster.country_id,
            country_name=cluster.country.name,
            shown=shown,
            visits=_known_in(cluster, self.visits[cluster.country_id]) if is_read else (),
            calls=_known_in(cluster, self.calls) if is_read else (),
            reports=tuple(self.reports) if is_read else (),
            priorities=tuple(self.priorities[cluster.pk]),
            events=tuple(self.events[cluster.pk]),
            engagements=tuple(self.engagements[cluster.pk]),
            follows_visits=cluster.follows_visits,
            follows_mandates=cluster.follows_mandates,
            reviewed_on=cluster.reviewed_on,
            acting=cluster.acting,
            set_aside=frozenset(self.set_aside[cluster.pk]),
        )

    # -- The UN side: five queries ----------------------------------------------------------------

    def read_public_record(self, countries: set[str]) -> None:
        """Visits ahead, off or just over, open calls, reports of the last months."""
        lately = self.today - timedelta(days=PRESS_DAYS)
        events = latest_events()
        visits = list(
            with_scopes(CountryVisit.objects.known_to(self.user))
            .with_status(self.today)
            .concerning(*countries)
            .annotate(
                moved_on=Subquery(events.filter(kind__in=MOVES).values(known=Coalesce("day", "known_by"))[:1]),
                completed_on=Subquery(events.filter(kind="completed").values(known=Coalesce("day", "known_by"))[:1]),
            )
            .filter(Q(phase__lt=VisitPhase.PAST) | Q(last_day__gte=lately) | Q(completed_on__gte=lately))
            .filter(withdrawn_on=None)
            .order_by("starts_on", "id")
        )
        known_calls = with_scopes(CallForInput.objects.known_to(self.user))
        calls = list(known_calls.open_at(self.now).prefetch_related(None))
        since = self.today - timedelta(days=REPORT_DAYS)
        published = Report.objects.filter(published_on__range=(since, self.today), withdrawn_on=None)
        reports = list(published.order_by("published_on", "id"))
        places = _places_of(visit=visits, call=calls, report=reports)
        moves = self.moves_of(visits)
        for visit in visits:
            names = places[visit.pk]
            row = VisitRow(
                key=visit.pk,
                label=_("Visit to %(where)s: %(who)s")
                % {"where": _in_line(names.countries), "who": _in_line(names.mandates)},
                phase=VisitPhase(visit.phase),
                status=visit.status,
                starts_on=visit.starts_on,
                ends_on=visit.ends_on,
                is_exact=visit.precision == "day",
                completed_on=visit.completed_on,
                moves=tuple(moves[visit.pk]),
            )
            for country in names.countries:
                self.visits[country].append((scopes_of(visit), row))
        for call in calls:
            named = frozenset(places[call.pk].countries), frozenset(places[call.pk].mandates)
            zone = ZoneInfo(call.deadline_zone)
            self.calls.append((scopes_of(call), CallRow(call.pk, call.title, call.deadline_on, zone, *named)))
        for report in reports:
            named = frozenset(places[report.pk].countries), frozenset(places[report.pk].mandates)
            if report.published_on:
                self.reports.append(ReportRow(report.pk, str(report), report.published_on, *named))

    def moves_of(self, visits: list[Any]) -> dict[UUID, list[Move]]:
        """The last moves of each visit: by an event of its dossier, and by a change of its days.

        An event has a day. Where it was written down on that same day, ReferenceChange has the moment too.
        """
        moves: dict[UUID, list[Move]] = defaultdict(list)
        noted: dict[tuple[UUID, date], datetime] = {}
        changes = ReferenceChange.objects.filter(
            subject_type="countryvisit", subject_id__in=[str(visit.pk) for visit in visits], kind="changed"
        )
        for key, changed_at, fields in changes.order_by("changed_at").values_list(
            "subject_id", "changed_at", "changes"
        ):
            visit, day = UUID(key), self.day_of(changed_at)
            if "visitevent" in fields:
                noted[visit, day] = changed_at
            if "starts_on" in fields or "ends_on" in fields:
                moves[visit] = [Move(day, changed_at, is_event=False)]
        for row in visits:
            if row.moved_on:
                moves[row.pk].append(Move(row.moved_on, noted.get((row.pk, row.moved_on))))
        return moves

    # -- The cluster's own records: three queries -------------------------------------------------

    def read_records_of_clusters(self) -> None:
        """The list of priorities with the holders of its mandates, events planned, what is set aside."""
        of = {"cluster__in": self.clusters}
        columns = (
            "cluster_id", "mandate_id", "mandate__slug", "mandate__acronym", "rank", "started_on",
            "mandate__ended_on", "mandate__successor__acronym", "mandate__acts_on_communications",
        )  # fmt: skip
        holders: dict[tuple[Any, ...], list[HolderRow]] = defaultdict(list)
        listed = PriorityMandate.objects.visible_to(self.user).current().filter(**of)
        for *priority, name, started_on in listed.values_list(
            *columns, "mandate__holders__name", "mandate__holders__started_on"
        ):
            holders[tuple(priority)] += [HolderRow(name, started_on)] if name else []
        for (cluster, mandate, slug, acronym, rank, since, ended_on, successor, acts), serving in holders.items():
            self.priorities[cluster].append(
                PriorityRow(mandate, slug, acronym, rank, since, ended_on, successor or "", acts, tuple(serving))
            )
        for event in ClusterEvent.objects.visible_to(self.user).planned(self.today).filter(**of):
            self.events[event.cluster_id].append(EventRow(event.pk, event.title, event.day))
        aside = SetAside.objects.visible_to(self.user).current().filter(**of)
        for cluster, number, item, state in aside.values_list("cluster_id", "action__number", "item", "state"):
            self.set_aside[cluster].append((number, item, state))

    # -- The log, through the gate: one query and two of the gate ---------------------------------

    def read_engagements(self) -> None:
        """Lines about the items read above, and the latest contact of each kind with each prioritised mandate."""
        readable = Engagement.objects.visible_to(self.user, self.rights).standing()
        readable = readable.filter(cluster__in=self.clusters).order_by()
        visits = {visit.key for rows in self.visits.values() for _scopes, visit in rows}
        events = {event.key for rows in self.events.values() for event in rows}
        about = readable.filter(
            Q(visit__in=visits)
            | Q(call__in=[call.key for _scopes, call in self.calls])
            | Q(report__in=[report.key for report in self.reports])
            | Q(event__in=events)
        )
        contacts = readable.filter(
            action__in=ids_of(CONTACTS),
            status__in=["under_way", "done"],
            mandates__in={priority.mandate for rows in self.priorities.values() for priority in rows},
        )
        nothing = {name: Value(None, UUIDField()) for name in ("v", "c", "r", "e")}
        key = ("cluster_id", "action__number", "status", "date_precision")
        day = Coalesce("ended_on", "started_on")
        lines = about.annotate(day=day, mandate=Value(None, IntegerField())).values_list(
            *key, "day", "created_at", "visit_id", "call_id", "report_id", "event_id", "mandate"
        )
        latest = (
            contacts.annotate(mandate=Cast("mandates", IntegerField()), **nothing)
            .values(*key, "mandate", *nothing)
            .annotate(day=Max(day), written_at=Max("created_at"))
            .values_list(*key, "day", "written_at", *nothing, "mandate")
        )
        for cluster, number, status, precision, on, written_at, *items, mandate in lines.union(latest, all=True):
            on = last_day(on, precision)
            self.engagements[cluster].append(
                EngagementRow(
                    number,
                    status,
                    on if status == "planned" else min(on, self.day_of(written_at)),
                    written_at,
                    frozenset(item for item in items if item),
                    frozenset([mandate] if mandate else []),
                )
            )

    def day_of(self, moment: datetime) -> date:
        """The day of `moment` on this person's calendar."""
        return moment.astimezone(self.now.tzinfo).date()


def _places_of(**dossiers: Iterable[Any]) -> dict[UUID, _Places]:
    """The countries and mandates of visits, calls and reports, by name. One query."""
    parts = []
    for noun, rows in dossiers.items():
        model = {"visit": CountryVisit, "call": CallForInput, "report": Report}[noun]
        for place, name in (("country", f"country__{name_column()}"), ("mandate", "mandate__acronym")):
            through = getattr(model, {"country": "countries", "mandate": "mandates"}[place]).through
            parts.append(
                through.objects.filter(**{f"{noun}__in": [row.pk for row in rows]}).values_list(
                    f"{noun}_id", Value(place, CharField()), Cast(f"{place}_id", CharField()), name
                )
            )
    places: dict[UUID, _Places] = defaultdict(lambda: _Places({}, {}))
    first, *others = parts
    for dossier, place, key, name in first.union(*others, all=True):
        if place == "country":
            places[dossier].countries[key] = name
        else:
            places[dossier].mandates[int(key)] = name
    return places


def _in_line(names: dict[Any, str]) -> str:
    return _(", ").join(sorted(names.values())) or "—"
