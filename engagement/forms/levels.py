"""Asking a second person to lower the level of an engagement."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.signs import labelled

from ..levels import READERS
from ..models import LevelLowering
from .checked import ModelForm


class LoweringForm(ModelForm):
    """To which level, and why. The second person reads the reason; so does nobody who could not read *high*."""

    class Meta:
        model = LevelLowering
        fields = ("to_level", "reason")
        widgets = {"to_level": forms.RadioSelect, "reason": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}
        help_texts = {
            "reason": _("What made it high and is over, or was never in it. It stays with those who read high."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = LevelLowering._meta.get_field("to_level").flatchoices
        self.fields["to_level"].choices = [(level, labelled(label, READERS[level])) for level, label in levels]
        self.initial.setdefault("to_level", "moderate")
