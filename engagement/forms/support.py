"""What is written in a support request."""

from django import forms

from ..models import SupportMessage
from .engagement import Narrative


class SupportMessageForm(forms.ModelForm):
    """A message in the thread of a support request."""

    class Meta:
        model = SupportMessage
        fields = ("text",)
        widgets = {"text": Narrative(attrs={"rows": 4, "dir": "auto"})}
