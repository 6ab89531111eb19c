"""Writes that touch several tables, or must happen exactly once."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import mail
from .forms import NARRATIVES, EngagementForm
from .models import Cluster, Engagement, Membership, OutgoingMail, SupportMessage, SupportRequest, User


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


def invite_member(*, by: User, cluster: Cluster, name: str, email: str, language: str) -> OutgoingMail:
    """Make the person with `email` a member of `cluster`, with an account if she has none; the mail that tells her.

    Somebody who already has a current role in the cluster keeps it. Says nothing of whether the account is new.
    """
    with transaction.atomic():
        Cluster.objects.select_for_update().get(pk=cluster.pk)  # of two who invite her at once, one makes the role
        new = {"name": name, "language": language, "password": make_password(None)}
        user, _is_new = User.objects.get_or_create(email=email, defaults=new)
        if not Membership.objects.current().filter(user=user, cluster=cluster).exists():
            Membership.objects.create(user=user, cluster=cluster, role=Membership.Role.MEMBER)
        return mail.queue(kind="invitation", to=user, by=by, cluster=cluster)


def change_engagement(*, by: User, form: EngagementForm) -> Engagement:
    """Write the changes of a valid `form` if the row still is at the version that the person saw.

    The row is locked meanwhile, so that of two edits at once one wins and the other gets StaleVersion.
    Raises Engagement.DoesNotExist when `by` may no longer change it.
    """
    with transaction.atomic():
        # FOR UPDATE where the database has it; SQLite's transaction is IMMEDIATE and holds the lock already.
        current = Engagement.objects.editable_by(by).select_for_update(of=("self",)).get(pk=form.instance.pk)
        if current.version != form.cleaned_data.get("version"):
            raise StaleVersion(current)
        engagement = form.save(commit=False)
        engagement.version = current.version + 1
        engagement.save()
        form.save_m2m()
        keep_support_request(engagement)
    return engagement


def withdraw_engagement(*, by: User, engagement: Engagement, reason: str) -> Engagement:
    """Withdraw a line of the log with a reason: it stays, marked, for those who could read it.

    Raises Engagement.DoesNotExist when `by` may not change it, or it is withdrawn already.
    """
    with transaction.atomic():
        current = Engagement.objects.editable_by(by).select_for_update(of=("self",)).get(pk=engagement.pk)
        current.status, current.withdrawn_at, current.withdrawn_reason = "withdrawn", timezone.now(), reason
        current.version += 1
        current.save()
        for request in SupportRequest.objects.filter(engagement=current):
            request.status = SupportRequest.Status.CLOSED
            request.save()
    return current


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


class NotNow(Exception):
    """What was asked of a support request does not fit its state; `args[0]` says why, in the reader's language."""


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
