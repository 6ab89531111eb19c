"""The mails that share a visit, call or report: as they will be read, and what became of them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import get_language_info, ngettext_lazy

from .mail import PATIENCE, deliver, language_of, render
from .models import Cluster, Contact, OutgoingMail, User
from .news import Item, news_of
from .querysets import OutgoingMailQuerySet


class Preview(NamedTuple):
    """A mail as one of those who read `language` will get it; `people` are all of them."""

    language: str
    language_name: str
    direction: str
    people: list[User | Contact]
    subject: str
    body: str


def previews(people: Iterable[User | Contact], *, by: User, cluster: Cluster, item: Item, note: str) -> list[Preview]:
    """The mail once in each language of `people`, the most read one first. `item` is from `as_it_stands`."""
    readers: dict[str, list[User | Contact]] = {}
    for person in people:
        readers.setdefault(language_of(person, cluster), []).append(person)
    found = []
    for language, group in sorted(readers.items(), key=lambda pair: -len(pair[1])):
        with translation.override(language):
            words = {"to": group[0], "by": by, "cluster": cluster, "news": news_of(item), "note": note}
            subject, body = render(OutgoingMail.Kind.SHARE, words)
        info = get_language_info(language)
        direction = "rtl" if info["bidi"] else "ltr"
        found.append(Preview(language, info["name_translated"], direction, group, subject, body))
    return found


class Outcome(NamedTuple):
    """How many were told, and what became of the mails; those `on_the_way` have not been tried yet."""

    members: int
    contacts: int
    sent: int
    on_the_way: int
    waiting: int
    refused: int
    uncertain: int
    dropped: int


def outcome_of(mails: OutgoingMailQuerySet) -> Outcome:
    """What became of `mails` so far, those of one share or request. One query."""
    of: Counter[str] = Counter()
    rows = mails.order_by().values_list("state", "attempts").annotate(Count("to"), Count("contact"))
    for state, attempts, members, contacts in rows:
        is_untried = state == "sending" or (state == "waiting" and not attempts)
        of["on_the_way" if is_untried else state] += members + contacts
        of["members"] += members
        of["contacts"] += contacts
    return Outcome(*(of[name] for name in Outcome._fields))


def send(request: HttpRequest, mails: OutgoingMailQuerySet) -> None:
    """Try to send `mails` that are committed, and tell whoever caused them what became of them."""
    deliver(mails, patience=PATIENCE)
    for level, words in said_of(outcome_of(mails)):
        messages.add_message(request, level, words)


SAID: dict[str, tuple[int, Any]] = {
    "sent": (messages.SUCCESS, ngettext_lazy("%(n)d mail was sent.", "%(n)d mails were sent.", "n")),
    "on_the_way": (
        messages.INFO,
        ngettext_lazy(
            "%(n)d mail leaves by itself in the next minutes.",
            "%(n)d mails leave by themselves in the next minutes.",
            "n",
        ),
    ),
    "waiting": (
        messages.WARNING,
        ngettext_lazy(
            "The mail server cannot be reached: %(n)d mail waits and is tried again by itself.",
            "The mail server cannot be reached: %(n)d mails wait and are tried again by themselves.",
            "n",
        ),
    ),
    "refused": (
        messages.ERROR,
        ngettext_lazy(
            "The mail server refuses %(n)d address. Check it with its owner.",
            "The mail server refuses %(n)d addresses. Check them with their owners.",
            "n",
        ),
    ),
    "uncertain": (
        messages.WARNING,
        ngettext_lazy(
            "The line to the mail server broke during %(n)d mail. Ask whether it came.",
            "The line to the mail server broke during %(n)d mails. Ask whether they came.",
            "n",
        ),
    ),
    "dropped": (
        messages.INFO,
        ngettext_lazy(
            "%(n)d mail was not needed any more: a role ended, a contact was removed, or the entry was withdrawn.",
            "%(n)d mails were not needed any more: a role ended, a contact was removed, or the entry was withdrawn.",
            "n",
        ),
    ),
}
"""What to tell of the mails that stand so: (level of the message, sentence)."""


def said_of(outcome: Outcome) -> list[tuple[int, str]]:
    """What became of the mails in sentences, each with its level as a message."""
    counted = [(level, words, getattr(outcome, state)) for state, (level, words) in SAID.items()]
    return [(level, words % {"n": n}) for level, words, n in counted if n]
