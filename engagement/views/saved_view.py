"""Saved views: named filters of a list, for oneself or a team."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..forms import SavedViewForm
from ..models import SavedView
from ..saved_views import PAGES, address_for


@never_cache
@require_safe
def saved_view_list(request: HttpRequest) -> HttpResponse:
    """Her own views, and those that others share with her, each with its list."""
    opens = {key: page.is_for(request.user) for key, page in PAGES.items()}
    views = [
        (view, PAGES[view.page].label if view.page in PAGES else _("a list that is gone"))
        for view in SavedView.objects.visible_to(request.user).for_page()
        if view.user_id == request.user.pk or opens.get(view.page)
    ]
    own = [(view, label) for view, label in views if view.user_id == request.user.pk]
    shared = [(view, label) for view, label in views if view.user_id != request.user.pk]
    return TemplateResponse(request, "engagement/saved_view_list.html", {"own": own, "shared": shared})


@never_cache
@require_POST
def saved_view_new(request: HttpRequest) -> HttpResponse:
    """Save a list as its address has it; back to that list. A second press saves nothing twice."""
    form = SavedViewForm(request.POST, user=request.user)
    if not form.is_valid():
        return TemplateResponse(request, "engagement/saved_view_form.html", {"form": form})
    new = form.instance
    same = {"name": new.name, "page": new.page, "query": new.query}
    view = SavedView.objects.of(request.user).filter(**same).first() or form.save()
    messages.success(request, _("Saved: “%(name)s”. Share or rename it under “Saved views”.") % {"name": view})
    return redirect(address_for(request, view.page, view.query)[0])


@never_cache
@require_safe
def saved_view_open(request: HttpRequest, pk: str) -> HttpResponse:
    """To the list, with the filters that this person can have; she is told which are gone."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    if view.page not in PAGES:
        messages.warning(request, _("The list of “%(name)s” is gone.") % {"name": view})
        return redirect("engagement:saved-view-list")
    address, gone = address_for(request, view.page, view.query)
    if gone:
        said = _("Of the view “%(name)s” a part is gone, or not yours to choose: %(filters)s. Shown is the rest.")
        messages.warning(request, said % {"name": view, "filters": _(", ").join(gone)})
    return redirect(address)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_change(request: HttpRequest, pk: str) -> HttpResponse:
    """Rename a view of her own, share it or end that."""
    view = get_object_or_404(SavedView.objects.of(request.user), pk=pk)
    form = SavedViewForm(request.POST or None, instance=view, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("engagement:saved-view-list")
    return TemplateResponse(request, "engagement/saved_view_form.html", {"form": form, "view": view})


@never_cache
@require_POST
def saved_view_delete(request: HttpRequest, pk: str) -> HttpResponse:
    """Delete a view of her own; the list itself stays."""
    view = get_object_or_404(SavedView.objects.of(request.user), pk=pk)
    view.delete()
    messages.success(request, _("Deleted: “%(name)s”.") % {"name": view})
    return redirect("engagement:saved-view-list")
