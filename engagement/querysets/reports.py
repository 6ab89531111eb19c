"""Engagement reports: who reads one, and which engagements are in it."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from .log import EngagementQuerySet, levels_up_to
from .people import Rights, rights_given

if TYPE_CHECKING:
    from ..models import EngagementReport


class EngagementReportQuerySet(models.QuerySet):
    def visible_to(self, user: Any, rights: Rights | None = None) -> Self:
        """Reports that `user` may read: those of which she could read every engagement of that level.

        The task team: low and moderate ones, focal points high ones too, and their drafts. Of one cluster, once it was
        published: the cluster's coordinators; a low one its members as well. Of all clusters nobody else.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.task_team == "focal_point":
            return self.all()
        own = rights_given(user, rights)
        rule = Q(cluster__in=own.coordinated) | Q(cluster__in=own.joined, level="low")
        rule &= ~Q(status="draft")
        if user.task_team == "reader":
            rule |= Q(level__in=["low", "moderate"])
        return self.filter(rule)

    def drafts_of(self, user: Any) -> Self:
        """Drafts that `user` may change, publish and throw away: all that she reads of the task team's."""
        return self.visible_to(user).filter(status="draft") if user.task_team else self.none()

    def for_list(self) -> Self:
        """With what a line of the list shows: one query, without the figures."""
        return self.select_related("cluster", "created_by", "published_by").defer("figures")


class ReportHighlightQuerySet(models.QuerySet):
    def standing(self, rows: EngagementQuerySet) -> Self:
        """Those whose engagement is among `rows`, the engagements of the report: one that was raised above its level,
        withdrawn or moved out of its period drops out by itself. One query, with what a line of the report shows."""
        found = self.filter(engagement__in=rows.order_by().values("pk"))
        return found.select_related("engagement__cluster", "engagement__action").order_by("rank", "id")


def levels_reported_by(user: Any) -> tuple[str, ...]:
    """The levels at which `user` can make a report, the lowest first: those that she reads of all clusters."""
    return {"focal_point": levels_up_to("high"), "reader": levels_up_to("moderate")}.get(user.task_team, ())


def engagements_of(report: "EngagementReport", user: Any, rights: Rights | None = None) -> EngagementQuerySet:
    """Engagements of any day that a report of this cluster and level counts, as far as `user` can list them.

    `rights` as above.
    """
    from ..models import Engagement

    rows = Engagement.objects.visible_to(user, rights).standing().up_to(report.level)
    return rows.filter(cluster=report.cluster_id) if report.cluster_id else rows
