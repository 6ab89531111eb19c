"""Making a key to feeds."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import FeedKey
from .checked import ModelForm


class FeedKeyForm(ModelForm):
    """The name of a new key. `form_key` is the key of the row, so that one form makes one."""

    not_checked = ("name",)  # of a device, for her eyes alone
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = FeedKey
        fields = ("name",)
        help_texts = {"name": _("Such as “Phone” or “Outlook in the office”: to know it again when you revoke it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["form_key"] = str(uuid.uuid4())
