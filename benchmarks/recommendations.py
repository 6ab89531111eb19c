"""An export of the Universal Human Rights Index, brought in by us and by django-import-export's stock path."""

import json
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import xlsxwriter
from django.utils.text import slugify
from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource
from import_export.widgets import DateWidget, ManyToManyWidget

from mandates import changes
from mandates.models import Country, Mandate, Recommendation, Theme
from mandates.uhri import bring_in
from mandates.uhri.reading import records_in

from .data import text

TITLES = [
    "Text", "Countries Concerned", "Reccomending Body", "Document Symbol", "Themes", "Affected Persons", "Sdgs",
    "Document Publication Date", "UPR Reccomending States", "UPR Position", "Type", "OHCHR Annotation Id",
    "UPR Session", "Regions Concerned", "Recommending Regions", "Date of publication on UHRI",
]  # fmt: skip
THEMES = [f"Theme {number} of the Index" for number in range(150)]
COUNTRIES = ["South Sudan", "Ukraine", "Mali", "Somalia", "Iraq", "Yemen", "Chad", "Colombia", "Afghanistan"]


def records(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Records as JSON has them, the same at each run; another seed gives others."""
    chance = random.Random(seed)  # noqa: S311 — the same rows at each run
    bodies = [f"- {name}" for name in Mandate.objects.filter(kind="thematic").values_list("acronym", flat=True)]
    for number in range(count):
        yield {
            "AnnotationId": str(UUID(int=chance.getrandbits(128), version=4)),
            "Symbol": f"A/HRC/{40 + number // 2000}/{number // 40 % 50}/Add.{seed}",
            "Body": chance.choice(bodies),
            "PublicationDate": "2025-05-12T00:00:00",
            "AnnotationType": "- Recommendations",
            "Countries": chance.sample(COUNTRIES, chance.choice((1, 1, 1, 2))),
            "Themes": chance.sample(THEMES, 3),
            "AffectedPersons": ["Internally displaced persons", "Women & girls"],
            "Sdgs": ["16.9 - Provide universal legal identity"],
            "Text": f"{number % 90 + 1}.({chance.choice('abcdef')}){text(chance)} {text(chance)}",
        }


def write_files(folder: str, sizes: dict[str, int]) -> None:
    """An export of so many records for each name, in the form that it ends with; each has records of its own."""
    for seed, (name, count) in enumerate(sizes.items(), 1):
        path = Path(folder) / name
        if path.suffix == ".json":
            path.write_text(json.dumps(list(records(count, seed))))
            continue
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, TITLES)
            for row, one in enumerate(records(count, seed), 1):
                lists = ("Countries", "Themes", "AffectedPersons", "Sdgs")
                cells = {name: "\n".join(f"- {item}" for item in one[name]) for name in lists}
                sheet.write_row(
                    row, 0,
                    [one["Text"], cells["Countries"], one["Body"], one["Symbol"], cells["Themes"],
                     cells["AffectedPersons"], cells["Sdgs"], 45789, None, None, one["AnnotationType"],
                     one["AnnotationId"], None, "- Africa", None, 45828.4996],
                )  # fmt: skip


def take(way: str, path: str) -> dict[str, float]:
    """What one way takes to bring a file in: seconds, records, of them written, peak memory (MB, whole process)."""
    before = Recommendation.objects.count()
    if way == "stock":
        for name in THEMES:
            Theme.objects.get_or_create(slug=slugify(name), defaults={"name": name})
    started = time.perf_counter()
    if way == "ours":
        with Path(path).open("rb") as file:
            outcome = bring_in(records_in(file), by="bench", name="bench")
        read, written = outcome.read, outcome.written
    else:
        # Our models record each change; without that the stock path is quicker, as with anybody's plain model.
        changes.record = lambda *args, **kwargs: None
        dataset = XLSX().create_dataset(Path(path).read_bytes())
        result = StockRecommendations().import_data(dataset, dry_run=False, raise_errors=True)
        read, written = result.total_rows, result.totals["new"]
    seconds = time.perf_counter() - started
    assert Recommendation.objects.count() == before + written
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "read": read, "written": written, "peak": peak}


class StockRecommendations(ModelResource):
    """The same columns as a user of django-import-export declares them, and the least that it takes to read them."""

    annotation_id = Field("annotation_id", "OHCHR Annotation Id")
    text = Field("text", "Text")
    symbol = Field("symbol", "Document Symbol")
    body = Field("body", "Reccomending Body")
    affected_persons = Field("affected_persons", "Affected Persons")
    sdgs = Field("sdgs", "Sdgs")
    published_on = Field("published_on", "Document Publication Date", DateWidget())
    mandates = Field("mandates", "Reccomending Body", ManyToManyWidget(Mandate, separator="\n", field="acronym"))
    countries = Field("countries", "Countries Concerned", ManyToManyWidget(Country, separator="\n", field="name_en"))
    themes = Field("themes", "Themes", ManyToManyWidget(Theme, separator="\n", field="name"))

    class Meta:
        model = Recommendation
        import_id_fields = ("annotation_id",)
        skip_unchanged = True
        fields = (
            "annotation_id", "text", "symbol", "body", "affected_persons", "sdgs", "published_on", "mandates",
            "countries", "themes",
        )  # fmt: skip

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        for title, value in row.items():
            if isinstance(value, str):
                row[title] = "\n".join(line.removeprefix("- ") for line in value.splitlines())
        row["Document Publication Date"] = "2025-05-12"

    def before_save_instance(self, instance: Recommendation, row: Any, **kwargs: Any) -> None:
        instance.source, instance.checked_on = "bench", instance.published_on
