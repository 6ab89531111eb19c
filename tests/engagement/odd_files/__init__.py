"""Files as clusters hand them in, each with one kind of dirt, and what a reader must make of it.

`ODD_FILES` holds them by name. What is in them is invented.
"""

from dataclasses import dataclass, field
from datetime import date

ACTION = "Actions taken from the list above"
DONE = "What did the cluster do under this action"
CHALLENGES = "What challenges did the cluster face in taking this action"
RESULT = "Result of the action"
SUPPORT = "Further support needed from HRE TT"
FORM = (ACTION, DONE, CHALLENGES, RESULT, SUPPORT)
"""The titles of the form's second table."""

NAMES = ("action", "what_was_done", "challenges", "result", "support_needed")
MARCH = date(2026, 3, 4)


@dataclass(frozen=True)
class OddFile:
    """One file. `rows` are {name of the column: value} without empty cells, of all tables; `unread` and `notes` the
    (cell or "" , what, text); `filled` the cells that were filled, `faults` those with a fault.
    """

    data: bytes
    rows: list[dict]
    unread: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    faults: set[str] = field(default_factory=set)
    has_keys: bool = False


ODD_FILES: dict[str, OddFile] = {}


def line(*cells, **more):
    """A row of the form as it must be read: its cells in order, None for empty ones."""
    return {name: cell for name, cell in zip(NAMES, cells, strict=False) if cell is not None} | more


def add(name, data, rows, **expected):
    """Put a file into the collection."""
    assert name not in ODD_FILES
    ODD_FILES[name] = OddFile(data, rows, **expected)


from . import documents, separated, workbooks  # noqa: E402, F401 — they add theirs
