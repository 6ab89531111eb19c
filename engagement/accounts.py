"""How this product uses django-allauth: accounts are given, never taken."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from .mail import deliver, queue, said_by
from .models import OutgoingMail, User

logger = logging.getLogger(__name__)


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
        """Through the queue of all mails: a mail server that is down delays it, and the answer is the same."""
        mail = queue(kind="password", to=user)
        deliver(OutgoingMail.objects.filter(pk=mail.pk))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a notice of allauth (a password or factor was changed); one that cannot be sent stops nobody's work."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as failed:
            logger.warning("%s was not mailed: %s", template_prefix, said_by(failed))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that throttling counts by; a header written by the client is not believed (PROXY_COUNT)."""
        if settings.PROXY_COUNT:
            return super().get_client_ip(request)
        return request.META.get("REMOTE_ADDR", "")


def user_display(user: User) -> str:
    """How a person is named on pages."""
    return str(user)
