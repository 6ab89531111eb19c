"""Action 11: whom the cluster invites to one of its events."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.signs import labelled
from mandates.models import Mandate

from ..models import Cluster
from .act import ActForm
from .mandates import mandates_at_work, priorities_of


class InvitationForm(ActForm):
    """11: one mandate at work, named with who holds it; the cluster's priorities first."""

    number = 11

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, cluster=cluster, **kwargs)
        rows = mandates_at_work(cluster).with_holders(timezone.localdate())
        field = forms.ModelChoiceField(
            rows,
            label=_("Mandate holder"),
            to_field_name="slug",
            help_text=_("One invitation for each mandate; in a working group any of the five members can come."),
            error_messages={
                "invalid_choice": _(
                    "This mandate is not in force, is served by nobody yet, or is about another country."
                )
            },
        )
        named = {mandate.slug: _with_holders(mandate) for mandate in rows}
        first = {slug: named.pop(slug) for slug in priorities_of(cluster) if slug in named}
        sections = [(_("Priority mandates"), first), (_("Other mandates"), named)]
        chosen = [(label, list(mandates.items())) for label, mandates in sections if mandates]
        field.choices = [("", _("Choose a mandate holder")), *chosen]
        self.fields["mandate"] = field
        self.order_fields(["mandate"])


def _with_holders(mandate: Mandate) -> str:
    """A mandate with the names of those who hold it now."""
    names = ", ".join(holder.name for holder in mandate.current_holders)  # type: ignore[attr-defined]
    return labelled(mandate.acronym, names or mandate.name)
