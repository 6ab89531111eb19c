"""What looks wrong in an entry of the reference data, and what the task team answers."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Doubt
from .checked import ModelForm


class DoubtForm(ModelForm):
    """What looks wrong. `form_key` is the key of the row, so that one form is one row."""

    level_of_texts = "low"
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Doubt
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}
        help_texts = {"text": _("What is wrong, and where you know it from. The task team reads it, with your name.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["form_key"] = str(uuid.uuid4())


class SettleForm(ModelForm):
    """What became of a doubt, and the answer to whoever said it; a "no" takes one."""

    level_of_texts = "low"

    class Meta:
        model = Doubt
        fields = ("outcome", "answer")
        widgets = {"outcome": forms.RadioSelect, "answer": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}
        help_texts = {"answer": _("Whoever said it reads this. Say why, when the entry stands as it is.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = Doubt.Outcome.choices
        self.fields["outcome"].choices = [choice for choice in choices if choice[0] != Doubt.Outcome.WAITING]
        self.initial.pop("outcome", None)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("outcome") == Doubt.Outcome.STANDS and not data.get("answer"):
            self.add_error("answer", _("Say why the entry stands as it is."))
        return data
