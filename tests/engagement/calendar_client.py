"""A calendar program that subscribes to a feed, as RFC 5545 and 5546 have it; it reads with another parser."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import vobject


@dataclass
class CalendarClient:
    """Holds one version of each event by its UID, asks only for what changed, and never forgets by itself.

    A version replaces the one that is held when its SEQUENCE is greater, or the same with a DTSTAMP that is not older
    (RFC 5546, section 2.1.5). An event that is not in the file any more stays: that is why calls it off has to be said.
    """

    ask: Any
    etag: str = ""
    held: dict[str, Any] = field(default_factory=dict)

    def refresh(self) -> int:
        """Ask once; the status of the answer."""
        response = self.ask(headers={"If-None-Match": self.etag} if self.etag else {})
        if response.status_code == 200:
            self.etag = response["ETag"]
            for event in getattr(vobject.readOne(response.text), "vevent_list", []):
                self._receive(event)
        return response.status_code

    def _receive(self, event: Any) -> None:
        held = self.held.get(event.uid.value)
        if held is not None:
            mine, theirs = (int(one.sequence.value) for one in (held, event))
            if theirs < mine or (theirs == mine and event.dtstamp.value < held.dtstamp.value):
                return
        self.held[event.uid.value] = event

    @property
    def shown(self) -> list[tuple[date, date, str]]:
        """(first day, day after the last, status) of each event that a person sees."""
        return [(event.dtstart.value, event.dtend.value, event.status.value) for event in self.held.values()]
