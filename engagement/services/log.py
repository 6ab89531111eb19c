"""The log: one form makes one line, one of two changes wins, a line is withdrawn and not deleted."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import audit
from ..forms import NARRATIVES, EngagementForm
from ..models import Engagement, SupportRequest, User
from .act import hold_line
from .support import keep_support_request


class FormKeyTaken(Exception):
    """The key of this form belongs to somebody else's record; the form needs a new one."""


class StaleVersion(Exception):
    """Somebody changed the engagement meanwhile; `current` is the row as it stands now."""

    def __init__(self, current: Engagement) -> None:
        super().__init__("the engagement was changed meanwhile")
        self.current = current


def log_engagement(*, by: User, form: EngagementForm) -> tuple[Engagement, bool]:
    """Write the engagement of a valid `form`; (row, whether this call wrote it).

    The key in the form makes one save one row: the second, fifth or parallel post of the same form gets the first
    one's row. The database's unique constraint decides. So does a form that a browser filled again after "back", with a
    new key but the same words, within a quarter of an hour. Raises FormKeyTaken for the key of another's row.
    """
    key = form.cleaned_data["form_key"]
    if twin := _logged_a_moment_ago(by, form):
        return twin, False
    try:
        with transaction.atomic():
            engagement = form.save(commit=False)
            engagement.form_key, engagement.created_by = key, by
            engagement.save(force_insert=True)
            form.save_m2m()
            keep_support_request(engagement)
        return engagement, True
    except IntegrityError:
        first = Engagement.objects.visible_to(by).filter(form_key=key, created_by=by).first()
        if first is None:
            raise FormKeyTaken from None
        return first, False


def _logged_a_moment_ago(by: User, form: EngagementForm) -> Engagement | None:
    """What `by` logged with exactly these words in the last quarter of an hour; None unless words were typed."""
    data = form.cleaned_data
    if not any(data[name] for name in NARRATIVES):
        return None
    same = {name: data[name] for name in form.fields if name in data and name not in ("form_key", "mandates")}
    since = timezone.now() - timedelta(minutes=15)
    return Engagement.objects.visible_to(by).filter(created_by=by, created_at__gte=since, version=1, **same).first()


def change_engagement(*, by: User, form: EngagementForm) -> Engagement:
    """Write the changes of a valid `form` if the row still is at the version that the person saw.

    The row is locked meanwhile, so that of two edits at once one wins and the other gets StaleVersion. So does an edit
    that would lower a row from *high*, which takes a second person: the form offers that to nobody who saw it *high*.
    Raises Engagement.DoesNotExist when `by` may no longer change it.
    """
    with transaction.atomic():
        current = hold_line(form.instance, by=by)
        is_lowering = current.level == Engagement.Level.HIGH != form.cleaned_data["level"]
        if current.version != form.cleaned_data.get("version") or is_lowering:
            raise StaleVersion(current)
        engagement = form.save(commit=False)
        engagement.version = current.version + 1
        engagement.save()
        form.save_m2m()
        keep_support_request(engagement)
        audit.level_changed(by=by, line=engagement, before=current.level)
    return engagement


def withdraw_engagement(*, by: User, engagement: Engagement, reason: str) -> Engagement:
    """Withdraw a line of the log with a reason: it stays, marked, for those who could read it.

    Raises Engagement.DoesNotExist when `by` may not change it, or it is withdrawn already.
    """
    with transaction.atomic():
        current = hold_line(engagement, by=by)
        current.status, current.withdrawn_at, current.withdrawn_reason = "withdrawn", timezone.now(), reason
        current.version += 1
        current.save()
        for request in SupportRequest.objects.filter(engagement=current).select_for_update():
            request.status = SupportRequest.Status.CLOSED
            request.save()
    return current
