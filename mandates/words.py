"""Words to look for: the one rule by which the lists and the page of the search find them.

A row is found when each word stands in it; neither capitals nor accents make a difference. Words in quotation marks
are looked for side by side. Nothing is ranked.

On PostgreSQL this is its full text search (`words_of` and `words_sought` of migration 0007), which finds words or how
they begin; of an Arabic word also with another article, "and", "in" or "to" joined on, or without. Other databases find
parts of words too.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connections
from django.db.models import BooleanField, Func, Q
from django.db.models.lookups import Regex

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


class Holds(Func):
    """Whether a word, or words side by side, stand in one of the columns: `filter(Holds("housing", "title"))`."""

    output_field = BooleanField()

    def __init__(self, word: str, *columns: str) -> None:
        super().__init__(*columns)
        self.word = word

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        pattern, params = pattern_of(self.word), list[Any]()
        found = [compiler.compile(Regex(column, pattern)) for column in self.get_source_expressions()]
        for _sql, of_column in found:
            params += of_column
        return f"({' OR '.join(sql for sql, _params in found)})", params

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Full text; signs, and what stands side by side, are looked for among what it found.

        The columns that a model names as its WORDS_OF are kept there taken apart, in a column of that table, `words`.
        """
        columns: list[Any] = self.get_source_expressions()
        model, kept = columns[0].target.model, f"{compiler.quote_name_unless_alias(columns[0].alias)}.words"
        if tuple(column.target.name for column in columns) == getattr(model, "WORDS_OF", ()):
            sql, params = kept, list[Any]()
        else:
            sql, of_columns = super().as_sql(compiler, connection, template="words_of(%(expressions)s)")
            params = [*of_columns]
        sql, params = f"{sql} @@ words_sought(%s)", [*params, self.word]
        if re.search(r"[\W_]", self.word):
            side_by_side, of_pattern = self.as_sql(compiler, connection)
            sql = f"(({sql} OR numnode(words_sought(%s)) = 0) AND {side_by_side})"
            params += [self.word, *of_pattern]
        return sql, params


def holding(rows: Any, text: str, *columns: str, also: Callable[[str], list[Any]] = lambda word: []) -> Any:
    """Of a queryset, the rows in which each word of `text` stands, in whichever of `columns`; none without words.

    `also` says where else a word is looked for: querysets of the keys of rows to which it belongs.
    """
    words = words_in(text)
    for word in words:
        there, elsewhere = Holds(word, *columns), also(word)
        if elsewhere and connections[rows.db].vendor == "postgresql":
            # One subquery: with an OR of several, no index is asked.
            own = rows.model._base_manager.order_by().filter(there).values("pk")
            rows = rows.filter(pk__in=own.union(*elsewhere))
        else:
            rows = rows.filter(Q(there, *(("pk__in", keys) for keys in elsewhere), _connector=Q.OR))
    return rows if words else rows.none()


def build_index_anew(table: str) -> None:
    """Build the index of the words of `table` anew, after which no word of an erased text stands in it any more.

    PostgreSQL keeps a word in such an index when the last row with it is gone. Rows can be read and written
    meanwhile; what a run that was killed left behind is taken away first. Cannot be done inside a transaction. Does
    nothing on other databases, which keep no index of words.
    """
    connection = connections["default"]
    if connection.vendor != "postgresql":
        return
    name = f"{table}_words"
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ %s", [f"^{name}_cc(new|old)[0-9]*$"])
        for (left,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX CONCURRENTLY {connection.ops.quote_name(left)}")
        cursor.execute(f"REINDEX INDEX CONCURRENTLY {connection.ops.quote_name(name)}")
