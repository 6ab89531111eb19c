"""What leads to one person or one spot by itself: e-mail addresses, phone numbers, papers and cases, coordinates.

Each rule takes a folded text and yields (start, end) of what it found there. Every pattern starts at the edge of a
word and repeats a bounded number of times, so that time grows with the length of the text and no faster.
"""

import re
from bisect import bisect
from collections.abc import Iterator

from . import vocabulary as words
from .vocabulary import one_of

Piece = tuple[int, int]

# --- e-mail -----------------------------------------------------------------------------------------------------------

_AT = r"(?: {0,2}@ {0,2}| {0,2}[\[({<] ?(?:@|at|a|chez|arroba|arobase|علي|ات) ?[\])}>] {0,2}| (?:arroba|arobase|ات) )"
_DOT = r"(?:\.| ?[\[({] ?(?:\.|dot|punto|point|نقطه|دوت) ?[\])}] ?| (?:dot|punto|point|نقطه|دوت) )"
_LOCAL = r"(?<![\w.+-])[\w.+%&'-]{1,64}"
_TIGHT = re.compile(rf"{_LOCAL}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,5}}{_DOT}[^\W\d_]{{2,24}}", re.I)
# With spaces around the dots only what ends like an address: "we met @ Juba. The road" does not.
_SPACED = re.compile(
    rf"{_LOCAL} ?@ ?[\w-]{{1,63}}(?: ?\. ?[\w-]{{1,63}}){{0,4}} ?\. ?(?:com|org|net|int|info|gov|[a-z]{{2}})\b"
)
_SPOKEN = re.compile(
    rf"{_LOCAL} (?:at|chez) (?:(?:gmail|yahoo|hotmail|outlook|proton|protonmail|icloud|live|yandex|mail|gmx|aol)\b"
    r"(?: ?\. ?| dot )[a-z]{2,4}|[\w-]{1,63}(?: dot [\w-]{1,63}){0,3} dot [a-z]{2,12})\b"
    rf"|{_LOCAL} at [\w-]{{1,63}}(?: (?:point|punto) [\w-]{{1,63}}){{0,3}} (?:point|punto) [a-z]{{2,12}}\b",
    re.I,
)


def emails(text: str) -> Iterator[Piece]:
    """E-mail addresses, also as people write them to hide them: "name [at] domain [dot] org".

    Whoever finds one knows whom to follow. Addresses of offices are found too: nothing in one tells them apart.
    """
    for pattern in (_TIGHT, _SPACED, _SPOKEN):
        yield from (match.span() for match in pattern.finditer(text))


# --- what only looks like a number of somebody ------------------------------------------------------------------------

_HARMLESS = re.compile(
    r"""
      (?<![\w/])(?:A|S|E|ST|CCPR|CEDAW|CRC|CAT|CERD|CRPD|CMW|CED|HRC|DP|GA|SC)/[A-Z0-9][\w./()-]{1,40}   # A/HRC/55/12
    | \bGE\.\d\d-\d{4,6}\b                                                                # GE.24-01234
    | \b(?:J?AL|J?UA|J?OL)[ ][A-Z]{3}[ ]\d{1,3}/\d{4}\b                                   # letters to States, published
    | (?<![\d/.-])(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?![\d/.-]?\d)  # 2026-03-12
    | (?<![\d/.-])(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)?\d\d(?![\d/.-]?\d)  # 12.3.2026
    | (?<![\w/.-])(?:19|20)\d\d[ ]?[-/][ ]?(?:19|20)\d\d(?![\w/-])                         # 2025-2026
    | (?<!\d)\d{1,2}[:h][ ]?\d\d(?!\d)                                                    # 18:00
    """,
    re.X,
)
_HIDE = "\x1f"  # stands for what was recognised: no letter, digit, space or sign, so no rule reads across it


def without(text: str, pieces: Iterator[Piece] | list[Piece]) -> str:
    """`text` with these pieces hidden; as long as before."""
    parts, last = [], 0
    for start, end in sorted(pieces):
        if end > last:
            parts += [text[last:start], _HIDE * (end - max(start, last))]
            last = end
    return "".join([*parts, text[last:]])


def harmless(text: str) -> list[Piece]:
    """Symbols of UN documents, dates, times, spans of years: they are made of digits and lead to nobody."""
    return [match.span() for match in _HARMLESS.finditer(text)]


_UNIT_AFTER = re.compile(rf"[ ]?(?:%|{one_of(words.MONEY_AND_UNITS)}\b)", re.I)
_UNIT_BEFORE = re.compile(rf"(?:\$|€|£|(?<!\w){one_of(words.MONEY_BEFORE)})[ ]?$", re.I)


def _is_amount(text: str, start: int, end: int) -> bool:
    """Whether money or a unit stands beside it."""
    return bool(_UNIT_AFTER.match(text, end, end + 24) or _UNIT_BEFORE.search(text, max(0, start - 12), start))


# --- phone ------------------------------------------------------------------------------------------------------------

_CALLABLE = re.compile(r"(?<![\w.,/+])(?<!\w-)(?:\(?(?:\+|00) ?)?\(?\d(?:[ ().-]{0,3}\d){5,16}(?!\w)(?![.,/]\d)")
_PHONE_CUE = re.compile(rf"\b[وفبلك]?{one_of(words.PHONE)}\b", re.I)
_PAPER = re.compile(rf"(?<!\w)[وفبلك]?{one_of(words.PAPERS)}(?!\w)", re.I)
_THOUSANDS = re.compile(r"\d{1,3}([ .'])\d{3}(?:\1\d{3})*")
_SHAPES = {  # lengths of the groups in which people write the numbers of their country, where no amount looks the same
    (2, 2, 2, 2), (3, 2, 2, 2), (1, 2, 2, 2, 2), (2, 2, 2, 2, 2), (3, 3, 4), (3, 4, 4), (2, 4, 4), (3, 3, 2, 2),
    (2, 3, 2, 2), (3, 3, 3, 3), (3, 7), (4, 7), (4, 6), (4, 3, 3), (3, 2, 3), (2, 3, 4), (2, 3, 3), (1, 3, 4),
    (4, 3, 2, 2),
}  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")


def phones(text: str, region: str) -> Iterator[Piece]:
    """Phone numbers: international ones, those said to be one, those of `region` (ISO code, "" for none), and those
    in groups in which no amount is written. Whoever finds one can call, locate and trace its owner.

    `text` comes without what `harmless` names. The numbers that a region has are those of the phonenumbers library.
    """
    for match in _CALLABLE.finditer(text):
        start, end = match.span()
        if _is_phone(text, start, end, match.group(), region):
            yield start, end


def _is_phone(text: str, start: int, end: int, number: str, region: str) -> bool:
    """Whether a candidate is a phone number: by its prefix, by the words before it, by its groups, by the region."""
    digits = re.sub(r"\D", "", number)
    groups = re.findall(r"\d+", number)
    shape = tuple(len(group) for group in groups)
    is_thousands = bool(_THOUSANDS.fullmatch(number.lstrip("+ ")))
    before = text[max(0, start - 48) : start].rsplit("\n")[-1]
    cues = [cue.end() for cue in _PHONE_CUE.finditer(before)]
    is_paper = _nearer_paper(before, cues)
    if number.lstrip("(").startswith("+") or (number.lstrip("(").startswith("00") and not is_paper):
        if is_thousands and not cues:  # "+25 000 000 people"
            return len(digits) > 9 or _is_valid(number, "")
        return 8 <= len(digits.removeprefix("00")) <= 15
    if is_paper and (len(groups) == 1 or "-" in number or _NUMBER_BEFORE.search(before)):
        return False
    if _is_amount(text, start, end) and not (cues and digits.startswith("0")):
        return False
    if cues:
        return 6 <= len(digits) <= 13 and not (is_thousands and len(digits) < 8) and not _are_years(groups)
    if _is_list(groups):
        return False
    if digits.startswith("0") and 8 <= len(digits) <= 11:
        return True
    if len(groups) >= 7 and all(length == 1 for length in shape):
        return True
    if shape in _SHAPES and not _are_years(groups) and "." not in number:
        return True
    return 8 <= len(digits) <= 12 and not _are_years(groups) and len(groups) <= 4 and _is_valid(number, region)


def _nearer_paper(before: str, cues: list[int]) -> bool:
    """Whether what stands before a number speaks of a paper or case, and of no phone after that."""
    papers = [paper.end() for paper in _PAPER.finditer(before)]
    return bool(papers) and (not cues or papers[-1] > cues[-1])


def _are_years(groups: list[str]) -> bool:
    return all(_YEAR.fullmatch(group) for group in groups)


def _is_list(groups: list[str]) -> bool:
    """Whether it is rather a row of small counts: "12 14 15 18", each more than the one before."""
    if len(groups) < 3 or any(len(group) > 2 or group.startswith("0") for group in groups):
        return False
    counts = [int(group) for group in groups]
    return counts == sorted(set(counts))


def _is_valid(number: str, region: str) -> bool:
    """Whether the numbering plan of the region, or of the world for "+", has this number."""
    import phonenumbers  # here, since most texts hold no candidate and pages should not wait for its tables

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(re.sub(r"^\(?00", "+", number), region or None))
    except phonenumbers.NumberParseException:  # no such number, or neither region nor "+"
        return False


# --- papers and cases -------------------------------------------------------------------------------------------------

_REACH = 72
"""Characters before a number in which the word stands that says what it is."""

_NUMBER_WORD = rf"(?:{one_of(words.NUMBER)}\.?|#)"
_CODE = re.compile(
    r"(?<![\w./@+-])(?=[A-Za-z /.-]{0,18}\d)(?:[A-Z]{1,5} (?=\d))?"
    r"[A-Za-z0-9]{1,24}(?:[./-][A-Za-z0-9]{1,24}){0,8}(?! ?[%:]|,\d)"
)
_NUMBER_BEFORE = re.compile(rf"(?<!\w){_NUMBER_WORD}[ :.,=(#]{{0,3}}(?:(?:is|was|est|es|هو) )?[\"']?$", re.I)
_PAPER_BEFORE = re.compile(
    rf"(?:(?<!\w){_NUMBER_WORD} (?P<number>(?:[^\W\d]{{1,4}} )?))?(?<!\w)(?<!\bin )[وفبلك]?{one_of(words.PAPERS)}(?!\w)"
    rf"(?P<between>(?:[ ,]{{1,2}}[^\W\d]{{1,14}}){{0,4}})[ :.,=(#\"']{{0,3}}$",
    re.I,
)
_PUBLIC_BEFORE = re.compile(
    rf"(?<!\w){one_of(words.PUBLIC_PAPERS)}(?!\w)[ :]{{0,2}}(?:{_NUMBER_WORD}[ :.]{{0,2}})?$", re.I
)
_BARE = re.compile(
    r"""
      (?<![\w/-])\d{2,3}-\d{2}C\d{5}(?!\w)                            # registration with UNHCR
    | (?<![\w/-])[A-Z]{1,3}\d{6,9}[A-Z]?(?![\w/-])                    # passport
    | (?<![\w/-])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?(?!\w)     # IBAN
    | (?<![\w/-])[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d(?!\w)            # CURP, Mexico
    | (?<![\w/-])[A-Z]{2,5}/[A-Z]{2,6}/(?:19|20)\d\d/\d{2,6}(?!\w)    # case numbers of service providers
    | (?<![\w/-])[A-Z]{2,6}/[A-Z]{2,6}/(?!(?:19|20)\d\d\b)\d{3,6}(?![\w/])
    | (?<![\w/-])[A-Z]{2,5}-(?:[A-Z]{2,5}-)?\d{3,6}-\d{2,6}(?:-\d{1,6})?(?!\w)
    | (?<![\w.,/+-])\d{9,24}(?![\w/-]|[.,]\d)                         # no amount or year is written so
    | (?<![\w/-])\d{3}-\d{2}-\d{4}(?![\w/-])
    """,
    re.X,
)


def identifiers(text: str) -> Iterator[Piece]:
    """Numbers of passports, identity and refugee cards, registrations, accounts, case files: by the word before them,
    or by a form that only they have. A register or a file leads from one to its person.

    `text` comes without phone numbers, and without what `harmless` names.
    """
    for match in _BARE.finditer(text):
        is_public = _PUBLIC_BEFORE.search(text, max(0, match.start() - 40), match.start())
        if not (is_public or _is_amount(text, *match.span())):
            yield match.span()
    papers = [paper.end() for paper in _PAPER.finditer(text)]
    for match in _CODE.finditer(text):
        start, end = match.span()
        if bisect(papers, end) == bisect(papers, start - _REACH):
            continue  # no paper is spoken of near it
        prefix, space, _rest = match.group().partition(" ")
        if space and _PAPER.fullmatch(prefix):  # in "DNI 4567" the letters are the word before the number
            start += len(prefix) + 1
        before = re.split(r"(?<=[a-z\d]{2})[.!?] (?=[A-Z])|\n", text[max(0, start - _REACH) : start])[-1]
        if _is_of_paper(text[start:end], before, _is_amount(text, start, end)):
            yield start, end


def _is_of_paper(code: str, before: str, is_amount: bool) -> bool:
    """Whether a code is the number of a paper or case, by the words before it.

    With "number" beside it any digit will do; without, it must look like no year and no amount.
    """
    digits = sum(character.isdigit() for character in code)
    if not digits or _PUBLIC_BEFORE.search(before):
        return False
    if _NUMBER_BEFORE.search(before):
        return bool(_PAPER.search(before))
    found = _PAPER_BEFORE.search(before)
    if not found or is_amount or _YEAR.fullmatch(code):
        return False
    if found["number"] is not None:  # "numéro de dossier 12"
        return digits >= 2
    has_letters = any(character.isupper() for character in code) and digits >= 3
    is_composed = bool(re.search(r"[/-]", code)) and digits >= 4
    return has_letters or is_composed or (digits >= 5 and not found["between"].strip(" ,"))


# --- coordinates ------------------------------------------------------------------------------------------------------

_SIDE = (
    r"(?:(?-i:[NSEWO])(?![^\W\d_])|north|south|east|west|nord|sud|est|ouest|norte|sur|este|oeste"
    r"|شمالا?|جنوبا?|شرقا?|غربا?)"
)
_PART = r"\d{1,2}(?:[.,]\d{1,4})?"  # minutes or seconds
_DEGREES = rf"(?:{_SIDE} ?)?[-+]?\d{{1,3}}[.,](?P<d%d>\d{{1,9}}) ?°? ?(?:{_SIDE})?"
_PAIR = re.compile(rf"(?<![\w.,]){_DEGREES % 1}(?P<between>[^\d\n+-]{{1,28}}){_DEGREES % 2}(?![.,]?\d)", re.I)
_SIDED = re.compile(rf"\d ?°? ?{_SIDE}[\s\S]*?\d ?°? ?{_SIDE}|{_SIDE} ?\d[\s\S]*?{_SIDE} ?\d", re.I)
_COORDINATE_WORD = re.compile(rf"(?<!\w){one_of(words.COORDINATES)}(?!\w)", re.I)
_PLACED = re.compile(
    rf"""
      (?<!\w)\d{{1,3}}[ ]?°[ ]?{_PART}[ ]?'(?:[ ]?{_PART}[ ]?(?:"|''))?(?:[ ]?{_SIDE})?
    | (?<!\w)\d{{1,3}}[ ]?°[ ]?\d{{1,2}}[ ]?(?:{_SIDE})
    | (?<!\w)lat\w{{0,5}}[ .:]{{1,3}}\d{{1,2}}[ ]\d{{1,2}}(?:[ ]{_PART})?[ ]?(?:{_SIDE})
    | (?<!\w)\d{{1,2}}[ ]?(?-i:[C-HJ-NP-X]),?[ ]\d{{6}}[ ,]{{1,2}}\d{{6,7}}(?!\d)
    | (?<!\w)\d{{1,2}}(?-i:[C-HJ-NP-X][ ]?[A-HJ-NP-Z]{{2}})[ ]?\d{{2,5}}[ ]?\d{{2,5}}(?!\w)
    | (?<!\w)(?-i:[23456789CFGHJMPQRVWX]{{4,8}}\+[23456789CFGHJMPQRVWX]{{2,3}})(?!\w)
    | (?<![\w./])(?:https?://)?(?:[\w-]{{1,20}}\.){{0,3}}
      (?:maps\.google|google\.[a-z]{{2,3}}(?:\.[a-z]{{2}})?/maps|goo\.gl/maps|maps\.app\.goo\.gl|openstreetmap\.org
        |osm\.org|waze\.com|maps\.apple|what3words\.com|w3w\.co)[^\s]{{0,200}}
    | (?<!\w)\d{{1,3}}[ ](?:deg|degrees?|degres?|grados?|درجه)[ ,]{{1,2}}و?{_PART}[ ]?(?:min|minutes?|minutos?|دقيقه|')
    | (?<!\w)geo:-?\d[^\s]{{0,80}}
    | ///[^\W\d_]{{2,20}}\.[^\W\d_]{{2,20}}\.[^\W\d_]{{2,20}}
    """,
    re.X | re.I,
)
_ONE_SIDE = re.compile(rf"(?<!\w){one_of(words.LATITUDE)}\.?[ :=]{{0,3}}[-+]?\d{{1,3}}[.,]\d{{2,9}}", re.I)


def coordinates(text: str) -> Iterator[Piece]:
    """Where somebody is to be found to the metre: degrees, grids, codes and links of maps."""
    for match in _PAIR.finditer(text):
        if _is_place(match, text):
            yield match.span()
    for pattern in (_PLACED, _ONE_SIDE):
        yield from (match.span() for match in pattern.finditer(text))


def _is_place(match: re.Match[str], text: str) -> bool:
    """Whether two decimal numbers are degrees: sides or words say so, or nothing else is written so exactly."""
    numbers = re.findall(r"-?\d{1,3}[.,]\d{1,9}", match.group())[:2]
    larger, smaller = sorted((abs(float(number.replace(",", "."))) for number in numbers), reverse=True)
    if larger > 180 or smaller > 90:
        return False
    decimals = min(len(match["d1"]), len(match["d2"]))
    has_word = _COORDINATE_WORD.search(text, max(0, match.start() - 40), match.end())
    if has_word or _SIDED.search(match.group()):
        return decimals >= 2
    return decimals >= 4 and len(re.sub(r"\W", "", match["between"])) <= 12
