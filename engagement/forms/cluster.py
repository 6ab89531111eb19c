"""What a coordinator enters about her cluster."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..text import is_readable
from .checked import Form


class InviteForm(Form):
    """Whom a coordinator invites into her cluster, as a member."""

    not_checked = ("name",)

    name = forms.CharField(label=_("Name"), max_length=120, validators=[is_readable])
    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("She signs in with this address."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()
