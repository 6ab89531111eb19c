"""What the pages of all acts ask."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.signs import labelled

from ..actions import ALWAYS_HIGH
from ..levels import READERS
from ..models import Cluster, Engagement
from .checked import Form


class ActForm(Form):
    """One act of `cluster`: its form has a key, so that sent twice it acts once, and says who will read the line.

    `cleaned_data` holds what the act's service takes, `key` and `level` included. Actions 9 and 10 have one level,
    which is said and not asked.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    level = forms.ChoiceField(label=_("Level of the line in the log"), widget=forms.RadioSelect)

    number: int
    """The action that this form does."""

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cluster = cluster
        self.initial.setdefault("key", uuid.uuid4())
        if self.number in ALWAYS_HIGH:
            del self.fields["level"]
            return
        self.fields["level"].choices = [
            (level.value, labelled(level.label, READERS[level.value])) for level in Engagement.Level
        ]
        self.initial.setdefault("level", Engagement.Level.MODERATE.value)
        self.order_fields([*(name for name in self.fields if name != "level"), "level"])

    def clean_key(self) -> uuid.UUID:
        # A form that lost its key on the way still acts; it only no longer knows its twin.
        return self.cleaned_data["key"] or uuid.uuid4()
