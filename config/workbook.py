"""Excel workbooks, written as a stream: sheets of any length in little memory, and no cell that runs.

XlsxWriter draws what is around the cells (styles, page set-up, filters, drop-downs, notes, properties). The
rows go straight into the compressed file: that makes fifty thousand of them quick, and none is on disk in
the clear. Limits are Microsoft's ("Excel specifications and limits"): 1,048,576 rows, 32,767 characters in
a cell (counted as UTF-16 code units), 65,530 links on a sheet, 31 characters in a sheet's name.
"""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import chain, zip_longest
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import Any, BinaryIO, Literal
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range

MAX_ROWS = 1_048_576
MAX_UNITS = 32_767
MAX_LINKS = 65_530
MAX_URL = 2_079
MAX_XML = 1_900_000_000  # a file beyond 2 GiB inside the archive needs ZIP64, which Excel may refuse
PIECE = 6 << 20  # bytes; the thread that compresses waits for the lock some six times in each, up to 5 ms
DIGITS = 10**15  # Excel rounds what is longer
FIRST_DAY = date(1900, 3, 1)  # Excel believes in 29 February 1900, so its earlier days are off by one
DAY_ZERO = date(1899, 12, 30).toordinal()

_LINES = {"valign": "top", "text_wrap": True}
_HEADER = {**_LINES, "bold": True, "bg_color": "#0b4f5c", "font_color": "#ffffff", "border": 1}
_BODY: dict[str, dict[str, Any]] = {
    "text": _LINES,
    "quoted": {**_LINES, "quote_prefix": True},  # stays text when somebody edits the cell
    "number": {"valign": "top"},
    "date": {"valign": "top", "num_format": "yyyy-mm-dd"},
    "moment": {"valign": "top", "num_format": "yyyy-mm-dd hh:mm"},
    "link": {**_LINES, "font_color": "#0563c1", "underline": 1},
}
_SHADES = {
    "type": "2_color_scale", "min_type": "num", "min_value": 0, "min_color": "#FFFFFF", "max_color": "#7FB8C2",
}  # fmt: skip
_TOTALS = {kind: {**style, "bold": True, "top": 1} for kind, style in _BODY.items()}

_PRINTED = 240
"""Characters beside each other on a printed A4 page, at some 60 %: with more of them nobody reads a long row."""

_unwritable = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
# Text of only these bytes can be written as it stands. Deleting them to see what is left takes a third of
# the time of a search in narrative text. ED begins a surrogate, EF begins U+FFFE.
_HARMLESS = bytes({*b"\t\n", *range(0x20, 0x100)} - {*b"&<>_", 0xED, 0xEF})
_escape_lookalike = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Excel calls a workbook damaged that has an address it can't parse; a name before "@" only misleads people.
_web_address = re.compile(
    r"https?://[\w.-]+(?::\d{1,5})?(?:[/?#](?:[\w.~/:=&?#+!$,;@()*'-]++|%[\da-f]{2})*+)?",
    re.IGNORECASE | re.ASCII,
).fullmatch
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_NO_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


Kind = Literal["text", "date", "number", "link"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `title` is for people, `key` for an import; `width` is in characters, at most 255.

    `kind` sets the look of empty cells, and lets `link` columns make links of `(url, label)`; otherwise any
    column takes any value. `note` pops up on the title. `choices` are a drop-down that refuses other entries.
    A `hidden` column is sorted and filtered with the others.
    """

    key: str
    title: str
    width: float = 14
    kind: Kind = "text"
    note: str = ""
    choices: Sequence[str | int] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a header, then `rows` in the order given, each as long as `columns`; they are read once.

    `totals` is a last row in bold, outside the filter. `freeze_columns` columns stay in view, as the header
    does. `keys` puts the column keys into a hidden row above the header. `shaded` are the first and the last
    column (from 0) of a block of numbers that Excel tints, the larger the darker.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    totals: Sequence[Any] = ()
    freeze_columns: int = 0
    filtered: bool = True
    keys: bool = False
    hidden: bool = False
    shaded: tuple[int, int] | None = None


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

    Cells may be None, str (lazy too), bool, int, float, date, datetime (an aware one is shown in its own
    zone) or, in a link column, `(url, label)`; anything else is written as its `str()`. Text stays text
    whatever it begins with. A character that XML can't hold becomes U+FFFD, a carriage return a line feed.
    Days before March 1900 are ISO text, numbers of more than 15 digits text. Only http and https addresses
    become links.

    Text too long for a cell goes on in a last sheet "Long texts". Memory grows with such text and, up to
    Excel's limit, with links, but not with rows. Rows past Excel's limit go on in a sheet "<title> (2)".

    `created` is aware, or naive UTC. Raises ValueError for a row of another length than the columns; what
    `rows` raises passes through. A Path is then removed, another target left half written.
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
    # Level 5 takes a third less time than the usual 6 and makes the file a sixteenth larger.
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=5) as archive:
        _Book(archive, properties, right_to_left).write(sheets)


def clean(text: object) -> str:
    """Return `str(text)` with line feeds only, and U+FFFD for what XML 1.0 (section 2.2) can't hold."""
    return _unwritable.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def sheet_name(title: str, taken: set[str]) -> str:
    r"""Return `title` as Excel takes it (31 units, no `[]:*?/\`, not in `taken`) and add it to `taken`."""
    base = re.sub(r"[\[\]:*?/\\\n\t]", "-", clean(title)).strip("' ") or "-"
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


def _height(columns: Sequence[Column]) -> str:
    """The height of the header as an attribute: Excel finds it by itself, LibreOffice would cut titles of two lines."""
    shown = ((str(column.title), max(int(column.width) - 2, 1)) for column in columns if not column.hidden)
    lines = max((len(wrap(title, width)) for title, width in shown), default=1)
    return f' ht="{15 * lines}"' if lines > 1 else ""


class _Part:
    """One sheet of the file: the rows to come, how many it has under the header, and its links as XML."""

    def __init__(self, name: str, sheet: Sheet, to_come: Iterable[Sequence[Any]]) -> None:
        self.name, self.sheet, self.to_come, self.rows = name, sheet, iter(to_come), 0
        self.columns = [(xl_col_to_name(index), column) for index, column in enumerate(sheet.columns)]
        self.linked, self.links, self.relations = 0, bytearray(), bytearray()


class _Book:
    """A workbook in the making: its parts, and the text that found no room in those written so far."""

    def __init__(self, archive: ZipFile, properties: dict[str, Any], right_to_left: bool) -> None:
        self.archive, self.properties, self.right_to_left = archive, properties, right_to_left
        self.parts: list[_Part] = []
        self.names: set[str] = set()
        self.lists: dict[tuple[str | int, ...], str] = {}
        self.long_name = ""
        self.long_rows: list[tuple[str, int, str, int, str]] = []

    def write(self, sheets: Sequence[Sheet]) -> None:
        """Write every sheet, the ones they turn out to need, and what holds them together."""
        named = [(sheet_name(sheet.title, self.names), sheet) for sheet in sheets]
        self.long_name = sheet_name(_("Long texts"), self.names)
        # Choices have their own sheet: inside the rule a list ends at 255 characters and breaks at commas.
        lists = dict.fromkeys(tuple(c.choices) for sheet in sheets for c in sheet.columns if c.choices)
        if lists:
            name = sheet_name(_("Choices"), self.names)
            for index, choices in enumerate(lists):
                letter = xl_col_to_name(index, True)
                self.lists[choices] = f"={quote_sheetname(name)}!{letter}$2:{letter}${len(choices) + 1}"
            columns = [Column("", str(number)) for number in range(1, len(lists) + 1)]
            named.append((name, Sheet(name, columns, zip_longest(*lists), filtered=False, hidden=True)))
        self.parts = [_Part(name, sheet, sheet.rows) for name, sheet in named]
        frame, index = self._frame(), 0
        # Programs that tell files by their content look at what comes first.
        self._add("_rels/.rels", frame["_rels/.rels"].encode())
        while index < len(self.parts):
            following = self._write_part(index, frame)
            index += 1
            if following is None and index == len(self.parts):
                following = self._long_part()
            if following is not None:
                self.parts.insert(index, following)
                frame = self._frame()
        for path, content in self._frame().items():  # now with the number of rows
            self._add(path, content.encode())

    def _long_part(self) -> _Part | None:
        """The sheet of texts that were too long for their cells, where there are any and it is not written yet."""
        if not self.long_rows or self.parts[-1].sheet.title == self.long_name:
            return None
        titles = (_("Sheet"), 24), (_("Row"), 8), (_("Column"), 24), (_("Part"), 8), (_("Text"), 100)
        columns = [Column("", title, width) for title, width in titles]
        return _Part(self.long_name, Sheet(self.long_name, columns, self.long_rows), self.long_rows)

    def _add(self, path: str, *pieces: bytes | bytearray) -> None:
        """Add a file to the archive unless it is there; opened by name, it has the same date in every run."""
        if path not in self.archive.NameToInfo:
            with self.archive.open(path, "w") as out:
                for piece in pieces:
                    out.write(piece)

    def _frame(self) -> dict[str, str]:
        """Return the workbook as XlsxWriter draws it, path to XML: all parts, without their rows."""
        out = BytesIO()
        with Workbook(out, {"in_memory": True}) as book:
            book.set_properties(self.properties)
            styles = [book.add_format(style) for style in (_HEADER, *_BODY.values(), *_TOTALS.values())]
            look = dict(zip(_BODY, styles[1:], strict=False))
            for part in self.parts:
                sheet, top, width = part.sheet, int(part.sheet.keys), len(part.columns)
                page = book.add_worksheet(part.name)
                for index, style in enumerate(styles):
                    page.write_blank(0, index, None, style)  # shows which number each style has got
                for index, column in enumerate(sheet.columns):
                    hidden = {"hidden": column.hidden}
                    page.set_column(index, index, min(column.width, 255), look[column.kind], hidden)
                    if column.note:
                        note = clean(column.note)
                        page.write_comment(top, index, note, {"x_scale": 2, "y_scale": 1 + len(note) / 150})
                    if column.choices:
                        rule = {"validate": "list", "source": self.lists[tuple(column.choices)]}
                        page.data_validation(top + 1, index, MAX_ROWS - 1, index, rule)
                if sheet.filtered:
                    page.autofilter(top, 0, top + part.rows, width - 1)
                if sheet.shaded and part.rows:
                    first, last = sheet.shaded
                    page.conditional_format(top + 1, first, top + part.rows, last, _SHADES)
                page.freeze_panes(top + 1, sheet.freeze_columns)
                page.repeat_rows(top)
                page.set_landscape()
                page.set_paper(9)  # A4
                shown = sum(column.width for column in sheet.columns if not column.hidden)
                page.fit_to_pages(ceil(shown / _PRINTED), 0)
                if sheet.freeze_columns and shown > _PRINTED:
                    page.repeat_columns(0, sheet.freeze_columns - 1)
                page.set_footer("&C&P / &N")
                if self.right_to_left:
                    page.right_to_left()
                if sheet.hidden:
                    page.hide()
        with ZipFile(out) as archive:
            return {path: archive.read(path).decode() for path in archive.namelist()}

    def _write_part(self, index: int, frame: dict[str, str]) -> _Part | None:
        """Write rows until they or the sheet end; return the part for those left over, or None."""
        part = self.parts[index]
        path, sheet, rows, rest = f"xl/worksheets/sheet{index + 1}.xml", part.sheet, part.to_come, None
        head, sample = frame[path].split("<sheetData>")
        header, *styles = re.findall(r' s="(\d+)"', sample)
        body = dict(zip(_BODY, styles, strict=False))
        totals = dict(zip(_BODY, styles[len(_BODY) :], strict=True))
        head = re.sub("<dimension.*?/>", "", head)  # optional, and not known yet
        piece = bytearray(f"{head}<sheetData>".encode())
        if sheet.keys:
            piece += self._row(part, 1, [column.key for column in sheet.columns], body, ' hidden="1"')
        number = top = 1 + sheet.keys
        titles = [str(column.title) for column in sheet.columns]
        piece += self._row(part, top, titles, dict.fromkeys(_BODY, header), _height(sheet.columns))
        last, written = MAX_ROWS - bool(sheet.totals), 0
        with self.archive.open(path, "w") as out, ThreadPoolExecutor(1) as pool:
            # zlib lets go of the interpreter's lock: one piece is compressed while the next is made.
            pending = pool.submit(out.write, b"")
            for row in rows:
                number += 1
                piece += self._row(part, number, row, body)
                if len(piece) > PIECE:
                    written += pending.result()
                    pending = pool.submit(out.write, piece)
                    piece = bytearray()
                if number == last or written > MAX_XML:
                    following = next(rows, None)
                    rest = None if following is None else chain([following], rows)
                    break
            part.rows = number - top
            if sheet.totals and rest is None:
                piece += self._row(part, number + 1, sheet.totals, totals)
            before, after = frame[path].split("</sheetData>")[1].split("<pageMargins")
            filtered = xl_range(top - 1, 0, number - 1, len(part.columns) - 1)
            before = re.sub('<autoFilter ref="[^"]+"', f'<autoFilter ref="{filtered}"', before)
            pending.result()
            piece += f"</sheetData>{before}".encode()
            out.write(piece)
            if part.linked:
                out.write(b"<hyperlinks>")
                out.write(part.links)
                out.write(b"</hyperlinks>")
            out.write(f"<pageMargins{after}".encode())
        if part.linked:
            path = f"xl/worksheets/_rels/sheet{index + 1}.xml.rels"
            before, after = frame.get(path, _NO_RELATIONS).split("</Relationships>")
            self._add(path, before.encode(), part.relations, b"</Relationships>")
            part.links, part.relations = bytearray(), bytearray()
        return None if rest is None else _Part(sheet_name(sheet.title, self.names), sheet, rest)

    def _row(self, part: _Part, number: int, row: Sequence[Any], look: dict[str, str], attributes: str = "") -> bytes:
        """Return one row as XML; what fills a log comes first and without a call for each cell."""
        text, count, day = look["text"], look["number"], look["date"]
        cells = [f'<row r="{number}"{attributes}>']
        add = cells.append
        for (letter, column), value in zip(part.columns, row, strict=True):
            kind = type(value)
            if kind is str and value:
                if (
                    value.encode("utf-8", "surrogatepass").translate(None, _HARMLESS)
                    or value[0] in "=+-@ \t\n"
                    or value[-1] in " \t\n"
                    or len(value) > MAX_UNITS // 2
                ):
                    add(self._text(value, part, number, letter, column, look))
                else:
                    add(f'<c r="{letter}{number}" s="{text}" t="inlineStr"><is><t>{value}</t></is></c>')
            elif value is None or value == "":
                add(f'<c r="{letter}{number}" s="{look[column.kind]}"/>')
            elif kind is int and -DIGITS < value < DIGITS:
                add(f'<c r="{letter}{number}" s="{count}"><v>{value}</v></c>')
            elif kind is date and value >= FIRST_DAY:
                add(f'<c r="{letter}{number}" s="{day}"><v>{value.toordinal() - DAY_ZERO}</v></c>')
            else:
                add(self._other(value, part, number, letter, column, look))
        add("</row>")
        return "".join(cells).encode()

    def _other(self, value: Any, part: _Part, number: int, letter: str, column: Column, look: dict[str, str]) -> str:
        """Return a cell of a rarer type."""
        if column.kind == "link" and isinstance(value, tuple):
            address, value = str(value[0] or ""), value[1]
            if self._link(address, f"{letter}{number}", part):
                return self._text(value or address, part, number, letter, column, {"text": look["link"]})
            value = f"{value} ({address})" if address and value else value or address
        elif isinstance(value, bool):
            return f'<c r="{letter}{number}" s="{look["number"]}" t="b"><v>{value:d}</v></c>'
        elif isinstance(value, int | float) and -DIGITS < value < DIGITS:  # false for NaN and infinity
            return f'<c r="{letter}{number}" s="{look["number"]}"><v>{+value!r}</v></c>'
        elif isinstance(value, datetime):
            value = value.replace(tzinfo=None)
            if value.date() >= FIRST_DAY:
                days = value.toordinal() - DAY_ZERO + (value - datetime.combine(value, time())) / timedelta(1)
                return f'<c r="{letter}{number}" s="{look["moment"]}"><v>{days!r}</v></c>'
        return self._text(value, part, number, letter, column, look)

    def _text(self, value: Any, part: _Part, number: int, letter: str, column: Column, look: dict[str, str]) -> str:
        """Return a cell of text, and keep what it can't hold for the last sheet."""
        text = clean(value)
        style = look.get("quoted" if text[:1] in {"=", "+", "-", "@"} else "text", look["text"])
        if len(text) > MAX_UNITS // 2 and _cut(text, MAX_UNITS)[1]:
            place = {"sheet": self.long_name, "row": len(self.long_rows) + 2}
            marker = _("… [continues on sheet “%(sheet)s”, row %(row)d]") % place
            text, rest = _cut(text, MAX_UNITS - len(marker.encode("utf-16-le")) // 2)
            text, piece = text + marker, 0
            while rest:
                chunk, rest = _cut(rest, MAX_UNITS)
                piece += 1
                self.long_rows.append((part.name, number, str(column.title), piece, chunk))
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        # Excel decodes `_x0041_` to "A" (ISO/IEC 29500-1, ST_Xstring): such text is divided over two runs.
        text = _escape_lookalike.sub('_</t></r><r><t xml:space="preserve">', text)
        text = f'<t xml:space="preserve">{text}</t>'
        text = f"<r>{text}</r>" if "</t></r><r>" in text else text
        return f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is>{text}</is></c>'

    def _link(self, address: str, cell: str, part: _Part) -> bool:
        """Link the cell to the address if Excel takes it."""
        if not _web_address(address):
            address = quote(address, safe="%/:=&?~#+!$,;'@()*", errors="replace")
        if not _web_address(address) or len(address) > MAX_URL or part.linked == MAX_LINKS:
            return False
        target, _sign, fragment = address.replace("&", "&amp;").partition("#")
        part.linked += 1
        place = f'{cell}" r:id="link{part.linked}"' + (f' location="{fragment}"' if fragment else "")
        part.links += f'<hyperlink ref="{place}/>'.encode()
        relation = f'Id="link{part.linked}" Type="{_HYPERLINK}" Target="{target}" TargetMode="External"'
        part.relations += f"<Relationship {relation}/>".encode()
        return True
