"""Suggested visits and calls: who knows of one, who may make and mend it."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery

from mandates.models import CallForInput, CountryVisit

Scopes = frozenset[Any]
"""The keys of the clusters whose log may point to a suggestion; empty for a row that everyone knows."""


def with_scopes(rows: Any) -> Any:
    """Visits or calls with the clusters above the one that suggested them; for `scopes_of`. No query more."""
    from ..models import Cluster

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
    from ..models import Cluster

    return bool(user.task_team) or Cluster.objects.coordinated_by(user).exists()


def mendable(items: Iterable[Any], user: Any) -> set[Any]:
    """The keys of those visits and calls that `user` may change and withdraw.

    She suggested them herself, in a cluster that she still coordinates, and the task team has not decided. That team
    mends entries in the administration. One query at most.
    """
    from ..models import Cluster

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
