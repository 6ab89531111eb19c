"""The access ledger of a cluster."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.lists import page_of

from ..filters import AccessFilterSet
from ..ledger import entries
from ..models import AuditEvent
from ..querysets import rights_of
from .shared import cluster_kept


@never_cache
@require_safe
def cluster_access(request: HttpRequest, slug: str) -> HttpResponse:
    """Who opened, exported and changed what in the cluster, the latest first."""
    cluster = cluster_kept(request, slug, _("The coordinators of the cluster read who opened and exported it."))
    rights = rights_of(request.user)
    events = AuditEvent.objects.visible_to(request.user, rights).filter(cluster_id=cluster.pk)
    filters = AccessFilterSet(request.GET, queryset=events, request=request)
    page = page_of(request, filters.rows)
    context = {
        "cluster": cluster,
        "filters": filters,
        "problems": filters.problems,
        "active_filters": filters.active,
        "page": page,
        "entries": entries(page.object_list, request.user, rights),
    }
    return TemplateResponse(request, "engagement/cluster_access.html", context)
