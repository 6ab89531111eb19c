"""A table as it is copied from a web page: lines with tabs between the cells, or the HTML of the page.

Read into the same plain `Table` as a file, within the same limits; whatever is wrong becomes one UnreadableFile.
"""

import re
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from .limits import MAX_BYTES
from .packages import UnreadableFile
from .spreadsheets import Cell, Table, table_of, too_large, within_reach

LINK = "link"
"""The title of the column that holds the first link of each row of HTML."""

_HTML = re.compile(r"<\s*(?:table|tr)\b", re.I)
_BLOCKS = frozenset(("br", "p", "li", "div"))
_UNSEEN = frozenset(("script", "style", "template"))
_MOST_SPANNED = 60


def read_pasted(text: str) -> Table:
    """The table in `text`, whose first line has the titles. Raises UnreadableFile."""
    if len(text.encode()) > MAX_BYTES:
        raise too_large()
    if not text.strip():
        raise UnreadableFile(_("Nothing was pasted."))
    rows = _of_html(text) if _HTML.search(text) else _of_lines(text)
    lines: list[tuple[int, list[Cell]]] = []
    for number, row in enumerate(rows, 1):
        within_reach(number, len(row))
        lines.append((number, list(row)))
    return table_of(lines, "", [])


def _of_lines(text: str) -> list[list[str]]:
    """The cells between tabs. A line without its tabs goes on with the cell before: it had more than one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    tabs = lines[0].count("\t")
    if not tabs:
        raise UnreadableFile(
            _("No table was pasted: its cells need tabs between them, as a browser copies them from a table.")
        )
    rows: list[str] = []
    for line in lines:
        if rows and (rows[-1].count("\t") + line.count("\t") <= tabs) and not _is_whole(rows[-1], line, tabs):
            rows[-1] += f"\n{line}"
        else:
            rows.append(line)
    return [row.split("\t") for row in rows]


def _is_whole(row: str, line: str, tabs: int) -> bool:
    """Whether a row has all its cells and `line` begins another one."""
    return row.count("\t") == tabs and line.count("\t") > 0


class _Tables(HTMLParser):
    """The cells of the first table, and the first link of each row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.links: list[str] = []
        self.cell: list[str] | None = None
        self.span, self.depth, self.unseen, self.is_over = 1, 0, 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self.depth += 1
        elif tag in _UNSEEN:
            self.unseen += 1
        if self.is_over or self.depth > 1:
            return
        if tag == "tr":
            self._close()
            self.rows.append([])
            self.links.append("")
        elif tag in ("td", "th") and self.rows:
            self._close()
            span = given.get("colspan") or "1"
            self.cell, self.span = [], min(int(span) if span.isascii() and span.isdecimal() else 1, _MOST_SPANNED)
        elif self.cell is not None and tag in _BLOCKS:
            self.cell.append("\n")
        elif self.cell is not None and tag == "a" and not self.links[-1]:
            address = (given.get("href") or "").strip()
            self.links[-1] = address if re.match(r"https?://\S+$", address, re.I) else ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag == "table":
            self.depth -= 1
            if self.depth <= 0 and self.rows:
                self._close()
                self.is_over = True
        elif tag in ("td", "th", "tr") and self.depth <= 1:
            self._close()

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.unseen and not self.is_over:
            self.cell.append(re.sub(r"\s+", " ", data))

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        """End the cell that is open; one that spans several columns stands in the first of them."""
        if self.cell is not None and self.rows:
            lines = (" ".join(line.split()) for line in "".join(self.cell).split("\n"))
            self.rows[-1] += ["\n".join(line for line in lines if line), *[""] * (self.span - 1)]
        self.cell = None


def _of_html(text: str) -> list[list[str]]:
    parser = _Tables()
    parser.feed(text)
    parser.close()
    found = [(row, link) for row, link in zip(parser.rows, parser.links, strict=True) if any(row)]
    if not found:
        raise UnreadableFile(_("The HTML that was pasted holds no table with cells."))
    rows = [row for row, _link in found]
    titles = [title.strip().lower() for title in rows[0]]
    links = [link for _row, link in found[1:]]
    if any(links) and LINK not in titles:
        width = max(len(row) for row in rows)
        rows = [[*row, *[""] * (width - len(row))] for row in rows]
        rows = [[*rows[0], LINK], *([*row, link] for row, link in zip(rows[1:], links, strict=True))]
    return rows
