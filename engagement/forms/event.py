"""What a coordinator enters about an event of her cluster."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import ClusterEvent
from .checked import ModelForm
from .fields import Narrative, calendar


class EventForm(ModelForm):
    """An event that the cluster plans; the form is for one of `instance.cluster`."""

    class Meta:
        model = ClusterEvent
        fields = ("title", "day", "place", "note")
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "day": calendar(),
            "place": forms.TextInput(attrs={"dir": "auto"}),
            "note": Narrative(attrs={"rows": 3, "dir": "auto"}),
        }
        help_texts = {
            "title": _("As it would stand in an invitation: “Round table on civil documentation”."),
            "day": _("The first day, if it takes several."),
            "place": _("A town is enough, or “online”."),
            "note": _("What a mandate holder could do there: speak, listen, meet members. The task team reads it too."),
        }

    level_of_texts = "moderate"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cluster = self.instance.cluster

    def clean_day(self) -> date:
        day, today = self.cleaned_data["day"], timezone.localdate()
        if "day" in self.changed_data and not today <= day <= today + timedelta(days=730):
            raise forms.ValidationError(
                _("Give a day from today on, within two years; what is past belongs into the log.")
            )
        return day

    def _get_validation_exclusions(self) -> set[str]:
        # The unique title of a day is one of the cluster's, which the form does not ask for.
        return super()._get_validation_exclusions() - {"cluster", "called_off_on"}
