"""A call for input as it stands on a page, pasted: which of it is title, issuer, deadline and addresses.

Pages of OHCHR list a call as "entity, deadline, title" and link the title; the page of one call has labels such as
"Issued by" and "Deadline". Nothing here touches the database.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar

from .day_words import cut_days, fold

Row = TypeVar("Row")

_LABELS = {
    "title": "title|titre|t[íi]tulo",
    "issuer": "issued by|issuer|entity|[ée]mis par|publi[ée] par|entit[ée]|emitido por|entidad",
    "deadline": r"(?:submission )?deadline(?: for [^:]{1,40}(?=:))?|due(?: date)?|closing date"
    r"|date limite(?: d[^:]{1,40}(?=:))?|[ée]ch[ée]ance|fecha l[íi]mite(?: de [^:]{1,40}(?=:))?|plazo",
    "purpose": "purpose|objet|objetivo|prop[óo]sito",
    "address": "address|adresse|direcci[óo]n|e-?mail|courriel|correo|(?:(?:how|where) to )?(?:send|submit)(?: to)?"
    "|(?:submissions?|inputs?) to|envoyer [àa]|enviar a",
    "url": "url|link|web ?page|lien|enlace",
    "nothing": "last updated|published|derni[èe]re mise [àa] jour|[úu]ltima actualizaci[óo]n",
}
_LABEL = re.compile(
    r"(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items()) + r")(?!\w)\s*(?P<colon>:?)\s*",
    re.IGNORECASE,
)
# A line may begin with one of these without being a label: only a colon makes it one.
_WITH_COLON = {"title", "purpose", "address", "url"}

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]+[^\s<>\".,;:)]", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ONGOING = re.compile(
    r"(?:is )?(?:ongoing|open[- ]ended|no deadline|without deadline|en cours|permanente?|sans date limite"
    r"|sin (?:plazo|fecha limite))"
)
_EXTENDED_TO = re.compile(
    r"(?:extended|prolonge|reporte|ampliad|prorrogad)\w*(?: from)?\W+(?:\S+\W+){0,4}?(?:to|until|au|jusqu'au|hasta|al) "
)
_AROUND_A_DAY = re.compile(
    r"(?:\b(?:extended|new|until|from|to|by|on|before|at|the|midnight|noon|time|local|geneva|cet|cest|gmt|utc|hours?|h"
    r"|avant|jusqu'au|heures?|antes|del|hasta|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|[ap]\.?m\b|[\d:.,;()\s-])*"
)
_SENT_BY = re.compile(
    r"\b(?:submi|sen[dt]\b|inputs?\b|contribut|deadline|envo[iy]|soumi|soumet|transm|env[ií]|remit|present)"
    r"(?:[^.!?]|[.!?](?!\s)){0,200}?"
    r"\b(?:by|before|until|(?:no|not) later than|deadline(?: is| of)?|au plus tard le|avant le|jusqu['’]au"
    r"|a m[áa]s tardar el|antes del|hasta el)\s(?P<when>[^.!?]{6,60})",
    re.IGNORECASE,
)
"""A sentence of prose that says until when something is to be sent."""
_TWO_SENTENCES = re.compile(r"[.!?]\s+\S.*[.!?]$")
LONGEST_TITLE = 250
"""Characters; titles of calls have been seen to have 166 at most."""
LONGEST_WHEN = 60
"""Characters of a day with an hour and a place: "31 January 2027, 6 p.m. Juba"."""
_HOUR = re.compile(
    r"\d|\b(?:noon|midday|midnight|midi|minuit|mediodia|medianoche|cob|close of|end of|fin de|fermeture|cierre|aoe"
    r"|anywhere on earth|utc|gmt|e[sd]t|time|heure|hora)\b|الساعة|بتوقيت|ظهرا"
)
_AS_KEPT = re.compile(
    r"\b(?:23[:.h ]{1,3}59|24[:.h ]{1,3}00)\b|\b(?:geneva time|heure de geneve|hora de ginebra)\b|بتوقيت جنيف"
)
"""Until the end of a day in Geneva: what a deadline without an hour means here."""
_BEGINS_WITH_DAY = re.compile(r"\W*(?:[^\W\d]+\W+)?\d")
_CUE = re.compile(
    r"\bcalls? for (?:inputs?|submissions?|contributions?|comments)|\brequest for inputs?|\bquestionnaire"
    r"|\bappel a (?:contributions?|commentaires)|\b(?:convocatoria|llamado|llamamiento) (?:a|para|de) "
)
_ENTITY = re.compile(
    r"(?:(?:the|un|united nations) )*(?:special rapporteur|independent expert|working group|special procedures"
    r"|committee|sub-?committee|expert mechanism|ohchr|office of the|advisory committee|human rights council"
    r"|rapporteu\w+ special|expert\w? independant|groupe de travail|comite|relator\w? especial"
    r"|expert\w independiente|grupo de trabajo|(?:sr|ie|wg) )"
)
_NOISE = {
    "call for input",
    "call for inputs",
    "calls for input",
    "appel a contributions",
    "closed",
    "submissions now online",
    "submissions now online (see below)",
}


@dataclass(slots=True)
class PastedCall:
    """What was understood; empty fields were not found. `unused` are the parts of which nothing was taken."""

    title: str = ""
    issuer: str = ""
    deadline_kind: str = ""  # "date", "ongoing", or "" when the text does not say
    deadline_on: date | None = None
    address: str = ""
    source_url: str = ""
    purpose_text: str = ""
    hour: str = ""  # the deadline as written, where it names an hour or a time that is not Geneva's
    unused: list[str] = field(default_factory=list)


def read_call(text: str) -> PastedCall:
    """Read one pasted call: lines, with labels or without, or one line with its parts between tabs or `|`.

    Parts are told apart by what they look like, so that their order does not matter, except that an issuer of
    unknown form stands before its title. The first deadline, title and so on that is found counts.
    """
    call, texts, label = PastedCall(), list[str](), ""
    for part in _parts(text):
        if not label or _is_bare_label(part):
            label, part = _labelled(part)
            if label and not part:
                continue  # its value stands in the next part
        if not label and _is_prose(part):
            _take_prose(call, part)
            continue
        rest = _take(call, label, part)
        if rest and fold(rest) not in _NOISE:
            texts.append(rest)
        label = ""
    _take_texts(call, texts)
    return call


def _parts(text: str) -> Iterator[str]:
    """The lines and cells of a text, without what is empty and without the heading row of a table."""
    for line in unicodedata.normalize("NFC", text).splitlines():
        cells = [" ".join(cell.split()) for cell in re.split(r"[\t|]", line)]
        cells = [cell for cell in cells if cell]
        if len(cells) == 1 or not all(_is_bare_label(cell) for cell in cells):
            yield from cells


def _is_bare_label(part: str) -> bool:
    return _LABEL.fullmatch(part) is not None


def _labelled(part: str) -> tuple[str, str]:
    """(label, what follows it) of "Deadline: 30 June 2026"; ("", part) without a label."""
    match = _LABEL.match(part)
    if match is None:
        return "", part
    name = next(name for name in _LABELS if match[name])
    rest = part[match.end() :]
    if rest and not match["colon"] and (name in _WITH_COLON or (name == "deadline" and not _is_when(rest))):
        return "", part
    return name, rest


def _is_when(text: str) -> bool:
    """Whether a text says until when, and nothing else."""
    days, left = cut_days(text)
    if days and len(text) <= LONGEST_WHEN and _BEGINS_WITH_DAY.match(text) and not _CUE.search(left):
        return bool(_AROUND_A_DAY.fullmatch(left) or _HOUR.search(left))
    return bool(days and _AROUND_A_DAY.fullmatch(left)) or bool(_ONGOING.fullmatch(fold(text)))


def _take(call: PastedCall, label: str, value: str) -> str:
    """Put a part where its label or its look says that it belongs; what of it is left, to be title or issuer."""
    if label == "deadline" or (not label and _is_when(value)):
        _take_deadline(call, value)
        return ""
    if label in ("title", "issuer"):
        setattr(call, label, getattr(call, label) or value)
        return ""
    if label == "purpose":
        call.purpose_text = call.purpose_text or value
        return ""
    email, url = _EMAIL.search(value), _URL.search(value)
    if url:
        _take_url(call, url[0], is_address=label == "address")
        value = (value[: url.start()] + value[url.end() :]).strip()
    elif email or label == "address":
        call.address = call.address or (email[0] if email else value)
        value = ""
    return "" if label else value


def _is_prose(part: str) -> bool:
    """Whether a part without a label tells of a call in sentences: such a text is no title."""
    is_sentence = part.endswith(".") and _SENT_BY.search(part)
    return len(part) > LONGEST_TITLE or bool(is_sentence or _TWO_SENTENCES.search(part))


def _take_prose(call: PastedCall, text: str) -> None:
    """Addresses, and the deadline where one day is named by which to send something. The text itself fills no field."""
    if url := _URL.search(text):
        _take_url(call, url[0], is_address=False)
    if email := _EMAIL.search(text):
        call.address = call.address or email[0]
    due = {days[0]: sent["when"] for sent in _SENT_BY.finditer(text) if (days := cut_days(sent["when"])[0])}
    if len(due) == 1:
        _take_deadline(call, due.popitem()[1])
    call.unused.append(text)


def _take_url(call: PastedCall, url: str, *, is_address: bool) -> None:
    """The first address is that of the page; what else is linked is where inputs go."""
    url = url if url.casefold().startswith("http") else f"https://{url}"
    if is_address or (call.source_url and url != call.source_url):
        call.address = call.address or url
    else:
        call.source_url = url


def _take_deadline(call: PastedCall, value: str) -> None:
    if call.deadline_kind:
        return
    days, left = cut_days(value)
    later, _left = cut_days(_EXTENDED_TO.split(fold(value))[-1])
    if days:
        call.deadline_kind, call.deadline_on = "date", (later or days)[0]
    elif _ONGOING.search(fold(value)):
        call.deadline_kind = "ongoing"
    if not call.deadline_kind:
        call.unused.append(value)  # no day that stands in a calendar
    elif _HOUR.search(_AS_KEPT.sub("", left)):
        call.hour = value


def _take_texts(call: PastedCall, texts: list[str]) -> None:
    """Choose title and issuer among the parts that could be either."""
    entities = [text for text in texts if _ENTITY.match(fold(text)) and not _CUE.search(fold(text))]
    others = [text for text in texts if text not in entities]
    cued = [text for text in others if _CUE.search(fold(text))]
    if not call.title and (others or len(entities) > 1):
        call.title = (cued or others or entities[::-1])[0]
    before = texts[: texts.index(call.title)] if call.title in texts else []
    named = [text for text in entities if text != call.title] + [text for text in before[-1:] if len(text) <= 150]
    if not call.issuer and named:
        call.issuer = named[0]
    call.unused += [text for text in texts if text not in (call.title, call.issuer, "Special Procedures")]


def resolve_issuer(text: str, names: Mapping[str, Row]) -> tuple[list[Row], str]:
    """The rows that an issuer's `text` names, and what of it names none.

    `names` maps folded titles, short forms and aliases to rows. Several issuers are told apart by ";" and "and".
    """
    if found := _named(text, names):
        return [found], ""
    rows, unknown = list[Row](), list[str]()
    for part in _SEVERAL.split(text):
        row = _named(part, names)
        if row is None:
            unknown.append(part)
        elif row not in rows:
            rows.append(row)
    return rows, "; ".join(part for part in unknown if part.strip())


def _named(text: str, names: Mapping[str, Row]) -> Row | None:
    """The row of that name; or the only one of which a name begins so: people write titles short."""
    if row := names.get(_bare(text)):
        return row
    asked = _short(text)
    begun = {row for name, row in names.items() if asked and _begins(_short(name), asked)}
    return begun.pop() if len(begun) == 1 else None


def _begins(name: str, words: str) -> bool:
    """Whether a name begins with these words, and not within its next one."""
    return name.startswith(words) and not name[len(words) :][:1].isalnum()


@lru_cache(maxsize=2_000)
def _short(name: str) -> str:
    """A title without what people leave out of it: "on internally displaced persons", "on adequate housing"."""
    return _LEFT_OUT.sub("", _FEMININE.sub(lambda she: _HE[she[0]], _bare(name)))


_LEFT_OUT = re.compile(
    r"\b(?:(?:the )?(?:human rights of|rights? (?:of|to)|situation of(?: human rights in)?) (?:the )?"
    r"|(?:le |la |les )?(?:droits? (?:de l'homme )?|situation )(?:des |de |du |a l'|a la |a un |a |au |aux )"
    r"|(?:el |la |los )?(?:derechos? (?:humanos )?|situacion )(?:de los |de las |de la |del |de |a la |al |a ))"
    r"|\b(?:(?:the|le|la|les|el|los|las) |l')"
)
_HE = {"rapporteuse speciale": "rapporteur special", "relatora especial": "relator especial"}
_FEMININE = re.compile("|".join(_HE))


# "and" stands within titles too: it parts two issuers only before a word that begins one.
_SEVERAL = re.compile(
    r"\s*;\s*|,?\s+(?:and|et|y|e)\s+(?=(?:(?:the|le|la|el|les)\s+)?(?:special|independent|working|rapporteu|relator|groupe"
    r"|grupo|sr|ie|wg)\b)",
    re.IGNORECASE,
)


def issuer_in(text: str, titles: Mapping[str, Row]) -> list[Row]:
    """The row whose folded title, the longest that fits, stands inside a text such as a call's title; none or one."""
    folded = fold(text)
    inside = [name for name in titles if name in folded]
    return [titles[max(inside, key=len)]] if inside else []


def issuer_type(issuer: str) -> str:
    """The kind of issuer (`CallForInput.IssuerType`) that a name speaks of; Special Procedures if it does not say."""
    words = _bare(issuer)
    if words.startswith(("committee", "subcommittee", "sub-committee", "comite")):
        return "treaty_body"
    if words.startswith(("expert mechanism", "mecanisme d'experts", "mecanismo de expertos")):
        return "expert_mechanism"
    if words.startswith(("ohchr", "office of the", "haut-commissariat", "oficina del alto")):
        return "ohchr"
    return "special_procedures"


def _bare(name: str) -> str:
    """A name as it is looked up: folded, without article, "UN" and closing dot."""
    return re.sub(r"^(?:(?:the|un|united nations) )+", "", fold(name)).rstrip(" .")
