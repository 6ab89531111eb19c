"""What somebody typed and has not saved: shown to her again, to be sent anew; and drafts, kept while she types."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from config.views import NOT_TYPED, csrf_failure, label_of

from .. import kept_forms


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kept_form(request: HttpRequest, pk: str) -> HttpResponse:
    """The form, for whoever typed it, with a button that sends it where it was to go; POST throws it away.

    Not there any more and typed by somebody else look alike.
    """
    typed = kept_forms.open_for(request.user, pk)
    if typed is None:
        return TemplateResponse(request, "engagement/kept_form_gone.html", status=404)
    if request.method == "POST":
        kept_forms.discard(request.user, str(pk))
        messages.success(request, _("Thrown away: nothing of it was saved."))
        return redirect("engagement:home")
    fields = [(name, value) for name, value in typed.fields if name not in NOT_TYPED and value]
    context = {
        "address": typed.address,
        "fields": typed.fields,
        "kept": (kept_forms.KEPT, pk),
        "texts": [(label_of(name), value) for name, value in fields if len(value.split()) > 1],
        "count": len(fields),
        "had_files": typed.had_files,
        "typed": typed,
    }
    return TemplateResponse(request, "engagement/kept_form.html", context)


@never_cache
@login_not_required
@require_POST
def keep_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what stands in a form while it is typed, for the script of the page (`static/drafts.js`).

    204 when it is kept, 404 when there is nothing to keep, since the form was saved meanwhile. 200, and nothing done,
    for whoever is signed out: she need not be led to sign-in from behind a page. `?of=` is the page's address.
    """
    if not request.user.is_authenticated:
        return HttpResponse()
    is_kept = kept_forms.keep_draft(request.user, pk, request.GET.get("of", ""), request)
    return HttpResponse(status=204 if is_kept else 404)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is of another session: kept for whoever typed it, else 403 with what was typed.

    Forms of the pages that are open to strangers (language, signing out) are nothing to come back for.
    """
    is_open = not getattr(request.resolver_match.func, "login_required", True)
    back = None if is_open else kept_forms.way_back(request)
    return back or csrf_failure(request, reason)
