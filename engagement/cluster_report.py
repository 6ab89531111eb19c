"""The reporting form of a cluster as a Word file: the twelve potential actions, then the five-column log.

It comes home: the first cell of each line begins with `[<id>:<version>]` of the engagement, hidden, which programs may
divide over several runs. Under the name of the action a paragraph in the style "Table Note" tells what the other
columns of the Excel file hold; it is there to be read, not to be filled in.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from config.downloads import PRODUCT
from config.signs import labelled
from config.word import Column, Row, hidden, paragraph, paragraphs, table, word_file

from .actions import ALWAYS_HIGH, WORDINGS
from .forms import NARRATIVES
from .levels import READERS
from .models import Cluster, Engagement

WHOLE = 700
"""Characters in a cell up to which its row is kept on one page: about half of it."""


def report_document(
    cluster: Cluster, lines: Sequence[Engagement], *, period: Sequence[tuple[str, str]], now: datetime
) -> bytes:
    """The file, in the active language and on the day of `now`.

    `lines` come from `for_list()`, have passed `exportable_by`, and stand in the order given; `period` are the filters
    in words, as (label, value). Texts of users run each as its first letter does. Runs no query.
    """
    rtl = get_language_bidi()
    level = next((level for level in reversed(Engagement.Level) if any(line.level == level for line in lines)), None)
    title = _("%(cluster)s: engagement with Special Procedures") % {"cluster": cluster.name}
    said = [
        f"{cluster.country.name} · {_whole_log_or(period)}",
        _readers(level) if level else "",
        _("Lines that are of level high, so all of actions 9 and 10, are never in this document."),
    ]
    body = [
        paragraph(title, rtl=rtl, style="Heading1"),
        *(paragraph(text, rtl=rtl) for text in said if text),
        paragraph(_("How can the protection cluster engage"), rtl=rtl, style="Heading2"),
        _actions(lines, rtl),
        paragraph(_("How did the protection cluster engage"), rtl=rtl, style="Heading2", on_new_page=bool(lines)),
        _log(lines, rtl) if lines else "",
        paragraph("" if lines else _nothing(period), rtl=rtl),
    ]
    handling = _("Share it only with people who may read this level. Delete it when it has served.")
    return word_file(
        body,
        title=title,
        author=str(PRODUCT),
        now=now,
        language=get_language() or "en",
        rtl=rtl,
        is_landscape=True,
        footer=f"{_readers(level)} {handling}" if level else cluster.name,
    )


def _whole_log_or(period: Sequence[tuple[str, str]]) -> str:
    return " · ".join(f"{label} {value}" for label, value in period) or _("the whole log")


def _readers(level: Engagement.Level) -> str:
    words = {"level": level.label, "readers": READERS[level.value]}
    return _("Level of this document: %(level)s, for %(readers)s.") % words


def _nothing(period: Sequence[tuple[str, str]]) -> str:
    said = _("No engagement of this cluster that you can read and take away.")
    return said + " " + _("Choose a longer period.") if period else said


def _actions(lines: Sequence[Engagement], rtl: bool) -> str:
    """The first table: which of the twelve actions were taken, how, and how many lines there are of each."""
    columns = [
        Column(_("No."), 12),
        Column(_("Potential actions (direct, indirect, or in collaboration with other entities)"), 164),
        Column(_("Taken"), 70),
        Column(_("Entries"), 21),
    ]
    rows = []
    for number, wording in WORDINGS.items():
        of_action = [line for line in lines if line.action.number == number]
        texts = [str(number), str(wording.text), _taken(of_action), str(len(of_action))]
        if number in ALWAYS_HIGH:
            texts[2:] = [_("left out"), "–"]  # a zero would say that nothing was done
        rows.append(Row([paragraph(text, rtl=rtl, style="TableText") for text in texts]))
    return table(
        columns,
        rows,
        title=_("The twelve potential actions"),
        description=_("For each action whether it was taken, in which mode, and how many entries there are."),
        rtl=rtl,
    )


def _taken(lines: Sequence[Engagement]) -> str:
    """A tick and the modes of what is more than planned, and how many lines are only that."""
    modes = {line.mode for line in lines if line.status != Engagement.Status.PLANNED}
    planned = sum(line.status == Engagement.Status.PLANNED for line in lines)
    said = []
    if modes:
        said.append("✓ " + " · ".join(str(mode.label) for mode in Engagement.Mode if mode in modes))
    if planned:
        said.append(ngettext("%(n)s planned", "%(n)s planned", planned) % {"n": planned})
    return " · ".join(said) or "–"


def _log(lines: Sequence[Engagement], rtl: bool) -> str:
    """The second table: a row for each line, in the five columns of the form."""
    columns = [
        Column(_("Actions taken from the list above"), 50),
        Column(_("What did the cluster do under this action"), 72),
        Column(_("What challenges did the cluster face in taking this action"), 52),
        Column(_("Result of the action"), 52),
        Column(_("Further support needed from HRE TT"), 41),
    ]
    return table(
        columns,
        _rows(lines, rtl),
        title=_("The log"),
        description=_("For each action taken: what the cluster did, its challenges, the result, and support needed."),
        rtl=rtl,
    )


def _rows(lines: Sequence[Engagement], rtl: bool) -> Iterator[Row]:
    for line in lines:
        key = hidden(f"[{line.pk}:{line.version}]")
        taken = paragraph(str(line.action), rtl=rtl, style="TableTitle", before=key)
        texts = [getattr(line, name) for name in NARRATIVES]
        if line.removal:
            texts[0] = line.removal
        cells = [paragraphs(text, rtl=rtl, style="TableText") for text in texts]
        yield Row(
            [taken + paragraph(_context(line), rtl=rtl, style="TableNote"), *cells], max(map(len, texts)) <= WHOLE
        )


def _context(line: Engagement) -> str:
    """What else is known of a line: days, status, mode and partner, mandates, level."""
    mode = labelled(line.get_mode_display(), line.partner) if line.partner else line.get_mode_display()
    mandates = ", ".join(mandate.acronym for mandate in line.mandates.all())
    level = capfirst(_("level %(level)s") % {"level": line.get_level_display()})
    parts = [line.dates, line.get_status_display(), mode, mandates, level]
    return "\u00a0· ".join(str(part) for part in parts if part)  # no line begins with a dot
