"""Excel workbooks, written as a stream: sheets of any length in little memory, and no cell that runs.

XlsxWriter draws everything around the cells (styles, page set-up, filters, drop-downs, notes, properties); the rows go
straight into the compressed file, which is what makes fifty thousand of them quick and keeps them off the disk in
the clear. The limits are Microsoft's, from "Excel specifications and limits": 1,048,576 rows, 32,767 characters in a
cell (Excel counts UTF-16 code units), 65,530 links on a sheet; 31 characters in a sheet's name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_col_to_name

MAX_ROWS = 1_048_576
MAX_UNITS = 32_767
MAX_LINKS = 65_530
MAX_URL = 2_079
MAX_XML = 1_900_000_000  # a part beyond 2 GiB needs ZIP64, which Excel is known to refuse
CHUNK = 1 << 18
FIRST_DAY = date(1900, 3, 1)  # Excel has a 29 February 1900, so its count is off before
DAY_ZERO = date(1899, 12, 30).toordinal()

_TOP = {"valign": "top"}
_BODY: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True},
    "number": {},
    "date": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm"},
    "link": {"text_wrap": True, "font_color": "#0563c1", "underline": 1},
}
_HEADER = {"text_wrap": True, "bold": True, "bg_color": "#0b4f5c", "font_color": "#ffffff", "border": 1}

# One character class, searched: the cheapest test for text that can be written as it stands.
_special = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]").search
_unwritable = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_escape_lookalike = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Excel repairs (that is, empties) a workbook with a link it can't parse; a name before "@" only misleads.
_web_address = re.compile(r"https?://[\w.-]+(:\d{1,5})?([/?#][\w\-.~%/:=&?#+!$,;@()*']*)?", re.I | re.A).fullmatch
_RELATIONSHIPS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `title` is what people read, `key` what an import reads; `width` in characters, at most 255.

    `kind` sets the look of empty cells and lets a `link` column make links from `(url, label)` pairs; any column
    takes any value. `note` pops up on the title. `choices` become a drop-down that refuses other entries.
    """

    key: str
    title: str
    width: float = 14
    kind: Literal["text", "date", "number", "link"] = "text"
    note: str = ""
    choices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a header, then `rows` in the order given, each as long as `columns`; they are read once.

    `totals` is a last row in bold, outside the filter. `freeze_columns` columns stay in view, as the header always
    does. `keys` puts the column keys into a hidden row above the header.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    totals: Sequence[Any] = ()
    freeze_columns: int = 0
    filtered: bool = True
    keys: bool = False
    hidden: bool = False


def write_workbook(
    target: BinaryIO | Path,
    sheets: Sequence[Sheet],
    *,
    title: str,
    author: str,
    created: datetime,
    right_to_left: bool = False,
) -> None:
    """Write `sheets` to `target`; the same rows and arguments give the same bytes.

    Cells may be None, str (lazy ones too), bool, int, float, Decimal, date, datetime (an aware one is shown in its own
    zone) or, in a link column, `(url, label)`; anything else is written as its `str()`. Text stays text whatever it
    begins with. A character that XML can't hold becomes U+FFFD, a carriage return a line feed. Days before March 1900
    are ISO text, numbers beyond Excel's 15 digits text. Only http and https addresses become links.

    Text too long for a cell goes on in a last sheet "Long texts"; memory grows with such text and, up to Excel's
    limit, with links, but not with rows. Rows past Excel's limit go on in a sheet "<title> (2)".

    `created` is aware, or naive UTC. Raises ValueError for a row of another length than the columns; what `rows`
    raises passes through. A Path is then removed, another target left half written.
    """
    if isinstance(target, Path):
        try:
            with target.open("wb") as file:
                write_workbook(file, sheets, title=title, author=author, created=created, right_to_left=right_to_left)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return
    created = created.astimezone(UTC).replace(tzinfo=None) if created.tzinfo else created
    properties = {"title": clean(title), "author": clean(author), "created": created}
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        _Book(archive, properties, right_to_left).write(sheets)


def clean(text: str) -> str:
    """Return `text` with line feeds only, and U+FFFD for each character that XML 1.0 (section 2.2) can't hold."""
    return _unwritable.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def sheet_name(title: str, taken: set[str]) -> str:
    r"""Return `title` as Excel allows it (31 units, none of `[]:*?/\`, not in `taken`) and add it to `taken`."""
    base = re.sub(r"[\[\]:*?/\\\n\t]", "-", clean(title)).strip("' ") or "Sheet"
    base = f"{base}_" if base.lower() == "history" else base  # Excel keeps this name for itself
    name, number = _cut(base, 31)[0].rstrip("' "), 1
    while name.lower() in taken:
        number += 1
        name = f"{_cut(base, 28 - len(str(number)))[0].rstrip()} ({number})"
    taken.add(name.lower())
    return name


def _cut(text: str, units: int) -> tuple[str, str]:
    """Split clean text after at most `units` UTF-16 code units, never inside a surrogate pair."""
    head = text[:units].encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")
    return head, text[len(head) :]


class _Look:
    """What comes between a cell's address and its value, for one set of styles: XML ready to be joined."""

    def __init__(self, styles: Sequence[str]) -> None:
        style = dict(zip(_BODY, styles, strict=True))
        self.text = f'" s="{style["text"]}" t="inlineStr"><is><t xml:space="preserve">'
        self.link = f'" s="{style["link"]}" t="inlineStr"><is><t xml:space="preserve">'
        self.flag = f'" s="{style["number"]}" t="b"><v>'
        self.number, self.date, self.moment = (f'" s="{style[kind]}"><v>' for kind in ("number", "date", "moment"))
        self.blank = {kind: f'" s="{style[kind]}"/>' for kind in style}


class _Part:
    """One sheet of the file: how many rows it has under the header, and the XML of its links."""

    def __init__(self, name: str, sheet: Sheet) -> None:
        self.name, self.sheet, self.rows = name, sheet, 0
        self.columns = [(f'<c r="{xl_col_to_name(index)}', column) for index, column in enumerate(sheet.columns)]
        self.links: list[str] = []
        self.targets: list[str] = []


class _Book:
    """A workbook in the making: its parts so far, and the text that found no room in them."""

    def __init__(self, archive: ZipFile, properties: dict[str, Any], right_to_left: bool) -> None:
        self.archive, self.properties, self.right_to_left = archive, properties, right_to_left
        self.parts: list[_Part] = []
        self.names: set[str] = set()
        self.ranges: dict[tuple[str, ...], str] = {}
        self.long_name = ""
        self.long_rows: list[tuple[str, int, str, int, str]] = []

    def write(self, sheets: Sequence[Sheet]) -> None:
        """Write every sheet, the ones they turn out to need, and what holds them together."""
        named = [(sheet_name(sheet.title, self.names), sheet) for sheet in sheets]
        self.long_name = sheet_name(_("Long texts"), self.names)
        lists = list(dict.fromkeys(tuple(c.choices) for sheet in sheets for c in sheet.columns if c.choices))
        if lists:  # on a sheet, because a list inside the rule ends at 255 characters and parts at commas
            name = sheet_name(_("Choices"), self.names)
            for index, choices in enumerate(lists):
                column = xl_col_to_name(index, True)
                self.ranges[choices] = f"={quote_sheetname(name)}!{column}$2:{column}${len(choices) + 1}"
            columns = [Column("", str(number)) for number, _choices in enumerate(lists, 1)]
            named.append((name, Sheet(name, columns, zip_longest(*lists), filtered=False, hidden=True)))
        for name, sheet in named:
            self._sheet(name, sheet)
        if self.long_rows:
            titles = (_("Sheet"), 24), (_("Row"), 8), (_("Column"), 24), (_("Part"), 8), (_("Text"), 100)
            columns = [Column("", title, width) for title, width in titles]
            self._sheet(self.long_name, Sheet(self.long_name, columns, self.long_rows))
        for path, content in self._frame().items():
            self._add(path, content)

    def _sheet(self, name: str, sheet: Sheet) -> None:
        rows: Iterator[Sequence[Any]] | None = iter(sheet.rows)
        while rows is not None:
            rows = self._part(_Part(name, sheet), rows)
            name = sheet_name(sheet.title, self.names) if rows else name

    def _part(self, part: _Part, rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]] | None:
        """Write rows until they or the sheet end; return those left over, or None."""
        self.parts.append(part)
        path, sheet, rest = f"xl/worksheets/sheet{len(self.parts)}.xml", part.sheet, None
        frame = self._frame()
        self._add("_rels/.rels", frame["_rels/.rels"])  # early: `file` and upload filters look at what comes first
        head, sample = frame[path].split("<sheetData>")
        styles = re.findall(r' s="(\d+)"', sample)
        header, body, total = _Look(styles[:1] * len(_BODY)), _Look(styles[1:6]), _Look(styles[6:11])
        # The dimension isn't known yet, and optional.
        lines = [re.sub("<dimension.*?/>", "", head), "<sheetData>"]
        top = 1 + sheet.keys
        if sheet.keys:
            lines.append(self._row(part, 1, [column.key for column in sheet.columns], body, ' hidden="1"'))
        lines.append(self._row(part, top, [str(column.title) for column in sheet.columns], header))
        number, last, size, written = top, MAX_ROWS - bool(sheet.totals), 0, 0
        with self.archive.open(path, "w") as out, ThreadPoolExecutor(1) as pool:
            # zlib works without the interpreter's lock: one chunk is compressed while the next is made.
            pending = pool.submit(out.write, b"")
            for row in rows:
                number += 1
                line = self._row(part, number, row, body)
                lines.append(line)
                size += len(line)
                if size > CHUNK:
                    written += pending.result()
                    pending = pool.submit(out.write, "".join(lines).encode())
                    lines, size = [], 0
                if number >= last or written > MAX_XML:
                    following = next(rows, None)
                    rest = None if following is None else chain([following], rows)
                    break
            part.rows = number - top
            if sheet.totals and rest is None:
                lines.append(self._row(part, number + 1, sheet.totals, total))
            tail = self._frame()[path].split("</sheetData>")[1]
            if part.links:
                tail = tail.replace("<pageMargins", f"<hyperlinks>{''.join(part.links)}</hyperlinks><pageMargins", 1)
            pending.result()
            out.write("".join([*lines, "</sheetData>", tail]).encode())
        if part.links:
            path = f"xl/worksheets/_rels/sheet{len(self.parts)}.xml.rels"
            relations = frame.get(path, f"{_RELATIONSHIPS}</Relationships>")
            self._add(path, relations.replace("</Relationships>", "".join([*part.targets, "</Relationships>"])))
            part.links, part.targets = [], []
        return rest

    def _row(self, part: _Part, number: int, row: Sequence[Any], look: _Look, attributes: str = "") -> str:
        """Return one row as XML; the types that fill a log come first, and without a call for each cell."""
        text, count, day = look.text, look.number, look.date
        cells = [f'<row r="{number}"{attributes}>']
        add = cells.append
        for (ref, column), value in zip(part.columns, row, strict=True):
            kind = type(value)
            if kind is str and value:
                if len(value) > MAX_UNITS // 2 or special(value) or "_x" in value:
                    value = self._text(value, part, number, column)
                add(f"{ref}{number}{text}{value}</t></is></c>")
            elif value is None or value == "":
                add(f"{ref}{number}{look.blank[column.kind]}")
            elif kind is int and -DIGITS < value < DIGITS:
                add(f"{ref}{number}{count}{value}</v></c>")
            elif kind is date and value >= FIRST_DAY:
                add(f"{ref}{number}{day}{value.toordinal() - DAY_ZERO}</v></c>")
            else:
                add(f"{ref}{number}{self._other(value, part, number, column, look)}")
        add("</row>")
        return "".join(cells)

    def _other(self, value: Any, part: _Part, number: int, column: Column, look: _Look) -> str:
        """Return the rest of a cell for the rarer values."""
        opening = look.text
        if isinstance(value, bool):
            return f"{look.flag}{value:d}</v></c>"
        if isinstance(value, datetime):
            value = value.replace(tzinfo=None)
            if value.date() >= FIRST_DAY:
                days = value.toordinal() - DAY_ZERO + (value - datetime.combine(value, time.min)) / timedelta(1)
                return f"{look.moment}{days!r}</v></c>"
            value = value.isoformat(" ")
        elif isinstance(value, int | float) and -DIGITS < value < DIGITS:  # not so for NaN and infinity
            return f"{look.number}{+value!r}</v></c>"
        elif isinstance(value, tuple) and column.kind == "link":
            address, value = value
            if self._link(str(address), part, number, column):
                opening, value = look.link, value or address
            elif address and address != value:
                value = f"{value} ({address})" if value else address
        return f"{opening}{self._text(value, part, number, column)}</t></is></c>"

    def _text(self, value: Any, part: _Part, number: int, column: Column) -> str:
        """Return text as the inside of `<t>`, and keep what a cell can't hold for the last sheet."""
        text = clean(value)
        if len(text) > MAX_UNITS // 2 and _cut(text, MAX_UNITS)[1]:
            place = {"sheet": self.long_name, "row": len(self.long_rows) + 2}
            marker = _("… [continues on sheet “%(sheet)s”, row %(row)d]") % place
            text, rest = _cut(text, MAX_UNITS - len(marker.encode("utf-16-le")) // 2)
            text, piece = text + marker, 0
            while rest:
                chunk, rest = _cut(rest, MAX_UNITS)
                self.long_rows.append((part.name, number, str(column.title), piece := piece + 1, chunk))
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        # Excel decodes `_x0041_` to "A" (ISO 29500-1, 22.9.2.19), so such text is divided over two runs.
        return _escape_lookalike.sub('_</t></r><r><t xml:space="preserve">', text)

    def _link(self, address: str, part: _Part, number: int, column: Column) -> bool:
        """Add a link to `address` if Excel will take it."""
        if not _web_address(address):
            address = quote(address, safe="%/:=&?~#+!$,;'@()*", errors="replace")
        if not _web_address(address) or len(address) > MAX_URL or len(part.links) == MAX_LINKS:
            return False
        ...
