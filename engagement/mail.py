"""Mails: written down with what causes them, sent afterwards, each of them at most once.

`queue` belongs into the transaction of a service; `deliver` is called once that is committed, and again by the
command `send_mail_queue`. Between the two a mail is only a row: a mail server that is down delays it, and nothing else.
"""

import smtplib
from collections import Counter
from datetime import datetime
from socket import gaierror
from typing import Any
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from .models import Cluster, OutgoingMail, User
from .querysets import OutgoingMailQuerySet

NOTHING_LEFT = (ConnectionRefusedError, gaierror, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
"""Errors before the server was given anything: trying again cannot make a second mail."""


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


def queue(*, kind: str, to: User, by: User | None = None, cluster: Cluster | None = None) -> OutgoingMail:
    """Write down a mail of `kind` (OutgoingMail.Kind) to `to`; one that still waits is hurried instead of doubled."""
    now = timezone.now()
    mail = OutgoingMail.objects.filter(kind=kind, to=to, cluster=cluster, state="waiting").first()
    if mail is None:
        return OutgoingMail.objects.create(kind=kind, to=to, cluster=cluster, by=by, created_at=now, due_at=now)
    mail.by, mail.due_at = by, now
    mail.save(update_fields=["by", "due_at"])  # not its state, which another process may be changing
    return mail


def invite(request: HttpRequest, mail: OutgoingMail) -> None:
    """Try to send an invitation that is committed, and tell whoever invited what became of it."""
    deliver(OutgoingMail.objects.filter(pk=mail.pk))
    mail.refresh_from_db()
    level, said = SAID_OF_INVITATION.get(mail.state, SAID_OF_INVITATION["waiting"])
    messages.add_message(request, level, said % {"name": mail.to, "address": mail.to.email})


def deliver(mails: OutgoingMailQuerySet) -> Counter[str]:
    """Try to send those of `mails` that are due; how many ended in each state. Never raises for a mail server.

    Call it outside a transaction: each mail is claimed by a committed change before the server hears of it, so that
    of two processes one sends it, and one that is killed leaves "being sent" behind, which nobody sends again.
    """
    tally: Counter[str] = Counter()
    due = list(mails.due(timezone.now()).select_related("to", "by", "cluster"))
    if not due:
        return tally
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as failed:
        for mail in due:
            mail.put_off(timezone.now(), said_by(failed))
            tally[mail.state] += 1
        return tally
    try:
        for mail in due:
            if _claim(mail, timezone.now()):
                _send(mail, connection)
                tally[mail.state] += 1
    finally:
        connection.close()
    return tally


def _claim(mail: OutgoingMail, now: datetime) -> bool:
    """Whether this process is the one to send the mail."""
    return OutgoingMail.objects.due(now).filter(pk=mail.pk).update(state="sending", tried_at=now) == 1


def _send(mail: OutgoingMail, connection: Any) -> None:
    if not is_needed(mail):
        return mail.settle(timezone.now(), mail.State.DROPPED)
    try:
        connection.send_messages([message(mail)])
    except NOTHING_LEFT as failed:
        mail.put_off(timezone.now(), said_by(failed))
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _words in refused.recipients.values()]
        _refused(mail, said_by(refused), for_good=all(code >= 500 for code in codes))
    except smtplib.SMTPResponseException as refused:
        _refused(mail, said_by(refused), for_good=refused.smtp_code >= 500)
    except (OSError, smtplib.SMTPException) as broken:
        # The line broke after the server was spoken to: it may have the mail, so nobody sends it again by itself.
        mail.settle(timezone.now(), mail.State.UNCERTAIN, said_by(broken))
    else:
        mail.settle(timezone.now(), mail.State.SENT)


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
    """Whether the person still has an account, and the role that the mail is about."""
    if not mail.to.is_active:
        return False
    return mail.cluster is None or mail.to.memberships.current().filter(cluster=mail.cluster).exists()


def message(mail: OutgoingMail) -> EmailMessage:
    """The mail in the recipient's language, with links and no text of an engagement."""
    language = mail.to.language or (mail.cluster.working_language if mail.cluster else settings.LANGUAGE_CODE)
    has_password = mail.kind == mail.Kind.INVITATION and mail.to.has_usable_password()
    words = {
        "to": mail.to,
        "by": mail.by,
        "cluster": mail.cluster,
        "site_url": settings.SITE_URL,
        "password_url": "" if has_password else password_url(mail.to),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
    }
    with translation.override(language):
        subject = " ".join(render_to_string(f"engagement/mail/{mail.kind}_subject.txt", words).split())
        body = render_to_string(f"engagement/mail/{mail.kind}_message.txt", words).strip() + "\n"
    # One identity, however often it is made: a mail program shows it once.
    headers = {"Message-ID": f"<{mail.pk}@{_domain()}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, to=[mail.to.email], headers=headers)


def _domain() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def password_url(user: User) -> str:
    """The address at which `user` sets a password; good until she has, or for PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(user)
    arguments = {"uidb36": user_pk_to_url_str(user), "key": key}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=arguments)
