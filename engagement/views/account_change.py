"""Changes to accounts that wait for a focal point, and what was changed lately."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .. import services
from ..forms import ConfirmForm
from ..models import AccountChange, AuditEvent
from ..rights_words import lines_of

MOST = 50
"""Decided changes, and changes of rights, that the page shows."""


@never_cache
@require_safe
def account_changes(request: HttpRequest) -> HttpResponse:
    """What waits for a focal point, what was decided, and to focal points who was given or lost which right."""
    return changes_page(request)


def changes_page(request: HttpRequest, refused: ConfirmForm | None = None) -> HttpResponse:
    """The page, with the form of one change that was sent without its tick."""
    user = request.user
    if not user.sees_account_changes:
        raise PermissionDenied(_("HRE TT focal points confirm such changes, administrators ask for them."))
    changes = AccountChange.objects.visible_to(user).for_page()
    waiting = list(changes.waiting())
    confirmable = set(AccountChange.objects.confirmable_by(user).values_list("pk", flat=True))
    for change in waiting:
        if change.pk in confirmable:
            id_of_fields = f"{change.pk}_%s"
            is_refused = refused is not None and refused.auto_id == id_of_fields
            change.form = refused if is_refused else ConfirmForm(auto_id=id_of_fields)
    context = {
        "waiting": waiting,
        "decided": list(changes.exclude(state="waiting").order_by("-decided_at", "pk")[:MOST]),
        "lines": lines_of(AuditEvent.objects.of_accounts(user)[:MOST]),
        "most": MOST,
    }
    return TemplateResponse(request, "engagement/account_changes.html", context)


@never_cache
@require_POST
def account_change_confirm(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a change take effect; a focal point who neither asked for it nor gains by it."""
    change = get_object_or_404(AccountChange.objects.visible_to(request.user), pk=pk)
    form = ConfirmForm(request.POST, auto_id=f"{change.pk}_%s")
    if not form.is_valid():
        return changes_page(request, refused=form)
    try:
        services.confirm_account_change(by=request.user, change=change)
    except services.NotNow as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Confirmed. All focal points are told by mail."))
    return redirect("engagement:account-changes")


@never_cache
@require_POST
def account_change_refuse(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a change come to nothing."""
    change = get_object_or_404(AccountChange.objects.visible_to(request.user), pk=pk)
    try:
        services.refuse_account_change(by=request.user, change=change)
    except services.NotNow as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Refused: nothing was changed. All focal points are told by mail."))
    return redirect("engagement:account-changes")
