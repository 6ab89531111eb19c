"""What is open to a cluster right now, worked out anew at each request.

    reader.py  reads one cluster, or all of them, as far as one person may read  →  Situation (situation.py)
    rules.py   one rule for each of the twelve actions: pure functions           →  Opening (opening.py)

`what_is_open` asks all rules about a situation.
"""

from datetime import datetime

from .opening import Kind, Opening, Openings
from .rules import RULES
from .situation import Situation

__all__ = ["Kind", "Opening", "Openings", "Situation", "what_is_open"]


def what_is_open(situation: Situation, *, now: datetime) -> Openings:
    """Ask every rule that this reader is shown; nothing past its end, and what the cluster set aside apart.

    `now` is aware and in the reader's time zone: days without a zone of their own are days of her calendar.
    """
    found = [opening for number in sorted(situation.shown) for opening in RULES[number](situation, now)]
    still = [opening for opening in found if opening.until is None or now < opening.until.closes_at]
    still.sort(key=_nearest_first)
    aside = [opening for opening in still if opening.identity in situation.set_aside]
    left = [opening for opening in still if opening.identity not in situation.set_aside]
    due = [opening for opening in left if opening.kind == Kind.DUE]
    return Openings(due, [opening for opening in left if opening.kind == Kind.POSSIBLE], aside)


def _nearest_first(opening: Opening) -> tuple[bool, float, int]:
    """By end, then action; within an action as the rule gave them: priorities by rank."""
    end = opening.until.closes_at.timestamp() if opening.until else 0.0
    return opening.until is None, end, opening.action
