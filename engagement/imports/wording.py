"""By which words a file says what stands where: titles of columns, "as above", totals, the twelve actions.

Titles are those of `COLUMNS` in every language of the product, and what clusters write in their place. These are
words that people type and not words that we show, so they stand here and in no catalogue.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from django.conf import settings
from django.utils.translation import gettext, override

from ..actions import WORDINGS
from .columns import BY_TAG, COLUMNS, note_of

ALSO = {
    "started_on": "date; date of action; date of the action; start date; from; when; date de l'action; date de début; "
    "fecha; fecha de la acción; fecha de inicio; التاريخ; تاريخ; تاريخ الإجراء; تاريخ البدء",
    "ended_on": "end date; until; date de fin; fecha de fin; fecha final; تاريخ الانتهاء",
    "action_number": "action no; action number; no of action; number of the action; n° de l'action; n.º de la acción; "
    "رقم الإجراء",
    "action": "action; actions; action taken; actions taken; potential action; mesure prise; mesures prises; "
    "actions prises; acción; acciones; acciones tomadas; acciones realizadas; الإجراء; الإجراءات; الإجراءات المتخذة",
    "what_was_done": "what did the cluster do; what was done; description; activities; qu'a fait le cluster; "
    "ce qui a été fait; qué hizo el clúster; descripción; ماذا فعلت المجموعة; الوصف",
    "challenges": "challenge; challenges; challenges faced; what challenges did the cluster face; difficultés; défis; "
    "dificultades; desafíos; retos; التحديات",
    "result": "result; results; outcome; résultat; résultats; resultado; resultados; النتيجة; النتائج",
    "support_needed": "support needed; further support needed; support requested; further support; appui nécessaire; "
    "soutien nécessaire; apoyo necesario; الدعم المطلوب",
    "mode": "mode of engagement; modality; direct indirect or in collaboration; modalité; modalidad; الطريقة",
    "partner": "partners; in collaboration with; partenaire; partenaires; socio; socios; الشريك; الشركاء",
    "mandates": "mandate; mandate holder; mandate holders; special procedure; special procedures; mandat; mandats; "
    "procédure spéciale; procédures spéciales; mandato; mandatos; procedimiento especial; "
    "procedimientos especiales; الولاية; الولايات; الإجراءات الخاصة",
    "status": "state; statut; état; estado; الحالة",
    "level": "sensitivity; confidentiality; sensitivity level; confidentialité; sensibilité; confidencialidad; "
    "sensibilidad; السرية; الحساسية",
    "cluster": "name of cluster; protection cluster; nom du cluster; اسم المجموعة",
}
"""What stands over a column where neither the form's words nor ours do; by name, divided by semicolons."""

TELLING = frozenset(
    ("action", "action_number", "what_was_done", "challenges", "result", "support_needed", "started_on", "mandates")
)
"""A line of titles has one of these at least: clusters and countries stand over many tables."""

_DITTO = (
    "as above; same as above; see above; ditto; idem; same; the same; ibid; ibidem; comme ci-dessus; "
    "voir ci-dessus; ci-dessus; même chose; le même; la même; ídem; igual que arriba; como arriba; ver arriba; "
    "véase arriba; lo mismo; نفسه; نفس الشيء; كما سبق; كما أعلاه; كما ورد أعلاه; أعلاه; انظر أعلاه; نفس ما سبق"
)
_DITTO_MARKS = frozenset(("″", "〃", '"', "''", "“", "”", "„", "״", ",,", "ʺ", '-"-', '—"—', "-″-"))
_TOTALS = (
    "total; totals; grand total; subtotal; sum; totaux; total général; sous-total; totales; total general; gran total; "
    "suma; المجموع; مجموع; المجموع الكلي; الإجمالي; إجمالي; الإجمالي العام"
)
_NUMBERED = re.compile(r"^\W*\d{1,2}\W*(?=\D)")
_IN_BRACKETS = re.compile(r"[(（\[][^()（）\[\]]*[)）\]]")
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:\d+")
"""What the column `row` holds: the id of a record and the version that was exported."""

KEY_IN_BRACKETS = re.compile(rf"\[({KEY.pattern})\]\s?")
"""The same in a Word file, where it stands hidden at the start of a row."""

LONGEST = 200
"""Characters of the longest title; what is longer is the text of a row."""


def plain(text: str) -> str:
    """Letters and digits only, without case, accents and vowel signs: by this, wordings are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


@cache
def columns_by_wording() -> dict[str, str]:
    """{plain wording: name of the column} in all languages of the product."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {plain(str(column.title)): column.name for column in COLUMNS}
    for name, words in ALSO.items():
        found |= {plain(word): name for word in words.split(";") if plain(word) not in found}
    return found


@lru_cache(maxsize=10_000)
def column_of(title: object) -> str:
    """The name of the column over which this stands, or "": with or without numbers, brackets and stars."""
    if not isinstance(title, str) or len(title) > LONGEST:
        return ""
    known = columns_by_wording()
    bare = _IN_BRACKETS.sub(" ", title)
    tries = (title, bare, _NUMBERED.sub("", title), _NUMBERED.sub("", bare))
    return next((known[word] for word in map(plain, tries) if word in known), "")


def tag_of(cell: object) -> str:
    """The column of a hashtag, or "": HXL lets attributes stand in any order."""
    if not isinstance(cell, str) or not cell.strip().startswith("#") or len(cell) > LONGEST:
        return ""
    return _by_parts().get(_parts(cell), "")


def is_tag(cell: object) -> bool:
    """Whether a cell is a hashtag of HXL, ours or not."""
    return isinstance(cell, str) and len(cell) <= LONGEST and bool(re.fullmatch(r"\s*#[a-z][\w+ -]*", cell, re.I))


def _parts(tag: str) -> frozenset[str]:
    return frozenset("".join(tag.lower().split()).split("+"))


@cache
def _by_parts() -> dict[frozenset[str], str]:
    return {_parts(tag): column.name for tag, column in BY_TAG.items()}


@cache
def _ditto() -> frozenset[str]:
    return frozenset(map(plain, _DITTO.split(";")))


def is_ditto(cell: object) -> bool:
    """Whether a cell only says that it is as the one above."""
    if not isinstance(cell, str) or len(cell) > 40:
        return False
    return "".join(cell.split()) in _DITTO_MARKS or plain(cell) in _ditto()


def is_total(cells: Iterable[object]) -> bool:
    """Whether a row only adds up: it says so, and holds nothing else but numbers."""
    texts = [cell for cell in cells if isinstance(cell, str) and not re.fullmatch(r"[\d\s.,%+-]+", cell)]
    if len(texts) != 1 or len(texts[0]) > 40 or not re.fullmatch(r"[\w\s.,:()–-]+", texts[0]):
        return False  # "@SUM(1)" is what somebody typed
    return plain(texts[0]).rstrip("0123456789") in _totals()


@cache
def _totals() -> frozenset[str]:
    return frozenset(map(plain, _TOTALS.split(";")))


@cache
def actions_by_wording() -> dict[str, int]:
    """{plain wording: number} of the twelve actions, in full and in short, in all languages."""
    found: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for number, action in WORDINGS.items():
                found[plain(str(action.text))] = found[plain(str(action.short))] = number
    return found


def action_of(cell: object) -> int | None:
    """The number of the action whose wording a cell gives, with or without the number in front."""
    if not isinstance(cell, str) or len(cell) > 600:
        return None
    known = actions_by_wording()
    return known.get(plain(cell)) or known.get(plain(_NUMBERED.sub("", cell)))


@cache
def help_texts() -> frozenset[str]:
    """The help that our export writes at its titles, plain, in all languages."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {plain(said) for column in COLUMNS for said in (str(column.help), note_of(column))}
    return frozenset(found)


@cache
def translations_of(*words: str) -> frozenset[str]:
    """These words, plain, in every language."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {plain(gettext(word)) for word in words}
    return frozenset(found)
