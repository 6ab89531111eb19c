"""Who may read what: every rule about which rows of the clusters' side a person gets. Nowhere else.

Views, form choices, filters, counts, exports and messages start from these querysets. A count over rows that its
reader could not list would be a leak too (the own-eyes rule).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from mandates.models import CallForInput, CountryVisit, Mandate, Report

from .actions import CONTACTS, ids_of

if TYPE_CHECKING:
    from .models import Cluster, Contribution, Engagement, OutgoingMail, SupportRequest

COORDINATING = ("coordinator", "co_coordinator", "imo")
"""Roles that log and edit a cluster's engagements."""

MANY = 2_000
"""Lines about one mandate that are still quickly put in order."""

SENDING_TAKES = timedelta(minutes=15)
"""No mail server takes longer over one mail; after that whoever was sending it is gone."""


class UserQuerySet(models.QuerySet):
    def never_signed_in(self) -> Self:
        """People whose account waits for them."""
        return self.filter(is_active=True, last_login=None)

    def of_cluster(self, cluster: "Cluster") -> Self:
        """People with an account in use and a current role in `cluster` itself: its mails reach them."""
        from .models import Membership

        roles = Membership.objects.current().filter(cluster=cluster, user=OuterRef("pk"))
        return self.filter(Exists(roles), is_active=True)

    def able_to_answer(self, request: "SupportRequest") -> Self:
        """People of the task team who read this request: all up to *moderate*, focal points alone a *high* one."""
        roles = ["focal_point"] if request.engagement.level == "high" else ["reader", "focal_point"]
        return self.filter(is_active=True, task_team__in=roles)

    def focal_points(self) -> Self:
        """HRE TT focal points with an account in use: they read everything, and confirm who else may."""
        return self.filter(is_active=True, task_team="focal_point")

    def keeping_log_of(self, cluster: "Cluster") -> Self:
        """People with an account in use who coordinate `cluster`, by a role in it or in one above it."""
        from .models import Membership

        above = [cluster.pk, cluster.parent_id, cluster.parent and cluster.parent.parent_id]
        return self.filter(Exists(Membership.objects.coordinating().filter(cluster__in=above, user=OuterRef("pk"))))

    def with_mail_that_did_not_leave(self) -> Self:
        """People who should have got a mail, by an administrator or "forgot your password?", and perhaps have none."""
        stuck = {"mails__state__in": ["waiting", "refused", "uncertain"], "mails__cluster": None}
        return self.filter(is_active=True, **stuck).distinct()


class Rights(NamedTuple):
    """The ids of the clusters that a person coordinates, and of those that she is a member of."""

    person: Any
    coordinated: set[Any]
    joined: set[Any]

    @property
    def any(self) -> set[Any]:
        return self.coordinated | self.joined


def rights_of(user: Any) -> Rights:
    """What the memberships of `user` give her: the clusters themselves and those below them, to a depth of two.

    Nothing for anonymous and inactive people. Asked anew at each call, so that a role which ends takes its rights away
    at once. One query, and one more for the clusters below if she has any.
    """
    from .models import Cluster, Membership

    rights = Rights(user.pk, set(), set())
    if not user.is_authenticated or not user.is_active:
        return rights
    current = Membership.objects.filter(user=user, ended_on=None).order_by()
    role_in: dict[Any, str] = dict(current.values_list("cluster", "role"))
    if role_in:
        below = Cluster.objects.filter(Q(pk__in=role_in) | Q(parent__in=role_in) | Q(parent__parent__in=role_in))
        for pk, *above in below.order_by().values_list("pk", "parent", "parent__parent"):
            for role in (role_in[key] for key in (pk, *above) if key in role_in):
                (rights.coordinated if role in COORDINATING else rights.joined).add(pk)
    return rights


def _rights(user: Any, known: Rights | None) -> Rights:
    """`known`, or the rights read now. Raises ValueError for somebody else's: a found key does not open the gate."""
    if known is None:
        return rights_of(user)
    if known.person != user.pk:
        raise ValueError("these are the rights of another person")
    return known


class MembershipQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Memberships that give rights: not ended."""
        return self.filter(ended_on=None)

    def coordinating(self) -> Self:
        """Current memberships whose role keeps the log, of people who still have an account."""
        return self.current().filter(role__in=COORDINATING, user__is_active=True)


class ClusterQuerySet(models.QuerySet):
    def _of(self, user: Any, roles: tuple[str, ...]) -> Self:
        """Clusters in which `user` has one of `roles`, and those below them; as a subquery, so that it costs none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        from .models import Membership

        return self.within(Membership.objects.current().filter(user=user, role__in=roles).values("cluster"))

    def coordinated_by(self, user: Any, rights: Rights | None = None) -> Self:
        """Clusters whose log `user` keeps: as coordinator, co-coordinator or information management officer.

        `rights` are those of this user, where the caller has read them already.
        """
        if rights is None:
            return self._of(user, COORDINATING)
        return self.filter(pk__in=_rights(user, rights).coordinated)

    def within(self, clusters: Any) -> Self:
        """These clusters (keys, or a query for them), and those below them to a depth of two."""
        return self.filter(Q(pk__in=clusters) | Q(parent__in=clusters) | Q(parent__parent__in=clusters))

    def without_coordinator(self, today: date) -> Self:
        """Clusters active on `today` whose log nobody keeps."""
        from .models import Membership

        kept = Membership.objects.coordinating().values("cluster")
        return self.active(today).exclude(Q(pk__in=kept) | Q(parent__in=kept) | Q(parent__parent__in=kept))

    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Clusters whose page `user` may open: her own ones; all of them for the task team. `rights` as above."""
        if user.is_authenticated and user.is_active and user.task_team:
            return self.all()
        return self.joined_by(user) if rights is None else self.filter(pk__in=_rights(user, rights).any)

    def named_in_files_of(self, user: Any) -> Self:
        """Clusters to choose from in a file that `user` fills in, by name: those whose log she keeps.

        All of them for the task team, who only read it.
        """
        return (self.visible_to(user) if user.task_team else self.coordinated_by(user)).order_by("name")

    def joined_by(self, user: Any) -> Self:
        """Clusters to which `user` belongs, in whatever role."""
        return self._of(user, (*COORDINATING, "member"))

    def read_at_moderate_by(self, user: Any) -> Self:
        """Clusters of which `user` reads level *moderate*: those she coordinates; all of them for the task team.

        Priorities, planned events and what is set aside are of that level.
        """
        if user.is_authenticated and user.is_active and user.task_team:
            return self.all()
        return self.coordinated_by(user)

    def followable_by(self, user: Any, kind: str) -> Self:
        """Clusters for which `user` can subscribe to `kind` (`Subscription.Kind`).

        To the visits, which are public: those she belongs to. To the priority mandates: those whose list she reads
        as a coordinator. To anything else: none.
        """
        of_kind = {"country_visits": self.joined_by, "priority_mandates": self.coordinated_by}
        return of_kind[kind](user) if kind in of_kind else self.none()

    def concerned_by(self, item: CountryVisit | CallForInput | Report) -> Self:
        """Clusters that can act on `item`: those of a country it names; any where a call or report names none.

        Of a suggestion that is not confirmed only the cluster that made it and those above: all readers of their log
        know it. One query more unless the countries of `item` were read.
        """
        from .models import Cluster

        named = [country.pk for country in item.countries.all()]
        rows = self.filter(country__in=named) if named or isinstance(item, CountryVisit) else self.all()
        if isinstance(item, Report) or item.suggested_in is None or item.confirmed_on:
            return rows
        own = Cluster.objects.filter(pk=item.suggested_in).order_by()
        above = (own.values(name) for name in ("pk", "parent", "parent__parent"))
        return rows.filter(Q(pk__in=next(above)) | Q(pk__in=next(above)) | Q(pk__in=next(above)))

    def active(self, on: date) -> Self:
        """Clusters that exist on that day; unknown ends count as open."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def for_openings(self, user: Any, today: date) -> Self:
        """With what the rules of openings ask of the cluster itself, for `user`: one query.

        `keeps` (she coordinates it), `joined` (she belongs to it), `follows_visits`, `follows_mandates` (somebody in it
        is subscribed), `reviewed_on` (of its priorities), `acting` (mandates in force, thematic or of its
        country, that act on communications).
        """
        from .models import Cluster, PriorityReview, Subscription

        followed = Subscription.objects.current().filter(cluster=OuterRef("pk"))
        reviews = PriorityReview.objects.filter(cluster=OuterRef("pk")).order_by("-reviewed_on")
        acting = Mandate.objects.in_force(today).filter(acts_on_communications=True, has_started=True)
        acting = acting.filter(Q(kind="thematic") | Q(country=OuterRef("country"))).order_by()
        return self.select_related("country").annotate(
            keeps=Exists(Cluster.objects.coordinated_by(user).filter(pk=OuterRef("pk"))),
            joined=Exists(Cluster.objects.joined_by(user).filter(pk=OuterRef("pk"))),
            follows_visits=Exists(followed.filter(kind="country_visits")),
            follows_mandates=Exists(followed.filter(kind="priority_mandates")),
            reviewed_on=Subquery(reviews.values("reviewed_on")[:1]),
            acting=Coalesce(
                Subquery(acting.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")), 0
            ),
        )


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
        own = _rights(user, rights)
        rule = Q(cluster__in=own.coordinated) | Q(level="low", cluster__in=own.joined)
        if user.task_team == "reader":
            rule |= Q(level__in=["low", "moderate"])
        return self.filter(rule)

    def editable_by(self, user: Any) -> Self:
        """Those of the visible ones that `user` may change: of clusters she coordinates, not withdrawn, with text."""
        rights = rights_of(user)
        return self.visible_to(user, rights).filter(cluster__in=rights.coordinated).standing().with_text()

    def exportable_by(self, user: Any) -> Self:
        """Those of the visible ones that a plain export may hold: up to *moderate*."""
        return self.visible_to(user).filter(level__in=["low", "moderate"])

    def exportable_in_confidence_by(self, user: Any) -> Self:
        """All of the visible ones, *high* too, for those whom `exports_in_confidence` lets take them away."""
        rights = rights_of(user)
        return self.visible_to(user, rights) if exports_in_confidence(user, rights) else self.none()

    def standing(self) -> Self:
        """Those not withdrawn."""
        return self.exclude(status="withdrawn")

    def with_text(self) -> Self:
        """Those whose text has not been removed. A line without one is closed: nothing more is written into it."""
        return self.filter(text_removed_on=None)

    def concerning(self, mandate: Mandate) -> Self:
        """Those that name `mandate`. One query, of which the words of no page depend.

        Many: the list walks its order and asks each line. Few: they are collected and put in order. The database
        cannot know beforehand which is quicker, and the wrong one takes five times as long.
        """
        from .models import EngagementMandate

        places = EngagementMandate.objects.filter(mandate=mandate)
        if places[: MANY + 1].count() > MANY:
            return self.filter(Exists(places.filter(engagement=OuterRef("pk"))))
        return self.filter(pk__in=places.values("engagement"))

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

    def counted_by_level(self) -> dict[str, int]:
        """How many of these rows each level has; levels without any are missing. One query."""
        return dict(self.order_by().values_list("level").annotate(n=Count("pk")))

    def counted_by_cluster(self) -> dict[Any, tuple[int, date]]:
        """How many of these rows each cluster (id) has, and the latest `started_on`. One query."""
        return self._counted_by("cluster")

    def counted_by_action(self) -> dict[Any, tuple[int, date]]:
        """How many of these rows each action (number) has, and the latest `started_on`. One query."""
        return self._counted_by("action__number")

    def _counted_by(self, column: str) -> dict[Any, tuple[int, date]]:
        rows = self.order_by().values_list(column).annotate(n=Count("pk"), latest=Max("started_on"))
        return {key: (n, latest) for key, n, latest in rows}


class AccountChangeQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of them to focal points, who decide, and to administrators, who ask; to nobody else."""
        is_kept = user.is_authenticated and user.is_active
        return self.all() if is_kept and (user.task_team == "focal_point" or user.is_administrator) else self.none()

    def waiting(self) -> Self:
        """Those on which nobody has decided."""
        return self.filter(state="waiting")

    def confirmable_by(self, user: Any) -> Self:
        """Those that wait for `user`: a focal point, who neither asked for it nor gains by it."""
        if user.task_team != "focal_point":
            return self.none()
        return self.visible_to(user).waiting().exclude(asked_by=user.pk).exclude(person=user.pk)

    def for_page(self) -> Self:
        """With the people they name: one query."""
        return self.select_related("person", "asked_by", "decided_by")


OF_LINES = ("opened", "exported", "level")
"""Kinds of audit events whose subject, if any, is an engagement."""


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """What happened in the clusters whose log `user` keeps. Nobody else reads it in the tool.

        What is told of one engagement is left out unless she can list that engagement now: it may have moved to a
        cluster that is not hers.
        """
        from .models import Engagement

        own = _rights(user, rights)
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


class LevelLoweringQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """What was asked about lines not withdrawn, for those who read them as *high*: whatever their level is now.

        Coordinators of the cluster and focal points; nobody else, since the reason tells of what was *high*.
        `rights` as above.
        """
        standing = self.exclude(engagement__status="withdrawn")
        if user.is_authenticated and user.is_active and user.task_team == "focal_point":
            return standing
        return standing.filter(engagement__cluster__in=_rights(user, rights).coordinated)

    def to_decide(self, user: Any, rights: Rights | None = None) -> Self:
        """What waits for `user` as the second person: of those she reads what another one asked for."""
        return self.visible_to(user, rights).filter(outcome="waiting").exclude(asked_by=user.pk)


KEPT_FOR = timedelta(days=1)
"""How long a form waits for its person to sign in again."""


class KeptFormQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """What `user` typed herself within the last day (`KEPT_FOR`); nobody reads what somebody else typed."""
        return self.filter(typed_by=user.pk, kept_at__gt=timezone.now() - KEPT_FOR)

    def expired(self) -> Self:
        """What nobody came back for in time."""
        return self.filter(kept_at__lte=timezone.now() - KEPT_FOR)


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
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Rows of imports whose engagement `user` may read, withdrawn ones included. `rights` as above."""
        from .models import Engagement

        return self.filter(engagement__in=Engagement.objects.visible_to(user, rights).order_by().values("pk"))


AWAITED = ("open", "in_progress")
"""States of a support request in which the task team owes an answer."""


class SupportRequestQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Requests on engagements that `user` may read, withdrawn ones left out. `rights` as above."""
        from .models import Engagement

        readable = Engagement.objects.visible_to(user, rights).standing()
        return self.filter(engagement__in=readable.order_by().values("pk"))

    def for_list(self) -> Self:
        """With what a line of the queue shows, those that wait longest first: one query."""
        return self.select_related("engagement__cluster", "engagement__action", "owner").order_by("opened_at", "id")

    def waiting(self) -> Self:
        """Requests to which the task team still owes an answer."""
        return self.filter(status__in=AWAITED)

    def overdue(self, today: date) -> Self:
        """Those that still wait after their due day."""
        return self.waiting().filter(due_on__lt=today)

    def counted(self, user: Any, today: date) -> dict[str, int]:
        """How many of these rows are `waiting`; of those, how many `overdue`, `untaken`, and `mine`: taken by `user`.

        One query.
        """
        waiting = Q(status__in=AWAITED)
        return self.aggregate(
            waiting=Count("pk", filter=waiting),
            overdue=Count("pk", filter=waiting & Q(due_on__lt=today)),
            untaken=Count("pk", filter=waiting & Q(owner=None)),
            mine=Count("pk", filter=waiting & Q(owner=user.pk)),
        )


class GuidanceNoteQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Notes that `user` may read; `none()` for members, plain administrators, anonymous and inactive people.

        *Moderate* ones: the coordinators of any cluster and the task team. *High* ones: the coordinators of the cluster
        that it came from (and of those above it), and focal points. One query, with the rights as a subquery.
        """
        from .models import Cluster

        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.task_team == "focal_point":
            return self.all()
        own = Cluster.objects.coordinated_by(user)
        rule = Q(level="high", cluster__in=own)
        rule |= Q(level="moderate") if user.task_team else Q(Exists(own), level="moderate")
        return self.filter(rule)

    def current(self) -> Self:
        """Notes that are shown: not ended."""
        return self.filter(ended_on=None)

    def for_list(self, user: Any) -> Self:
        """With what a list shows, by action, the latest first, and `names_origin`: whether `user` may know from where.

        She may when she reads the support request that it came from.
        """
        from .models import SupportRequest

        origin = SupportRequest.objects.visible_to(user).filter(pk=OuterRef("request"))
        rows = self.select_related("action", "cluster", "kept_by").annotate(names_origin=Exists(origin))
        return rows.order_by("action__number", "-kept_at", "id")


class ActQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """The own fields of acts whose engagement `user` may read, withdrawn ones included. `rights` as above."""
        from .models import Engagement

        return self.filter(engagement__in=Engagement.objects.visible_to(user, rights).order_by().values("pk"))

    def standing(self) -> Self:
        """Those whose engagement is not withdrawn."""
        return self.exclude(engagement__status="withdrawn")

    def for_page(self) -> Self:
        """With the engagement, its cluster, action and call."""
        return self.select_related("engagement__cluster__country", "engagement__action", "engagement__call")


class ContributionOfferQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Offers that `user` made herself, and those made to clusters that she coordinates. `rights` as above.

        What was taken back is gone for everybody but its maker.
        """
        own = _rights(user, rights)
        kept = Q(cluster__in=own.coordinated) & ~Q(state="withdrawn")
        return self.filter(kept | Q(offered_by=user.pk)) if user.is_active else self.none()

    def made_by(self, user: Any, rights: Rights | None = None) -> Self:
        """Those of `user` herself, whatever became of them; the latest first. `rights` as above."""
        own = self.visible_to(user, rights).filter(offered_by=user.pk)
        return own.order_by("-offered_at", "id").select_related("call", "cluster", "decided_by")

    def kept_by(self, user: Any, rights: Rights | None = None) -> Self:
        """Those that `user` decides on: of clusters she coordinates, not taken back; the first made first."""
        own = _rights(user, rights)
        kept = self.visible_to(user, own).filter(cluster__in=own.coordinated)
        return kept.exclude(state="withdrawn").order_by("offered_at", "id")

    def waiting(self, user: Any, rights: Rights | None = None) -> list[dict[str, Any]]:
        """What waits for `user` to decide: for each cluster and call how many offers (`n`), and the `contribution`
        (key) that is begun, if any. Not for a call that was withdrawn before one was. One query; `rights` as above."""
        from .models import Contribution

        begun = Contribution.objects.visible_to(user, rights).standing()
        begun = begun.filter(engagement__cluster=OuterRef("cluster"), engagement__call=OuterRef("call"))
        rows: Any = self.kept_by(user, rights).filter(state="offered")
        rows = rows.order_by("call__closes_at", "call__title", "call")
        rows = rows.annotate(contribution=Subquery(begun.values("pk")[:1]))
        rows = rows.filter(Q(call__withdrawn_on=None) | Q(contribution__isnull=False))
        columns = ("cluster__name", "cluster__slug", "call", "call__title", "call__closes_at", "contribution")
        return list(rows.values(*columns).annotate(n=Count("pk")))


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Contacts of the clusters that `user` coordinates, without the removed ones: nobody else reads addresses."""
        from .models import Cluster

        return self.filter(cluster__in=Cluster.objects.coordinated_by(user), removed_on=None)

    def of_cluster(self, cluster: "Cluster") -> Self:
        """Contacts of `cluster` whom its mails reach: not removed, and no member has the same address meanwhile."""
        from .models import User

        members = User.objects.of_cluster(cluster).values("email")
        return self.filter(cluster=cluster, removed_on=None).exclude(email__in=members)


class OutgoingMailQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Mails by which something was shared in clusters that `user` coordinates: nobody else reads who got them."""
        from .models import Cluster

        return self.filter(share__isnull=False, cluster__in=Cluster.objects.coordinated_by(user))

    def telling_of(self, cluster: "Cluster", **item: Any) -> Self:
        """Mails of `cluster` that told somebody of an item (`visit=`, `call=` or `report=`) or will, the last one last.

        For the cluster's coordinators and the acts they do. Lines that were withdrawn count for nothing.
        """
        ((noun, row),) = item.items()
        mails = self.filter(**{f"share__engagement__{noun}": row}, cluster=cluster)
        standing = mails.exclude(share__engagement__status="withdrawn").exclude(state="dropped")
        return standing.order_by("created_at", "id")

    def due(self, now: datetime) -> Self:
        """Mails to try at `now`, those written first first."""
        return self.filter(state="waiting", due_at__lte=now).order_by("created_at", "id")

    def broken_off(self, now: datetime) -> Self:
        """Mails that a process began to send and never said what became of: it was killed meanwhile."""
        return self.filter(state="sending", tried_at__lt=now - SENDING_TAKES)

    def latest_invitations(self, cluster: "Cluster") -> dict[Any, "OutgoingMail"]:
        """The last invitation into `cluster` of each person (id). One query; for the cluster's coordinators."""
        rows: Any = self.filter(kind="invitation", cluster=cluster).order_by("created_at")
        return {mail.to_id: mail for mail in rows}

    def latest_requests(self, contribution: "Contribution") -> dict[Any, "OutgoingMail"]:
        """The last mail that asked each person (id) for paragraphs. One query; for the cluster's coordinators."""
        rows: Any = self.filter(kind="offers", contribution=contribution).order_by("created_at")
        return {mail.to_id: mail for mail in rows}


Scopes = frozenset[Any]
"""The keys of the clusters whose log may point to a suggestion; empty for a row that everyone knows."""


def with_scopes(rows: Any) -> Any:
    """Visits or calls with the clusters above the one that suggested them; for `scopes_of`. No query more."""
    from .models import Cluster

    own = Cluster.objects.filter(pk=OuterRef("suggested_in"))
    key = models.UUIDField()
    return rows.annotate(
        above=Subquery(own.values("parent")[:1], output_field=key),
        further_above=Subquery(own.values("parent__parent")[:1], output_field=key),
    )


def scopes_of(item: Any) -> Scopes:
    """The rule of `Cluster.reference_scopes`, asked of one visit or call from `with_scopes`."""
    if item.suggested_in is None or item.confirmed_on:
        return frozenset()
    return frozenset(key for key in (item.suggested_in, item.above, item.further_above) if key)


def may_suggest(user: Any) -> bool:
    """Whether `user` enters visits and calls: coordinators suggest, the task team confirms. One query at most."""
    from .models import Cluster

    return bool(user.task_team) or Cluster.objects.coordinated_by(user).exists()


def mendable(items: Iterable[Any], user: Any) -> set[Any]:
    """The keys of those visits and calls that `user` may change and withdraw.

    She suggested them herself, in a cluster that she still coordinates, and the task team has not decided. That team
    mends entries in the administration. One query at most.
    """
    from .models import Cluster

    own = {item.pk: item.suggested_in for item in items if item.is_unconfirmed and item.suggested_by == user.email}
    if not own or user.task_team:
        return set()
    kept = set(Cluster.objects.coordinated_by(user).filter(pk__in=own.values()).values_list("pk", flat=True))
    return {key for key, cluster in own.items() if cluster in kept}


def suggestions_to_confirm(user: Any) -> int:
    """How many suggestions wait for the task team; 0 to everyone else, who decides nothing. Two queries at most."""
    if not user.task_team:
        return 0
    return sum(model.objects.known_to(user).to_confirm().count() for model in (CountryVisit, CallForInput))


class ClusterRecordQuerySet(models.QuerySet):
    """Rows of a cluster that are of level *moderate* as a whole, through `cluster`."""

    def visible_to(self, user: Any) -> Self:
        """Those of clusters of which `user` reads *moderate*: coordinators of the cluster and the task team."""
        from .models import Cluster

        return self.filter(cluster__in=Cluster.objects.read_at_moderate_by(user))


class PriorityMandateQuerySet(ClusterRecordQuerySet):
    def current(self) -> Self:
        """Those on the list now, by rank."""
        return self.filter(ended_on=None).order_by("cluster", "rank")


class ClusterEventQuerySet(ClusterRecordQuerySet):
    def planned(self, today: date) -> Self:
        """Those that lie ahead, today's included, and are not called off; the next one first."""
        return self.filter(called_off_on=None, day__gte=today).order_by("day", "title", "id")


class SubscriptionQuerySet(models.QuerySet):
    def of(self, user: Any) -> Self:
        """What `user` herself subscribed to, by cluster; `is_current` as below. Nobody reads those of another."""
        current = type(self)(self.model).current().filter(pk=OuterRef("pk"))
        rows = self.filter(user=user.pk).annotate(is_current=Exists(current))
        return rows.select_related("cluster__country").order_by("cluster__name", "kind")

    def current(self) -> Self:
        """Subscriptions of people who still have an account, and a role in the cluster or in one above it."""
        from .models import Membership

        roles = Membership.objects.current().filter(
            Q(cluster=OuterRef("cluster"))
            | Q(cluster=OuterRef("cluster__parent"))
            | Q(cluster=OuterRef("cluster__parent__parent")),
            user=OuterRef("user"),
        )
        return self.filter(Exists(roles), user__is_active=True)


FULL_VIEW_ONLY = (8, 9)
"""Actions whose openings tell of contacts at level *high*: only who reads all of a cluster's log is shown them."""


def actions_shown(user: Any, *, keeps: bool, joined: bool) -> frozenset[int]:
    """The actions whose openings `user` is shown for a cluster that she keeps, or only joined.

    Coordinators and focal points: all. HRE TT readers: all but 8 and 9. Members: whether anybody follows the visits,
    since the other rules ask of lines and lists that members do not read.
    """
    if keeps or user.task_team == "focal_point":
        return frozenset(range(1, 13))
    if user.task_team == "reader":
        return frozenset(range(1, 13)).difference(FULL_VIEW_ONLY)
    return frozenset({1}) if joined else frozenset()


class SetAsideQuerySet(ClusterRecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As all records of a cluster; those of actions 8 and 9 by whom such openings are shown to."""
        from .models import Cluster

        visible = super().visible_to(user)
        if user.task_team == "focal_point":
            return visible
        kept = Q(cluster__in=Cluster.objects.coordinated_by(user))
        return visible.filter(kept | ~Q(action__in=ids_of(FULL_VIEW_ONLY)))

    def current(self) -> Self:
        """Those that nobody has taken up again."""
        return self.filter(ended_at=None)


def is_editable_by(engagement: "Engagement", user: Any) -> bool:
    """The rule of `editable_by`, asked of one row. One query."""
    return type(engagement).objects.editable_by(user).filter(pk=engagement.pk).exists()


def exports_in_confidence(user: Any, rights: Rights | None = None) -> bool:
    """Whether `user` may take *high* engagements away: focal points those of all, coordinators those of their clusters.

    Which ones these are says `visible_to`. Two queries at most; none with `rights`, which are as above.
    """
    is_focal = user.is_authenticated and user.is_active and user.task_team == "focal_point"
    return is_focal or bool(_rights(user, rights).coordinated)


def levels_of_versions(engagement: "Engagement", user: Any) -> list[str]:
    """The levels at which `user` may read earlier versions of a row that passed the gate.

    Coordinators of its cluster and focal points: all. Others those they could read then, so that text that was
    *high* does not come out by lowering the row. One query.
    """
    if user.task_team == "focal_point" or engagement.cluster_id in rights_of(user).coordinated:
        return ["low", "moderate", "high"]
    return ["low", "moderate"] if user.task_team else ["low"]


def reads_guidance(user: Any, rights: Rights | None = None) -> bool:
    """Whether there is a page of guidance notes for `user`: coordinators and the task team.

    Two queries at most; none with `rights`, which are as above.
    """
    return bool(user.task_team) or bool(_rights(user, rights).coordinated)


def may_write_in_thread(request: "SupportRequest", user: Any) -> bool:
    """Whether `user` may write in, and close, a support request she can see: task team, coordinators of the cluster.

    Nobody does once the text of its engagement was removed.
    """
    if request.engagement.text_removed_on:
        return False
    return bool(user.task_team) or is_editable_by(request.engagement, user)
