"""The log taken away: the engagement report for Excel, and the same rows as CSV.

A row is what `EngagementResource` says; the workbook adds looks, a summary and who exported what. Only rows that
passed `exportable_by` come here: an export is one more outlet of the same gate.
"""

import csv
import tempfile
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from import_export import resources
from import_export.fields import Field

from .filters import EngagementFilterSet
from .models import Action, Cluster, Engagement
from .workbook import Column, Sheet, write_workbook

PRODUCT = _l("Protection cluster engagement with Special Procedures")
CHUNK = 1000
"""Rows read from the database at a time; memory does not grow beyond them."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _choice(name: str) -> Any:
    """A reader for a choice in the reader's words, each label looked up once."""
    labels = {value: str(label) for value, label in Engagement._meta.get_field(name).flatchoices}
    return lambda row: labels[getattr(row, name)]


class EngagementResource(resources.ModelResource):
    """What a row of an export is: the five columns of the reporting form, with their context.

    Built for one reader: titles and choices are in the active language. Values are native (days as dates); `record`
    is (address, label). Reads `for_export()` rows without a query of its own.
    """

    cluster = Field(column_name=_l("Cluster"))
    country = Field(column_name=_l("Country"))
    started_on = Field(column_name=_l("Started on"))
    ended_on = Field(column_name=_l("Ended on"))
    action_number = Field(column_name=_l("No."))
    action = Field(column_name=_l("Actions taken from the list above"))
    what_was_done = Field(column_name=_l("What did the cluster do under this action"))
    challenges = Field(column_name=_l("What challenges did the cluster face in taking this action"))
    result = Field(column_name=_l("Result of the action"))
    support_needed = Field(column_name=_l("Further support needed from HRE TT"))
    mode = Field(column_name=_l("Mode"))
    partner = Field(column_name=_l("Partner"))
    mandates = Field(column_name=_l("Mandates"))
    item = Field(column_name=_l("Visit, call or report"))
    result_extent = Field(column_name=_l("Extent of the result"))
    status = Field(column_name=_l("Status"))
    date_precision = Field(column_name=_l("Days known to the"))
    level = Field(column_name=_l("Level"))
    created_by = Field(column_name=_l("Logged by"))
    updated_at = Field(column_name=_l("Last changed"))
    record = Field(column_name=_l("Record"))

    class Meta:
        model = Engagement
        fields = (
            "cluster", "country", "started_on", "ended_on", "action_number", "action", "what_was_done", "challenges",
            "result", "support_needed", "mode", "partner", "mandates", "item", "result_extent", "status",
            "date_precision", "level", "created_by", "updated_at", "record",
        )  # fmt: skip
        export_order = fields

    WIDTHS = {
        "cluster": 22, "country": 16, "started_on": 12, "ended_on": 12, "action_number": 6, "action": 34,
        "what_was_done": 60, "challenges": 44, "result": 44, "support_needed": 40, "partner": 20, "mandates": 24,
        "item": 34, "created_by": 18, "record": 10,
    }  # fmt: skip
    KINDS = {"started_on": "date", "ended_on": "date", "updated_at": "date", "action_number": "number", "record": "link"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.readers = {
            "mode": _choice("mode"),
            "result_extent": _choice("result_extent"),
            "status": _choice("status"),
            "date_precision": _choice("date_precision"),
            "level": _choice("level"),
            "cluster": lambda row: row.cluster.name,
            "country": lambda row: row.cluster.country.name,
            "action_number": lambda row: row.action.number,
            "action": lambda row: str(row.action.text),
            "mandates": lambda row: ", ".join(mandate.acronym for mandate in row.mandates.all()),
            "item": _item_in_words,
            "created_by": lambda row: str(row.created_by),
            "updated_at": lambda row: timezone.localtime(row.updated_at).date(),
            "record": lambda row: (settings.SITE_URL + row.get_absolute_url(), _("Open")),
        }
        self.names = list(self._meta.fields)

    def export_field(self, field: Field, instance: Engagement, **kwargs: Any) -> Any:
        name = self.get_field_name(field)
        return self.readers[name](instance) if name in self.readers else getattr(instance, name)

    def columns(self) -> list[Column]:
        """The columns of the sheet *Log*, in the order of a row."""
        return [
            Column(name, str(field.column_name), self.WIDTHS.get(name, 14), self.KINDS.get(name, "text"))
            for name, field in zip(self.names, self.get_export_fields(), strict=True)
        ]

    def lines(self, rows: QuerySet) -> Iterator[list[Any]]:
        """A list of native values per engagement, read CHUNK rows at a time."""
        for row in rows.for_export().iterator(chunk_size=CHUNK):
            yield self.export_resource(row)


def _item_in_words(row: Engagement) -> str:
    """The visit, call or report that an engagement is about, as a reader would name it."""
    if row.visit:
        return f"{row.visit} ({row.visit.dates})"
    return str(row.call or row.report or "")


def xlsx_response(request: HttpRequest, filters: EngagementFilterSet) -> FileResponse:
    """The engagement report: sheets *Log*, *Summary*, *Support needed* and *About*."""
    now = timezone.now()
    file = tempfile.TemporaryFile()  # noqa: SIM115 — the response closes it
    try:
        write_workbook(
            file,
            sheets(request, filters),
            title=_("Engagement report"),
            author=str(PRODUCT),
            created=now,
            right_to_left=get_language_bidi(),
        )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_filename("xlsx"), content_type=XLSX)


def sheets(request: HttpRequest, filters: EngagementFilterSet) -> list[Sheet]:
    """The report's sheets, all over the same filtered rows; *Log* is read while it is written."""
    rows, resource = filters.rows, EngagementResource()
    return [
        Sheet(title=_("Log"), columns=resource.columns(), rows=resource.lines(rows), freeze_columns=1),
        _summary(rows),
        _support(rows),
        _about(request, filters),
    ]


def _summary(rows: QuerySet) -> Sheet:
    """Clusters × twelve actions, with totals: how many of these rows each has."""
    counts = rows.counted_by_cluster_and_action()
    clusters = Cluster.objects.filter(pk__in={cluster for cluster, _number in counts}).order_by("name")
    numbers = list(Action.objects.values_list("number", flat=True))
    lines = []
    for cluster in clusters:
        line = [counts.get((cluster.pk, number), 0) for number in numbers]
        lines.append([cluster.name, *line, sum(line)])
    totals = [sum(line[position] for line in lines) for position in range(1, len(numbers) + 2)]
    columns = [Column("cluster", _("Cluster"), 34)]
    columns += [Column(f"action_{action.number}", str(action), 14, "number") for action in Action.objects.all()]
    columns.append(Column("total", _("Total"), 10, "number"))
    return Sheet(
        title=_("Summary"), columns=columns, rows=lines, totals=[_("Total"), *totals], freeze_columns=1
    )


def _support(rows: QuerySet) -> Sheet:
    """The rows that ask for support, with what they ask."""
    lines = (
        [
            row.cluster.name,
            row.started_on,
            str(row.action),
            row.support_needed,
            (settings.SITE_URL + row.get_absolute_url(), _("Open")),
        ]
        for row in rows.asking_support().for_export().iterator(chunk_size=CHUNK)
    )
    columns = [
        Column("cluster", _("Cluster"), 26),
        Column("started_on", _("Started on"), 12, "date"),
        Column("action", _("Action"), 30),
        Column("support_needed", _("Further support needed from HRE TT"), 80),
        Column("record", _("Record"), 10, "link"),
    ]
    return Sheet(title=_("Support needed"), columns=columns, rows=lines, freeze_columns=1)


def _about(request: HttpRequest, filters: EngagementFilterSet) -> Sheet:
    """Who made this file, when, from which filters, and how sensitive it is."""
    levels = dict(Engagement.Level.choices)
    count = filters.rows.count()
    highest = next((level for level in ("moderate", "low") if filters.rows.filter(level=level).exists()), None)
    zone = timezone.get_current_timezone_name()
    lines = [
        [_("Made by"), f"{request.user} <{request.user.email}>"],
        [_("Made on"), f"{date_format(timezone.localtime(), 'DATETIME_FORMAT')} ({zone})"],
        [_("Engagements in this file"), count],
        [_("Highest level in this file"), levels[highest] if highest else _("none: the file is empty")],
        [_("What is in it"), _("The engagements that this person may list, low and moderate. High ones are left out.")],
        [_("Handling"), _("Share it only with people who may read this level. Delete it when it has served.")],
    ]
    lines += [[_("Filter: %(name)s") % {"name": label}, value] for label, value in filters.active] or [
        [_("Filters"), _("none")]
    ]
    lines.append([_("Address"), settings.SITE_URL + request.get_full_path()])
    columns = [Column("what", _("About this file"), 30), Column("value", "", 90)]
    return Sheet(title=_("About"), columns=columns, rows=lines, filtered=False)


def csv_response(request: HttpRequest, filters: EngagementFilterSet) -> StreamingHttpResponse:
    """The log as CSV: UTF-8 with the mark by which Excel knows it, commas, one line per engagement."""
    resource = EngagementResource()
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    rows, language = filters.rows, get_language()

    def stream() -> Iterator[str]:
        yield "\ufeff" + writer.writerow([column.title for column in resource.columns()])
        for line in resource.lines(rows):
            yield writer.writerow([as_csv_text(value) for value in line])

    response = StreamingHttpResponse(stream(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_filename("csv")}"'
    response.headers["Content-Language"] = language or settings.LANGUAGE_CODE
    return response


def as_csv_text(value: Any) -> str:
    """A cell as text. An apostrophe before what a spreadsheet would run as a formula (OWASP, "CSV Injection")."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return str(value[0])
    text = str(value)
    is_formula = text.lstrip(" ")[:1] in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}
    return "'" + text if isinstance(value, str) and is_formula else text


class _Echo:
    """A file that hands back what is written, so that csv.writer can stream."""

    def write(self, line: str) -> str:
        return line


def _filename(extension: str) -> str:
    return f"engagement-{timezone.localdate().isoformat()}.{extension}"
