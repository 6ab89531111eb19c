"""The records of an export of the Index, one after the other: the file is never held, whatever its size."""

import codecs
import json
import re
from collections.abc import Iterator
from io import SEEK_END
from typing import IO, Any, Protocol

from django.utils.translation import gettext as _

from config.packages import UnreadableFile
from config.spreadsheets import OLE, locked_or_old

from .records import NEEDED, field_of
from .workbook import MAX_UNPACKED, WorkbookRecords

CHUNK = 1 << 18
MAX_RECORD = 4_000_000  # characters of one record in JSON
_SPACE = re.compile(r"[ \t\r\n]*")


class Records(Protocol):
    """`(number, raw values by column)` of each record; `share` is how much of the file is read, from 0 to 1."""

    share: float
    is_of_mac: bool

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]: ...


def records_in(file: IO[bytes], *, max_unpacked: int = MAX_UNPACKED) -> Records:
    """The records of a file that can be rewound, Excel or JSON by what is in it; a workbook may unpack to that many
    bytes.

    Raises UnreadableFile at once for what is neither, and while it is read for what is broken.
    """
    beginning = file.read(64)
    file.seek(0)
    if beginning.startswith(b"PK"):
        return WorkbookRecords(file, max_unpacked)
    if beginning.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"[", b"{"):
        return JsonRecords(file)
    if beginning.startswith(OLE):
        raise locked_or_old(iter(lambda: file.read(CHUNK), b""))
    if not beginning:
        raise UnreadableFile(_("The file is empty."))
    raise UnreadableFile(
        _("This is no export of the Universal Human Rights Index: it is neither an Excel workbook (.xlsx) nor JSON.")
    )


class JsonRecords:
    """The objects of one JSON array, parsed one by one by Python's own decoder out of a small window of the file."""

    is_of_mac = False

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.share = file, 0.0
        self.size = file.seek(0, SEEK_END)
        file.seek(0)
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.window, self.at, self.number = "", 0, 0

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        if self._next_mark() != "[":
            raise UnreadableFile(_("This is no export of the Universal Human Rights Index: it is not one JSON array."))
        self.at += 1
        while (mark := self._next_mark()) != "]":
            if self.number:
                if mark != ",":
                    raise self._broken()
                self.at += 1
                self._next_mark()
            found = self._record()
            self.number += 1
            yield self.number, found
        self.share = 1.0

    def _record(self) -> dict[str, Any]:
        while True:
            try:
                found, self.at = json.JSONDecoder().raw_decode(self.window, self.at)
            except RecursionError:
                raise self._broken() from None
            except ValueError:  # cut off by the end of the window, or broken
                if len(self.window) - self.at > MAX_RECORD or not self._more():
                    raise self._broken() from None
            else:
                break
        raw = {field_of(name): value for name, value in found.items()} if isinstance(found, dict) else {}
        if not self.number and (missing := [name for name in NEEDED if name not in raw]):
            raise UnreadableFile(
                _("This is no export of the Universal Human Rights Index: its records lack %(columns)s.")
                % {"columns": ", ".join(missing)}
            )
        return raw

    def _next_mark(self) -> str:
        """The next character that is no space; "" at the end of the file."""
        while True:
            match: Any = _SPACE.match(self.window, self.at)
            self.at = match.end()
            if self.at < len(self.window):
                return self.window[self.at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Move the window on; whether the file had more."""
        chunk = self.file.read(CHUNK)
        try:
            self.window = self.window[self.at :] + self.decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            raise self._broken() from None
        self.at = 0
        self.share = self.file.tell() / (self.size or 1)
        return bool(chunk)

    def _broken(self) -> UnreadableFile:
        return UnreadableFile(
            _("The file is damaged or was cut off: it cannot be read after record %(number)d. Download it again.")
            % {"number": self.number}
        )
