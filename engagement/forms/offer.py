"""What somebody of a cluster offers for its answer to a call."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Cluster, ContributionOffer
from .checked import ModelForm
from .fields import Narrative

NO = "no"


class OfferForm(ModelForm):
    """Paragraphs for the answer of one of `clusters`, which is asked for only where there are several.

    `cleaned_data` holds what `services.offer_paragraphs` takes. Without consent nothing is offered, and nothing kept.
    """

    level_of_texts = "moderate"

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    consent = forms.ChoiceField(
        label=_("Did those it speaks of agree, informed of where it goes?"),
        choices=[
            (ContributionOffer.Consent.GIVEN, _("Yes, they agreed to its use in a contribution")),
            (ContributionOffer.Consent.NOBODY, _("It speaks of nobody in particular, and nobody can be recognised")),
            (NO, _("No, or nobody asked them")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("key", "cluster", "text", "source", "consent", "may_be_named")

    class Meta:
        model = ContributionOffer
        fields = ("text", "source", "may_be_named")
        widgets = {
            "text": Narrative(attrs={"rows": 10, "dir": "auto"}),
            "source": forms.TextInput(attrs={"dir": "auto"}),
        }
        help_texts = {"may_be_named": _("Without this tick your paragraph is used and your organisation is not named.")}

    def __init__(self, *args: Any, clusters: Sequence[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.clusters = clusters
        self.cluster = clusters[0]
        if len(clusters) > 1:
            self.fields["cluster"] = forms.ModelChoiceField(
                Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters]).order_by("name"),
                label=_("For the answer of"),
                to_field_name="slug",
                empty_label=_("Choose a cluster"),
            )
            self.order_fields(self.field_order)

    def clean_key(self) -> uuid.UUID:
        # A form that lost its key on the way still offers; it only no longer knows its twin.
        return self.cleaned_data["key"] or uuid.uuid4()

    def clean_consent(self) -> str:
        if self.cleaned_data["consent"] == NO:
            raise forms.ValidationError(
                _(
                    "Without consent nothing is offered, and nothing of this was kept. Ask them first; or take out "
                    "what points to them and say that it speaks of nobody in particular."
                )
            )
        return self.cleaned_data["consent"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if len(self.clusters) == 1:
            data["cluster"] = self.clusters[0]
        return data
