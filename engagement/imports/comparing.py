"""Drafts beside the log: which row is new, changes an engagement, says what stands there, conflicts with it, is faulty.

Everything is read in bulk, through the gate: an engagement that this person does not keep is, to an import, not there.
The same function makes the preview and, in the transaction that writes, what is written.
"""

from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.signs import date_format
from mandates.dates import first_day, last_day
from mandates.models import Mandate

from ..forms import NARRATIVES
from ..forms.engagement import ITEMS
from ..forms.imports import RowForm
from ..history import bases_of
from ..models import Action, Cluster, Engagement, ImportedRow, User
from ..models.acts import written_by_acts
from ..querysets import rights_of
from ..text import said_of_removal
from .drafts import Draft, drafts_of, resolve_action
from .outcome import FIELDS, Difference, Line, Outcome, plain
from .table import ReadFile
from .words import CHOICES, Names

CHUNK = 500


def compare(
    user: User, read: ReadFile, said: dict[str, str], chosen: Cluster | None, judged: frozenset[str] | None = None
) -> Outcome:
    """What each row of `read` would do to the log of `user`. `said` and `chosen` as in `drafts_of`.

    With `judged`, the keys of lines that were faulty before, texts are not checked: it holds only as long as the
    fingerprint comes out as it was then.

    Queries: about ten, and three more for every CHUNK engagements that the file is about.
    """
    return Outcome(_Comparison(user, read, said, chosen, judged).lines)


class _Comparison:
    """One file beside one log."""

    def __init__(
        self, user: User, read: ReadFile, said: dict[str, str], chosen: Cluster | None, judged: frozenset[str] | None
    ) -> None:
        self.user, self.today, self.judged = user, timezone.localdate(), judged
        self.rights = rights_of(user)
        self.clusters = Cluster.objects.coordinated_by(user, self.rights).select_related("country").order_by("name")
        self.names = Names(self.clusters)
        self.own = {cluster.pk: cluster for cluster in self.names.clusters}
        self.actions = {action.number: action for action in Action.objects.all()}
        chosen = self.own.get(chosen.pk) if chosen else None
        if chosen is None and len(self.own) == 1:
            chosen = self.names.clusters[0]
        self.lines = [Line(draft) for draft in drafts_of(read, said, self.names, chosen)]
        self.mandates = {row.pk: row for row in self.names.mandates.by_main.values()}
        self.known: dict[Any, Engagement] = {}
        self.taken: dict[Any, Line] = {}
        self._find_by_id()
        self._recognise()
        self._compare()

    # -- Which engagement a row is about ----------------------------------------------------------------

    def _read(self, **which: Any) -> list[Engagement]:
        """Engagements that this person keeps, with all that is compared."""
        rows = Engagement.objects.editable_by(self.user).filter(**which).select_related("cluster__country", "action")
        mandates = Prefetch("mandates", queryset=Mandate.objects.only("pk", "acronym", "country"))
        found = list(rows.select_related(*ITEMS).prefetch_related(mandates).order_by("created_at", "pk"))
        self.known |= {row.pk: row for row in found}
        return found

    def _find_by_id(self) -> None:
        asked = sorted({line.draft.row_id for line in self.lines if line.draft.row_id}, key=str)
        for start in range(0, len(asked), CHUNK):
            self._read(pk__in=asked[start : start + CHUNK])
        removed = self._without_text([pk for pk in asked if pk not in self.known])
        for line in self.lines:
            draft = line.draft
            if draft.row_id is None:
                continue
            stored = self.known.get(draft.row_id)
            if draft.row_id in removed:
                reason = _("Nothing more is written into it: take this row out of the file.")
                draft.fault("row", f"{said_of_removal(removed[draft.row_id])} {reason}")
            elif stored is None:
                reason = _("No row of your clusters has this id, or it is withdrawn: empty the cell for a new row.")
                draft.fault("row", reason)
            elif stored.pk in self.taken:
                other = self.taken[stored.pk].draft.place.row
                draft.fault("row", _("Row %(row)d is about the same engagement: keep one of the two.") % {"row": other})
            elif (draft.version or 0) > stored.version:
                draft.fault("row", _("The engagement has no such version yet: export it again and change that file."))
            else:
                self._take(line, stored)
                resolve_action(draft, stored.action.number)

    def _without_text(self, asked: list[Any]) -> dict[Any, date]:
        """Those of her logs whose text was removed, and when: to be told apart from rows that are not there."""
        found: dict[Any, date] = {}
        for start in range(0, len(asked), CHUNK):
            rows = Engagement.objects.visible_to(self.user, self.rights).filter(cluster__in=self.own)
            rows = rows.filter(pk__in=asked[start : start + CHUNK], text_removed_on__isnull=False)
            found |= {pk: day for pk, day in rows.order_by().values_list("pk", "text_removed_on") if day}
        return found

    def _take(self, line: Line, stored: Engagement) -> None:
        line.stored, line.version, line.level_before = stored, stored.version, stored.level
        self.taken[stored.pk] = line

    def _recognise(self) -> None:
        """Find rows without an id in the log: those that say what stands there, and those imported before."""
        new = [line for line in self.lines if line.draft.row_id is None and not line.draft.faults]
        for line in new:
            line.values = self._complete(line.draft, None)
        standing: dict[Any, list[Engagement]] = {}
        days = sorted({line.values["started_on"] for line in new})
        clusters = {line.values["cluster"].pk for line in new}
        for start in range(0, len(days), CHUNK):
            for row in self._read(cluster__in=clusters, started_on__in=days[start : start + CHUNK]):
                standing.setdefault(_identity(_stored_values(row)), []).append(row)
        missing = []
        for line in new:
            alike = [row for row in standing.get(_identity(line.values), ()) if row.pk not in self.taken]
            if alike:
                said = line.values
                self._take(line, max(alike, key=lambda row: _cells_in_common(_stored_values(row), said)))
            else:
                missing.append(line)
        self._recognise_imported(missing)

    def _recognise_imported(self, lines: list[Line]) -> None:
        """A row that an earlier import made is no new one, even where the engagement was edited since."""
        by_digest: dict[str, list[Line]] = {}
        for line in lines:
            by_digest.setdefault(line.digest, []).append(line)
        digests = sorted(by_digest)
        for start in range(0, len(digests), CHUNK):
            rows = ImportedRow.objects.visible_to(self.user, self.rights).filter(
                engagement__cluster__in=self.own, is_new=True, undone_at=None, digest__in=digests[start : start + CHUNK]
            )
            for row in rows.select_related("engagement", "batch").order_by("batch__decided_at", "pk"):
                waiting = [line for line in by_digest[row.digest] if line.stored is None]
                if waiting and row.engagement_id not in self.taken:
                    line, day = waiting[0], date_format(timezone.localtime(row.batch.decided_at).date())
                    self._take(line, row.engagement)
                    line.kind = "unchanged"
                    note = _("Imported on %(day)s already, and changed or withdrawn here since.") % {"day": day}
                    line.draft.notes.append(note)

    # -- What a row would change ----------------------------------------------------------------------------

    def _compare(self) -> None:
        found = [line for line in self.lines if line.stored is not None and line.kind == "new"]
        bases = bases_of(
            (line.stored.pk, line.draft.version)
            for line in found
            if line.stored and line.draft.version and line.draft.version < line.stored.version
        )
        numbers = {line.stored.pk: line.stored.action.number for line in found if line.stored}
        form = RowForm(user=self.user, of_acts=written_by_acts(numbers), is_judged=self.judged is not None)
        for line in self.lines:
            if line.draft.faults:
                line.kind = "faulty"
            elif line.kind == "unchanged":
                continue
            elif line.stored is not None:
                self._change(line, line.stored, bases)
            if line.kind in ("new", "changed", "conflict") and not line.draft.faults:
                self._ask(form, line)
            if line.draft.faults or line.key in (self.judged or ()):
                line.kind = "faulty"

    def _change(self, line: Line, stored: Engagement, bases: dict[Any, Any]) -> None:
        here = _stored_values(stored)
        line.values = self._complete(line.draft, here)
        base: dict[str, Any] | None = here
        if line.draft.version and line.draft.version < stored.version:
            base = self._base(bases.get((stored.pk, line.draft.version)))
        for name in FIELDS:
            there = line.values[name] = _kept_if_same(name, line, here)
            if plain(there) == plain(here[name]):
                continue
            changed_here = base is None or plain(base[name]) != plain(here[name])
            if changed_here and base is not None and plain(there) == plain(base[name]):
                line.values[name] = here[name]  # changed here only: that stays
                continue
            one = Difference(name, _label(name), self._words(name, here[name]), self._words(name, there))
            (line.conflicts if changed_here else line.changes).append(one)
        line.kind = "conflict" if line.conflicts else "changed" if line.changes else "unchanged"
        if line.kind == "changed" and base is not here:
            line.draft.notes.append(_("Changed here since the export, in other columns: those changes stay."))
        if stored.level == "high" and line.values["level"] != "high":
            reason = _("No import lowers the level high: write “high”, and change it on the page of the record.")
            line.draft.fault("level", reason)
        if any(getattr(stored, f"{name}_id") for name in ITEMS) and line.values["cluster"] != stored.cluster:
            reason = _("This is about a visit, call, report or event of its cluster: change the cluster on its page.")
            line.draft.fault("cluster", reason)

    def _base(self, kept: tuple[Any, frozenset[Any]] | None) -> dict[str, Any] | None:
        """The values of an earlier version; None when it is not kept any more."""
        if kept is None:
            return None
        record, mandates = kept
        values = {name: getattr(record, name) for name in FIELDS if name not in ("cluster", "action", "mandates")}
        return values | {
            "cluster": self.own.get(record.cluster_id, str(record.cluster_id)),
            "action": next(row for row in self.actions.values() if row.pk == record.action_id),
            "mandates": [self.mandates[pk] for pk in mandates],
        }

    def _complete(self, draft: Draft, stored: dict[str, Any] | None) -> dict[str, Any]:
        """All values of the engagement as the draft wants it: given, else stored, else by default."""
        given = draft.given
        values = {name: given[name] for name in FIELDS if name in given}
        if "number" in given:
            values["action"] = self.actions[given["number"]]
        if stored is not None:
            values = stored | values
            if "level" not in given and values["action"].is_always_high:
                values["level"] = "high"
            return values
        start, precision = values["started_on"], values.get("date_precision", "day")
        is_ahead = first_day(start, precision) > self.today
        defaults: dict[str, Any] = {
            "ended_on": None,
            "date_precision": "day",
            "status": "planned" if is_ahead else "done",
            "mode": "direct",
            "partner": "",
            "mandates": [],
            "result_extent": "none_yet",
            "level": "high" if values["action"].is_always_high else "moderate",
        } | dict.fromkeys(NARRATIVES, "")
        return defaults | values

    def _ask(self, form: RowForm, line: Line) -> None:
        """Have the rules of the form say what is wrong; then the line is faulty, else its `instance` is filled."""
        line.instance = line.stored or Engagement(created_by=self.user, activity=line.draft.part_of)
        action, items = line.values["action"], {}
        for name in ITEMS:
            items[name] = getattr(line.stored, name) if line.stored and action.takes(name) else None
        changed = [one.name for one in (*line.changes, *line.conflicts)]
        for name, reasons in form.ask(line.instance, line.values | items, changed).items():
            for reason in reasons:
                line.draft.fault(name, reason)

    def _words(self, name: str, value: Any) -> str:
        if name == "mandates":
            return ", ".join(sorted(mandate.acronym for mandate in value))
        if name in CHOICES:
            return str(CHOICES[name](value).label)
        if isinstance(value, date):
            return date_format(value)
        return "" if value is None else str(value)


def _kept_if_same(name: str, line: Line, here: dict[str, Any]) -> Any:
    """The value of the draft; the stored one where both mean the same day, month or quarter."""
    value = line.values[name]
    if name not in ("started_on", "ended_on") or value is None or not line.draft.is_loose:
        return value
    precision, stored = line.values["date_precision"], here[name] or here["started_on"]
    if precision != here["date_precision"]:
        return value
    edge = first_day if name == "started_on" else last_day
    return here[name] if edge(value, precision) == edge(stored, precision) else value


def _stored_values(row: Engagement) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in FIELDS if name != "mandates"}
    return values | {"mandates": list(row.mandates.all())}


def _cells_in_common(one: dict[str, Any], other: dict[str, Any]) -> int:
    return sum(plain(one[name]) == plain(other[name]) for name in FIELDS)


def _identity(values: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two lines of a log the same: cluster, action, start, texts, mandates."""
    told = ("cluster", "action", "started_on", "mandates", *NARRATIVES)
    return tuple(plain(values[name]) for name in told)


def _label(name: str) -> str:
    field: Any = Engagement._meta.get_field(name)
    return capfirst(str(field.verbose_name))
