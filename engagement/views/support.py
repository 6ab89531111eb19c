"""Support requests: the queue, one with its thread."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.lists import is_htmx, page_of

from .. import services
from ..filters import SupportFilterSet
from ..forms import SupportMessageForm
from ..models import SupportRequest
from ..querysets import may_write_in_thread


@never_cache
@require_safe
def support_list(request: HttpRequest) -> HttpResponse:
    """The queue: what clusters ask of the task team, those that wait longest first."""
    rows = SupportRequest.objects.visible_to(request.user).for_list()
    filters = SupportFilterSet(request.GET, queryset=rows, request=request)
    part = "_results" if is_htmx(request) else "_list"
    context = {
        "filters": filters,
        "page": page_of(request, filters.rows),
        "problems": filters.problems,
        "active_filters": filters.active,
    }
    response = TemplateResponse(request, f"engagement/support{part}.html", context)
    response.headers["Vary"] = "HX-Request, HX-History-Restore-Request"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def support_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One request with its thread; the task team answers, the cluster's coordinators write back."""
    rows = SupportRequest.objects.visible_to(request.user).for_list()
    support = get_object_or_404(rows.prefetch_related("messages__written_by"), pk=pk)
    may_write = may_write_in_thread(support, request.user)
    form = SupportMessageForm(request.POST or None)
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied(_("The task team and the coordinators of the cluster write here."))
        if form.is_valid():
            services.write_in_support_thread(
                by=request.user, request=support, text=form.cleaned_data["text"], is_answer="answer" in request.POST
            )
            return redirect(support)
    context = {"support": support, "thread": list(support.messages.all()), "form": form, "may_write": may_write}
    return TemplateResponse(request, "engagement/support_detail.html", context)


@never_cache
@require_POST
def support_take(request: HttpRequest, pk: str) -> HttpResponse:
    """Take a request, so that colleagues see who answers it."""
    support = get_object_or_404(SupportRequest.objects.visible_to(request.user), pk=pk)
    if not request.user.task_team:
        raise PermissionDenied(_("The task team takes support requests."))
    try:
        services.take_support_request(by=request.user, request=support)
    except services.NotNow as reason:
        messages.warning(request, str(reason))
    return redirect(support)


@never_cache
@require_POST
def support_close(request: HttpRequest, pk: str) -> HttpResponse:
    """Say that nothing more is needed."""
    support = get_object_or_404(SupportRequest.objects.visible_to(request.user).for_list(), pk=pk)
    if not may_write_in_thread(support, request.user):
        raise PermissionDenied(_("The task team and the coordinators of the cluster close requests."))
    services.close_support_request(by=request.user, request=support)
    return redirect(support)
