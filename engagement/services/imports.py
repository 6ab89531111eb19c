"""Many lines at once: a file that comes home, kept for a day, or one change of several lines; undone as a whole."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import audit
from ..forms.engagement import ITEMS
from ..history import bases_of
from ..imports.comparing import compare
from ..imports.outcome import FIELDS, KINDS, Line, Outcome, chosen_lines, judged_faulty
from ..imports.packing import pack, unpack
from ..imports.table import ReadFile
from ..models import Cluster, Engagement, EngagementMandate, ImportBatch, ImportedRow, SupportRequest, User
from ..models.imports import CLOSED
from .act import NotNow
from .support import keep_support_request, open_support_requests

if TYPE_CHECKING:
    from ..bulk import Change, Seen

CHUNK = 500
KEY = re.compile(r"\d{1,4}\.\d{1,6}(?:\.\d{1,2})?", re.ASCII)
"""What names a row of a file (`Draft.key`); a form can send anything."""


class StaleOutcome(Exception):
    """File and log do not say any more what the person saw; `outcome` is what they say now. Nothing was written."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("the log has changed since the preview")
        self.outcome = outcome


def keep_upload(*, by: User, name: str, read: ReadFile, cluster: Cluster | None) -> ImportBatch:
    """Keep what was read of a file until its confirmation, a day at most; what waited too long is forgotten."""
    content = pack(read)
    with transaction.atomic():
        forget_expired(now=timezone.now())
        return ImportBatch.objects.create(by=by, file_name=name, kind=read.kind, content=content, cluster=cluster)


def forget_expired(*, now: datetime) -> int:
    """Empty the files that nobody confirmed in time; how many there were."""
    return ImportBatch.objects.expired(now).forget()


def say_columns(*, by: User, batch: ImportBatch, columns: Mapping[str, str], cluster: Cluster | None) -> None:
    """Keep what `by` said of the columns of her file. Raises NotNow when it waits no more."""
    with transaction.atomic():
        current = _waiting(by, batch)
        current.columns, current.cluster = dict(columns), cluster
        current.save(update_fields=["columns", "cluster"])


def choose_rows(
    *, by: User, batch: ImportBatch, shown: Iterable[str], ticked: Iterable[str], file: Iterable[str]
) -> None:
    """Keep which of the rows `shown` on a page are to be written, and for which conflicts the file counts.

    Rows are named by their keys; those of other pages stay as they were chosen. Raises NotNow as above.
    """
    with transaction.atomic():
        current = _waiting(by, batch)
        seen, ticked, file = {key for key in shown if KEY.fullmatch(key)}, set(ticked), set(file)
        left = (set(current.choices.get("left", ())) - seen) | (seen - ticked)
        taken = (set(current.choices.get("file", ())) - seen) | (seen & file)
        current.choices = {"left": sorted(left), "file": sorted(taken)}
        current.save(update_fields=["choices"])


def discard_import(*, by: User, batch: ImportBatch) -> None:
    """Forget a file that was not confirmed, with all that it said. Raises NotNow once it is confirmed."""
    with transaction.atomic():
        if ImportBatch.objects.of(by).filter(pk=batch.pk, state=ImportBatch.State.DRAFT).delete()[0] == 0:
            raise NotNow(_("This file was confirmed already."))


def outcome_of(batch: ImportBatch, user: User, judged: frozenset[str] | None = None) -> Outcome:
    """What the rows of a file that waits would do to the log now; `judged` as in `compare`."""
    return compare(user, unpack(batch.content), batch.columns, batch.cluster, judged)


def confirm_import(*, by: User, batch: ImportBatch, seen: str) -> ImportBatch:
    """Write all rows that were chosen, in one transaction; the batch as it then stands, without any text.

    `seen` is the fingerprint of the outcome that the person looked at. Raises StaleOutcome when file and log give
    another one by now, NotNow when the batch was confirmed already, is too old, or nothing of it was chosen.
    """
    with transaction.atomic():
        current = _waiting(by, batch)
        # One import into a log at a time, so that two files that say the same cannot both find it missing.
        list(Cluster.objects.coordinated_by(by).select_for_update(of=("self",)).order_by("pk"))
        judged = judged_faulty(seen)
        outcome = outcome_of(current, by, judged)
        if judged is None or outcome.fingerprint != seen:
            raise StaleOutcome(outcome)
        lines = chosen_lines(outcome, current.choices)
        if not lines:
            raise NotNow(_("No row is chosen: there is nothing to write."))
        new = [line for line in lines if line.stored is None]
        changed = [line for line in lines if line.stored is not None]
        _create(by, new)
        _change_lines(by, changed, outcome)
        ImportedRow.objects.bulk_create(
            ImportedRow(
                batch=current,
                engagement=line.instance,
                is_new=line.stored is None,
                version=line.instance.version,
                digest=line.digest if line.stored is None else "",
            )
            for line in lines
            if line.instance
        )
        current.counts = {kind: len(outcome.of_kind(kind)) for kind in KINDS} | {"written": len(lines)}
        current.content, current.columns, current.choices = {}, {}, {}
        current.state, current.decided_at = ImportBatch.State.CONFIRMED, timezone.now()
        current.save()
    return current


def undo_import(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Take an import back: what it made is withdrawn, what it changed is as before; the batch as it then stands.

    What somebody changed since, and what `by` does not keep any more, stays as it is, its row not marked as undone.
    A level that was raised to *high* stays. Raises NotNow unless the import is confirmed, not undone, and not older
    than `UNDO_FOR`.
    """
    with transaction.atomic():
        current = ImportBatch.objects.of(by).select_for_update().get(pk=batch.pk)
        if current.state != ImportBatch.State.CONFIRMED:
            raise NotNow(_("This was undone already."))
        now = timezone.now()
        if not current.can_be_undone(now):
            raise NotNow(_("This import can’t be undone any more: change or withdraw its lines one by one."))
        rows = {row.engagement_id: row for row in current.rows.all()}
        found = _kept(by, rows, closing=current.closes_requests)
        standing = [row for row in found if row.version == rows[row.pk].version]
        made = [row for row in standing if rows[row.pk].is_new]
        changed = [row for row in standing if not rows[row.pk].is_new]
        _withdraw(by, made)
        closed = current.counts.get(CLOSED)
        back = _put_back(by, changed) if closed is None else _open_closed(found, closed)
        done = [rows[engagement.pk].pk for engagement in (*made, *back)]
        for start in range(0, len(done), CHUNK):
            current.rows.filter(pk__in=done[start : start + CHUNK]).update(undone_at=now)
        current.state, current.undone_at = ImportBatch.State.UNDONE, now
        current.save()
    return current


def _waiting(by: User, batch: ImportBatch) -> ImportBatch:
    """The batch, locked. Raises NotNow unless it waits for its confirmation."""
    current = ImportBatch.objects.of(by).select_for_update(of=("self",)).select_related("cluster").get(pk=batch.pk)
    if not current.is_draft:
        raise NotNow(_("This file was confirmed already."))
    if current.is_expired(timezone.now()):
        raise NotNow(_("This file is not kept any more: upload it again."))
    return current


def _kept(by: User, keys: Iterable[Any], *, closing: bool = False) -> list[Engagement]:
    """Those of these engagements that `by` may change, or of which she may close the request; with their mandates."""
    asked, found = sorted(keys, key=str), list[Engagement]()
    closable = SupportRequest.objects.closable_by(by).order_by().values("engagement")
    for start in range(0, len(asked), CHUNK):
        rows = (
            Engagement.objects.visible_to(by).filter(pk__in=closable) if closing else Engagement.objects.editable_by(by)
        )
        rows = rows.filter(pk__in=asked[start : start + CHUNK])
        rows = rows.select_related("cluster", "action").prefetch_related("mandates")
        found += rows.select_for_update(of=("self",))
    return found


# -- Many engagements at once, with all that one save writes ------------------------------------------------


def _create(by: User, lines: list[Line]) -> None:
    made = [line.instance for line in lines if line.instance]
    Engagement.objects.bulk_create(made, batch_size=CHUNK)
    mandates = {line.instance.pk: [row.pk for row in line.values["mandates"]] for line in lines if line.instance}
    _name_mandates(mandates)
    _keep_history(by, made, mandates, update=False)
    open_support_requests(by, made)


def _change_lines(by: User, lines: list[Line], outcome: Outcome) -> None:
    """Write the changed lines where their engagements still are at the version that was compared."""
    mandates: dict[Any, list[Any]] = {}
    for line in lines:
        engagement, names = line.instance, {one.name for one in (*line.changes, *line.conflicts)}
        if engagement is None:
            continue
        engagement.version = line.version + 1
        if not _update(engagement, names | set(ITEMS), seen=line.version):
            raise StaleOutcome(outcome)
        mandates[engagement.pk] = [row.pk for row in line.values["mandates"]]
    named = [line for line in lines if any(one.name == "mandates" for one in (*line.changes, *line.conflicts))]
    _name_mandates({line.stored.pk: mandates[line.stored.pk] for line in named if line.stored}, replace=True)
    _keep_history(by, [line.instance for line in lines if line.instance], mandates, update=True)
    for line in lines:
        before = {one.name: one for one in (*line.changes, *line.conflicts)}
        if line.instance and {"support_needed", "level"} & before.keys():
            keep_support_request(line.instance)
        if line.instance and "level" in before:
            audit.level_changed(by=by, line=line.instance, before=line.level_before)


def _update(engagement: Engagement, names: Iterable[str], *, seen: int) -> bool:
    """Write these fields, version and moment; False when the engagement is not at version `seen` any more."""
    engagement.updated_at = timezone.now()
    columns = [_column(name) for name in {*names, "version", "updated_at"} - {"mandates"}]
    values = {column: getattr(engagement, column) for column in columns}
    return Engagement.objects.filter(pk=engagement.pk, version=seen).update(**values) == 1


def _name_mandates(mandates: Mapping[Any, Iterable[Any]], *, replace: bool = False) -> None:
    """Write which mandates (keys) these engagements (keys) concern; with `replace` instead of those there are."""
    keys = list(mandates)
    for start in range(0, len(keys) if replace else 0, CHUNK):
        EngagementMandate.objects.filter(engagement__in=keys[start : start + CHUNK]).delete()
    EngagementMandate.objects.bulk_create(
        [EngagementMandate(engagement_id=pk, mandate_id=mandate) for pk in keys for mandate in mandates[pk]],
        batch_size=CHUNK,
    )


def _keep_history(by: User, rows: list[Engagement], mandates: Mapping[Any, Iterable[Any]], *, update: bool) -> None:
    """Write the version that each row now is into the history, as `save` would: one record, with its mandates."""
    history: Any = Engagement.history  # type: ignore[attr-defined]
    records = history.bulk_history_create(rows, batch_size=CHUNK, update=update, default_user=by)
    of_mandates = history.model.mandates.model
    places = {
        (engagement, mandate): pk
        for start in range(0, len(rows), CHUNK)
        for pk, engagement, mandate in EngagementMandate.objects.filter(
            engagement__in=[row.pk for row in rows[start : start + CHUNK]]
        ).values_list("pk", "engagement", "mandate")
    }
    of_mandates.objects.bulk_create(
        [
            of_mandates(history=record, id=places[record.id, mandate], engagement_id=record.id, mandate_id=mandate)
            for record in records
            for mandate in mandates[record.id]
        ],
        batch_size=CHUNK,
    )


def _withdraw(by: User, rows: list[Engagement]) -> None:
    """Withdraw what an import made, as `withdraw_engagement` does with one."""
    now, mandates = timezone.now(), {row.pk: [mandate.pk for mandate in row.mandates.all()] for row in rows}
    for row in rows:
        row.status, row.withdrawn_at, row.withdrawn_reason = "withdrawn", now, _("import undone")
        row.version += 1
        _update(row, ("status", "withdrawn_at", "withdrawn_reason"), seen=row.version - 1)
    _keep_history(by, rows, mandates, update=True)
    for start in range(0, len(rows), CHUNK):
        for request in SupportRequest.objects.filter(engagement__in=rows[start : start + CHUNK]).select_for_update():
            request.status = SupportRequest.Status.CLOSED
            request.save()


def _put_back(by: User, rows: list[Engagement]) -> list[Engagement]:
    """Give rows the values of the version before; those of which it is kept."""
    bases = bases_of((row.pk, row.version - 1) for row in rows)
    back, mandates = [row for row in rows if (row.pk, row.version - 1) in bases], dict[Any, list[Any]]()
    levels = {row.pk: row.level for row in back}
    names = [name for name in (*FIELDS, *ITEMS) if name != "mandates"]
    for row in back:
        record, mandates_before = bases[row.pk, row.version - 1]
        for name in names:
            setattr(row, _column(name), getattr(record, _column(name)))
        if levels[row.pk] == Engagement.Level.HIGH:
            row.level = Engagement.Level.HIGH
        mandates[row.pk] = sorted(mandates_before)
        row.version += 1
        _update(row, names, seen=row.version - 1)
    _name_mandates(mandates, replace=True)
    _keep_history(by, back, mandates, update=True)
    for row in back:
        keep_support_request(row)
        audit.level_changed(by=by, line=row, before=levels[row.pk])
    return back


def _column(name: str) -> str:
    """The attribute that holds what the column of a field holds."""
    field: Any = Engagement._meta.get_field(name)
    return field.attname


def change_in_bulk(*, by: User, asked: Mapping[Any, "Seen"], change: "Change", reason: str) -> ImportBatch:
    """Change many lines in one transaction, as one batch that `undo_import` takes back; the batch.

    `asked` is what the preview showed, by key. Raises NotNow, and writes nothing, when one of the lines
    cannot be changed any more as it was shown.
    """
    from ..bulk import judge

    with transaction.atomic():
        closing = change.kind == "support"
        held = {row.pk: row for row in _kept(by, asked, closing=closing)}
        if closing:  # whoever answers one meanwhile waits, or was first and is seen
            list(SupportRequest.objects.select_for_update().filter(engagement__in=held).order_by("pk"))
        judged = judge(by, asked, change)
        if not judged or len(held) != len(asked) or any(one.why_not for one in judged):
            raise NotNow(_("Somebody changed one of these lines meanwhile. Nothing was written: look again."))
        lines, counts = list(held.values()), dict.fromkeys(KINDS, 0) | {"changed": len(held), "written": len(held)}
        batch = ImportBatch(
            by=by, file_name=str(change)[:120], kind=ImportBatch.Kind.BULK, state=ImportBatch.State.CONFIRMED,
            decided_at=timezone.now(), counts=counts, reason=reason,
        )  # fmt: skip
        if closing:
            batch.counts |= {CLOSED: _close(lines)}
        else:
            _change_column(by, lines, change)
        batch.save()
        ImportedRow.objects.bulk_create(
            ImportedRow(batch=batch, engagement=line, is_new=False, version=line.version) for line in lines
        )
    return batch


def _change_column(by: User, lines: list[Engagement], change: "Change") -> None:
    """Write one column of each line, as one edit of it would."""
    mandates, before = {}, {}
    for line in lines:
        keys = {mandate.pk for mandate in line.mandates.all()}
        if change.mandate:
            keys = keys | {change.mandate.pk} if change.kind == "name" else keys - {change.mandate.pk}
        else:
            before[line.pk] = line.level
            setattr(line, change.kind, change.value)
        mandates[line.pk] = sorted(keys)
        line.version += 1
        _update(line, [change.column], seen=line.version - 1)
    if change.mandate:
        _name_mandates(mandates, replace=True)
    _keep_history(by, lines, mandates, update=True)
    for line in lines if change.kind == "level" else ():
        keep_support_request(line)
        audit.level_changed(by=by, line=line, before=before[line.pk])


def _close(lines: list[Engagement]) -> dict[str, str]:
    """Close the support requests of these lines; what each was before, by the key of its line."""
    before = {}
    for request in SupportRequest.objects.select_for_update().filter(engagement__in=lines):
        before[str(request.engagement_id)] = request.status
        request.status = SupportRequest.Status.CLOSED
        request.save()
    return before


def _open_closed(lines: list[Engagement], before: Mapping[str, str]) -> list[Engagement]:
    """Make support requests what they were before `_close`, where they are closed still; the lines of those.

    As with any change of a line, whoever can answer it no more loses it, and one that asks for nothing stays closed.
    """
    back = []
    requests = SupportRequest.objects.select_for_update(of=("self",)).select_related("engagement")
    for request in requests.filter(engagement__in=lines, status=SupportRequest.Status.CLOSED):
        request.status = before[str(request.engagement_id)]
        request.save()
        keep_support_request(request.engagement)
        back.append(request.engagement)
    return back
