"""What the task team keeps: mandates, holders, visits, calls, reports, sessions. None is deleted, only ended."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.admin import ProductAdmin, ProductInline

from .change_words import NOUN_OF
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

PROVENANCE = ("note", "source", "source_url", "checked_on", "withdrawn_on", "withdrawn_reason")
"""Columns of every entry that tell where it was read, and whether it stands."""


class ReferenceAdmin(ProductAdmin):
    """An admin whose saves name the person in every ReferenceChange they write."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        """What an entry says comes before where that was read; what nobody enters is not shown while adding."""
        names = super().get_fields(request, obj)
        names = [name for name in names if obj is not None or name not in self.get_readonly_fields(request, obj)]
        return [name for name in names if name not in PROVENANCE] + [name for name in PROVENANCE if name in names]

    def get_changeform_initial_data(self, request: Any) -> Any:
        return {"checked_on": timezone.localdate()} | super().get_changeform_initial_data(request)

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        """The page of what changed, which knows imports and services too; Django's own knows this administration."""
        noun, row = NOUN_OF.get(self.opts.model_name), self.get_object(request, unquote(object_id))
        if not noun or row is None or not self.has_view_or_change_permission(request, row):
            return super().history_view(request, object_id, extra_context)
        key = row.slug if isinstance(row, Mandate) else row.pk
        return redirect(f"{reverse('mandates:change-list')}?item={noun}:{key}")

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
    can_delete = False
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
    list_display = ("__str__", "when", "suggestion", "checked_on")
    search_fields = ("countries__name_en", "mandates__acronym", "mandates__title", "places")
    date_hierarchy = "starts_on"
    autocomplete_fields = ("report_session",)
    inlines = (places(VisitCountry, "country", 1), places(VisitMandate, "mandate", 1), EventInline)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_places()

    @admin.display(description=_("dates"), ordering="starts_on")
    def when(self, visit: CountryVisit) -> str:
        return visit.dates


@admin.register(CallForInput)
class CallForInputAdmin(ExchangeMixin, SuggestedAdmin):
    resource = CallResource
    list_display = ("title", "issuer_type", "deadline_on", "closed_on", "suggestion", "checked_on")
    list_filter = (SuggestionFilter, "issuer_type", "purpose", "deadline_kind")
    search_fields = ("title", "issued_by")
    autocomplete_fields = ("visit", "report", "session")
    inlines = (places(CallMandate, "mandate"), places(CallCountry, "country"))


@admin.register(Report)
class ReportAdmin(ExchangeMixin, ReferenceAdmin):
    resource = ReportResource
    list_display = ("title", "symbol", "session_code", "expected_on", "published_on", "checked_on")
    list_filter = ("kind",)
    list_select_related = ("session",)
    search_fields = ("title", "symbol")
    autocomplete_fields = ("visit", "session")
    inlines = (places(ReportMandate, "mandate", 1), places(ReportCountry, "country"))

    @admin.display(description=_("session"), ordering="session")
    def session_code(self, report: Report) -> str:
        return report.session.code if report.session else ""


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


class CountryForm(forms.ModelForm):
    """A country; its codes are those of ISO 3166-1."""

    def clean_iso3(self) -> str:
        return _code(self.cleaned_data["iso3"], 3)

    def clean_iso2(self) -> str:
        return _code(self.cleaned_data["iso2"], 2)


def _code(text: str, length: int) -> str:
    if not (text.isascii() and text.isalpha() and text.isupper() and len(text) == length):
        raise forms.ValidationError(_("A code of ISO 3166-1 has %(n)d capital letters.") % {"n": length})
    return text


@admin.register(Country)
class CountryAdmin(ReferenceAdmin):
    form = CountryForm
    list_display = ("iso3", "name_en", "name_fr", "name_es", "name_ar", "standing_invitation_on")
    search_fields = ("iso3", "name_en", "name_fr", "name_es", "name_ar")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """The code is the key: saved under another one, a second country would stand beside the first."""
        return ("iso3",) if obj else ()


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
