"""The log taken away: the engagement report for Excel, and the same rows as CSV.

A row is what `imports/columns.py` lists, read by `read_lines`; the workbook adds looks, a summary and who exported
what. Only rows that passed `exportable_by` come here, or `exportable_in_confidence_by` for a file that says so
(`is_confidential`): an export is one more outlet of the same gate.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, TextChoices
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config import downloads
from config.signs import date_format
from config.workbook import Column, Kind, Sheet
from mandates.models import CallForInput, CountryVisit, Mandate, Report

from .actions import ALWAYS_HIGH, WORDINGS
from .filters import EngagementFilterSet
from .imports.columns import COLUMNS, note_of
from .models import Action, Cluster, ClusterEvent, Engagement, EngagementMandate, User
from .text import said_of_removal

ITEMS = ("visit_id", "call_id", "report_id", "event_id")
"""What a line can be about; one of them at most."""

CHUNK = 500
"""Rows read from the database at a time; memory does not grow beyond them."""


CHOICES: dict[str, type[TextChoices]] = {
    "mode": Engagement.Mode,
    "result_extent": Engagement.Extent,
    "status": Engagement.Status,
    "date_precision": Engagement.DatePrecision,
    "level": Engagement.Level,
}
"""The columns that hold one of a few words."""


def choice_words() -> dict[str, dict[str, str]]:
    """For each of CHOICES its values, with their words in the active language."""
    return {name: {value: str(label) for value, label in choices.choices} for name, choices in CHOICES.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """What a row of an export is made from: plain values of one engagement, and the names it points to."""

    values: dict[str, Any]
    names: "Names"
    mandates: Sequence[str]


class Names:
    """The words of one export in the reader's language, each looked up once: choices, actions, clusters, items."""

    def __init__(self) -> None:
        self.action = {action.pk: action for action in Action.objects.all()}
        self.action_text = {pk: str(action.text) for pk, action in self.action.items()}
        self.cluster = {cluster.pk: cluster for cluster in Cluster.objects.select_related("country")}
        self.mandate = dict(Mandate.objects.values_list("pk", "acronym"))
        self.person = {user.pk: str(user) for user in User.objects.only("name", "email")}
        self.choice = choice_words()
        self.item: dict[Any, str] = {}
        self.open = pgettext("link to a record", "Open")
        self.address = settings.SITE_URL + reverse("engagement:engagement-list")

    def read_items(self, rows: Sequence[dict[str, Any]]) -> None:
        """Read the names of the visits, calls, reports and events that these rows point to and that are not known yet.

        Whoever reads a line reads which event it is about, as on its page.
        """
        for model, column in ((CountryVisit, "visit_id"), (CallForInput, "call_id"), (Report, "report_id")):
            unknown = {row[column] for row in rows if row[column]} - self.item.keys()
            if unknown:
                for item in model.objects.with_places().filter(pk__in=unknown):
                    self.item[item.pk] = f"{item} ({item.dates})" if model is CountryVisit else str(item)
        unknown = {row["event_id"] for row in rows if row["event_id"]} - self.item.keys()
        if unknown:
            for event in ClusterEvent.objects.filter(pk__in=unknown).only("title", "day"):
                self.item[event.pk] = f"{event} ({date_format(event.day)})"


READ: dict[str, Callable[[Line], Any]] = {
    "row": lambda line: f"{line.values['pk']}:{line.values['version']}",
    "cluster": lambda line: line.names.cluster[line.values["cluster_id"]].name,
    "country": lambda line: line.names.cluster[line.values["cluster_id"]].country.name,
    "action_number": lambda line: line.names.action[line.values["action_id"]].number,
    "action": lambda line: line.names.action_text[line.values["action_id"]],
    "what_was_done": lambda line: (
        said_of_removal(line.values["text_removed_on"])
        if line.values["text_removed_on"]
        else line.values["what_was_done"]
    ),
    "mandates": lambda line: ", ".join(line.mandates),
    "item": lambda line: line.names.item.get(
        next((line.values[name] for name in ITEMS if line.values[name]), None), ""
    ),
    "created_by": lambda line: line.names.person[line.values["created_by_id"]],
    "updated_at": lambda line: timezone.localtime(line.values["updated_at"]).date(),
    "record": lambda line: (f"{line.names.address}{line.values['pk']}/", line.names.open),
} | {
    name: lambda line, name=name: line.names.choice[name][line.values[name]] for name in CHOICES
}  # fmt: skip
"""How a column (`HomeColumn.name`) is read from a line; any other is the value of that name as it stands."""

VALUES = (
    "pk", "version", "cluster_id", "action_id", "visit_id", "call_id", "report_id", "event_id", "created_by_id",
    "started_on", "ended_on", "what_was_done", "challenges", "result", "support_needed", "mode", "partner",
    "result_extent", "status", "date_precision", "level", "updated_at", "text_removed_on",
)  # fmt: skip
WIDTHS = {
    "cluster": 22, "country": 16, "started_on": 12, "ended_on": 12, "action_number": 6, "action": 34,
    "what_was_done": 60, "challenges": 44, "result": 44, "support_needed": 40, "partner": 20, "mandates": 24,
    "item": 34, "created_by": 18, "record": 10,
}  # fmt: skip
KINDS: dict[str, Kind] = {
    "started_on": "date", "ended_on": "date", "updated_at": "date", "action_number": "number", "record": "link",
}  # fmt: skip


def read_lines(rows: QuerySet) -> Iterator[list[Any]]:
    """A list of native values per engagement, in the order of `rows` and of COLUMNS; CHUNK rows are read at a time.

    Days are dates, choices are words in the active language, `record` is (address, label). Reads columns instead of
    model rows, which makes fifty thousand of them quick. Queries: five for names, then one per chunk for the rows'
    mandates, and up to four for visits, calls, reports and events not named before.
    """
    names = Names()
    read = [READ.get(column.name, lambda line, name=column.name: line.values[name]) for column in COLUMNS]
    found = rows.values(*VALUES).iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        names.read_items(chunk)
        mandates: dict[Any, list[str]] = {}
        places = EngagementMandate.objects.filter(engagement__in=[row["pk"] for row in chunk])
        for engagement, mandate in places.values_list("engagement", "mandate"):
            mandates.setdefault(engagement, []).append(names.mandate[mandate])
        for row in chunk:
            line = Line(row, names, sorted(mandates.get(row["pk"], ())))
            yield [value(line) for value in read]


def log_sheet(rows: QuerySet | None, user: User) -> Sheet:
    """The sheet *Log*, which comes home: keys above the titles, help on them, choices below; read while it is written.

    Keys stand above, so that sorting and filtering leave them where they are. Without `rows` it is the sheet to fill
    in, which hides what an import does not take; the columns stay where they are, for whoever copies from an export.
    """
    words = choice_words()
    del words["status"][Engagement.Status.WITHDRAWN]  # takes a reason, and is done on the page of the engagement
    choices: dict[str, Sequence[str | int]] = {name: list(labels.values()) for name, labels in words.items()}
    choices["cluster"] = list(Cluster.objects.named_in_files_of(user).values_list("name", flat=True))
    choices["action_number"] = list(WORDINGS)
    columns = [
        Column(
            column.tag,
            str(column.title),
            WIDTHS.get(column.name, 14),
            KINDS.get(column.name, "text"),
            note=note_of(column),
            choices=choices.get(column.name, ()),
            hidden=column.name == "row" or (rows is None and not column.is_read),
        )
        for column in COLUMNS
    ]
    lines = () if rows is None else read_lines(rows)
    return Sheet(title=_("Log"), columns=columns, rows=lines, freeze_columns=2, keys=True)


def xlsx_response(request: HttpRequest, filters: EngagementFilterSet, *, is_confidential: bool = False) -> FileResponse:
    """The engagement report: sheets *Log*, *Summary*, *Support needed* and *About*."""
    found = sheets(request, filters, is_confidential=is_confidential)
    return downloads.xlsx_response(found, title=_("Engagement report"), name=_name(is_confidential))


def sheets(request: HttpRequest, filters: EngagementFilterSet, *, is_confidential: bool = False) -> list[Sheet]:
    """The report's sheets, all over the same filtered rows; *Log* is read while it is written."""
    rows = filters.rows
    return [
        log_sheet(rows, request.user),
        _summary(rows, () if is_confidential else ALWAYS_HIGH),
        _support(rows),
        about_sheet(request, rows, _filters_in_words(request, filters), is_confidential=is_confidential),
    ]


def _summary(rows: QuerySet, left_out: Sequence[int]) -> Sheet:
    """Clusters × twelve actions, with totals: how many of these rows each has.

    Nothing stands under actions that this file leaves out: a zero would say that nothing was done.
    """
    counts = rows.counted_by_cluster_and_action()
    clusters = Cluster.objects.filter(pk__in={cluster for cluster, _number in counts}).order_by("name")
    numbers = list(Action.objects.values_list("number", flat=True))
    lines = []
    for cluster in clusters:
        line = [counts.get((cluster.pk, number), 0) for number in numbers]
        shown = [None if number in left_out else n for number, n in zip(numbers, line, strict=True)]
        lines.append([cluster.name, *shown, sum(line)])
    totals: list[int | None] = [sum(line[position] or 0 for line in lines) for position in range(1, len(numbers) + 2)]
    totals[:-1] = [None if number in left_out else n for number, n in zip(numbers, totals[:-1], strict=True)]
    columns = [Column("cluster", _("Cluster"), 34)]
    columns += [Column(f"action_{action.number}", str(action), 14, "number") for action in Action.objects.all()]
    columns.append(Column("total", _("Total"), 10, "number"))
    return Sheet(title=_("Summary"), columns=columns, rows=lines, totals=[_("Total"), *totals], freeze_columns=1)


def _support(rows: QuerySet) -> Sheet:
    """The rows that ask for support, with what they ask."""
    names = [column.name for column in COLUMNS]
    shown = [names.index(name) for name in ("cluster", "started_on", "action", "support_needed", "record")]
    lines = ([line[position] for position in shown] for line in read_lines(rows.asking_support()))
    columns = [
        Column("cluster", _("Cluster"), 26),
        Column("started_on", _("Started on"), 12, "date"),
        Column("action", _("Action"), 30),
        Column("support_needed", _("Further support needed from HRE TT"), 80),
        Column("record", _("Record"), 10, "link"),
    ]
    return Sheet(title=_("Support needed"), columns=columns, rows=lines, freeze_columns=1)


def about_sheet(
    request: HttpRequest, rows: QuerySet, said: Sequence[tuple[str, str]], *, is_confidential: bool
) -> Sheet:
    """Who made this file of `rows`, when, how sensitive it is, and what is `said` of what it was made from."""
    levels, counts = dict(Engagement.Level.choices), rows.counted_by_level()
    highest = next((level for level in reversed(levels) if counts.get(level)), None)
    zone = timezone.get_current_timezone_name()
    content = _("What this person may list, low and moderate. High engagements, so all of actions 9 and 10, stay out.")
    handling = _("Share it only with people who may read this level. Delete it when it has served.")
    if is_confidential:
        content = _("What this person may list, high engagements too. That it was made, and why, is on record.")
        handling = _(
            "For coordinators of the cluster and focal points of the HRE task team, nobody else. Keep it encrypted, "
            "send it to nobody by mail, delete it when it has served."
        )
    lines = [
        (_("Made by"), f"{request.user} <{request.user.email}>"),
        (_("Made on"), f"{date_format(timezone.localtime(), 'DATETIME_FORMAT')} ({zone})"),
        (_("Engagements in this file"), sum(counts.values())),
        (_("Highest level in this file"), levels[highest] if highest else _("none: the file is empty")),
        (_("What is in it"), content),
        (_("Handling"), handling),
        *said,
        (_("Address"), settings.SITE_URL + request.get_full_path()),
    ]
    columns = [Column("what", _("About this file"), 30), Column("value", "", 90)]
    return Sheet(title=_("About"), columns=columns, rows=lines, filtered=False)


def _filters_in_words(request: HttpRequest, filters: EngagementFilterSet) -> list[tuple[str, str]]:
    said = [(_("Filter: %(name)s") % {"name": label}, value) for label, value in filters.active]
    said = said or [(_("Filters"), _("none"))]
    if not any(name == "status" for name in request.GET):
        said.append((_("Withdrawn engagements"), _("left out")))
    return said


def csv_response(
    request: HttpRequest, filters: EngagementFilterSet, *, is_confidential: bool = False
) -> StreamingHttpResponse:
    """The log as CSV, one line per engagement; `row`, by which it comes home, is the last column."""
    lines = chain([[column.title for column in COLUMNS]], read_lines(filters.rows))
    return downloads.csv_response(([*line, row] for row, *line in lines), name=_name(is_confidential))


def _name(is_confidential: bool) -> str:
    return "engagement-confidential" if is_confidential else "engagement"
