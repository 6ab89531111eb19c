"""The pages of the clusters' side. Each starts from what this person may read or change."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.lists import is_htmx, page_of
from mandates.models import CallForInput, CountryVisit, Mandate, Report
from mandates.models.country import name_column
from mandates.views import with_closing

from . import services
from .accounts import mail_password_link
from .exports import csv_response, xlsx_response
from .filters import ORDERS, EngagementFilterSet, PeriodFilterSet, SupportFilterSet
from .forms import READERS, EngagementForm, InviteForm, SupportMessageForm, WithdrawForm
from .history import changes_visible_to
from .models import Action, Cluster, Engagement, SupportRequest
from .querysets import is_editable_by, may_write_in_thread


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What now: the next visits and deadlines, the person's own log, and for the task team what came in."""
    user, today, now = request.user, timezone.localdate(), timezone.now()
    clusters = list(Cluster.objects.visible_to(user).select_related("country").order_by("name"))
    coordinated = list(Cluster.objects.coordinated_by(user).order_by("name"))
    countries = {cluster.country_id for cluster in clusters}
    visits, calls = CountryVisit.objects.ahead(today), CallForInput.objects.open_at(now)
    if countries and not user.task_team:
        visits = CountryVisit.objects.to_follow(today, *countries)
        calls = CallForInput.objects.to_follow(now, *countries)
    engagements = Engagement.objects.visible_to(user).exclude(status="withdrawn").for_list()
    own = engagements.filter(cluster__in=coordinated) if coordinated and not user.task_team else engagements
    month_ago = today - timedelta(days=30)
    support = SupportRequest.objects.visible_to(user).for_list()
    return TemplateResponse(
        request,
        "engagement/home.html",
        {
            "clusters": clusters,
            "coordinated": coordinated,
            "visits": list(visits[:6]),
            "calls": with_closing(calls[:8], now),
            "open_lines": list(own.filter(status__in=["planned", "under_way"]).order_by("-started_on", "id")[:8]),
            "planned": own.filter(status="planned").count(),
            "under_way": own.filter(status="under_way").count(),
            "recent": list(own.order_by("-created_at", "id")[:6]),
            "logged_lately": own.filter(started_on__range=(month_ago, today)).count(),
            "waiting": support.waiting().count(),
            "answers": list(
                support.filter(status="answered", engagement__cluster__in=coordinated).order_by("-answered_at")[:5]
            ),
            "month_ago": month_ago,
            "today": today,
            "engagement_count": own.count(),
        },
    )


@never_cache
@require_safe
def engagement_list(request: HttpRequest) -> HttpResponse:
    """The log, as far as this person may read it."""
    rows = Engagement.objects.visible_to(request.user).for_list()
    filters = EngagementFilterSet(request.GET, queryset=rows, request=request)
    page = page_of(request, filters.rows)
    part = "_results" if is_htmx(request) else "_list"
    context = {
        "filters": filters,
        "page": page,
        "problems": filters.problems,
        "active_filters": filters.active,
        "order_label": ORDERS.get(request.GET.get("order", ""), ORDERS["newest"])[0],
        "left_out": filters.rows.filter(level=Engagement.Level.HIGH).count(),
        "can_log": Cluster.objects.coordinated_by(request.user).exists(),
    }
    response = TemplateResponse(request, f"engagement/engagement{part}.html", context)
    response.headers["Vary"] = "HX-Request, HX-History-Restore-Request"
    return response


@never_cache
@require_safe
def engagement_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One engagement, with its level and readers in words."""
    rows = Engagement.objects.visible_to(request.user).for_detail()
    engagement = get_object_or_404(rows, pk=pk)
    same_activity = (
        Engagement.objects.visible_to(request.user)
        .filter(activity=engagement.activity)
        .exclude(pk=engagement.pk)
        .select_related("action", "cluster")
        if engagement.activity
        else []
    )
    return TemplateResponse(
        request,
        "engagement/engagement_detail.html",
        {
            "engagement": engagement,
            "readers": READERS[engagement.level],
            "same_activity": list(same_activity),
            "can_edit": is_editable_by(engagement, request.user),
            "support": SupportRequest.objects.visible_to(request.user)
            .filter(engagement=engagement)
            .select_related("owner")
            .prefetch_related("messages__written_by")
            .first(),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_new(request: HttpRequest) -> HttpResponse:
    """Choose one of the twelve actions, then log it; `?action=3&visit=…` prefills the form."""
    if not Cluster.objects.coordinated_by(request.user).exists():
        raise PermissionDenied(_("Only the coordinators of a cluster log its engagements."))
    if request.method != "POST" and not _is_number_of_action(request.GET.get("action", "")):
        return TemplateResponse(
            request,
            "engagement/engagement_choose.html",
            {"actions": list(Action.objects.all()), "carried": _without(request.GET, "action").urlencode()},
        )
    if request.method != "POST" or "refresh" in request.POST:
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
def engagement_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change an engagement; when somebody else did so meanwhile, both texts come back side by side."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).for_detail(), pk=pk)
    if not is_editable_by(engagement, request.user):
        raise PermissionDenied(_("Only the coordinators of the cluster change its engagements."))
    if request.method != "POST":
        return _form_page(request, EngagementForm(instance=engagement, user=request.user), engagement=engagement)
    form = EngagementForm(request.POST, instance=engagement, user=request.user)
    if "refresh" in request.POST:
        fresh = EngagementForm(instance=engagement, user=request.user, initial=_typed_or_prefilled(request))
        return _form_page(request, fresh, engagement=engagement)
    if form.is_valid():
        try:
            changed = services.change_engagement(by=request.user, form=form)
            messages.success(request, _("Saved."))
            return redirect(changed)
        except services.StaleVersion as stale:
            differences = form.differences(stale.current)
            form.renew(version=stale.current.version)
            return _form_page(request, form, engagement=stale.current, differences=differences)
        except Engagement.DoesNotExist:
            raise PermissionDenied(_("Meanwhile this engagement was withdrawn, or your role has ended.")) from None
    return _form_page(request, form, engagement=engagement)


@never_cache
@require_safe
def engagement_history(request: HttpRequest, pk: str) -> HttpResponse:
    """Who changed what, before and after, as far as this person could read each version."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).for_list(), pk=pk)
    changes = changes_visible_to(request.user, engagement)
    return TemplateResponse(
        request, "engagement/engagement_history.html", {"engagement": engagement, "changes": changes}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask why, then withdraw; the line stays in the log for whoever asks for withdrawn ones."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).for_list(), pk=pk)
    if not is_editable_by(engagement, request.user):
        raise PermissionDenied(_("Only the coordinators of the cluster withdraw its engagements, and only once."))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["withdrawn_reason"]
        return redirect(services.withdraw_engagement(by=request.user, engagement=engagement, reason=reason))
    return TemplateResponse(request, "engagement/engagement_withdraw.html", {"engagement": engagement, "form": form})


PREFILLED = ("cluster", "action", "visit", "call", "report", "mode", "started_on", "level", "status")


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
    own = list(Cluster.objects.coordinated_by(request.user).order_by("name"))
    clusters = [cluster for cluster in own if cluster.slug == asked.get("cluster")] or own
    for name, model in (("visit", CountryVisit), ("call", CallForInput), ("report", Report)):
        try:
            rows = model.objects.filter(pk=uuid.UUID(asked.get(name, "")), withdrawn_on=None)
        except ValueError:
            continue
        countries = {cluster.country_id for cluster in clusters}
        item = (rows.concerning(*countries) if name == "visit" else rows.fitting(*countries)).first()
        if item is None:
            continue
        named = {country.pk for country in item.countries.all()}
        fitting = [cluster.slug for cluster in clusters if cluster.country_id in named]
        return {
            "mandates": asked["mandates"] or [mandate.slug for mandate in item.mandates.all()],
            "cluster": (fitting or [clusters[0].slug])[0],
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
    part = "_fields" if is_htmx(request) and "refresh" in request.POST else "_form"
    context |= {"form": form, "wording": form.action, "engagement": context.get("engagement")}
    return TemplateResponse(request, f"engagement/engagement{part}.html", context)


@never_cache
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """How Special Procedures work, their impact, the twelve actions: the source document, with today's numbers."""
    today = timezone.localdate()
    in_force = Mandate.objects.in_force(on=today)
    country_mandates = in_force.filter(kind="country").select_related("country").order_by(f"country__{name_column()}")
    return TemplateResponse(
        request,
        "engagement/guide.html",
        {
            "today": today,
            "known_on": in_force.order_by("checked_on").values_list("checked_on", flat=True).first(),
            "thematic": in_force.filter(kind="thematic").count(),
            "country_mandates": list(country_mandates),
            "actions": list(Action.objects.all()),
            "can_log": Cluster.objects.coordinated_by(request.user).exists(),
        },
    )


@never_cache
@require_safe
def cluster_list(request: HttpRequest) -> HttpResponse:
    """The clusters whose page this person may open, with how many engagements of each she can read."""
    today = timezone.localdate()
    clusters = list(Cluster.objects.visible_to(request.user).select_related("country", "parent").order_by("name"))
    readable = Engagement.objects.visible_to(request.user).exclude(status="withdrawn")
    counted = readable.counted_by_cluster()
    for cluster in clusters:
        cluster.count, cluster.latest = counted.get(cluster.pk, (0, None))
        cluster.ended = not cluster.is_active(today)
    return TemplateResponse(request, "engagement/cluster_list.html", {"clusters": clusters})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cluster_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to the cluster; its coordinators invite members, who set a password through a mail."""
    cluster = _cluster_kept_by(request, slug)
    form = InviteForm(request.POST or None, initial={"language": cluster.working_language})
    if request.method == "POST" and form.is_valid():
        user = services.invite_member(cluster=cluster, **form.cleaned_data)
        _mail_invitation(request, user)
        return redirect("engagement:cluster-members", slug=slug)
    members = cluster.memberships.current().select_related("user").order_by("role", "user__name")
    context = {"cluster": cluster, "form": form, "members": list(members)}
    return TemplateResponse(request, "engagement/cluster_members.html", context)


@never_cache
@require_POST
def member_mail(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Mail a member once more how to set a password."""
    cluster = _cluster_kept_by(request, slug)
    member = get_object_or_404(cluster.memberships.current().select_related("user"), pk=pk, role="member")
    _mail_invitation(request, member.user)
    return redirect("engagement:cluster-members", slug=slug)


@never_cache
@require_POST
def member_end(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """End a membership: it acts at the member's next request. Coordinators' roles are an administrator's to end."""
    cluster = _cluster_kept_by(request, slug)
    member = get_object_or_404(cluster.memberships.current(), pk=pk, role="member")
    member.ended_on = max(timezone.localdate(), member.started_on)
    member.save(update_fields=["ended_on"])
    messages.success(request, _("%(name)s is no longer a member.") % {"name": member.user})
    return redirect("engagement:cluster-members", slug=slug)


def _cluster_kept_by(request: HttpRequest, slug: str) -> Cluster:
    """The cluster, if this person coordinates it: 404 when she may not see it, 403 when she may not keep it."""
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user), slug=slug)
    if not Cluster.objects.coordinated_by(request.user).filter(pk=cluster.pk).exists():
        raise PermissionDenied(_("The coordinators of the cluster keep its members."))
    return cluster


def _mail_invitation(request: HttpRequest, user: Any) -> None:
    if mail_password_link(request, user.email):
        messages.success(request, _("%(name)s gets a mail with the way to set a password.") % {"name": user})
    else:
        messages.warning(
            request,
            _("%(name)s is a member now, but the mail could not be sent. Press “Mail again” later.") % {"name": user},
        )


FORM_LINES = 200
"""Lines of the log that the cluster page shows at most; the log itself has pages."""


@never_cache
@require_safe
def cluster_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One cluster as the reporting form shows it, for a period: the twelve actions, then the five-column log."""
    user, today, now = request.user, timezone.localdate(), timezone.now()
    clusters = Cluster.objects.visible_to(user).select_related("country", "parent")
    cluster = get_object_or_404(clusters, slug=slug)
    readable = Engagement.objects.visible_to(user).filter(cluster=cluster).exclude(status="withdrawn")
    period = PeriodFilterSet(request.GET, queryset=readable)
    rows = period.rows
    by_action, planned = rows.counted_by_action(), rows.filter(status="planned").counted_by_action()
    actions = list(Action.objects.all())
    for action in actions:
        action.count, action.latest = by_action.get(action.number, (0, None))
        action.planned = planned.get(action.number, (0, None))[0]
    return TemplateResponse(
        request,
        "engagement/cluster_detail.html",
        {
            "cluster": cluster,
            "is_active": cluster.is_active(today),
            "children": list(Cluster.objects.visible_to(user).filter(parent=cluster).order_by("name")),
            "actions": actions,
            "actions_taken": sum(1 for action in actions if action.count > action.planned),
            "count": sum(action.count for action in actions),
            "period": period,
            "problems": period.problems,
            "in_address": request.GET.urlencode() if not period.problems else "",
            "log": list(rows.for_list().order_by("action__number", "started_on", "id")[:FORM_LINES]),
            "form_lines": FORM_LINES,
            "visits": list(CountryVisit.objects.to_follow(today, cluster.country_id)[:6]),
            "calls": with_closing(CallForInput.objects.to_follow(now, cluster.country_id)[:8], now),
            "coordinators": list(cluster.memberships.coordinating().select_related("user").order_by("user__name")),
            "can_log": Cluster.objects.coordinated_by(user).filter(pk=cluster.pk).exists(),
        },
    )


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


@never_cache
@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponse:
    """The filtered log as a workbook, up to *moderate*; a filter that is not understood gives its page instead."""
    return _export(request, xlsx_response)


@never_cache
@require_safe
def export_csv(request: HttpRequest) -> HttpResponse:
    """The filtered log as CSV, up to *moderate*; a filter that is not understood gives its page instead."""
    return _export(request, csv_response)


def _export(request: HttpRequest, respond: Any) -> HttpResponse:
    rows = Engagement.objects.exportable_by(request.user)
    filters = EngagementFilterSet(request.GET, queryset=rows, request=request)
    if filters.problems:
        response = redirect("engagement:engagement-list")
        response.headers["Location"] += f"?{request.GET.urlencode()}"
        return response
    return respond(request, filters)
