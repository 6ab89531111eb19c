"""What is likely to be the same: two entries about one visit or one call, a name and its misspelling.

Pure functions over rows already read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, Self

from .day_words import fold
from .words import bare

if TYPE_CHECKING:
    from .models import CallForInput, CountryVisit

APART = timedelta(days=60)
"""Days by which the dates of one visit may differ between two people's knowledge of it; visits get moved."""

ALIKE = 0.75
"""From here on two titles or words are much the same: SequenceMatcher's ratio, 1 for equal ones."""

MOST = 5
_OPENING = re.compile(
    r"^(?:(?:open )?calls? for (?:inputs?|submissions?|contributions?)|appel a contributions?"
    r"|(?:convocatoria|llamado|llamamiento) (?:a|para|de)(?: presentar)? \w+)\W+"
    r"(?:(?:for|on|sur|sobre|pour|para) )?(?:the )?"
)


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What tells visits apart: country codes, keys of mandates, first and last day (None: not known)."""

    countries: frozenset[str]
    mandates: frozenset[int]
    first: date | None
    last: date | None

    @classmethod
    def of(cls, visit: "CountryVisit") -> Self:
        """The facts of a visit read with its places: no query."""
        return cls(
            frozenset(country.pk for country in visit.countries.all()),
            frozenset(mandate.pk for mandate in visit.mandates.all()),
            visit.starts_on or visit.ends_on,
            visit.ends_on or visit.starts_on,
        )


def like_visits(new: VisitFacts, visits: "Iterable[CountryVisit]", today: date) -> "list[CountryVisit]":
    """Those of `visits` (with places) that share a country and a mandate with `new` around the same time.

    Days not known could be any from `today` on. At most MOST, in the order given.
    """
    first, last = new.first or today, new.last or date.max - APART
    found = []
    for visit in visits:
        one = VisitFacts.of(visit)
        is_near = (one.last is None or one.last >= first - APART) and (one.first is None or one.first <= last + APART)
        if one.first is None and new.last is not None:
            is_near = new.last >= today - APART
        if is_near and one.countries & new.countries and one.mandates & new.mandates:
            found.append(visit)
    return found[:MOST]


def like_calls(title: str, calls: "Iterable[CallForInput]") -> "list[CallForInput]":
    """Those of `calls` whose title is much the same as `title`, the most alike first. At most MOST."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(_subject(title))
    found = []
    for call in calls:
        matcher.set_seq1(_subject(call.title))
        # The quick bounds come first: they are cheap and rule out nearly all.
        if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            found.append((matcher.ratio(), call))
    return [call for _ratio, call in sorted(found, key=lambda pair: -pair[0])][:MOST]


def _subject(title: str) -> str:
    """A title without "Call for input:", which all have."""
    folded = fold(title)
    return _OPENING.sub("", folded) or folded


MEANT = 3
WORDS = 6
"""More words than these are a sentence, and no name."""

SHORT = 4
"""Letters of two words that differ by one and are other words, and not misspelt ones."""


def like_names(text: str, names: Iterable[str]) -> list[str]:
    """What `text` may have been meant to be: its words as one of `names` spells them, the most alike first.

    Each word has to be in that name, or to be much like a word of it. At most MEANT, none for more than WORDS words.
    """
    typed = re.findall(r"\w+", bare(text))
    if not 0 < len(typed) <= WORDS:
        return []
    likeness = cache(_likeness)  # for this one time: what people look for is kept nowhere
    found: dict[str, float] = {}
    for name in names:
        spelt = {bare(word): word.lower() for word in re.findall(r"\w+", name)}
        nearest = [max(((likeness(word, other), other) for other in spelt), default=(0, "")) for word in typed]
        if all(ratio >= ALIKE for ratio, _other in nearest):
            words = " ".join(spelt[other] for _ratio, other in nearest)
            found[words] = max(found.get(words, 0), sum(ratio for ratio, _other in nearest))
    return sorted(found, key=lambda words: (-found[words], words))[:MEANT]


def _likeness(word: str, other: str) -> float:
    """How much a typed word is like another one; 1 where it is a part of it, 0 where it cannot reach ALIKE."""
    if word in other:
        return 1
    matcher = SequenceMatcher(a=other, b=word, autojunk=False)
    if max(len(word), len(other)) <= SHORT or matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0
    return matcher.ratio()
