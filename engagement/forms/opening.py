"""What a coordinator says when she leaves an opening."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import SetAside
from ..text import is_readable
from .checked import Form
from .fields import Narrative


class SetAsideForm(Form):
    """Why the cluster leaves an opening. `state` is the one that the person saw; the view compares it."""

    state = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Why the cluster leaves this"),
        help_text=SetAside._meta.get_field("reason").help_text,
        max_length=500,
        validators=[is_readable],
        widget=Narrative(attrs={"rows": 3, "dir": "auto"}),
    )
