"""Action 8: the cluster's list of priority mandates. Each change logs itself and does nothing the second time."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mandates.models import Mandate

from ..actions import action_id
from ..models import Cluster, Engagement, PriorityMandate, PriorityReview, User
from .act import lock, log_act


def add_priority(*, by: User, cluster: Cluster, mandate: Mandate, rank: int, reason: str) -> None:
    """Put a mandate on the list at `rank` (1 to one more than the list is long); those from there on move down."""
    with transaction.atomic():
        lock(cluster)
        before = _current(cluster)
        if mandate in [row.mandate for row in before]:
            return
        end = len(before) + 1
        row = PriorityMandate.objects.create(
            cluster=cluster, mandate=mandate, rank=end, reason=reason, started_on=timezone.localdate()
        )
        _renumber([*before[: rank - 1], row, *before[rank - 1 :]])
        _log_review(by, cluster, before)


def change_priority(*, by: User, priority: PriorityMandate, rank: int, reason: str) -> None:
    """Give a mandate on the list another reason and place. Raises PriorityMandate.DoesNotExist if it left the list."""
    with transaction.atomic():
        lock(priority.cluster)
        before = _current(priority.cluster)
        row = PriorityMandate.objects.current().get(pk=priority.pk)
        row.reason = reason
        row.save(update_fields=["reason"])
        others = [other for other in before if other != row]
        _renumber([*others[: rank - 1], row, *others[rank - 1 :]])
        _log_review(by, priority.cluster, before)


def end_priority(*, by: User, priority: PriorityMandate, reason: str) -> None:
    """Take a mandate off the list; those below move up. Raises PriorityMandate.DoesNotExist if it left already."""
    with transaction.atomic():
        lock(priority.cluster)
        before = _current(priority.cluster)
        row = PriorityMandate.objects.current().get(pk=priority.pk)
        row.ended_on, row.ended_reason = max(timezone.localdate(), row.started_on), reason
        row.save(update_fields=["ended_on", "ended_reason"])
        _renumber([other for other in before if other != row])
        _log_review(by, priority.cluster, before)


def review_priorities(*, by: User, cluster: Cluster) -> None:
    """Say that the list was looked at today and stays as it is."""
    with transaction.atomic():
        lock(cluster)
        _log_review(by, cluster, _current(cluster))


def _current(cluster: Cluster) -> list[PriorityMandate]:
    return list(PriorityMandate.objects.current().filter(cluster=cluster).select_related("mandate"))


def _renumber(rows: Sequence[PriorityMandate]) -> None:
    """Give `rows` the ranks 1, 2, 3 …; out of the way first, since no two on a list have the same rank at any time."""
    moved = [(rank, row) for rank, row in enumerate(rows, start=1) if row.rank != rank]
    PriorityMandate.objects.filter(pk__in=[row.pk for _rank, row in moved]).update(rank=F("rank") + 10_000)
    for rank, row in moved:
        PriorityMandate.objects.filter(pk=row.pk).update(rank=rank)


def _log_review(by: User, cluster: Cluster, before: list[PriorityMandate]) -> None:
    """Log action 8: one engagement for all changes of a day, which names the mandates on the list.

    What a coordinator wrote into that engagement meanwhile stays. One that was withdrawn gets a successor.
    """
    today, after = timezone.localdate(), _current(cluster)
    with override(cluster.working_language):
        said, words = _list_in_words(before), _list_in_words(after)
    mandates = [row.mandate for row in after]
    review = PriorityReview.objects.filter(cluster=cluster, reviewed_on=today).first()
    lines = Engagement.objects.editable_by(by).filter(cluster=cluster, action=action_id(8))
    line = lines.select_for_update(of=("self",)).filter(pk=review.engagement_id).first() if review else None
    if line is None:
        line = log_act(8, by=by, cluster=cluster, words=words, mandates=mandates)
        PriorityReview.objects.update_or_create(
            cluster=cluster, reviewed_on=today, defaults={"reviewed_by": by, "engagement": line}
        )
        return
    is_ours = line.what_was_done == said
    if (is_ours and words != said) or set(line.mandates.all()) != set(mandates):
        line.what_was_done = words if is_ours else line.what_was_done
        line.version += 1
        line.save()
        line.mandates.set(mandates)


def _list_in_words(rows: list[PriorityMandate]) -> str:
    names = ", ".join(f"{row.rank}. {row.mandate.acronym}" for row in rows)
    if not names:
        return _("Reviewed the list of priority mandates; it is empty.")
    return _("Reviewed the list of priority mandates: %(mandates)s.") % {"mandates": names}
