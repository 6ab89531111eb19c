"""The product behind gunicorn, and a client that keeps its connection: what a person meets, but for the network."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Reader:
    """One person at one server."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": f"sessionid={session}", "Accept-Encoding": "gzip"}

    def get(self, address: str) -> tuple[float, bytes]:
        """Milliseconds from the request to the last byte, and the bytes as they came, compressed."""
        started = time.perf_counter()
        self.connection.request("GET", address, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        spent = (time.perf_counter() - started) * 1000
        if response.status != 200:
            raise RuntimeError(f"{address} answered {response.status}: {body[:200]!r}")
        return spent, body


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[int]:
    """The port of a server with one worker and the production settings, compression and cached templates included."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", "--workers", "1"),
        *("--worker-class", "gthread", "--threads", "1", "--keep-alive", "300", "--log-level", "error"),
        *("--bind", f"127.0.0.1:{port}"),
    ]
    server = subprocess.Popen(command, env=os.environ | environment, cwd=ROOT)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("gunicorn does not answer")
