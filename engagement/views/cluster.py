"""Clusters: the list, one as the reporting form shows it, its members."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.downloads import docx_response
from mandates.dates import Precision, show_day
from mandates.models import CallForInput, CountryVisit
from mandates.views import with_closing

from .. import audit, services
from ..cluster_report import report_document
from ..filters import PeriodFilterSet
from ..forms import ContactForm, InviteForm
from ..mail import invite, queue
from ..models import Action, Cluster, Contact, Engagement, Membership, OutgoingMail
from ..querysets import NO_LINES, reads_at_moderate, reads_overview, rights_of
from .openings import boxes_of
from .shared import cluster_kept


@never_cache
@require_safe
def cluster_list(request: HttpRequest) -> HttpResponse:
    """The clusters whose page this person may open, with how many engagements of each she can read."""
    today, rights = timezone.localdate(), rights_of(request.user)
    rows = Cluster.objects.visible_to(request.user, rights).select_related("country", "parent")
    clusters = list(rows.order_by("name"))
    readable = Engagement.objects.visible_to(request.user, rights).standing()
    counted = readable.counted_by_cluster()
    for cluster in clusters:
        cluster.count, latest, precision = counted.get(cluster.pk, NO_LINES)
        cluster.latest = show_day(latest, precision) if latest else ""
        cluster.ended = not cluster.is_active(today)
    context = {"clusters": clusters, "reads_overview": reads_overview(request.user, rights)}
    return TemplateResponse(request, "engagement/cluster_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cluster_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to the cluster; its coordinators invite members, who set a password through a mail."""
    cluster = cluster_with_members(request, slug)
    form = InviteForm(request.POST or None, initial={"language": cluster.working_language})
    if request.method == "POST" and form.is_valid():
        invitation = services.invite_member(by=request.user, cluster=cluster, **form.cleaned_data)
        invite(request, invitation)
        return redirect("engagement:cluster-members", slug=slug)
    return members_page(request, cluster, form=form)


def members_page(request: HttpRequest, cluster: Cluster, **forms: Any) -> HttpResponse:
    """Everybody whom the coordinators can mail: members and contacts, with the forms that add one of each.

    `form` and `contact_form` are those that come back with errors.
    """
    roles = list(Membership.Role)
    members = list(cluster.memberships.current().select_related("user").order_by("user__name"))
    members.sort(key=lambda member: roles.index(member.role))
    mails = OutgoingMail.objects.latest_invitations(cluster)
    for member in members:
        member.mail = mails.get(member.user_id)
    addresses = {member.user.email for member in members if member.user.is_active}
    contacts = list(Contact.objects.visible_to(request.user).filter(cluster=cluster).order_by("name", "id"))
    for contact in contacts:
        contact.is_member = contact.email in addresses
    context = {
        "cluster": cluster,
        "form": InviteForm(initial={"language": cluster.working_language}),
        "contact_form": ContactForm(instance=Contact(cluster=cluster), prefix="contact"),
        "members": members,
        "contacts": contacts,
    } | forms
    return TemplateResponse(request, "engagement/cluster_members.html", context)


@never_cache
@require_POST
def member_mail(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Mail a member once more how to sign in."""
    cluster = cluster_with_members(request, slug)
    member = get_object_or_404(cluster.memberships.current().select_related("user"), pk=pk, role="member")
    before = OutgoingMail.objects.latest_invitations(cluster).get(member.user_id)
    if before and before.state == "sent" and before.tried_at > timezone.now() - timedelta(minutes=1):
        messages.info(request, _("A mail to %(name)s left a moment ago.") % {"name": member.user})
    else:
        invite(request, queue(kind="invitation", to=member.user, by=request.user, cluster=cluster))
    return redirect("engagement:cluster-members", slug=slug)


@never_cache
@require_POST
def member_end(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """End a membership: it acts at the member's next request. Coordinators' roles are an administrator's to end."""
    cluster = cluster_with_members(request, slug)
    member = get_object_or_404(cluster.memberships.current(), pk=pk, role="member")
    member.ended_on = max(timezone.localdate(), member.started_on)
    services.keep_membership(by=request.user, membership=member)
    messages.success(request, _("%(name)s is no longer a member.") % {"name": member.user})
    return redirect("engagement:cluster-members", slug=slug)


def cluster_with_members(request: HttpRequest, slug: str) -> Cluster:
    """The cluster, if this person keeps its members and contacts: 404 when she may not see it, else 403."""
    return cluster_kept(request, slug, _("The coordinators of the cluster keep its members."))


FORM_LINES = 40
"""Newest lines that the cluster page shows: with five columns of text that is what a slow line carries."""

PRINTED_LINES = 500
"""Lines that it shows to who wants to print all of a period; the log itself has pages."""


@never_cache
@require_safe
def cluster_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One cluster as the reporting form shows it, for a period: the twelve actions, then the five-column log."""
    user, today, now = request.user, timezone.localdate(), timezone.now()
    rights = rights_of(user)
    clusters = Cluster.objects.visible_to(user, rights).select_related("country", "parent")
    cluster = get_object_or_404(clusters, slug=slug)
    readable = Engagement.objects.visible_to(user, rights).filter(cluster=cluster).standing()
    period = PeriodFilterSet(request.GET, queryset=readable)
    rows = period.rows
    by_action, planned = rows.counted_by_action(), rows.filter(status="planned").counted_by_action()
    most = PRINTED_LINES if period.shows_all else FORM_LINES
    log = sorted(
        rows.for_list().order_by("-started_on", "id")[:most], key=lambda row: (row.action.number, row.started_on)
    )
    high = sum(line.level == Engagement.Level.HIGH for line in log)
    audit.opened_together(by=user, cluster=cluster.pk, count=high, page="cluster-detail")
    actions = list(Action.objects.all())
    for action in actions:
        action.count, latest, precision = by_action.get(action.number, NO_LINES)
        known_to = Precision.MONTH if precision == Precision.DAY else precision
        action.latest = show_day(latest, known_to) if latest else ""
        action.planned = planned.get(action.number, NO_LINES).n
    return TemplateResponse(
        request,
        "engagement/cluster_detail.html",
        {
            "cluster": cluster,
            "is_active": cluster.is_active(today),
            "children": list(Cluster.objects.visible_to(user, rights).filter(parent=cluster).order_by("name")),
            "actions": actions,
            "actions_taken": sum(1 for action in actions if action.count > action.planned),
            "count": sum(action.count for action in actions),
            "period": period,
            "problems": period.problems,
            "in_address": urlencode(period.days),
            "log": log,
            "most": most,
            "visits": list(CountryVisit.objects.known_to(user).to_follow(today, cluster.country_id)[:6]),
            "calls": with_closing(CallForInput.objects.known_to(user).to_follow(now, cluster.country_id)[:8], now),
            "coordinators": list(cluster.memberships.coordinating().select_related("user").order_by("user__name")),
            "can_log": cluster.pk in rights.coordinated,
            "reads_moderate": reads_at_moderate(cluster, user, rights),
            "boxes": boxes_of(user, Cluster.objects.filter(pk=cluster.pk), rights),
        },
    )


@never_cache
@require_safe
def cluster_report(request: HttpRequest, slug: str) -> HttpResponse | FileResponse:
    """The same form as a Word file, up to *moderate*; a period that is not understood gives the page instead."""
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user).select_related("country"), slug=slug)
    rows = Engagement.objects.exportable_by(request.user).filter(cluster=cluster).standing()
    period = PeriodFilterSet(request.GET, queryset=rows)
    if period.problems:
        return redirect(f"{cluster.get_absolute_url()}?{request.GET.urlencode()}")
    lines = list(period.rows.for_list().order_by("action__number", "started_on", "id"))
    content = report_document(cluster, lines, period=period.active, now=timezone.localtime())
    filters = period.on_record
    audit.exported(by=request.user, rows=period.rows, page="cluster-report", filters=filters, format="docx")
    return docx_response(content, name=f"engagement-{cluster.slug}")
