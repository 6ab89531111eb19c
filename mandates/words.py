"""Words to look for: the one rule by which the lists and the page of the search find them, on every database.

A row is found when each word stands in it, as a part of a word too; neither capitals nor accents make a difference.
Words in quotation marks are looked for side by side. Nothing is ranked.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

from django.db.models import Q

from .day_words import fold

_WORD = re.compile(r'["“”«»„]([^"“”«»„]+)["“”«»„]|([^\s"“”«»„]+)')
_LETTER = re.compile("oe|ae|ss|.", re.DOTALL)
_JOINED = {"oe": "œŒ", "ae": "æÆ", "ss": "ßẞ"}
_ALIKE = {"'": "['’‘ʼ`]", "-": "[-‐‑‒–]", " ": r"\s+"}
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ى": "ي", "ة": "ه", "œ": "oe", "æ": "ae", "ـ": ""}
    | dict.fromkeys("’‘ʼ`", "'")
    | dict.fromkeys("‐‒–", "-")
)
"""What many leave off, and Unicode does not take apart: strokes, dots of Arabic letters; joined letters; signs."""
_MARKS = "[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670]*"
"""Accents and vowel signs that are characters of their own, and the stroke that lengthens an Arabic word."""


@cache
def _written() -> dict[str, str]:
    """How else each bare letter is written, in Latin, Greek, Cyrillic and Arabic: "e" as "EéÉèÈ…"."""
    found: dict[str, str] = defaultdict(str)
    for code in (*range(0x41, 0x250), *range(0x370, 0x530), *range(0x600, 0x700), *range(0x1E00, 0x1F00)):
        mark = chr(code)
        letter = bare(mark)
        if len(letter) == 1 and letter.isalpha() and mark != letter:
            found[letter] += mark
    return dict(found)


def bare(text: str) -> str:
    """`text` without what makes no difference: capitals, accents, vowel signs, joined letters."""
    return fold(text).translate(_PLAIN)


def words_in(text: str) -> list[str]:
    """The words to look for in `text`, each once, in their order; what stands in quotation marks is one."""
    found = (" ".join((match[1] or match[2]).split()) for match in _WORD.finditer(text))
    return [word for word in dict.fromkeys(found) if word]


def pattern_of(word: str) -> str:
    """A regular expression that finds a word, which Python and PostgreSQL read alike: "été" as "[eEéÉ…]…".

    The letters are in it with their capitals, so that it needs no help of the database's language. Of alphabets that
    are not taken apart here a word is found as it is typed.
    """
    pattern = _LETTER.sub(_one, bare(word))
    return pattern if pattern and re.search(pattern, word) else "|".join(filter(None, (pattern, re.escape(word))))


def _one(match: re.Match[str]) -> str:
    letters, written = match[0], _written()
    if letters in _JOINED:
        apart = "".join(f"[{letter}{written[letter]}]{_MARKS}" for letter in letters)
        return f"(?:{apart}|[{_JOINED[letters]}])"
    if letters in _ALIKE:
        return _ALIKE[letters]
    if letters in written:
        return f"[{letters}{written[letters]}]{_MARKS}"
    return letters + _MARKS if letters.isalpha() else re.escape(letters)


def any_of(columns: Iterable[str], pattern: str) -> Q:
    """Rows with the pattern in one of the columns."""
    return Q(*((f"{column}__regex", pattern) for column in columns), _connector=Q.OR)


def holding(text: str, *columns: str, also: Callable[[str], Q] | None = None) -> Q:
    """Rows in which each word of `text` stands, in whichever of `columns`; none for a text without words.

    `also` says where else a pattern is looked for: in what belongs to the row.
    """
    patterns = [pattern_of(word) for word in words_in(text)]
    found = Q() if patterns else Q(pk__in=[])
    for pattern in patterns:
        there = any_of(columns, pattern)
        found &= there | also(pattern) if also else there
    return found
