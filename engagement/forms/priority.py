"""What a coordinator enters about the mandates that her cluster engages with first."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.signs import labelled
from mandates.models import Mandate

from ..models import Cluster, PriorityMandate
from ..text import is_readable
from .checked import Form
from .fields import Narrative


class PriorityForm(Form):
    """Place and reason of a mandate on the list. `length`: how many mandates the list has or will have."""

    level_of_texts = "moderate"

    rank = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, help_text=_("1 comes first; what stood there moves down.")
    )
    reason = forms.CharField(
        label=_("Why this mandate, in this context"),
        help_text=PriorityMandate._meta.get_field("reason").help_text,
        max_length=500,
        validators=[is_readable],
        widget=Narrative(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rank"].choices = [(rank, str(rank)) for rank in range(1, length + 1)]


class NewPriorityForm(PriorityForm):
    """A mandate to put on the list of `cluster`: in force on `today`, thematic or of its country, not `listed` yet."""

    field_order = ("mandate", "rank", "reason")

    def __init__(self, *args: Any, cluster: Cluster, listed: list[PriorityMandate], today: date, **kwargs: Any) -> None:
        super().__init__(*args, length=len(listed) + 1, cluster=cluster, **kwargs)
        offered = (
            Mandate.objects.in_force(today)
            .filter(Q(kind="thematic") | Q(country=cluster.country_id))
            .exclude(pk__in=[row.mandate_id for row in listed])
            .order_by("kind", "acronym")
        )
        field = forms.ModelChoiceField(
            offered,
            label=_("Mandate"),
            to_field_name="slug",
            empty_label=_("Choose a mandate"),
            error_messages={"invalid_choice": _("This mandate is on the list already, or it is not in force.")},
        )
        field.label_from_instance = lambda mandate: labelled(mandate.acronym, mandate.name)  # type: ignore[method-assign]
        self.fields["mandate"] = field
        self.fields["rank"].initial = len(listed) + 1
        self.order_fields(self.field_order)


class EndPriorityForm(Form):
    """Why a mandate leaves the list."""

    level_of_texts = "moderate"

    reason = forms.CharField(
        label=_("Why it leaves the list"),
        help_text=_("The mandate has ended, the risk has passed, too many priorities for two people …"),
        max_length=500,
        validators=[is_readable],
        widget=Narrative(attrs={"rows": 3, "dir": "auto"}),
    )
