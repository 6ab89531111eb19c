"""What became of the rows of a file beside the log: each line with its kind and differences, and all of them together.

`comparing` makes it, pages show it, and only as it was shown is it written.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from ..models import Engagement
from .drafts import Draft, Fault

Kind = Literal["new", "changed", "unchanged", "conflict", "faulty"]
KINDS: tuple[Kind, ...] = ("faulty", "conflict", "changed", "new", "unchanged")

FIELDS = (
    "cluster", "action", "started_on", "ended_on", "date_precision", "status", "mode", "partner", "mandates",
    "what_was_done", "challenges", "result", "result_extent", "support_needed", "level",
)  # fmt: skip
"""What a file can say of an engagement, in the order in which differences are shown."""


def plain(value: Any) -> Any:
    """A value as it is compared: keys of rows, texts without the spaces around them."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | frozenset | set):
        return tuple(sorted(str(row.pk) for row in value))
    return str(value.pk) if hasattr(value, "pk") else value


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which file and log differ: its label, the words here, the words in the file."""

    name: str
    label: str
    here: str
    there: str


@dataclass(slots=True)
class Line:
    """One draft and what became of it. `instance` holds all values as they would be written, `values` by field.

    `stored` is the engagement that it is about; `changes` are what the file changes in it, `conflicts` those of them
    that were changed here, too, since the file was exported.
    """

    draft: Draft
    kind: Kind = "new"
    stored: Engagement | None = None
    values: dict[str, Any] = field(default_factory=dict)
    instance: Engagement | None = None
    changes: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    version: int = 0
    """The version of `stored` that this was compared with."""
    level_before: str = ""
    _digest: str = ""

    @property
    def key(self) -> str:
        return self.draft.key

    @property
    def digest(self) -> str:
        """A keyed hash of what the row says, the same for the same words."""
        if not self._digest:
            said = [plain(self.draft.given.get(name)) for name in (*FIELDS, "number")]
            self._digest = salted_hmac("engagement.imports", json.dumps(said), algorithm="sha256").hexdigest()
        return self._digest


@dataclass(frozen=True, slots=True)
class Outcome:
    """All lines of a file in their order, and `fingerprint`: the same as long as file and log say the same.

    The fingerprint is signed, and says which lines are faulty. Whoever brings it along was shown this outcome, so that
    the texts need not be checked again: that takes longer than all else.
    """

    lines: list[Line]

    def of_kind(self, kind: Kind) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def faults(self) -> list[Fault]:
        return [fault for line in self.lines for fault in line.draft.faults]

    @property
    def fingerprint(self) -> str:
        said = [
            [line.key, line.kind, str(line.stored.pk) if line.stored else line.digest, line.version]
            + [[one.name, one.here, one.there] for one in (*line.changes, *line.conflicts)]
            for line in self.lines
        ]
        faulty = [line.key for line in self.of_kind("faulty")]
        return _SIGNER.sign_object([hashlib.sha256(json.dumps(said).encode()).hexdigest(), faulty], compress=True)


_SIGNER = Signer(salt="engagement.imports.comparing")


def judged_faulty(fingerprint: str) -> frozenset[str] | None:
    """The keys of the lines that were faulty when this fingerprint was made; None if it was not made here."""
    try:
        return frozenset(_SIGNER.unsign_object(fingerprint)[1])
    except BadSignature:
        return None


def chosen_lines(outcome: Outcome, choices: dict[str, Iterable[str]]) -> list[Line]:
    """The lines to write: new and changed ones not left out, conflicts for which the file was chosen."""
    left, taken = set(choices.get("left", ())), set(choices.get("file", ()))
    return [
        line
        for line in outcome.lines
        if (line.kind in ("new", "changed") and line.key not in left) or (line.kind == "conflict" and line.key in taken)
    ]
