"""The log: list, detail, form, history, withdrawal."""

import uuid
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config.lists import is_htmx, list_page
from mandates.models import CallForInput, CountryVisit, Mandate, Report

from .. import services
from ..filters import ORDERS, EngagementFilterSet
from ..forms import EngagementForm, WithdrawForm
from ..history import bases_of, changes_visible_to
from ..kept_forms import REFRESH, drafted
from ..levels import READERS
from ..log import log_page
from ..models import Action, AuditEvent, Cluster, ClusterEvent, Engagement, LevelLowering, SupportRequest, act_of
from ..querysets import exports_in_confidence, is_editable_by, rights_of
from .guidance import notes_about
from .shared import no_longer_hers, note_opening


@never_cache
@require_safe
def engagement_list(request: HttpRequest) -> HttpResponse:
    """The log, as far as this person may read it."""
    rights = rights_of(request.user)
    rows = Engagement.objects.visible_to(request.user, rights)
    filters = EngagementFilterSet(request.GET, queryset=rows, request=request, rights=rights)
    return list_page(
        request,
        "engagement/engagement",
        filters,
        log_page(filters.rows, request.GET.get("page", ""), filters.to_count),
        order_label=ORDERS.get(request.GET.get("order", ""), ORDERS["newest"])[0],
        can_log=bool(rights.coordinated),
        exports_in_confidence=exports_in_confidence(request.user, rights),
    )


@never_cache
@require_safe
def engagement_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One engagement, with its level and readers in words."""
    rights = rights_of(request.user)
    readable = Engagement.objects.visible_to(request.user, rights)
    engagement = get_object_or_404(readable.for_detail(), pk=pk)
    note_opening(request, engagement)
    can_edit = is_editable_by(engagement, request.user, rights)
    same_activity = (
        readable.filter(activity=engagement.activity).exclude(pk=engagement.pk).select_related("action", "cluster")
        if engagement.activity
        else []
    )
    return TemplateResponse(
        request,
        "engagement/engagement_detail.html",
        {
            "engagement": engagement,
            "warnings": engagement.mandates_outside_their_life(),
            "same_activity": list(same_activity),
            "can_edit": can_edit,
            "act": act_of(engagement),
            **_about_level(request, engagement, can_edit),
            "can_open_event": engagement.event_id
            and ClusterEvent.objects.visible_to(request.user).filter(pk=engagement.event_id).exists(),
            "support": SupportRequest.objects.visible_to(request.user, rights)
            .filter(engagement=engagement)
            .select_related("owner")
            .prefetch_related("messages__written_by")
            .first(),
        },
    )


def _about_level(request: HttpRequest, engagement: Engagement, can_edit: bool) -> dict[str, Any]:
    """What can be done about the level of an engagement and, where it is *high*, what was asked and who opened it."""
    if engagement.level != Engagement.Level.HIGH:
        above = services.UPWARDS[services.UPWARDS.index(engagement.level) + 1 :] if can_edit else []
        return {"above": [(level, Engagement.Level(level).label) for level in above]}
    asked = LevelLowering.objects.visible_to(request.user).filter(engagement=engagement)
    lowering = asked.select_related("asked_by", "decided_by").first()
    return {
        "lowering": lowering,
        "readers_then": READERS[lowering.to_level] if lowering else "",
        "can_ask_to_lower": can_edit and not services.why_not_asked(engagement),
        "reads_access": engagement.cluster_id in rights_of(request.user).coordinated,
        "opened_by": AuditEvent.objects.openings_of(engagement, request.user),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Log an action"))
def engagement_new(request: HttpRequest) -> HttpResponse:
    """Choose one of the twelve actions, then log it; `?action=3&visit=…` prefills the form."""
    if not rights_of(request.user).coordinated:
        raise PermissionDenied(_("Only the coordinators of a cluster log its engagements."))
    if request.method != "POST" and not _is_number_of_action(request.GET.get("action", "")):
        return TemplateResponse(
            request,
            "engagement/engagement_choose.html",
            {
                "actions": list(Action.objects.all()),
                "carried": _without(request.GET, "action").urlencode(),
            },
        )
    if request.method != "POST" or REFRESH in request.POST:
        return _form_page(request, EngagementForm(user=request.user, initial=_typed_or_prefilled(request)))
    form = EngagementForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            engagement, is_new = services.log_engagement(by=request.user, form=form)
        except services.FormKeyTaken:
            form.add_error("form_key", _("This form was sent before. It has a new key now: press Save again."))
        else:
            messages.success(request, _("Saved.") if is_new else _("This was saved already; here it is."))
            return redirect(engagement)
    if "form_key" in form.errors or not form.cleaned_data.get("form_key"):
        form.renew(form_key=uuid.uuid4())
    return _form_page(request, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Change an engagement"))
def engagement_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change an engagement; when somebody else did so meanwhile, both texts come back side by side.

    What she did not change herself then is as it stands now: pressing Save once more undoes nothing of a colleague's.
    """
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).for_detail(), pk=pk)
    if not is_editable_by(engagement, request.user):
        withdrawn = _("This engagement was withdrawn: it is not changed any more.") if engagement.is_withdrawn else ""
        why = engagement.removal or withdrawn or _("Only the coordinators of the cluster change its engagements.")
        raise PermissionDenied(why)
    note_opening(request, engagement)
    if request.method != "POST":
        return _form_page(request, EngagementForm(instance=engagement, user=request.user), engagement=engagement)
    if REFRESH in request.POST:
        fresh = EngagementForm(instance=engagement, user=request.user, initial=_typed_or_prefilled(request))
        return _form_page(request, fresh, engagement=engagement)
    form = _form_sent(request, engagement)
    if form.is_valid():
        try:
            changed = services.change_engagement(by=request.user, form=form)
            messages.success(request, _("Saved."))
            return redirect(changed)
        except services.StaleVersion as stale:
            form = _form_sent(request, stale.current)
            if not form.is_valid():  # for what it has become; what differs is shown once it is valid
                return _form_page(request, form, engagement=stale.current)
            context = {"differences": form.differences(stale.current), "taken_over": form.taken_over}
            form.renew(version=stale.current.version)
            return _form_page(request, form, engagement=stale.current, **context)
        except Engagement.DoesNotExist:
            raise no_longer_hers() from None
    return _form_page(request, form, engagement=engagement)


def _form_sent(request: HttpRequest, engagement: Engagement) -> EngagementForm:
    """What was sent to change an engagement, brought up to what others made of it since the page was opened.

    What is typed goes into a copy: the page says of which level the engagement is.
    """
    form = EngagementForm(request.POST, instance=copy(engagement), user=request.user)
    seen = (engagement.pk, form.version_seen)
    if 0 < form.version_seen < engagement.version and (base := bases_of([seen]).get(seen)):
        record, mandates = base
        return form.brought_up(record, Mandate.objects.filter(pk__in=mandates), engagement)
    return form


@never_cache
@require_safe
def engagement_history(request: HttpRequest, pk: str) -> HttpResponse:
    """Who changed what, before and after, as far as this person could read each version; why its level was lowered."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).for_list(), pk=pk)
    note_opening(request, engagement)
    context = {
        "engagement": engagement,
        "changes": changes_visible_to(request.user, engagement),
        "lowerings": LevelLowering.objects.visible_to(request.user).decided_about(engagement),
    }
    return TemplateResponse(request, "engagement/engagement_history.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask why, then withdraw; the line stays in the log for whoever asks for withdrawn ones."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).for_list(), pk=pk)
    if not is_editable_by(engagement, request.user):
        why = _("Only the coordinators of the cluster withdraw its engagements, and only once.")
        raise PermissionDenied(engagement.removal or why)
    note_opening(request, engagement)
    form = WithdrawForm(request.POST or None, level=engagement.level, cluster=engagement.cluster)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["withdrawn_reason"]
        return redirect(services.withdraw_engagement(by=request.user, engagement=engagement, reason=reason))
    return TemplateResponse(request, "engagement/engagement_withdraw.html", {"engagement": engagement, "form": form})


PREFILLED = ("cluster", "action", "visit", "call", "report", "event", "mode", "started_on", "level", "status")


def _typed_or_prefilled(request: HttpRequest) -> dict[str, Any]:
    """What the form starts from: all that was typed when it asks to be refreshed, else what the address says."""
    if request.method == "POST":
        typed = request.POST.dict() | {"mandates": request.POST.getlist("mandates")}
        return {name: value for name, value in typed.items() if name in EngagementForm.base_fields}
    asked: dict[str, Any] = {name: request.GET[name] for name in PREFILLED if _can_hold(name, request.GET.get(name))}
    asked["mandates"] = request.GET.getlist("mandates")
    asked |= _follow_item(request, asked)
    return asked


def _can_hold(name: str, value: str | None) -> bool:
    """Whether the form can start from this value; rows it does not offer are left out by the form itself."""
    if not value or name not in ("mode", "started_on", "level", "status"):
        return bool(value)
    try:
        EngagementForm.base_fields[name].clean(value)
    except ValidationError:
        return False
    return True


def _follow_item(request: HttpRequest, asked: dict[str, Any]) -> dict[str, Any]:
    """What a visit, call or report in the address implies: its mandates, and the cluster whose country it concerns.

    Nothing when it concerns no country of the clusters that this person could log it for.
    """
    if not any(asked.get(name) for name in ("visit", "call", "report")):
        return {}
    own = list(Cluster.objects.coordinated_by(request.user).order_by("name"))
    clusters = [cluster for cluster in own if cluster.slug == asked.get("cluster")] or own
    countries = {cluster.country_id for cluster in clusters}
    for name, model in (("visit", CountryVisit), ("call", CallForInput), ("report", Report)):
        try:
            rows = model.objects.known_to(request.user).filter(pk=uuid.UUID(asked.get(name, "")), withdrawn_on=None)
        except ValueError:
            continue
        item = (rows.concerning(*countries) if name == "visit" else rows.fitting(*countries)).first()
        if item is None:
            continue
        named = {country.pk for country in item.countries.all()}
        fitting = [cluster for cluster in clusters if cluster.country_id in named] or clusters
        # While unconfirmed, it is offered in the cluster that suggested it and in those above.
        suggesting = [cluster for cluster in fitting if cluster.pk == getattr(item, "suggested_in", None)]
        return {
            "mandates": asked["mandates"] or [mandate.slug for mandate in item.mandates.all()],
            "cluster": (suggesting or fitting)[0].slug,
        }
    return {}


def _without(query: QueryDict, name: str) -> QueryDict:
    """The same address without one of its parameters."""
    left = query.copy()
    left.pop(name, None)
    return left


def _is_number_of_action(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 12


def _form_page(request: HttpRequest, form: EngagementForm, **context: Any) -> HttpResponse:
    """The form, or only its changing part when htmx asks for what the chosen action and cluster offer."""
    part = "_fields" if is_htmx(request) and REFRESH in request.POST else "_form"
    context["notes"] = notes_about(form.action, request.user) if form.action else []
    if form.action and form.action.number == 10 and form.cluster and not context.get("engagement"):
        context["referral"] = reverse("engagement:referral-new", args=[form.cluster.slug])
    context |= {"form": form, "wording": form.action, "engagement": context.get("engagement")}
    return TemplateResponse(request, f"engagement/engagement{part}.html", context)
