"""Mails of what people follow, written down: in one transaction with the mark of how far each person was told."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ..digest.record import Person, read_entries, read_people
from ..digest.rules import Entry, News, news_within
from ..digest.windows import OVERLAP, last_monday
from ..following import Followed, follows_of_people
from ..models import DigestItem, DigestMark, OutgoingMail, Subscription, SupportRequest, User

PEOPLE_AT_ONCE = 200
"""People for whom one transaction writes: one that is killed has written for all of them or for none."""

Told = dict[tuple[Any, str, str], datetime]
"""By (person, kind of entry, key) until when its changes were told to her."""


def write_digests(*, now: datetime) -> Counter[str]:
    """Write down the mails that are due at `now`, none of them empty; how many of each kind (`OutgoingMail.Kind`).

    On Monday morning in her time zone a person gets what changed since the last weekly mail; in between what is
    urgent, at once. What was told as urgent is told again only when it changed since. May run at any time, twice at
    once, and be killed: the mark of each person is locked, and moved with what is written.
    """
    follows = {key: wanted for key, rows in follows_of_people().items() if (wanted := _with_mails(rows))}
    people = {key: person for key, person in read_people().items() if key in follows}
    if not people:
        return Counter()
    _begin_marks(people.values(), follows, now)
    starts = [_start(person, follows[key], now) for key, person in people.items()]
    entries = {key: entry for key, (entry, _item) in read_entries(min(starts) - OVERLAP, now).items()}
    answered = SupportRequest.objects.clusters_answered_since(min(starts))
    tally: Counter[str] = Counter()
    for chunk in _batches(sorted(people), PEOPLE_AT_ONCE):
        tally += _Writing([people[key] for key in chunk], follows, entries, answered, now).write()
    return tally


def turn_off(*, kind: str, person: Any) -> None:
    """Send a person (key) no more mails of `kind`; nothing for one who has no account any more."""
    with transaction.atomic():
        _set_wanted(person, **{_COLUMNS[kind]: True})


def choose_mails(*, user: User, weekly: bool, urgent: bool, time_zone: str) -> None:
    """Send `user` weekly and urgent mails of what she follows, or not; by the clock of `time_zone`."""
    with transaction.atomic():
        user.time_zone = time_zone
        user.save(update_fields=["time_zone"])
        _set_wanted(user.pk, no_weekly=not weekly, no_urgent=not urgent)


_COLUMNS = {OutgoingMail.Kind.DIGEST.value: "no_weekly", OutgoingMail.Kind.URGENT.value: "no_urgent"}


def _set_wanted(person: Any, **columns: bool) -> None:
    user = User.objects.filter(pk=person).first()
    if user is not None:
        begins = last_monday(user.zone, timezone.now())
        begun = {"weekly_at": begins, "urgent_at": begins}
        DigestMark.objects.update_or_create(user=user, defaults=columns, create_defaults=begun | columns)


def _with_mails(rows: Iterable[Followed]) -> list[Followed]:
    return [row for row in rows if row.mails != Subscription.Mails.NONE]


def _begin_marks(people: Iterable[Person], follows: dict[Any, list[Followed]], now: datetime) -> None:
    """A mark for each person who has none: her first weekly mail comes on the first Monday from which she follows.

    When nobody has run this for long, it tells of the last week.
    """
    new = []
    for person in people:
        if getattr(person.user, "digest_mark", None) is None:
            followed = min(row.since or now for row in follows[person.user.pk])
            begins = max(followed, last_monday(person.zone, now) - timedelta(days=7))
            mark = DigestMark(user=person.user, weekly_at=begins, urgent_at=begins)
            person.user.digest_mark = mark
            new.append(mark)
    DigestMark.objects.bulk_create(new, ignore_conflicts=True)


def _start(person: Person, follows: list[Followed], now: datetime) -> datetime:
    """The earliest moment of which her next mail can tell."""
    mark: DigestMark = person.user.digest_mark
    return max(min(mark.weekly_at, mark.urgent_at), min(row.since or now for row in follows))


def _batches(rows: Sequence[Any], size: int) -> Iterable[list[Any]]:
    it = iter(rows)
    while batch := list(islice(it, size)):
        yield batch


def _items(news: list[News]) -> list[DigestItem]:
    return [DigestItem(subject_type=row.entry.key[0], subject_id=row.entry.key[1], since=row.since) for row in news]


class _Writing:
    """The mails of some people, whose marks are locked."""

    def __init__(
        self,
        people: list[Person],
        follows: dict[Any, list[Followed]],
        entries: dict[Any, Entry],
        answered: set[Any],
        now: datetime,
    ) -> None:
        self.people, self.follows, self.entries = people, follows, list(entries.values())
        self.answered, self.now = answered, now
        self.mails: list[OutgoingMail] = []
        self.items: list[DigestItem] = []

    def write(self) -> Counter[str]:
        """Three writes for all of these people; how many mails of each kind."""
        keys = [person.user.pk for person in self.people]
        with transaction.atomic():
            marks = {
                mark.user_id: mark
                for mark in DigestMark.objects.select_for_update().filter(user__in=keys).order_by("user")
            }
            weekly = [
                person.user.pk for person in self.people
                if marks[person.user.pk].weekly_at < last_monday(person.zone, self.now)
            ]  # fmt: skip
            told = self._told(keys, min(mark.weekly_at for mark in marks.values()))
            for person in self.people:
                mark = marks[person.user.pk]
                if person.user.pk in weekly:
                    self._weekly(person, mark, told)
                elif mark.urgent_at < self.now and mark.wants(OutgoingMail.Kind.URGENT):
                    self._urgent(person, mark, told)
            OutgoingMail.objects.bulk_create(self.mails)
            DigestItem.objects.bulk_create(self.items)
            if self.entries:
                DigestMark.objects.filter(user__in=keys, urgent_at__lt=self.now).update(urgent_at=self.now)
            if weekly:
                DigestMark.objects.filter(user__in=weekly).update(weekly_at=self.now, urgent_at=self.now)
        return Counter(mail.kind for mail in self.mails)

    def _told(self, keys: list[Any], since: datetime) -> Told:
        items = DigestItem.objects.filter(mail__to__in=keys, mail__created_at__gt=since - OVERLAP)
        rows: Any = items.order_by().values_list("mail__to", "subject_type", "subject_id")
        return {(person, kind, key): until for person, kind, key, until in rows.annotate(Max("mail__created_at"))}

    def _weekly(self, person: Person, mark: DigestMark, told: Told) -> None:
        """What changed since the last weekly mail, and whether the task team answered something meanwhile."""
        if not mark.wants(OutgoingMail.Kind.DIGEST):
            return
        news = self._news(person, self.follows[person.user.pk], mark.weekly_at, told)
        items = _items(news)
        may_have_answers = not self.answered.isdisjoint(person.coordinated)
        if may_have_answers and SupportRequest.objects.answers_for(person.user, mark.weekly_at).exists():
            items.append(DigestItem(subject_type=DigestItem.ANSWERS, since=mark.weekly_at))
        self._add(OutgoingMail.Kind.DIGEST, person, items)

    def _urgent(self, person: Person, mark: DigestMark, told: Told) -> None:
        follows = [row for row in self.follows[person.user.pk] if row.mails == Subscription.Mails.URGENT]
        news = [row for row in self._news(person, follows, mark.urgent_at, told) if row.is_urgent]
        items = _items(news)
        self._add(OutgoingMail.Kind.URGENT, person, items)

    def _news(self, person: Person, follows: list[Followed], since: datetime, told: Told) -> list[News]:
        found = []
        for entry in self.entries:
            begun = [row.since or since for row in follows if row.concerns(entry.facts)]
            if begun and person.knows(entry):
                before = told.get((person.user.pk, *entry.key), since - OVERLAP)
                news = news_within(entry, max(since - OVERLAP, min(begun), before), self.now)
                found += [news] if news else []
        return found

    def _add(self, kind: OutgoingMail.Kind, person: Person, items: list[DigestItem]) -> None:
        if items:
            mail = OutgoingMail(kind=kind, to=person.user, created_at=self.now, due_at=self.now)
            self.mails.append(mail)
            for item in items:
                item.mail = mail
            self.items += items
