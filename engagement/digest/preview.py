"""What mails would have told somebody of, had she followed something: for her to see before she decides."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ..following import followed_by
from ..models import Subscription
from ..news import Item
from .record import read_entries, read_people
from .rules import Entry, news_within

DAYS = 30
WEEK = timedelta(days=7)


class Month(NamedTuple):
    """All of the last DAYS that one person knows and that is news, the latest change first."""

    found: list[tuple[Entry, Item]]
    coordinated: frozenset[Any]

    def told_by(self, subscription: Subscription) -> list[tuple[Entry, Item]]:
        """What this would have told her of: each is one line of a mail. One query for priority mandates.

        Nothing of the priority mandates of a cluster whose list she does not read.
        """
        if subscription.of_priorities and not self._reads_list_of(subscription):
            return []
        followed = followed_by(subscription)
        return [(entry, item) for entry, item in self.found if followed.concerns(entry.facts)]

    def _reads_list_of(self, subscription: Subscription) -> bool:
        cluster = subscription.cluster
        above = [cluster.pk, cluster.parent_id, cluster.parent and cluster.parent.parent_id] if cluster else []
        return not self.coordinated.isdisjoint(above)


def read_month(user: Any, now: datetime) -> Month:
    """What was news to `user` (or would have been) in the month before `now`. Twelve queries."""
    since = now - timedelta(days=DAYS)
    person = read_people([user.pk])[user.pk]
    found = [(entry, item) for entry, item in read_entries(since, now).values() if person.knows(entry)]
    weeks = [(since + number * WEEK, min(since + (number + 1) * WEEK, now)) for number in range(DAYS // WEEK.days + 1)]
    found = [(entry, item) for entry, item in found if any(news_within(entry, *week) for week in weeks)]
    found.sort(key=lambda pair: (pair[0].changes[-1].at if pair[0].changes else since, pair[0].key), reverse=True)
    return Month(found, person.coordinated)
