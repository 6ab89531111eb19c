"""Guidance notes: answers that the task team kept, for the next coordinator and the next answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.lists import list_page, page_of

from .. import services
from ..filters import GuidanceFilterSet
from ..forms import GuidanceForm
from ..forms.guidance import READERS_OF_NOTES
from ..kept_forms import drafted
from ..models import Action, GuidanceNote, SupportRequest, User
from ..querysets import reads_guidance
from .shared import note_opening

AT_HAND = 5
"""Notes that a form shows at most; the others are on their page."""


def notes_about(action: Action, user: User) -> list[GuidanceNote]:
    """The latest notes about an action that `user` may read: `AT_HAND`, and one more if there are more. One query."""
    rows = GuidanceNote.objects.visible_to(user).current().filter(action=action)
    return list(rows.select_related("action").order_by("-kept_at", "id")[: AT_HAND + 1])


@never_cache
@require_safe
def guidance_list(request: HttpRequest) -> HttpResponse:
    """The notes by action, as far as this person may read them."""
    if not reads_guidance(request.user):
        raise PermissionDenied(_("Guidance notes are for the coordinators of clusters and the task team."))
    rows = GuidanceNote.objects.visible_to(request.user).current().for_list(request.user)
    filters = GuidanceFilterSet(request.GET, queryset=rows, request=request)
    return list_page(request, "engagement/guidance", filters, page_of(request, filters.rows))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Guidance note"))
def support_keep(request: HttpRequest, pk: str) -> HttpResponse:
    """Keep the answer to a request as a note, once what only concerns its cluster is taken out."""
    support = get_object_or_404(SupportRequest.objects.visible_to(request.user).for_list(), pk=pk)
    if not request.user.task_team:
        raise PermissionDenied(_("The task team keeps guidance notes."))
    if request.method != "POST" and (reason := services.why_not_kept(support)):
        messages.info(request, reason)
        return redirect(support)
    answer = support.messages.filter(is_answer=True).last()
    form = GuidanceForm(request.POST or None, support=support, initial={"text": answer.text if answer else ""})
    if request.method == "POST" and form.is_valid():
        try:
            note = services.keep_guidance(by=request.user, request=support, **form.cleaned_data)
        except services.NotNow as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Kept. Whoever logs this action finds it beside “further support needed”."))
            return redirect(note)
    note_opening(request, support.engagement)
    note = GuidanceNote(level=GuidanceNote.level_from(support.engagement))
    context = {"support": support, "form": form, "note": note, "readers": READERS_OF_NOTES[note.level]}
    return TemplateResponse(request, "engagement/support_keep.html", context)


@never_cache
@require_POST
def guidance_end(request: HttpRequest, pk: str) -> HttpResponse:
    """Show a note no longer."""
    note = get_object_or_404(GuidanceNote.objects.visible_to(request.user).current(), pk=pk)
    if not request.user.task_team:
        raise PermissionDenied(_("The task team ends guidance notes."))
    services.end_guidance(note=note)
    messages.success(request, _("Ended: nobody is shown this note any more. Its answer can be kept anew."))
    return redirect("engagement:guidance-list")
