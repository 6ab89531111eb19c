"""The overview taken away: its numbers as sheets, beside the log of the period that they count."""

from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from config import downloads

from ..exports import about_sheet, log_sheet, read_lines
from ..filters import OverviewFilterSet
from ..imports.columns import COLUMNS
from ..querysets import Rights
from .figures import read_figures
from .sheets import figure_sheets, text_sheet


def overview_response(
    request: HttpRequest, rights: Rights, filters: OverviewFilterSet, *, is_confidential: bool = False
) -> FileResponse:
    """The workbook: the sheets of the overview, *Challenges and support*, *Log*, *About*, all over the same rows.

    `filters` stand over rows that may leave as they do here. *Log* is read while it is written.
    """
    user: Any = request.user
    period = filters.period
    figures = read_figures(user, rights, filters.rows, filters.shown, period)
    rows = filters.rows.filter(started_on__range=period)
    said = [(_("Period"), str(period)), (_("Period before"), str(period.before))]
    said += [(label, value) for label, value in filters.active if label == str(filters.form.fields["cluster"].label)]
    said.append((_("Withdrawn engagements"), _("left out")))
    found = [
        *figure_sheets(figures, has_high=is_confidential),
        text_sheet(rows, read_lines, [column.name for column in COLUMNS]),
        log_sheet(rows, user),
        about_sheet(request, rows, said, is_confidential=is_confidential),
    ]
    name = "overview-confidential" if is_confidential else "overview"
    return downloads.xlsx_response(found, title=_("Engagement report, %(period)s") % {"period": period}, name=name)
