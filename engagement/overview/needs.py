"""What clusters say of their challenges and of the support they need, by action."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from ..actions import name_of
from ..log import SHOWN as CHARACTERS
from ..models import Engagement
from ..periods import Period
from ..text import beginning
from .cells import Cell, Log

NEWEST = 5
"""Lines that the list of one action shows; all of them are a press away."""


class Said(NamedTuple):
    """What one line says, as much as lists show of it, with the address of the line."""

    words: str
    cluster: str
    dates: str
    address: str


class Words(NamedTuple):
    """What the lines of one action say in one column: how many do, and the newest of them."""

    action: str
    cell: Cell
    newest: list[Said]


def words_of(
    counted: Mapping[int, int], newest: Any, column: str, period: Period, log: Log, **filters: Any
) -> list[Words]:
    """By action, what stands in `column`.

    `counted` and `newest` are from `counted_with_words` and `newest_with_words`; `filters` are those by which the log
    lists the same lines.
    """
    said: dict[int, list[Said]] = {}
    line: Engagement
    for line in newest.select_related("cluster", "action").defer("what_was_done", "result"):
        words = beginning(getattr(line, column), CHARACTERS)
        said.setdefault(line.action.number, []).append(
            Said(words, line.cluster.name, line.dates, line.get_absolute_url())
        )
    return [
        Words(name_of(number), log.cell(n, *period, action=number, **filters), said.get(number, []))
        for number, n in sorted(counted.items())
    ]


def read_needs(rows: Any, period: Period, log: Log) -> list[tuple[str, str, list[Words]]]:
    """(heading, what to say when there are none, words by action) of challenges and of support. Four queries.

    `rows` are engagements that the reader can list, of any day.
    """
    within = rows.filter(started_on__range=period)

    def words(column: str, **filters: str) -> list[Words]:
        newest = within.newest_with_words(column, NEWEST)
        return words_of(within.counted_with_words(column), newest, column, period, log, **filters)

    no_challenge = _("No engagement that you can read tells of a challenge.")
    no_support = _("No engagement that you can read asks for support.")
    return [
        (_("Challenges"), no_challenge, words("challenges", challenges="yes")),
        (_("Support needed"), no_support, words("support_needed", support="yes")),
    ]
