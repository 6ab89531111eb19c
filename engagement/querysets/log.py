"""The gate: engagements, and what tells of them: acts, versions, levels, files, the audit record."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import models
from django.db.models import Count, Exists, Func, IntegerField, Max, OuterRef, Prefetch, Q, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from mandates.models import CountryVisit, Mandate

from ..actions import CONTACTS, NUMBERS, ids_of
from .people import Rights, rights_given, rights_of

if TYPE_CHECKING:
    from ..models import Engagement

MANY = 2_000
"""Lines about one mandate that are still quickly put in order."""


LEVELS = ("low", "moderate", "high")


def levels_up_to(level: str) -> tuple[str, ...]:
    """This level and the ones below it, the lowest first."""
    return LEVELS[: LEVELS.index(level) + 1]


class SpanCount(NamedTuple):
    """Lines of one action that began in a span of days, by its place: `n` in all, `asking` for support, and how many
    have each mode and each extent of the result."""

    number: int
    place: int
    n: int
    asking: int
    modes: dict[str, int]
    extents: dict[str, int]


class Counted(NamedTuple):
    """How many lines, and the day on which the latest of them started, with its precision ("day", "month", …)."""

    n: int
    latest: date | None
    precision: str


NO_LINES = Counted(0, None, "")


class MandatesOfLine(Func):
    """The acronyms of the mandates of an engagement, "SR torture, WGAD"; NULL without any. A column of its query.

    Written in SQL: to ask for them in a query of their own takes Django longer than the database.
    """

    template = """(SELECT %(function)s(acronym, ', ') FROM (
SELECT (SELECT acronym FROM mandates_mandate WHERE id = place.mandate_id) AS acronym
FROM engagement_engagementmandate AS place WHERE place.engagement_id = engagement_engagement.id
ORDER BY 1) AS named)"""
    function = "string_agg"
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="group_concat", **context)


class EngagementQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Engagements `user` may read; `none()` for anonymous, inactive and plain administrators.

        Coordinators read all of their clusters' (those below included), members the *low* ones of theirs, HRE TT
        readers *low* and *moderate* of all, focal points all. Roles add up; administering adds nothing.
        The ids of her clusters are read first: with a subquery in their place the database can't use an index for
        the order of a list. `rights` are those of this user, where the caller has asked for them already.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.task_team == "focal_point":
            return self.all()
        own = rights_given(user, rights)
        rule = Q(cluster__in=own.coordinated) | Q(level="low", cluster__in=own.joined)
        if user.task_team == "reader":
            rule |= Q(level__in=["low", "moderate"])
        return self.filter(rule)

    def editable_by(self, user: Any, rights: Rights | None = None) -> Self:
        """Those of the visible ones that `user` may change: of clusters she coordinates, not withdrawn, with text."""
        own = rights_given(user, rights)
        return self.visible_to(user, own).filter(cluster__in=own.coordinated).standing().with_text()

    def exportable_by(self, user: Any) -> Self:
        """Those of the visible ones that a plain export may hold: up to *moderate*."""
        return self.visible_to(user).up_to("moderate")

    def exportable_in_confidence_by(self, user: Any) -> Self:
        """All of the visible ones, *high* too, for those whom `exports_in_confidence` lets take them away."""
        rights = rights_of(user)
        return self.visible_to(user, rights) if exports_in_confidence(user, rights) else self.none()

    def standing(self) -> Self:
        """Those not withdrawn."""
        return self.exclude(status="withdrawn")

    def up_to(self, level: str) -> Self:
        """Those of this level and of the ones below it."""
        return self.filter(level__in=levels_up_to(level))

    def with_text(self) -> Self:
        """Those whose text has not been removed. A line without one is closed: nothing more is written into it."""
        return self.filter(text_removed_on=None)

    def concerning(self, mandate: Mandate) -> Self:
        """Those that name `mandate`. One query, on which the words of no page depend.

        Many: the list walks its order and asks each line. Few: they are collected and put in order. The database
        cannot know beforehand which is quicker, and the wrong one takes five times as long.
        """
        from ..models import EngagementMandate

        places = EngagementMandate.objects.filter(mandate=mandate)
        lines = places.values("engagement")  # which the index of the mandate holds
        if lines[: MANY + 1].count() > MANY:
            return self.filter(Exists(places.filter(engagement=OuterRef("pk"))))
        return self.filter(pk__in=lines)

    def for_list(self) -> Self:
        """With what a line of a list shows: one query with joins, one for the mandates."""
        return self.select_related("cluster__country", "action", "created_by").prefetch_related(
            Prefetch("mandates", queryset=Mandate.objects.order_by("acronym"))
        )

    def for_detail(self) -> Self:
        """With all that the page of one engagement shows."""
        visits = CountryVisit.objects.with_places()
        joined = self.for_list().select_related("call", "report", "event__cluster")
        return joined.prefetch_related(Prefetch("visit", queryset=visits))

    def counted_by_mandate(self) -> dict[Any, tuple[int, date | None]]:
        """How many of these rows name each mandate (id), and the last day of a contact with it (`CONTACTS`). One query.

        A contact is done or under way; None without one.
        """
        contact = Q(action__in=ids_of(CONTACTS), status__in=["under_way", "done"])
        last = Max(Coalesce("ended_on", "started_on"), filter=contact)
        rows = self.order_by().filter(mandates__isnull=False).values_list("mandates").annotate(n=Count("pk"), last=last)
        return {mandate: (n, day) for mandate, n, day in rows}

    def asking_support(self) -> Self:
        """Lines whose fifth column is filled."""
        return self.filter(asks_support=True)

    def counted_by_cluster_and_action(self) -> dict[tuple[Any, int], int]:
        """How many of these rows each (cluster id, action number) has; pairs without any are missing. One query."""
        rows = self.order_by().values_list("cluster", "action__number").annotate(n=Count("pk"))
        return {(cluster, number): n for cluster, number, n in rows}

    def counted_before_and_in(
        self, before: tuple[date, date], period: tuple[date, date]
    ) -> dict[tuple[str, int], tuple[int, int]]:
        """How many of these rows began in each of two periods that meet, by (slug of the cluster, action number).

        One query. Joining the clusters leads the database to the index that has all it asks for, cluster by cluster.
        """
        within = Q(started_on__gte=period[0])
        rows: Any = self.order_by().filter(started_on__range=(before[0], period[1]))
        rows = rows.values_list("cluster__slug", "action")
        rows = rows.annotate(n_both=Count("*"), n=Count(Value(1), filter=within))
        return {(cluster, NUMBERS[action]): (n_both - n, n) for cluster, action, n_both, n in rows}

    def counted_by_span(self, ends: Sequence[date]) -> list[SpanCount]:
        """How many of these rows each action has in each span of days, what came of them and how they were done.

        `ends` are the last days of the spans, in order: no row is later. One query.
        """
        from ..models import Engagement

        columns = {"mode": Engagement.Mode.values, "result_extent": Engagement.Extent.values}
        numbers = {
            f"n_{value}_{column}": Count(Value(1), filter=Q(**{column: value}))
            for column, values in columns.items()
            for value in values[1:]  # every line has one of them: the first is the rest
        }
        # Not Case and When, which take Django a millisecond for a year of months.
        spans = " ".join(f"WHEN %(expressions)s <= '{day.isoformat()}' THEN {n}" for n, day in enumerate(ends))
        place = Func("started_on", template=f"CASE {spans} END", output_field=IntegerField())
        rows: Any = self.order_by().values_list("action", place)
        rows = rows.annotate(n=Count("*"), n_asking=Count(Value(1), filter=Q(asks_support=True)), **numbers)
        counted = []
        for action, nth, n, asking, *found in rows:
            modes, extents = found[:2], found[2:]
            counted.append(
                SpanCount(
                    *(NUMBERS[action], nth, n, asking),
                    dict(zip(columns["mode"], [n - sum(modes), *modes], strict=True)),
                    dict(zip(columns["result_extent"], [n - sum(extents), *extents], strict=True)),
                )
            )
        return counted

    def counted_with_words(self, column: str) -> dict[int, int]:
        """How many of these rows say something in a text column, by action number. One query."""
        rows: Any = self.exclude(**{column: ""}).order_by().values_list("action").annotate(n=Count("pk"))
        return {NUMBERS[action]: n for action, n in rows}

    def newest_with_words(self, column: str, most: int) -> Self:
        """Of the rows that say something in a text column the newest of each action, at most so many. One query."""
        order = ("-started_on", "id")
        place = Window(RowNumber(), partition_by="action", order_by=order)
        return self.exclude(**{column: ""}).annotate(place=place).filter(place__lte=most).order_by(*order)

    def naming_each_mandate(self) -> dict[Any, int]:
        """How many of these rows name each mandate (id). One query."""
        from ..models import EngagementMandate

        places: Any = EngagementMandate.objects.filter(engagement__in=self.order_by().values("pk"))
        return dict(places.values_list("mandate").annotate(n=Count("*")))

    def counted_by_result(self) -> list[tuple[int, str, str, bool, int]]:
        """How many of these rows each (action number, mode, extent of the result, support asked) has: the last value.

        One query.
        """
        columns = ("action__number", "mode", "result_extent", "asks_support")
        return list(self.order_by().values_list(*columns).annotate(n=Count("pk")))

    def counted_by_cluster_and_level(self) -> dict[Any, dict[str, int]]:
        """For each cluster (id) how many of these rows each level has. One query."""
        found: dict[Any, dict[str, int]] = {}
        for cluster, level, n in self.order_by().values_list("cluster", "level").annotate(n=Count("pk")):
            found.setdefault(cluster, {})[level] = n
        return found

    def counted_by_level(self) -> dict[str, int]:
        """How many of these rows each level has; levels without any are missing. One query."""
        return dict(self.order_by().values_list("level").annotate(n=Count("pk")))

    def counted_by_cluster(self) -> dict[Any, Counted]:
        """How many of these rows each cluster (id) has, and when the latest started. One query."""
        return self._counted_by("cluster")

    def counted_by_action(self) -> dict[Any, Counted]:
        """How many of these rows each action (number) has, and when the latest started. One query."""
        return self._counted_by("action__number")

    def _counted_by(self, column: str) -> dict[Any, Counted]:
        rows = self.values_list(column, "date_precision").annotate(n=Count("pk"), latest=Max("started_on"))
        counted: dict[Any, Counted] = {}
        for key, precision, n, latest in rows.order_by("latest", "date_precision"):
            counted[key] = Counted(counted.get(key, NO_LINES).n + n, latest, precision)
        return counted


def is_editable_by(engagement: "Engagement", user: Any, rights: Rights | None = None) -> bool:
    """The rule of `editable_by`, asked of one row. One query, and those for her rights."""
    return type(engagement).objects.editable_by(user, rights).filter(pk=engagement.pk).exists()


def exports_in_confidence(user: Any, rights: Rights | None = None) -> bool:
    """Whether `user` may take *high* engagements away: focal points those of all, coordinators those of their clusters.

    Which ones these are says `visible_to`. Two queries at most; none with `rights`, which are as above.
    """
    is_focal = user.is_authenticated and user.is_active and user.task_team == "focal_point"
    return is_focal or bool(rights_given(user, rights).coordinated)


def levels_of_versions(engagement: "Engagement", user: Any) -> list[str]:
    """The levels at which `user` may read earlier versions of a row that passed the gate.

    Coordinators of its cluster and focal points: all. Others those they could read then, so that text that was
    *high* does not come out by lowering the row. One query.
    """
    if user.task_team == "focal_point" or engagement.cluster_id in rights_of(user).coordinated:
        return ["low", "moderate", "high"]
    return ["low", "moderate"] if user.task_team else ["low"]


class ActQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """The own fields of acts whose engagement `user` may read, withdrawn ones included. `rights` as above."""
        from ..models import Engagement

        return self.filter(engagement__in=Engagement.objects.visible_to(user, rights).order_by().values("pk"))

    def standing(self) -> Self:
        """Those whose engagement is not withdrawn."""
        return self.exclude(engagement__status="withdrawn")

    def for_page(self) -> Self:
        """With the engagement, its cluster, action and call."""
        return self.select_related("engagement__cluster__country", "engagement__action", "engagement__call")


class LevelLoweringQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """What was asked about lines not withdrawn, for those who read them as *high*: whatever their level is now.

        Coordinators of the cluster and focal points; nobody else, since the reason tells of what was *high*.
        `rights` as above.
        """
        standing = self.exclude(engagement__status="withdrawn")
        if user.is_authenticated and user.is_active and user.task_team == "focal_point":
            return standing
        return standing.filter(engagement__cluster__in=rights_given(user, rights).coordinated)

    def decided_about(self, engagement: "Engagement") -> Self:
        """What a second person agreed to or refused about one line, the latest first, with both names: one query."""
        decided = self.filter(engagement=engagement, decided_at__isnull=False)
        return decided.select_related("asked_by", "decided_by").order_by("-decided_at")

    def to_decide(self, user: Any, rights: Rights | None = None) -> Self:
        """What waits for `user` as the second person: of those she reads what another one asked for."""
        return self.visible_to(user, rights).filter(outcome="waiting").exclude(asked_by=user.pk)


OF_LINES = ("opened", "exported", "level")
"""Kinds of audit events whose subject, if any, is an engagement."""


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """What happened in the clusters whose log `user` keeps. Nobody else reads it in the tool.

        What is told of one engagement is left out unless she can list that engagement now: it may have moved to a
        cluster that is not hers.
        """
        from ..models import Engagement

        own = rights_given(user, rights)
        listed = Engagement.objects.visible_to(user, own).filter(pk=OuterRef("subject_id"))
        about_none = ~Q(kind__in=OF_LINES) | Q(subject_id=None)
        return self.filter(about_none | Exists(listed), cluster_id__in=own.coordinated)

    def openings_of(self, line: "Engagement", user: Any) -> list[dict[str, Any]]:
        """Who but `user` opened this line, as far as she reads the record: `actor`, `last` and how often (`n`).

        The latest first, ten at most. Two queries, or three.
        """
        rows = self.visible_to(user).filter(kind="opened", subject_id=line.pk).exclude(actor_id=user.pk)
        people: Any = rows.order_by().values("actor_id", "actor").annotate(last=Max("at"), n=Count("pk"))
        return list(people.order_by("-last")[:10])

    def of_accounts(self, user: Any) -> Self:
        """Who was given or lost which right, and how people sign in, everywhere: to focal points; to nobody else."""
        is_focal_point = user.is_authenticated and user.is_active and user.task_team == "focal_point"
        return self.filter(kind__in=["role", "factor", "address"]) if is_focal_point else self.none()


class ImportBatchQuerySet(models.QuerySet):
    def of(self, user: Any) -> Self:
        """Files that `user` handed in herself; nobody sees those of another. None for inactive people."""
        return self.filter(by=user.pk) if user.is_authenticated and user.is_active else self.none()

    def waiting(self, now: datetime) -> Self:
        """Those that can still be confirmed."""
        return self.filter(state="draft", expires_at__gt=now).exclude(content={})

    def expired(self, now: datetime) -> Self:
        """Those that nobody confirmed in time and whose rows are still there."""
        return self.filter(state="draft", expires_at__lte=now).exclude(content={})

    def forget(self) -> int:
        """Empty their rows and all that was said of them; how many that were."""
        return self.update(content={}, columns={}, choices={})


class ImportedRowQuerySet(models.QuerySet):
    def changed_in_bulk(self, engagement: "Engagement") -> Self:
        """What changes of several lines wrote of a row that passed the gate, with each change and who made it."""
        return self.filter(engagement=engagement, batch__kind="bulk").select_related("batch__by")

    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Rows of imports whose engagement `user` may read, withdrawn ones included. `rights` as above."""
        from ..models import Engagement

        return self.filter(engagement__in=Engagement.objects.visible_to(user, rights).order_by().values("pk"))
