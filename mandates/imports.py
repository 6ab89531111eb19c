"""An import in two steps: a file is kept for the person who uploaded it, and carried out once she has confirmed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction

from config.pasted import read_pasted
from config.spreadsheets import Table, read_table

from .changes import attributed_to
from .models import Mandate, MandateAlias
from .resources import Outcome, ReferenceResource
from .resources.titles import arranged

KEPT_FOR = 24 * 3600  # seconds

MATCHED = "matched by hand at import"
"""The source of an alias that somebody gave a mandate on a preview."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file or a pasted table that waits for its confirmation: `name` and `source` as the person gave them.

    `columns` is what she said of titles that are not known, {title: column}.
    """

    name: str
    content: bytes
    source: str = ""
    is_pasted: bool = False
    columns: dict[str, str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def table(self, resource: type[ReferenceResource]) -> Table:
        """What it holds, under the names of the columns of `resource`. Raises UnreadableFile."""
        table = read_pasted(self.content.decode()) if self.is_pasted else read_table(self.content)
        return arranged(table, resource, self.columns)


def keep(upload: Upload, *, kind: str, person: Any) -> None:
    """Keep the file for a day at most: one for each kind of entry and person (a primary key), the latest."""
    cache.set(_key(kind, person), upload, KEPT_FOR)


def kept(token: str, *, kind: str, person: Any) -> Upload | None:
    """The file that was kept for this person under `token`; None if it is too old or followed by another."""
    upload = cache.get(_key(kind, person))
    return upload if upload and secrets.compare_digest(upload.token.encode(), token.encode()) else None


def _key(kind: str, person: Any) -> str:
    return f"import:{kind}:{person}"


def preview(upload: Upload, resource: type[ReferenceResource]) -> tuple[Table, Outcome]:
    """The table of an upload, and what its import would do. Raises UnreadableFile."""
    table = upload.table(resource)
    return table, resource(upload.source).run(table, dry_run=True)


def carry_out(upload: Upload, resource: type[ReferenceResource], *, by: str, seen: str) -> tuple[Outcome, bool]:
    """Import the rows that are not faulty for good, all or none; and whether that was done.

    Nothing is written when the outcome is not that of the preview any more, of which `seen` is the fingerprint. Each
    ReferenceChange names `by` (an e-mail address) and the file's source. Raises UnreadableFile.
    """
    model = resource._meta.model._meta
    table = upload.table(resource)
    with transaction.atomic(), attributed_to(by, source=upload.source or upload.name):
        # One import of a kind at a time: who presses the button twice adds nothing twice.
        ContentType.objects.select_for_update().get(app_label=model.app_label, model=model.model_name)
        outcome = resource(upload.source).run(table, dry_run=False)
        is_done = not outcome.is_faulty
        if outcome.lines and not is_done:
            # All was taken back: once more without the faulty rows.
            faulty = {line.number for line in outcome.of_kind("faulty")}
            rest = replace(table, rows=[row for row in table.rows if row.number not in faulty])
            is_done = bool(rest.rows) and not resource(upload.source).run(rest, dry_run=False).is_faulty
        writes = outcome.of_kind("new") or outcome.of_kind("changed")
        if is_done and writes and outcome.fingerprint != seen:
            transaction.set_rollback(True)
            is_done = False
    return outcome, is_done


def match_names(
    matched: Mapping[str, Mandate], *, by: str, source: str, kind: str = MandateAlias.Kind.SHORT
) -> list[str]:
    """Keep what somebody said whose names these are, {name: mandate}; the names that cannot be kept.

    Each stands among the aliases of its mandate, and in its changes with `by` and `source`.
    """
    refused = []
    with transaction.atomic(), attributed_to(by, source=source):
        for name, mandate in matched.items():
            alias = MandateAlias(mandate=mandate, alias=name, kind=kind, source=MATCHED)
            try:
                alias.full_clean()
            except ValidationError:
                refused.append(name)
            else:
                alias.save()
    return refused
