"""A small place with a day, and where somebody is held: asked about at every level.

Each rule takes a folded text and yields (start, end) of what it found. Days and words of arrest are looked for first,
and only the sentence around one is read closer.
"""

import re
from collections.abc import Iterator

from . import custody
from . import vocabulary as words
from .vocabulary import HAS_ARABIC, LETTERS, NAMES, ONE_NAME, one_of

Piece = tuple[int, int]

_KNOWN_PLACE = re.compile(
    one_of(words.BIG_PLACES, words.COUNTRIES, words.MONTHS, words.WEEKDAYS, words.LANGUAGES, words.PERSON_NOUNS), re.I
)
_COUNTRY_OR_DAY = re.compile(one_of(words.COUNTRIES, words.UN_SEATS, words.MONTHS, words.WEEKDAYS), re.I)
_ORGANISATION = re.compile(rf"\b{one_of(words.ORGANISATIONS)}\b", re.I)

# --- a small place and a day ------------------------------------------------------------------------------------------

_MONTH = one_of(words.MONTHS)
_FEW = rf"(?:\d{{1,2}}|{one_of(words.NUMBER_WORDS)})"
_DAY = re.compile(
    rf"""
      (?:(?<![\w.,/-])|(?<=[ ]و))(?:[0-2]?\d|3[01])(?:st|nd|rd|th|er|°)?[ ](?:of[ ]|de[ ])?{_MONTH}(?!\w)
    | (?<!\w){_MONTH}\.?[ ](?:[0-2]?\d|3[01])(?:st|nd|rd|th)?(?![\w:]|[.,]\d)
    | (?<![\d/.-])(?:0?[1-9]|[12]\d|3[01])(?P<sign>[-/.])(?:0?[1-9]|1[0-2])(?P=sign)(?:19|20)?\d\d(?![\d/-])
    | (?<![\d/.-])(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?![\d/-])
    | (?<!\w){one_of(words.WEEKDAYS, words.NEAR_DAYS, words.FEASTS)}(?!\w)
    | (?<!\w)(?:the|le|du|el|del|al)[ ]{one_of(words.ORDINALS, words.NUMBER_WORDS)}
      (?:[ -](?:et[ ]|y[ ])?{one_of(words.NUMBER_WORDS)})?[ ](?:of[ ]|de[ ])?{_MONTH}(?!\w)
    | (?<!\w){one_of(words.ORDINALS_ARABIC)}(?:[ ]عشر|[ ]وال(?:عشرين|ثلاثين))?
      [ ]من[ ](?:شهر[ ])?(?:{_MONTH}|الشهر)(?!\w)
    | (?<!\w)(?:a|{_FEW})[ ]{one_of(words.AGO)}(?!\w)
    | (?<!\w)(?:il[ ]y[ ]a|hace)[ ]{_FEW}[ ](?:jour|nuit|semaine|dia|noche|semana)s?(?!\w)
    | (?<!\w)(?:قبل|منذ)[ ](?:يومين|ليلتين|اسبوع|اسبوعين|[{LETTERS}]{{3,6}}[ ](?:ايام|ليال))(?!\w)
    """,
    re.X | re.I,
)
_NOT_A_MONTH = "".join(
    rf"(?<!\b{month})"
    for month in re.split(r"[|\s]+", "jan|feb|apr|aug|sept|sep|oct|nov|dec|janv|fevr|avr|juil|ene|abr|ago|dic")
)
_SENTENCE_END = re.compile(rf"[!?\n]|(?<=[^\W\d]{2}){_NOT_A_MONTH}\.(?= |$)|(?<=\d)\.(?= [^\W\da-z]|$)")
_LINK = (
    "(?: (?:de deplaces|de desplazados|des deplaces|for displaced people))?"
    "(?: (?:of|de|du|des|del|de la|de los|called|named)| d'| de l')?"
)
_ARTICLE = "(?:El |La |Los |Las |Al-|El-|Le )?"
_SMALL = (
    re.compile(
        rf"(?<!\w){one_of(words.SMALL_PLACES)}{_LINK}[ '\"]{{1,2}}(?-i:{_ARTICLE}(?P<place>{ONE_NAME}|PK ?\d+))", re.I
    ),
    re.compile(rf"(?-i:(?<!\w)(?P<place>{ONE_NAME})) {one_of(words.SMALL_PLACES)}(?!\w)", re.I),
    re.compile(rf"(?<!\w)[وفبلك]?{one_of(words.SMALL_PLACES_ARABIC)} (?P<place>[{LETTERS}]{{2,}})"),
)
_TOWARDS = one_of(words.TOWARDS)
_AT_TOWN = re.compile(
    rf"(?<!\w)(?:{_TOWARDS}|{one_of(words.RESIDENTS)}|{one_of(words.PUBLIC_SPOTS)} (?:of|de|du|d)"
    rf"|{one_of(words.STRUCK)} (?:on|against|sur|contre|contra|a|al))"
    rf"[ ']{{1,2}}(?-i:{_ARTICLE}(?P<place>{NAMES}))",
    re.I,
)
_IN_TOWN = re.compile(rf"(?<!\w)(?:in|at|near|outside|a|pres de|en|cerca de) (?-i:(?P<place>{NAMES}))", re.I)
_AT_ARABIC = re.compile(
    rf"(?<!\w){one_of(words.TOWARDS_ARABIC, words.RESIDENTS_ARABIC)} (?:مدينه |منطقه |ريف )?"
    rf"(?P<place>[{LETTERS}]{{2,}})"
)
_TITLE = re.compile(
    rf"\b{one_of(words.OFFICES)}(?: (?:on|sur|sobre|against|contre|contra|of|de|المعني\w*))(?: [\w']+){{1,5}}", re.I
)
_HARM = re.compile(rf"(?<!\w)[وفبلك]?(?:ال)?{one_of(words.HARM)}(?!\w)", re.I)
_CALM = re.compile(rf"(?<!\w){one_of(words.CALM)}(?!\w)", re.I)
_OFFICE = re.compile(rf"(?<!\w){one_of(words.OFFICES)}(?!\w)", re.I)
_NO_HARM_THERE = re.compile(r"(?:cluster|workshop|training|atelier|formation|taller|capacitacion|ورشه|تدريب)", re.I)
_DEADLINE = re.compile(
    r"(?:\b(?:by|until|before|since|avant le|d'ici au|depuis le|antes del|hasta el|desde el) |قبل |بحلول |منذ )$", re.I
)
_NO_PLACE_ARABIC = re.compile(one_of(words.UNPLACED_ARABIC, words.BIG_ARABIC, words.MONTHS, words.WEEKDAYS))


def places_and_days(text: str) -> Iterator[Piece]:
    """A village, camp or quarter with a day; or any town but the largest, with a day and with harm done there.

    Who was there on that day is soon known, even where nobody is named. The days of meetings, workshops and visits in
    a town are harmless.
    """
    for start, end in _sentences(text):
        for day in _DAY.finditer(text, start, end):
            is_deadline = bool(_DEADLINE.search(text, max(start, day.start() - 10), day.start()))
            if found := _place_in(text[start:end], is_deadline):
                yield min(start + found[0], day.start()), max(start + found[1], day.end())
            if found or not is_deadline:
                break  # another day of the sentence finds the same


def _sentences(text: str) -> Iterator[Piece]:
    """The sentences of a text, what is longer than 400 characters in parts."""
    start = 0
    for end in (*(mark.end() for mark in _SENTENCE_END.finditer(text)), len(text)):
        for part in range(start, end, 400):
            yield part, min(part + 400, end)
        start = end


def _place_in(sentence: str, is_deadline: bool) -> Piece | None:
    """Where the sentence names a small place, or a town at which harm was done; None if it does neither."""
    plain = _TITLE.sub(lambda title: "_" * len(title.group()), sentence)
    harm, calm = _HARM.search(plain), _CALM.search(sentence)
    if not harm and _OFFICE.search(sentence):
        return None  # where mandate holders and ministers go is in the news
    for small in (match for pattern in _SMALL for match in pattern.finditer(sentence)):
        known = _NO_PLACE_ARABIC if small["place"][0] >= "ء" else _KNOWN_PLACE
        if not (known.fullmatch(small["place"]) or _ORGANISATION.fullmatch(small["place"])):
            return small.span()
    if harm and not _NO_HARM_THERE.search(sentence):
        for match in _AT_TOWN.finditer(plain):
            if not _is_known(match["place"]):
                return match.span()
        for match in _AT_ARABIC.finditer(plain):
            if not _NO_PLACE_ARABIC.fullmatch(match["place"]):
                return match.span()
    if not (harm or calm or is_deadline):
        for match in _IN_TOWN.finditer(sentence):
            if not _is_known(match["place"]):
                return match.span()
    return None


def _is_known(place: str) -> bool:
    """Whether these capitalised words are a country or a large city, or no place at all."""
    first = place.split()[0]
    return bool(_KNOWN_PLACE.fullmatch(place) or _KNOWN_PLACE.fullmatch(first) or _ORGANISATION.search(place))


# --- where somebody is held -------------------------------------------------------------------------------------------

_MEANWHILE = (
    r"(?: (?:now|currently|still|incommunicado|arbitrarily|without charge|hier|ayer|au secret"
    r"|(?:since|depuis|desde) [\w ]{1,14}))?[ :,]{1,2}"
)
_IN = (
    "(?:at|in|inside|by|near|from|a|au|aux|dans|en|par|pres de|cerca de|bajo|por)"
    "(?:(?: (?:the|a|an|la|le|les|el|los|las|un|une|una|sus?|sa|son|leurs?|his|her|their))?[ ]| l')"
)
_TO = _IN.replace("(?:at|", "(?:at|to|into|vers|al|hacia|a la|de|del|")
_FACILITY = one_of(custody.FACILITIES)
_SEIZED = re.compile(
    rf"(?<!\w){one_of(custody.SEIZED)}(?: [\w'-]{{1,14}}){{0,4}}?{_MEANWHILE}{_IN}"
    rf"(?:(?P<facility>(?:[a-z'-]{{1,14}} ){{0,3}}{_FACILITY})(?!\w)|(?-i:{_ARTICLE}(?P<place>{NAMES})))",
    re.I,
)
_HELD = re.compile(
    rf"(?<!\w){one_of(custody.HELD)}(?: [\w'-]{{1,14}}){{0,3}}{_MEANWHILE}{_TO}"
    rf"(?:[a-z'-]{{1,14}} ){{0,3}}(?-i:(?:[A-Z][\w'-]{{1,20}} ){{0,3}}){one_of(custody.CELLS)}(?:e?s)?(?!\w)",
    re.I,
)
_IS_IN = re.compile(
    r"\b(?:is|are|was|were|(?:has|have) been|remains?|sits?|sat|ended up|landed|est|sont|(?:est|sont) retrouves?"
    r"|se trouvent?|esta|estan|siguen?|(?:termin|acab)(?:o|aron))(?: [a-z]{2,12}){0,2} "
    rf"(?:in|at|a|au|en|dans)(?: (?:the|a|la|le|el|una|un|une))? (?-i:(?:[A-Z][\w'-]{{1,20}} ){{0,3}})"
    rf"{one_of(custody.IMPRISONING)}(?!\w)",
    re.I,
)
_IN_PRISON = re.compile(
    rf"\b(?:in|at|to|au|(?:a|en|dans)) (?:(?:the|a|la|le|el|une|un|una) )?{one_of(custody.PRISONS)}"
    rf"(?:(?: [^.\n]{{0,30}}?)?(?: (?:of|at|in|de|a|en)(?: la)?))? (?-i:{ONE_NAME})"
    rf"|(?<!\w)(?:في|الي|داخل|ب) ?{one_of(custody.PRISONS_ARABIC)} [{LETTERS}]{{3,}}",
    re.I,
)
_ABOUT_PRISONS = re.compile(rf"(?<!\w){one_of(custody.ABOUT_PRISONS)}", re.I)
_HOLDERS = re.compile(
    rf"\b{one_of(custody.HOLDERS)}\b[^.\n]{{0,30}}?\b{one_of(custody.HOLDING)}\b[^.\n]{{0,40}}? "
    rf"(?:in|at|near|a|en|dans|pres de|cerca de) (?:the )?(?-i:(?P<place>{NAMES}))",
    re.I,
)
_LED_AWAY = re.compile(  # "taken to the Blue House, and nobody has seen him": whatever the place is called
    rf"(?<!\w){one_of(custody.LED_AWAY)}(?!\w)[^.\n]{{1,80}}?(?<!\w){one_of(custody.CUT_OFF)}(?!\w)", re.I
)
_NOT_RELEASED = re.compile(
    rf"(?<!\w)(?:{one_of(custody.NOT_RELEASED)}[^.\n]{{0,60}}? (?:at|from|in|a|en|de) "
    rf"(?-i:(?:the |la |el |l')?(?:[a-z]+ ){{0,3}}?{ONE_NAME})"
    rf"|[يت]رفض\w*[^.\n]{{0,30}} (?:الافراج|اطلاق سراح)[^.\n]{{0,50}} في [{LETTERS}]{{3,}})",
    re.I,
)
_HANDED_OVER = re.compile(
    rf"(?<!\w){one_of(custody.HANDED_TO)} (?:the |la |les? |el )?{one_of(custody.FORCES)}(?!\w)", re.I
)
_THING = re.compile(rf"(?<!\w){one_of(custody.THINGS)}(?!\w)", re.I)
_REMANDED = re.compile(rf"(?<!\w){one_of(custody.REMANDED)}(?!\w)", re.I)
_EVENT = re.compile(rf"\b{one_of(custody.EVENTS)}\b", re.I)
_DECREE = re.compile(r"(?:\bl'|\b(?:un|cet|les|des) )$", re.I)
_ARABIC_HELD = re.compile(
    rf"(?<!\w)[وف]?(?:{one_of(custody.SEIZED_ARABIC)}ا?|{one_of(custody.TAKING_ARABIC)}[وت]?(?:ه|ها|هم|هن))"
    rf"(?: [{LETTERS}]{{2,12}}){{0,4}}? "
    rf"(?:في|عند|داخل|لدي|الي|ب|قرب|بمعزل عن العالم الخارجي في"
    rf"|من(?= (?:ال)?{one_of(custody.FACILITIES_ARABIC)})) (?P<place>[{LETTERS}]{{2,}})"
)
_ARABIC_IN_CELL = re.compile(
    r"(?<!\w)و?(?:هو|هي|هما?|هن)(?: الان)? في (?:ال)?(?:زنزانه|زنازين|سجن|مخفر|حبس|حاويه)"
    r"|(?<!\w)(?:ما (?:زال|زالت) )?(?:موجود|محشور)(?:ان|ون|ين|ه|ا)? في (?:ال)?(?:زنزانه|سجن|مخفر|حاويه|معسكر)"
)
_ARABIC_FACILITY = re.compile(rf"(?:ال)?{one_of(custody.FACILITIES_ARABIC)}")
_ARABIC_NO_PLACE = re.compile(rf"(?:ال)?{one_of(words.UNPLACED_ARABIC, custody.COUNTRIES_ARABIC)}")
_ARABIC_MOVED = re.compile(rf"[وف]?{one_of(custody.MOVED_ARABIC)}")

_WHERE_HELD = re.compile(
    r"(?<!\w)(?:where (?:he|she|they) (?:is|are|was|were)(?: [a-z]+)? (?:held|detained|kept|locked)"
    r"|ou (?:il|elle)s? (?:est|sont|etait|etaient)(?: [a-z]+)? (?:retenu|detenu|garde|enferme)\w*"
    r"|donde (?:(?:lo|la|los|las) (?:tiene|retiene|mantiene)n?|(?:esta|sigue)n? (?:detenid|recluid|retenid|pres)\w+)"
    r"|حيث [يت](?:حتجز|عتقل|قبع|سجن|حبس)\w*)(?!\w)",
    re.I,
)
_SHE_IS_HELD = re.compile(  # of a person, who was named before: meetings are held too
    r"(?<!\w)(?:(?:he|she|they) (?:is|are|was|were|has been|have been) (?:(?:still|now|being) ){0,2}"
    r"(?:held|kept) (?:at|in|by)"
    r"|(?:il|elle)s? (?:est|sont|etait|etaient) (?:[a-z]+ )?(?:retenu|garde)e?s? (?:a|au|aux|dans)"
    r"|(?:lo|la|los|las) (?:tiene|mantiene|retiene)n? (?:presos? |presas? )?en(?! (?:cuenta|mente)))(?!\w)",
    re.I,
)
_SEEN_THERE = re.compile(
    r"(?<!\w)(?:(?:visited|saw|met|found) (?:him|her|them) (?:[a-z]+ ){0,4}?(?:in|at) (?:the |a )?(?:[a-z]+ )?"
    r"|(?:lo|la|los|las) (?:visit|v|encontr)(?:o|io|aron|ieron) (?:[a-z]+ ){0,4}?en (?:la |el )?)"
    rf"{one_of(custody.CELLS)}(?!\w)"
    rf"|(?<!\w)(?:زار|التق|راي?)[تو]?(?:ه|ها|هم|هن)(?: [{LETTERS}]+){{0,4}} في (?:ال)?{one_of(custody.PRISONS_ARABIC)}",
    re.I,
)
_HELD_BY_NOW = (
    _SHE_IS_HELD,
    _SEEN_THERE,
    _WHERE_HELD,
    _LED_AWAY,
    _NOT_RELEASED,
    _HANDED_OVER,
    _REMANDED,
    _ARABIC_IN_CELL,
)


def detentions(text: str) -> Iterator[Piece]:
    """Where somebody is held, was held or was arrested: a prison, station or camp, or a town by name.

    It tells who holds a person that somebody spoke for, and there she can be made to pay for it. Detention as a
    subject, of a country or in a law, is harmless.
    """
    for match in _SEIZED.finditer(text):
        is_decree = match.group()[:7].lower() == "arrete " and _DECREE.search(
            text, max(0, match.start() - 6), match.start()
        )
        place = match["place"]
        is_somewhere = match["facility"] or not (
            _COUNTRY_OR_DAY.fullmatch(place) or _COUNTRY_OR_DAY.fullmatch(place.split()[0])
        )
        if is_somewhere and not is_decree:
            yield match.span()
    for match in (match for pattern in (_HELD, _IS_IN) for match in pattern.finditer(text)):
        if not _EVENT.search(text, max(0, match.start() - 40), match.start()):
            yield match.span()
    for match in _IN_PRISON.finditer(text):
        if not _ABOUT_PRISONS.search(text, max(0, match.start() - 50), match.start()):
            yield match.span()
    for match in _HOLDERS.finditer(text):
        if not _COUNTRY_OR_DAY.fullmatch(match["place"]):
            yield match.span()
    for match in (match for pattern in _HELD_BY_NOW for match in pattern.finditer(text)):
        if not _THING.search(text, max(0, match.start() - 40), match.end()):
            yield match.span()
    for match in _ARABIC_HELD.finditer(text) if HAS_ARABIC.search(text) else ():
        place = match["place"]
        is_named = not (_ARABIC_NO_PLACE.fullmatch(place) or _ARABIC_MOVED.match(match.group()))
        if _ARABIC_FACILITY.fullmatch(place) or is_named:
            yield match.span()
