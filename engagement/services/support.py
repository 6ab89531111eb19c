"""Support requests: opened by the fifth column, taken, handed over, answered by a day, closed."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Engagement, GuidanceNote, SupportMessage, SupportRequest, User
from ..models.support import day_to_answer
from .act import NotNow


def keep_support_request(engagement: Engagement) -> None:
    """Open a support request when the fifth column is filled, close it when that is emptied.

    A filled column opens a closed request again only when nobody has answered it: an answer stays an answer. When the
    line becomes *high*, so do the notes made from it, and a colleague who no longer reads it loses it. Call it in the
    transaction of the change.
    """
    request = SupportRequest.objects.select_for_update().filter(engagement=engagement).first()
    if request is None:
        if engagement.support_needed:
            SupportRequest.objects.create(engagement=engagement)
        return
    if engagement.level == Engagement.Level.HIGH:
        _raise_notes(request)
    if engagement.support_needed and request.status == "closed" and request.answered_at is None:
        request.owner = None
        _open_again(request)
        request.save()
    elif not engagement.support_needed and request.is_open:
        request.status = SupportRequest.Status.CLOSED
        request.save()
    elif request.is_open and request.owner and not _can_answer(request.owner, request):
        request.status, request.owner = SupportRequest.Status.OPEN, None
        request.save()


def open_support_requests(by: User, made: Iterable[Engagement]) -> None:
    """Open the support requests of engagements that were just made: what `keep_support_request` does for one."""
    requests = [SupportRequest(engagement=engagement) for engagement in made if engagement.support_needed]
    SupportRequest.objects.bulk_create(requests)
    SupportRequest.history.bulk_history_create(requests, default_user=by)


def _raise_notes(request: SupportRequest) -> None:
    """Make the notes from this answer *high*; one that is kept at that level already stands for both."""
    notes = GuidanceNote.objects.filter(request=request)
    if notes.current().filter(level=GuidanceNote.Level.HIGH).exists():
        notes.current().filter(level=GuidanceNote.Level.MODERATE).update(ended_on=timezone.localdate())
    notes.update(level=GuidanceNote.Level.HIGH)


def take_support_request(*, by: User, request: SupportRequest) -> SupportRequest:
    """Make `by` the one who answers. Raises NotNow when a colleague took it a moment ago, or nothing is owed."""
    with transaction.atomic():
        request = locked(by, request)
        _refuse_unless_open(request)
        if request.owner and request.owner != by:
            raise NotNow(_("%(name)s has taken this request.") % {"name": request.owner})
        request.owner, request.status = by, SupportRequest.Status.IN_PROGRESS
        request.save()
    return request


def hand_over_support_request(*, by: User, request: SupportRequest, to: User, seen: str) -> SupportRequest:
    """Let the colleague `to` answer. `seen` is the key of whoever had it on the page of `by`, "" for nobody.

    Of two who hand over at once the second saw another owner than there is: she gets NotNow, as for a colleague who
    cannot read the request, and when nothing is owed. Handing over twice to the same colleague is one time.
    """
    with transaction.atomic():
        request = locked(by, request)
        _refuse_unless_open(request)
        if request.owner == to:
            return request
        if seen != str(request.owner_id or ""):
            if request.owner:
                raise NotNow(_("Meanwhile %(name)s has this request. Look again.") % {"name": request.owner})
            raise NotNow(_("Meanwhile nobody has this request. Look again."))
        if not _can_answer(to, request):
            raise NotNow(_("%(name)s can no longer read this request: choose a colleague who can.") % {"name": to})
        request.owner, request.status = to, SupportRequest.Status.IN_PROGRESS
        request.save()
    return request


def change_due_day(*, by: User, request: SupportRequest, day: date) -> None:
    """Say by when the answer is due. Raises NotNow when nothing is owed."""
    with transaction.atomic():
        request = locked(by, request)
        _refuse_unless_open(request)
        request.due_on = day
        request.save()


def write_in_support_thread(
    *, by: User, request: SupportRequest, text: str, is_answer: bool, key: UUID | None = None
) -> SupportMessage:
    """Add a message; the task team's answer answers the request, a coordinator's further question opens it again.

    `key` is that of the form: sent again with it, the message that was written stands, and nothing is done.
    """
    with transaction.atomic():
        request = locked(by, request)
        if key and (twin := request.messages.filter(pk=key, written_by=by).first()):
            return twin
        if key is None or SupportMessage.objects.filter(pk=key).exists():
            key = uuid4()
        message = SupportMessage.objects.create(
            pk=key, request=request, written_by=by, text=text, is_answer=is_answer and bool(by.task_team)
        )
        if message.is_answer:
            request.status, request.answered_at = SupportRequest.Status.ANSWERED, message.written_at
            request.owner = request.owner or by
        elif not by.task_team and not request.is_open:
            _open_again(request)
        request.save()
    return message


def close_support_request(*, by: User, request: SupportRequest) -> None:
    """Say that nothing more is needed; the thread stays."""
    with transaction.atomic():
        request = locked(by, request)
        request.status = SupportRequest.Status.CLOSED
        request.save()


def locked(by: User, request: SupportRequest) -> SupportRequest:
    """The request as it stands now, locked. Raises NotNow when `by` can no longer read it, or its text was removed.

    Its level is read after the lock: whoever raises that holds the lock too (`keep_support_request`).
    """
    SupportRequest.objects.select_for_update().get(pk=request.pk)
    current = SupportRequest.objects.visible_to(by).select_related("engagement", "owner").filter(pk=request.pk).first()
    if current is None:
        raise NotNow(_("Meanwhile this request was withdrawn, or you can no longer read it."))
    if current.engagement.text_removed_on:
        raise NotNow(current.engagement.removal)
    return current


def _refuse_unless_open(request: SupportRequest) -> None:
    if not request.is_open:
        raise NotNow(_("This request is answered or closed."))


def _open_again(request: SupportRequest) -> None:
    """Owe an answer again, by a new day: by whoever had it, if she still can answer."""
    if request.owner and not _can_answer(request.owner, request):
        request.owner = None
    request.status = SupportRequest.Status.IN_PROGRESS if request.owner else SupportRequest.Status.OPEN
    request.due_on = day_to_answer()


def _can_answer(person: User, request: SupportRequest) -> bool:
    return User.objects.able_to_answer(request).filter(pk=person.pk).exists()
