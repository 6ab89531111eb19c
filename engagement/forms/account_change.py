"""The word of a second person on a change to somebody's account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .checked import Form


class ConfirmForm(Form):
    """A focal point confirms a change: only after she asked the person herself."""

    asked = forms.BooleanField(
        label=_("I spoke with this person, by phone or face to face"),
        error_messages={
            "required": _(
                "Speak with the person first, by phone or face to face: a mail may come from somebody else. Then tick "
                "this and confirm. If you cannot reach her, refuse."
            )
        },
    )
