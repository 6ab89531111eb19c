"""What all resources of reference data share: strict columns, entries known by id or by key, all or nothing."""

import hashlib
import json
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, models
from django.db.models.fields import NOT_PROVIDED
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export import resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult
from openpyxl.utils import get_column_letter
from tablib import Dataset

from config.spreadsheets import Row, Table, text_of

from ..dates import Precision, parse_period
from ..models import Mandate
from .columns import Column, NamesColumn
from .lookups import Lookups, UnknownName, folded


@dataclass
class Line:
    """What becomes of one row of the file.

    `values` (what the cells say) and `faults` are by column, faults of the whole row under "". `before` and `after` are
    the texts of the columns that change; `was` and `now` have the values of all columns. `is_open`: faults leave open
    which entry it is about.
    """

    number: int
    label: str = ""
    kind: str = ""
    is_open: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    now: dict[str, Any] = field(default_factory=dict)

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """(column, text before, text after) of each cell that changes."""
        return [(name, self.before[name], after) for name, after in self.after.items()]

    def add_fault(self, column: str, *sentences: Any) -> None:
        self.faults.setdefault(column, []).extend(str(sentence) for sentence in sentences)


@dataclass
class Outcome:
    """What an import did, or would do: `faults` of the file as a whole, and its `lines`. Faulty: it wrote nothing.

    `unmatched` are the names of mandates that no mandate has, each once, as the file writes them.
    """

    faults: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """The same as long as file and entries say the same."""
        said = [[line.number, line.kind, line.before, line.after] for line in self.lines]
        return hashlib.sha256(json.dumps([self.faults, said], default=str).encode()).hexdigest()

    @property
    def is_faulty(self) -> bool:
        return bool(self.faults) or any(line.faults for line in self.lines)

    def of_kind(self, kind: str) -> list[Line]:
        """The lines that are "new", "changed", "unchanged" or "faulty"."""
        return [line for line in self.lines if line.kind == kind]


class ReferenceResource(resources.Resource):
    """The rows of one kind of reference data as a file has them, for one export or one import.

    `key` names the columns by which an entry without id is known. Columns that the file lacks leave values as they
    are; columns that are not known, and names that are not, are faults. Built anew for each run: it holds the rows
    that exist. No ModelResource, which would let in each new field of the model with a column that is not strict.
    """

    key: ClassVar[tuple[str, ...]]
    # Those of them that may be missing from a file.
    key_optional: ClassVar[tuple[str, ...]] = ()
    # What pages and people call a column, {column: titles}, besides its name and its label in four languages.
    called: ClassVar[dict[str, tuple[str, ...]]] = {}
    # A sentence for an id that no entry has; in the words of each kind, since languages inflect them.
    unknown_id: ClassVar[Any] = ""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        skip_diff = True  # `Line` says what changes, by cell
        use_transactions = True
        instance_loader_class = BaseInstanceLoader

    fields: dict[str, Column]

    def __init__(self, source: str = "") -> None:
        """`source` is that of new entries for which the file names none, by an empty cell or without such a column.

        An entry that exists keeps its own then: `source` says where the change comes from, and stands in its record.
        """
        super().__init__()
        self.source = source
        self.unmatched: dict[str, str] = {}
        self.lookups = Lookups()
        self.today: date = timezone.localdate()

    def concerned(self, table: Table) -> models.QuerySet:
        """The entries that `table` may be about, at least: all, unless there are very many."""
        return self._meta.model._default_manager.all()

    def rows(self, found: Any) -> Any:
        """`found` with all that its columns read, in a fixed number of queries."""
        return found

    def keys_of(self, values: dict[str, Any]) -> list[Hashable]:
        """The names of an entry, from the values of its `key` columns: its own first, then those that it may have had
        before."""
        return [tuple(folded_value(values[name]) for name in self.key)]

    def settle(self, instance: Any, line: Line, current: dict[str, Any], changed: set[str]) -> None:
        """Set what follows from several columns: `current` has what all of them said before. May add faults."""

    def warn(self, instance: Any, line: Line) -> None:
        """Add warnings about a line that changes something."""

    # -- Export -------------------------------------------------------------------------------------

    def export_rows(self, found: models.QuerySet) -> Iterator[list[Any]]:
        """A list of native values for each row of `found`."""
        for instance in self.iter_queryset(self.rows(found)):
            yield self.export_resource(instance, lookups=self.lookups)

    # -- Import -------------------------------------------------------------------------------------

    def run(self, table: Table, *, dry_run: bool) -> Outcome:
        """Import `table`, all or nothing; with `dry_run` everything is done but saving.

        Queries: a fixed number for all that exists, two for each row, some ten to validate one that changes, and
        some twenty to save it with its ReferenceChange.
        """
        faults = list(self.faults_of_titles(table.titles, table.rows))
        if faults:
            return Outcome(faults)
        self.numbers = [row.number for row in table.rows]
        self.lines: list[Line] = []
        self.seen: dict[Hashable, int] = {}
        self.by_id: dict[str, Any] = {}
        self.by_key: dict[Hashable, list[Any]] = {}
        self.labels: dict[Any, str] = {}
        for instance in self.rows(self.concerned(table)):
            self.by_id[str(instance.pk)] = instance
            own, *_others = self.keys_of({name: self.fields[name].get_value(instance) for name in self.key})
            self.by_key.setdefault(own, []).append(instance)
        dataset = Dataset(*(row.cells for row in table.rows), headers=table.titles)
        result = self.import_data(dataset, dry_run=dry_run, rollback_on_validation_errors=True)
        for line, row_result in zip(self.lines, result.rows, strict=True):
            self.conclude(line, row_result)
        return Outcome([], self.lines, list(self.unmatched.values()))

    def faults_of_titles(self, titles: Sequence[str], rows: list[Row]) -> Iterator[str]:
        """Sentences about the first line of the file."""
        words: dict[str, Any]
        for title in dict.fromkeys(titles):
            if title and title not in self.fields:
                words = {"title": title, "letter": get_column_letter(titles.index(title) + 1)}
                words["columns"] = ", ".join(self.fields)
                yield _("Column %(letter)s: no column is called “%(title)s”. Known are: %(columns)s.") % words
            elif title and titles.count(title) > 1:
                yield _("The column “%(title)s” stands there %(count)d times: keep one.") % {
                    "title": title,
                    "count": titles.count(title),
                }
        key = [name for name in self.key if name not in self.key_optional]
        absent = [name for name in key if name not in titles]
        if absent:
            ids = [row.cells[titles.index("id")] for row in rows] if "id" in titles else [None for _row in rows]
            if None in ids:
                words = {"key": ", ".join(key), "absent": ", ".join(absent)}
                words["row"] = rows[ids.index(None)].number
                if "id" in self.fields:
                    yield (
                        _("Row %(row)d has no id. Without it an entry is known by %(key)s; the file lacks: %(absent)s.")
                        % words
                    )
                else:
                    yield _("An entry is known by %(key)s; the file lacks: %(absent)s.") % words

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Read every cell, so that all faults of a row are told at once."""
        self.line = line = Line(self.numbers[kwargs["row_number"] - 1])
        self.lines.append(line)
        self.given = row.keys()
        for name, column in self.fields.items():
            if name not in row:
                continue
            try:
                line.values[name] = column.clean(row, lookups=self.lookups)
            except ValidationError as error:
                line.add_fault(name, *error.messages)
                for fault in error.error_list:
                    if isinstance(fault, UnknownName) and column.widget.kind == "mandates":
                        self.not_matched(fault.name)
            else:
                is_known = name == "source" and self.source
                if column.required and column.is_unset(line.values[name]) and not is_known:
                    line.add_fault(name, _("This must not be empty."))
        if self.source and line.values.get("source") == "":
            # Names none: as if the file had no such columns for this row.
            for name in ("source", "source_url"):
                if line.values.get(name) == "":
                    del line.values[name]

    def not_matched(self, name: str) -> None:
        """Keep the name of a mandate for somebody to match."""
        self.unmatched.setdefault(folded(name), name)

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Any:
        """The entry that the current line is about; None for a new one, and where faults leave it open."""
        line = self.line
        line.is_open = bool(line.faults.keys() & {"id", *(self.key if not line.values.get("id") else ())})
        if line.is_open:
            return None
        given = line.values.get("id")
        found = self.known(line, given) if given else self.matching(line)
        if line.faults.keys() & {"id", ""}:
            line.is_open = True
            return None
        line.label = self.label_of(found) if found else ""
        return found

    def label_of(self, found: Any) -> str:
        """The name of an entry as it was before any row changed it."""
        return self.labels.setdefault(found.pk, str(found))

    def known(self, line: Line, given: str) -> Any:
        """The entry of this id, with a fault if there is none, or if the file says that it is another one."""
        found = self.by_id.get(given)
        if found is None:
            line.add_fault("id", self.unknown_id)
        elif not self.agrees(found, line):
            words = {"entry": self.label_of(found)}
            line.add_fault("id", _("This is the id of another entry, “%(entry)s”. Empty it to add a new one.") % words)
        else:
            self.once(line, ("id", found.pk))
        return found

    def matching(self, line: Line) -> Any:
        """The entry that the key columns of a line without id fit; None for a new one, which may stand there once."""
        keys = self.keys_of({name: line.values.get(name) for name in self.key})
        matches: list[Any] = next((self.by_key[key] for key in keys if key in self.by_key), [])
        if len(matches) > 1:
            words = {"count": len(matches), "key": ", ".join(self.key)}
            line.add_fault("", _("%(count)d entries have the same %(key)s: give the id of one.") % words)
        found = matches[0] if matches else None
        self.once(line, ("id", found.pk) if found else keys[0])
        return found

    def once(self, line: Line, entry: Hashable) -> None:
        """Add a fault when an earlier row is about the same entry."""
        first = self.seen.setdefault(entry, line.number)
        if first != line.number:
            line.add_fault("", _("Row %(row)d is about the same entry: keep one of them.") % {"row": first})

    def agrees(self, found: Any, line: Line) -> bool:
        """Whether a column that tells entries apart says the same in the file; a single one may be what changes."""
        asked = [name for name in self.key if not self.fields[name].is_unset(line.values.get(name))]
        return len(asked) < 2 or any(
            folded_value(line.values[name]) == folded_value(self.fields[name].get_value(found)) for name in asked
        )

    def init_instance(self, row: dict[str, Any] | None = None) -> Any:
        return self._meta.model()

    def after_init_instance(self, instance: Any, new: bool, row: dict[str, Any], **kwargs: Any) -> None:
        self.line.kind = "new" if new else "changed"
        for column in self.fields.values() if new else ():
            if isinstance(column, NamesColumn):
                column.put(instance, frozenset())
        if new and not self.line.is_open:
            for name, column in self.fields.items():
                if name not in self.line.values and name not in self.line.faults:
                    self.fill(name, column)

    def fill(self, name: str, column: Column) -> None:
        """Give a new entry what the file does not say; a fault where it needs that and it is not known otherwise."""
        if name in ("source", "source_url") and self.source:
            if name == "source" or self.source.startswith(("https://", "http://")):
                self.line.values[name] = self.source
        elif column.default is not NOT_PROVIDED:
            self.line.values[name] = column.clean({name: None}, lookups=self.lookups)
        elif column.required:
            sentence = _("A new entry needs “%(column)s”, but the file has no such column.") % {"column": name}
            hint = _("Add it, or say where it comes from when you upload the file.")
            self.line.add_fault(name, f"{sentence} {hint}" if name == "source" else sentence)

    def import_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """Put what differs into the entry, and note it by column. Faults are kept in the line, not raised."""
        line, is_new = self.line, self.line.kind == "new"
        current = {name: column.get_value(instance) for name, column in self.fields.items()}
        changed = {name for name, value in line.values.items() if is_new or value != current[name]} - {"id"}
        for name in changed:
            self.fields[name].put(instance, line.values[name])
        self.settle(instance, line, current, changed)
        now = {name: column.get_value(instance) for name, column in self.fields.items()}
        for name, column in self.fields.items():
            if name != "id" and (now[name] != current[name] or (is_new and not column.is_unset(now[name]))):
                line.before[name] = "" if is_new else self.shown(column, current[name])
                line.after[name] = self.shown(column, now[name])
        line.was, line.now = current, now
        own = self.keys_of(now)[0]
        if not is_new and own != self.keys_of(current)[0]:
            self.once(line, own)

    def shown(self, column: Column, value: Any) -> str:
        """What a cell of the column says about `value`."""
        return text_of(column.widget.render(value, lookups=self.lookups))

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return not self.line.faults and not self.line.after

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """`full_clean` of what could be read; its messages join the faults of the columns, which are raised."""
        line = self.line
        unread = {part for name in line.faults if name for part in self.fields[name].parts}
        if line.is_open:
            # Perhaps the entry is there already: what the file does not say need not be in it.
            unread |= {part for name, column in self.fields.items() if name not in line.values for part in column.parts}
        unread |= {field.name for field in instance._meta.fields if not field.editable}
        is_told = "" in line.faults  # that an earlier row is about the same entry, or that there are several
        try:
            super().validate_instance(instance, {part: [] for part in unread}, validate_unique)
        except ValidationError as error:
            column_of = {part: name for name, column in self.fields.items() for part in column.parts}
            for part, messages in error.message_dict.items():
                if part not in unread and not (is_told and part == NON_FIELD_ERRORS):
                    line.add_fault(column_of.get(part, ""), *messages)
        if line.faults:
            raise ValidationError(line.faults)
        self.warn(instance, line)

    def save_instance(self, instance: Any, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        """A dry run ends here: what the database could refuse was validated, and saving takes ten times as long."""
        if not kwargs["dry_run"]:
            super().save_instance(instance, is_create, row, **kwargs)

    def save_m2m(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        if not kwargs["dry_run"]:
            for name, column in self.fields.items():
                if isinstance(column, NamesColumn):
                    column.put_saved(instance, self.line.was[name], self.line.now[name])

    def conclude(self, line: Line, result: RowResult) -> None:
        """Bring what import-export found about a row into its line. Raises what is no fault of the file."""
        for problem in result.errors:
            if not isinstance(problem.error, DatabaseError):
                raise problem.error
            line.add_fault("", _("The database refuses this row: %(reason)s") % {"reason": problem.error})
        line.label = result.object_repr or line.label
        if line.faults:
            line.kind = "faulty"
        elif result.is_skip():
            line.kind = "unchanged"


def folded_value(value: Any) -> Any:
    """`value` as keys compare it: text in any case and spacing."""
    return folded(value) if isinstance(value, str) else value


def settle_range(instance: Any, line: Line, current: dict[str, Any], changed: set[str]) -> None:
    """Set first and last day, which share one precision, from the columns `starts` and `ends`."""
    if not changed & {"starts", "ends"}:
        return
    starts, ends = (parse_period(line.values.get(name, current[name])) for name in ("starts", "ends"))
    if starts and ends and starts.precision != ends.precision:
        line.add_fault("ends", _("Write “starts” and “ends” equally exactly: both to the day, the month or the year."))
        return
    if starts and ends is None and starts.precision != Precision.DAY:
        ends = starts
    known = starts or ends
    instance.starts_on, instance.ends_on = starts and starts.first, ends and ends.last
    instance.precision = known.precision if known else ""


def warn_of_mandates(line: Line, mandates: Iterable[Mandate], day: date | None) -> None:
    """Add a warning for each of the mandates that is not in force on `day`."""
    for mandate in sorted(mandates, key=lambda mandate: mandate.acronym):
        if day and (said := mandate.outside_its_life(day, day)):
            line.warnings.append(said)
