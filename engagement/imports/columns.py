"""The columns of the home format: what a file that comes home can say of an engagement, and how its header says so.

The tags stand in the hidden key row of the exported workbook and are the same in every language. They follow HXL
(https://hxlstandard.org), hashtag and attributes; which tag stands for which column is this product's choice.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class HomeColumn:
    """One column: `name` as in `EngagementResource`, `tag` of the key row, `title` in the reader's language.

    `is_read` says whether an import takes it; the others are for the reader of the file only.
    """

    name: str
    tag: str
    title: str | Promise
    is_read: bool = True


COLUMNS = (
    HomeColumn("row", "#meta+id", _("Row")),
    HomeColumn("cluster", "#sector+name", _("Cluster")),
    HomeColumn("country", "#country+name", _("Country"), is_read=False),
    HomeColumn("started_on", "#date+occurred+start", _("Started on")),
    HomeColumn("ended_on", "#date+occurred+end", _("Ended on")),
    HomeColumn("action_number", "#activity+code", _("No.")),
    HomeColumn("action", "#activity+name", _("Actions taken from the list above")),
    HomeColumn("what_was_done", "#description+done", _("What did the cluster do under this action")),
    HomeColumn("challenges", "#description+challenge", _("What challenges did the cluster face in taking this action")),
    HomeColumn("result", "#output+description", _("Result of the action")),
    HomeColumn("support_needed", "#need+description", _("Further support needed from HRE TT")),
    HomeColumn("mode", "#modality", _("Mode")),
    HomeColumn("partner", "#org+partner+name", _("Partner")),
    HomeColumn("mandates", "#org+sp+name", _("Mandates")),
    HomeColumn("item", "#event+name", _("Visit, call, report or event"), is_read=False),
    HomeColumn("result_extent", "#output+extent", _("Extent of the result")),
    HomeColumn("status", "#status", _("Status")),
    HomeColumn("date_precision", "#date+precision", _("Days exact to the")),
    HomeColumn("level", "#meta+sensitivity", _("Level")),
    HomeColumn("created_by", "#meta+author", _("Logged by"), is_read=False),
    HomeColumn("updated_at", "#date+reported", _("Last changed"), is_read=False),
    HomeColumn("record", "#meta+url", _("Record"), is_read=False),
)
"""In the order of the sheet *Log*. `row` holds `<id>:<version>` of the engagement as exported; empty for a new one."""

BY_TAG = {column.tag: column for column in COLUMNS}
BY_NAME = {column.name: column for column in COLUMNS}
