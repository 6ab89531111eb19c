"""What becomes of a suggestion: whoever made it withdraws it, the task team decides about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mandates.models import CallForInput, CountryVisit

from ..text import is_readable
from .checked import Form
from .fields import Narrative


class TakeBackForm(Form):
    """Why whoever made a suggestion withdraws it."""

    level_of_texts = "low"

    reason = forms.CharField(
        label=_("Why you withdraw it"),
        max_length=500,
        validators=[is_readable],
        help_text=_("The people of the cluster and the task team read this on the page of the suggestion."),
        widget=Narrative(attrs={"rows": 3, "dir": "auto"}),
    )


class DecisionForm(Form):
    """What the task team decides about one suggestion: confirm, merge `into` an entry that everyone knows, decline."""

    level_of_texts = "low"
    DECISIONS = (("confirm", _("Confirm")), ("merge", _("Merge")), ("decline", _("Decline")))

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS)
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        validators=[is_readable],
        help_text=_("The people of the cluster read this on the page of their suggestion."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, *args: Any, suggestion: CountryVisit | CallForInput, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = type(suggestion).objects.known_to_all().filter(withdrawn_on=None).exclude(pk=suggestion.pk)
        self.fields["into"] = forms.ModelChoiceField(
            others,
            label=_("Merge into"),
            required=False,
            error_messages={"invalid_choice": _("That entry cannot be chosen: it is unconfirmed or withdrawn.")},
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("decision") == "merge" and not data.get("into") and "into" not in self.errors:
            self.add_error("into", _("Choose the entry that it is the same as."))
        if data.get("decision") == "decline" and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why in a sentence: the cluster has work that builds on it."))
        return data
