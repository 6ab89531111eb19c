"""The figures of a period as sheets of a workbook, in the active language."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.signs import labelled
from config.workbook import Column, Sheet

from ..actions import ALWAYS_HIGH, WORDINGS, Group, TimeFrame, name_of
from ..levels import NAMES
from ..models import Engagement, EngagementReport
from ..overview import SILENT_AFTER
from .content import about, readers_of, said_left_out
from .figures import Figures, period_in


def figure_sheets(figures: Figures, *, has_high: bool) -> list[Sheet]:
    """The summary of a period: a sheet for each part of the overview.

    Under actions that are always high, nothing stands in a file without them: a zero would say that nothing was done.
    """
    left_out = () if has_high else ALWAYS_HIGH
    return [
        _matrix(figures, left_out),
        *([_silent(figures)] if "silent" in figures else []),
        _trend(figures, has_high=has_high),
        _results(figures),
        _mandates(figures),
        _support(figures, left_out),
    ]


def report_sheets(report: EngagementReport, figures: Figures) -> list[Sheet]:
    """The figures of a report, its highlights, and a sheet about it. No text of the log: that can change its level."""
    columns = [Column("text", _("What happened"), 90), Column("about", _("Cluster, action, time"), 50)]
    rows = [[one["text"], about(one)] for one in figures["highlights"]]
    said = [
        (_("Title"), report.title),
        (_("Period"), str(report.period)),
        (_("Cluster"), report.cluster.name if report.cluster else _("All clusters")),
        (_("Level"), labelled(NAMES[report.level], readers_of(report))),
        (_("What is in it"), said_left_out(report.level) or _("Engagements of all levels are counted.")),
        (_("Counted on"), date.fromisoformat(figures["counted_on"])),
        (_("Handling"), _("Share it only with people who may read this level. Delete it when it has served.")),
    ]
    about_it = [Column("what", _("About this file"), 30), Column("value", "", 90)]
    return [
        *figure_sheets(figures, has_high=report.is_high),
        Sheet(_("Highlights"), columns, rows),
        Sheet(_("About"), about_it, said, filtered=False),
    ]


def _without(cells: Sequence[int], left_out: Sequence[int]) -> list[int | None]:
    return [None if number in left_out else n for number, n in zip(WORDINGS, cells, strict=True)]


def _matrix(figures: Figures, left_out: Sequence[int]) -> Sheet:
    period = period_in(figures)
    columns = [Column("cluster", _("Cluster"), 34)]
    columns += [Column(f"action_{number}", name_of(number), 14, "number") for number in WORDINGS]
    columns += [
        Column("total", str(period), 16, "number"),
        Column("before", _("Before: %(period)s") % {"period": period.before}, 16, "number"),
    ]
    rows = [
        [line["name"], *_without(line["cells"], left_out), line["total"], line["before"]]
        for line in figures["clusters"]
    ]
    totals = [_("All clusters"), *_without(figures["actions"], left_out), figures["total"], figures["before"]]
    title = _("Clusters and actions")
    shaded = (1, len(WORDINGS))
    return Sheet(title, columns, rows, totals=totals, freeze_columns=1, shaded=shaded)


def _silent(figures: Figures) -> Sheet:
    day = date.fromisoformat(figures["counted_on"])
    columns = [
        Column("cluster", _("Cluster"), 34),
        Column("last", _("Last entry"), 14, "date"),
        Column("days", _("Days since, %(n)d or more") % {"n": SILENT_AFTER}, 18, "number"),
        Column("keepers", _("Who keeps its log"), 50),
    ]
    rows = []
    for one in figures["silent"]:
        last = date.fromisoformat(one["last"]) if one["last"] else None
        rows.append([one["name"], last, (day - last).days if last else None, _(", ").join(one["keepers"])])
    return Sheet(_("Without an entry"), columns, rows, freeze_columns=1)


def groups_shown(*, has_high: bool) -> list[Group]:
    """The groups of actions: without *high*, not those whose actions are left out altogether."""
    left_out = () if has_high else ALWAYS_HIGH
    shown = {wording.group for number, wording in WORDINGS.items() if number not in left_out}
    return [group for group in Group if group in shown]


def by_group(cells: Sequence[int], groups: Sequence[Group]) -> list[int]:
    """Of a cell for each group those of `groups`."""
    return [n for group, n in zip(Group, cells, strict=True) if group in groups]


def _trend(figures: Figures, *, has_high: bool) -> Sheet:
    groups = groups_shown(has_high=has_high)
    columns = [Column("since", _("From"), 12, "date"), Column("until", _("Until"), 12, "date")]
    columns += [Column(group.value, str(group.label), 16, "number") for group in groups]
    columns.append(Column("total", _("All groups"), 12, "number"))
    rows = [
        [
            date.fromisoformat(one["since"]),
            date.fromisoformat(one["until"]),
            *by_group(one["cells"], groups),
            one["total"],
        ]
        for one in figures["trend"]
    ]
    totals = [_("Whole period"), None, *by_group(figures["groups"], groups), figures["total"]]
    return Sheet(_("Over time"), columns, rows, totals=totals, freeze_columns=2, shaded=(2, 1 + len(groups)))


def _results(figures: Figures) -> Sheet:
    """Results by extent, modes, results by time frame: one table, so that it can be filtered."""
    columns = [
        Column("what", _("What is counted"), 46),
        Column("value", _("Value"), 30),
        Column("n", _("Engagements"), 14, "number"),
    ]
    rows = [[what, words, n] for what, lines in outcomes(figures) for words, n in lines]
    heading = _("Results by time frame")
    rows += [[heading, labelled(frame, words), n] for frame, lines in by_time_frame(figures) for words, n in lines]
    return Sheet(_("Results and modes"), columns, rows, freeze_columns=1)


def outcomes(figures: Figures) -> list[tuple[str, list[tuple[str, int]]]]:
    """(heading, [(words, number)]) of results by extent, and of modes."""
    modes = [(str(mode.label), figures["mode"].get(mode.value, 0)) for mode in Engagement.Mode]
    return [(_("Results by extent"), _by_extent(figures["extent"])), (_("Modes"), modes)]


def by_time_frame(figures: Figures) -> list[tuple[str, list[tuple[str, int]]]]:
    """(time frame of the actions, [(extent of the result, number)])."""
    return [(str(frame.label), _by_extent(figures["time_frames"].get(frame.value, {}))) for frame in TimeFrame]


def _by_extent(found: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(extent.label), found.get(extent.value, 0)) for extent in Engagement.Extent]


def _mandates(figures: Figures) -> Sheet:
    columns = [
        Column("mandate", _("Mandate"), 24),
        Column("n", _("Engagements"), 14, "number"),
        Column("untouched", _("A priority of these clusters, without an entry in this period"), 70),
    ]
    named = dict(figures["mandates"])
    waiting = {acronym: _(", ").join(clusters) for acronym, clusters in figures.get("untouched", ())}
    acronyms = [*named, *(acronym for acronym in waiting if acronym not in named)]
    rows = [[acronym, named.get(acronym), waiting.get(acronym, "")] for acronym in acronyms]
    return Sheet(_("Mandates"), columns, rows, freeze_columns=1)


def _support(figures: Figures, left_out: Sequence[int]) -> Sheet:
    columns = [
        Column("action", _("Action"), 34),
        Column("asked", _("Engagements that ask for support"), 18, "number"),
        Column("answered", _("Requests answered in this period"), 18, "number"),
    ]
    rows = [list(line) for line in support_by_action(figures, left_out)]
    totals = [_("All actions"), sum(figures["asked"].values()), sum(figures["answered"].values())]
    return Sheet(_("Support"), columns, rows, totals=totals, freeze_columns=1)


def support_by_action(figures: Figures, left_out: Sequence[int] = ()) -> list[tuple[str, int, int]]:
    """(action, lines of the period that ask for support, requests answered in it), of all actions but those."""
    return [
        (name_of(number), figures["asked"].get(str(number), 0), figures["answered"].get(str(number), 0))
        for number in WORDINGS
        if number not in left_out
    ]


def text_sheet(rows: QuerySet, read: Callable[[QuerySet], Iterable[list[Any]]], names: Sequence[str]) -> Sheet:
    """Challenges and support needed, by action: `read` gives a list of values per row, as `names` say."""
    columns = [
        Column("action", _("Action"), 30),
        Column("cluster", _("Cluster"), 26),
        Column("started_on", _("Started on"), 12, "date"),
        Column("challenges", _("Challenges"), 60),
        Column("support_needed", _("Further support needed from HRE TT"), 60),
        Column("record", _("Record"), 10, "link"),
    ]
    places = [names.index(column.key) for column in columns]
    found = rows.exclude(challenges="", support_needed="").order_by("action__number", "-started_on", "id")
    lines = ([line[place] for place in places] for line in read(found))
    return Sheet(_("Challenges and support"), columns, lines, freeze_columns=1)
