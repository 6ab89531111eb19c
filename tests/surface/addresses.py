"""Every address of the URLconf, filled with the rows of a test, and every parameter that a page looks at.

A page that is added is found here by itself. What its address needs is named by the word before each key: in
`clusters/<slug:slug>/events/<uuid:pk>/` stand a row of "clusters" and one of "events". A word that nobody has
registered, or a parameter without values, fails the suite.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.handlers.wsgi import WSGIRequest
from django.db.models import Model
from django.http import QueryDict
from django.urls import get_resolver
from django.utils.functional import cached_property

from config.lists import ChoiceFilter, DayFilter, RowFilter, StrictFilterSet
from engagement.models import (
    AccountChange,
    Cluster,
    ClusterEvent,
    Contact,
    Contribution,
    ContributionOffer,
    DigestMark,
    Doubt,
    Engagement,
    EngagementReport,
    FeedKey,
    GuidanceNote,
    ImportBatch,
    KeptForm,
    Membership,
    PriorityMandate,
    ReportHighlight,
    SavedView,
    SetAside,
    Subscription,
    SupportRequest,
)
from mandates.models import CallForInput, CountryVisit, Mandate, Recommendation, Report

Rows = Mapping[str, Sequence[Model]]
"""The rows of a test by the word that stands before their key in an address."""


MODELS: dict[str, type[Model]] = {
    "engagement": Engagement,
    "support": SupportRequest,
    "contributions": Contribution,
    "offers": ContributionOffer,
    "guidance": GuidanceNote,
    "engagement-reports": EngagementReport,
    "highlights": ReportHighlight,
    "clusters": Cluster,
    "members": Membership,
    "contacts": Contact,
    "subscriptions": Subscription,
    "unsubscribe": DigestMark,
    "priorities": PriorityMandate,
    "events": ClusterEvent,
    "set-aside": SetAside,
    "doubts": Doubt,
    "views": SavedView,
    "feeds": FeedKey,
    "changes": AccountChange,
    "kept": KeptForm,
    "keys": Authenticator,
    "import": ImportBatch,
    "visits": CountryVisit,
    "calls": CallForInput,
    "reports": Report,
    "recommendations": Recommendation,
    "mandates": Mandate,
}
"""Which rows stand in addresses after these words; besides them "suggestions", and what `word_of` says of imports."""


def rows_in_database() -> dict[str, list[Any]]:
    """All rows that can stand in addresses, in an order that does not depend on their random keys."""
    found = {word: sorted(model._default_manager.all(), key=_described) for word, model in MODELS.items()}
    found["suggestions"] = [item for word in ("visits", "calls") for item in found[word] if item.suggested_in]
    return found


def _described(row: Any) -> tuple[str, ...]:
    line = row if isinstance(row, Engagement) else getattr(row, "engagement", None)
    return str(row), *((line.level, line.status, line.what_was_done) if line else ())


class Address(NamedTuple):
    """One line of the URLconf: its name (its route, where it has none) and its route from the root."""

    name: str
    route: str


_KEY = re.compile(r"<\w+:(\w+)>")

FEEDS = ("feed-of-coordinator", "feed-of-member", "feed-of-nobody")
"""Keys to feeds; the database holds nothing from which one could be read. The last one opens nothing."""

BY_HAND: dict[str, list[str]] = {
    **{
        f"feeds/<slug:key>/{name}": [f"feeds/{key}/{name}" for key in FEEDS]
        for name in ("calendar.ics", "updates.atom")
    },
    r"account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": ["account/password/reset/key/0-unknown/"],
    r"admin/^(?P<app_label>engagement|mandates)/$": ["admin/engagement/", "admin/mandates/"],
}
"""Addresses that are no route with keys; `every_path` adds what the admin answers for models it does not show."""


def every_address() -> list[Address]:
    """All lines of the URLconf, the admin's and those without a name included."""
    found = []

    def walk(resolver: Any, route: str, namespace: str) -> None:
        for pattern in resolver.url_patterns:
            here = route + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern, here, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
            else:
                found.append(Address(namespace + pattern.name if pattern.name else here, here))

    walk(get_resolver(), "", "")
    return found


def paths_of(address: Address, rows: Rows) -> list[str]:
    """The paths of an address, one for each row that can stand in it, each pair of rows where it takes two.

    Raises LookupError for a word before a key that `rows` does not have.
    """
    if address.route in BY_HAND:
        return [f"/{path}" for path in BY_HAND[address.route]]
    if address.route.startswith("admin/r/") or address.route.endswith("(?P<url>.*)$"):
        return _behind_the_admin(address, rows)
    parts = address.route.split("/")
    choices: list[list[str]] = []
    for before, part in zip(["", *parts], parts, strict=False):
        key = _KEY.fullmatch(part)
        choices.append(
            [_value(row, key[1]) for row in _rows_for(word_of(before, parts), parts, rows)] if key else [part]
        )
    return [f"/{'/'.join(path)}" for path in product(*choices)]


def word_of(before: str, parts: Sequence[str]) -> str:
    """The word of `MODELS` for what stands before a key: `import/engagement/` is followed by a file."""
    return parts[0] if parts[0] == "import" else before


def _rows_for(word: str, parts: list[str], rows: Rows) -> Iterable[Model]:
    if parts[0] == "admin":
        return apps.get_model(parts[1], word)._default_manager.all()
    if word not in rows:
        raise LookupError(f"tests.surface: which rows stand after “{word}/” in {'/'.join(parts)}? Register them.")
    return rows[word]


def _value(row: Model, key: str) -> str:
    return str(getattr(row, "pk" if key == "object_id" else key))


def _behind_the_admin(address: Address, rows: Rows) -> list[str]:
    """What somebody would guess: the admin's pages of models that it does not show, its shortcut to any row."""
    lines = rows["engagement"]
    if address.route.startswith("admin/r/"):
        return [f"/admin/r/{number}/{line.pk}/" for number in (1, 12) for line in lines]
    paths = [f"/admin/engagement/{model._meta.model_name}/" for model in apps.get_app_config("engagement").get_models()]
    paths += [f"/admin/engagement/engagement/{line.pk}/{page}/" for line in lines for page in ("change", "history")]
    return [*paths, "/admin/nothing/"]


# -- Parameters -----------------------------------------------------------------------------------------

NOT_A_PARAMETER = "nothing"
"""Asked of a page in order to see which parameters it looks at; a list answers that it has no such filter."""


class _Watched(QueryDict):
    """Remembers which names it was asked for; `_Watched.asked` is the present set, or None."""

    asked: set[str] | None = None

    def _note(self, name: Any) -> None:
        if _Watched.asked is not None and isinstance(name, str):
            _Watched.asked.add(name)

    def __getitem__(self, name: Any) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def get(self, name: Any, default: Any = None) -> Any:
        self._note(name)
        return super().get(name, default)

    def getlist(self, name: Any, default: Any = None) -> Any:
        self._note(name)
        return super().getlist(name, default)

    def __contains__(self, name: Any) -> bool:
        self._note(name)
        return super().__contains__(name)


@contextmanager
def watched_parameters(monkeypatch: Any) -> Iterator[set[str]]:
    """A set into which go the names of all parameters that pages look at meanwhile."""
    found: set[str] = set()

    def get(request: WSGIRequest) -> QueryDict:
        return _Watched(request.environ.get("QUERY_STRING", ""), encoding=request._encoding)

    watched = cached_property(get)
    watched.__set_name__(WSGIRequest, "GET")
    with monkeypatch.context() as patch:
        patch.setattr(WSGIRequest, "GET", watched)
        patch.setattr(_Watched, "asked", found)
        yield found


_OF_THE_ADMIN = {
    "p": ["1", "2"],
    "all": [""],
    "o": ["1", "-2"],
    "e": ["1"],
    "_popup": ["1"],
    "_to_field": ["id"],
    "_facets": ["True"],
    "_changelist_filters": ["q=cnry"],
    "app_label": ["engagement", "mandates"],
    "model_name": ["membership", "callforinput"],
    "field_name": ["user", "cluster", "visit"],
}


def _choices() -> dict[str, set[str]]:
    """The choices of every filter of every list, by parameter; days and rows to choose from stand in `values_of`."""
    found: dict[str, set[str]] = {}

    def of(filter_set: Any) -> None:
        for name, one in filter_set.base_filters.items():
            if isinstance(one, ChoiceFilter) and not isinstance(one, RowFilter | DayFilter):
                choices = one.extra["choices"]
                found.setdefault(name, set()).update(str(value) for value, _label in choices())
        for below in filter_set.__subclasses__():
            of(below)

    of(StrictFilterSet)
    return found


def values_of(name: str, rows: Rows, words: Sequence[str]) -> list[str]:
    """What is asked for under the parameter `name`; `words` are those to look for.

    Raises LookupError for a parameter that nobody has thought of: a page added later brings its own.
    """
    by_hand: dict[str, Sequence[Any]] = {
        "text": words,
        "q": words,
        "term": words,
        "cluster": [row.slug for row in rows["clusters"]],  # type: ignore[attr-defined]
        "country": ["SSD", "UKR"],
        "mandate": [row.slug for row in rows["mandates"]],  # type: ignore[attr-defined]
        "mandates": [row.slug for row in rows["mandates"]],  # type: ignore[attr-defined]
        **{name: [row.pk for row in rows[f"{name}s"][:3]] for name in ("visit", "call", "report", "event")},
        "theme": ["land"],
        "symbol": ["A/HRC/61/1/Add.1"],
        "since": ["2026-03-01", "2026-05-19"],
        "until": ["2026-03-31", "2026-05-19"],
        "on": ["2026-05-19"],
        "started_on": ["2026-05-19"],
        "page": ["2", "last"],
        "month": ["2026-05", "2026-06"],
        "show": ["faulty", "new", "changed", "conflict", "unchanged"],
        "item": ["visits", *(f"visit:{row.pk}" for row in rows["visits"][:2]), "mandate:sr-idps"],
        "language": ["en", "fr"],
        "confidential": ["yes"],
        "next": ["/support/"],
        "of": ["/engagement/new/?action=3"],
        "kept_form": [row.pk for row in rows["kept"]],
        "email": ["coordinator@example.org"],
        **_OF_THE_ADMIN,
    }
    choices = _choices()
    if name not in by_hand and name not in choices:
        raise LookupError(f"tests.surface: what is to be asked for under the parameter “{name}”? Register it.")
    return [*sorted(choices.get(name, ())), *map(str, by_hand.get(name, ()))]
