"""All rules over one text, and over the texts of one record."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .finding import Finding, Kind
from .folding import fold
from .names import people
from .numbers import coordinates, emails, harmless, identifiers, phones, without
from .places import detentions, places_and_days

Piece = tuple[int, int]

_DIGIT = re.compile(r"\d")


def findings(text: str, region: str = "") -> list[Finding]:
    """What could lead to a person in `text`, in order; no two of one kind overlap. [] when there is nothing.

    `region` is the two-letter ISO code of the country whose phone numbers are known without their prefix. Offsets
    count the characters of `text` as it was given. Deterministic; time grows with the length and no faster.
    """
    folded = fold(text)
    found: list[Finding] = []

    def keep(kind: Kind, pieces: Iterable[Piece]) -> list[Piece]:
        kept = list(_apart(pieces))
        found.extend(Finding(*folded.original(*piece), kind) for piece in kept)
        return kept

    # What one rule has recognised, the next one does not read as part of something else.
    left = without(folded.text, keep(Kind.EMAIL, emails(folded.text)))
    left = without(left, keep(Kind.COORDINATES, coordinates(left)))
    if _DIGIT.search(left):  # no phone and no number of a paper is without
        left = without(left, harmless(left))
        left = without(left, keep(Kind.PHONE, phones(left, region)))
        keep(Kind.IDENTIFIER, identifiers(left))
    keep(Kind.PERSON, people(folded.text))
    keep(Kind.PLACE_AND_DATE, places_and_days(folded.text))
    keep(Kind.DETENTION, detentions(folded.text))
    return sorted(found)


def _apart(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces in order, those that overlap made one."""
    current: Piece | None = None
    for start, end in sorted(pieces):
        if current and start < current[1]:
            current = current[0], max(end, current[1])
        else:
            if current:
                yield current
            current = start, end
    if current:
        yield current


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding in a field of a record, with the piece as it was typed; `is_refused`: it cannot be ticked away."""

    field: str
    finding: Finding
    piece: str
    is_refused: bool


def check_row(texts: Mapping[str, str], level: str, region: str = "") -> list[Fault]:
    """The faults in the free texts of one record, {field: text}, that is kept at `level`; by field, then in order.

    At level "high" what is hard is refused; all else may stay once somebody has looked and says that it identifies
    nobody. For forms and for the rows of an import alike.
    """
    return [
        Fault(field, finding, text[finding.start : finding.end], finding.hard and level == "high")
        for field, text in texts.items()
        for finding in findings(text, region)
    ]
