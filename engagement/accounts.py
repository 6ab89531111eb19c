"""How this product uses django-allauth: accounts are given, never taken."""

import logging
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest
from django.utils import timezone

from .mail import deliver, queue, said_by
from .models import OutgoingMail, User

logger = logging.getLogger(__name__)

PAUSE_OF_RESETS = timedelta(minutes=5)
"""A second mail by which the same person sets her password waits so long: a stranger cannot fill her mailbox."""


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed: an administrator or a coordinator gives the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, message_template: str = "", *args: Any, **kw: Any) -> None:
        """Say nothing on sign-in and sign-out: the page that follows shows both."""
        if message_template.endswith(("logged_in.txt", "logged_out.txt")):
            return
        super().add_message(request, level, message_template, *args, **kw)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Through the queue of all mails, once the answer has left: it takes no longer than for an unknown address."""
        after_response(lambda: mail_password(user))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a notice of allauth (a password or factor was changed); one that cannot be sent stops nobody's work."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as failed:
            logger.warning("%s was not mailed: %s", template_prefix, said_by(failed))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords for each account and address together.

        For the account alone, as allauth does, a stranger who fails on purpose keeps its owner out.
        """
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that throttling counts by; a header written by the client is not believed (PROXY_COUNT)."""
        if settings.PROXY_COUNT:
            return super().get_client_ip(request)
        return request.META.get("REMOTE_ADDR", "")


def mail_password(user: User) -> None:
    """Mail `user` the way to set her password, unless such a mail has just left."""
    since = timezone.now() - PAUSE_OF_RESETS
    if not user.mails.filter(kind="password", state="sent", tried_at__gt=since).exists():
        mail = queue(kind="password", to=user)
        deliver(OutgoingMail.objects.filter(pk=mail.pk))


def after_response(work: Callable[[], None]) -> None:
    """Do `work` when the answer to this request has left, so that its time tells nothing of what was done."""

    def once(**kwargs: Any) -> None:
        request_finished.disconnect(once)
        work()

    request_finished.connect(once, weak=False)


def user_display(user: User) -> str:
    """How a person is named on pages."""
    return str(user)
