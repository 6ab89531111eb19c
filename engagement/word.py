"""A contribution as a Word file, ready to be sent: the call, to whom, from whom, the text. No name of a person."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Doc
from docx.oxml import OxmlElement
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from mandates.models import Mandate

from .models import Contribution
from .text import paragraphs

AFTER_BIDI = (
    "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
    "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId",
    "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
"""What follows `w:bidi` in the properties of a paragraph (ECMA-376 part 1, 17.3.1.26: their order is fixed)."""


def contribution_document(
    contribution: Contribution, mandates: Sequence[Mandate], *, now: datetime, confidential: bool
) -> bytes:
    """The file, in the cluster's working language, dated `now` or the day it was sent.

    Each paragraph runs as its first letter does, so that Arabic stands right in an English document and the other way
    round; one without letters, and the lines about the call, run as the working language does. `confidential` puts the
    word into the header of each page.
    """
    cluster, call = contribution.engagement.cluster, contribution.call
    file = Document()
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    with override(cluster.working_language):
        rtl = get_language_bidi() or _is_rtl(contribution.text, otherwise=False)
        day = contribution.sent_on or now.date()
        to = ", ".join(mandate.title for mandate in mandates) or call.issued_by
        to = to or str(call.get_issuer_type_display())
        if confidential:
            _write(page.header.paragraphs[0], _("Confidential: not to be published"), rtl)
        _write(file.add_heading(level=1), _("Contribution: %(call)s") % {"call": call.title}, rtl)
        _write(file.add_paragraph(), _("To: %(issuer)s") % {"issuer": to}, rtl)
        _write(file.add_paragraph(), _("From: %(cluster)s") % {"cluster": cluster.name}, rtl)
        _write(file.add_paragraph(), date_format(day, "DATE_FORMAT"), rtl)
    for text in paragraphs(contribution.text):
        _write(file.add_paragraph(), text, _is_rtl(text, otherwise=rtl))
    _sign(file, title=call.title, author=cluster.name, now=now)
    stream = BytesIO()
    file.save(stream)
    return stream.getvalue()


def _sign(file: Doc, *, title: str, author: str, now: datetime) -> None:
    """Say in the file's properties that it is the cluster's; Word shows them, and a name there could not be unsent."""
    properties = file.core_properties
    properties.title, properties.comments = title[:255], ""
    properties.author = properties.last_modified_by = author
    properties.created = properties.modified = now.astimezone(UTC).replace(tzinfo=None)


def _write(paragraph: Paragraph, text: str, rtl: bool) -> None:
    """Put `text` into an empty paragraph that runs from right to left, or not; line ends become line breaks.

    Word asks of each run which way it runs, so a run ends where the script does.
    """
    if rtl:
        paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *AFTER_BIDI)
    for is_rtl, words in groupby(re.findall(r"\s*\S+\s*", text), key=lambda word: _is_rtl(word, otherwise=rtl)):
        run = paragraph.add_run("".join(words))
        if is_rtl:
            run.font.rtl = True


def _is_rtl(text: str, *, otherwise: bool) -> bool:
    """Whether the first letter of `text` runs from right to left (Unicode bidirectional algorithm, rules P2 and P3)."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return otherwise
