"""Recommendations from the Universal Human Rights Index (UHRI): its full export, by hundreds of thousands.

`reading` streams the records of a file, Excel or JSON; `records` makes clean values of one; `writing` brings them in,
by their key, so that the same file changes nothing; `matching` is about names that no mandate has yet.
"""

from .matching import match_bodies, unmatched_bodies
from .writing import Outcome, bring_in

__all__ = ["Outcome", "bring_in", "match_bodies", "unmatched_bodies"]
