"""Lines of the log as lists show them: finished values in the reader's language, so that the template only prints.

To build fifty model rows with their relations, and to have a template ask each of them for its words, took most of
the time of a page; so the rows of the table are filled into one string here.
"""

import html
from collections import Counter
from datetime import date
from functools import cache, lru_cache
from typing import Any, TypedDict

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.lists import PAGE_SIZE
from mandates.dates import show_range

from .actions import WORDINGS, action_id, name_of
from .models import Engagement
from .querysets import MandatesOfLine
from .text import beginning, said_of_removal

SHOWN = 180
"""Characters of what was done that a list shows."""

COUNTED = 500
"""Lines that a list counts before it says "more than"."""


class LogPaginator(Paginator):
    """Counts no further than COUNTED lines, or than the page that is asked for; to the end when `limit` is None.

    The database takes longer to count 100,000 lines than to give fifty of them. `more_than` is the limit once it is
    passed; every page can be reached all the same. `high` of the counted lines are of level high. `to_count` are the
    same rows, in an order in which they are found sooner than in any.
    """

    def __init__(self, rows: QuerySet, limit: int | None, to_count: QuerySet | None = None) -> None:
        super().__init__(rows, PAGE_SIZE)
        self.limit = limit
        self.to_count = rows.order_by() if to_count is None else to_count

    @cached_property
    def counted(self) -> Counter[str]:
        """How many lines of each level."""
        levels = self.to_count.values_list("level", flat=True)
        if self.limit is None:
            return Counter(dict(levels.order_by().values_list("level").annotate(n=Count("pk"))))
        return Counter(levels[: self.limit + 1])

    @cached_property
    def count(self) -> int:
        return self.counted.total()

    @property
    def high(self) -> int:
        return self.counted[Engagement.Level.HIGH]

    @property
    def more_than(self) -> int | None:
        return self.limit if self.limit is not None and self.count > self.limit else None


def log_page(rows: QuerySet, asked: str, to_count: QuerySet | None = None) -> Page:
    """The page of the log that `?page=` asks for: a number, or "last"; the first for any other word. Two queries.

    `to_count` as for `LogPaginator`.
    """
    number = int(asked[:9]) if asked.isascii() and asked.isdigit() else 1
    if asked == "last":
        paginator = LogPaginator(rows, None, to_count)
        number = paginator.num_pages
    else:
        paginator = LogPaginator(rows, max(COUNTED, number * PAGE_SIZE), to_count)
    page = paginator.get_page(number)
    page.object_list = log_lines(page.object_list)
    return page


class LogLine(TypedDict):
    """One line. `about` names the cluster and the mandates; `level` is the value, the other choices are words."""

    pk: Any
    url: str
    dates: str
    action: str
    about: str
    what_was_done: str
    asks_support: bool
    status: str
    result_extent: str
    level: str
    level_name: str


@cache
def words_of(language: str | None) -> dict[str, dict[Any, str]]:
    """The words of each value of a line, looked up and escaped once per language, which is the active one."""
    choices = {"status": Engagement.Status, "result_extent": Engagement.Extent, "level": Engagement.Level}
    words = {column: {value: escape(str(label)) for value, label in words.choices} for column, words in choices.items()}
    return words | {"action": {action_id(number): escape(name_of(number)) for number in WORDINGS}}


@lru_cache(maxsize=5_000)
def dates_of(language: str | None, start: date, end: date, precision: str) -> str:
    """From when to when, in `language`, which is the active one: the same days stand on many lines."""
    return show_range(start, end, precision)


def log_lines(rows: QuerySet) -> list[LogLine]:
    """The lines of engagements that have passed the gate, in their order. One query."""
    lines = rows.values_list(
        "pk", "started_on", "ended_on", "date_precision", "action", "cluster__name", MandatesOfLine(), "what_was_done",
        "asks_support", "status", "result_extent", "level", "text_removed_on",
    )  # fmt: skip
    address = reverse("engagement:engagement-list")
    language = get_language()
    words = words_of(language)
    return [
        LogLine(
            pk=pk,
            url=f"{address}{pk}/",
            dates=dates_of(language, start, end or start, precision),
            action=words["action"][action],
            about=f"{cluster} · {mandates}" if mandates else cluster,
            what_was_done=said_of_removal(removed) if removed else beginning(what, SHOWN) or _("—"),
            asks_support=asks,
            status=words["status"][status],
            result_extent=words["result_extent"][extent],
            level=level,
            level_name=words["level"][level],
        )
        for pk, start, end, precision, action, cluster, mandates, what, asks, status, extent, level, removed in lines
    ]


def drawn(lines: list[LogLine]) -> SafeString:
    """The rows of the table in `_log.html`, with all that people typed escaped; the words of the tool are it already.

    As `format_html_join` would, which looks at each of some 600 values whether it is a lazy one: none is.
    """
    asked = format_html(' <span class="status s-asked">{}</span>', _("asks for support"))
    rows = (
        f"""
<tr>
<td class="when">{html.escape(line["dates"])}</td>
<td class="title"><a href="{line["url"]}">{line["action"]}</a> <span>{html.escape(line["about"])}</span></td>
<td dir="auto">{html.escape(line["what_was_done"])}{asked if line["asks_support"] else ""}</td>
<td>{line["status"]}<span>{line["result_extent"]}</span></td>
<td><span class="level l-{line["level"]}">{line["level_name"]}</span></td>
</tr>"""
        for line in lines
    )
    return mark_safe("".join(rows))  # noqa: S308
