"""Support requests: opened by the fifth column, taken, answered, closed."""

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Engagement, SupportMessage, SupportRequest, User
from .act import NotNow


def keep_support_request(engagement: Engagement) -> None:
    """Open a support request when the fifth column is filled, close it when that is emptied.

    A filled column opens a closed request again only when nobody has answered it: an answer stays an answer.
    """
    request = SupportRequest.objects.filter(engagement=engagement).first()
    if engagement.support_needed and request is None:
        SupportRequest.objects.create(engagement=engagement)
    elif engagement.support_needed and request and request.status == "closed" and request.answered_at is None:
        request.status, request.owner = SupportRequest.Status.OPEN, None
        request.save()
    elif not engagement.support_needed and request and request.is_open:
        request.status = SupportRequest.Status.CLOSED
        request.save()


def take_support_request(*, by: User, request: SupportRequest) -> SupportRequest:
    """Make `by` the one who answers. Raises NotNow when a colleague took it a moment ago, or nothing is owed."""
    with transaction.atomic():
        request = SupportRequest.objects.select_for_update().get(pk=request.pk)
        if not request.is_open:
            raise NotNow(_("This request is answered or closed."))
        if request.owner and request.owner != by:
            raise NotNow(_("%(name)s has taken this request.") % {"name": request.owner})
        request.owner, request.status = by, SupportRequest.Status.IN_PROGRESS
        request.save()
    return request


def write_in_support_thread(*, by: User, request: SupportRequest, text: str, is_answer: bool) -> SupportMessage:
    """Add a message; the task team's answer answers the request, a coordinator's further question opens it again."""
    with transaction.atomic():
        request = SupportRequest.objects.select_for_update().get(pk=request.pk)
        message = SupportMessage.objects.create(
            request=request, written_by=by, text=text, is_answer=is_answer and bool(by.task_team)
        )
        if message.is_answer:
            request.status, request.answered_at = SupportRequest.Status.ANSWERED, message.written_at
            request.owner = request.owner or by
        elif not by.task_team and not request.is_open:
            request.status = SupportRequest.Status.IN_PROGRESS if request.owner else SupportRequest.Status.OPEN
        request.save()
    return message


def close_support_request(*, by: User, request: SupportRequest) -> None:
    """Say that nothing more is needed; the thread stays."""
    with transaction.atomic():
        request = SupportRequest.objects.select_for_update().get(pk=request.pk)
        request.status = SupportRequest.Status.CLOSED
        request.save()
