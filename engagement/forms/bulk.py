"""What is to change in many lines at once, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.widgets import DropDown
from mandates.models import Mandate

from ..models import Engagement
from .checked import Form

LEVELS = ("moderate", "high")
"""To these a level is raised; nothing is lowered in bulk."""


class ReasonForm(Form):
    """Why several lines are changed, or several requests closed: read by whoever reads one of them, so checked as
    strictly as text of level high."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("It stays in the history of each line, for whoever reads that line."),
    )


class BulkForm(ReasonForm):
    """One change and its reason; the mandate, for a change of mandates."""

    field_order = ("change", "mandate", "reason")

    change = forms.ChoiceField(label=gettext_lazy("What is to change"), widget=DropDown)
    mandate = forms.ModelChoiceField(
        Mandate.objects.none(),
        to_field_name="slug",
        required=False,
        label=gettext_lazy("Mandate"),
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("Only for a change of mandates."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = [choice for choice in Engagement.Status.choices if choice[0] != Engagement.Status.WITHDRAWN]
        field: Any = self.fields["change"]
        field.choices = [
            ("", _("choose")),
            *((f"status:{value}", _("Status: %(value)s") % {"value": label}) for value, label in statuses),
            *(
                (f"level:{value}", _("Level raised: %(value)s") % {"value": Engagement.Level(value).label})
                for value in LEVELS
            ),
            ("name:", _("Name a mandate")),
            ("unname:", _("Name a mandate no more")),
            ("support:", _("Close the support request")),
        ]
        mandates: Any = self.fields["mandate"]
        mandates.queryset = Mandate.objects.order_by("acronym")
        mandates.label_from_instance = lambda mandate: mandate.acronym

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("change", "").partition(":")[0]
        if kind in ("name", "unname") and not data.get("mandate"):
            self.add_error("mandate", _("Choose the mandate."))
        return data
