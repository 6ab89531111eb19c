"""What runs in a process of its own, with Django set up on one database: `python -m benchmarks.jobs NAME ARGUMENTS`.

Prints what it found as JSON in its last line.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from .serving import ROOT

PEOPLE = ("hrett", "coordinator")


def run(job: str, environment: dict[str, str], **arguments: Any) -> Any:
    """Run a job and give what it found."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.jobs", job, json.dumps(arguments)]
    done = subprocess.run(
        command, env=os.environ | environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def prepare(count: int) -> dict[str, str]:
    """Make the tables and fill them with `count` engagements; the key of a session of each person."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from benchmarks.data import fill
    from engagement.models import User

    call_command("migrate", verbosity=0)
    fill(count)
    if connection.vendor == "postgresql":  # which does so by itself within a minute or two
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    sessions = {}
    for person in PEOPLE:
        client = Client()
        client.force_login(User.objects.get(email=f"{person}@example.org"))
        sessions[person] = client.cookies["sessionid"].value
    return sessions


def collect() -> None:
    """Gather the static files as a deployment does."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def look(pages: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    """How many queries each page (name: [person, address]) takes, and how many lines of the log it shows."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    found = {}
    for name, (person, address) in pages.items():
        client = _signed_in(Client(), person)
        client.get(address)  # what the first request of a process fills
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        # At once: the next request would clear what was captured.
        found[name] = {"queries": len(queries), "lines": page.content.count(b'<td class="when">')}
    return found


def in_process(pages: dict[str, list[str]], times: int) -> dict[str, list[float]]:
    """Median and 95th percentile of each page in ms without a server, taken in turns."""
    from django.test import Client

    clients = {person: _signed_in(Client(headers={"accept-encoding": "gzip"}), person) for person in PEOPLE}
    spent: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(times + 5):
        for name, (person, address) in pages.items():
            started = time.perf_counter()
            clients[person].get(address)
            if turn >= 5:
                spent[name].append((time.perf_counter() - started) * 1000)
    return {name: [statistics.median(times), percentile_95(times)] for name, times in spent.items()}


def percentile_95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _signed_in(client: Any, person: str) -> Any:
    from engagement.models import User

    client.force_login(User.objects.get(email=f"{person}@example.org"))
    return client


def export(way: str, count: int) -> dict[str, float]:
    """What one way takes to make the workbook of `count` rows a reader may take, home format and all.

    Seconds by the clock and of the processor, peak memory (MB, whole process), size of the file (MB).
    """
    from engagement.models import Engagement, User

    reader = User.objects.get(email="hrett@example.org")
    rows = Engagement.objects.exportable_by(reader)
    rows = rows.filter(pk__in=rows.order_by("pk").values("pk")[:count])
    started, worked = time.perf_counter(), time.process_time()
    with tempfile.TemporaryFile() as file:
        if way == "ours":
            from datetime import UTC, datetime

            from config.workbook import write_workbook
            from engagement.exports import log_sheet

            write_workbook(file, [log_sheet(rows, reader)], title="Log", author="bench", created=datetime.now(UTC))
        else:
            from import_export.formats.base_formats import XLSX

            from benchmarks.peers import StockResource

            file.write(XLSX().export_data(StockResource().export(rows.for_detail())))
        size = file.tell()
    return {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - worked,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "size": size / 1e6,
    }


def bring_in(way: str, count: int) -> dict[str, float]:
    """Seconds of one way to import a workbook of `count` new engagements, of them to preview it; of a processor."""
    from benchmarks.data import import_workbook
    from engagement import services
    from engagement.imports.reading import read_in_child
    from engagement.models import Engagement, User

    content, before = import_workbook(count), Engagement.objects.count()
    coordinator = User.objects.get(email="coordinator@example.org")
    started, worked = time.perf_counter(), sum(os.times()[:4])  # with the child that reads
    if way == "ours":
        read = read_in_child(content, "log.xlsx")
        batch = services.keep_upload(by=coordinator, name="log.xlsx", read=read, cluster=None)
        outcome = services.outcome_of(batch, coordinator)
        shown = time.perf_counter()
        services.confirm_import(by=coordinator, batch=batch, seen=outcome.fingerprint)
    else:
        from import_export.formats.base_formats import XLSX

        from benchmarks.peers import StockImport

        resource = StockImport(coordinator)
        rows = XLSX().create_dataset(content)
        resource.import_data(rows, dry_run=True, raise_errors=True)
        shown = time.perf_counter()
        resource.import_data(rows, dry_run=False, raise_errors=True)
    done = time.perf_counter()
    assert Engagement.objects.count() == before + count
    return {
        "seconds": done - started,
        "preview": shown - started,
        "processor": sum(os.times()[:4]) - worked,
    }


def index_files(folder: str, sizes: dict[str, int]) -> None:
    """Exports of the Universal Human Rights Index of so many records, by name, in `folder`."""
    from benchmarks.recommendations import write_files

    write_files(folder, sizes)


def index(way: str, path: str) -> dict[str, float]:
    """What one way takes to bring such a file in."""
    from benchmarks.recommendations import take

    return take(way, path)


def digests(people: int, changes: int) -> dict[str, float]:
    """One run of `send_digests` for so many people who follow something, and so many items that changed."""
    from benchmarks.digests import send_digests

    return send_digests(people, changes)


if __name__ == "__main__":
    import django

    django.setup()
    jobs = {
        job.__name__: job for job in (prepare, collect, look, in_process, export, bring_in, index_files, index, digests)
    }
    print(json.dumps(jobs[sys.argv[1]](**json.loads(sys.argv[2]))))
