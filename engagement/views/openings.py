"""What is open now: the boxes on home and on a cluster's page, all clusters for the task team, setting aside."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.views import local_address
from mandates.dates import days_until, moment_here

from .. import services
from ..forms import SetAsideForm
from ..models import Cluster, SetAside, User
from ..openings import Opening, what_is_open
from ..openings.reader import read_situations
from ..querysets import FULL_VIEW_ONLY, ClusterQuerySet, Rights
from .shared import cluster_kept


@dataclass(frozen=True, slots=True)
class Line:
    """An opening as a list shows it: its end in words, how long that is, whether that is soon (7 days); who left it.

    `here` is the moment of a deadline on the reader's clock, where that is not midnight: `left` counts her days.
    """

    opening: Opening
    ends: str = ""
    here: str = ""
    left: str = ""
    is_soon: bool = False
    aside: SetAside | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """What is open to one cluster, for one reader.

    Who keeps the cluster (`cluster.keeps`) acts on it and sets aside; who belongs to it (`cluster.joined`) subscribes.
    """

    cluster: Cluster
    due: list[Line]
    possible: list[Line]
    set_aside: list[Line]


def boxes_of(user: User, clusters: ClusterQuerySet, rights: Rights | None = None) -> list[Box]:
    """A box for each of `clusters` that is active, by name; members get none when there is nothing to say.

    At most twelve queries, for one as for all; one more for the reasons where something is set aside. `rights` are
    those of `user`, where the caller has asked for them already.
    """
    now = timezone.localtime()
    read = read_situations(user, clusters, now=now, rights=rights)
    found = [(cluster, situation, what_is_open(situation, now=now)) for cluster, situation in read]
    asides = {}
    if any(openings.set_aside for _cluster, _situation, openings in found):
        rows = SetAside.objects.visible_to(user).current().select_related("action", "set_by")
        asides = {(row.cluster_id, *row.identity): row for row in rows.filter(cluster__in=[row[0] for row in found])}
    boxes = []
    for cluster, situation, openings in found:
        if len(situation.shown) == 1 and not openings.due:
            continue
        aside = [
            replace(_line(opening, now), aside=asides.get((cluster.pk, *opening.identity)))
            for opening in openings.set_aside
        ]
        due, possible = ([_line(opening, now) for opening in rows] for rows in (openings.due, openings.possible))
        boxes.append(Box(cluster, due, possible, aside))
    return boxes


def _line(opening: Opening, now: datetime) -> Line:
    until = opening.until
    if until is None:
        return Line(opening)
    here = moment_here(until.closes_at) if until.is_deadline else ""
    return Line(opening, until.in_words(now), here, until.time_left(now), days_until(until.closes_at, now) <= 7)


@never_cache
@require_safe
def opening_list(request: HttpRequest) -> HttpResponse:
    """All clusters that this person reads at level moderate, those with the nearest end first."""
    clusters = Cluster.objects.read_at_moderate_by(request.user)
    boxes = boxes_of(request.user, clusters)
    if not boxes and not request.user.task_team:
        raise PermissionDenied(_("Coordinators of clusters and the task team read what is open."))
    boxes.sort(key=_nearest_first)
    context = {"boxes": boxes, "due": sum(len(box.due) for box in boxes)}
    return TemplateResponse(request, "engagement/opening_list.html", context)


def _nearest_first(box: Box) -> tuple[bool, float, int]:
    ends = [line.opening.until.closes_at.timestamp() for line in box.due if line.opening.until]
    return not ends, min(ends, default=0.0), -len(box.due)


@never_cache
@require_POST
def subscribe(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow the visits to the cluster's country, or its priority mandates; the first one logs it."""
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user).select_related("country"), slug=slug)
    kind = request.POST.get("kind", "")
    if not Cluster.objects.followable_by(request.user, kind).filter(pk=cluster.pk).exists():
        raise PermissionDenied(_("People of the cluster subscribe for it, its coordinators to the priority mandates."))
    if services.subscribe(by=request.user, cluster=cluster, kind=kind):
        messages.success(request, _("Subscribed, for %(cluster)s.") % {"cluster": cluster})
    else:
        messages.info(request, _("You were subscribed already."))
    return redirect(local_address(request, request.POST.get("next"), otherwise=cluster.get_absolute_url()))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave an opening (`?action=…&item=…`), with the reason; it comes back when its item changes."""
    cluster = cluster_kept(request, slug, _("The coordinators of the cluster decide what it leaves."))
    asked = request.GET.get("action"), request.GET.get("item")
    boxes = boxes_of(request.user, Cluster.objects.filter(pk=cluster.pk))
    lines = [line for box in boxes for line in (*box.due, *box.possible)]
    line = next((line for line in lines if (str(line.opening.action), line.opening.item.key) == asked), None)
    if line is None:
        messages.info(request, _("This is not open any more."))
        return redirect(cluster)
    opening = line.opening
    is_full_view = opening.action in FULL_VIEW_ONLY
    form = SetAsideForm(
        request.POST or None,
        initial={"state": opening.state},
        level="high" if is_full_view else "moderate",
        cluster=cluster,
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["state"] == opening.state:
            reason = form.cleaned_data["reason"]
            services.set_aside(by=request.user, cluster=cluster, opening=opening, reason=reason)
            messages.success(request, _("Set aside. You find it below the list, and can open it again."))
            return redirect(cluster)
        form.add_error(None, _("This has changed meanwhile. Look again, and press the button if you still mean it."))
        form.renew(state=opening.state)
    context = {"cluster": cluster, "line": line, "form": form, "is_full_view": is_full_view}
    return TemplateResponse(request, "engagement/set_aside.html", context)


@never_cache
@require_POST
def set_aside_end(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Take up again what was set aside."""
    cluster = cluster_kept(request, slug, _("The coordinators of the cluster decide what it leaves."))
    aside = get_object_or_404(SetAside.objects.visible_to(request.user).filter(cluster=cluster, ended_at=None), pk=pk)
    services.take_up_again(aside=aside)
    messages.success(request, _("Open again."))
    return redirect(cluster)
