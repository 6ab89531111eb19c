"""Several requests at the same moment, each in its own thread with its own database connection."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from typing import Any

from django.db import connections
from django.test import Client


def at_once(count: int, do: Callable[[int], Any]) -> list[Any]:
    """What `do(0)` … `do(count - 1)` return when all start together; an exception in one is raised here."""
    start = threading.Barrier(count, timeout=60)

    def run(number: int) -> Any:
        try:
            start.wait()
            return do(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def same_session(client: Client) -> Client:
    """Another client with the same cookies, as a second tab of the same browser."""
    other = Client()
    other.cookies = SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
    return other
