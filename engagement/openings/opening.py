"""What the rules give: an opening, with its reason, its end and the first step."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mandates.dates import closes_in, days_until, end_of, show_day, zone_in_words

from ..actions import WORDINGS


class Kind(models.TextChoices):
    DUE = "due", gettext_lazy("Due")
    POSSIBLE = "possible", gettext_lazy("Possible")


@dataclass(frozen=True, slots=True)
class Until:
    """The last day on which something can be done, until 24:00 in its zone; `is_deadline`: something closes then."""

    on: date
    zone: tzinfo
    is_deadline: bool = False

    @property
    def closes_at(self) -> datetime:
        return end_of(self.on, self.zone)

    def time_left(self, now: datetime) -> str:
        """How long that still is, in days of the reader's (active) calendar: "closes in 5 days", "5 days left"."""
        if self.is_deadline:
            return closes_in(self.closes_at, now)
        days = days_until(self.closes_at, now)
        return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days} if days else _("last day")

    def in_words(self, now: datetime) -> str:
        """The day; with its zone where that is not the reader's, the zone of `now`."""
        day = show_day(self.on)
        if self.closes_at == end_of(self.on, now.tzinfo or UTC):
            return _("until %(day)s") % {"day": day}
        return _("%(day)s, 24:00 %(zone)s time") % {"day": day, "zone": zone_in_words(str(self.zone))}


@dataclass(frozen=True, slots=True)
class Item:
    """What an opening is about: a key that stays, a label, and the address of its page ("" when it has none)."""

    key: str
    label: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Where one button leads: the page of a URL name with `args`. `posts`: a value to post there instead of going."""

    label: str
    route: str
    args: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    posts: str = ""

    @property
    def address(self) -> str:
        address = reverse(self.route, args=self.args)
        return f"{address}?{urlencode(self.query)}" if self.query else address


@dataclass(frozen=True, slots=True)
class Opening:
    """One thing a cluster can do now: why, until when, and the first step to it.

    `facts` are the item's own dates and status, nothing of any engagement: an opening that was set aside comes back
    when they change.
    """

    action: int
    item: Item
    because: str
    first_step: Step
    until: Until | None = None
    kind: Kind = Kind.DUE
    facts: tuple[Any, ...] = ()

    @property
    def state(self) -> str:
        """A digest of the facts, 16 hexadecimal digits."""
        return hashlib.sha256("|".join(map(str, self.facts)).encode()).hexdigest()[:16]

    @property
    def identity(self) -> tuple[int, str, str]:
        """What a `SetAside` names: action, item, state."""
        return self.action, self.item.key, self.state

    @property
    def title(self) -> str:
        return f"{self.action}. {WORDINGS[self.action].short}"


@dataclass(frozen=True, slots=True)
class Openings:
    """The openings of one cluster for one reader, the nearest end first, those without one last."""

    due: list[Opening]
    possible: list[Opening]
    set_aside: list[Opening]
