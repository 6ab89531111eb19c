"""Later steps of actions 10 and 11: what mandate holders replied to a referral, answered to an invitation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import services
from ..forms import AnswerForm, InvitationAnswerForm, ReferralAnswerForm
from ..models import Engagement
from ..querysets import is_editable_by
from .shared import no_longer_hers, note_opening


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def referral_reply(request: HttpRequest, pk: str) -> HttpResponse:
    """Note the state of the reply to a referral."""
    return _answer_page(request, pk, ReferralAnswerForm, _("Reply to the referral"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_answer(request: HttpRequest, pk: str) -> HttpResponse:
    """Note the answer to an invitation."""
    return _answer_page(request, pk, InvitationAnswerForm, _("Answer to the invitation"))


def _answer_page(request: HttpRequest, pk: str, form_class: type[AnswerForm], title: str) -> HttpResponse:
    """The answer to an act that this person may change: 404 when she may not read it, 403 when she only reads it."""
    acts = form_class.Meta.model.objects.visible_to(request.user)
    act = get_object_or_404(acts.select_related("engagement__action", "engagement__cluster"), engagement=pk)
    line = act.engagement
    if not is_editable_by(line, request.user):
        raise PermissionDenied(line.removal or _("The coordinators of the cluster note what came back."))
    note_opening(request, line)
    form = form_class(request.POST or None, instance=act)
    if request.method == "POST" and form.is_valid():
        try:
            services.note_answer(by=request.user, form=form)
        except services.AlreadyDone:
            messages.info(request, _("A colleague noted something else meanwhile; here it is. Nothing was changed."))
        except Engagement.DoesNotExist:
            raise no_longer_hers() from None
        else:
            messages.success(request, _("Noted."))
        return redirect(line)
    mandates = list(line.mandates.order_by("acronym"))
    context = {"line": line, "mandates": mandates, "form": form, "title": title}
    return TemplateResponse(request, "engagement/answer.html", context)
