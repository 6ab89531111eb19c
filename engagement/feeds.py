"""What one person follows, as a calendar (iCalendar) and as news (Atom): public reference data and nothing else.

No suggestion that is not confirmed stands in a feed, not even one that its owner knows: whoever finds the key reads
what anybody signed in could read.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mandates import change_words
from mandates.ical import calendar_file
from mandates.models import ReferenceChange

from .following import Changed, calls_followed, changes_followed, follows_of, visits_followed
from .models import FeedKey, User
from .news import news_of

KEPT_IN_CALENDAR = timedelta(days=90)
"""How long what is over stays in the calendar."""

NEWS_OF = timedelta(days=60)
"""How far back the news go."""


class Everybody:
    """Whoever is signed in, and belongs to no cluster: knows what everybody knows."""

    reference_scopes: tuple[Any, ...] = ()


def calendar_of(user: User) -> bytes:
    """The visits and deadlines that `user` follows, in the active language; the same events as those of their pages.

    What she never could see in it is not taken out of her calendar: what was public stays so. Some fifteen queries.
    """
    today = timezone.localdate()
    follows, since = follows_of(user), today - KEPT_IN_CALENDAR
    return calendar_file(
        visits_followed(user, today=today, since=since, follows=follows, reader=Everybody()),
        calls_followed(user, since=since, follows=follows, reader=Everybody()),
        title=_("Special Procedures"),
        site=settings.SITE_URL,
        now=timezone.now(),
    )


def updates_of(feed_key: FeedKey) -> bytes:
    """What changed of what its owner follows, in the active language: each item once, what changed last first.

    An item that changes again on another day is another entry, since readers do not show an entry twice.
    """
    now, site = timezone.now(), settings.SITE_URL
    feed = Updates(
        title=_("Special Procedures: what changed"),
        link=f"{site}/changes/",
        description=None,
        language=get_language(),
        author_name=_("Human Rights Engagement Task Team"),
        feed_guid=f"urn:uuid:{feed_key.pk}",
        made_at=feed_key.made_at,
    )
    items = _public_changes(changes_followed(feed_key.user, now - NEWS_OF, now, reader=Everybody()))
    words = change_words.Words([change for _item, changes in items for change in changes], Everybody())
    for item, changes in items:
        news, at = news_of(item), changes[-1].changed_at
        is_new = any(change.kind == ReferenceChange.Kind.CREATED for change in changes)
        lines: list[change_words.Line] = []
        for change in [] if is_new else reversed(changes):
            lines = change_words.joined(words.lines(change), lines)
        feed.add_item(
            title=news.subject,
            link=news.address,
            description=_as_html(news.opening, news.facts, lines),
            unique_id=f"urn:uuid:{uuid5(item.pk, f'{at:%Y-%m-%d}')}",
            pubdate=changes[0].changed_at,
            updateddate=at,
        )
    return feed.writeString("utf-8").encode()


def _public_changes(changed: list[Changed]) -> list[tuple[Any, list[ReferenceChange]]]:
    """The items with those of their changes that everybody knows, of the last day on which there were any."""
    keys = [change.pk for one in changed for change in one.changes]
    public = set(ReferenceChange.objects.known_to(Everybody()).filter(pk__in=keys).values_list("pk", flat=True))
    found = []
    for one in changed:
        changes = [change for change in one.changes if change.pk in public]
        if changes:
            last = changes[-1].changed_at.date()
            found.append((one.item, [change for change in changes if change.changed_at.date() == last]))
    return sorted(found, key=lambda pair: (pair[1][-1].changed_at, str(pair[0].pk)), reverse=True)


def _as_html(opening: str, facts: list[tuple[str, str]], lines: list[change_words.Line]) -> SafeString:
    """What an entry says: what changed, unless the item is new; then the facts as they stand."""
    changed = [
        (
            line.label,
            f"{line.before} → {line.after}" if line.before and line.after else line.after or f"({line.before})",
        )
        for line in lines
    ]
    return format_html(
        "{}<p>{}</p><dl>{}</dl>",
        format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", changed)) if changed else "",
        opening,
        format_html_join("", "<dt>{}</dt><dd>{}</dd>", facts),
    )


class Updates(Atom1Feed):
    """An Atom feed that does not change while nothing changes: an empty one is as old as its key."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else self.feed["made_at"]
