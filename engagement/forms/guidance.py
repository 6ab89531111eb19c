"""What the task team keeps of an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import GuidanceNote, SupportRequest
from .checked import ModelForm
from .fields import Narrative

READERS_OF_NOTES = {
    "moderate": _("coordinators of all clusters and the HRE task team"),
    "high": _("coordinators of this cluster and the focal points of the HRE task team, nobody else"),
}
"""Who can read a note, by level, in words; the rule itself is `GuidanceNoteQuerySet.visible_to`."""


class GuidanceForm(ModelForm):
    """Title and text of a note about `support`; starts from the text of the answer."""

    class Meta:
        model = GuidanceNote
        fields = ("title", "text")
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "text": Narrative(attrs={"rows": 10, "dir": "auto"}),
        }

    def __init__(self, *args: Any, support: SupportRequest, **kwargs: Any) -> None:
        line = support.engagement
        super().__init__(*args, level=GuidanceNote.level_from(line), cluster=line.cluster, **kwargs)
        self.fields["text"].help_text = _(
            "Take out what only concerns this cluster: its name, places, people, dates. At most 4,000 characters."
        )
