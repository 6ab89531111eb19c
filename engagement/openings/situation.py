"""What one reader may read of one cluster, as light rows: all that the rules in `openings.py` are asked about.

`openings_reader.py` fills it. Engagements in here have passed the gate for that reader, so that nothing worked out from
a situation tells of a row she could not list.
"""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from uuid import UUID

from mandates.querysets import VisitPhase


@dataclass(frozen=True, slots=True)
class Move:
    """The dates of a visit were agreed or dropped by an event of its dossier, or only written differently there.

    On which day, and at which moment where that is known.
    """

    on: date
    at: datetime | None = None
    is_event: bool = True

    def is_after(self, told: "EngagementRow") -> bool:
        """Whether the members were told before this; on the same day the moments decide, where both are known."""
        if self.on != told.on:
            return self.on > told.on
        return self.at is not None and self.at > told.written_at


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit to the cluster's country. `moves` holds its last moves; `is_exact`: dates known to the day."""

    key: UUID
    label: str
    phase: VisitPhase
    status: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    is_exact: bool = True
    completed_on: date | None = None
    moves: tuple[Move, ...] = ()

    @property
    def last_day(self) -> date | None:
        return self.ends_on or self.starts_on


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call for input that is open. Without `deadline_on` it is ongoing; without countries it asks about all."""

    key: UUID
    label: str
    deadline_on: date | None
    deadline_zone: tzinfo
    countries: frozenset[str] = frozenset()
    mandates: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A published report. Without countries it is about none in particular."""

    key: UUID
    label: str
    published_on: date
    countries: frozenset[str] = frozenset()
    mandates: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Who serves a mandate, or will; an unknown start counts as past."""

    name: str
    started_on: date | None


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """A mandate on the cluster's list, since a day; what became of the mandate."""

    mandate: int
    slug: str
    acronym: str
    rank: int
    since: date
    ended_on: date | None = None
    successor: str = ""
    acts_on_communications: bool = True
    holders: tuple[HolderRow, ...] = ()

    def has_ended(self, today: date) -> bool:
        """Whether the mandate itself is over."""
        return self.ended_on is not None and self.ended_on < today


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event that the cluster plans and has not called off."""

    key: UUID
    title: str
    day: date


@dataclass(frozen=True, slots=True)
class EngagementRow:
    """A line of the log that is not withdrawn.

    `items` are the keys of its visit, call, report or event; `on` is the last day that it can mean, never after the
    day it was written at `written_at`, unless it is only planned.
    """

    action: int
    status: str
    on: date
    written_at: datetime
    items: frozenset[UUID] = frozenset()
    mandates: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Situation:
    """One cluster as one reader may read it.

    `shown` are the actions whose openings she is shown, `set_aside` the (action, item, state) that the cluster has
    set aside; `acting` counts the mandates in force, thematic or of the country, that act on communications.
    """

    cluster: str
    country: str
    country_name: str
    shown: frozenset[int]
    visits: tuple[VisitRow, ...] = ()
    calls: tuple[CallRow, ...] = ()
    reports: tuple[ReportRow, ...] = ()
    priorities: tuple[PriorityRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    engagements: tuple[EngagementRow, ...] = ()
    follows_visits: bool = False
    follows_mandates: bool = False
    reviewed_on: date | None = None
    acting: int = 0
    set_aside: frozenset[tuple[int, str, str]] = frozenset()

    def has_engagement(self, action: int, item: UUID, *statuses: str) -> bool:
        """Whether an engagement of this action about this item stands in one of `statuses`."""
        return any(row.action == action and item in row.items and row.status in statuses for row in self.engagements)

    def priority_of(self, mandates: frozenset[int]) -> PriorityRow | None:
        """The first on the list of these mandates, None when none is a priority."""
        on_list = [priority for priority in self.priorities if priority.mandate in mandates]
        return min(on_list, key=lambda priority: priority.rank, default=None)
