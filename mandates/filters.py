"""The filters of the lists of the UN side; each stands in the address under these names."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.lists import ChoiceFilter, DayFilter, KeptFilter, RowFilter, StrictFilterSet, TextFilter
from config.widgets import MonthInput

from .change_queries import SUBJECTS
from .dates import Precision, beginning_of, parse_period
from .models import (
    CallForInput,
    Country,
    CountryVisit,
    Mandate,
    Recommendation,
    ReferenceChange,
    Report,
    Theme,
    VisitEvent,
)
from .models.country import name_column
from .querysets import CallPhase, ReportPhase, VisitPhase
from .timeline import Kind
from .words import holding

YES_NO = [("yes", _("yes")), ("no", _("no"))]


def countries(request: Any) -> QuerySet:
    """All countries, in the order of their names in the reader's language."""
    return Country.objects.by_name()


def mandates(request: Any) -> QuerySet:
    """All mandates, ended ones too, by short form."""
    return Mandate.objects.order_by("acronym")


def themes(request: Any) -> QuerySet:
    """All themes, by name."""
    return Theme.objects.order_by("name")


class CountryFilter(RowFilter):
    """A country by its ISO code of three letters."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"label": _("Country"), "queryset": countries, "empty_label": _("All countries")}
        super().__init__(shown=name_column, **words | kwargs)


class MandateFilter(RowFilter):
    """A mandate by its name in addresses, such as sr-torture.

    Shown by its short form: a title of 150 letters does not fit a drop-down on a phone.
    """

    def __init__(self, **kwargs: Any) -> None:
        words = {"label": _("Mandate"), "queryset": mandates, "empty_label": _("All mandates")}
        super().__init__(to_field_name="slug", shown="acronym", **words | kwargs)


class MandateFilterSet(StrictFilterSet):
    """The directory of mandates. `on` is a day in ISO 8601: mandates in force then."""

    text = TextFilter(method="having_text")
    kind = ChoiceFilter(label=_("Kind"), choices=Mandate.Kind.choices, empty_label=_("Thematic and country"))
    held_by = ChoiceFilter(
        label=_("Held by"), field_name="holder_type", choices=Mandate.HolderType.choices, empty_label=_("Anyone")
    )
    communications = ChoiceFilter(
        label=_("Acts on communications"), choices=YES_NO, method="acting_on_communications", empty_label=_("Either")
    )
    country = CountryFilter(
        label=_("Country mandate for"), queryset=lambda request: countries(request).exclude(mandates=None)
    )
    on = DayFilter(label=_("In force on"), method="in_force_on")

    class Meta:
        model = Mandate
        fields: list[str] = []

    def having_text(self, rows: Any, name: str, value: str) -> Any:
        return rows.matching(value)

    def acting_on_communications(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(acts_on_communications=value == "yes")

    def in_force_on(self, rows: Any, name: str, value: Any) -> Any:
        return rows.in_force(on=value)


class PlacedFilterSet(StrictFilterSet):
    """What all that has countries and mandates is filtered by. Subclasses say which days `since` and `until` mean."""

    text = TextFilter(method="having_text")
    country = CountryFilter(method="concerning_country")
    mandate = MandateFilter(field_name="mandates")
    since = DayFilter(label=_("From"), method="since_day")
    until = DayFilter(label=_("Until"), method="until_day")

    def having_text(self, rows: Any, name: str, value: str) -> Any:
        return rows.matching(value)

    def concerning_country(self, rows: Any, name: str, value: Country) -> Any:
        return rows.concerning(value.pk)


class DossierFilterSet(PlacedFilterSet):
    """What visits, calls and reports are filtered by alike: besides, whether somebody checked them lately."""

    checked = ChoiceFilter(
        label=_("Checked"),
        choices=[("old", _("more than 30 days ago"))],
        method="last_checked",
        empty_label=_("Whenever"),
    )

    def last_checked(self, rows: Any, name: str, value: str) -> Any:
        return rows.unchecked(timezone.localdate())


class VisitFilterSet(DossierFilterSet):
    """Country visits; the period is that of the visit's days."""

    status = ChoiceFilter(
        label=_("Status"),
        choices=[
            ("ahead", _("under way or upcoming")),
            ("no_outcome", _("over, outcome not recorded")),
            *VisitEvent.Kind.choices,
        ],
        method="having_status",
        empty_label=_("Any status"),
    )

    class Meta:
        model = CountryVisit
        fields: list[str] = []

    def having_status(self, rows: Any, name: str, value: str) -> Any:
        if value == "ahead":
            return rows.filter(phase__in=[VisitPhase.UNDER_WAY, VisitPhase.UPCOMING])
        if value == "no_outcome":
            return rows.without_outcome()
        if value == VisitEvent.Kind.UNDER_WAY:
            return rows.filter(phase=VisitPhase.UNDER_WAY)
        return rows.filter(status=value)

    def since_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(last_day__gte=value)

    def until_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(Q(starts_on__lte=value) | Q(starts_on=None, ends_on__lte=value))


class CallFilterSet(DossierFilterSet):
    """Calls for input; the period is that of the deadline. Country: calls that ask about it, by name or all."""

    issuer = ChoiceFilter(
        label=_("Issued by"),
        field_name="issuer_type",
        choices=CallForInput.IssuerType.choices,
        empty_label=_("Anyone"),
    )
    status = ChoiceFilter(
        label=_("Status"),
        choices=[("open", _("open")), ("closed", _("closed")), ("unknown", _("deadline not known"))],
        method="having_status",
        empty_label=_("Any status"),
    )

    class Meta:
        model = CallForInput
        fields: list[str] = []

    def having_status(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(phase=CallPhase[value.upper()])

    def since_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(deadline_on__gte=value)

    def until_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(deadline_on__lte=value)


class ReportFilterSet(DossierFilterSet):
    """Reports; the period is that of publication, or of the expected day before it."""

    status = ChoiceFilter(
        label=_("Status"),
        choices=[
            ("upcoming", _("upcoming")),
            ("overdue", _("expected before today")),
            ("published", _("published")),
        ],
        method="having_status",
        empty_label=_("Any status"),
    )

    class Meta:
        model = Report
        fields: list[str] = []

    def having_status(self, rows: Any, name: str, value: str) -> Any:
        if value == "overdue":
            return rows.overdue(timezone.localdate())
        return rows.filter(phase=ReportPhase[value.upper()])

    def since_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(Q(published_on__gte=value) | Q(published_on=None, expected_on__gte=value))

    def until_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(Q(published_on__lte=value) | Q(published_on=None, expected_on__lte=value))


class ThemeFilter(RowFilter):
    """A theme by its name in addresses, such as right-to-adequate-housing."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"label": _("Theme"), "queryset": themes, "empty_label": _("All themes")}
        super().__init__(to_field_name="slug", shown="name", **words | kwargs)


class RecommendationFilterSet(PlacedFilterSet):
    """Recommendations; the period is that of publication. `symbol` is the whole symbol of a document."""

    theme = ThemeFilter(field_name="themes")
    kind = ChoiceFilter(label=_("Kind"), choices=Recommendation.Kind.choices, empty_label=_("Any kind"))
    symbol = django_filters.CharFilter(label=_("Document symbol"), max_length=100, method="in_document")

    class Meta:
        model = Recommendation
        fields: list[str] = []

    def in_document(self, rows: Any, name: str, value: str) -> Any:
        return rows.in_document(value)

    def since_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(published_on__gte=value)

    def until_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(published_on__lte=value)


class MonthField(forms.CharField):
    """A month in ISO 8601, such as 2026-12; cleans to its first day."""

    default_error_messages = {"invalid": _("write a month like 2026-12.")}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            period = parse_period(text)
        except ValueError:
            period = None
        if period is None or period.precision != Precision.MONTH or not 2000 <= period.first.year <= 2100:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return period.first


class MonthFilter(KeptFilter, django_filters.CharFilter):
    field_class = MonthField


class TimelineFilterSet(StrictFilterSet):
    """What the calendar shows: the same strict filters in the address as the lists have, over several tables."""

    view = ChoiceFilter(
        label=_("Shown as"), choices=[("month", _("one month"))], method="aside", empty_label=_("list of six months")
    )
    month = MonthFilter(label=_("From month"), method="aside", widget=MonthInput)
    country = CountryFilter(method="aside")
    mandate = MandateFilter(label=_("Mandate or theme"), method="aside")
    kind = ChoiceFilter(label=_("Kind"), choices=Kind.choices, method="aside", empty_label=_("Everything"))

    class Meta:
        model = Mandate
        fields: list[str] = []

    def aside(self, rows: Any, name: str, value: Any) -> Any:
        """The rows stay: `timeline.entries` asks each table by itself."""
        return rows


class ItemField(forms.CharField):
    """One entry, such as visit:<key> or mandate:sr-idps; cleans to (noun, row). `user` is set by the filters."""

    default_error_messages = {"invalid": _("there is no such entry, or you do not know it.")}
    user: Any = None

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        noun, _colon, key = text.partition(":")
        models: dict[str, Any] = {"visit": CountryVisit, "call": CallForInput, "report": Report}
        row = None
        if noun == "mandate":
            row = Mandate.objects.filter(slug=key).first()
        elif noun in models and is_uuid(key):
            row = models[noun].objects.known_to(self.user).with_places().filter(pk=key).first()
        if row is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return Item(noun, row)


class Item(NamedTuple):
    """An entry by the word of its pages."""

    noun: str
    row: Any

    def __str__(self) -> str:
        return self.row.name if self.noun == "mandate" else str(self.row)


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


class ItemFilter(KeptFilter, django_filters.CharFilter):
    field_class = ItemField


class ChangeFilterSet(StrictFilterSet):
    """What changed. Checks, by which nothing changed, are left out unless they are asked for.

    The period is that of the change; country and mandate are those of the entry as it is now.
    """

    text = TextFilter(method="having_text")
    kind = ChoiceFilter(
        label=_("Kind of entry"),
        choices=[
            ("visit", _("country visits")),
            ("call", _("calls for input")),
            ("report", _("reports")),
            ("mandate", _("mandates")),
        ],
        method="of_kind",
        empty_label=_("Everything"),
    )
    change = ChoiceFilter(
        label=_("Kind of change"),
        field_name="kind",
        choices=ReferenceChange.Kind.choices,
        empty_label=_("All but checks"),
    )
    country = CountryFilter(method="concerning_country")
    mandate = MandateFilter(method="of_mandate")
    since = DayFilter(label=_("From"), method="since_day")
    until = DayFilter(label=_("Until"), method="until_day")
    item = ItemFilter(label=_("Entry"), method="of_item", widget=forms.HiddenInput)

    class Meta:
        model = ReferenceChange
        fields: list[str] = []

    @cached_property
    def form(self) -> forms.Form:
        """The filters; an entry is one that the reader knows."""
        form = super().form
        item: Any = form.fields["item"]
        item.user = self.request.user
        return form

    @property
    def further(self) -> list[forms.BoundField]:
        return [field for field in super().further if field.name != "item"]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        return rows if self.chosen.get("change") else rows.exclude(kind=ReferenceChange.Kind.CHECKED)

    def having_text(self, rows: Any, name: str, value: str) -> Any:
        return holding(rows, value, "label")

    def of_kind(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(subject_type=SUBJECTS[value])

    def concerning_country(self, rows: Any, name: str, value: Country) -> Any:
        return rows.concerning(value.pk)

    def of_mandate(self, rows: Any, name: str, value: Mandate) -> Any:
        return rows.of_mandate(value)

    def since_day(self, rows: Any, name: str, value: date) -> Any:
        return rows.filter(changed_at__gte=beginning_of(value))

    def until_day(self, rows: Any, name: str, value: date) -> Any:
        return rows.filter(changed_at__lt=beginning_of(value + timedelta(days=1)))

    def of_item(self, rows: Any, name: str, value: Item) -> Any:
        return rows.of_entry(value.noun, value.row.pk)
