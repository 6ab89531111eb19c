"""The product's addresses, and the peers that the list page is measured against."""

from django.contrib.admin import ModelAdmin
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as product
from engagement.models import Engagement


class OpenAdminSite(AdminSite):
    """The stock admin, open to whoever is signed in: it only serves as a peer here."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


class EngagementAdmin(ModelAdmin):
    """Django's own changelist over the same rows and columns as our list."""

    list_display = ("started_on", "cluster", "action", "what_was_done", "status", "result_extent", "level")
    list_select_related = ("cluster", "action")
    list_filter = ("mode", "status", "level", "result_extent", "action")
    list_per_page = 50

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


site = OpenAdminSite(name="peer")
site.register(Engagement, EngagementAdmin)


def bare(request: HttpRequest) -> HttpResponse:
    """A view that only checks the session."""
    return HttpResponse("ok" if request.user.is_authenticated else "no")


urlpatterns = [*product, path("peer/bare/", bare), path("peer/admin/", site.urls)]
