"""Time and memory of an Excel export of 50,000 rows × 20 columns, against django-import-export's own.

Run as `python benchmarks/workbook.py [rows]`. Each way runs in a process of its own, on the same invented
rows made while it runs; seconds are the best of three, memory is the peak of the whole process. The stock
path writes bare values; the others write a header in style, filter, widths, wrapped text, real dates, links.
Exits with 1 if `write_workbook` is less than 8 times as fast, or takes more than a quarter of the memory.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

WORDS = (
    "protection cluster briefing displacement returnees authorities detention access report & follow-up",
    "الحماية النازحين المقرر الخاص زيارة تقرير السلطات الاحتجاز التوصية متابعة",
)
KINDS = ["text"] * 4 + ["number"] + ["text"] * 5 + ["date"] * 3 + ["link"] + ["text"] * 6
TITLES = [f"Column {number}" for number in range(1, len(KINDS) + 1)]


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Invented engagements: five texts of 100 to 400 characters, some Arabic; three dates; a link."""
    chance = random.Random(1)  # noqa: S311
    # Made beforehand, so that exports are timed and not this; too many for the compressor to remember.
    texts = [
        [" ".join(chance.choices(words.split(), k=60))[: chance.randint(100, 400)] for _ in range(3_000)]
        for words in WORDS
    ]
    for number in range(count):
        narrative = chance.choices(texts[number % 6 == 0], k=5)
        day = date(2024, 1, 1) + timedelta(number % 700)
        yield (
            *(f"E-{number:06}", "Invented Protection Cluster", "Briefing ahead of a visit", "direct"),
            number % 12 + 1,
            *narrative,
            *(day, day + timedelta(3), None if number % 3 else day + timedelta(30)),
            (f"https://example.org/engagement/{number}/", f"E-{number:06}"),
            *("low", "=1+1" if number % 50 == 0 else "submitted", None if number % 3 else "Support wanted"),
            *("Mandate on violence", "South Sudan", "coordinator@example.org"),
        )


def ours(path: Path, count: int) -> None:
    """The project's writer."""
    from config.workbook import Column, Sheet, write_workbook

    columns = [Column(title, title, 30, kind) for title, kind in zip(TITLES, KINDS, strict=True)]  # type: ignore[arg-type]
    sheet = Sheet("Log", columns, rows(count))
    write_workbook(path, [sheet], title="Log", author="Benchmark", created=datetime(2026, 1, 1, tzinfo=UTC))


def stock(path: Path, count: int) -> None:
    """django-import-export as it comes: a resource, its dataset, its XLSX format."""
    from import_export import fields, resources
    from import_export.formats import base_formats

    class Value(fields.Field):
        def get_value(self, instance: tuple[Any, ...]) -> Any:
            value = instance[int(self.attribute)]
            return value[0] if isinstance(value, tuple) else value

    columns = {title: Value(str(index), title) for index, title in enumerate(TITLES)}
    dataset = type("Log", (resources.Resource,), columns)().export(rows(count))
    path.write_bytes(base_formats.XLSX().export_data(dataset))


def xlsxwriter(path: Path, count: int) -> None:
    """XlsxWriter by itself, cell by cell, with as little memory as it can do with."""
    from xlsxwriter import Workbook

    with Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet("Log")
        wrapped = book.add_format({"valign": "top", "text_wrap": True})
        day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        header = book.add_format({"bold": True, "bg_color": "#0b4f5c", "font_color": "#ffffff"})
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, count, len(TITLES) - 1)
        page.set_column(0, len(TITLES) - 1, 30)
        for index, title in enumerate(TITLES):
            page.write_string(0, index, title, header)
        for number, row in enumerate(rows(count), 1):
            for index, value in enumerate(row):
                if value is None:
                    page.write_blank(number, index, None, wrapped)
                elif isinstance(value, str):
                    page.write_string(number, index, value, wrapped)
                elif isinstance(value, date):
                    page.write_datetime(number, index, value, day)
                elif isinstance(value, tuple):
                    page.write_url(number, index, value[0], None, value[1])
                else:
                    page.write_number(number, index, value, wrapped)


def measure(way: str, count: int) -> tuple[float, float, float]:
    """Seconds, peak memory in MB and size in MB of one export in a new process."""
    command = [sys.executable, __file__, str(count), way]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(3)]
    return min(run[0] for run in runs), max(run[1] for run in runs), runs[0][2]


def run(way: str, count: int) -> None:
    """Do one export and print what it took."""
    settings.configure(USE_I18N=False, USE_TZ=True, INSTALLED_APPS=["import_export"])
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.xlsx"
        start = time.perf_counter()
        {"ours": ours, "stock": stock, "xlsxwriter": xlsxwriter}[way](path, count)
        seconds = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([seconds, memory, path.stat().st_size / 1e6]))


def main() -> int:
    """Print the table; 1 if a figure is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    if len(sys.argv) > 2:
        run(sys.argv[2], count)
        return 0
    found = {way: measure(way, count) for way in ("ours", "stock", "xlsxwriter")}
    names = {"ours": "write_workbook", "stock": "import-export, stock", "xlsxwriter": "XlsxWriter by itself"}
    print(f"Excel export of {count:,} rows × {len(KINDS)} columns")
    for way, (seconds, memory, size) in found.items():
        print(f"  {names[way]:22}{seconds:7.2f} s {memory:6.0f} MB peak {size:6.1f} MB file")
    faster = found["stock"][0] / found["ours"][0]
    smaller = found["stock"][1] / found["ours"][1]
    print(f"  {faster:.1f} × as fast as stock (8 wanted), 1/{smaller:.1f} of its memory (1/4 wanted)")
    return int(faster < 8 or smaller < 4)


if __name__ == "__main__":
    sys.exit(main())
