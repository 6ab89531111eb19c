"""Actions 3, 7 and 12: a briefing with its letter and later steps, an issue for the press, a finding used."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mandates.models import CountryVisit, Recommendation, Report

from .. import services
from ..forms import (
    AdvocacyUseForm,
    BriefingChangeForm,
    BriefingForm,
    HeldForm,
    PressForm,
    RecommendationUseForm,
)
from ..kept_forms import drafted
from ..letters import LANGUAGES, briefing_letter, language_for
from ..models import Briefing, Cluster, Engagement
from ..querysets import is_editable_by
from .act import act_page, cluster_acting, why_refused
from .shared import note_opening


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Propose a briefing"))
def briefing_propose(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """3: plan a briefing on a visit to the cluster's country."""
    cluster = cluster_acting(request, slug)
    visit = _visit(request, cluster, pk)
    return act_page(
        request,
        BriefingForm(request.POST or None, cluster=cluster, visit=visit),
        services.propose_briefing,
        about={"visit": visit},
        template="engagement/briefing_propose.html",
        refusal=why_refused(services.refuse_briefing, visit),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Propose an issue for the press"))
def press_propose(request: HttpRequest, slug: str) -> HttpResponse:
    """7: propose an issue for the press, during or after the visit of `?visit=`, or without one."""
    cluster = cluster_acting(request, slug)
    try:
        visit = _visit(request, cluster, uuid.UUID(request.GET["visit"])) if "visit" in request.GET else None
    except ValueError:
        raise Http404 from None
    return act_page(
        request,
        PressForm(request.POST or None, cluster=cluster, visit=visit, today=timezone.localdate()),
        services.propose_press_issue,
        about={"visit": visit} if visit else {},
        template="engagement/press_propose.html",
        refusal=why_refused(services.refuse_press, visit),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_use(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """12: say where a paragraph of a report was used."""
    cluster = cluster_acting(request, slug)
    reports = Report.objects.known_to(request.user).fitting(cluster.country_id).filter(withdrawn_on=None)
    report = get_object_or_404(reports, pk=pk)
    return act_page(
        request,
        AdvocacyUseForm(request.POST or None, cluster=cluster, report=report),
        services.use_in_advocacy,
        about={"report": report},
        template="engagement/report_use.html",
        refusal=why_refused(services.refuse_use, report),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_use(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """12: say where a recommendation was used."""
    cluster = cluster_acting(request, slug)
    rows = Recommendation.objects.known_to(request.user).fitting(cluster.country_id).filter(withdrawn_on=None)
    recommendation = get_object_or_404(rows.select_related("report"), pk=pk)
    return act_page(
        request,
        RecommendationUseForm(request.POST or None, cluster=cluster, report=recommendation),
        services.use_recommendation,
        about={"recommendation": recommendation},
        template="engagement/recommendation_use.html",
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Change the briefing"))
def briefing_change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what is told of a planned briefing; two who do so at once see both texts side by side."""
    briefing = _briefing_kept(request, pk)
    line = briefing.engagement
    form = BriefingChangeForm(request.POST or None, briefing=briefing)
    context: dict[str, Any] = {"form": form, "engagement": line}
    if request.method == "POST" and form.is_valid():
        try:
            told = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
            services.change_briefing(by=request.user, line=line, **told)
        except services.StaleVersion as stale:
            context["differences"], context["taken_over"] = form.meet(stale.current.briefing)
        except (services.AlreadyDone, Engagement.DoesNotExist):
            form.add_error(None, _("This briefing is not planned any more. Copy what you typed before you leave."))
        else:
            messages.success(request, _("Saved."))
            return redirect(line)
    elif request.method != "POST" and line.status != Engagement.Status.PLANNED:
        return _not_planned_any_more(request, line)
    return TemplateResponse(request, "engagement/briefing_change.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def briefing_held(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that a planned briefing was held, and when."""
    briefing = _briefing_kept(request, pk)
    line, today = briefing.engagement, timezone.localdate()
    form = HeldForm(request.POST or None, initial={"held_on": min(briefing.planned_on or today, today)})
    if request.method == "POST" and form.is_valid():
        try:
            services.hold_briefing(by=request.user, line=line, **form.cleaned_data)
        except (services.AlreadyDone, Engagement.DoesNotExist):
            return _not_planned_any_more(request, line)
        messages.success(request, _("Marked as held. Add the challenges and the result when you know them."))
        return redirect(line)
    if line.status != Engagement.Status.PLANNED:
        return _not_planned_any_more(request, line)
    return TemplateResponse(request, "engagement/briefing_held.html", {"form": form, "engagement": line})


@never_cache
@require_safe
def briefing_letter_draft(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A letter that proposes the briefing, in one of three languages, to be copied: nothing is sent from here."""
    briefing = _briefing_kept(request, pk)
    line = briefing.engagement
    language = request.GET.get("language", language_for(line.cluster))
    if language not in LANGUAGES:
        raise Http404
    letter = briefing_letter(briefing, language=language, by=request.user, today=timezone.localdate())
    address = reverse("engagement:briefing-letter", args=[pk])
    return TemplateResponse(
        request,
        "engagement/briefing_letter.html",
        {
            "engagement": line,
            "letter": letter,
            "languages": [
                (code, get_language_info(code)["name_local"], f"{address}?language={code}") for code in LANGUAGES
            ],
            "mandates": list(line.mandates.order_by("acronym")),
        },
    )


def _visit(request: HttpRequest, cluster: Cluster, pk: uuid.UUID) -> CountryVisit:
    """A visit to the cluster's country that this person knows, and all readers of the cluster's log; else 404."""
    known = CountryVisit.objects.known_to(request.user).known_in(cluster.reference_scopes)
    rows = known.concerning(cluster.country_id).filter(withdrawn_on=None).with_places()
    return get_object_or_404(rows, pk=pk)


def _briefing_kept(request: HttpRequest, pk: uuid.UUID) -> Briefing:
    """The briefing of a line: 404 when this person may not read it, 403 when she does not keep it."""
    line = get_object_or_404(Engagement.objects.visible_to(request.user).for_detail(), pk=pk)
    briefing = get_object_or_404(Briefing.objects.visible_to(request.user), engagement=line)
    if not is_editable_by(line, request.user):
        why = _("Only the coordinators of the cluster keep its briefings, until they are withdrawn.")
        raise PermissionDenied(line.removal or why)
    briefing.engagement = line
    note_opening(request, line)
    return briefing


def _not_planned_any_more(request: HttpRequest, line: Engagement) -> HttpResponse:
    messages.info(request, _("This briefing is not planned any more; here it is."))
    return redirect(line)
