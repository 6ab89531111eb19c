"""Which column a title of a file means: its name, what pages of OHCHR and people call it, or what somebody said."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import override

from config.marked import REMARKS
from config.spreadsheets import Cell, Row, Table, text_of

from ..dates import write_period
from ..day_spans import read_span
from ..day_words import fold
from ..models.country import LANGUAGES_OF_NAMES

if TYPE_CHECKING:
    from .base import ReferenceResource

LEFT_OUT = "-"
"""What somebody says of a column that is not to be read."""


def arranged(table: Table, resource: "type[ReferenceResource]", said: Mapping[str, str]) -> Table:
    """`table` under the names of the columns of `resource`, as far as its titles are understood.

    `said` maps titles, as the table has them, to names or LEFT_OUT. Days "from – to" under `starts` are divided.
    """
    known = _known(resource)
    taken = set(table.titles) & resource.fields.keys()
    titles = []
    for title in table.titles:
        name = said.get(title, title if title in resource.fields else known.get(fold(title), ""))
        if name == LEFT_OUT:
            name = ""
        elif not name or (name != title and title not in said and name in taken):
            name = title
        taken.add(name)
        titles.append(name)
    return _divided(replace(table, titles=tuple(titles), own=len(titles)), resource)


def unknown_titles(table: Table, resource: "type[ReferenceResource]") -> list[str]:
    """The titles of an arranged table that name no column."""
    return [title for title in dict.fromkeys(table.titles) if title and title not in resource.fields]


def _known(resource: "type[ReferenceResource]") -> dict[str, str]:
    """Each folded title by which a column is known besides its name."""
    fields = {field.name: field for field in resource._meta.model._meta.get_fields()}
    found = {fold(title): name for name, titles in resource.called.items() for title in titles}
    for name, column in resource.fields.items():
        labels = [name.replace("_", " ")]
        for language in LANGUAGES_OF_NAMES:
            with override(language):
                labels.append(str(getattr(fields.get(column.attribute), "verbose_name", "")))
        for label in labels:
            found.setdefault(fold(label), name)
    for language in LANGUAGES_OF_NAMES:
        with override(language):
            found[fold(str(REMARKS))] = LEFT_OUT
    return found


def _divided(table: Table, resource: "type[ReferenceResource]") -> Table:
    """The table with a column `ends` of its own, where days "from – to" stand under `starts` and there is none."""
    if "starts" not in table.titles or "ends" in table.titles or "ends" not in resource.fields:
        return table
    place, rows, found = table.titles.index("starts"), list[Row](), False
    for row in table.rows:
        first, last = _from_to(row.cells[place])
        found = found or first != last
        rows.append(Row(row.number, (*row.cells[:place], first, *row.cells[place + 1 :], last)))
    return replace(table, titles=(*table.titles, "ends"), rows=rows) if found else table


def _from_to(cell: Cell) -> tuple[Cell, Cell]:
    """The first and the last period that a cell says; what is no date stands under the first, where it is a fault."""
    if not isinstance(cell, str):
        return cell, cell
    try:
        first, last = read_span(text_of(cell))
    except ValueError:
        return cell, None
    return write_period(first.first, first.precision), write_period(last.first, last.precision)
