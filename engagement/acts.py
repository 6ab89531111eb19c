"""Acts that log themselves (subscribing, prioritising), and setting openings aside.

Each does the act and writes its engagement in one transaction, in the cluster's working language, and does nothing
the second time it is asked. Callers have made sure that `by` may: by the forms and querysets of their page.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mandates.models import Mandate

from .actions import action_id
from .models import Cluster, Engagement, PriorityMandate, PriorityReview, SetAside, Subscription, User
from .openings import Opening


def subscribe(*, by: User, cluster: Cluster, kind: str) -> bool:
    """Let `by` follow for her cluster what `kind` (`Subscription.Kind`) says; whether that is new.

    The first subscription of a cluster and kind logs action 1 or 4: one engagement, however many people follow. The
    visits are public and any member can subscribe, so that line is *low*; the list of priorities is *moderate*.
    """
    with transaction.atomic():
        _lock(cluster)
        is_first = not Subscription.objects.filter(cluster=cluster, kind=kind).exists()
        _subscription, is_new = Subscription.objects.get_or_create(user=by, cluster=cluster, kind=kind)
        if is_first and kind == Subscription.Kind.COUNTRY_VISITS:
            with override(cluster.working_language):
                words = _("Subscribed to the visits to %(country)s.") % {"country": cluster.country}
            _log(1, by=by, cluster=cluster, words=words, level=Engagement.Level.LOW)
        elif is_first:
            with override(cluster.working_language):
                words = _("Subscribed to the reports and calls of the priority mandates.")
            _log(4, by=by, cluster=cluster, words=words, mandates=[row.mandate for row in _current(cluster)])
    return is_new


def add_priority(*, by: User, cluster: Cluster, mandate: Mandate, rank: int, reason: str) -> None:
    """Put a mandate on the list at `rank` (1 to one more than the list is long); those from there on move down."""
    with transaction.atomic():
        _lock(cluster)
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
        _lock(priority.cluster)
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
        _lock(priority.cluster)
        before = _current(priority.cluster)
        row = PriorityMandate.objects.current().get(pk=priority.pk)
        row.ended_on, row.ended_reason = max(timezone.localdate(), row.started_on), reason
        row.save(update_fields=["ended_on", "ended_reason"])
        _renumber([other for other in before if other != row])
        _log_review(by, priority.cluster, before)


def review_priorities(*, by: User, cluster: Cluster) -> None:
    """Say that the list was looked at today and stays as it is."""
    with transaction.atomic():
        _lock(cluster)
        _log_review(by, cluster, _current(cluster))


def set_aside(*, by: User, cluster: Cluster, opening: Opening, reason: str) -> SetAside:
    """Leave an opening, with the reason, until the state of its item changes."""
    number, item, state = opening.identity
    with transaction.atomic():
        _lock(cluster)
        row, _is_new = SetAside.objects.current().get_or_create(
            cluster=cluster,
            action_id=action_id(number),
            item=item,
            state=state,
            defaults={"reason": reason, "set_by": by, "set_at": timezone.now()},
        )
    return row


def take_up_again(*, aside: SetAside) -> None:
    """Open again what was set aside."""
    aside.ended_at = timezone.now()
    aside.save(update_fields=["ended_at"])


def _lock(cluster: Cluster) -> None:
    """Let one act on a cluster's records happen after the other. SQLite's transactions do so by themselves."""
    Cluster.objects.select_for_update().get(pk=cluster.pk)


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
        line = _log(8, by=by, cluster=cluster, words=words, mandates=mandates)
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


def _log(
    number: int,
    *,
    by: User,
    cluster: Cluster,
    words: str,
    mandates: Sequence[Mandate] = (),
    level: str = Engagement.Level.MODERATE,
) -> Engagement:
    """Write the engagement of an act that the cluster itself did today."""
    line = Engagement.objects.create(
        cluster=cluster,
        action_id=action_id(number),
        started_on=timezone.localdate(),
        what_was_done=words,
        level=level,
        created_by=by,
    )
    line.mandates.set(mandates)
    return line
