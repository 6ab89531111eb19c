"""What pages share: may she read this cluster, keep it, take *high* away? And that she opened what is *high*."""

from typing import Any

from allauth.core import ratelimit
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from .. import audit
from ..forms import TakeAwayForm
from ..models import Cluster, Engagement, User
from ..querysets import exports_in_confidence


def cluster_read_at_moderate(request: HttpRequest, slug: str) -> Cluster:
    """The cluster, if this person reads level *moderate* of it.

    404 when she may not see the cluster at all, 403 for its members.
    """
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user).select_related("country"), slug=slug)
    if not Cluster.objects.read_at_moderate_by(request.user).filter(pk=cluster.pk).exists():
        raise PermissionDenied(_("This page is of level moderate: for coordinators of the cluster and the task team."))
    return cluster


def cluster_kept(request: HttpRequest, slug: str, refusal: str) -> Cluster:
    """The cluster, if this person coordinates it: 404 when she may not see it, else 403 with `refusal`."""
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user).select_related("country"), slug=slug)
    if not Cluster.objects.coordinated_by(request.user).filter(pk=cluster.pk).exists():
        raise PermissionDenied(refusal)
    return cluster


def no_longer_hers() -> PermissionDenied:
    """What to raise when a service finds no engagement any more that this page had found: Engagement.DoesNotExist."""
    return PermissionDenied(_("Meanwhile this engagement was withdrawn, or your role has ended."))


def refuse_who_takes_no_high_away(user: User) -> None:
    """Raise PermissionDenied unless `user` may take engagements of level *high* away as a file."""
    if not exports_in_confidence(user):
        raise PermissionDenied(_("Focal points, and coordinators of a cluster, take engagements of level high away."))


def note_opening(request: HttpRequest, line: Engagement) -> None:
    """Keep in the access ledger that this person opened the page she asked for, if the engagement it shows is *high*.

    For every page of one engagement, and of what hangs on it; `tests/engagement/test_access_ledger.py` looks for pages
    that forget it. Lists, which show the beginning of some lines, keep nothing.
    """
    audit.opened(by=request.user, line=line, page=request.resolver_match.url_name)


def take_away_form(request: HttpRequest, form: type[TakeAwayForm], **about: Any) -> TakeAwayForm:
    """The form by which something *high* leaves, bound when it was sent.

    The password is tried as often as allauth lets one sign in anew (`ACCOUNT_RATE_LIMITS`, "reauthenticate").
    """
    if request.method != "POST":
        return form(user=request.user, **about)
    can_try = ratelimit.consume(request, action="reauthenticate", user=request.user)
    return form(request.POST, user=request.user, is_throttled=not can_try, **about)
