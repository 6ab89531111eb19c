"""What the task team keeps: mandates, holders, visits, calls, reports, sessions. None is deleted, only ended."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.admin import ProductAdmin, ProductInline

from .changes import attributed_to
from .exchange import ExchangeMixin
from .models import (
    CallCountry,
    CallForInput,
    CallMandate,
    Country,
    CountryVisit,
    Mandate,
    MandateAlias,
    MandateHolder,
    Recommendation,
    RecommendationCountry,
    RecommendationMandate,
    ReferenceChange,
    Report,
    ReportCountry,
    ReportMandate,
    Session,
    Theme,
    VisitCountry,
    VisitEvent,
    VisitMandate,
)
from .models.suggestion import Suggestion
from .querysets import TITLES
from .resources import (
    CallResource,
    HolderResource,
    MandateResource,
    RecommendationResource,
    ReportResource,
    SessionResource,
    VisitResource,
)
from .uhri.desk import IndexMixin


class ReferenceAdmin(ProductAdmin):
    """An admin whose saves name the person in every ReferenceChange they write."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Nobody deletes these: they are ended or withdrawn. A refusal would tell that something confidential uses a
        row, and permission that nothing does."""
        return False

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        source = request.POST.get("source_url") or request.POST.get("source") or "admin"
        with attributed_to(request.user.email, source=source):
            return super().changeform_view(request, *args, **kwargs)

    def changelist_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with attributed_to(request.user.email, source="admin"):
            return super().changelist_view(request, *args, **kwargs)


def places(model: Any, field: str, needed: int = 0) -> type[ProductInline]:
    """An inline for the countries or mandates of a dossier, of which it must have `needed`; named like them."""
    named = model._meta.get_field(field).related_model._meta
    return type(
        f"{model.__name__}Inline",
        (ProductInline,),
        {
            "model": model,
            "extra": 0,
            "autocomplete_fields": (field,),
            "min_num": needed,
            "validate_min": True,
            "verbose_name": named.verbose_name,
            "verbose_name_plural": named.verbose_name_plural,
        },
    )


SMALL = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 24})}}
"""Texts in the rows of an inline, which the stock size makes wider than the page."""


class HolderInline(ProductInline):
    model = MandateHolder
    extra = 0
    formfield_overrides = SMALL


class AliasInline(ProductInline):
    model = MandateAlias
    extra = 0
    formfield_overrides = SMALL


class EventInline(ProductInline):
    model = VisitEvent
    extra = 1
    formfield_overrides = SMALL


@admin.register(Mandate)
class MandateAdmin(ExchangeMixin, ReferenceAdmin):
    resource = MandateResource
    list_display = ("acronym", "name", "kind", "holder_type", "established_on", "ended_on", "checked_on")
    list_filter = ("kind", "holder_type", "acts_on_communications")
    search_fields = (*TITLES, "acronym", "slug", "aliases__alias")
    autocomplete_fields = ("country", "successor")
    prepopulated_fields = {"slug": ("acronym",)}
    inlines = (HolderInline, AliasInline)

    @admin.display(description=_("title"), ordering="title")
    def name(self, mandate: Mandate) -> str:
        return mandate.name


@admin.register(MandateHolder)
class MandateHolderAdmin(ExchangeMixin, ReferenceAdmin):
    resource = HolderResource
    list_display = ("name", "mandate_name", "started", "ended")
    list_select_related = ("mandate",)
    search_fields = ("name", *(f"mandate__{title}" for title in TITLES), "mandate__acronym")
    autocomplete_fields = ("mandate",)

    @admin.display(description=_("mandate"), ordering="mandate")
    def mandate_name(self, holder: MandateHolder) -> str:
        return holder.mandate.name


class SuggestionFilter(admin.SimpleListFilter):
    """Entries that somebody suggested, by what became of them."""

    title = _("suggestion")
    parameter_name = "confirmed_on"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", Suggestion.WAITING.label), ("confirmed", Suggestion.CONFIRMED.label)]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "waiting":
            return queryset.to_confirm()
        return queryset.exclude(confirmed_on=None) if self.value() == "confirmed" else queryset


class SuggestedAdmin(ReferenceAdmin):
    """Visits and calls, unconfirmed ones too; the task team decides about these on its desk, not here."""

    list_filter: Any = (SuggestionFilter,)
    readonly_fields = ("suggested_by", "suggested_at", "confirmed_on", "merged_into")

    @admin.display(description=_("suggestion"))
    def suggestion(self, row: CountryVisit | CallForInput) -> str:
        return row.suggestion.label if row.suggestion else ""


@admin.register(CountryVisit)
class CountryVisitAdmin(ExchangeMixin, SuggestedAdmin):
    resource = VisitResource
    list_display = ("__str__", "starts_on", "ends_on", "suggestion", "confirmed_on", "checked_on")
    search_fields = ("countries__name_en", "mandates__acronym", "mandates__title", "places")
    date_hierarchy = "starts_on"
    autocomplete_fields = ("report_session",)
    inlines = (places(VisitCountry, "country", 1), places(VisitMandate, "mandate", 1), EventInline)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_places()


@admin.register(CallForInput)
class CallForInputAdmin(ExchangeMixin, SuggestedAdmin):
    resource = CallResource
    list_display = ("title", "issuer_type", "deadline_on", "closed_on", "suggestion", "confirmed_on", "checked_on")
    list_filter = (SuggestionFilter, "issuer_type", "purpose", "deadline_kind")
    search_fields = ("title", "issued_by")
    autocomplete_fields = ("visit", "report", "session")
    inlines = (places(CallMandate, "mandate"), places(CallCountry, "country"))


@admin.register(Report)
class ReportAdmin(ExchangeMixin, ReferenceAdmin):
    resource = ReportResource
    list_display = ("title", "symbol", "session", "expected_on", "published_on", "checked_on")
    list_filter = ("kind",)
    list_select_related = ("session",)
    search_fields = ("title", "symbol")
    autocomplete_fields = ("visit", "session")
    inlines = (places(ReportMandate, "mandate", 1), places(ReportCountry, "country"))


@admin.register(Recommendation)
class RecommendationAdmin(IndexMixin, ExchangeMixin, ReferenceAdmin):
    """Recommendations, most of them of the Index: hundreds of thousands, so that nothing here counts or lists all."""

    resource = RecommendationResource
    change_list_template = "admin/mandates/recommendation_list.html"
    list_display = ("__str__", "body", "kind", "published_on", "withdrawn_on")
    list_filter = ("kind",)
    search_fields = ("symbol", "text")
    show_full_result_count = False
    autocomplete_fields = ("report", "visit", "themes")
    readonly_fields = ("annotation_id", "body")
    fields = (
        "symbol", "paragraph", "text", "kind", "addressee", "other_countries", "body", "themes", "affected_persons",
        "sdgs", "published_on", "report", "visit", "note", "annotation_id", "source", "source_url", "checked_on",
        "withdrawn_on",
    )  # fmt: skip
    inlines = (places(RecommendationMandate, "mandate"), places(RecommendationCountry, "country"))


@admin.register(Theme)
class ThemeAdmin(ReferenceAdmin):
    """Looked up from the page of a recommendation."""

    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Session)
class SessionAdmin(ExchangeMixin, ReferenceAdmin):
    resource = SessionResource
    list_display = ("code", "starts_on", "ends_on", "precision")
    list_filter = ("body",)
    search_fields = ("body", "number")


@admin.register(Country)
class CountryAdmin(ReferenceAdmin):
    list_display = ("iso3", "name_en", "name_fr", "name_es", "name_ar", "standing_invitation_on")
    search_fields = ("iso3", "name_en", "name_fr", "name_es", "name_ar")


@admin.register(ReferenceChange)
class ReferenceChangeAdmin(ProductAdmin):
    """What changed, when and by whom; nobody writes here."""

    list_display = ("changed_at", "label", "kind", "changed_by", "source")
    list_filter = ("subject_type", "kind")
    search_fields = ("label", "changed_by")

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
