"""Empty databases to measure on: SQLite in a folder, PostgreSQL in a cluster that exists for this run only."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

Database = Callable[[str], str]
"""Gives the address (as in DATABASE_URL) of a database of that name, which is there and empty."""


def sqlite(folder: Path) -> Database:
    return lambda name: f"sqlite:///{folder / name}.sqlite3"


@contextmanager
def postgresql(folder: Path) -> Iterator[Database | None]:
    """On the server that BENCH_DATABASE_URL names, else on a private one; None where PostgreSQL is not installed.

    The private one listens on this machine only and is gone afterwards. Root can't run it, so user `postgres` does.
    """
    if server := os.environ.get("BENCH_DATABASE_URL"):
        yield _databases_on(server)
        return
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not installed:
        yield None
        return
    programs, data = installed[-1].parent, folder / "postgresql"
    data.mkdir()
    as_owner: list[str] = []
    if os.geteuid() == 0:
        as_owner = ["runuser", "-u", "postgres", "--"]
        folder.chmod(0o755)
        shutil.chown(data, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Nothing but what a new installation has: the default settings, on a connection that needs no password.
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1"

    def run(*command: object) -> None:
        subprocess.run([*as_owner, *map(str, command)], cwd="/", check=True, stdout=subprocess.DEVNULL)

    run(programs / "initdb", "-D", data, "-E", "UTF8", "-A", "trust", "-U", "bench", "--no-sync")
    run(programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", data / "log", "start")
    try:
        yield _databases_on(f"postgres://bench@127.0.0.1:{port}/postgres")
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _databases_on(server: str) -> Database:
    def create(name: str) -> str:
        connection = psycopg2.connect(server)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS engagement_bench_{name}")
            cursor.execute(f"CREATE DATABASE engagement_bench_{name}")
        connection.close()
        return f"{server.rpartition('/')[0]}/engagement_bench_{name}"

    return create
