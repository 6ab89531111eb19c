"""Saved views: whose they are, and whom they are shared with."""

from datetime import datetime
from typing import Any, Self

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q

from .people import COORDINATING

OF_LIST = """
SELECT id, name, user_id FROM engagement_savedview
WHERE page = %s AND (user_id = %s OR for_task_team OR cluster_id IS NOT NULL)
ORDER BY name, id
"""
"""Her own views of a list, and all that somebody shares. Every list asks this: it takes Django six times as long to put
the question together as the database to answer it."""


class SavedViewQuerySet(models.QuerySet):
    def of(self, user: Any) -> Self:
        """Those that `user` saved herself: hers to rename, share and delete."""
        return self.filter(user=user.pk) if user.is_authenticated and user.is_active else self.none()

    def visible_to(self, user: Any) -> Self:
        """Her own, those shared with the task team where she is of it, and with clusters that she belongs to.

        What was shared ends with the right to share it: its maker must still be of the task team, or keep the log of
        the cluster. One query, with subqueries.
        """
        from ..models import Cluster, Membership

        if not user.is_authenticated or not user.is_active:
            return self.none()
        keeps = Membership.objects.coordinating().filter(
            Q(cluster=OuterRef("cluster"))
            | Q(cluster=OuterRef("cluster__parent"))
            | Q(cluster=OuterRef("cluster__parent__parent")),
            user=OuterRef("user"),
            role__in=COORDINATING,
        )
        shared = Q(Exists(keeps), cluster__in=Cluster.objects.joined_by(user).values("pk"))
        if user.task_team:
            shared |= Q(for_task_team=True, user__is_active=True) & ~Q(user__task_team="")
        return self.filter(Q(user=user.pk) | shared)

    def of_list(self, page: str, user: Any) -> list[tuple[Any, str]]:
        """(key, name) of those of one list that are visible to `user`, by name.

        One quick query, and that of `visible_to` only where somebody shares a view of this list: it takes the database
        as long as the lines of the list.
        """
        key = self.model._meta.pk
        own = user._meta.pk.get_db_prep_value(user.pk, connection)
        with connection.cursor() as cursor:
            cursor.execute(OF_LIST, [page, own])
            found = cursor.fetchall()
        if all(maker in (own, user.pk) for _view, _name, maker in found):
            return [(key.to_python(view), name) for view, name, _maker in found]
        return list(self.visible_to(user).filter(page=page).order_by("name", "id").values_list("pk", "name"))

    def for_page(self) -> Self:
        """With the names that the list of views shows, by name: one query."""
        return self.select_related("user", "cluster").order_by("name", "id")

    def of_people_who_left(self, before: datetime) -> Self:
        """Those of people without an account in use, not changed since."""
        return self.filter(user__is_active=False, changed_at__lt=before)
