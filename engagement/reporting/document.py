"""The engagement report of a period as a Word document: in short, highlights, figures with their charts, support."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from config.downloads import PRODUCT
from config.word import Column, Row, bar, is_rtl, paragraph, paragraphs, table, word_file

from ..levels import NAMES
from ..models import EngagementReport
from ..text import paragraphs as divided
from .blocks import Block, blocks, counted_on, in_short
from .content import about, readers_of, said_left_out
from .figures import Figures

WIDTH = 267.0
"""Of the text on a page, in mm."""

SHADES = ("", "E3EEF0", "C5DEE2", "9CC7CE", "6FAEB8")
"""Grounds of numbers, few to many: black reads on each, on paper without colours too."""

BARS = 80.0


def report_document(report: EngagementReport, figures: Figures, *, now: datetime) -> bytes:
    """The file, in the active language. Runs no query but for the name of the report's cluster."""
    rtl = get_language_bidi()
    where = report.cluster.name if report.cluster else _("All clusters")
    level = _("Level of this document: %(level)s, for %(readers)s.") % {
        "level": NAMES[report.level],
        "readers": readers_of(report),
    }
    counted = _("Counted on %(day)s.") % {"day": counted_on(figures)}
    said = [
        f"{report.period} · {where}",
        level,
        " ".join(filter(None, (said_left_out(report.level), counted))),
    ]
    body = [
        paragraph(report.title, rtl=is_rtl(report.title, otherwise=rtl), style="Heading1"),
        *(paragraph(text, rtl=rtl) for text in said),
        *(paragraph(text, rtl=is_rtl(text, otherwise=rtl)) for text in divided(report.summary)),
        paragraph(_("In short"), rtl=rtl, style="Heading2"),
        paragraph(" ".join(in_short(figures)), rtl=rtl),
        *_highlights(figures, rtl),
    ]
    for block in blocks(figures, has_high=report.is_high):
        body += _drawn(block, rtl)
    handling = _("Share it only with people who may read this level. Delete it when it has served.")
    return word_file(
        [*body, paragraph("", rtl=rtl)],
        title=report.title,
        author=str(PRODUCT),
        now=now,
        language=get_language() or "en",
        rtl=rtl,
        is_landscape=True,
        footer=f"{level} {handling}",
    )


def _highlights(figures: Figures, rtl: bool) -> list[str]:
    if not figures["highlights"]:
        return []
    columns = [Column(_("What happened"), 187), Column(_("Cluster, action, time"), 80)]
    rows = [
        Row([paragraphs(one["text"], rtl=rtl, style="TableText"), paragraph(about(one), rtl=rtl, style="TableNote")])
        for one in figures["highlights"]
    ]
    heading = _("Highlights")
    described = _("Engagements that the task team chose.")
    drawn = table(columns, rows, title=heading, description=described, rtl=rtl)
    return [paragraph(heading, rtl=rtl, style="Heading2"), drawn]


def _drawn(block: Block, rtl: bool) -> list[str]:
    found = [paragraph(block.heading, rtl=rtl, style="Heading2")]
    if block.empty:
        return [*found, paragraph(block.empty, rtl=rtl)]
    widths = _widths(block)
    columns = [Column(title, width) for title, width in zip([*block.columns, ""], widths, strict=False)]
    rows = []
    for name, cells, share in block.lines:
        drawn: list[Any] = [paragraph(name, rtl=rtl, style="TableText")]
        drawn += [paragraph(words, rtl=rtl, style=_style(words)) for words, _shade in cells]
        fills = ["", *(SHADES[shade] for _words, shade in cells)]
        if block.has_bars:
            drawn.append(bar(share, widths[-1] - 3, rtl=rtl))
            fills.append("")
        rows.append(Row(drawn, fills=fills))
    if block.totals:
        name, *totals = block.total_cells
        drawn = [paragraph(name, rtl=rtl, style="TableTitle")]
        drawn += [paragraph(words, rtl=rtl, style="TableNumber") for words in totals]
        rows.append(Row([*drawn, *([paragraph("", rtl=rtl, style="TableText")] if block.has_bars else [])]))
    described = _("Each row with its numbers; darker, and longer, is more.")
    found.append(table(columns, rows, title=block.heading, description=described, rtl=rtl))
    return [*found, *(paragraph(note, rtl=rtl, style="TableNote") for note in block.notes)]


def _style(words: str) -> str:
    return "TableNumber" if words == "–" or words.isdigit() else "TableText"


def _widths(block: Block) -> list[float]:
    """Of the columns, in mm: a name, numbers, and room for bars. A table of few numbers does not fill the page."""
    numbers = len(block.columns) - 1
    if numbers == 1 and not block.has_bars:
        return [50.0, WIDTH - 50]
    if numbers <= 2:
        return [70.0, *([45.0] * numbers), BARS]
    if numbers <= 4:
        return [70.0, *([35.0] * numbers)]
    if not block.has_bars:
        return [60.0, *([(WIDTH - 60) / numbers] * numbers)]
    name, total, bars = 30.0, 16.0, 26.0
    each = (WIDTH - name - total - bars) / (numbers - 1)
    return [name, *([each] * (numbers - 1)), total, bars]
