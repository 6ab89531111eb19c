"""Requests to the task team and the notes kept of its answers."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from .log import is_editable_by
from .people import Rights, rights_given

if TYPE_CHECKING:
    from ..models import SupportRequest

AWAITED = ("open", "in_progress")
"""States of a support request in which the task team owes an answer."""


class SupportRequestQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Requests on engagements that `user` may read, withdrawn ones left out. `rights` as above."""
        from ..models import Engagement

        readable = Engagement.objects.visible_to(user, rights).standing()
        return self.filter(engagement__in=readable.order_by().values("pk"))

    def closable_by(self, user: Any) -> Self:
        """Those of the visible ones that `user` may close: the rule of `may_write_in_thread`, over rows."""
        from ..models import Engagement

        rows = self.visible_to(user).filter(engagement__text_removed_on=None)
        if user.task_team:
            return rows
        return rows.filter(engagement__in=Engagement.objects.editable_by(user).order_by().values("pk"))

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

    def counted_by_action_answered(self, since: date, until: date) -> dict[int, int]:
        """How many of these the task team answered from one day to another, by the number of the action. One query."""
        answered: Any = self.filter(answered_at__date__range=(since, until)).order_by()
        return dict(answered.values_list("engagement__action__number").annotate(n=Count("pk")))

    def answers_for(self, user: Any, since: datetime) -> Self:
        """Requests of clusters that `user` coordinates which the task team answered after `since`, as far as she reads
        them. Two queries more."""
        rights = rights_given(user, None)
        answered = self.visible_to(user, rights).filter(status="answered", answered_at__gt=since)
        return answered.filter(engagement__cluster__in=rights.coordinated)

    def clusters_answered_since(self, since: datetime) -> set[Any]:
        """The keys of clusters of whose requests some were answered after `since`, and of those above. One query.

        For nobody's eyes: it spares asking `answers_for` of everybody.
        """
        cluster = "engagement__cluster"
        rows = self.filter(status="answered", answered_at__gt=since).order_by()
        found = rows.values_list(cluster, f"{cluster}__parent", f"{cluster}__parent__parent").distinct()
        return {key for row in found for key in row if key}


class GuidanceNoteQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Notes that `user` may read; `none()` for members, plain administrators, anonymous and inactive people.

        *Moderate* ones: the coordinators of any cluster and the task team. *High* ones: the coordinators of the cluster
        that it came from (and of those above it), and focal points. One query, with the rights as a subquery.
        """
        from ..models import Cluster

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
        from ..models import SupportRequest

        origin = SupportRequest.objects.visible_to(user).filter(pk=OuterRef("request"))
        rows = self.select_related("action", "cluster", "kept_by").annotate(names_origin=Exists(origin))
        return rows.order_by("action__number", "-kept_at", "id")


def reads_guidance(user: Any, rights: Rights | None = None) -> bool:
    """Whether there is a page of guidance notes for `user`: coordinators and the task team.

    Two queries at most; none with `rights`, which are as above.
    """
    return bool(user.task_team) or bool(rights_given(user, rights).coordinated)


def may_write_in_thread(request: "SupportRequest", user: Any) -> bool:
    """Whether `user` may write in, and close, a support request she can see: task team, coordinators of the cluster.

    Nobody does once the text of its engagement was removed.
    """
    if request.engagement.text_removed_on:
        return False
    return bool(user.task_team) or is_editable_by(request.engagement, user)
