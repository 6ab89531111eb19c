"""A number, and the address of the list that it counts."""

import math
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

EMPTY = SafeString("<td>–</td>")

SHADES = 4

DARKEST = 16
"""The darkest shade begins near this number, or where the largest one is beyond it: a single line is never dark."""


class Cell(NamedTuple):
    """`address` is "" where nothing is to be listed; `shade` is 0 for none, then 1 (few) to SHADES (many)."""

    n: int
    address: str = ""
    shade: int = 0

    @property
    def drawn(self) -> SafeString:
        """As a cell of a table: five hundred of them take a template as long as all their queries."""
        if not self.n:
            return EMPTY
        shade = f' class="m{self.shade}"' if self.shade else ""
        return SafeString(f'<td{shade}><a href="{escape(self.address)}">{self.n}</a></td>')


NONE = Cell(0)


def drawn(cells: Iterable[Cell]) -> SafeString:
    """Cells of one row of a table, side by side."""
    return SafeString("".join(cell.drawn for cell in cells))


class Log:
    """Addresses of the log. `fixed` are filters that stand in all of them, by the names that the log knows.

    Values are days, numbers, slugs and keys of choices, which need no quoting: five hundred addresses on a page.
    """

    def __init__(self, **fixed: str) -> None:
        self.address = reverse("engagement:engagement-list")
        self.fixed = fixed

    def where(self, since: date | None, until: date, **filters: Any) -> str:
        """The list of lines that began between two days; `filters` go before the fixed ones."""
        said = [f"{name}={value}" for name, value in (self.fixed | filters).items()]
        return f"{self.address}?{'&'.join([*said, *_days(since, until)])}"

    def cell(self, n: int, since: date, until: date, *, most: int = 0, **filters: Any) -> Cell:
        """`n`, with the list that holds as many lines; shaded where `most` says which number is the darkest."""
        return Cell(n, self.where(since, until, **filters), shade_of(n, most)) if n else NONE


@lru_cache
def _days(since: date | None, until: date) -> list[str]:
    """Kept, since most addresses of a page have the same two."""
    return [f"{name}={day.isoformat()}" for name, day in (("since", since), ("until", until)) if day]


def shade_of(n: int, most: int) -> int:
    """By the root, so that one busy cluster does not make all others look alike."""
    return min(SHADES, math.ceil(SHADES * math.sqrt(n / max(most, DARKEST)))) if most else 0
