"""One record of the Index, made clean: what its columns are called, and the dirt that they come with.

"- " before each value, line feeds between values, days as serial numbers, HTML in texts, a paragraph's number at the
beginning of its text, a key where the kind should stand, an asterisk after the name of a country.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ..models import Recommendation

Kind = Recommendation.Kind

CALLED: dict[str, tuple[str, ...]] = {
    "annotation_id": ("ohchrannotationid", "annotationid"),
    "text": ("text",),
    "body": ("reccomendingbody", "recommendingbody", "body"),
    "symbol": ("documentsymbol", "symbol"),
    "countries": ("countriesconcerned", "countries"),
    "themes": ("themes",),
    "published_on": ("documentpublicationdate", "publicationdate"),
    "affected_persons": ("affectedpersons",),
    "sdgs": ("sdgs",),
    "kind": ("type", "annotationtype"),
}
"""What each column is called in Excel and in JSON, without capitals and spaces; "Reccomending" is OHCHR's."""

NEEDED = ("annotation_id", "text", "body", "symbol", "countries", "themes", "published_on")
"""The columns without which a file is not the Index's: a missing one would empty what it holds."""

_FIELD = {name: field for field, names in CALLED.items() for name in names}
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/li|/div|/h\d)\b[^<>]*>", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_NUMBERED = re.compile(
    r"(?:(?P<long>\d{2,3}\.\d{1,3})\.?(?=[\s(\[])|(?P<number>\d{1,3})\.(?=\D))\s*(?P<point>\([a-z]{1,4}\))?\s*"
)
_HEADED = re.compile(r"(?P<heading>[^.:;!?\n\d]{3,120}?)\s(?P<number>\d{1,3})\.(?=[^\W\d_]|[(\[“])")
_PROCEDURE = re.compile(r"(?:SR|IE|WG)\s")
_MAX_SERIAL = 73_050  # the last day of 2099
_EPOCH, _EPOCH_OF_MAC = date(1899, 12, 30), date(1904, 1, 1)


class Faulty(Exception):
    """Why a record cannot be taken; `str()` is a sentence."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the Index means it: columns of `Recommendation` by their names, and names still to be looked up."""

    annotation_id: UUID
    text: str
    paragraph: str
    kind: str
    symbol: str
    published_on: date
    bodies: tuple[str, ...]
    countries: tuple[str, ...]
    themes: tuple[str, ...]
    affected_persons: str
    sdgs: str

    @property
    def fingerprint(self) -> str:
        """The same as long as the Index says the same."""
        said = repr([getattr(self, name) for name in self.__slots__])
        return blake2b(said.encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=1_000)
def field_of(title: str) -> str:
    """The column that a title of Excel or a key of JSON means; "" for one that is not read."""
    return _FIELD.get("".join(mark for mark in title.casefold() if mark.isalnum()), "")


def bodies_of(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Who says it, without the dirt: read first, since most records of the Index are no Special Procedure's."""
    return items(raw.get("body"))


def are_special_procedures(bodies: tuple[str, ...]) -> bool:
    """Whether one of these names says so itself: Special Rapporteur, Independent Expert, Working Group."""
    return any(_PROCEDURE.match(body) for body in bodies)


def record_of(raw: Mapping[str, Any], *, is_of_mac: bool = False) -> Record:
    """The record behind the raw values by column. `is_of_mac`: days count from 1904. Raises Faulty."""
    text, paragraph = text_and_paragraph(plain(raw.get("text")))
    record = Record(
        annotation_id=_key(raw.get("annotation_id")),
        text=text,
        paragraph=paragraph,
        kind=_kind(raw.get("kind")),
        symbol=" ".join(items(raw.get("symbol"))[:1]),
        published_on=day_of(raw.get("published_on"), _EPOCH_OF_MAC if is_of_mac else _EPOCH),
        bodies=bodies_of(raw),
        countries=items(raw.get("countries")),
        themes=items(raw.get("themes")),
        affected_persons="\n".join(items(raw.get("affected_persons"))),
        sdgs="\n".join(items(raw.get("sdgs"))),
    )
    if not record.text:
        raise Faulty(_("it has no text"))
    for name, value in (
        ("text", record.text),
        ("symbol", record.symbol),
        ("affected_persons", record.affected_persons),
        ("sdgs", record.sdgs),
        ("body", "\n".join(record.bodies)),
        ("other_countries", "; ".join(record.countries)),
        *(("theme", theme) for theme in record.themes),
    ):
        limit: Any = 200 if name == "theme" else Recommendation._meta.get_field(name).max_length  # type: ignore[union-attr]
        if len(value) > limit:
            raise Faulty(_("its %(column)s is longer than %(limit)d characters") % {"column": name, "limit": limit})
    return record


def items(value: Any) -> tuple[str, ...]:
    """The values of a list, each once: of a JSON array, or of a cell with one a line."""
    parts = value if isinstance(value, list) else str(value or "").splitlines()
    cleaned = (_item(str(part)) for part in parts if part is not None)
    return tuple(dict.fromkeys(one for one in cleaned if one))


def _item(text: str) -> str:
    text = " ".join(_CONTROL.sub(" ", html.unescape(text)).split())
    return (text[1:] if text.startswith("-") else text).strip().rstrip("*").rstrip()


def plain(value: Any) -> str:
    """A text without tags: line breaks where it has paragraphs, single spaces else."""
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", str(value or ""))))
    lines = (" ".join(_CONTROL.sub(" ", line).split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def text_and_paragraph(text: str) -> tuple[str, str]:
    """A text apart from the number that it begins with: "71.(a)Ensure…" as "Ensure…", "71 (a)".

    A heading may stand before the number, as in "Rural women 49.The Committee…": it becomes a line of its own.
    """
    if match := _NUMBERED.match(text):
        rest = text[match.end() :]
        number = f"{match['long'] or match['number']} {match['point'] or ''}".strip()
        return (rest, number) if rest else (text, "")
    if match := _HEADED.match(text):
        return f"{match['heading']}\n{text[match.end() :].lstrip()}", match["number"]
    return text, ""


def day_of(value: Any, epoch: date = _EPOCH) -> date:
    """The day of a serial number, of ISO 8601 or of Excel's own date. Raises Faulty."""
    text = str(value or "").strip()
    if not text:
        raise Faulty(_("it has no day of publication"))
    try:
        serial = float(text)
        if 1 <= serial <= _MAX_SERIAL:
            return epoch + timedelta(days=int(serial))
    except ValueError:
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            pass
    raise Faulty(_("“%(text)s” is not its day of publication") % {"text": text[:40]})


def _key(value: Any) -> UUID:
    try:
        return UUID(_item(str(value or "")))
    except ValueError:
        raise Faulty(_("it has no key (OHCHR Annotation Id)")) from None


def _kind(value: Any) -> str:
    """A large part of recent records has a key in the place of the kind."""
    said = " ".join(items(value)).casefold()
    if said.startswith("recommendation"):
        return Kind.RECOMMENDATION.value
    return Kind.CONCERN.value if said.startswith("concern") else Kind.OTHER.value
