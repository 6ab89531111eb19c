"""Mails: written down with what causes them, sent afterwards, each of them at most once.

`queue` belongs into the transaction of a service; `deliver` is called once that is committed, and again by the
command `send_mail_queue`. Between the two a mail is only a row: a mail server that is down delays it, and nothing else.
"""

import smtplib
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from socket import gaierror
from typing import Any
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from .digest.edition import Content, Edition
from .models import Cluster, Contact, Contribution, LevelLowering, Membership, OutgoingMail, Share, User
from .news import Item, as_it_stands, news_of
from .querysets import OutgoingMailQuerySet

NOTHING_LEFT = (ConnectionRefusedError, gaierror, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
"""Errors before the server was given anything: trying again cannot make a second mail."""

PATIENCE = 15.0
"""Seconds that a page waits for the mail server; the cron line sends the rest."""

TIMEOUT = 60.0
"""Seconds for which a command waits for each answer of the mail server. Some think half a minute about a text, and
whoever leaves before does not know whether it was taken (RFC 5321, section 4.5.3.2)."""

MOST_BREAKS = 3
"""Lines that may break one after the other, each with a mail in doubt, before the other mails are put off."""

KINDS_WITH_KEY = (OutgoingMail.Kind.INVITATION, OutgoingMail.Kind.PASSWORD)
"""Mails that carry a key to the account of whoever they go to."""

SAID_OF_INVITATION = {
    "sent": (messages.SUCCESS, _("%(name)s gets a mail that says how to sign in.")),
    "waiting": (
        messages.WARNING,
        _("%(name)s is entered, but the mail server cannot be reached. The mail waits and is tried again by itself."),
    ),
    "refused": (
        messages.ERROR,
        _("%(name)s is entered, but the mail server refuses %(address)s. Check the address with her."),
    ),
    "uncertain": (
        messages.WARNING,
        _("The line to the mail server broke. Ask %(name)s whether the mail came; if not, mail again."),
    ),
    "dropped": (messages.WARNING, _("%(name)s gets no mail: the account is not active. Ask an administrator.")),
}
"""What to tell whoever invited, by the state in which the first try left the mail: (level, sentence)."""


def queue(*, kind: str, to: User, by: User | None = None, cluster: Cluster | None = None, **about: Any) -> OutgoingMail:
    """Write down a mail of `kind` (OutgoingMail.Kind) to `to`; one that still waits is hurried instead of doubled.

    `about` are further columns, such as the row that it tells of.
    """
    now = timezone.now()
    columns = {"kind": kind, "to": to, "cluster": cluster} | about
    mail = OutgoingMail.objects.filter(**columns, state="waiting").first()
    if mail is None:
        return OutgoingMail.objects.create(**columns, by=by, created_at=now, due_at=now)
    mail.by, mail.due_at = by, now
    mail.save(update_fields=["by", "due_at"])  # not its state, which another process may be changing
    return mail


def queue_all(
    people: Iterable[User | Contact], *, kind: str, by: User, cluster: Cluster, **about: Any
) -> list[OutgoingMail]:
    """Write down a mail of `kind` to each of `people`; `about` is the row that it belongs to. One query."""
    now = timezone.now()
    columns = {"kind": kind, "by": by, "cluster": cluster, "created_at": now, "due_at": now} | about
    return OutgoingMail.objects.bulk_create(
        OutgoingMail(**columns, **{"to" if isinstance(person, User) else "contact": person}) for person in people
    )


def invite(request: HttpRequest, mail: OutgoingMail) -> None:
    """Try to send an invitation that is committed, and tell whoever invited what became of it."""
    deliver(OutgoingMail.objects.filter(pk=mail.pk))
    mail.refresh_from_db()
    level, said = SAID_OF_INVITATION.get(mail.state, SAID_OF_INVITATION["waiting"])
    messages.add_message(request, level, said % {"name": mail.recipient, "address": mail.recipient.email})


def deliver(mails: OutgoingMailQuerySet, *, patience: float | None = None) -> Counter[str]:
    """Try to send those of `mails` that are due; how many ended in each state. Never raises for a mail server.

    Call it outside a transaction: each mail is claimed by a committed change before the server hears of it, so that
    of two processes one sends it, and one that is killed leaves "being sent" behind, which nobody sends again.
    All go through one connection, which is opened anew after an answer that may have ended it. After `patience`
    seconds the others are left for the next run; after MOST_BREAKS they are put off, lest all of them be in doubt.
    """
    tally: Counter[str] = Counter()
    due = list(mails.due(timezone.now()).values_list("pk", "kind"))
    if not due:
        return tally
    give_up_at = None if patience is None else time.monotonic() + patience
    edition = Edition([key for key, kind in due if kind in OutgoingMail.OF_NEWS])
    connection = get_connection(timeout=TIMEOUT if patience is None else settings.EMAIL_TIMEOUT)
    unreachable, breaks = _open(connection), 0
    try:
        for key, kind in due:
            if give_up_at is not None and time.monotonic() >= give_up_at:
                break
            read = edition.mail(key) if kind in OutgoingMail.OF_NEWS else None
            mail = _claim(key, timezone.now(), read)
            if mail is None:
                continue
            if unreachable:
                mail.put_off(timezone.now(), unreachable)
            elif _send(mail, connection, edition):
                breaks = 0
            else:
                breaks = breaks + 1 if mail.state == mail.State.UNCERTAIN else 0
                connection.close()
                unreachable = mail.error if breaks == MOST_BREAKS else _open(connection)
            tally[mail.state] += 1
    finally:
        connection.close()
    return tally


def deliver_on_commit(mails: Iterable[OutgoingMail]) -> None:
    """Try to send what this transaction wrote down once it is committed; a page waits so long, and no longer."""
    keys = [row.pk for row in mails]
    transaction.on_commit(lambda: deliver(OutgoingMail.objects.filter(pk__in=keys), patience=PATIENCE))


def _open(connection: Any) -> str:
    """Reach the mail server: "", or in a few words why it cannot be reached."""
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as failed:
        return said_by(failed)
    return ""


def _claim(key: Any, now: datetime, read: OutgoingMail | None = None) -> OutgoingMail | None:
    """The mail as it stands now if this process is the one to send it, with all that is asked of it.

    One that was `read` a moment ago, for many at once, is not read again.
    """
    if OutgoingMail.objects.due(now).filter(pk=key).update(state="sending", tried_at=now) != 1:
        return None
    if read is not None:
        return read
    line, answer = "share__engagement", "contribution__engagement__call"
    about = (line, f"{line}__visit", f"{line}__call", f"{line}__report", answer, "change__person", "change__asked_by")
    rows = OutgoingMail.objects.select_related("to", "contact", "by", "cluster", "lowering__engagement", *about)
    return rows.get(pk=key)


def _send(mail: OutgoingMail, connection: Any, edition: Edition) -> bool:
    """Send a mail that was claimed, unless nobody needs it any more; whether the next one can take this connection."""
    content = edition.content_of(mail) if mail.kind in mail.OF_NEWS else None
    if not (content or is_needed(mail)):
        mail.settle(timezone.now(), mail.State.DROPPED)
        return True
    try:
        connection.send_messages([news_message(mail, content) if content else message(mail)])
    except NOTHING_LEFT as failed:
        mail.put_off(timezone.now(), said_by(failed))
    except smtplib.SMTPRecipientsRefused as refused:
        ((code, _words),) = refused.recipients.values()  # a mail goes to one person
        _refused(mail, f"{said_by(refused)} {code}", for_good=code >= 500)
    except smtplib.SMTPResponseException as refused:
        _refused(mail, said_by(refused), for_good=refused.smtp_code >= 500)
    except (OSError, smtplib.SMTPException) as broken:
        # The line broke after the server was spoken to: it may have the mail, so nobody sends it again by itself.
        mail.settle(timezone.now(), mail.State.UNCERTAIN, said_by(broken))
    else:
        mail.settle(timezone.now(), mail.State.SENT)
        return True
    return False


def _refused(mail: OutgoingMail, error: str, *, for_good: bool) -> None:
    """The server answered and took nothing: 5xx for good, 4xx for now (RFC 5321, section 4.2.1)."""
    if for_good:
        mail.settle(timezone.now(), mail.State.REFUSED, error)
    else:
        mail.put_off(timezone.now(), error)


def said_by(error: Exception) -> str:
    """An error in a few words; a server's answer by its code alone, since it may quote the mail."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def is_needed(mail: OutgoingMail) -> bool:
    """Whether the person still is one of those whom such mails reach, and what it tells of still stands."""
    if mail.share and (mail.share.engagement.is_withdrawn or item_of(mail.share).withdrawn_on):
        return False
    if mail.contribution and not is_still_asked(mail.contribution):
        return False
    if mail.contact:
        return mail.contact.removed_on is None
    if mail.kind in OutgoingMail.OF_NEWS:
        return False  # `Edition.content_of` decides, and had nothing to say
    if mail.kind in OutgoingMail.OF_RIGHTS:
        return True
    if mail.to is None or not mail.to.is_active:
        return False
    if mail.lowering:
        return LevelLowering.objects.to_decide(mail.to).filter(pk=mail.lowering.pk).exists()
    return mail.cluster is None or Membership.objects.current().filter(user=mail.to, cluster=mail.cluster).exists()


def item_of(share: Share) -> Item:
    """The visit, call or report that was shared; no query for a mail that was claimed."""
    line = share.engagement
    item = line.visit or line.call or line.report
    if item is None:
        raise ValueError(f"nothing was shared by {line.pk}")
    return item


def message(mail: OutgoingMail) -> EmailMessage:
    """The mail in the recipient's language, with links and no text of an engagement."""
    person = mail.recipient
    words: dict[str, Any] = {"to": person, "by": mail.by, "cluster": mail.cluster}
    with translation.override(language_of(person, mail.cluster)):
        if mail.share:
            words |= {"news": news_of(as_it_stands(item_of(mail.share))), "note": mail.share.note}
        elif mail.contribution:
            words |= words_of_request(mail.contribution)
        elif mail.change:
            words |= {"change": mail.change, "page_url": settings.SITE_URL + reverse("engagement:account-changes")}
        elif mail.lowering:
            words |= {"page_url": settings.SITE_URL + mail.lowering.engagement.get_absolute_url()}
        elif mail.kind == mail.Kind.ROLES and mail.cluster:
            words |= words_of_roles(mail.cluster, person)
        elif isinstance(person, User) and mail.kind in KINDS_WITH_KEY:
            has_password = mail.kind == mail.Kind.INVITATION and person.has_usable_password()
            days = settings.PASSWORD_RESET_TIMEOUT // 86400
            words |= {"password_url": "" if has_password else password_url(person), "days": days}
        subject, body = render(mail.kind, words)
    answers_to = [mail.by.email] if mail.by and (mail.share or mail.contribution) else []
    return EmailMessage(subject, body, to=[mail.address or person.email], reply_to=answers_to, headers=_headers(mail))


def news_message(mail: OutgoingMail, content: Content) -> EmailMultiAlternatives:
    """A mail of what a person follows, as text and HTML; mail programs end such mails with one press (RFC 8058)."""
    one_press = {
        "List-Unsubscribe": f"<{content.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    made = EmailMultiAlternatives(
        content.subject, content.text, to=[mail.recipient.email], headers=_headers(mail) | one_press
    )
    made.attach_alternative(content.html, "text/html")
    return made


def _headers(mail: OutgoingMail) -> dict[str, str]:
    """One identity, however often it is made: a mail program shows it once."""
    return {"Message-ID": f"<{mail.pk}@{_domain()}>", "Auto-Submitted": "auto-generated"}


def language_of(person: User | Contact, cluster: Cluster | None) -> str:
    """The language in which `person` is written to: her own, else that of the cluster."""
    return person.language or (cluster.working_language if cluster else settings.LANGUAGE_CODE)


def render(kind: str, words: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a mail of `kind` in the active language."""
    words = words | {"site_url": settings.SITE_URL}
    subject = " ".join(render_to_string(f"engagement/mail/{kind}_subject.txt", words).split())
    return subject, render_to_string(f"engagement/mail/{kind}_message.txt", words).strip() + "\n"


def words_of_request(contribution: Contribution) -> dict[str, Any]:
    """What a mail that asks for paragraphs says: the call, and where to offer; nothing of the contribution."""
    address = reverse("engagement:call-offer", args=[contribution.call.pk])
    return {"call": contribution.call, "offer_url": settings.SITE_URL + address}


def words_of_roles(cluster: Cluster, person: User | Contact) -> dict[str, Any]:
    """What a mail about a change of roles says: the cluster, the reader's own role in it, and where to see them all."""
    address = reverse("engagement:cluster-members", args=[cluster.slug])
    return {
        "role": Membership.objects.current().filter(cluster=cluster, user=person.pk).first(),
        "keeps": User.objects.keeping_log_of(cluster).filter(pk=person.pk).exists(),
        "members_url": settings.SITE_URL + address,
    }


def is_still_asked(contribution: Contribution) -> bool:
    """Whether paragraphs for it are of use now: its call is open, and it is neither sent nor withdrawn."""
    is_over = contribution.sent_on or contribution.engagement.is_withdrawn
    return not is_over and contribution.call.is_open(timezone.now())


def _domain() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def password_url(user: User) -> str:
    """The address at which `user` sets a password; good until she has, or for PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(user)
    arguments = {"uidb36": user_pk_to_url_str(user), "key": key}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=arguments)
