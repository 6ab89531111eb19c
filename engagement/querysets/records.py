"""What a cluster keeps besides its log: priorities, events, what is set aside, offers, contacts, mails."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from ..actions import ids_of
from .people import COORDINATING, Rights, rights_given

if TYPE_CHECKING:
    from ..models import Cluster, Contribution, OutgoingMail

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


class ClusterRecordQuerySet(models.QuerySet):
    """Rows of a cluster that are of level *moderate* as a whole, through `cluster`."""

    def visible_to(self, user: Any) -> Self:
        """Those of clusters of which `user` reads *moderate*: coordinators of the cluster and the task team."""
        from ..models import Cluster

        return self.filter(cluster__in=Cluster.objects.read_at_moderate_by(user))


class PriorityMandateQuerySet(ClusterRecordQuerySet):
    def current(self) -> Self:
        """Those on the list now, by rank."""
        return self.filter(ended_on=None).order_by("cluster", "rank")

    def without_any_of(self, lines: Any) -> Self:
        """Those whose mandate none of these engagements of their own cluster names."""
        named = lines.order_by().filter(cluster=OuterRef("cluster"), mandate_places__mandate=OuterRef("mandate"))
        return self.filter(~Exists(named))


class ClusterEventQuerySet(ClusterRecordQuerySet):
    def planned(self, today: date) -> Self:
        """Those that lie ahead, today's included, and are not called off; the next one first."""
        return self.filter(called_off_on=None, day__gte=today).order_by("day", "title", "id")


class SetAsideQuerySet(ClusterRecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As all records of a cluster; those of actions 8 and 9 by whom such openings are shown to."""
        from ..models import Cluster

        visible = super().visible_to(user)
        if user.task_team == "focal_point":
            return visible
        kept = Q(cluster__in=Cluster.objects.coordinated_by(user))
        return visible.filter(kept | ~Q(action__in=ids_of(FULL_VIEW_ONLY)))

    def current(self) -> Self:
        """Those that nobody has taken up again."""
        return self.filter(ended_at=None)


class SubscriptionQuerySet(models.QuerySet):
    def of(self, user: Any) -> Self:
        """What `user` herself subscribed to, by cluster. Nobody reads those of another."""
        return self.filter(user=user.pk).for_page()

    def defaults_for(self, user: Any) -> Self:
        """What her clusters follow for all who belong to them, herself included, left or not; `is_left` says which.

        A role in the cluster itself counts, as for its mails. The list of priorities is *moderate*: what a cluster
        follows of it reaches, and is shown to, those who coordinate the cluster.
        """
        from ..models import Membership, SubscriptionOptOut

        own = Membership.objects.current().filter(user=user.pk, user__is_active=True, cluster=OuterRef("cluster"))
        left = SubscriptionOptOut.objects.filter(user=user.pk, subscription=OuterRef("pk"))
        reaches = Q(Exists(own.filter(role__in=COORDINATING))) | Q(Exists(own), of_priorities=False)
        return self.filter(reaches, user=None).annotate(is_left=Exists(left)).for_page()

    def keepable_by(self, user: Any) -> Self:
        """Those that `user` changes and ends: her own, and what clusters that she coordinates follow for all."""
        from ..models import Cluster

        kept = Q(user=None, cluster__in=Cluster.objects.coordinated_by(user).values("pk"))
        return self.filter(Q(user=user.pk) | kept).for_page()

    def for_page(self) -> Self:
        """With all that `about` says, and `is_current` (see below), by cluster: one query."""
        current = type(self)(self.model).current().filter(pk=OuterRef("pk"))
        rows = self.select_related("cluster__country", "cluster__parent", "country", "mandate")
        return rows.annotate(is_current=Exists(current)).order_by("cluster__name", "since", "id")

    def current(self) -> Self:
        """Those that do something: of people who still have an account and, where it is for a cluster, a role in it or
        in one above; the priority mandates need a role that reads their list. What a cluster follows needs no person.
        Nothing that is of a closed cluster does anything."""
        from ..models import Cluster, Membership

        active = Cluster.objects.active(timezone.localdate()).order_by()
        roles = Membership.objects.current().filter(
            Q(cluster=OuterRef("cluster"))
            | Q(cluster=OuterRef("cluster__parent"))
            | Q(cluster=OuterRef("cluster__parent__parent")),
            user=OuterRef("user"),
        )
        has_role = Q(Exists(roles.filter(role__in=COORDINATING))) | Q(Exists(roles), of_priorities=False)
        rows = self.filter(Q(cluster=None) | Q(cluster__in=active.values("pk")))
        return rows.filter(Q(user=None) | (Q(user__is_active=True) & (Q(cluster=None) | has_role)))

    def standard(self, kind: str) -> Self:
        """Those that follow for a cluster all that one press of `kind` (a key of `ONE_PRESS`) subscribes to."""
        from ..models import Subscription

        return self.filter(**Subscription.ONE_PRESS[kind]).filter(
            Q(of_country=True, of_priorities=False, mandate=None)
            | Q(of_country=False, of_priorities=True, country=None)
        )


class ContributionOfferQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Offers that `user` made herself, and those made to clusters that she coordinates. `rights` as above.

        What was taken back is gone for everybody but its maker.
        """
        own = rights_given(user, rights)
        kept = Q(cluster__in=own.coordinated) & ~Q(state="withdrawn")
        return self.filter(kept | Q(offered_by=user.pk)) if user.is_active else self.none()

    def made_by(self, user: Any, rights: Rights | None = None) -> Self:
        """Those of `user` herself, whatever became of them; the latest first. `rights` as above."""
        own = self.visible_to(user, rights).filter(offered_by=user.pk)
        return own.order_by("-offered_at", "id").select_related("call", "cluster", "decided_by")

    def kept_by(self, user: Any, rights: Rights | None = None) -> Self:
        """Those that `user` decides on: of clusters she coordinates, not taken back; the first made first."""
        own = rights_given(user, rights)
        kept = self.visible_to(user, own).filter(cluster__in=own.coordinated)
        return kept.exclude(state="withdrawn").order_by("offered_at", "id")

    def waiting(self, user: Any, rights: Rights | None = None) -> list[dict[str, Any]]:
        """What waits for `user` to decide: for each cluster and call how many offers (`n`), and the `contribution`
        (key) that is begun, if any. Not for a call that was withdrawn before one was. One query; `rights` as above."""
        from ..models import Contribution

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
        from ..models import Cluster

        return self.filter(cluster__in=Cluster.objects.coordinated_by(user), removed_on=None)

    def of_cluster(self, cluster: "Cluster") -> Self:
        """Contacts of `cluster` whom its mails reach: not removed, and no member has the same address meanwhile."""
        from ..models import User

        members = User.objects.of_cluster(cluster).values("email")
        return self.filter(cluster=cluster, removed_on=None).exclude(email__in=members)


SENDING_TAKES = timedelta(minutes=15)
"""No mail server takes longer over one mail; after that whoever was sending it is gone."""


class OutgoingMailQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Mails by which something was shared in clusters that `user` coordinates: nobody else reads who got them."""
        from ..models import Cluster

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

    def last_of_news_to(self, user: Any) -> "OutgoingMail | None":
        """The last mail of what `user` follows that was tried; she alone asks for it."""
        tried: Any = self.filter(to=user.pk, kind__in=["digest", "urgent"], tried_at__isnull=False)
        return tried.order_by("-tried_at").first()

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
