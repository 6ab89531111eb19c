"""`make bench`: the figures of the product, each beside its peer in one run on one machine, on SQLite and PostgreSQL.

`python -m benchmarks.run [--rows 100000] [--few 1000] [--export 50000] [--only sqlite] [--just list]`; `--just` takes
list, overview or weight. Needs nothing prepared: SQLite works in a temporary folder, PostgreSQL in a cluster of its own
(or on the server that BENCH_DATABASE_URL names, with the right to create databases). Prints what was measured and,
last, a table to paste; asserts nothing.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from . import pages
from .databases import Database, postgresql, sqlite
from .jobs import percentile_95, run
from .report import Figure, heading, table
from .serving import Reader, serving

SIZES = ("few", "many")
IMPORTED = 5_000
"""Engagements in the workbook to import."""
RECOMMENDATIONS, STOCK_SHARE = 50_000, 25
"""Records of the Index, and how many times fewer the stock path gets: its rate is compared."""
FOLLOWERS, CHANGES = 2_000, 300
"""People who follow something, and items that changed in their week."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000, help="engagements in the large database")
    parser.add_argument("--few", type=int, default=1_000, help="engagements in the small one")
    parser.add_argument("--export", type=int, default=50_000, help="engagements in the workbook")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--just", choices=["list", "overview", "weight"], help="these figures alone")
    given = parser.parse_args()
    began, figures = time.monotonic(), {}
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start")
    with tempfile.TemporaryDirectory(prefix="engagement-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        databases: dict[str, Database | None] = {}
        if given.only != "postgresql":
            databases["SQLite"] = sqlite(folder)
        if given.only != "sqlite":
            databases["PostgreSQL"] = stack.enter_context(postgresql(folder))
        for label, database in databases.items():
            if database is None:
                print("PostgreSQL was not found here (no /usr/lib/postgresql/*/bin/initdb): SQLite only.")
            else:
                figures[label] = measure(label, database, folder, given)
    print(table(figures))
    print(f"Took {(time.monotonic() - began) / 60:.1f} minutes; load {os.getloadavg()[0]:.1f} at the end.")


def measure(label: str, database: Database, folder: Path, given: argparse.Namespace) -> list[Figure]:
    """All figures on one database."""
    counts = {"few": given.few if given.just in (None, "list") else 0, "many": given.rows}
    shared = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_STATIC_ROOT": str(folder / "static")}
    there = {size: shared | {"DATABASE_URL": database(size)} for size in SIZES}
    run("collect", there["few"])
    began = time.monotonic()
    sessions = {size: run("prepare", there[size], count=counts[size]) for size in SIZES}
    print(heading(f"{label}: {given.few:,} and {given.rows:,} engagements, made in {time.monotonic() - began:.0f} s"))
    with ExitStack() as stack:
        ports = {size: stack.enter_context(serving(there[size])) for size in SIZES}
        readers = {
            (size, person): Reader(ports[size], session) for size in SIZES for person, session in sessions[size].items()
        }
        of_list = {person: readers["many", person] for person in ("hrett", "coordinator")}
        if given.just == "weight":
            return measure_weight(readers["many", "coordinator"])
        if given.just == "list":
            return [*measure_growth(readers, there, counts), *measure_peers(of_list, there["many"])]
        overview = measure_overview({person: readers["many", person] for person in sessions["many"]}, there["many"])
        if given.just:
            return overview
        growth = measure_growth(readers, there, counts)
        peers = measure_peers(of_list, there["many"])
        weight = measure_weight(readers["many", "coordinator"])
    export = measure_export(there["many"], given.export)
    imports = [*measure_import(there["few"]), *measure_index(there["few"], folder)]
    return [*growth, *peers, *overview, *weight, *export, *imports, *measure_digests(there["few"])]


def measure_growth(readers: dict, there: dict, counts: dict[str, int]) -> list[Figure]:
    """The list with few and with many engagements, one request to each in turn."""
    seen = {size: run("look", there[size], pages=pages.GROWTH) for size in SIZES}
    print(f"\nThe list over HTTP, p50 in ms of {pages.TIMES} requests, in turns with {counts['few']:,} and "
          f"{counts['many']:,} engagements")  # fmt: skip
    print(f"  {'':36}{'few':>7}{'many':>8}{'ratio':>8}   queries")
    ratios, queries_differ = {}, []
    for name, (person, address) in pages.GROWTH.items():
        both = {size: (readers[size, person], address) for size in SIZES}
        spent = in_turns(both, pages.TIMES)
        few, many = (statistics.median(spent[size]) for size in SIZES)
        asked = [seen[size][name]["queries"] for size in SIZES]
        lines = [seen[size][name]["lines"] for size in SIZES]
        ratios[name] = many / few
        if asked[0] != asked[1]:
            queries_differ.append(name)
        shown = "" if lines == [50, 50] else f"   shows {lines[0]} and {lines[1]} lines"
        print(f"  {name:36}{few:7.1f}{many:8.1f}{many / few:8.2f}   {asked[0]} / {asked[1]}{shown}")
    return [
        *(Figure(name, ratios[name], "×", at_most=1.3) for name in pages.MAIN),
        *(
            Figure(f"{person}, worst of {len(named)} filters: {worst.split(', ')[1]}", ratios[worst], "×", at_most=1.3)
            for person, named in pages.FILTERED.items()
            for worst in [max(named, key=ratios.__getitem__)]
        ),
        Figure("pages whose queries grow with the rows", len(queries_differ), "", at_most=0),
        *(Figure(name, ratios[name], "×") for name in pages.APART),
    ]


def measure_peers(readers: dict[str, Reader], there: dict[str, str]) -> list[Figure]:
    """The list beside a bare view and the stock admin: over HTTP, which counts, and without a server."""
    wanted = {name: (readers[person], address) for name, (person, address) in pages.PEERS.items()}
    spent = in_turns(wanted, pages.PEER_TIMES)
    served = {name: (statistics.median(times), percentile_95(times)) for name, times in spent.items()}
    inside = run("in_process", there, pages=pages.PEERS, times=pages.PEER_TIMES)
    print(f"\nThe list and its peers, ms of {pages.PEER_TIMES} requests in turns; session and person are read from the "
          "database by each")  # fmt: skip
    print(f"  {'':36}{'gunicorn, p50':>15}{'p95':>8}{'in process, p50':>19}{'p95':>8}")
    for name in pages.PEERS:
        print(f"  {name:36}{served[name][0]:15.1f}{served[name][1]:8.1f}{inside[name][0]:19.1f}{inside[name][1]:8.1f}")
    print(f"  list : bare view, p95, gunicorn {served['reader'][1] / served['bare view'][1]:.1f} ×, "
          f"in process {inside['reader'][1] / inside['bare view'][1]:.1f} ×")  # fmt: skip
    return [
        *(
            Figure(f"{person} : bare view, p95", served[person][1] / served["bare view"][1], "×", at_most=4)
            for person in ("reader", "coordinator")
        ),
        Figure("stock admin, all filters : reader, p50", served["admin, all filters"][0] / served["reader"][0], "×", 2),
        Figure("stock admin, 5 filters : reader, p50", served["admin, 5 filters"][0] / served["reader"][0], "×"),
    ]


def measure_overview(readers: dict[str, Reader], there: dict[str, str]) -> list[Figure]:
    """The overview of twelve months beside the log's list and the stock admin's over the same rows."""
    wanted = {name: (readers[person], address) for name, (person, address) in pages.OVERVIEW.items()}
    spent, people = in_turns(wanted, pages.TIMES), ("reader", "coordinator")
    middle = {name: statistics.median(times) for name, times in spent.items()}
    seen = run("look", there, pages={person: pages.OVERVIEW[person] for person in people})
    print(f"\nThe overview over HTTP, ms of {pages.TIMES} requests in turns")
    print(f"  {'':36}{'p50':>7}{'p95':>8}   queries")
    for name, times in spent.items():
        asked = seen[name]["queries"] if name in seen else ""
        print(f"  {name:36}{middle[name]:7.1f}{percentile_95(times):8.1f}   {asked}")
    admin = middle["admin, all filters"] / middle["reader"]
    return [
        *(
            Figure(f"overview : log, {person}, p50", middle[person] / middle[f"log, {person}"], "×", at_most=5)
            for person in people
        ),
        Figure("overview, queries", max(one["queries"] for one in seen.values()), "", at_most=12),
        Figure("stock admin, all filters : overview of the reader, p50", admin, "×"),
    ]


def in_turns(wanted: dict[str, tuple[Reader, str]], times: int) -> dict[str, list[float]]:
    """Milliseconds of `times` requests for each, one of each in turn, so that whatever disturbs hits all alike.

    The order is another one in each turn: what follows a slow page finds the caches of the processor full of it.
    """
    spent: dict[str, list[float]] = {name: [] for name in wanted}
    orders = random.Random(1)  # noqa: S311
    for turn in range(times + 5):
        for name in orders.sample(list(wanted), len(wanted)):
            reader, address = wanted[name]
            took, _body = reader.get(address)
            if turn >= 5:
                spent[name].append(took)
    return spent


def measure_weight(reader: Reader) -> list[Figure]:
    """kB over the line of each main page as a first visit (with all it links) and as a next one."""
    print(f"\nWeight, kB compressed\n  {'':36}{'first visit':>13}{'next page':>12}")
    weights = {}
    for address in pages.WEIGHED:
        _spent, page = reader.get(address)
        files = sum(len(reader.get(file)[1]) for file in pages.linked_files(page))
        weights[address] = ((len(page) + files) / 1000, len(page) / 1000)
        print(f"  {address:36}{weights[address][0]:13.1f}{weights[address][1]:12.1f}")
    first, following = (max(column) for column in zip(*weights.values(), strict=True))
    return [
        Figure("heaviest of ten pages, first visit", first, " kB", at_most=60),
        Figure("heaviest of ten pages, next page", following, " kB", at_most=15),
    ]


def measure_export(there: dict[str, str], count: int) -> list[Figure]:
    """The workbook beside the stock path of django-import-export."""
    ways = {"ours": "as installed", "stock": "django-import-export, stock"}
    print(f"\nExcel export, {count:,} engagements × 22 columns, read from the database")
    found = {way: run("export", there, way=way, count=count) for way in ways}
    for way, name in ways.items():
        one = found[way]
        print(f"  {name:36}{one['seconds']:7.2f} s ({one['processor']:.2f} s of a processor)"
              f"{one['peak']:7.0f} MB peak{one['size']:7.1f} MB file")  # fmt: skip
    return [
        Figure("Excel export, stock : ours, seconds", found["stock"]["seconds"] / found["ours"]["seconds"], "×", 8),
        Figure("Excel export, ours : stock, memory", found["ours"]["peak"] / found["stock"]["peak"], "×", at_most=0.25),
    ]


def measure_import(there: dict[str, str]) -> list[Figure]:
    """A workbook of new engagements, read, previewed and written, beside the stock path of django-import-export."""
    ways = {"ours": "as installed", "stock": "django-import-export, stock"}
    print(f"\nImport of {IMPORTED:,} new engagements × 13 columns, from a workbook, with preview")
    found = {way: run("bring_in", there, way=way, count=IMPORTED) for way in ways}
    for way, name in ways.items():
        one = found[way]
        print(f"  {name:36}{one['seconds']:7.2f} s, of it {one['preview']:.2f} s to the preview "
              f"({one['processor']:.2f} s of a processor)")  # fmt: skip
    ratio = found["ours"]["seconds"] / found["stock"]["seconds"]
    return [Figure("import with preview, ours : stock, seconds", ratio, "×", at_most=1 / 3)]


def measure_index(there: dict[str, str], folder: Path) -> list[Figure]:
    """An export of the Index in both forms, each with new records; the first once more; then the stock path."""
    sizes = {"ours.xlsx": RECOMMENDATIONS, "ours.json": RECOMMENDATIONS, "stock.xlsx": RECOMMENDATIONS // STOCK_SHARE}
    run("index_files", there, folder=str(folder), sizes=sizes)
    print(f"\nimport_uhri, {RECOMMENDATIONS:,} recommendations of 16 columns; the stock path of fewer, by its rate")
    rates, peaks, again = {}, [], 0
    for said, name in (
        ("ours, Excel", "ours.xlsx"),
        ("ours, JSON", "ours.json"),
        ("ours, Excel once more", "ours.xlsx"),
        ("django-import-export, stock", "stock.xlsx"),
    ):
        one = run("index", there, way=name.partition(".")[0], path=str(folder / name))
        rates[said] = one["read"] / one["seconds"]
        if name.startswith("ours"):
            peaks.append(one["peak"])
            again = one["written"]
        print(f"  {said:36}{one['read']:8,} in{one['seconds']:7.1f} s,{rates[said]:8,.0f} a second, "
              f"{one['written']:,} written{one['peak']:7.0f} MB peak")  # fmt: skip
    slower = min(rates["ours, Excel"], rates["ours, JSON"])
    return [
        Figure("import_uhri, ours : stock, rows a second", slower / rates["django-import-export, stock"], "×", 4),
        Figure("import_uhri, peak memory", max(peaks), " MB", at_most=200),
        Figure("import_uhri, rows written by a second run", again, "", at_most=0),
    ]


def measure_digests(there: dict[str, str]) -> list[Figure]:
    """One run of `send_digests` on a Monday, with a mail server that takes no time."""
    found = run("digests", there, people=FOLLOWERS, changes=CHANGES)
    each = found["queries"] / found["sent"]  # those who get no mail cost next to nothing
    print(f"\nsend_digests, {FOLLOWERS:,} people and {CHANGES} changes: {found['seconds']:.1f} s, "
          f"{found['sent']:,} mails of {found['items']:,} items, {each:.2f} queries for each mail")  # fmt: skip
    return [
        Figure("send_digests, queries for each mail", each, "", at_most=3),
        Figure("send_digests, all of it", found["seconds"], " s"),
    ]


if __name__ == "__main__":
    main()
