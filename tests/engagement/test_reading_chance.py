"""What chance makes of files: no text is lost, and a damaged file is read or refused and nothing else."""

import random
import re

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from config.csv_text import csv_lines
from engagement.imports.lines import clean
from engagement.imports.reading import read, read_in_child
from engagement.imports.table import Refused
from engagement.imports.wording import is_ditto

from ..workbooks import packed, parts_of, saved
from .odd_files import FORM, ODD_FILES
from .odd_files.word import document, p, r, tbl, tc, tr

# -- No text is lost ---------------------------------------------------------------------------------

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"), include_characters="\n\t")
TEXTS = st.one_of(
    st.text(LETTERS, max_size=30),
    st.sampled_from(["", "idem", '"', "Total", "Subtotal", "12", "#REF!", "=1+1", "9, 10", "#meta+id", "#activity+code",
                     "Result of the action", "Action", "Date", "Q2 2026", " x ", "'"]),
)  # fmt: skip
TABLES = st.lists(st.lists(TEXTS, min_size=1, max_size=7), min_size=1, max_size=6)


def as_workbook(rows, merged):
    """A workbook; the cell under another may be merged with it, which empties it."""
    book = Workbook()
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            if text:
                cell = book.active.cell(number, column)
                cell.value, cell.data_type = text, "s"
    if merged:
        rows[3:4] = [["", *row[1:]] for row in rows[3:4]]
        book.active.merge_cells("A3:A4")
    return saved(book)


def as_document(rows, merged):
    """A Word document; some cells may be merged with those below."""

    def cell(text, row, column):
        down = {2: "restart", 3: "continue"}.get(row, "") if merged and column == 0 else ""
        return tc(*[p(r(line)) for line in text.split("\n")], down=down)

    return document(tbl(*[tr(*[cell(text, *at) for at, text in numbered(n, row)]) for n, row in enumerate(rows)]))


def numbered(row, cells):
    return [((row, column), text) for column, text in enumerate(cells)]


def as_csv(rows, merged):
    """CSV as our export writes it, or in the encoding and with the separator of another country."""
    return "".join(csv_lines(rows)).encode("utf-16" if merged else "utf-8")


WRITERS = {"xlsx": as_workbook, "docx": as_document, "csv": as_csv}


def outcome(data, reader=read):
    """What was read, or the sentence why it was not; any other error passes through."""
    try:
        return reader(data, "log")
    except Refused as refused:
        return str(refused)


def told(file):
    """Every text that reading hands on, and the texts of what is unread as one."""
    cells = {text for table in file.tables for row in table.rows for text in row.values.values()}
    cells |= {header.text for table in file.tables for header in table.headers}
    return cells, "\n".join(text for _place, _what, text in file.unread)


@pytest.mark.soak
@pytest.mark.parametrize("kind", WRITERS)
@given(rows=TABLES, has_titles=st.booleans(), merged=st.booleans())
def test_the_text_of_every_cell_is_read_or_named(kind, rows, has_titles, merged):
    """In rows, in titles, or as unread; only keys go, and words that say "as above" give way to what stands above."""
    # Without known titles nothing tells a tab that divides cells from one in a cell.
    rows = [list(FORM), *rows] if has_titles or kind == "csv" else list(rows)
    file = outcome(WRITERS[kind](rows, merged))
    if isinstance(file, str):
        assert list(FORM) not in rows
        return
    cells, unread = told(file)
    filled = {(row.place.row, letter) for table in file.tables for row in table.rows for letter in row.filled}
    for number, row in enumerate(rows, 1):
        if all(text.startswith("#") for text in row if text.strip()):
            continue
        for letter, text in zip("ABCDEFG", row, strict=False):
            text = clean(text)
            if text.strip() and not ((number, letter) in filled and is_ditto(text)):
                assert text in cells or text in unread, (number, letter, text)


# -- Damage ------------------------------------------------------------------------------------------

PACKAGES = {name: odd.data for name, odd in ODD_FILES.items() if not name.endswith(".csv")}
VALUES = (b"", b"-1", b"0", b"x", b"999999999999", b"1e400", b"A0", b"XFE1048577", b"\xff", b"../x", b"true")


def damaged(chance):
    """One of the odd files with one kind of damage."""
    damage = chance.choice((flipped, cut, without_a_part, with_anothers_part, with_changed_xml, with_changed_xml))
    return damage(PACKAGES[chance.choice(list(PACKAGES))], chance)


def flipped(data, chance):
    changed = bytearray(data)
    for _time in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data, chance):
    return data[: chance.randrange(len(data))] + data[chance.randrange(len(data)) :] * chance.randint(0, 1)


def without_a_part(data, chance):
    parts = parts_of(data)
    del parts[chance.choice(list(parts))]
    return packed(parts)


def with_anothers_part(data, chance):
    parts, others = parts_of(data), parts_of(PACKAGES[chance.choice(list(PACKAGES))])
    parts[chance.choice(list(parts))] = others[chance.choice(list(others))]
    return packed(parts)


def with_changed_xml(data, chance):
    """The archive stays sound, so that the damage reaches the parser and what comes after it."""
    parts = parts_of(data)
    name = chance.choice([part for part in parts if part.endswith((".xml", ".rels"))])
    for _time in range(chance.randint(1, 4)):
        xml = parts[name]
        pieces = list(re.finditer(chance.choice((rb'(?<=")[^"<>]*(?=")', rb"<[^>]+>", rb"(?<=>)[^<]+")), xml))
        if pieces:
            piece = chance.choice(pieces)
            new = chance.choice((*VALUES, piece[0] * 2, chance.choice(pieces)[0]))
            parts[name] = xml[: piece.start()] + new + xml[piece.end() :]
    return packed(parts)


@pytest.mark.soak
def test_a_damaged_file_is_read_or_refused(request):
    """Whatever the damage, a table or a sentence, in little memory; the same 200 files in every run."""
    resource = pytest.importorskip("resource")
    times = 10_000 if request.config.getoption("--soak") else 200
    chance = random.Random(20261125)  # noqa: S311 — a seed
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = {"read": 0, "refused": 0}
    for _time in range(times):
        said = outcome(damaged(chance))
        assert said
        outcomes["refused" if isinstance(said, str) else "read"] += 1
    assert min(outcomes.values()) > times // 10, outcomes
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


@pytest.mark.soak
def test_a_child_reads_or_refuses_a_damaged_file_alike(request):
    """As views do it."""
    chance = random.Random(20261126)  # noqa: S311 — a seed
    for _time in range(300 if request.config.getoption("--soak") else 1):
        data = damaged(chance)
        assert outcome(data, read_in_child) == outcome(data)


@pytest.mark.soak
@given(st.binary(max_size=300), st.sampled_from(["en", "ar"]))
def test_any_bytes_are_read_or_refused(data, language):
    """Nothing that anybody can hand in raises another error."""
    with override(language):
        assert outcome(data)
