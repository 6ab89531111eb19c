"""What mails tell of, read once for all people: items with their changes; and who the people are."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from mandates.models import CallForInput, CountryVisit, Report

from ..following import MODELS, facts_of, read_changes
from ..models import Membership, User
from ..news import Item, items_with_words
from ..querysets import COORDINATING, scopes_of, with_scopes
from .rules import NEAR, Change, Entry


class Person(NamedTuple):
    """What is asked of a reader: the keys of the clusters in which she has a role, and of those she coordinates."""

    user: User
    joined: frozenset[Any]
    coordinated: frozenset[Any]
    language: str

    @property
    def zone(self) -> ZoneInfo:
        return self.user.zone

    def knows(self, entry: Entry) -> bool:
        """The rule of `known_to`, asked of one entry: a suggestion is known in its cluster, those above, and to the
        task team."""
        return not entry.scopes or bool(self.user.task_team) or not entry.scopes.isdisjoint(self.joined)


def read_people(keys: Collection[Any] | None = None) -> dict[Any, Person]:
    """Those of these people (everybody, without `keys`) who have an account in use, with their roles. Two queries.

    The language is the person's own, else that of the first of her clusters.
    """
    users = User.objects.filter(is_active=True).select_related("digest_mark")
    roles: Any = Membership.objects.current().order_by("started_on", "id")
    if keys is not None:
        users, roles = users.filter(pk__in=keys), roles.filter(user__in=keys)
    joined: dict[Any, set[Any]] = {}
    kept: dict[Any, set[Any]] = {}
    languages: dict[Any, str] = {}
    for user, cluster, role, language in roles.values_list("user", "cluster", "role", "cluster__working_language"):
        joined.setdefault(user, set()).add(cluster)
        languages.setdefault(user, language)
        if role in COORDINATING:
            kept.setdefault(user, set()).add(cluster)
    return {
        user.pk: Person(
            user,
            frozenset(joined.get(user.pk, ())),
            frozenset(kept.get(user.pk, ())),
            user.language or languages.get(user.pk, ""),
        )
        for user in users
    }


def read_entries(since: datetime, until: datetime, keys: Iterable[tuple[str, str]] | None = None) -> dict[Any, Any]:
    """By key, (entry, item) of all that changed within a span, and of the calls that close soon after it.

    Of `keys` alone, where they are given, changed or not. Suggestions included: `Person.knows` says who knows one. Ten
    queries at most.
    """
    changes = read_changes(since, until)
    wanted = set(changes) if keys is None else set(keys)
    found: dict[tuple[str, str], tuple[Entry, Item]] = {}
    for model in MODELS:
        name = model._meta.model_name
        asked = Q(pk__in=[key for kind, key in wanted if kind == name])
        if model is CallForInput and keys is None:
            asked |= Q(closes_at__gt=until, closes_at__lte=until + NEAR)
        rows = model.objects.filter(asked)
        rows = rows if model is Report else with_scopes(rows)
        for item in items_with_words(rows):
            key = (name, str(item.pk))
            told = tuple(Change(row.changed_at, row.changes, row.kind == "created") for row in changes.get(key, ()))
            found[key] = entry_of(item, until, told), item
    return found


def entry_of(item: Any, now: datetime, changes: tuple[Change, ...] = ()) -> Entry:
    """An item from `items_with_words`, and `with_scopes` unless it is a report, as the rules look at it."""
    common: dict[str, Any] = {
        "key": (item._meta.model_name, str(item.pk)),
        "facts": facts_of(item),
        "is_withdrawn": item.withdrawn_on is not None,
        "scopes": frozenset() if isinstance(item, Report) else scopes_of(item),
        "changes": changes,
    }
    if isinstance(item, CountryVisit):
        is_exact = item.precision == "day"
        day = item.ends_on or item.starts_on
        return Entry(day=day, phase=item.phase, status=item.status, is_exact=is_exact, **common)
    if isinstance(item, CallForInput):
        days = [day for day in (item.deadline_on, item.closed_on) if day]
        return Entry(day=min(days, default=None), closes_at=item.closes_at if item.is_open(now) else None, **common)
    return Entry(day=item.published_on, **common)
