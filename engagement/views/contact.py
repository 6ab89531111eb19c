"""Contacts of a cluster, who get its mails without an account: entered beside the members, changed, removed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from .. import services
from ..forms import ContactForm
from ..models import Cluster, Contact
from ..services import NotNow
from .cluster import cluster_with_members, members_page


@never_cache
@require_POST
def contact_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter a contact; with errors the page of the members comes back."""
    cluster = cluster_with_members(request, slug)
    form = ContactForm(request.POST, instance=Contact(cluster=cluster, added_by=request.user), prefix="contact")
    contact = services.keep_contact(cluster=cluster, form=form)
    if contact is None:
        return members_page(request, cluster, contact_form=form)
    messages.success(request, _("%(name)s is a contact now. Nothing was mailed.") % {"name": contact})
    return _to_members(cluster)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_change(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Change name, address or language of a contact."""
    cluster = cluster_with_members(request, slug)
    contact = _contact(request, cluster, pk)
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST":
        try:
            if services.keep_contact(cluster=cluster, form=form):
                messages.success(request, _("Saved."))
                return _to_members(cluster)
        except NotNow as refusal:
            messages.error(request, str(refusal))
            return _to_members(cluster)
    return TemplateResponse(request, "engagement/contact_change.html", {"cluster": cluster, "form": form, "pk": pk})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_remove(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Ask, then empty name and address: it cannot be undone."""
    cluster = cluster_with_members(request, slug)
    contact = _contact(request, cluster, pk)
    if request.method == "POST":
        services.remove_contact(contact=contact)
        messages.success(request, _("Removed: name and address are gone, and no mail leaves for them any more."))
        return _to_members(cluster)
    return TemplateResponse(request, "engagement/contact_remove.html", {"cluster": cluster, "contact": contact})


def _contact(request: HttpRequest, cluster: Cluster, pk: str) -> Contact:
    contacts = Contact.objects.visible_to(request.user).filter(cluster=cluster)
    return get_object_or_404(contacts.select_related("cluster"), pk=pk)


def _to_members(cluster: Cluster) -> HttpResponse:
    return redirect(f"{cluster.get_absolute_url()}members/#contacts")
