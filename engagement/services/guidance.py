"""Guidance notes: answers of the task team, kept for the next cluster that asks."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import GuidanceNote, SupportRequest, User
from .act import NotNow
from .support import locked


def why_not_kept(request: SupportRequest) -> str:
    """Why the answer to a request cannot be kept now, as a sentence; "" when it can. One query at most."""
    if request.answered_at is None:
        return _("There is no answer to keep yet.")
    if request.engagement.text_removed_on:
        return request.engagement.removal
    same = {"request": request, "level": GuidanceNote.level_from(request.engagement)}
    kept = GuidanceNote.objects.current().filter(**same).select_related("kept_by").first()
    return _("%(name)s has kept this answer already.") % {"name": kept.kept_by} if kept else ""


def keep_guidance(*, by: User, request: SupportRequest, title: str, text: str) -> GuidanceNote:
    """Keep the answer to a request as a note of its action, at the level of its line but never *low*.

    Raises NotNow when it has no answer, when its answer is kept already, and when `by` can no longer read it.
    """
    with transaction.atomic():
        request = locked(by, request)
        if reason := why_not_kept(request):
            raise NotNow(reason)
        line = request.engagement
        return GuidanceNote.objects.create(
            action_id=line.action_id,
            title=title,
            text=text,
            level=GuidanceNote.level_from(line),
            cluster_id=line.cluster_id,
            request=request,
            kept_by=by,
        )


def end_guidance(*, note: GuidanceNote) -> None:
    """Show a note no longer; it stays, and the answer that it was made from can be kept anew."""
    note.ended_on = timezone.localdate()
    note.save(update_fields=["ended_on"])
