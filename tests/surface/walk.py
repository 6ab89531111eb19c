"""How a page is asked: each way to ask, each parameter that the page looks at; nothing of it is kept."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import product
from typing import Any
from urllib.parse import urlencode

from django.db import transaction

from .addresses import NOT_A_PARAMETER, Rows, values_of, watched_parameters

METHODS = ("GET", "HEAD", "htmx", "POST")
TOGETHER = {
    "/set-aside/": ("action", "item"),
    "/admin/autocomplete/": ("app_label", "model_name", "field_name", "term"),
}
"""Parameters that say nothing one without the other, by the end of the path."""


@contextmanager
def undone(client: Any) -> Iterator[Any]:
    """The client; what it does meanwhile is undone, in the database and in its cookies."""
    cookies = SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
    try:
        with transaction.atomic():
            yield client
            transaction.set_rollback(True)
    finally:
        client.cookies = cookies


def asked(client: Any, path: str, method: str = "GET", sent: Any = None) -> Any:
    """The answer to `path`. A POST is undone."""
    if method == "HEAD":
        return client.head(path)
    if method != "POST":
        return client.get(path, headers={"HX-Request": "true"} if method == "htmx" else {})
    with undone(client):
        return client.post(path, sent or {})


def queries_of(
    path: str, rows: Rows, words: Sequence[str], see: Callable[[str], Any], monkeypatch: Any
) -> Iterator[str]:
    """`path` with each value of each parameter that the page looks at, one at a time; `see` fetches a path.

    Some are looked at only once another one is there: those come together with it. `words` are what is searched for.
    """
    with watched_parameters(monkeypatch) as names:
        response = see(f"{path}?{NOT_A_PARAMETER}=1")
    known = set(names) - {NOT_A_PARAMETER}
    for end, together in TOGETHER.items():
        if path.endswith(end):
            for values in product(*(values_of(name, rows, words) for name in together)):
                yield f"{path}?{urlencode(list(zip(together, values, strict=True)))}"
    for name in sorted(known):
        for value in values_of(name, rows, words):
            query = f"{path}?{urlencode({name: value})}"
            with watched_parameters(monkeypatch) as further:
                see(query)
            for deeper in sorted(set(further) - known):
                known.add(deeper)
                for second in values_of(deeper, rows, words):
                    yield f"{query}&{urlencode({deeper: second})}"
    yield from _filters_of_the_admin(path, response)


def _filters_of_the_admin(path: str, response: Any) -> Iterator[str]:
    """What stands beside a list of the admin."""
    changelist = (response.context or {}).get("cl")
    for spec in changelist.filter_specs if changelist else ():
        for choice in spec.choices(changelist):
            yield path + choice["query_string"]
