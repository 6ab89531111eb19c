"""`make bench`: the figures of the product, each beside its peer in one run on one machine.

Run as `python -m benchmarks.run [--rows 100000] [--export 50000]`; the database is a scratch one: a file of SQLite's,
or the PostgreSQL that BENCH_DATABASE_URL names (its tables are emptied). Prints ratios; asserts nothing.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def in_process(job: str, database: str, **arguments: object) -> dict:
    """Run one job in a process of its own, so that its memory is its own; what it printed last, as JSON."""
    env = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    command = [sys.executable, "-m", "benchmarks.run", "--job", job, "--arguments", json.dumps(arguments)]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def prepare(count: int) -> dict:
    from django.core.management import call_command

    from benchmarks.data import fill

    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    fill(count)
    return {}


def export(way: str) -> dict:
    """Seconds and peak memory (MB, whole process) of one way to make the workbook of all rows a reader may take."""
    from engagement.models import Engagement, User

    reader = User.objects.get(email="hrett@example.org")
    rows = Engagement.objects.exportable_by(reader)
    started = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        if way == "ours":
            from datetime import UTC, datetime

            from config.workbook import Sheet, write_workbook
            from engagement.exports import EngagementResource

            report = EngagementResource()
            log = Sheet(title="Log", columns=report.columns(), rows=report.lines(rows), freeze_columns=1)
            write_workbook(file, [log], title="Log", author="bench", created=datetime.now(UTC))
        else:
            from import_export.fields import Field
            from import_export.formats.base_formats import XLSX
            from import_export.resources import ModelResource

            class Stock(ModelResource):
                """The same 21 columns as a user of the package declares them, prefetched as its documentation says."""

                cluster = Field("cluster__name")
                country = Field("cluster__country__name_en")
                action_number = Field("action__number")
                action = Field("action__text")
                mandates = Field()
                item = Field("visit")
                created_by = Field("created_by__name")
                record = Field("get_absolute_url")

                class Meta:
                    model = Engagement
                    fields = (
                        "cluster", "country", "started_on", "ended_on", "action_number", "action", "what_was_done",
                        "challenges", "result", "support_needed", "mode", "partner", "mandates", "item",
                        "result_extent", "status", "date_precision", "level", "created_by", "updated_at", "record",
                    )  # fmt: skip

                def dehydrate_mandates(self, row: Engagement) -> str:
                    return ", ".join(mandate.acronym for mandate in row.mandates.all())

            file.write(XLSX().export_data(Stock().export(rows.for_detail())))
        size = file.tell()
    return {
        "seconds": time.perf_counter() - started,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "size": size / 1e6,
        "rows": rows.count(),
    }


PAGES = {
    "log, reader": ("hrett@example.org", "/engagement/"),
    "log, coordinator": ("coordinator@example.org", "/engagement/"),
    "log, reader, country": ("hrett@example.org", "/engagement/?country=SSD"),
    "log, reader, action": ("hrett@example.org", "/engagement/?action=6"),
    "log, reader, mandate": ("hrett@example.org", "/engagement/?mandate=sr-torture"),
    "log, reader, status and level": ("hrett@example.org", "/engagement/?status=done&level=low"),
    "log, coordinator, action": ("coordinator@example.org", "/engagement/?action=6"),
    "log, reader, text search": ("hrett@example.org", "/engagement/?text=workshop"),
    "bare view": ("hrett@example.org", "/peer/bare/"),
    "stock admin": ("hrett@example.org", "/peer/admin/engagement/engagement/"),
}


def pages(times: int) -> dict:
    """p50 and p95 (ms), queries and compressed bytes of each page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from engagement.models import User

    found = {}
    clients = {}
    for name, (email, address) in PAGES.items():
        if email not in clients:
            clients[email] = Client(headers={"accept-encoding": "gzip"})
            clients[email].force_login(User.objects.get(email=email))
        client = clients[email]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        spent = []
        for _time in range(times):
            started = time.perf_counter()
            client.get(address)
            spent.append((time.perf_counter() - started) * 1000)
        found[name] = {
            "p50": statistics.median(spent),
            "p95": sorted(spent)[int(len(spent) * 0.95)],
            "queries": len(queries),
            "bytes": len(response.content),
        }
    return found


JOBS = {"prepare": prepare, "export": export, "pages": pages}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--export", type=int, default=70_000, help="rows to fill; a reader may take about 50,000")
    parser.add_argument("--job", choices=JOBS)
    parser.add_argument("--arguments", default="{}")
    given = parser.parse_args()
    if given.job:
        import django

        django.setup()
        print(json.dumps(JOBS[given.job](**json.loads(given.arguments))))
        return
    with tempfile.TemporaryDirectory() as folder:
        database = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder}/bench.sqlite3"
        print(f"Database: {database.split(':')[0]}")
        in_process("prepare", database, count=given.export)
        ours, stock = in_process("export", database, way="ours"), in_process("export", database, way="stock")
        print(f"\nExcel export, {ours['rows']:,} engagements × 21 columns, styled, database included")
        for name, figure in (("ours", ours), ("django-import-export's stock path", stock)):
            print(f"  {name:36}{figure['seconds']:7.2f} s {figure['peak']:7.0f} MB peak {figure['size']:6.1f} MB file")
        print(
            f"  ratio: {stock['seconds'] / ours['seconds']:.1f} × faster, "
            f"{ours['peak'] / stock['peak']:.2f} of the peak memory"
        )
        in_process("prepare", database, count=1000)
        few = in_process("pages", database, times=40)
        in_process("prepare", database, count=given.rows)
        many = in_process("pages", database, times=40)
        print(f"\nPages, in-process, at 1,000 and {given.rows:,} engagements (ms)")
        print(f"  {'':32}{'p50':>7}{'p50':>9}{'ratio':>8}{'p95':>8}{'queries':>11}{'kB gz':>8}")
        for name, figure in many.items():
            before = few[name]
            print(
                f"  {name:32}{before['p50']:7.1f}{figure['p50']:9.1f}{figure['p50'] / before['p50']:8.2f}"
                f"{figure['p95']:8.1f}{before['queries']:6}/{figure['queries']:<4}{figure['bytes'] / 1000:8.1f}"
            )
        log, bare, admin = many["log, reader"], many["bare view"], many["stock admin"]
        print(f"  list against a bare view: p95 {log['p95'] / bare['p95']:.1f} ×")
        print(f"  stock admin against the list: p50 {admin['p50'] / log['p50']:.1f} ×")


if __name__ == "__main__":
    main()
