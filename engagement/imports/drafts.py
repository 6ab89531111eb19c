"""Rows of a file → drafts: what each row wants an engagement to be, field by field, and what of it is not understood.

No database here but for the names that were read before. Which engagement a draft is about, and whether the log takes
it, is for `comparing`.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.signs import date_format
from config.spreadsheets import text_of
from mandates.dates import last_day
from mandates.day_spans import Order, TwoReadings, order_of

from ..actions import WORDINGS
from ..forms import NARRATIVES
from .columns import BY_NAME
from .days import Span, coarsest, read_days
from .headers import MappedTable, mapped
from .table import Place, ReadFile, Row, Value
from .words import CHOICES, Names, read_actions, read_choice, read_mode

_ROW = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d{0,8})", re.ASCII | re.IGNORECASE)
TWO_ACTIONS = gettext_lazy("Number and wording name two actions: keep one of them, or make both the same.")
_TIMES = ("started_on", "ended_on")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, or with a row where `place.column` is "": its title, what it says, how to mend it."""

    place: Place
    title: str
    text: str
    reason: str


@dataclass(slots=True)
class Draft:
    """What one row wants of one engagement: `given` by field, for the cells that the file has.

    `key` names it within its file; `letters` says in which column each field stands. `row_id` and `version` are None
    for a row without an id. `part_of` is shared by drafts of one row that names several actions.
    """

    key: str
    place: Place
    letters: dict[str, str]
    texts: dict[str, str]
    given: dict[str, Any] = field(default_factory=dict)
    row_id: uuid.UUID | None = None
    version: int | None = None
    part_of: uuid.UUID | None = None
    is_loose: bool = False
    """Whether the days were written as a month, a quarter or a year."""
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, name: str, reason: str | Promise) -> None:
        """Keep what is wrong with the field `name`, at its cell where the file has one."""
        letter = self.letters.get(name, "")
        place = Place(self.place.sheet, self.place.row, letter)
        title = str(BY_NAME[name].title) if name in BY_NAME else ""
        self.faults.append(Fault(place, title, self.texts.get(name, ""), str(reason)))


def drafts_of(read: ReadFile, said: Mapping[str, str], names: Names, chosen: Any) -> list[Draft]:
    """The drafts of all rows, in order. `said` as in `headers`; `chosen` is the cluster of rows that name none."""
    return [draft for table in mapped(read, said) for draft in _of_table(table, names, chosen)]


def _of_table(table: MappedTable, names: Names, chosen: Any) -> Iterator[Draft]:
    reader = _Reader(table, names, chosen)
    for number, row in enumerate(table.table.rows):
        if any(row.values.get(letter) not in (None, "") for letter in table.names):
            yield from reader.read(f"{table.number}.{number}", row)


class _Reader:
    """Reads the rows of one table; knows in which order its dates are written."""

    def __init__(self, table: MappedTable, names: Names, chosen: Any) -> None:
        self.table, self.names, self.chosen = table, names, chosen
        self.letters = {name: letter for letter, name in table.names.items()}
        self.orders: dict[str, Order | None] = {
            name: order_of(row.values.get(self.letters[name]) for row in table.table.rows)
            for name in _TIMES
            if name in self.letters
        }
        # A table without keys may number its rows; then the wording says which action it is.
        self.trusts_numbers = table.table.has_keys or not any(
            row.values.get(self.letters.get("action", "")) not in (None, "") for row in table.table.rows
        )

    def read(self, key: str, row: Row) -> Iterator[Draft]:
        """The drafts of a row, one for each action that it names."""
        texts = {name: text_of(row.values.get(letter)) for name, letter in self.letters.items()}
        draft = Draft(key, row.place, self.letters, texts)
        for name, letter in self.letters.items():
            if letter in row.faults:
                draft.fault(name, row.faults[letter])
        names = [name for name, letter in self.letters.items() if letter not in row.faults]
        values = {name: row.values.get(self.letters[name]) for name in names}
        if row.filled:
            filled = [str(BY_NAME[name].title) for name, letter in self.letters.items() if letter in row.filled]
            if filled:
                note = _("Taken from above or from a merged cell: %(columns)s.") % {"columns": ", ".join(filled)}
                draft.notes.append(note)
        self._read_id(draft, values.get("row"))
        self._read_texts(draft, values)
        self._read_choices(draft, values)
        self._read_days(draft, values)
        if values.get("mandates") not in (None, ""):
            self._take(draft, "mandates", lambda: self.names.read_mandates(values["mandates"]))
        elif "mandates" in values:
            draft.given["mandates"] = []
        if values.get("cluster") not in (None, ""):
            self._take(draft, "cluster", lambda: self.names.read_cluster(values["cluster"]))
        elif self.has("cluster") and "cluster" not in values:
            pass  # said already
        elif draft.row_id is None and self.chosen is not None:
            draft.given["cluster"] = self.chosen
        elif draft.row_id is None:
            draft.fault("cluster", _("No cluster is named: write it, or choose one for such rows under “Columns”."))
        numbers = self._read_actions(draft, values)
        yield from self._per_action(draft, numbers)

    def has(self, name: str) -> bool:
        """Whether the table has a column for this field."""
        return name in self.letters

    def _take(self, draft: Draft, name: str, read: Callable[[], Any]) -> None:
        try:
            draft.given[name] = read()
        except ValidationError as refusal:
            draft.fault(name, " ".join(refusal.messages))

    def _read_id(self, draft: Draft, value: Value) -> None:
        text = str(value or "").strip()
        if not text:
            return
        if match := _ROW.fullmatch(text):
            draft.row_id, draft.version = uuid.UUID(match[1]), int(match[2])
        else:
            draft.fault(
                "row", _("This tool wrote no such id: empty the cell for a new row, or copy it from the export.")
            )

    def _read_texts(self, draft: Draft, values: Mapping[str, Value]) -> None:
        for name in (*NARRATIVES, "partner"):
            if name in values:
                text = draft.texts[name].replace("\r\n", "\n").replace("\r", "\n").strip()
                draft.given[name] = " ".join(text.split("\n")) if name == "partner" else text

    def _read_choices(self, draft: Draft, values: Mapping[str, Value]) -> None:
        for name in CHOICES:
            value = values.get(name)
            if value in (None, ""):
                continue
            if name != "mode":
                self._take(draft, name, lambda name=name, value=value: read_choice(name, value))  # type: ignore[misc]
                continue
            self._take(draft, name, lambda value=value: read_mode(value))  # type: ignore[misc]
            if name in draft.given:
                draft.given[name], partner = draft.given[name]
                if partner and draft.given.get("partner", partner) not in ("", partner):
                    draft.fault("mode", _("Mode and partner name two partners: keep one of them."))
                elif partner:
                    draft.given["partner"] = partner

    def _read_days(self, draft: Draft, values: Mapping[str, Value]) -> None:
        """Both days with one precision: the least exact of what the cells say and the column of precisions."""
        spans: dict[str, Span] = {}
        for name in _TIMES:
            try:
                span = read_days(values.get(name))
            except TwoReadings as refusal:
                span = self._as_its_column(draft, name, values[name], refusal)
            except ValidationError as refusal:
                draft.fault(name, " ".join(refusal.messages))
                continue
            if span is not None:
                spans[name] = span
        is_empty = "started_on" in values and values["started_on"] in (None, "")
        if is_empty or (draft.row_id is None and not self.has("started_on")):
            draft.fault("started_on", _("The row has no day: write when it began, as exactly as you know."))
        start, end = spans.get("started_on"), spans.get("ended_on")
        if start is None:
            return
        draft.is_loose = any(span.precision != "day" for span in spans.values())
        # Where neither cells nor column say how exact it is, an engagement in the log stays as exact as it is there.
        if draft.is_loose or draft.row_id is None or "date_precision" in draft.given:
            stated = draft.given.get("date_precision", "day")
            draft.given["date_precision"] = coarsest(stated, *(span.precision for span in spans.values()))
        draft.given["started_on"] = start.first
        if end is not None:
            draft.given["ended_on"] = end.last or last_day(end.first, end.precision)
        elif start.last is not None or "ended_on" in values:
            draft.given["ended_on"] = start.last

    def _as_its_column(self, draft: Draft, name: str, value: Value, refusal: ValidationError) -> Span | None:
        """The days of a cell with two readings, as the other dates of the column are meant; else a fault."""
        if (order := self.orders[name]) is None:
            draft.fault(name, " ".join(refusal.messages))
            return None
        span = read_days(value, order)
        if span is not None:
            draft.notes.append(
                _("“%(text)s” was read as %(day)s, in the order of the other dates of column %(letter)s.")
                % {"text": draft.texts[name], "day": date_format(span.first), "letter": self.letters[name]}
            )
        return span

    def _read_actions(self, draft: Draft, values: Mapping[str, Value]) -> list[int]:
        """The actions that the row names by number and wording; [] for none, with its fault if there should be one."""
        found: dict[str, list[int]] = {}
        is_wrong = any(self.has(name) and name not in values for name in ("action_number", "action"))
        for name in ("action_number", "action"):
            if values.get(name) not in (None, "") and (name == "action" or self.trusts_numbers):
                try:
                    found[name] = read_actions(values[name])
                except ValidationError as refusal:
                    is_wrong = True
                    draft.fault(name, " ".join(refusal.messages))
        if len(found) == 2 and found["action"] != found["action_number"]:
            # In an exported row one of the two may have been changed: the engagement tells which.
            draft.given["actions"] = found
            if draft.row_id is None:
                draft.fault("action", TWO_ACTIONS)
            return []
        numbers = next(iter(found.values()), [])
        if not numbers and draft.row_id is None and not is_wrong:
            draft.fault("action", _("The row names none of the twelve actions: write its number."))
        if len(numbers) > 1 and draft.row_id is not None:
            draft.fault("action", _("A row with an id has one action: keep one, and add a row for each other."))
        return numbers

    def _per_action(self, draft: Draft, numbers: list[int]) -> Iterator[Draft]:
        if len(numbers) < 2 or draft.row_id is not None or draft.faults:
            if numbers:
                draft.given["number"] = numbers[0]
            yield draft
            return
        activity = uuid.uuid4()
        for number in numbers:
            one = Draft(
                f"{draft.key}.{number}",
                draft.place,
                draft.letters,
                draft.texts,
                draft.given | {"number": number},
                part_of=activity,
                is_loose=draft.is_loose,
                faults=list(draft.faults),
                notes=[*draft.notes, _("One of %(n)d engagements of this row.") % {"n": len(numbers)}],
            )
            yield one


def resolve_action(draft: Draft, stored: int) -> None:
    """Of number and wording that name two actions, take the one that is not `stored`: it was changed in the file."""
    found = draft.given.pop("actions", None)
    if found is None:
        return
    changed = [numbers for numbers in found.values() if numbers != [stored]]
    if len(changed) == 1 and len(changed[0]) == 1 and changed[0][0] in WORDINGS:
        draft.given["number"] = changed[0][0]
    else:
        draft.fault("action", TWO_ACTIONS)
