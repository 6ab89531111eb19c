"""An import in two steps: a file is kept for the person who uploaded it, and carried out once she has confirmed."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction

from config.spreadsheets import read_table

from .changes import attributed_to
from .resources import Outcome, ReferenceResource

KEPT_FOR = 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits for its confirmation: `name` and `source` as the person gave them."""

    name: str
    content: bytes
    source: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


def keep(upload: Upload, *, kind: str, person: Any) -> None:
    """Keep the file for a day at most: one for each kind of entry and person (a primary key), the latest."""
    cache.set(_key(kind, person), upload, KEPT_FOR)


def kept(token: str, *, kind: str, person: Any) -> Upload | None:
    """The file that was kept for this person under `token`; None if it is too old or followed by another."""
    upload = cache.get(_key(kind, person))
    return upload if upload and secrets.compare_digest(upload.token.encode(), token.encode()) else None


def _key(kind: str, person: Any) -> str:
    return f"import:{kind}:{person}"


def carry_out(upload: Upload, resource: type[ReferenceResource], *, by: str) -> Outcome:
    """Import the file for good, or nothing of it when faults have come up since the preview.

    Each ReferenceChange names `by` (an e-mail address) and the file's source. Raises UnreadableFile.
    """
    model = resource._meta.model._meta
    with transaction.atomic(), attributed_to(by, source=upload.source or upload.name):
        # One import of a kind at a time: who presses the button twice adds nothing twice.
        ContentType.objects.select_for_update().get(app_label=model.app_label, model=model.model_name)
        return resource().run(read_table(upload.content), dry_run=False)
