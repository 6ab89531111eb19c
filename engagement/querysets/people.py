"""Who somebody is: her account, her roles, the clusters that follow from them; what waits for herself alone."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import connection, models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from mandates.models import CallForInput, CountryVisit, Mandate, Recommendation, Report

if TYPE_CHECKING:
    from ..models import Cluster, LevelLowering, SupportRequest

COORDINATING = ("coordinator", "co_coordinator", "imo")
"""Roles that log and edit a cluster's engagements."""

ROLES = """
SELECT cluster.id, membership.role FROM engagement_cluster cluster
LEFT JOIN engagement_cluster above ON above.id = cluster.parent_id
JOIN engagement_membership membership ON membership.cluster_id IN (cluster.id, cluster.parent_id, above.parent_id)
WHERE membership.user_id = %s AND membership.ended_on IS NULL
"""
"""Each cluster in which a person has a current role, there or above it, with the role. Every page asks this, in SQL
because Django takes several times as long to put the question together as the database to answer it."""


class UserQuerySet(models.QuerySet):
    def never_signed_in(self) -> Self:
        """People whose account waits for them."""
        return self.filter(is_active=True, last_login=None)

    def of_cluster(self, cluster: "Cluster") -> Self:
        """People with an account in use and a current role in `cluster` itself: its mails reach them."""
        from ..models import Membership

        roles = Membership.objects.current().filter(cluster=cluster, user=OuterRef("pk"))
        return self.filter(Exists(roles), is_active=True)

    def able_to_answer(self, request: "SupportRequest") -> Self:
        """People of the task team who read this request: all up to *moderate*, focal points alone a *high* one."""
        roles = ["focal_point"] if request.engagement.level == "high" else ["reader", "focal_point"]
        return self.filter(is_active=True, task_team__in=roles)

    def focal_points(self) -> Self:
        """HRE TT focal points with an account in use: they read everything, and confirm who else may."""
        return self.filter(is_active=True, task_team="focal_point")

    def administrators(self) -> Self:
        """Administrators with an account in use: they keep the accounts, and each other's."""
        return self.filter(is_active=True, is_administrator=True)

    def keeping_log_of(self, cluster: "Cluster") -> Self:
        """People with an account in use who coordinate `cluster`, by a role in it or in one above it."""
        from ..models import Membership

        above = [cluster.pk, cluster.parent_id, cluster.parent and cluster.parent.parent_id]
        return self.filter(Exists(Membership.objects.coordinating().filter(cluster__in=above, user=OuterRef("pk"))))

    def able_to_decide(self, lowering: "LevelLowering") -> Self:
        """Who can be the second person: focal points, and others who keep the log of the cluster of its engagement."""
        people = self.focal_points() | self.keeping_log_of(lowering.engagement.cluster).filter(is_active=True)
        return people.exclude(pk=lowering.asked_by_id).order_by("email")

    def with_mail_that_did_not_leave(self) -> Self:
        """People who should have got a mail, by an administrator or "forgot your password?", and perhaps have none."""
        from ..models import OutgoingMail

        stuck = {"mails__state__in": ["waiting", "refused", "uncertain"], "mails__cluster": None}
        return self.filter(is_active=True, mails__kind__in=OutgoingMail.ABOUT_ACCOUNTS, **stuck).distinct()


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
    at once. One query.
    """
    from ..models import Cluster

    rights = Rights(user.pk, set(), set())
    if not user.is_authenticated or not user.is_active:
        return rights
    key = Cluster._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(ROLES, [user._meta.pk.get_db_prep_value(user.pk, connection)])
        for cluster, role in cursor.fetchall():
            (rights.coordinated if role in COORDINATING else rights.joined).add(key.to_python(cluster))
    return rights


def rights_given(user: Any, known: Rights | None) -> Rights:
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
        from ..models import Membership

        return self.within(Membership.objects.current().filter(user=user, role__in=roles).values("cluster"))

    def coordinated_by(self, user: Any, rights: Rights | None = None) -> Self:
        """Clusters whose log `user` keeps: as coordinator, co-coordinator or information management officer.

        `rights` are those of this user, where the caller has read them already.
        """
        if rights is None:
            return self._of(user, COORDINATING)
        return self.filter(pk__in=rights_given(user, rights).coordinated)

    def within(self, clusters: Any) -> Self:
        """These clusters (keys, or a query for them), and those below them to a depth of two."""
        return self.filter(Q(pk__in=clusters) | Q(parent__in=clusters) | Q(parent__parent__in=clusters))

    def without_coordinator(self, today: date) -> Self:
        """Clusters active on `today` whose log nobody keeps."""
        from ..models import Membership

        kept = Membership.objects.coordinating().values("cluster")
        return self.active(today).exclude(Q(pk__in=kept) | Q(parent__in=kept) | Q(parent__parent__in=kept))

    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Clusters whose page `user` may open: her own ones; all of them for the task team. `rights` as above."""
        if user.is_authenticated and user.is_active and user.task_team:
            return self.all()
        return self.joined_by(user) if rights is None else self.filter(pk__in=rights_given(user, rights).any)

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
        """Clusters for which `user` can subscribe to `kind` (a key of `Subscription.ONE_PRESS`).

        To the visits, which are public: those she belongs to. To the priority mandates: those whose list she reads
        as a coordinator, since what comes of it tells the list. To anything else: none.
        """
        of_kind = {"country_visits": self.joined_by, "priority_mandates": self.coordinated_by}
        return of_kind[kind](user) if kind in of_kind else self.none()

    def concerned_by(self, item: CountryVisit | CallForInput | Report | Recommendation) -> Self:
        """Clusters that can act on `item`: those of a country it names; any where another one names none.

        Of a suggestion that is not confirmed only the cluster that made it and those above: all readers of their log
        know it. One query more unless the countries of `item` were read.
        """
        from ..models import Cluster

        named = [country.pk for country in item.countries.all()]
        if isinstance(item, Recommendation) and item.other_countries and not named:
            return self.none()
        rows = self.filter(country__in=named) if named or isinstance(item, CountryVisit) else self.all()
        if isinstance(item, Report | Recommendation) or item.suggested_in is None or item.confirmed_on:
            return rows
        own = Cluster.objects.filter(pk=item.suggested_in).order_by()
        above = (own.values(name) for name in ("pk", "parent", "parent__parent"))
        return rows.filter(Q(pk__in=next(above)) | Q(pk__in=next(above)) | Q(pk__in=next(above)))

    def active(self, on: date) -> Self:
        """Clusters that exist on that day; unknown ends count as open."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def with_last(self, rows: Any, today: date) -> Self:
        """With `last`, the day on which the last of `rows` began in each, up to `today`; None without any.

        `rows` are engagements that have passed the gate. No query more; an index gives each day at once.
        """
        own = rows.filter(cluster=OuterRef("pk"), started_on__lte=today).order_by("-started_on")
        return self.annotate(last=Subquery(own.values("started_on")[:1]))

    def for_openings(self, user: Any, today: date) -> Self:
        """With what the rules of openings ask of the cluster itself, for `user`: one query.

        `keeps` (she coordinates it), `joined` (she belongs to it), `follows_visits`, `follows_mandates` (somebody in it
        is subscribed), `reviewed_on` (of its priorities), `acting` (mandates in force, thematic or of its
        country, that act on communications).
        """
        from ..models import Cluster, PriorityReview, Subscription

        followed = Subscription.objects.current().filter(cluster=OuterRef("pk"))
        reviews = PriorityReview.objects.filter(cluster=OuterRef("pk")).order_by("-reviewed_on")
        acting = Mandate.objects.in_force(today).filter(acts_on_communications=True, has_started=True)
        acting = acting.filter(Q(kind="thematic") | Q(country=OuterRef("country"))).order_by()
        return self.select_related("country").annotate(
            keeps=Exists(Cluster.objects.coordinated_by(user).filter(pk=OuterRef("pk"))),
            joined=Exists(Cluster.objects.joined_by(user).filter(pk=OuterRef("pk"))),
            follows_visits=Exists(followed.standard("country_visits")),
            follows_mandates=Exists(followed.standard("priority_mandates")),
            reviewed_on=Subquery(reviews.values("reviewed_on")[:1]),
            acting=Coalesce(
                Subquery(acting.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")), 0
            ),
        )


def reads_at_moderate(cluster: "Cluster", user: Any, rights: Rights | None = None) -> bool:
    """`read_at_moderate_by`, of one cluster that `user` sees. No query where `rights`, as above, are given."""
    return bool(user.task_team) or cluster.pk in rights_given(user, rights).coordinated


def reads_overview(user: Any, rights: Rights | None = None) -> bool:
    """Whether the overview is for `user`: the task team's, and coordinators' of their clusters. `rights` as above."""
    return bool(user.task_team) or bool(rights_given(user, rights).coordinated)


def read_wholly_by(user: Any, rights: Rights | None = None) -> set[Any] | None:
    """The ids of the clusters of whose log `user` reads every level; None for all of them. `rights` as above."""
    return None if user.task_team == "focal_point" else rights_given(user, rights).coordinated


def sees_account_changes(user: Any) -> bool:
    """Whether the changes to accounts that take two people are hers to see: focal points decide, administrators ask."""
    return user.is_authenticated and user.is_active and (user.task_team == "focal_point" or user.is_administrator)


class AccountChangeQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of them to focal points, who decide, and to administrators, who ask; to nobody else."""
        return self.all() if sees_account_changes(user) else self.none()

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


KEPT_FOR, DRAFT_KEPT_FOR = timedelta(days=1), timedelta(days=14)
"""How long a form waits for its person to sign in again, and a draft for her to go on."""


class KeptFormQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """What `user` typed herself and still waits for her; nobody reads what somebody else typed."""
        return self.filter(~self._is_expired(), typed_by=user.pk)

    def expired(self) -> Self:
        """What nobody came back for in time."""
        return self.filter(self._is_expired())

    @staticmethod
    def _is_expired() -> Q:
        now = timezone.now()
        return Q(is_draft=False, kept_at__lte=now - KEPT_FOR) | Q(is_draft=True, kept_at__lte=now - DRAFT_KEPT_FOR)
