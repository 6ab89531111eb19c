"""What mails would have told somebody of, had she followed something: for her to see before she decides."""

from datetime import datetime, timedelta

from ..following import Followed, is_followed
from ..models import User
from ..news import Item
from .record import Person, read_entries, read_people
from .rules import Entry, news_within

DAYS = 30


def read_month(user: User, now: datetime) -> tuple[Person, list[tuple[Entry, Item]]]:
    """`user` and all that she knows of which mails told somebody in the last DAYS, the latest change first."""
    since = now - timedelta(days=DAYS)
    person = read_people([user.pk])[user.pk]
    found = [(entry, item) for entry, item in read_entries(since, now).values() if person.knows(entry)]
    found = [(entry, item) for entry, item in found if news_within(entry, since, now)]
    found.sort(key=lambda pair: (pair[0].changes[-1].at if pair[0].changes else since, pair[0].key), reverse=True)
    return person, found


def would_have_told(follows: list[Followed], month: list[tuple[Entry, Item]]) -> list[tuple[Entry, Item]]:
    """Those of `read_month` that these subscriptions concern: each is one line of a mail."""
    return [(entry, item) for entry, item in month if is_followed(follows, entry.facts)]
