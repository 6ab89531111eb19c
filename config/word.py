"""Word files, written whole: the same styles, properties and page numbers in each, and text that runs as it reads.

A body is the XML of its paragraphs and tables, made by `paragraph` and `table` from plain text; `word_file` packs it
with the few parts that Word needs. Nothing comes from a template, so nothing of one is left over. The order of
elements inside properties is fixed (ECMA-376 part 1, annex A, wml.xsd); sizes are in twentieths of a point.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.html import escape

from .workbook import clean

A4 = (11_906, 16_838)
MARGIN = 850  # 15 mm
LOCALES = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ar": "ar-SA"}

_STYLES = (Path(__file__).parent / "word_styles.xml").read_text(encoding="utf-8")
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}"'
)  # fmt: skip
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TO_THE_LEFT = '<w:rPr><w:rFonts w:hint="cs"/><w:rtl/></w:rPr>'
_NUMBERED = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title and how wide it is, in mm."""

    title: str
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: `cells` are XML, one or more paragraphs each. One that `stays_whole` moves to the next page.

    `fills` are the colours behind the cells ("E3EEF0"), "" for none; an empty sequence for none at all.
    """

    cells: Sequence[str]
    stays_whole: bool = True
    fills: Sequence[str] = ()


def is_rtl(text: str, *, otherwise: bool) -> bool:
    """Whether the first letter of `text` runs from right to left (Unicode bidirectional algorithm, rules P2 and P3)."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return otherwise


def paragraph(text: str, *, rtl: bool, style: str = "", before: str = "", on_new_page: bool = False) -> str:
    """A paragraph that runs from right to left, or not; `before` is XML in front of its text. `style` is an id.

    Line ends become line breaks.
    """
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += "<w:pageBreakBefore/>" if on_new_page else ""
    properties += "<w:bidi/>" if rtl else ""
    return f"<w:p>{properties and f'<w:pPr>{properties}</w:pPr>'}{before}{_runs(text, rtl=rtl)}</w:p>"


def paragraphs(text: str, *, rtl: bool, style: str = "") -> str:
    """A paragraph for each line of `text`, empty ones too, so that the same lines are read back.

    Each runs as its first letter does; one without letters as `rtl` says.
    """
    lines = clean(text).split("\n")
    return "".join(paragraph(line, rtl=is_rtl(line, otherwise=rtl), style=style) for line in lines)


def bar(share: float, width: float, *, rtl: bool) -> str:
    """A bar as long as `share` (0 to 1) of `width` mm: a paragraph whose ground is coloured, and ends before the rest.

    It starts where the text does, prints in grey, and stays a bar in every word processor.
    """
    rest = round((1 - share) * width * 1440 / 25.4)
    ground = '<w:shd w:val="clear" w:color="auto" w:fill="0B4F5C"/>' if share else ""
    indent = f'<w:ind w:right="{rest}"/>'
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{ground}{"<w:bidi/>" if rtl else ""}{indent}</w:pPr>'
        f"<w:r>{_text(chr(0xA0))}</w:r></w:p>"
    )


def hidden(text: str) -> str:
    """Text that is neither shown nor printed and stays with its paragraph when somebody edits the file: XML."""
    return f"<w:r><w:rPr><w:noProof/><w:vanish/></w:rPr>{_text(text)}</w:r>"


def table(columns: Sequence[Column], rows: Iterable[Row], *, title: str, description: str, rtl: bool) -> str:
    """A table whose header row stands again on each page; `title` and `description` are read out, not shown."""
    widths = [round(column.width * 1440 / 25.4) for column in columns]
    header = [paragraph(column.title, rtl=rtl, style="TableHeader") for column in columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    parts = [
        f'<w:tbl><w:tblPr><w:tblStyle w:val="FormTable"/>{"<w:bidiVisual/>" if rtl else ""}'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/><w:tblCaption w:val="{_attribute(title)}"/>'
        f'<w:tblDescription w:val="{_attribute(description)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>',
        _row(header, widths, "<w:cantSplit/><w:tblHeader/>"),
    ]
    parts += [_row(row.cells, widths, "<w:cantSplit/>" if row.stays_whole else "", row.fills) for row in rows]
    return "".join([*parts, "</w:tbl>"])


def _row(cells: Sequence[str], widths: Sequence[int], properties: str, fills: Sequence[str] = ()) -> str:
    grounds = [fill and f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' for fill in fills or [""] * len(cells)]
    return (
        f"<w:tr>{properties and f'<w:trPr>{properties}</w:trPr>'}"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{ground}</w:tcPr>{cell}</w:tc>'
            for width, cell, ground in zip(widths, cells, grounds, strict=True)
        )
        + "</w:tr>"
    )


def word_file(
    body: Iterable[str],
    *,
    title: str,
    author: str,
    now: datetime,
    language: str,
    rtl: bool,
    is_landscape: bool = False,
    header: str = "",
    footer: str = "",
) -> bytes:
    """The file: `body` on pages of A4, numbered "1 / 3" at the foot of each, beside `footer`; `header` at the head.

    `language` is that of the words around the text, as Django names it; `rtl` says whether the pages run from right to
    left. `author` stands in the properties as who made and changed the file; make it no person. `now` is aware.
    """
    width, height = reversed(A4) if is_landscape else A4
    size = f'w:w="{width}" w:h="{height}"' + (' w:orient="landscape"' if is_landscape else "")
    edges = " ".join(f'w:{edge}="{MARGIN}"' for edge in ("top", "right", "bottom", "left"))
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"'
        f'/><w:pgSz {size}/><w:pgMar {edges} w:header="425" w:footer="425" w:gutter="0"/>{"<w:bidi/>" if rtl else ""}'
        "</w:sectPr>"
    )
    locale = LOCALES.get(language, language)
    at_the_end = f'<w:tabs><w:tab w:val="right" w:pos="{width - 2 * MARGIN}"/></w:tabs>'
    number = f"<w:r><w:tab/></w:r>{_field('PAGE')}<w:r>{_text(' / ')}</w:r>{_field('NUMPAGES')}"
    foot = (
        f'<w:p><w:pPr><w:pStyle w:val="Footer"/>{at_the_end}{"<w:bidi/>" if rtl else ""}</w:pPr>'
        f"{_runs(footer, rtl=rtl)}{number}</w:p>"
    )
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "docProps/core.xml": _core(title, author, now, locale),
        "word/_rels/document.xml.rels": _RELATIONS_OF_DOCUMENT,
        "word/document.xml": f"<w:document {_W}><w:body>{''.join(body)}{section}</w:body></w:document>",
        "word/styles.xml": _STYLES.replace("LATIN", locale).replace("COMPLEX", locale if rtl else LOCALES["ar"]),
        "word/settings.xml": _SETTINGS.format(locale=locale),
        "word/header.xml": f"<w:hdr {_W}>{paragraph(header, rtl=rtl, style='Header')}</w:hdr>",
        "word/footer.xml": f"<w:ftr {_W}>{foot}</w:ftr>",
    }
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for path, content in parts.items():
            # Made by name alone, an entry has the same date in every run.
            archive.writestr(ZipInfo(path), (_XML + content).encode(), ZIP_DEFLATED)
    return stream.getvalue()


def _core(title: str, author: str, now: datetime, locale: str) -> str:
    moment = f'xsi:type="dcterms:W3CDTF">{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(clean(title))}</dc:title>'
        f"<dc:creator>{escape(clean(author))}</dc:creator><dc:language>{locale}</dc:language>"
        f"<cp:lastModifiedBy>{escape(clean(author))}</cp:lastModifiedBy>"
        f"<dcterms:created {moment}</dcterms:created><dcterms:modified {moment}</dcterms:modified></cp:coreProperties>"
    )


def _runs(text: str, *, rtl: bool) -> str:
    """The runs of a text: Word asks of each which way it runs, so one ends where the script does."""
    words = re.findall(r"\s*\S+\s*|\s+", clean(text))
    runs = groupby(words, key=lambda word: is_rtl(word, otherwise=rtl))
    return "".join(f"<w:r>{_TO_THE_LEFT if left else ''}{_text(''.join(part))}</w:r>" for left, part in runs)


def _text(text: str) -> str:
    """What stands in a run."""
    marks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    return "".join(
        marks.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
        for piece in re.split(r"([\n\t])", text)
        if piece
    )


def _attribute(text: str) -> str:
    return escape(" ".join(clean(text).split()))


def _field(name: str) -> str:
    """A number that Word works out."""
    begin, middle, end = (_NUMBERED.format(kind) for kind in ("begin", "separate", "end"))
    code = f'<w:r><w:instrText xml:space="preserve"> {name} </w:instrText></w:r>'
    return f"{begin}{code}{middle}<w:r><w:t>1</w:t></w:r>{end}"


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'


_PARTS = {"styles": "styles", "settings": "settings", "header": "header", "footer": "footer"}
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    + "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{name}+xml"/>' for name in _PARTS)
    + "</Types>"
)
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    + _relation("document", f"{_OFFICE}/officeDocument", "word/document.xml")
    + _relation("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")
    + "</Relationships>"
)
_RELATIONS_OF_DOCUMENT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    + "".join(_relation(name, f"{_OFFICE}/{name}", f"{name}.xml") for name in _PARTS)
    + "</Relationships>"
)
# Mode 15 is that of Word since 2013; without it Word opens the file in "compatibility mode".
_SETTINGS = (
    f'<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:compat><w:compatSetting '
    'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="{locale}" w:bidi="ar-SA"/></w:settings>'
)
