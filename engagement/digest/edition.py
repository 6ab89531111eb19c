"""The mails of one run of the queue that tell people what they follow: what each says, as things stand when it leaves.

Items are read once for many mails, and their words made once for each language and time zone; rights and subscriptions
are read anew for each few people, moments before their mails leave.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from ..following import Followed, follows_of_people, is_followed
from ..models import DigestItem, DigestMark, OutgoingMail, Subscription, SupportRequest
from .record import Person, read_entries, read_people
from .words import Line, line_of, subject_of

AT_ONCE = 50
"""Mails for which rights and subscriptions are read at one time: seconds, with a mail server that answers."""

FRESH_FOR = 300
"""Seconds for which items that were read are good: a slow mail server must not send what stood there an hour ago."""


class Content(NamedTuple):
    """A mail in the reader's language: its subject, both bodies, and the address that ends mails of this kind."""

    subject: str
    text: str
    html: str
    unsubscribe_url: str


class Edition:
    """What the mails of one run say; `keys` are those of all of them, in the order in which they leave."""

    def __init__(self, keys: Sequence[Any]) -> None:
        self.keys = list(keys)
        self.mails: dict[Any, OutgoingMail] = {}
        self.people: dict[Any, Person] = {}
        self.follows: dict[Any, list[Followed]] = {}
        self.entries: dict[tuple[str, str], Any] = {}
        self.words: dict[tuple[str, str, tuple[str, str], datetime], Line] = {}
        self.read_at, self.since = 0.0, timezone.now()
        self._forget()

    def mail(self, key: Any) -> OutgoingMail | None:
        """The mail of that key with its person and items, read a moment ago; None for one that is gone."""
        if key not in self.mails and key in self.keys:
            self._read(self.keys[self.keys.index(key) :][:AT_ONCE])
        return self.mails.get(key)

    def content_of(self, mail: OutgoingMail) -> Content | None:
        """What the mail says; None when there is nothing to say any more, or nobody who wants to hear it."""
        person = self.people.get(mail.to_id)
        mark: DigestMark | None = person and getattr(person.user, "digest_mark", None)
        if person is None or mark is None or not mark.wants(mail.kind):
            return None
        language = person.language or settings.LANGUAGE_CODE
        with translation.override(language), timezone.override(person.zone):
            lines = self._lines(mail, person, language)
            answers = self._answers(mail, person)
            if not lines and not answers:
                return None
            return self._content(mail, person, mark, lines, answers)

    def _content(
        self, mail: OutgoingMail, person: Person, mark: DigestMark, lines: list[Line], answers: int
    ) -> Content:
        is_urgent = mail.kind == OutgoingMail.Kind.URGENT
        address = reverse("engagement:unsubscribe", args=[mark.key_for(mail.kind)])
        unsubscribe_url = f"{settings.SITE_URL}{address}?language={translation.get_language()}"
        words = {
            "to": person.user,
            "is_urgent": is_urgent,
            "first": [line for line in lines if line.is_first],
            "others": [line for line in lines if not line.is_first],
            "answers": answers,
            "site_url": settings.SITE_URL,
            "support_url": settings.SITE_URL + reverse("engagement:support-list"),
            "subscriptions_url": settings.SITE_URL + reverse("engagement:subscription-list"),
            "unsubscribe_url": unsubscribe_url,
            "language": translation.get_language(),
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }
        subject = " ".join(subject_of(lines, answers, is_urgent=is_urgent).split())
        text = render_to_string("engagement/mail/digest_message.txt", words).strip() + "\n"
        html = render_to_string("engagement/mail/digest_message.html", words | {"subject": subject})
        return Content(subject, text, html, unsubscribe_url)

    def _lines(self, mail: OutgoingMail, person: Person, language: str) -> list[Line]:
        """Those of the items that she still follows and knows, what needs action first."""
        wanted = {Subscription.Mails.URGENT.value}
        if mail.kind == OutgoingMail.Kind.DIGEST:
            wanted.add(Subscription.Mails.WEEKLY.value)
        follows = [row for row in self.follows.get(mail.to_id, ()) if row.mails in wanted]
        found = []
        for told in mail.items.all():
            key = (told.subject_type, told.subject_id)
            if key not in self.entries:
                continue
            entry, item = self.entries[key]
            if person.knows(entry) and is_followed(follows, entry.facts):
                same = (language, person.zone.key, key, told.since)
                if same not in self.words:
                    self.words[same] = line_of(entry, item, told.since, timezone.now())
                found.append(self.words[same])
        return sorted(found, key=lambda line: (not line.is_first, line.order))

    def _answers(self, mail: OutgoingMail, person: Person) -> int:
        """How many answers of the task team she can read now; asked only where there were some."""
        for told in mail.items.all():
            if told.subject_type == DigestItem.ANSWERS:
                return SupportRequest.objects.answers_for(person.user, told.since).count()
        return 0

    def _read(self, keys: Sequence[Any]) -> None:
        """Read these mails, who they go to and what they follow now, and the items that are not known yet."""
        rows = OutgoingMail.objects.filter(pk__in=keys).prefetch_related("items")
        self.mails = {mail.pk: mail for mail in rows}
        self.keys = self.keys[self.keys.index(keys[-1]) + 1 :]
        people = {mail.to_id for mail in self.mails.values()}
        self.people = read_people(people)
        for mail in self.mails.values():
            if mail.to_id in self.people:
                mail.to = self.people[mail.to_id].user
        self.follows = follows_of_people(list(people))
        told = [item for mail in self.mails.values() for item in mail.items.all() if item.subject_id]
        if time.monotonic() - self.read_at > FRESH_FOR:
            self._forget()
        since = min((item.since for item in told), default=self.since)
        missing = {(item.subject_type, item.subject_id) for item in told} - self.entries.keys()
        if since < self.since:
            self._forget()
            self.since, missing = since, {(item.subject_type, item.subject_id) for item in told}
        if missing:
            self.entries |= {
                key: pair for key, pair in read_entries(self.since, timezone.now(), missing).items() if key in missing
            }

    def _forget(self) -> None:
        self.entries.clear()
        self.words.clear()
        self.read_at = time.monotonic()
        self.since = timezone.now() + timedelta(days=1)
