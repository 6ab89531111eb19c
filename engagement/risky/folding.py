"""One spelling for what people and devices write in many, with the way back to the text as it was typed."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SAME = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیۍې", "ي"),
        **dict.fromkeys("ةەہھ", "ه"),
        "ؤ": "و",
        "ئ": "ي",
        "ک": "ك",
        "ـ": "",  # tatweel only stretches a word
        **dict.fromkeys("،٬", ","),
        "؛": ";",
        **dict.fromkeys("٫۔。", "."),
        "؟": "?",
        **dict.fromkeys("‘’‛′ʼ`´", "'"),
        **dict.fromkeys("“”„″«»", '"'),
        **dict.fromkeys("º˚", "°"),
        "−": "-",
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "ı": "i",
    }
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` in one spelling; `places[i]` is where its character i stood in the original."""

    text: str
    places: range | list[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the piece `text[start:end]`, which is not empty, stands in the original."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=4096)
def _fold_one(character: str) -> str:
    """What one character counts as: "" for marks, for what cannot be seen, and for signs of direction."""
    same = character.translate(_SAME)
    if same != character:
        return same
    folded = []
    for part in unicodedata.normalize("NFKD", character):
        part, category = part.translate(_SAME), unicodedata.category(part)
        if category in ("Mn", "Me", "Cf"):
            continue
        if category == "Nd":
            part = str(unicodedata.decimal(part))
        elif category == "Pd":
            part = "-"
        elif category == "Zs" or part == "\t":
            part = " "
        elif category in ("Zl", "Zp"):
            part = "\n"
        folded.append(part)
    return "".join(folded)


def fold(text: str) -> Folded:
    """`text` without accents, vowel signs, invisible characters; digits of any script as 0-9; one dash, one quote.

    Case stays, since it tells names. Takes time in proportion to the length.
    """
    if text.isascii():
        return Folded(text.replace("\t", " "), range(len(text)))
    parts: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        part = character if "!" <= character <= "~" else _fold_one(character)
        parts.append(part)
        places.extend([place] * len(part))
    return Folded("".join(parts), places)
