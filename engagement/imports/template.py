"""The empty workbook to fill in away from the network: the sheet *Log* of the exports, and one that says how."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from config.workbook import Column, Sheet

from ..actions import WORDINGS
from ..exports import log_sheet
from ..levels import READERS
from ..models import Engagement, User
from .columns import COLUMNS


def template_sheets(user: User) -> list[Sheet]:
    """The sheets, in the active language, with the clusters whose log `user` keeps to choose from. One query."""
    columns = [Column("about", _("About"), 24), Column("what", _("What"), 46), Column("how", _("How to fill it"), 100)]
    how = Sheet(title=_("How to fill it"), columns=columns, rows=_how(), freeze_columns=2)
    return [log_sheet(None, user), how]


def _how() -> Iterator[tuple[str, str, str]]:
    """What the sheet, each of its columns, each action and each level mean, and what must not stand in any of them."""
    sheet, never = _("The sheet Log"), _("Must not stand in it")
    address = settings.SITE_URL + reverse("engagement:import-template").rpartition("/")[0]
    yield sheet, _("Rows"), _("One row for each action that the cluster took, with cluster, day and number at least.")
    yield sheet, _("Titles"), _("Leave the rows of titles and keys where they are; the order of the rows is yours.")
    yield (
        sheet,
        _("Handing it in"),
        _("At %(address)s/: you see what would change, row by row, and nothing is written before you confirm.")
        % {"address": address},
    )
    yield (
        never,
        _("Severe information"),
        _("The identity of a victim, source or witness, a testimony: not stored here at any level."),
    )
    yield (
        never,
        _("What leads to a person"),
        _("Names, telephone numbers, addresses, numbers of cases or papers, a small place together with a date."),
    )
    for column in COLUMNS:
        if column.is_read and column.name != "row":
            yield _("Column"), str(column.title), str(column.help)
    for number, wording in WORDINGS.items():
        yield _("Action"), f"{number}. {wording.text}", str(wording.guidance)
    for level in Engagement.Level:
        yield _("Level"), str(level.label), _("Read by %(readers)s.") % {"readers": READERS[level.value]}
