"""The text of a piece of a Word document (ECMA-376 part 1, chapter 17), as it reads when all changes are accepted.

Each element is visited once. python-docx is not used to read: its cells are looked up by rebuilding the table each
time (500 rows take a minute), and it passes over content controls, text boxes and tracked changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from .lines import clean, joined

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SMALL_PRINT = "Table Note"
"""The style in which `cluster_report.py` writes what belongs to other columns."""

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML = "{urn:schemas-microsoft-com:vml}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_PASSED = frozenset(
    W + tag
    for tag in (
        "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "instrText", "delInstrText",
        "tblPrEx", "footnoteRef", "endnoteRef", "annotationRef",
    )
)  # fmt: skip
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011"}
_REFERENCES = {W + f"{kind}Reference": kind for kind in ("comment", "footnote", "endnote")}
# Ticks of the fonts Wingdings and Wingdings 2, which forms use and which mean nothing in another font.
_SYMBOLS = {
    "F0FC": "✓", "F0FB": "✗", "F0FE": "☑", "F0FD": "☒", "F0A8": "☐", "F06F": "☐", "F050": "✓", "F052": "☑",
    "F053": "☒", "F0A3": "☐", "F0B7": "•", "F0A7": "•",
}  # fmt: skip


@dataclass(slots=True)
class Content:
    """What was found in a piece of a document.

    `asides` are (what, text) of what is not read, `hidden` the text that Word does not show, `small_print` what our
    export adds to a cell for reading only, `references` the (kind, id) of comments and notes. `nested` counts tables
    inside.
    """

    parts: list[str] = field(default_factory=list)
    asides: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    small_print: list[str] = field(default_factory=list)
    paragraphs: int = 0
    nested: int = 0

    @property
    def text(self) -> str:
        """The text, a line for each paragraph and line break."""
        text = clean("".join(self.parts))
        return text.rstrip("\n") if self.nested else text

    def all_asides(self) -> Iterator[tuple[str, str]]:
        """(what, text) of all that is not read, hidden text and deletions included."""
        yield from self.asides
        if deleted := clean(" … ".join(self.deleted)).strip():
            yield _("deleted text (tracked change)"), deleted
        if hidden := clean(" … ".join(self.hidden)).strip():
            yield _("hidden text"), hidden


class TextReader:
    """Reads pieces of one document; `styles` is the root of its styles, if it has any."""

    def __init__(self, styles: Element | None = None) -> None:
        self.hidden_styles, self.small_print = set(), set()
        for style in () if styles is None else styles.iter(W + "style"):
            called = style.find(W + "name")
            if is_on(style.find(f"{W}rPr/{W}vanish")):
                self.hidden_styles.add(style.get(W + "styleId", ""))
            if called is not None and called.get(W + "val") == SMALL_PRINT:
                self.small_print.add(style.get(W + "styleId", ""))

    def read(self, *pieces: Element) -> Content:
        """What stands in these pieces, one after the other."""
        content = Content()
        for piece in pieces:
            self._take(piece, content)
        return content

    def _take(self, element: Element, content: Content) -> None:
        tag = element.tag
        if tag in _PASSED:
            return
        if tag in (W + "t", _MATHS + "t"):
            content.parts.append(element.text or "")
        elif tag in _SIGNS:
            content.parts.append(_SIGNS[tag])
        elif tag == W + "sym":
            content.parts.append(_symbol(element))
        elif tag in (W + "del", W + "moveFrom"):
            content.deleted.append(_letters(element))
        elif tag == W + "r" and self._is_hidden(element):
            content.hidden.append(_letters(element))
        elif tag in _REFERENCES:
            content.references.append((_REFERENCES[tag], element.get(W + "id", "")))
        elif tag == W + "ffData":
            content.parts.append(_form_field(element))
        elif tag == W + "sdt" and element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            return  # "Click here to enter text"
        elif tag in (W + "drawing", W + "pict", W + "object"):
            self._take_drawing(element, content)
        elif tag == W + "altChunk":
            content.asides.append((_("embedded document"), ""))
        elif tag == W + "tbl":
            self._take_table(element, content)
        elif tag == _MC + "AlternateContent":
            # The same thing twice, for newer and for older programs.
            for choice in list(element)[:1]:
                self._take_all(choice, content)
        elif tag == W + "p" and self._style_of(element) in self.small_print:
            small = self.read(*element)
            content.small_print.append(small.text)
            content.asides += small.all_asides()
            content.references += small.references
        else:
            if tag == W + "p":
                content.parts.append("\n" if content.paragraphs else "")
                content.paragraphs += 1
            self._take_all(element, content)

    def _take_all(self, element: Element, content: Content) -> None:
        for child in element:
            self._take(child, content)

    def _take_table(self, table: Element, content: Content) -> None:
        """A table inside: a line for each row."""
        content.nested += 1
        for row in parts_of(table, "tr"):
            content.parts.append("\n" if content.paragraphs else "")
            content.paragraphs += 1
            cells = [self.read(cell) for cell in parts_of(row, "tc")]
            content.parts.append(joined(cell.text for cell in cells))
            for cell in cells:
                content.asides += cell.all_asides()
                content.references += cell.references

    def _take_drawing(self, element: Element, content: Content) -> None:
        """Text boxes with their text, and what else was drawn or embedded with how it is described."""
        parts = list(_outside_boxes(element))
        for part in parts:
            if part.tag == W + "txbxContent":
                box = self.read(*part)
                content.asides += [(_("text box"), box.text), *box.all_asides()]
                content.references += box.references
            elif part.tag == _VML + "textpath":
                content.asides.append((_("text box"), part.get("string", "")))
        names = {part.tag.rpartition("}")[2] for part in parts}
        named = next((part.get("descr", "") for part in parts if part.tag.endswith("}docPr")), "")
        if element.tag == W + "object":
            content.asides.append((_("embedded object"), ""))
        elif names & {"pic", "imagedata"}:
            content.asides.append((_("picture"), named))
        elif names & {"chart", "relIds"}:
            content.asides.append((_("chart or diagram"), named))

    def _style_of(self, paragraph: Element) -> str:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return "" if style is None else style.get(W + "val", "")

    def _is_hidden(self, run: Element) -> bool:
        properties = run.find(W + "rPr")
        if properties is None:
            return False
        vanish, style = properties.find(W + "vanish"), properties.find(W + "rStyle")
        if vanish is not None:
            return is_on(vanish)
        return style is not None and style.get(W + "val") in self.hidden_styles


def _outside_boxes(element: Element) -> Iterator[Element]:
    """What a drawing is made of; a text box is given, what stands in it is not."""
    yield element
    if element.tag != W + "txbxContent":
        for child in element:
            yield from _outside_boxes(child)


def parts_of(element: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, also those inside content controls, in order."""
    for child in element:
        if child.tag == W + tag:
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml"):
            yield from parts_of(child, tag)


def is_on(toggle: Element | None) -> bool:
    """Whether a property is set: it is there, and does not say no."""
    return toggle is not None and toggle.get(W + "val", "1") not in ("0", "false", "off")


def number_in(element: Element | None, otherwise: int) -> int:
    """The number that an element holds."""
    return otherwise if element is None else int(element.get(W + "val", otherwise))


def _letters(element: Element) -> str:
    return "".join(part.text or "" for part in element.iter() if part.tag in (W + "t", W + "delText"))


def _symbol(element: Element) -> str:
    code = element.get(W + "char", "").upper()
    return _SYMBOLS.get(code) or chr(int(code, 16))


def _form_field(element: Element) -> str:
    """What a field of an old form shows that is no text: a tick, the choice of a list."""
    box, choices = element.find(W + "checkBox"), element.find(W + "ddList")
    if box is not None:
        state = box.find(W + "checked")
        return "☒" if is_on(state if state is not None else box.find(W + "default")) else "☐"
    if choices is not None:
        entries = [entry.get(W + "val", "") for entry in choices.iter(W + "listEntry")]
        chosen = choices.find(W + "result")
        number = number_in(chosen if chosen is not None else choices.find(W + "default"), 0)
        return entries[number] if 0 <= number < len(entries) else ""
    return ""
