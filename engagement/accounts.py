"""How this product uses django-allauth: accounts are given, never taken."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from django.conf import settings
from django.http import HttpRequest

from .models import User


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed: an administrator or a coordinator gives the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, message_template: str = "", *args: Any, **kw: Any) -> None:
        """Say nothing on sign-in and sign-out: the page that follows shows both."""
        if message_template.endswith(("logged_in.txt", "logged_out.txt")):
            return
        super().add_message(request, level, message_template, *args, **kw)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that throttling counts by; a header written by the client is not believed (PROXY_COUNT)."""
        if settings.PROXY_COUNT:
            return super().get_client_ip(request)
        return request.META.get("REMOTE_ADDR", "")


def mail_password_link(request: HttpRequest, email: str) -> bool:
    """Mail the person the address at which she sets her password; whether the mail server took it."""
    form = ResetPasswordForm({"email": email})
    if not form.is_valid():
        return False
    try:
        form.save(request)
    except OSError:  # smtplib's errors and time-outs are OSErrors
        return False
    return True


def user_display(user: User) -> str:
    """How a person is named on pages."""
    return str(user)
