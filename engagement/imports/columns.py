"""The columns of the home format: what the exports say of an engagement, what a file that comes home can change of it.

The tags stand in the hidden key row of the exported workbook and are the same in every language. They follow HXL
(https://hxlstandard.org), hashtag and attributes; which tag stands for which column is this product's choice.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.signs import labelled

from ..levels import NAMES, READERS

Words = str | Promise

KEEP_IT = _("For reading only: what you write here is not taken over.")


@dataclass(frozen=True, slots=True)
class HomeColumn:
    """One column: `name` in code, `tag` in the key row, `title` and `help` in the reader's language.

    `is_read` says whether an import takes it; the others are for the reader of the file only.
    """

    name: str
    tag: str
    title: Words
    help: Words = KEEP_IT
    is_read: bool = True


COLUMNS = (
    HomeColumn(
        "row",
        "#meta+id",
        _("Row"),
        _("Which engagement this is, and which version of it. Leave it as it is; empty makes a new one."),
    ),
    HomeColumn("cluster", "#sector+name", _("Cluster"), _("Choose it from the list.")),
    HomeColumn("country", "#country+name", _("Country"), is_read=False),
    HomeColumn(
        "started_on",
        "#date+occurred+start",
        _("Started on"),
        _(
            "A day like 2026-05-20. If only the month or the quarter is known, take its first day and say so under "
            "“Days exact to the”."
        ),
    ),
    HomeColumn("ended_on", "#date+occurred+end", _("Ended on"), _("Empty when it was one day.")),
    HomeColumn(
        "action_number",
        "#activity+code",
        _("No."),
        _("The number of the action, 1 to 12. One row for each action; 9 and 10 are always of level high."),
    ),
    HomeColumn(
        "action",
        "#activity+name",
        _("Actions taken from the list above"),
        _("The action in the words of the form. The number beside it is enough."),
    ),
    HomeColumn(
        "what_was_done",
        "#description+done",
        _("What did the cluster do under this action"),
        _("What, with whom, in which form. One paragraph is enough."),
    ),
    HomeColumn(
        "challenges",
        "#description+challenge",
        _("What challenges did the cluster face in taking this action"),
        _("What stood in the way: time, access, language, fear of reprisals, no reply."),
    ),
    HomeColumn("result", "#output+description", _("Result of the action"), _("What came of it so far.")),
    HomeColumn(
        "support_needed",
        "#need+description",
        _("Further support needed from HRE TT"),
        _("What the task team could do. Leave empty when nothing is needed."),
    ),
    HomeColumn("mode", "#modality", _("Mode"), _("How the cluster acted. Choose it from the list.")),
    HomeColumn(
        "partner",
        "#org+partner+name",
        _("Partner"),
        _("Through whom or with whom, unless the cluster acted directly. An organisation, never a person."),
    ),
    HomeColumn(
        "mandates",
        "#org+sp+name",
        _("Mandates"),
        _("Which mandates it concerned, by their short names, with commas between them: SR IDPs, SR Torture."),
    ),
    HomeColumn("item", "#event+name", _("Visit, call, report or event"), is_read=False),
    HomeColumn(
        "result_extent", "#output+extent", _("Extent of the result"), _("“None yet” is an honest result. Choose it.")
    ),
    HomeColumn(
        "status",
        "#status",
        _("Status"),
        _("Choose it from the list. To withdraw an engagement takes a reason, and is done on its page."),
    ),
    HomeColumn(
        "date_precision",
        "#date+precision",
        _("Days exact to the"),
        _("With “month” or “quarter”, the days stand for the whole month or quarter they are in."),
    ),
    HomeColumn("level", "#meta+sensitivity", _("Level"), _("How sensitive it is, which decides who can read it.")),
    HomeColumn("created_by", "#meta+author", _("Logged by"), is_read=False),
    HomeColumn("updated_at", "#date+reported", _("Last changed"), is_read=False),
    HomeColumn("record", "#meta+url", _("Record"), is_read=False),
)
"""In the order of the sheet *Log*. `row` holds `<id>:<version>` of the engagement as exported; empty for a new one."""

BY_TAG = {column.tag: column for column in COLUMNS}
BY_NAME = {column.name: column for column in COLUMNS}


def note_of(column: HomeColumn) -> str:
    """The note at the column's title in a workbook: its help; that of the level says who reads which."""
    lines = [str(column.help)]
    if column.name == "level":
        lines += [labelled(name, READERS[level]) for level, name in NAMES.items()]
    return "\n".join(lines)
