"""What the product is measured against."""

from typing import Any

from django.contrib.admin import ModelAdmin, display
from django.contrib.admin.sites import AdminSite
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, ManyToManyWidget

from engagement.imports.columns import BY_NAME
from engagement.models import Action, Cluster, Engagement, User
from mandates.models import Mandate


def bare(request: HttpRequest) -> HttpResponse:
    """A view that only checks the session; the product's middleware is around it as around every page."""
    return HttpResponse("ok" if request.user.is_authenticated else "no")


class OpenSite(AdminSite):
    """The stock admin, open to whoever is signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


class LeanAdmin(ModelAdmin):
    """The changelist with the columns of our list and its five cheapest filters."""

    list_display = ("started_on", "cluster", "action", "named", "did", "status", "result_extent", "level")
    list_select_related = ("cluster", "action")
    list_filter = ("mode", "status", "level", "result_extent", "asks_support")
    search_fields = ("what_was_done", "challenges", "result", "support_needed", "partner")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The rows that our list shows this person, with their mandates read at once."""
        mandates = Prefetch("mandates", queryset=Mandate.objects.order_by("acronym"))
        return Engagement.objects.visible_to(request.user).standing().prefetch_related(mandates)

    @display(description="mandates")
    def named(self, row: Engagement) -> str:
        return ", ".join(mandate.acronym for mandate in row.mandates.all())

    @display(description="what was done")
    def did(self, row: Engagement) -> str:
        return row.what_was_done[:180]

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


class FullAdmin(LeanAdmin):
    """With all filters of our list, as the stock admin makes them."""

    list_filter = (
        *("cluster", "cluster__country", "action", "action__group", "mode", "mandates", "status", "result_extent"),
        *("level", "asks_support", "started_on"),
    )


def admin_site(name: str, admin: type[ModelAdmin]) -> OpenSite:
    site = OpenSite(name=name)
    site.register(Engagement, admin)
    return site


class StockImport(ModelResource):
    """An import of the same columns as a user of django-import-export declares it, without any check of values.

    The dataset has the keys in its first row; the titles under them are skipped.
    """

    cluster = Field("cluster", BY_NAME["cluster"].tag, ForeignKeyWidget(Cluster, "name"))
    action = Field("action", BY_NAME["action_number"].tag, ForeignKeyWidget(Action, "number"))
    mandates = Field("mandates", BY_NAME["mandates"].tag, ManyToManyWidget(Mandate, separator=", ", field="acronym"))
    started_on = Field("started_on", BY_NAME["started_on"].tag)
    mode = Field("mode", BY_NAME["mode"].tag)
    partner = Field("partner", BY_NAME["partner"].tag)
    what_was_done = Field("what_was_done", BY_NAME["what_was_done"].tag)
    challenges = Field("challenges", BY_NAME["challenges"].tag)
    result = Field("result", BY_NAME["result"].tag)
    support_needed = Field("support_needed", BY_NAME["support_needed"].tag)
    result_extent = Field("result_extent", BY_NAME["result_extent"].tag)
    status = Field("status", BY_NAME["status"].tag)
    level = Field("level", BY_NAME["level"].tag)

    class Meta:
        model = Engagement
        fields = (
            "cluster", "action", "mandates", "started_on", "mode", "partner", "what_was_done", "challenges", "result",
            "support_needed", "result_extent", "status", "level",
        )  # fmt: skip
        import_id_fields = ()
        force_init_instance = True

    def __init__(self, by: User) -> None:
        super().__init__()
        self.by = by

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """The titles are no row."""
        if dataset and dataset[0][0] == str(BY_NAME["row"].title):
            del dataset[0]

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """What the workbook shows in words, as the columns of the database have it."""
        words = {
            str(label): value for choices in (Engagement.Mode, Engagement.Extent) for value, label in choices.choices
        }
        for name in ("mode", "result_extent"):
            tag = BY_NAME[name].tag
            row[tag] = words.get(row[tag], row[tag])
        for tag, value in row.items():
            row[tag] = "" if value is None else value

    def init_instance(self, row: Any = None) -> Engagement:
        return Engagement(created_by=self.by)


class StockResource(ModelResource):
    """The columns of our workbook as a user of django-import-export declares them."""

    row = Field()
    cluster = Field("cluster__name")
    country = Field("cluster__country__name_en")
    action_number = Field("action__number")
    action = Field("action__text")
    mandates = Field()
    item = Field("visit")
    created_by = Field("created_by__name")
    record = Field("get_absolute_url")

    class Meta:
        model = Engagement
        fields = (
            "row", "cluster", "country", "started_on", "ended_on", "action_number", "action", "what_was_done",
            "challenges", "result", "support_needed", "mode", "partner", "mandates", "item", "result_extent", "status",
            "date_precision", "level", "created_by", "updated_at", "record",
        )  # fmt: skip

    def dehydrate_row(self, row: Any) -> str:
        return f"{row.pk}:{row.version}"

    def dehydrate_mandates(self, row: Any) -> str:
        return ", ".join(mandate.acronym for mandate in row.mandates.all())
