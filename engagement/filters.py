"""The filters of the log; the exports take the same ones, from the same address."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from unicodedata import combining, normalize

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.lists import ChoiceFilter, DayFilter, StrictFilterSet, TextFilter
from mandates.filters import YES_NO, MandateFilter
from mandates.freshness import Task
from mandates.models import Mandate
from mandates.models.country import name_column
from mandates.words import holding

from .actions import WORDINGS, Group, TimeFrame, action_choices, action_id
from .models import AuditEvent, Cluster, Engagement, GuidanceNote, SupportRequest
from .periods import Period, period_of, shifted
from .querysets import Rights, rights_of

ORDERS = {
    "newest": (_("newest first"), ["-started_on", "id"]),
    "oldest": (_("oldest first"), ["started_on", "-id"]),
    "changed": (_("last changed first"), ["-updated_at", "id"]),
    "cluster": (_("by cluster"), ["cluster__name", "-started_on", "id"]),
    "action": (_("by action"), ["action__number", "-started_on", "id"]),
}


class Place(NamedTuple):
    """A cluster whose log the reader can open, and its country."""

    pk: Any
    slug: str
    name: str
    country: str
    country_name: str


class PlacesFilterSet(StrictFilterSet):
    """Offers, as `cluster` and `country`, the clusters whose log this reader can open and the countries of these.

    `rights` are those of the reader, where the caller has asked for them already.
    """

    def __init__(self, *args: Any, rights: Rights | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights

    @property
    def drawn_alike(self) -> str:
        """Theirs who can open the same clusters."""
        if not super().drawn_alike:
            return ""
        if self.request.user.task_team:
            return "task team"
        rights = self.rights or rights_of(self.request.user)
        return " ".join(sorted(str(pk) for pk in rights.any)) or "nobody"

    @cached_property
    def places(self) -> list[Place]:
        """Read when they are drawn or asked for. One query, and those for her rights."""
        columns = ("pk", "slug", "name", "country", f"country__{name_column()}")
        clusters = Cluster.objects.visible_to(self.request.user, self.rights)
        return [Place(*row) for row in clusters.order_by().values_list(*columns)]

    @cached_property
    def form(self) -> forms.Form:
        form = super().form
        offered = {
            "cluster": lambda: alphabetical((place.slug, place.name) for place in self.places),
            "country": lambda: alphabetical((place.country, place.country_name) for place in self.places),
        }
        for name in offered.keys() & form.fields.keys():
            form.fields[name].choices = offered[name]
        return form


def alphabetical(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each choice once, in the order of the labels; neither case nor accents make a difference."""
    return sorted(set(choices), key=lambda choice: (without_accents(choice[1]).casefold(), choice))


@cache
def without_accents(text: str) -> str:
    return "".join(mark for mark in normalize("NFD", text) if not combining(mark))


class ActionFilter(ChoiceFilter):
    """One of the twelve actions by its number; they are fixed, so no row is read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Action"), choices=action_choices, empty_label=_("All actions"), **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        return super().filter(qs, action_id(int(value)) if value else "")


class EngagementFilterSet(PlacesFilterSet):
    """The log. Takes a queryset that has passed the gate; choices are those that this reader could list.

    Withdrawn lines are shown when asked for by `status=withdrawn`.
    """

    text = TextFilter(method="having_text")
    cluster = ChoiceFilter(label=_("Cluster"), choices=[], method="in_cluster", empty_label=_("All clusters"))
    country = ChoiceFilter(label=_("Country"), choices=[], method="in_country", empty_label=_("All countries"))
    action = ActionFilter()
    group = ChoiceFilter(
        label=_("Group of actions"), choices=Group.choices, method="in_group", empty_label=_("All groups")
    )
    frame = ChoiceFilter(
        label=_("Time frame"), choices=TimeFrame.choices, method="in_frame", empty_label=_("Any time frame")
    )
    mode = ChoiceFilter(label=_("Mode"), choices=Engagement.Mode.choices, empty_label=_("Any mode"))
    mandate = MandateFilter(method="concerning_mandate")
    status = ChoiceFilter(label=_("Status"), choices=Engagement.Status.choices, empty_label=_("All but withdrawn"))
    extent = ChoiceFilter(
        label=_("Result"), field_name="result_extent", choices=Engagement.Extent.choices, empty_label=_("Any result")
    )
    level = ChoiceFilter(label=_("Level"), choices=Engagement.Level.choices, empty_label=_("Any level"))
    challenges = ChoiceFilter(
        label=_("Challenges told"), choices=YES_NO, method="telling_challenges", empty_label=_("Either")
    )
    support = ChoiceFilter(label=_("Support asked"), choices=YES_NO, method="asking_support", empty_label=_("Either"))
    since = DayFilter(label=_("From"), field_name="started_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="started_on", lookup_expr="lte")
    order = ChoiceFilter(
        label=_("Order"),
        choices=[(key, label) for key, (label, _columns) in ORDERS.items()],
        method="in_order",
        empty_label=None,
    )

    class Meta:
        model = Engagement
        fields: list[str] = []

    def filter_queryset(self, queryset: Any, but: str = "") -> Any:
        """All filters in use; `but` names one that is left out."""
        if not self.chosen.get("status"):
            queryset = queryset.standing()
        for name, value in self.chosen.items():
            if name != but:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    @property
    def to_count(self) -> Any:
        """`rows` in the order in which some hundreds of them are found soonest.

        Newest first: that index holds all that the log is filtered by, and has lines of each filter everywhere. In any
        order where words are asked for, or a mandate: by the places of the mandate, one for each of its lines.
        """
        rows, chosen = self.rows, self.chosen
        if not self.problems and (mandate := chosen.get("mandate")):
            others = self.filter_queryset(self.queryset, but="mandate")
            return others.order_by().filter(mandate_places__mandate=mandate)
        return rows.order_by() if chosen.get("text") else rows.order_by(*ORDERS["newest"][1])

    def in_cluster(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(cluster__in=[place.pk for place in self.places if place.slug == value])

    def in_country(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(cluster__in=[place.pk for place in self.places if place.country == value])

    def in_group(self, rows: Any, name: str, value: str) -> Any:
        others = [action_id(number) for number, wording in WORDINGS.items() if wording.group != value]
        return rows.exclude(action__in=others)

    def in_frame(self, rows: Any, name: str, value: str) -> Any:
        others = [action_id(number) for number, wording in WORDINGS.items() if wording.time_frame != value]
        return rows.exclude(action__in=others)

    def telling_challenges(self, rows: Any, name: str, value: str) -> Any:
        return rows.exclude(challenges="") if value == "yes" else rows.filter(challenges="")

    def having_text(self, rows: Any, name: str, value: str) -> Any:
        return holding(rows, value, *Engagement.WORDS_OF)

    def concerning_mandate(self, rows: Any, name: str, value: Any) -> Any:
        return rows.concerning(value)

    def asking_support(self, rows: Any, name: str, value: str) -> Any:
        return rows.asking_support() if value == "yes" else rows.filter(asks_support=False)

    def in_order(self, rows: Any, name: str, value: str) -> Any:
        _label, columns = ORDERS[value]
        return rows.order_by(*columns)


class PeriodFilterSet(StrictFilterSet):
    """The period of the cluster page: lines that started in it; and whether all of them are shown, to print them."""

    since = DayFilter(label=_("From"), field_name="started_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="started_on", lookup_expr="lte")
    lines = ChoiceFilter(
        label=_("Lines"), choices=[("all", _("all, to print"))], method="as_they_are", empty_label=_("the newest")
    )

    class Meta:
        model = Engagement
        fields: list[str] = []

    def as_they_are(self, rows: Any, name: str, value: str) -> Any:
        return rows

    @property
    def days(self) -> dict[str, date]:
        """The period alone, by the names that the log knows as well."""
        given = self.chosen if not self.problems else {}
        return {name: given[name] for name in ("since", "until") if given.get(name)}

    @property
    def shows_all(self) -> bool:
        return not self.problems and self.chosen.get("lines") == "all"


LONGEST = 10
"""Years of a period of the overview at most."""


class OverviewFilterSet(PlacesFilterSet):
    """The period of the overview, and one cluster of those that are shown. Its rows are not those of the period alone:
    the view asks for the period before as well."""

    cluster = ChoiceFilter(label=_("Cluster"), choices=[], method="in_cluster", empty_label=_("All clusters"))
    since = DayFilter(label=_("From"), method="as_they_are")
    until = DayFilter(label=_("Until"), method="as_they_are")

    class Meta:
        model = Engagement
        fields: list[str] = []

    def __init__(self, *args: Any, clusters: list[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clusters = clusters

    @cached_property
    def places(self) -> list[Place]:
        return [Place(cluster.pk, cluster.slug, cluster.name, "", "") for cluster in self.clusters]

    def in_cluster(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(cluster__in=[cluster.pk for cluster in self.shown])

    def as_they_are(self, rows: Any, name: str, value: Any) -> Any:
        return rows

    @property
    def shown(self) -> list[Cluster]:
        """The clusters that the address asks for."""
        slug = self.chosen.get("cluster")
        return [cluster for cluster in self.clusters if cluster.slug == slug] if slug else self.clusters

    @cached_property
    def problems(self) -> list[str]:
        found = super().problems
        period = self.period if not found else None
        if period and period.since < shifted(period.until, months=-12 * LONGEST):
            return [gettext("The period is longer than %(n)s years: choose a shorter one.") % {"n": LONGEST}]
        return found

    @property
    def period(self) -> Period:
        """The days that the address means, if it is understood; without any, the last twelve months."""
        return period_of(self.chosen.get("since"), self.chosen.get("until"), timezone.localdate())


class HighlightFilterSet(EngagementFilterSet):
    """The engagements of a report, to choose highlights from. Takes a queryset of them."""

    country = status = level = support = since = until = None

    class Meta:
        model = Engagement
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        return StrictFilterSet.filter_queryset(self, queryset)


class SupportFilterSet(PlacesFilterSet):
    """The queue of support requests. Takes a queryset that has passed the gate; answered ones when asked for.

    "Overdue" stands among the states: the open ones whose due day has passed on the reader's calendar.
    """

    text = TextFilter(method="having_text")
    status = ChoiceFilter(
        label=_("Status"),
        choices=[("overdue", _("overdue")), *SupportRequest.Status.choices],
        method="in_status",
        empty_label=_("Waiting for an answer"),
    )
    cluster = ChoiceFilter(
        label=_("Cluster"), choices=[], field_name="engagement__cluster__slug", empty_label=_("All clusters")
    )
    action = ActionFilter(field_name="engagement__action")
    mine = ChoiceFilter(label=_("Taken by me"), choices=YES_NO, method="taken_by_me", empty_label=_("Either"))

    class Meta:
        model = SupportRequest
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.chosen.get("status"):
            queryset = queryset.waiting()
        return super().filter_queryset(queryset)

    def in_status(self, rows: Any, name: str, value: str) -> Any:
        return rows.overdue(timezone.localdate()) if value == "overdue" else rows.filter(status=value)

    def having_text(self, rows: Any, name: str, value: str) -> Any:
        return holding(rows, value, "engagement__support_needed")

    def taken_by_me(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(owner=self.request.user) if value == "yes" else rows.exclude(owner=self.request.user)


class GuidanceFilterSet(StrictFilterSet):
    """The guidance notes. Takes a queryset that this person may read."""

    text = TextFilter(method="having_text")
    action = ActionFilter()

    class Meta:
        model = GuidanceNote
        fields: list[str] = []

    def having_text(self, rows: Any, name: str, value: str) -> Any:
        return holding(rows, value, "title", "text")


class AccessFilterSet(StrictFilterSet):
    """The audit record of a cluster. Takes a queryset that this person may read."""

    kind = ChoiceFilter(
        label=_("What was done"),
        # A second factor belongs to no cluster.
        choices=[choice for choice in AuditEvent.Kind.choices if choice[0] != AuditEvent.Kind.FACTOR],
        empty_label=_("Anything"),
    )

    class Meta:
        model = AuditEvent
        fields: list[str] = []


DOUBTS = "doubts"


class FreshnessFilterSet(StrictFilterSet):
    """Which list of the page of freshness is shown whole; the beginnings of all without it."""

    show = ChoiceFilter(
        label=_("Shown"), choices=[(DOUBTS, _("Looks wrong to somebody")), *Task.choices], method="aside"
    )

    class Meta:
        model = Mandate
        fields: list[str] = []

    def aside(self, rows: Any, name: str, value: Any) -> Any:
        """The rows stay: `mandates.freshness.tasks` asks each table by itself."""
        return rows
