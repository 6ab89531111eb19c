"""Choosing mandates to which something goes: those of the cluster's list first."""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.signs import labelled
from mandates.models import Mandate
from mandates.querysets import MandateQuerySet

from ..models import Cluster, PriorityMandate
from .act import ActForm


def mandates_at_work(cluster: Cluster) -> MandateQuerySet:
    """Mandates to which `cluster` can turn today: in force, served by somebody, thematic or of its country."""
    rows = Mandate.objects.in_force(timezone.localdate()).filter(has_started=True).select_related("successor")
    return rows.filter(Q(kind="thematic") | Q(country=cluster.country_id)).order_by("kind", "acronym")


def priorities_of(cluster: Cluster) -> list[str]:
    """The slugs of its priority mandates, the first one first. For its coordinators: the list is moderate."""
    listed = PriorityMandate.objects.current().filter(cluster=cluster)
    return list(listed.values_list("mandate__slug", flat=True))


def why_not_offered(slug: str, otherwise: str) -> str:
    """Why nothing goes to this mandate: that it ended, and who continues it; else `otherwise`, which names it."""
    # What an address holds need not be a slug; PostgreSQL takes no NUL.
    rows = Mandate.objects.filter(slug=slug) if slug.isprintable() else Mandate.objects.none()
    mandate = rows.select_related("successor").first()
    if mandate is None:
        return otherwise % {"value": slug}
    today = timezone.localdate()
    return mandate.outside_its_life(today, today) or otherwise % {"value": mandate.acronym}


class MandatesField(forms.ModelMultipleChoiceField):
    """Mandates by their slugs; one that is not offered is refused by its name."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError as refusal:
            if refusal.code != "invalid_choice":
                raise
            said = why_not_offered(str((refusal.params or {})["value"]), str(self.error_messages["invalid_choice"]))
            raise forms.ValidationError(said, code="invalid_choice") from None


class MandatesForm(ActForm):
    """An act towards one or more mandates at work. `initial["mandates"]`: slugs to tick, from an address."""

    not_offered = _("“%(value)s” is not in force, is served by nobody yet, or is about another country.")

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, cluster=cluster, **kwargs)
        field = MandatesField(
            self.offered(),
            label=_("Mandates"),
            to_field_name="slug",
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Tick to whom it went."), "invalid_choice": self.not_offered},
        )
        field.label_from_instance = lambda mandate: labelled(mandate.acronym, mandate.name)  # type: ignore[method-assign]
        self.fields["mandates"] = field
        self.order_fields(["mandates"])

    def offered(self) -> MandateQuerySet:
        """The mandates to choose from."""
        return mandates_at_work(self.cluster)

    @cached_property
    def _options(self) -> tuple[list[Any], list[Any]]:
        """The boxes in view and those behind: by priority, then those ticked and the country's own."""
        rank = {slug: place for place, slug in enumerate(priorities_of(self.cluster))}
        in_view, behind = [], []
        for option in self["mandates"]:
            mandate = option.data["value"].instance
            near = mandate.slug in rank or mandate.country_id or option.data["selected"]
            (in_view if near else behind).append((rank.get(mandate.slug, len(rank)), option))
        in_view.sort(key=lambda ranked: ranked[0])
        return [option for _rank, option in in_view], [option for _rank, option in behind]

    @property
    def mandates_at_hand(self) -> list[Any]:
        """The boxes to show first."""
        return self._options[0]

    @property
    def other_mandates(self) -> list[Any]:
        """The boxes behind "Other mandates"."""
        return self._options[1]

    @property
    def asked_in_vain(self) -> list[str]:
        """A sentence for each mandate that the address asks to tick and that is not offered."""
        if self.is_bound:
            return []
        offered = {option.data["value"].instance.slug for part in self._options for option in part}
        asked = self.initial.get("mandates", [])
        return [why_not_offered(slug, str(self.not_offered)) for slug in asked if slug not in offered]
