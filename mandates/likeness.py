"""Whether two entries are likely to be about the same visit or the same call. Pure functions over rows already read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Self

from .day_words import fold

if TYPE_CHECKING:
    from .models import CallForInput, CountryVisit

APART = timedelta(days=60)
"""Days by which the dates of one visit may differ between two people's knowledge of it; visits get moved."""

ALIKE = 0.75
"""From here on two titles are much the same: SequenceMatcher's ratio, 1 for equal ones."""

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
