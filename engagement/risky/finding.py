"""What the checker finds."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a piece of text is that could lead to a person, or to where she is."""

    EMAIL = "email"
    PHONE = "phone"
    IDENTIFIER = "identifier"
    COORDINATES = "coordinates"
    PERSON = "person"
    PLACE_AND_DATE = "place_and_date"
    DETENTION = "detention"


HARD = frozenset({Kind.EMAIL, Kind.PHONE, Kind.IDENTIFIER, Kind.COORDINATES})
"""Kinds that lead to one person or one spot by themselves: refused at level *high*."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One piece of a text, `text[start:end]`, and what it looks like."""

    start: int
    end: int
    kind: Kind

    @property
    def hard(self) -> bool:
        """Whether it is refused at level *high*; below, and for all other kinds, it is asked about."""
        return self.kind in HARD
