"""The filters of the log; the exports take the same ones, from the same address."""

from typing import Any

import django_filters as df
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from config.lists import StrictFilterSet
from mandates.filters import YES_NO, CountryFilter, DayFilter, MandateFilter, TextFilter
from mandates.models import Country

from .actions import Group
from .models import Action, Cluster, Engagement, SupportRequest

ORDERS = {
    "newest": (_("newest first"), ["-started_on", "id"]),
    "oldest": (_("oldest first"), ["started_on", "id"]),
    "changed": (_("last changed first"), ["-updated_at", "id"]),
    "cluster": (_("by cluster"), ["cluster__name", "-started_on", "id"]),
    "action": (_("by action"), ["action__number", "-started_on", "id"]),
}


def readable_clusters(request: Any) -> QuerySet:
    """The clusters whose log this person can open."""
    return Cluster.objects.visible_to(request.user).order_by("name")


def readable_countries(request: Any) -> QuerySet:
    """The countries of these clusters."""
    own = Cluster.objects.visible_to(request.user).values("country")
    return Country.objects.filter(pk__in=own).by_name()


class EngagementFilterSet(StrictFilterSet):
    """The log. Takes a queryset that has passed the gate; choices are those that this reader could list.

    Withdrawn lines are shown when asked for by `status=withdrawn`.
    """

    text = TextFilter(method="having_text")
    cluster = df.ModelChoiceFilter(
        label=_("Cluster"), queryset=readable_clusters, to_field_name="slug", empty_label=_("All clusters")
    )
    country = CountryFilter(field_name="cluster__country", queryset=readable_countries)
    action = df.ModelChoiceFilter(
        label=_("Action"), queryset=Action.objects.all(), to_field_name="number", empty_label=_("All actions")
    )
    group = df.ChoiceFilter(
        label=_("Group of actions"), field_name="action__group", choices=Group.choices, empty_label=_("All groups")
    )
    mode = df.ChoiceFilter(label=_("Mode"), choices=Engagement.Mode.choices, empty_label=_("Any mode"))
    mandate = MandateFilter(method="concerning_mandate")
    status = df.ChoiceFilter(label=_("Status"), choices=Engagement.Status.choices, empty_label=_("All but withdrawn"))
    extent = df.ChoiceFilter(
        label=_("Result"), field_name="result_extent", choices=Engagement.Extent.choices, empty_label=_("Any result")
    )
    level = df.ChoiceFilter(label=_("Level"), choices=Engagement.Level.choices, empty_label=_("Any level"))
    support = df.ChoiceFilter(
        label=_("Support asked"), choices=YES_NO, method="asking_support", empty_label=_("Either")
    )
    since = DayFilter(label=_("From"), field_name="started_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="started_on", lookup_expr="lte")
    order = df.ChoiceFilter(
        label=_("Order"),
        choices=[(key, label) for key, (label, _columns) in ORDERS.items()],
        method="in_order",
        empty_label=None,
    )

    class Meta:
        model = Engagement
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.exclude(status=Engagement.Status.WITHDRAWN)
        return super().filter_queryset(queryset)

    def having_text(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(
            Q(what_was_done__icontains=value)
            | Q(challenges__icontains=value)
            | Q(result__icontains=value)
            | Q(support_needed__icontains=value)
            | Q(partner__icontains=value)
        )

    def concerning_mandate(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(mandates=value)

    def asking_support(self, rows: Any, name: str, value: str) -> Any:
        return rows.asking_support() if value == "yes" else rows.filter(support_needed="")

    def in_order(self, rows: Any, name: str, value: str) -> Any:
        _label, columns = ORDERS[value]
        return rows.order_by(*columns)


class PeriodFilterSet(StrictFilterSet):
    """The period of the cluster page: lines that started in it."""

    since = DayFilter(label=_("From"), field_name="started_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="started_on", lookup_expr="lte")

    class Meta:
        model = Engagement
        fields: list[str] = []


class SupportFilterSet(StrictFilterSet):
    """The queue of support requests. Takes a queryset that has passed the gate; answered ones when asked for."""

    text = TextFilter(method="having_text")
    status = df.ChoiceFilter(
        label=_("Status"), choices=SupportRequest.Status.choices, empty_label=_("Waiting for an answer")
    )
    cluster = df.ModelChoiceFilter(
        label=_("Cluster"),
        field_name="engagement__cluster",
        queryset=readable_clusters,
        to_field_name="slug",
        empty_label=_("All clusters"),
    )
    action = df.ModelChoiceFilter(
        label=_("Action"),
        field_name="engagement__action",
        queryset=Action.objects.all(),
        to_field_name="number",
        empty_label=_("All actions"),
    )
    mine = df.ChoiceFilter(label=_("Taken by me"), choices=YES_NO, method="taken_by_me", empty_label=_("Either"))

    class Meta:
        model = SupportRequest
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.waiting()
        return super().filter_queryset(queryset)

    def having_text(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(engagement__support_needed__icontains=value)

    def taken_by_me(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(owner=self.request.user) if value == "yes" else rows.exclude(owner=self.request.user)
