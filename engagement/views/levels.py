"""The level of one engagement: raised at once, lowered from *high* by a second person."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from .. import services
from ..forms import LoweringForm
from ..levels import READERS
from ..models import Engagement, LevelLowering
from ..querysets import is_editable_by
from .shared import no_longer_hers, note_opening


@never_cache
@require_POST
def level_raise(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Raise the level to `to`, in one press."""
    line = _kept(request, pk)
    to_level = request.POST.get("to", "")
    if to_level not in services.UPWARDS:
        raise PermissionDenied(_("That is not one of the levels: press the button on the page of the engagement."))
    try:
        line = services.raise_level(by=request.user, line=line, to_level=to_level)
    except services.NotNow as reason:
        messages.info(request, str(reason))
    except Engagement.DoesNotExist:
        raise no_longer_hers() from None
    else:
        words = {"level": line.get_level_display(), "readers": READERS[line.level]}
        messages.success(request, _("Raised to %(level)s. Can be read by %(readers)s.") % words)
    return redirect(line)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def level_lower(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask a second person to lower the level from *high*, with a reason."""
    line = _kept(request, pk)
    if why_not := services.why_not_asked(line):
        messages.info(request, why_not)
        return redirect(line)
    form = LoweringForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_lower(by=request.user, line=line, **form.cleaned_data)
        except services.NotNow as reason:
            messages.info(request, str(reason))
        except Engagement.DoesNotExist:
            raise no_longer_hers() from None
        else:
            messages.success(
                request, _("Asked. It stays high until a second person has decided; they are told by mail.")
            )
        return redirect(line)
    note_opening(request, line)
    return TemplateResponse(request, "engagement/level_lower.html", {"engagement": line, "form": form})


@never_cache
@require_POST
def level_decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Lower the level as somebody asked, or refuse to: `outcome` is "lowered" or "refused"."""
    line, lowering = _asked(request, pk)
    if lowering is None:
        return redirect(line)
    if lowering.asked_by == request.user:
        raise PermissionDenied(_("A second person decides: another coordinator of the cluster, or a focal point."))
    outcome, version = request.POST.get("outcome"), request.POST.get("version", "")
    if outcome not in ("lowered", "refused"):
        raise PermissionDenied(_("Press “lower” or “refuse” on the page of the engagement."))
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        done = services.decide_on_lowering(by=request.user, lowering=lowering, lower=outcome == "lowered", version=seen)
    except services.NotNow as reason:
        messages.warning(request, str(reason))
    except services.StaleVersion:
        messages.warning(request, _("Somebody changed this engagement meanwhile. Read it again, then decide."))
    else:
        words = {"level": done.get_to_level_display(), "readers": READERS[done.to_level]}
        if outcome == "lowered":
            messages.success(request, _("Lowered to %(level)s. Can be read by %(readers)s.") % words)
        else:
            messages.success(request, _("Refused: it stays high. Whoever asked sees it on this page."))
    return redirect(line)


@never_cache
@require_POST
def level_take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask no longer for what one asked for."""
    line, lowering = _asked(request, pk)
    if lowering is None:
        return redirect(line)
    try:
        services.take_back_lowering(by=request.user, lowering=lowering)
    except services.NotNow as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("Taken back: it stays high."))
    return redirect(line)


def _kept(request: HttpRequest, pk: uuid.UUID) -> Engagement:
    """The engagement, if this person may change it: 404 when she may not read it, else 403."""
    line = get_object_or_404(Engagement.objects.visible_to(request.user).for_list(), pk=pk)
    if not is_editable_by(line, request.user):
        raise PermissionDenied(_("Only the coordinators of the cluster change the level of its engagements."))
    return line


def _asked(request: HttpRequest, pk: uuid.UUID) -> tuple[Engagement, LevelLowering | None]:
    """The engagement (else 404) and what waits to be decided about it; says so when this person finds nothing."""
    line = get_object_or_404(Engagement.objects.visible_to(request.user), pk=pk)
    lowerings = LevelLowering.objects.visible_to(request.user).select_related("asked_by")
    waiting = lowerings.filter(engagement=line, outcome=LevelLowering.Outcome.WAITING).first()
    if waiting is None:
        messages.info(request, _("Nothing waits to be decided here: it was decided or taken back meanwhile."))
    return line, waiting
