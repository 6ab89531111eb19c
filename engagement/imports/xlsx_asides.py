"""What stands in a workbook beside its cells: comments, text boxes, pictures, the header and footer of a page."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from openpyxl.utils import coordinate_to_tuple

from config.packages import Package

from .lines import Aside, clean

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_THREADED = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
_PAGE_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d+|.)', re.DOTALL)


def asides_of(package: Package, sheet: str) -> list[Aside]:
    """What is written at the cells of a sheet and not in them, in the order of its parts."""
    related = list(package.related(sheet).values())
    threads = [aside for kind, part in related if kind == "threadedComment" for aside in _threads(package, part)]
    # Beside each thread stands a comment that tells older Excel to look for it.
    threaded = {(thread.row, thread.column) for thread in threads}
    comments = [aside for kind, part in related if kind == "comments" for aside in _comments(package, part)]
    found = threads + [aside for aside in comments if (aside.row, aside.column) not in threaded]
    for kind, part in related:
        if kind == "drawing":
            found += _drawn(package.xml(part))
    return found


def page_texts(element: Element) -> Iterator[str]:
    """The texts of the headers and footers of a page, without codes for page numbers and fonts."""
    for part in element:
        text = _PAGE_CODE.sub(" ", part.text or "").strip()
        if any(letter.isalpha() for letter in text):
            yield clean(text)


def _comments(package: Package, part: str) -> Iterator[Aside]:
    for comment in package.xml(part).iter(f"{_MAIN}comment"):
        row, column = coordinate_to_tuple(comment.get("ref", ""))
        text = clean("".join(run.text or "" for run in comment.iter(f"{_MAIN}t")))
        if text.strip():
            yield Aside(row, column, _("comment"), text)


def _threads(package: Package, part: str) -> Iterator[Aside]:
    for comment in package.xml(part).iter(f"{_THREADED}threadedComment"):
        row, column = coordinate_to_tuple(comment.get("ref", ""))
        text = clean(comment.findtext(f"{_THREADED}text") or "")
        yield Aside(row, column, _("comment"), text)


def _drawn(root: Element) -> Iterator[Aside]:
    """Text boxes with their text, pictures and charts with what they are described as."""
    for anchor in root:
        start = anchor.find(f"{_DRAWING}from")
        row = int(start.findtext(f"{_DRAWING}row") or 0) + 1 if start is not None else 0
        column = int(start.findtext(f"{_DRAWING}col") or 0) + 1 if start is not None else 0
        paragraphs = ["".join(run.text or "" for run in p.iter(f"{_TEXT}t")) for p in anchor.iter(f"{_TEXT}p")]
        text = clean("\n".join(paragraphs)).strip()
        if text:
            yield Aside(row, column, _("text box"), text)
        for tag, what in (("pic", _("picture")), ("graphicFrame", _("chart or diagram"))):
            for drawn in anchor.iter(_DRAWING + tag):
                named = next(drawn.iter(f"{_DRAWING}cNvPr"), None)
                yield Aside(row, column, what, clean(named.get("descr", "")) if named is not None else "")
