"""Names with an age, initials, names after what makes a person of interest: asked about at every level.

The rule takes a folded text and yields (start, end) of what it found. Names are told by their capitals, in Arabic by
the age beside them; each pattern starts at the edge of a word and repeats a bounded number of times.
"""

import re
from collections.abc import Iterator

from . import vocabulary as words
from .vocabulary import HAS_ARABIC, LETTERS, NAMES, ONE_NAME, one_of

Piece = tuple[int, int]

_YEARS = one_of(words.YEARS)
_SAID = rf"{one_of(words.NUMBER_WORDS)}(?:[ -](?:et |y )?{one_of(words.NUMBER_WORDS)})?"
_AGE = rf"(?:\d{{1,3}}|{_SAID})"
_AGE_WORD = (
    "aged?:?|agee?s?(?: de)?|edad:?|d'environ|environ|about|around|de unos|de unas|de"
    "|(?:he|she) (?:is|was)|(?:il|elle) a(?:vait)?|(?:el |ella )?ten?ia|(?:el |ella )?tiene"
)
_AGED = re.compile(  # "Name, a cook, aged about 34"
    rf"(?<![\w.])(?P<name>{NAMES})(?: [A-Z]\.)?"
    rf"(?P<link>,? \(?|,? ?\(| (?:is|was|has|had|a|avait|tiene|tenia) |, [a-z][a-z' -]{{0,44}}[ ,])"
    rf"(?:(?:{_AGE_WORD})?(?: ?{one_of(words.ABOUT)})? ?(?P<age>{_AGE})[ -]?(?P<unit>{_YEARS})(?!\w)"
    rf"|(?:aged?|agee? de|who is|qui a|que tiene|(?:he|she) (?:is|was))(?: {one_of(words.ABOUT)})? (?P<said>{_AGE})"
    r"(?!\w| ?(?:-|to|a|et|and|y) ?\d| ?[a-z]+s\b))"
)
_VERB = "was|is|has|had|told|said|says|from|who|lost|fled|a ete|est|a dit|qui|fue|es|dijo|que|perdio|and|et|y|e|del?"
_OF_AGE = rf"(?!{one_of(words.FEW_WORDS)}(?![\w-]))(?:[1-9]\d|{_SAID})"
_YOUNG = rf"(?:[1-9]\d?|{_SAID})"
_BARE_AGE = re.compile(
    r"(?<![\w.])(?<!\b[Ii]n )(?<!\bat )(?<!\bto )(?<!\bfrom )(?<!\ba )(?<!\b[Ee]n )"  # "in Bor, 12" counts people
    rf"(?P<name>{NAMES})(?:, (?:(?:de )?[1-9]\d?|de {_SAID})(?=[,;.)] ?(?!\d)| (?:{_VERB})\b|$)"
    rf"| \((?P<sex>[FMfm][,/ ]{{1,2}})?{_YOUNG}(?P<more>[,/ ]{{1,2}}[A-Za-z]{{1,12}})?\)(?P<verb> (?:{_VERB})\b)?)"
)
_AGE_FIRST = re.compile(
    rf"(?<!\w){_AGE}[- ](?:year|month|yr)s?[- ]olds?(?: [a-z-]{{2,14}}){{0,3}},? (?P<english>{NAMES})"
    rf"|(?<!\w)\d{{1,3}} (?:ans|anos),? (?:(?:de nom|de nombre|nomme|prenomme|appele|llamad)\w* )?(?P<latin>{NAMES})"
    rf"|(?<!\w)[Aa]ged? {_AGE}, (?P<after>{NAMES})"
    rf"|(?<!\w){one_of(words.CHILDREN)} (?:of |de |d'){_AGE}(?: {_YEARS})?,? (?P<child>{NAMES})"
)
_AGE_REACHED = re.compile(
    rf"(?<![\w.])(?P<name>{NAMES})"
    rf"(?:, (?:(?:an?|une?|una) )?{one_of(words.CHILDREN)} (?:of|de) {_AGE}(?= ?[,;.)])"
    rf"| (?:(?:has|had|just|only) ){{0,2}}turned {_AGE}"
    rf"| (?:venait d'avoir|allait avoir|vient d'avoir|va avoir|n'avait que|n'a que|a eu|aura) {_AGE} ans"
    rf"| (?:(?:acaba|acababa) de cumplir|iba a cumplir|va a cumplir|cumplio|habia cumplido|cumplira) {_AGE})(?!\w)"
)
_FEW = re.compile(one_of(words.FEW_WORDS))
_DECADE = one_of(words.DECADES)
_AGE_LOOSE = re.compile(
    rf"(?<![\w.])(?P<name>{NAMES})(?:"
    rf",? (?:is|was|(?:apenas |solo |ya )?tiene|n'a que) (?:only |just |barely |now |already )?{_OF_AGE}"
    r"(?= (?:and|but|when|now|et|mais|y|pero)\b|[,.;)](?!\d)|$)"
    rf"|(?: (?:is|was|est|es|era) [a-z][a-z' -]{{1,40}})?, (?:(?:who (?:is|was) |qui a )?"
    rf"(?:in (?:his|her) (?:early |mid |late )?|la |dans la |de unos |de unas )?{_DECADE}"
    rf"|{one_of(words.ABOUT)} {_OF_AGE}(?=[,.;)]))"
    r"| ?[,(] ?(?:born|nee?|nacid[oa])(?: [a-z0-9]{1,10}){0,4} (?:19|20)\d\d"
    rf"|, [a-z][a-z' -]{{2,30}}, {_OF_AGE}(?=, )"
    rf"|, (?:who|qui|que|quien) [^.,;\n]{{3,70}}, "
    rf"(?:(?:is|was) {_OF_AGE}(?=[ .,;)])|(?:a|avait|tiene|tenia) {_OF_AGE} (?:ans|anos))"
    rf"|, [a-z][a-z' -]{{2,30}}, [1-9]\d(?=, ))(?!\w)"
)
_ARTICLED = re.compile(r"(?:El|La|Los|Las|Le|Les|The|L') ?")
_INITIALS = re.compile(rf"(?<![\w.'])(?:[A-Z]\.[ -]?){{2,4}}(?:(?<=[ -]){ONE_NAME})?(?!\w)")
_NAME_AND_INITIAL = re.compile(rf"(?<![\w.])(?P<name>{NAMES}) [A-Z]\.(?=[,;)]|$| [^A-Z])")
_INITIAL_AND_NAME = re.compile(rf"(?<=[a-z,] )(?P<initial>[A-Z])\. ?(?P<name>{ONE_NAME})(?!\w)")
_SAID_INITIALS = re.compile(
    r"(?i:\b(?:initials?|initiales?|iniciales)\b)[ :\"'(]{1,3}(?:[A-Z][. ]{0,2}){1,4}"
    r"|\b[A-Z]{2,3}, (?:aged )?\d{1,2}(?=,| (?:years|ans|anos)\b)"
)
_TITLE = r"(?:(?:Mr|Mrs|Ms|Mme|Sr|Sra|Dona|Don|Dr|Prof)\.? )?"
_ROLE = re.compile(
    rf"\b{one_of(words.ROLES)}(?:,|:| is| was| est| es)? {_TITLE}(?P<name>{ONE_NAME}(?: {ONE_NAME}){{1,3}})"
    rf"|\b{one_of(words.CALLED)} {_TITLE}(?P<given>{ONE_NAME})"
)
_NO_NAME = re.compile(
    one_of(words.PERSON_NOUNS, words.MONTHS, words.WEEKDAYS, words.COUNTRIES, words.BIG_PLACES, words.LETTERED), re.I
)
_ORGANISATION = re.compile(rf"\b{one_of(words.ORGANISATIONS)}\b", re.I)
_GROUP = re.compile(rf"\b{one_of(words.GROUPS)}\b", re.I)
_LETTERED = re.compile(one_of(words.LETTERED), re.I)
_COUNTRY = re.compile(one_of(words.COUNTRIES), re.I)
_SUBJECT = "(?: (?:on|of|sur|sobre|de|du|for|in)\\b[^.;\n]{0,110})?,"
_OFFICE_BEFORE = re.compile(rf"\b{one_of(words.OFFICES)}(?:{_SUBJECT}|) {_TITLE}$", re.I)
_OFFICE_AFTER = re.compile(rf",? (?:the |la |le |el |l')?{one_of(words.OFFICES)}\b", re.I)


def people(text: str) -> Iterator[Piece]:
    """Names with an age, initials, names after what makes a person of interest: "the witness, …".

    An age or two letters are enough for neighbours and officials to know who is meant. Names alone are not looked
    for: partners, mandate holders and ministers act in public. An office beside a name says that it is such a one.
    """
    yield from _ages(text)
    yield from _initials(text)
    yield from _arabic(text)
    for match in _ROLE.finditer(text):
        group = "name" if match["name"] else "given"
        if not (_is_no_person(match[group]) or _is_in_office(text, match.start(group), match.end(group))):
            yield match.span()


def _is_no_person(name: str) -> bool:
    """Whether none of these capitalised words can be a person's name."""
    return (
        bool(_NO_NAME.fullmatch(name) or _ORGANISATION.search(name))
        or all(_NO_NAME.fullmatch(part) for part in name.split())
    )  # fmt: skip


def _is_in_office(text: str, start: int, end: int) -> bool:
    """Whether an office stands before or behind the name `text[start:end]`."""
    return bool(_OFFICE_BEFORE.search(text, max(0, start - 160), start) or _OFFICE_AFTER.match(text, end))


def _ages(text: str) -> Iterator[Piece]:
    for match in _AGED.finditer(text):
        said = match.group()[len(match["name"]) :]
        unit, age = (match["unit"] or "").lower(), _number(match["age"] or match["said"])
        # "(3 ans)" is how long a project takes, "(40 years)" how long a war, unless a word says that it is an age.
        is_span = bool(unit) and not re.search(r"old|age|edad|y/?o|moi?s|month|meses", said, re.I)
        is_doubtful = is_span and (age < 6 or (unit in ("years", "yrs") and " " not in match["name"]))
        if age <= 115 and not (is_doubtful or _GROUP.search(match["link"]) or _is_no_person(match["name"])):
            yield match.span()
    for match in _BARE_AGE.finditer(text):
        # "Juba (34), Bor (12)" counts people by town; a person has two names there, or does something.
        is_count = "(" in match.group() and not (" " in match["name"] or match["verb"] or match["sex"] or match["more"])
        if not is_count and not _is_no_person(match["name"]):
            yield match.span()
    for match in _AGE_FIRST.finditer(text):
        if not _is_no_person(match["english"] or match["latin"] or match["after"] or match["child"]):
            yield match.span()
    for match in (match for pattern in (_AGE_REACHED, _AGE_LOOSE) for match in pattern.finditer(text)):
        # "La Unión cumplió diez años" is an anniversary.
        if not (_is_no_person(match["name"]) or _ARTICLED.match(match["name"])):
            yield match.span()


def _number(age: str) -> int:
    """An age in digits; one in words only as small, which may be a span of years, or not."""
    return int(age) if age.isdigit() else 3 if _FEW.fullmatch(age) else 10


_ABBREVIATIONS = frozenset(entry for entry in re.split(r"[|\s]+", words.ABBREVIATIONS) if entry)
_AGE_AFTER = re.compile(r",? ?\(?(?:aged )?\d{1,2}\b")


def _initials(text: str) -> Iterator[Piece]:
    for match in _INITIALS.finditer(text):
        start, end = match.start(), match.start() + len(match.group().rstrip(" -"))
        letters = "".join(re.findall(r"[A-Z]\.", match.group())).lower()
        name = re.search(r"[A-Z][a-z].*$", match.group())
        before = text[max(0, start - 60) : start]
        if letters in _ABBREVIATIONS and not _AGE_AFTER.match(text, end):
            continue
        if (letters in ("a.m.", "p.m.") and re.search(r"\d ?$", before)) or (name and _COUNTRY.fullmatch(name.group())):
            continue
        if letters == "m.m." and name:  # French: Messieurs
            continue
        first_names = re.search(rf"{NAMES} $", before)
        if (name or first_names) and _is_in_office(text, start - len(first_names.group() if first_names else ""), end):
            continue
        yield start, end
    for match in _NAME_AND_INITIAL.finditer(text):
        is_heading = _LETTERED.fullmatch(match["name"].split()[-1])
        if not (is_heading or _is_no_person(match["name"]) or _is_in_office(text, *match.span())):
            yield match.span()
    for match in _INITIAL_AND_NAME.finditer(text):
        is_title = match["initial"] == "M"  # French: Monsieur
        if not (is_title or _is_no_person(match["name"]) or _is_in_office(text, *match.span())):
            yield match.span()
    yield from (match.span() for match in _SAID_INITIALS.finditer(text))


_WORD = rf"[{LETTERS}]{{2,15}}"
_ARABIC_AGED = re.compile(  # "Name, a cook, aged about 34"
    rf"(?<!\w)(?P<name>{_WORD})(?P<link>[ ,(-]{{1,4}})"
    r"(?P<cue>و?(?:(?:البالغه?|تبلغ|يبلغ)(?: من العمر)?|عمره|عمرها|بعمر|سنه|بالغه?))?[ :]{0,2}"
    rf"(?:نحو |حوالي )?(?P<age>\d{{1,3}}) ?{_YEARS}(?!\w)"
    rf"|(?<!\w)[يت]بلغ (?P<inside>{_WORD})(?: {_WORD})? من العمر (?:نحو |حوالي )?\d"
)
_ARABIC_INITIALS = re.compile(rf"(?<![\w.])(?:[{LETTERS}] ?\. ?){{1,3}}[{LETTERS}] ?\.?(?!\w)")
_ARABIC_LAST = re.compile(rf"(?<!\w)(?P<name>[{LETTERS}]{{3,15}}) (?P<initial>[{LETTERS}])\.(?=[ ,;)]|$)")
_ARABIC_CALLED = re.compile(
    rf"(?<!\w){one_of(words.CALLED_ARABIC)}[ ,:]{{1,2}}(?!ال|و(?:ال|رقم|عنوان|عمر|صور|هو|هي|لقب|مكان|لم|لا|قد|ان)"
    rf"|ب(?:ال|شكل|صور|هذ|سبب|دون)|(?:علي|الي|لكن|غير) )[{LETTERS}]{{3,15}}"
)
_AGE_ARABIC = rf"{one_of(words.AGES_ARABIC)}(?: عشره?| وال(?:عشرين|ثلاثين|اربعين|خمسين|ستين))?"
_CHILD_ARABIC = one_of(words.CHILDREN_ARABIC)
_ARABIC_AGE_SAID = re.compile(  # ages as words: "in her ninth", "of the nineteen years", "had completed her fifteenth"
    rf"(?<!\w)(?P<child>{_WORD}), ?(?:و?(?:هو|هي) )?{_CHILD_ARABIC} (?:في|ذات|ذو|دون) (?:سن )?{_AGE_ARABIC}"
    rf"|(?<!\w)(?P<old>{_WORD}),? (?:في|ذات|ذو|صاحبه?) {_AGE_ARABIC} (?:من (?:عمره|عمرها|العمر)|ربيعا|عاما|سنه)"
    rf"|(?<!\w)(?P<reached>{_WORD}) (?:قد |لم )?(?:[يت]?(?:اتم|تم|بلغ|كمل|اكمل|تجاوز)ت?) "
    rf"(?:سن |لتوها |لتوه )?{_AGE_ARABIC}(?!\w)"
    rf"|(?<!\w)(?P<words>{_WORD})[ ,(-]{{1,4}}و?(?:عمره|عمرها|[يت]بلغ(?: من العمر)?|البالغه?(?: من العمر)?) {_WORD}"
    r"(?: و?[ء-ي]{3,8}){0,2} (?:عاما|سنه|سنوات|عام)(?!\w)"
    rf"|(?<!\w)(?P<born>{_WORD})[ ,(-]{{1,4}}(?:من )?مواليد (?:عام |سنه )?(?:19|20)\d\d"
)
_ARABIC_LETTERED = re.compile(one_of(words.LETTERED_ARABIC))
_ARABIC_NO_NAME = re.compile(one_of(words.PERSON_NOUNS, words.MONTHS, words.UNPLACED_ARABIC, words.BIG_ARABIC))


def _arabic(text: str) -> Iterator[Piece]:
    if not HAS_ARABIC.search(text):
        return  # each of these patterns needs a letter of it
    for match in _ARABIC_AGED.finditer(text):
        name = match["name"] or match["inside"]
        is_said = bool(match["inside"] or match["cue"])
        is_set_off = bool(match["link"] and re.search(r"[,(]", match["link"])) and int(match["age"]) >= 6
        if (is_said or is_set_off) and not _ARABIC_NO_NAME.fullmatch(name):
            yield match.span()
    for match in _ARABIC_INITIALS.finditer(text):
        letters = ".".join(re.findall(r"\w", match.group()))
        if letters not in _ABBREVIATIONS_ARABIC or _AGE_AFTER.match(text, match.end()):
            yield match.span()
    for match in _ARABIC_LAST.finditer(text):
        if match["initial"] != "و" and not _ARABIC_LETTERED.fullmatch(match["name"]):
            yield match.span()
    yield from (match.span() for match in _ARABIC_CALLED.finditer(text))
    for match in _ARABIC_AGE_SAID.finditer(text):
        if not _ARABIC_NO_NAME.fullmatch(next(filter(None, match.groups()))):
            yield match.span()


_ABBREVIATIONS_ARABIC = frozenset(words.folded(words.ABBREVIATIONS_ARABIC))
