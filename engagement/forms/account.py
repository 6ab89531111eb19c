"""Forms of allauth with the words that all other forms here have for the same things.

Without placeholders: they said the label again, in French in other words.
"""

from typing import Any, ClassVar

from allauth.account import forms
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from django.utils.translation import gettext_lazy as _


class InOwnWords:
    """A form whose `own_words` are the labels of fields that allauth calls otherwise."""

    own_words: ClassVar[dict[str, Any]] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.own_words.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(InOwnWords, forms.LoginForm):
    own_words: ClassVar = {"login": _("Email address")}


class ResetPasswordForm(InOwnWords, forms.ResetPasswordForm):
    own_words: ClassVar = {"email": _("Email address")}


class ResetPasswordKeyForm(InOwnWords, forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(InOwnWords, forms.ChangePasswordForm):
    pass


class ActivateTOTPForm(InOwnWords, AllauthActivateTOTPForm):
    own_words: ClassVar = {"code": _("Authenticator code")}
