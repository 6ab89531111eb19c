"""Actions 2 and 5: members and contacts are told of a visit, a call for input or a report, by mail."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from mandates.dates import show_day
from mandates.models import CallForInput, CountryVisit, Report
from mandates.querysets import VisitPhase

from ..mail import queue_all
from ..models import Cluster, Contact, Engagement, OutgoingMail, Share, User
from ..news import Item, as_it_stands, changed_at
from .act import AlreadyDone, NotNow, lock, log_act, refuse_closed_call, refuse_past_visit

A_MOMENT = timedelta(minutes=15)
"""Nobody is told twice of the same within this time, unless it has changed meanwhile."""

NAMED = 5
"""People whom a refusal names; of more it says how many."""


def share_visit(*, by: User, cluster: Cluster, visit: CountryVisit, **rest: Any) -> Engagement:
    """2: tell people of a visit that is ahead or under way, or that it does not take place. `rest`: as in `_share`."""
    return _share(2, {"visit": visit}, by=by, cluster=cluster, **rest)


def share_call(*, by: User, cluster: Cluster, call: CallForInput, **rest: Any) -> Engagement:
    """5: tell people of a call for input that is not closed. `rest`: as in `_share`."""
    return _share(5, {"call": call}, by=by, cluster=cluster, **rest)


def share_report(*, by: User, cluster: Cluster, report: Report, **rest: Any) -> Engagement:
    """5: tell people of a report, ahead or published. `rest`: as in `_share`."""
    return _share(5, {"report": report}, by=by, cluster=cluster, **rest)


def _share(
    number: int,
    about: dict[str, Item],
    *,
    by: User,
    cluster: Cluster,
    members: Iterable[User] = (),
    contacts: Iterable[Contact] = (),
    note: str = "",
    key: UUID | None = None,
    level: str = Engagement.Level.MODERATE,
) -> Engagement:
    """Write the share, a mail to each person and the engagement; the mails are sent after the commit.

    Raises NotNow, with nothing written, when nobody is chosen, somebody is not reached any more, some were told a
    moment ago, or the item cannot be shared now; AlreadyDone when all of them were told a moment ago.
    """
    with transaction.atomic():
        lock(cluster)
        item = as_it_stands(*about.values())
        refuse_to_share(item)
        users, others = _members(by, cluster, members), _contacts(cluster, contacts)
        if not users and not others:
            raise NotNow(_("Choose at least one person. Nothing was sent."))
        _refuse_told_a_moment_ago([*users, *others], cluster, item, about)
        with override(cluster.working_language):
            words = _in_words(item, len(users), len(others))
        named = list(item.mandates.all())
        line = log_act(number, by=by, cluster=cluster, words=words, mandates=named, key=key, level=level, **about)
        share = Share.objects.create(engagement=line, note=note)
        queue_all([*users, *others], kind=OutgoingMail.Kind.SHARE, by=by, cluster=cluster, share=share)
    return line


def refuse_to_share(item: Item) -> None:
    """Raise NotNow for an item (from `as_it_stands`) that is over: no news. A visit that is off can be shared.

    A call of unknown deadline can be shared too: it may still be open.
    """
    if item.withdrawn_on:
        raise NotNow(_("This entry was withdrawn. Nothing was written."))
    if isinstance(item, CountryVisit):
        if item.is_off and item.phase == VisitPhase.PAST:
            raise NotNow(_("The days of this visit have passed. What you did before can still be logged."))
        refuse_past_visit(item)
    elif isinstance(item, CallForInput) and (item.closed_on or item.deadline_kind != item.DeadlineKind.UNKNOWN):
        refuse_closed_call(item)


def _members(by: User, cluster: Cluster, chosen: Iterable[User]) -> list[User]:
    """Those chosen, each once, as long as mails of the cluster reach all of them."""
    users = list(dict.fromkeys(chosen))
    reached = set(User.objects.of_cluster(cluster).exclude(pk=by.pk).filter(pk__in=[user.pk for user in users]))
    if gone := [user for user in users if user not in reached]:
        words = {"names": _names(gone)}
        raise NotNow(_("Not a member with an account any more: %(names)s. Nothing was sent; choose again.") % words)
    return users


def _contacts(cluster: Cluster, chosen: Iterable[Contact]) -> list[Contact]:
    contacts = list(dict.fromkeys(chosen))
    reached = set(Contact.objects.of_cluster(cluster).filter(pk__in=[contact.pk for contact in contacts]))
    if gone := [contact for contact in contacts if contact not in reached]:
        words = {"names": _names(gone)}
        raise NotNow(_("Removed meanwhile, or a member now: %(names)s. Nothing was sent; choose again.") % words)
    return contacts


def _refuse_told_a_moment_ago(
    people: Sequence[User | Contact], cluster: Cluster, item: Item, about: dict[str, Item]
) -> None:
    """Raise AlreadyDone when all of `people` were told of the item as it stands just now, NotNow when some were."""
    since = timezone.now() - A_MOMENT
    if (changed := changed_at(item)) is not None:
        since = max(since, changed)
    recent = OutgoingMail.objects.telling_of(cluster, **about).exclude(state="refused").filter(created_at__gte=since)
    mails = recent.select_related("share__engagement__created_by")
    told = {mail.to_id or mail.contact_id: mail.share.engagement for mail in mails if mail.share}
    again = [person for person in people if person.pk in told]
    if not again:
        return
    line = told[again[-1].pk]
    if len(again) == len(people):
        raise AlreadyDone(line)
    words = {"people": _names(again), "name": line.created_by}
    raise NotNow(
        _("%(name)s told these people of it a moment ago: %(people)s. Nothing was sent; leave them out.") % words
    )


def _names(people: Sequence[User | Contact]) -> str:
    names = _(", ").join(str(person) for person in people[:NAMED])
    more = len(people) - NAMED
    if more <= 0:
        return names
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {"names": names, "n": more}


def _in_words(item: Item, members: int, contacts: int) -> str:
    """What was done, in the active language: how many were told, and of what."""
    words = {
        "members": ngettext("%(n)d member", "%(n)d members", members) % {"n": members},
        "contacts": ngettext("%(n)d contact", "%(n)d contacts", contacts) % {"n": contacts},
    }
    both = _("%(members)s and %(contacts)s") % words
    words["whom"] = both if members and contacts else words["members"] if members else words["contacts"]
    if isinstance(item, CountryVisit):
        words |= {
            "where": _(", ").join(str(country) for country in item.countries.all()),
            "who": _(", ").join(mandate.acronym for mandate in item.mandates.all()),
            "dates": item.dates,
            "status": item.status_text,
        }
        if item.is_off:
            return _("Told %(whom)s that the visit to %(where)s (%(who)s) does not take place: %(status)s.") % words
        return _("Told %(whom)s of the visit to %(where)s (%(who)s): %(dates)s.") % words
    words["title"] = str(item)
    if isinstance(item, Report):
        return _("Told %(whom)s of the report “%(title)s”.") % words
    if item.deadline_on:
        words |= {"day": show_day(item.deadline_on), "zone": item.zone_name}
        return _("Told %(whom)s of the call for input “%(title)s”, open until %(day)s, 24:00 %(zone)s time.") % words
    return _("Told %(whom)s of the call for input “%(title)s”.") % words
