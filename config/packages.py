"""Office files that people hand in (.xlsx, .docx), unpacked and inspected before a parser builds anything from them.

They are ZIP archives of XML parts (ECMA-376 part 2). A few kilobytes can unpack to gigabytes, declare 17 billion cells
or define entities without end; defusedxml looks at the last of these only. What is wrong becomes one `UnreadableFile`
with a sentence for the person who handed the file in.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any, ClassVar
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from . import limits

_XML = (".xml", ".rels")


class UnreadableFile(Exception):
    """Why a file cannot be read and how to mend it: `str()` is a sentence in the active language."""


class PartScan:
    """Walks through a part: no document type, no elements without end. What is no XML passes, unless it must be.

    Subclasses look closer at elements (`start`, `end`; tags without namespace). `lets_go_at` are tags at which the
    reader lets go of what it held; `weight` is what one attribute counts beside its element.
    """

    lets_go_at: ClassVar[frozenset[str]] = frozenset()
    max_held: ClassVar[int] = limits.MAX_TREE
    weight: ClassVar[int] = 2

    def __init__(self, part: ZipInfo, elements: int) -> None:
        self.must_be_xml = part.filename.lower().endswith(_XML)
        self.parser: Any = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.elements, self.held, self.depth, self.silent = elements, 0, 0, 0

    def feed(self, chunk: bytes, is_last: bool = False) -> None:
        """Look at the next bytes of the part. Raises UnreadableFile, or ExpatError where XML is broken."""
        if self.parser is None:
            return
        self.silent += len(chunk)
        if self.silent > limits.MAX_TAG:
            # Expat looks at a tag that goes on and on anew from its start with each chunk.
            if self.must_be_xml:
                raise _too_complicated()
            self.parser = None
            return
        try:
            self.parser.Parse(chunk, is_last)
        except expat.ExpatError:
            if self.must_be_xml:
                raise
            self.parser = None  # a picture, or a drawing that Excel itself writes badly

    def close(self) -> bool:
        """End the part; whether it is XML from end to end."""
        self.feed(b"", True)
        is_xml = self.parser is not None
        self.parser = None  # which points back here: only the garbage collector would find the two
        return is_xml

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def _doctype(self, *args: Any) -> None:
        raise UnreadableFile(_("The file holds a document type, which no Office file has: open it, and save it anew."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self.depth += 1
        self.elements += 1
        self.silent = 0
        self.held = 0 if tag in self.lets_go_at else self.held + 1 + self.weight * len(attributes)
        if self.held > self.max_held or self.elements > limits.MAX_ELEMENTS or self.depth > limits.MAX_DEPTH:
            raise _too_complicated()
        self.start(tag, attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.end(name.rpartition(" ")[2])


def inspect(archive: ZipFile, *, saved_as: str, scan: type[PartScan] = PartScan) -> frozenset[str]:
    """Unpack every part, keeping none of it; the names of those that are XML from end to end.

    `saved_as` is the format to recommend (".xlsx"). Raises UnreadableFile for what is too much or does not belong into
    a table; BadZipFile, ExpatError and others for what is broken.
    """
    parts = inspect_directory(archive, saved_as)
    sound = set()
    unpacked = elements = 0
    for part in parts:
        look = scan(part, elements)
        with archive.open(part) as stream:
            # What a part declares as its size may be a lie; what comes out of it is not.
            while chunk := stream.read(1 << 16):
                unpacked += len(chunk)
                if unpacked > limits.MAX_UNPACKED:
                    raise too_much_inside(limits.MAX_UNPACKED)
                look.feed(chunk)
        if look.close():
            sound.add(part.filename)
        elements = look.elements
    return frozenset(sound)


def inspect_directory(archive: ZipFile, saved_as: str, *, max_unpacked: int = limits.MAX_UNPACKED) -> list[ZipInfo]:
    """The parts, once what their list tells has been looked at, before any is unpacked. Raises as `inspect`."""
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise UnreadableFile(
            _("The file holds macros: save it as %(extension)s, which has none.") % {"extension": saved_as}
        )
    if len(parts) > limits.MAX_PARTS:
        raise UnreadableFile(_("The file has too many parts: copy the table into a new one."))
    if len(set(names)) < len(names):
        raise BadZipFile("a part comes twice")
    if any(name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") for name in names):
        raise BadZipFile("a part wants to lie elsewhere")
    if sum(part.file_size for part in parts) > max_unpacked:
        raise too_much_inside(max_unpacked)
    if sum(part.compress_size for part in parts) > archive.start_dir:
        raise BadZipFile("parts share their bytes")
    for part in parts:
        if part.flag_bits & 1:
            raise UnreadableFile(
                _("The file is protected by a password: save it as %(extension)s without one.")
                % {"extension": saved_as}
            )
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile("a way of packing that no Office file uses")
        if part.filename.lower().endswith(_XML) and part.file_size > 1_000_000 + limits.MAX_RATIO * part.compress_size:
            raise _too_complicated()
    return parts


def _too_complicated() -> UnreadableFile:
    return UnreadableFile(_("The file is too complicated: copy the table into a new one."))


def too_much_inside(max_unpacked: int) -> UnreadableFile:
    limit = max_unpacked // 1_000_000
    return UnreadableFile(
        _("Unpacked, the file is larger than %(limit)d MB: copy the table into a new one.") % {"limit": limit}
    )


class Package:
    """An Office file that passed `inspect`: its parts as XML, and which part points to which.

    The parts are parsed by expat, as they were when they were inspected: what the one has not seen, the other cannot
    meet. A part that is no XML, or not there, raises KeyError; one without an entry in the directory has no relations.
    """

    def __init__(self, content: bytes, *, saved_as: str, scan: type[PartScan] = PartScan) -> None:
        """Unpack and inspect `content`. Raises UnreadableFile, and others for what is broken (see `inspect`)."""
        self.archive = ZipFile(BytesIO(content))
        self.sound = inspect(self.archive, saved_as=saved_as, scan=scan)

    def xml(self, part: str) -> Element:
        """A whole part as a tree."""
        if part not in self.sound:
            raise KeyError(part)
        return ElementTree.fromstring(self.archive.read(part))  # noqa: S314 — inspected: no document type, no bomb

    def elements(self, part: str, tags: Iterable[str]) -> Iterator[Element]:
        """The elements of a part with these tags, one after the other; each is gone when the next is asked for."""
        if part not in self.sound:
            raise KeyError(part)
        wanted = frozenset(tags)
        open_elements: list[Element] = []
        with self.archive.open(part) as stream:
            for event, element in ElementTree.iterparse(stream, events=("start", "end")):  # noqa: S314 — as above
                if event == "start":
                    open_elements.append(element)
                    continue
                open_elements.pop()
                if element.tag in wanted:
                    yield element
                    element.clear()
                    if open_elements:
                        del open_elements[-1][:]

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """{id: (last word of the type, name of the part)} of what `part` points to inside the file."""
        folder = dirname(part)
        try:
            root = self.xml(join(folder, "_rels", f"{part.rpartition('/')[2]}.rels"))
        except KeyError:
            return {}
        found = {}
        for relation in root:
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External":
                name = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], name)
        return found
