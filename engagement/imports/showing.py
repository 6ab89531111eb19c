"""The outcome of an import as its pages show it: finished values in the reader's language, a page of them at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.signs import labelled
from mandates.dates import show_range

from ..forms import NARRATIVES
from ..text import beginning
from .drafts import Fault
from .headers import left_out
from .outcome import KINDS, Difference, Kind, Line, Outcome
from .table import Place, ReadFile
from .words import CHOICES

SHOWN = 50
"""Lines of each section on one page."""

AROUND = 240
"""Characters of a text that show what differs in it."""

TITLES: dict[Kind, str | Promise] = {
    "faulty": gettext_lazy("To mend"),
    "conflict": gettext_lazy("Changed in both places"),
    "changed": gettext_lazy("Changed"),
    "new": gettext_lazy("New"),
    "unchanged": gettext_lazy("As it stands in the log"),
}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of a section. `facts` are its values in words, `differences` (label, here, in the file)."""

    key: str
    place: str
    label: str
    url: str
    facts: list[str]
    text: str
    differences: list[tuple[str, str, str]]
    others: list[tuple[str, str, str]]
    faults: list[tuple[str, str, str, str]]
    notes: list[str]
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Section:
    """All lines of one kind: how many there are, and a page of them.

    `high` holds the cluster (key) of each line on it that shows text of an engagement of level *high*.
    """

    kind: Kind
    title: str
    count: int
    page: Page
    lines: list[ShownLine]
    high: list[Any]

    @property
    def is_chosen_from(self) -> bool:
        """Whether a person says of each of its lines if it is written."""
        return self.kind in ("new", "changed", "conflict")


def sections(
    outcome: Outcome, read: ReadFile, choices: dict[str, Any], *, show: str = "", page: str = "1"
) -> list[Section]:
    """The sections that hold anything, the first page of each; of `show` alone the page that is asked for."""
    many = len({table.sheet for table in read.tables}) > 1
    found = []
    for kind in KINDS:
        lines = outcome.of_kind(kind)
        if lines and show in ("", kind):
            pages = Paginator(lines, SHOWN).get_page(page if show else 1)
            shown = [_shown(line, choices, many) for line in pages.object_list]
            high = [line.stored.cluster_id for line in pages.object_list if line.stored and line.level_before == "high"]
            found.append(
                Section(kind, str(TITLES[kind]), len(lines), pages, shown, high if kind != "unchanged" else [])
            )
    return found


def place_of(place: Place, many: bool = True, title: str = "") -> str:
    """Where something stood: "row 7, column C (Level)", with the sheet where there are several."""
    words = [_("sheet “%(sheet)s”") % {"sheet": place.sheet}] if many and place.sheet else []
    if place.row:
        words.append(_("row %(row)d") % {"row": place.row})
    if place.column:
        column = {"letter": place.column, "title": title}
        words.append((_("column %(letter)s (%(title)s)") if title else _("column %(letter)s")) % column)
    return _(", ").join(words)


def unread(read: ReadFile, said: dict[str, str]) -> list[tuple[str, str, str]]:
    """(place, what it is, its text) of all that the file holds and nothing is taken of.

    What is the same at several places, and has no text, is told once with all of them.
    """
    found = [(place_of(place), what, text) for place, what, text in read.unread]
    for table, header in left_out(read, said):
        cells = sum(1 for row in table.rows if row.values.get(header.letter) not in (None, ""))
        what = ngettext("column “%(title)s”, %(n)d cell", "column “%(title)s”, %(n)d cells", cells)
        found.append((place_of(Place(table.sheet, 0, header.letter)), what % {"title": header.text, "n": cells}, ""))
    places: dict[Any, list[str]] = {}
    for number, (place, what, text) in enumerate(found):
        places.setdefault((number, what, text) if text else (None, what, ""), []).append(place)
    return [(", ".join(filter(None, where)), what, text) for (_number, what, text), where in places.items()]


def around_difference(before: str, after: str) -> tuple[str, str]:
    """Both texts, cut to what differs and some words around it where they are long."""
    if max(len(before), len(after)) <= AROUND:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(0, same - 60)
    if start:
        start = before.rfind(" ", 0, start) + 1
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    part = text[start : start + AROUND]
    return ("…" if start and part else "") + part + ("…" if start + AROUND < len(text) else "")


def _shown(line: Line, choices: dict[str, Any], many: bool) -> ShownLine:
    draft = line.draft
    place = place_of(draft.place, many)
    taken: Sequence[str] = choices.get("file", ())
    if line.kind == "faulty":
        faults = [_fault(fault, many) for fault in draft.faults]
        said = beginning(draft.texts.get("what_was_done", ""), 120)
        return ShownLine(line.key, place, place, "", [], said, [], [], faults, draft.notes, False)
    is_ticked = line.key in taken if line.kind == "conflict" else line.key not in choices.get("left", ())
    values = line.values
    dates = show_range(values["started_on"], values["ended_on"] or values["started_on"], values["date_precision"])
    label = f"{values['action']} · {values['cluster']} · {dates}"
    url = line.stored.get_absolute_url() if line.stored else ""
    facts, text = [], ""
    if line.kind == "new":
        facts, text = _facts(values), beginning(" ".join(values[name] for name in NARRATIVES if values[name]), 160)
    return ShownLine(
        line.key,
        place,
        label,
        url,
        facts,
        text,
        _differences(line.conflicts or line.changes),
        _differences(line.changes) if line.conflicts else [],
        [],
        draft.notes,
        is_ticked,
    )


def _facts(values: dict[str, Any]) -> list[str]:
    mode = str(CHOICES["mode"](values["mode"]).label)
    found = [labelled(mode, values["partner"]) if values["partner"] else mode]
    if values["mandates"]:
        found.append(", ".join(sorted(mandate.acronym for mandate in values["mandates"])))
    found.append(str(CHOICES["status"](values["status"]).label))
    found.append(_("level %(level)s") % {"level": CHOICES["level"](values["level"]).label})
    if values["support_needed"]:
        found.append(_("asks for support"))
    return found


def _differences(found: Iterable[Difference]) -> list[tuple[str, str, str]]:
    return [(one.label, *around_difference(one.here, one.there)) for one in found]


def _fault(fault: Fault, many: bool) -> tuple[str, str, str, str]:
    """(place, title, what the cell says, how to mend it)."""
    return place_of(fault.place, many), fault.title, beginning(fault.text, 120), fault.reason
