"""The twelve potential actions, in the words of the form that clusters use (the seed document).

The wording is fixed and people quote the numbers; rows of `Action` carry number, group and time frame, the words
come from here so that they are translated with everything else.
"""

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAMESPACE = uuid.UUID("6f1d8f0e-3a64-4f0b-9c0e-2b1c5a7d9e12")

Words = str | Promise


def action_id(number: int) -> uuid.UUID:
    """The primary key of action `number`, the same in every database, so that constraints can name it."""
    return uuid.uuid5(_NAMESPACE, f"action-{number}")


class Group(models.TextChoices):
    VISITS = "visits", _("Country visits")
    REPORTS = "reports", _("Thematic reports")
    PRESS = "press", _("Press communications")
    PRIORITIES = "priorities", _("Priorities and sharing")
    CASES = "cases", _("Individual cases")
    EVENTS = "events", _("Events")
    ADVOCACY = "advocacy", _("Advocacy")


class TimeFrame(models.TextChoices):
    """When the advocacy bears fruit; the seed's three kinds, our reading of which action belongs to which."""

    IMMEDIATE = "immediate", _("immediate")
    MEDIUM = "medium", _("medium-term")
    LONG = "long", _("long-term")


@dataclass(frozen=True, slots=True)
class Wording:
    """What the form says of one action: `text` is the seed's, `short` and `guidance` are ours."""

    group: Group
    time_frame: TimeFrame
    short: Words
    text: Words
    guidance: Words


_V, _R, _P = Group.VISITS, Group.REPORTS, Group.PRIORITIES
_I, _M, _L = TimeFrame.IMMEDIATE, TimeFrame.MEDIUM, TimeFrame.LONG

WORDINGS: dict[int, Wording] = {
    1: Wording(
        _V, _M, _("Follow upcoming visits"),
        _("Stay up to date in terms of upcoming country visits by Special Procedures"),
        _("Who in the cluster follows the announcements, and how do they reach the others?"),
    ),
    2: Wording(
        _V, _M, _("Share visit information"),
        _("Share information about upcoming country visits by Special Procedures with protection cluster members"),
        _("Say which visit, how many members were told, and what they can still do before it."),
    ),
    3: Wording(
        _V, _M, _("Propose a briefing"),
        _("Propose a briefing to a mandate holder ahead of or during a planned country visit"),
        _("Say which points were proposed, through whom, and what was agreed. No names of people at risk."),
    ),
    4: Wording(
        _R, _L, _("Follow upcoming reports"),
        _("Stay up to date in terms of upcoming thematic reports of Special Procedures"),
        _("Which mandates' reports and calls for input does the cluster follow?"),
    ),
    5: Wording(
        _R, _L, _("Share report information"),
        _(
            "Share information about upcoming thematic reports of Special Procedures Mandate Holders with "
            "protection cluster members"
        ),
        _("Say which report or call, who was told, and by when they can answer."),
    ),
    6: Wording(
        _R, _L, _("Contribute to a report"),
        _(
            "Contribute to upcoming thematic reports of Special Procedures Mandate Holders with protection "
            "cluster members"
        ),
        _("Say which call was answered, with whose contributions, and whether the cluster is named."),
    ),
    7: Wording(
        Group.PRESS, _I, _("Propose issues for the press"),
        _(
            "Propose issues and provide information for ad hoc press communications issued by SPMH to complement "
            "or fill the gap of cluster’s communication products"
        ),
        _("Say which issue, to which mandate, and which of the cluster's own products it completes."),
    ),
    8: Wording(
        _P, _L, _("Prioritise mandate holders"),
        _(
            "Prioritize a list of Special Procedures Mandate Holders, based on the context, with which the cluster "
            "will systematically engage"
        ),
        _("Say which mandates, why these in this context, and when the list will be looked at again."),
    ),
    9: Wording(
        _P, _L, _("Share information in confidence"),
        _(
            "Proactively share relevant information on confidential basis with the prioritized list of Special "
            "Procedures, based on the context. This would include sharing key operational updates to those mandates "
            "which have been specified as a priority for the Cluster"
        ),
        _("Say what kind of information went to whom and when, not what it said. This entry is always high."),
    ),
    10: Wording(
        Group.CASES, _I, _("Refer an individual case"),
        _("Refer sensitive individual cases to Special Procedures, where appropriate, for intervention"),
        _(
            "This entry is a receipt, not a case file: mandate, month, state of the reply. Never a name, a place, "
            "a date of an incident or anything else that could identify a victim, a source or a witness."
        ),
    ),
    11: Wording(
        Group.EVENTS, _M, _("Invite to an event"),
        _("Invite a mandate holder to participate in relevant high level events organized by the cluster"),
        _("Say which event, who was invited and what they answered."),
    ),
    12: Wording(
        Group.ADVOCACY, _L, _("Use findings in advocacy"),
        _(
            "Utilize references to recommendations, reports or other outcomes of the SPMHs in the protection "
            "cluster’s advocacy strategy and/or activities"
        ),
        _("Say which report or statement, in which product it was used, and before whom."),
    ),
}  # fmt: skip


def name_of(number: int) -> str:
    """An action as lists name it, in the active language: "3. Propose a briefing"."""
    return f"{number}. {WORDINGS[number].short}"


def action_choices() -> list[tuple[str, str]]:
    """(number, name) of each action, for a drop-down."""
    return [(str(number), name_of(number)) for number in WORDINGS]


ALWAYS_HIGH = (9, 10)
"""Actions whose engagements are never below level *high*."""

WITH_VISIT = (1, 2, 3, 7, 12)
WITH_CALL = (4, 5, 6)
WITH_REPORT = (4, 5, 6, 12)
WITH_EVENT = (11,)
WITH = {"visit": WITH_VISIT, "call": WITH_CALL, "report": WITH_REPORT, "event": WITH_EVENT}
"""Actions whose engagements may point to a visit, a call for input, a report, an event of the cluster."""

CONTACTS = (3, 6, 7, 9, 10, 11)
"""Actions by which something reaches a mandate holder."""


NUMBERS = {action_id(number): number for number in WORDINGS}
"""The number of each action by its primary key, so that counting by action takes no join."""


def ids_of(numbers: tuple[int, ...]) -> list[uuid.UUID]:
    """The primary keys of these actions, for constraints."""
    return [action_id(number) for number in numbers]
