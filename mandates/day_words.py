"""Days as people write them, in English, French, Spanish and Arabic: "30 September 2026", "Sept. 30, 2026", "1er mars
2027", "8 يونيو 2026", "8 تشرين الأول/أكتوبر 2026".

What can be read in two ways, such as 05/01/2027, is not read at all.
"""

import re
import unicodedata
from datetime import date

from .dates import NoSuchDay, Period, parse_period

_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def fold(text: str) -> str:
    """`text` as two people would spell it alike: no accents, no capitals, plain apostrophes, single spaces, no marks of
    direction."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join(_DIRECTIONS.sub("", bare).casefold().replace("’", "'").split())


_MONTHS = {
    1: "january jan janvier janv enero ene",
    2: "february feb fevrier fevr febrero",
    3: "march mar mars marzo",
    4: "april apr avril avr abril abr",
    5: "may mai mayo",
    6: "june jun juin junio",
    7: "july jul juillet juil julio",
    8: "august aug aout agosto ago",
    9: "september sept sep septembre septiembre setiembre set",
    10: "october oct octobre octubre",
    11: "november nov novembre noviembre",
    12: "december dec decembre diciembre dic",
}
# As in Egypt and the Gulf, in the Levant and Iraq, in the Maghreb.
_ARABIC_MONTHS = {
    1: "يناير، كانون الثاني، جانفي",
    2: "فبراير، شباط، فيفري",
    3: "مارس، آذار",
    4: "أبريل، إبريل، نيسان، أفريل",
    5: "مايو، أيار، ماي",
    6: "يونيو، يونيه، حزيران، جوان",
    7: "يوليو، يوليه، تموز، جويلية",
    8: "أغسطس، آب، أوت",
    9: "سبتمبر، أيلول",
    10: "أكتوبر، تشرين الأول",
    11: "نوفمبر، تشرين الثاني",
    12: "ديسمبر، كانون الأول",
}
MONTHS = {word: number for number, words in _MONTHS.items() for word in words.split()}
MONTHS |= {fold(word): number for number, words in _ARABIC_MONTHS.items() for word in words.split("، ")}

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_TWICE = re.compile(rf"(?<!\w)({_NAMES})\s?/\s?({_NAMES})(?!\w)")
_MONTH = rf"(?P<month>{_NAMES})\.?"
_OF = r"\s+(?:de\s+|del\s+|of\s+)?"
_WORDS = (
    re.compile(rf"(?<!\w)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|o)?\.?{_OF}{_MONTH},?{_OF}(?P<year>\d{{4}})(?!\w)"),
    re.compile(rf"(?<!\w){_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\w)"),
    re.compile(r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\w-])"),
    re.compile(r"(?<![\w.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?![\w.])"),
)
_MONTH_OF_YEAR = re.compile(rf"{_MONTH},?{_OF}(?P<year>\d{{4}})")
_PART_OF_YEAR = re.compile(r"(?P<part>q[1-4]|h[12])[ /](?P<year>\d{4})")


def _fold_months(text: str) -> str:
    """`text` folded, a month that is named twice named once: UN documents write كانون الثاني/يناير."""
    return _TWICE.sub(lambda two: two[1] if MONTHS[two[1]] == MONTHS[two[2]] else two[0], fold(text))


def cut_days(text: str) -> tuple[list[date], str]:
    """The days that `text` names, in their order, and what of it is left without them, folded."""
    left = _fold_months(text)
    found = []
    for pattern in _WORDS:
        for match in pattern.finditer(left):
            month = MONTHS.get(match["month"]) or int(match["month"])
            try:
                found.append((match.span(), date(int(match["year"]), month, int(match["day"]))))
            except ValueError:
                continue  # 31 September
    found.sort()
    for (start, end), _day in reversed(found):
        left = f"{left[:start]} {left[end:]}"
    return [day for _span, day in found], " ".join(left.split())


def read_period(text: str) -> Period | None:
    """The day, month, quarter, half year or year that `text` means, None for empty text.

    Takes the forms of `dates.parse_period` and words: "8 October 2026", "octobre 2026", "Q4 2026". Raises NoSuchDay
    for days that no calendar has, ValueError for anything else.
    """
    days, left = cut_days(text)
    if len(days) == 1 and not left:
        return parse_period(days[0].isoformat())
    if month := _MONTH_OF_YEAR.fullmatch(_fold_months(text)):
        return parse_period(f"{month['year']}-{MONTHS[month['month']]:02}")
    if part := _PART_OF_YEAR.fullmatch(fold(text)):
        return parse_period(f"{part['year']}-{part['part']}".upper())
    if any(pattern.fullmatch(left) for pattern in _WORDS):
        raise NoSuchDay(text)
    return parse_period(text.upper())
