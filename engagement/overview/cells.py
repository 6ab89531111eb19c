"""A number, and the address of the list that it counts."""

import math
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
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


class Log:
    """Addresses of the log. `fixed` are filters that stand in all of them, by the names that the log knows."""

    def __init__(self, **fixed: str) -> None:
        self.address = reverse("engagement:engagement-list")
        self.fixed = fixed

    def where(self, since: date | None, until: date, **filters: Any) -> str:
        """The list of lines that began between two days; `filters` go before the fixed ones."""
        days = {name: day.isoformat() for name, day in (("since", since), ("until", until)) if day}
        return f"{self.address}?{urlencode(self.fixed | filters | days)}"

    def cell(self, n: int, since: date, until: date, *, most: int = 0, **filters: Any) -> Cell:
        """`n`, with the list that holds as many lines; shaded where `most` says which number is the darkest."""
        return Cell(n, self.where(since, until, **filters) if n else "", shade_of(n, most))


def shade_of(n: int, most: int) -> int:
    """By the root, so that one busy cluster does not make all others look alike."""
    return min(SHADES, math.ceil(SHADES * math.sqrt(n / max(most, DARKEST)))) if n and most else 0
