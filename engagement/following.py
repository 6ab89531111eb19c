"""What people follow: the one rule, in memory, that decides whether a visit, call or report concerns somebody.

    follows_of(user)                                   her own subscriptions, and those of her clusters that reach her
    visits_followed, calls_followed, reports_followed  what she follows, as lists that `mandates.ical` takes
    changes_followed                                   what changed of it: for Atom, for the preview of a subscription

The digest asks the same rule for many people at once (`follows_of_people`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from mandates.dates import beginning_of
from mandates.models import CallForInput, CountryVisit, ReferenceChange, Report

from .models import Membership, PriorityMandate, Subscription, SubscriptionOptOut, User
from .news import Item, is_told, items_with_words
from .querysets import COORDINATING

KIND_OF: dict[str, str] = {"countryvisit": "visits", "callforinput": "calls", "report": "reports"}
"""By the name of a model (`ReferenceChange.subject_type`), the kind of subscription that it belongs to."""


class Facts(NamedTuple):
    """What decides whom an item concerns: its kind (of `Subscription.KINDS`), the countries and mandates it names."""

    kind: str
    countries: frozenset[str] = frozenset()
    mandates: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Followed:
    """One subscription as it reaches one person. None for countries or mandates: it is about all of them.

    `since` is the moment from which she is told; what was recorded before is no news to her.
    """

    kinds: frozenset[str]
    countries: frozenset[str] | None = None
    mandates: frozenset[int] | None = None
    mails: str = "urgent"
    since: datetime | None = None

    def concerns(self, item: Facts) -> bool:
        """Whether an item is followed: kind AND country AND mandate.

        What names no country is about all of them. That does not make it one of "South Sudan": a country alone brings
        what names it, and not each thematic call of the year. Beside a mandate it is the mandate that chooses, and the
        country leaves out what is about other countries only: "South Sudan and SR on IDPs" brings the worldwide calls
        of that mandate. So do the rules of openings, where a priority mandate's call concerns the cluster unless it
        asks about other countries only (5, 6, 12). A visit always takes place somewhere: it has to name the country.
        """
        if item.kind not in self.kinds:
            return False
        if self.mandates is not None and not (self.mandates & item.mandates):
            return False
        if self.countries is None or self.countries & item.countries:
            return True
        return not item.countries and self.mandates is not None and item.kind != "visits"


def facts_of(item: Item) -> Facts:
    """The facts of an item whose countries and mandates were read (`with_places`)."""
    return Facts(
        KIND_OF[item._meta.model_name or ""],
        frozenset(country.pk for country in item.countries.all()),
        frozenset(mandate.pk for mandate in item.mandates.all()),
    )


def is_followed(follows: Iterable[Followed], item: Facts) -> bool:
    """Whether one of these subscriptions concerns the item: each stands for itself."""
    return any(followed.concerns(item) for followed in follows)


# -- Whom what reaches ----------------------------------------------------------------------------------


def follows_of(user: User) -> list[Followed]:
    """What reaches `user` now: her own subscriptions, and what her clusters follow for all who belong to them.

    Rights count as they are at this moment: nothing for a person who is not active; nothing for a cluster in which she
    has no role any more, or that is closed; nothing of the priority mandates unless she reads their list, since what
    comes of it tells the list. Five queries at most.
    """
    return follows_of_people([user.pk]).get(user.pk, [])


def follows_of_people(people: Sequence[Any] | None = None) -> dict[Any, list[Followed]]:
    """`follows_of` for many (keys of users; None: for everybody), who follow something. Five queries at most."""
    among = {} if people is None else {"user__in": people}
    own = Subscription.objects.current().filter(user__isnull=False, **among)
    defaults = _by_cluster(Subscription.objects.current().filter(user=None))
    reached: list[tuple[Any, Subscription, datetime]] = [
        (row.user_id, row, row.since) for row in own.select_related("cluster")
    ]
    if defaults:
        roles = Membership.objects.current().filter(user__is_active=True, cluster__in=defaults, **among)
        left = set(SubscriptionOptOut.objects.filter(**among).values_list("user", "subscription"))
        for user, cluster, role, joined in roles.values_list("user", "cluster", "role", "started_on"):
            reached += [
                (user, row, max(row.since, beginning_of(joined)))
                for row in defaults[cluster]
                if (user, row.pk) not in left and (role in COORDINATING or not row.of_priorities)
            ]
    priorities = _priorities({row.cluster_id for _user, row, _since in reached if row.of_priorities})
    found: dict[Any, list[Followed]] = defaultdict(list)
    for user, row, since in reached:
        found[user].append(followed_by(row, priorities, since))
    return dict(found)


def followed_by(
    subscription: Subscription, priorities: dict[Any, frozenset[int]] | None = None, since: datetime | None = None
) -> Followed:
    """A subscription as the rule takes it; `priorities` are the lists of clusters, which are read if not given."""
    row = subscription
    countries = mandates = None
    if row.of_country and row.cluster:
        countries = frozenset([row.cluster.country_id])
    elif row.country_id:
        countries = frozenset([row.country_id])
    if row.of_priorities:
        lists = _priorities({row.cluster_id}) if priorities is None else priorities
        mandates = lists.get(row.cluster_id, frozenset())  # an empty list is none, and not all
    elif row.mandate_id:
        mandates = frozenset([row.mandate_id])
    kinds = frozenset(kind for kind in Subscription.KINDS if getattr(row, kind))
    return Followed(kinds, countries, mandates, row.mails, since)


def _by_cluster(rows: Any) -> dict[UUID, list[Subscription]]:
    found: dict[UUID, list[Subscription]] = defaultdict(list)
    for row in rows.select_related("cluster"):
        found[row.cluster_id].append(row)
    return found


def _priorities(clusters: set[Any]) -> dict[Any, frozenset[int]]:
    """The mandates on the lists of these clusters. One query, none without clusters."""
    found: dict[Any, set[int]] = defaultdict(set)
    if clusters:
        listed = PriorityMandate.objects.current().filter(cluster__in=clusters)
        for cluster, mandate in listed.values_list("cluster", "mandate"):
            found[cluster].add(mandate)
    return {cluster: frozenset(mandates) for cluster, mandates in found.items()}


# -- What one person follows ----------------------------------------------------------------------------


def visits_followed(
    user: User, *, today: date, since: date, follows: list[Followed] | None = None, reader: Any = None
) -> list[CountryVisit]:
    """Visits that she follows and knows, those that ended before `since` left out; by their days.

    Cancelled and withdrawn ones, and those without days, included: a calendar has to be told. With status and places;
    three queries, and those of `follows_of` unless `follows` is given. `reader` is whoever has to know them, if it is
    not she alone who reads it: what `known_to` takes.
    """
    rows = CountryVisit.objects.known_to(reader or user).with_status(today).with_places()
    rows = rows.filter(Q(last_day=None) | Q(last_day__gte=since)).order_by("starts_on", "id")
    return _only_followed(user, rows, follows)


def calls_followed(
    user: User, *, since: date, follows: list[Followed] | None = None, reader: Any = None
) -> list[CallForInput]:
    """Calls that she follows and knows, those with a deadline before `since` left out; as `visits_followed`."""
    rows = CallForInput.objects.known_to(reader or user).with_places()
    rows = rows.filter(Q(deadline_on=None) | Q(deadline_on__gte=since)).order_by("closes_at", "id")
    return _only_followed(user, rows, follows)


def reports_followed(user: User, *, since: date, follows: list[Followed] | None = None) -> list[Report]:
    """Reports that she follows, those published before `since` left out; as `visits_followed`."""
    rows = Report.objects.known_to(user).with_places().select_related("session")
    rows = rows.filter(Q(published_on=None) | Q(published_on__gte=since)).order_by("published_on", "expected_on", "id")
    return _only_followed(user, rows, follows)


def _only_followed(user: User, rows: Any, follows: list[Followed] | None) -> list[Any]:
    follows = follows_of(user) if follows is None else follows
    if not any(KIND_OF[rows.model._meta.model_name] in followed.kinds for followed in follows):
        return []
    return [item for item in rows if is_followed(follows, facts_of(item))]


class Changed(NamedTuple):
    """An item, and what was recorded of it within a span, the first change first."""

    item: Item
    changes: list[ReferenceChange]

    @property
    def at(self) -> datetime:
        """When it changed last."""
        return self.changes[-1].changed_at


def changes_followed(
    user: User, since: datetime, until: datetime, *, follows: list[Followed] | None = None, reader: Any = None
) -> list[Changed]:
    """Items that she follows and knows and that changed after `since`, until `until`; what changed last comes first.

    Only changes that a mail tells of (`news.is_told`). Ten queries, and those of `follows_of`. `reader` as above.
    """
    follows = follows_of(user) if follows is None else follows
    if not follows:
        return []
    changes = read_changes(since, until)
    found = []
    for model in MODELS:
        keys = [key for name, key in changes if name == model._meta.model_name]
        for item in items_with_words(model.objects.known_to(reader or user).filter(pk__in=keys)) if keys else ():
            if is_followed(follows, facts_of(item)):
                found.append(Changed(item, changes[model._meta.model_name or "", str(item.pk)]))
    return sorted(found, key=lambda changed: (changed.at, str(changed.item.pk)), reverse=True)


MODELS: tuple[Any, ...] = (CountryVisit, CallForInput, Report)


def read_changes(since: datetime, until: datetime) -> dict[tuple[str, str], list[ReferenceChange]]:
    """By (name of the model, key as text) what mails tell of the changes of a span, the first first. One query."""
    found: dict[tuple[str, str], list[ReferenceChange]] = defaultdict(list)
    rows = ReferenceChange.objects.filter(
        subject_type__in=KIND_OF, changed_at__gt=since, changed_at__lte=until
    ).order_by("changed_at", "id")
    for change in rows:
        if change.kind == "created" or (change.kind == "changed" and is_told(change.changes)):
            found[change.subject_type, change.subject_id].append(change)
    return dict(found)
