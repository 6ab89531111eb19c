"""Which column of a file holds what: as the reader of the file recognised it, or as a person has said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import override

from config.marked import REMARKS
from mandates.day_words import fold

from .columns import BY_NAME
from .table import Header, ReadFile, Table

LEFT_OUT = "-"
"""What a person says of a column that is not to be read."""


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A table with what each column letter holds: `names` by letter, of columns that are read."""

    number: int
    table: Table
    names: dict[str, str]


def key_of(number: int, header: Header) -> str:
    """A column of the file as forms and `ImportBatch.columns` name it: "0:C"."""
    return f"{number}:{header.letter}"


def columns_of(read: ReadFile) -> Iterator[tuple[str, Table, Header]]:
    """(key, table, header) of each column that holds anything."""
    for number, table in enumerate(read.tables):
        filled = {letter for row in table.rows for letter, value in row.values.items() if value not in (None, "")}
        for header in table.headers:
            if header.letter in filled and not _is_of_ours(header):
                yield key_of(number, header), table, header


def undecided(read: ReadFile, said: Mapping[str, str]) -> list[str]:
    """The keys of columns of which nobody knows yet what they hold."""
    return [key for key, _table, header in columns_of(read) if not header.name and key not in said]


def mapped(read: ReadFile, said: Mapping[str, str]) -> list[MappedTable]:
    """The tables with what `said` (key → name or LEFT_OUT) and the reader know of their columns."""
    found = []
    for number, table in enumerate(read.tables):
        held = {header.letter: said.get(key_of(number, header), header.name) for header in table.headers}
        read_ones = {letter: name for letter, name in held.items() if name in BY_NAME and BY_NAME[name].is_read}
        found.append(MappedTable(number, table, read_ones))
    return found


def left_out(read: ReadFile, said: Mapping[str, str]) -> list[tuple[Table, Header]]:
    """The columns with something in them of which nothing is taken; not those that an export has for reading only."""
    found = []
    for key, table, header in columns_of(read):
        held = said.get(key, header.name)
        if held not in BY_NAME or (held != header.name and not BY_NAME[held].is_read):
            found.append((table, header))
    return found


def _is_of_ours(header: Header) -> bool:
    text = fold(header.text)
    for language in ("en", "fr", "es", "ar"):
        with override(language):
            if text == fold(str(REMARKS)):
                return True
    return False
