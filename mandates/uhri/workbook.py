"""The rows of the Index's workbook, as a stream.

Expat walks through the parts as they are unpacked. Texts that a workbook keeps aside (shared strings) wait in a
temporary file, since they are most of it; nothing grows with the number of rows but eight bytes for each such text.
"""

import tempfile
from array import array
from collections.abc import Iterator
from functools import lru_cache
from posixpath import join, normpath
from typing import IO, Any
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from django.utils.translation import gettext as _

from config.limits import MAX_COLUMNS, MAX_DEPTH
from config.packages import PartScan, UnreadableFile, inspect_directory, too_much_inside

from .records import NEEDED, field_of

CHUNK = 1 << 16
MAX_UNPACKED = 4_000_000_000  # the whole Index takes less than a gigabyte
MAX_CHARACTERS = 200_000  # of one text
_SMALL = 4_000_000  # bytes of the parts that say where the others are
_BROKEN = (BadZipFile, ExpatError, EOFError, ZlibError, KeyError, IndexError, ValueError, NotImplementedError)


class _Walk(PartScan):
    """Goes through a part of any length; `text` gathers what stands in elements of `texts`."""

    texts: tuple[str, ...] = ()

    def __init__(self, part: ZipInfo) -> None:
        super().__init__(part, 0)
        self.must_be_xml = True
        self.text: list[str] = []
        self.reads, self.length = False, 0
        self.parser.buffer_text = True
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.silent = 0
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError("elements in elements without end")
        tag = name.rpartition(" ")[2]
        self.reads = tag in self.texts
        self.start(tag, attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.reads = False
        self.end(name.rpartition(" ")[2])

    def _characters(self, text: str) -> None:
        if self.reads:
            self.text.append(text)
            self.length += len(text)
            if self.length > MAX_CHARACTERS:
                raise UnreadableFile(
                    _("A text in the file is longer than %(limit)d characters.") % {"limit": MAX_CHARACTERS}
                )

    def take(self) -> str:
        text = "".join(self.text)
        self.text.clear()
        self.length = 0
        return text


class _Parts(_Walk):
    """The first sheet of the workbook, and where its relations lead."""

    def __init__(self, part: ZipInfo) -> None:
        super().__init__(part)
        self.sheet, self.is_of_mac = "", False
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet" and not self.sheet:
            self.sheet = next((value for name, value in attributes.items() if name.endswith(" id")), "")
        elif tag == "workbookPr":
            self.is_of_mac = attributes.get("date1904") in ("1", "true")
        elif tag == "Relationship":
            target = attributes.get("Target", "")
            name = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            self.targets[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], name)


class _Strings(_Walk):
    """Writes each shared text to a file; `text_of` reads one back."""

    texts = ("t",)

    def __init__(self, part: ZipInfo, file: IO[bytes]) -> None:
        super().__init__(part)
        self.file, self.ends, self.aside = file, array("Q", [0]), 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "rPh":  # how it is pronounced
            self.aside += 1
        self.reads = self.reads and not self.aside

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self.aside -= 1
        elif tag == "si":
            text = self.take().encode("utf-8", "replace")
            self.file.write(text)
            self.ends.append(self.ends[-1] + len(text))

    def text_of(self, number: int) -> str:
        if not 0 <= number < len(self.ends) - 1:
            raise IndexError("no such text")
        self.file.seek(self.ends[number])
        return self.file.read(self.ends[number + 1] - self.ends[number]).decode()


class _Rows(_Walk):
    """Gathers the rows that are complete in `rows`: (number, {place of the column: text})."""

    texts = ("v", "t")

    def __init__(self, part: ZipInfo, text_of: Any) -> None:
        super().__init__(part)
        self.text_of = text_of
        self.rows: list[tuple[int, dict[int, str]]] = []
        self.number, self.column, self.kind = 0, -1, ""
        self.cells: dict[int, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.kind = attributes.get("t", "n")
            place = attributes.get("r")
            self.column = column_of(place) if place else self.column + 1
        elif tag == "row":
            self.number = int(attributes.get("r", self.number + 1))
            self.cells, self.column = {}, -1

    def end(self, tag: str) -> None:
        if tag == "c":
            text = self.take()
            if text and 0 <= self.column < MAX_COLUMNS:
                self.cells[self.column] = self.text_of(int(text)) if self.kind == "s" else text
        elif tag == "row" and self.cells:
            self.rows.append((self.number, self.cells))


def column_of(place: str) -> int:
    """The place of a cell's column, counted from 0: 1 of "B7"."""
    column = 0
    for letter in place:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter) - 64
    return column - 1


class WorkbookRecords:
    """The records in the first sheet of a workbook, under the titles in its first row that holds anything."""

    def __init__(self, file: IO[bytes], max_unpacked: int = MAX_UNPACKED) -> None:
        self.file, self.share, self.is_of_mac, self.max_unpacked = file, 0.0, False, max_unpacked
        self.unpacked, self.expected = 0, 1

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        try:
            with ZipFile(self.file) as archive, tempfile.TemporaryFile() as aside:
                parts = {
                    part.filename: part for part in inspect_directory(archive, ".xlsx", max_unpacked=self.max_unpacked)
                }
                if "xl/workbook.xml" not in parts:
                    raise UnreadableFile(_("This is no Excel workbook (.xlsx)."))
                yield from self._records(archive, parts, aside)
        except UnreadableFile:
            raise
        except _BROKEN as error:
            raise UnreadableFile(_("The workbook is damaged: download it again.")) from error

    def _records(
        self, archive: ZipFile, parts: dict[str, ZipInfo], aside: IO[bytes]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        book = self._whole(archive, _Parts(parts["xl/workbook.xml"]), parts["xl/workbook.xml"])
        relations = parts["xl/_rels/workbook.xml.rels"]
        targets = self._whole(archive, _Parts(relations), relations).targets
        self.is_of_mac = book.is_of_mac
        sheet = parts[targets[book.sheet][1]]
        shared = next((parts[name] for kind, name in targets.values() if kind == "sharedStrings"), None)
        self.expected = sheet.file_size + (shared.file_size if shared else 0)
        self.unpacked = 0
        text_of: Any = None
        if shared:
            strings = _Strings(shared, aside)
            for _chunk in self._fed(archive, strings, shared):
                pass
            # Countries, bodies and themes come over and over.
            text_of = lru_cache(maxsize=2_000)(strings.text_of)
        titles: dict[int, str] = {}
        walk = _Rows(sheet, text_of)
        for _chunk in self._fed(archive, walk, sheet):
            for number, cells in walk.rows:
                if titles:
                    yield number, {titles[place]: text for place, text in cells.items() if place in titles}
                else:
                    titles = columns_of(cells)
            walk.rows.clear()
        if not titles:
            raise UnreadableFile(_("The workbook is empty."))

    def _whole(self, archive: ZipFile, walk: Any, part: ZipInfo) -> Any:
        if part.file_size > _SMALL:
            raise BadZipFile("the list of sheets has no end")
        for _chunk in self._fed(archive, walk, part):
            pass
        return walk

    def _fed(self, archive: ZipFile, walk: _Walk, part: ZipInfo) -> Iterator[None]:
        """Let `walk` go through the part, with a stop after each chunk."""
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                self.unpacked += len(chunk)
                if self.unpacked > self.max_unpacked:
                    raise too_much_inside(self.max_unpacked)
                self.share = min(self.unpacked / self.expected, 1.0)
                walk.feed(chunk)
                yield
        walk.close()
        yield


def columns_of(cells: dict[int, str]) -> dict[int, str]:
    """{place: column} of the titles that are known. Raises UnreadableFile when needed ones are missing."""
    titles = {place: name for place, title in cells.items() if (name := field_of(title))}
    missing = [name for name in NEEDED if name not in titles.values()]
    if missing:
        raise UnreadableFile(
            _("This is no export of the Universal Human Rights Index: its first row has no title for %(columns)s.")
            % {"columns": ", ".join(missing)}
        )
    return titles
