"""Writing the audit record: the one place, so that nothing but keys, names of fields, filters and counts gets in.

The one exception is the reason that somebody gives for taking *high* engagements away; her form says who reads it.
"""

import uuid
from typing import Any
from uuid import UUID

from django.utils import timezone

from .models import AuditEvent, Engagement, User
from .querysets import EngagementQuerySet

_NAMESPACE = UUID("0c2a4f6b-5d0e-4c3b-9f51-2f7f3f1f8a77")


def record(
    kind: AuditEvent.Kind | str,
    *,
    by: User | None,
    cluster: UUID | None = None,
    subject: UUID | None = None,
    **detail: Any,
) -> AuditEvent:
    """Keep that `by` (None: a command) did this. `detail` is of JSON's types; never text of an engagement.

    Part of the transaction of what it tells of: one is not kept without the other.
    """
    event = _event(kind, by, cluster, subject, detail)
    event.save(force_insert=True)
    return event


def opened(*, by: User, line: Engagement, page: str) -> None:
    """Keep that `by` opened `page` (a URL name) of an engagement of level *high*; of other levels nothing is kept.

    Once for each person, engagement and hour of the clock, with the page that came first: reading on, or loading the
    page anew, adds nothing. The key of the row is made of the three, so that two requests at once write one. One query.
    """
    if line.level == Engagement.Level.HIGH:
        _opened(by, line.cluster_id, line.pk, {"page": page})


def opened_together(*, by: User, cluster: UUID, count: int, page: str) -> None:
    """Keep that `by` opened a page with the whole text of `count` *high* engagements of a cluster; once an hour too."""
    if count:
        _opened(by, cluster, None, {"page": page, "rows": count})


def exported(*, by: User, rows: EngagementQuerySet, page: str, filters: dict[str, str | bool], **detail: Any) -> None:
    """Keep that `by` takes these engagements away: one row for each cluster in it, so that each reads of its own.

    `filters` as `StrictFilterSet.on_record` gives them. The row holds how many engagements of the cluster there are, in
    all and of each level. Nothing is kept of a file without any. Two queries.
    """
    exported_levels(by=by, levels=rows.counted_by_cluster_and_level(), page=page, filters=filters, **detail)


def exported_levels(*, by: User, levels: dict[UUID, dict[str, int]], page: str, **detail: Any) -> None:
    """The same of a file that was counted before: `levels` says of each cluster how many lines each level has."""
    AuditEvent.objects.bulk_create(
        _event(
            AuditEvent.Kind.EXPORTED, by, cluster, None,
            detail | {"page": page, "rows": sum(found.values()), "levels": found},
        )
        for cluster, found in levels.items()
    )  # fmt: skip


def level_changed(*, by: User, line: Engagement, before: str, **detail: Any) -> None:
    """Keep that `by` changed the level of an engagement from `before` to what it is now; nothing if it is the same."""
    if line.level != before:
        detail |= {"before": before, "after": line.level}
        record(AuditEvent.Kind.LEVEL, by=by, cluster=line.cluster_id, subject=line.pk, **detail)


def _event(
    kind: AuditEvent.Kind | str, by: User | None, cluster: UUID | None, subject: UUID | None, detail: dict[str, Any]
) -> AuditEvent:
    return AuditEvent(
        kind=kind,
        actor_id=by.pk if by else None,
        actor=str(by)[:120] if by else "",
        cluster_id=cluster,
        subject_id=subject,
        detail=detail,
    )


def _opened(by: User, cluster: UUID, subject: UUID | None, detail: dict[str, Any]) -> None:
    event = _event(AuditEvent.Kind.OPENED, by, cluster, subject, detail)
    event.pk = uuid.uuid5(_NAMESPACE, f"{by.pk} {subject or cluster} {timezone.now():%Y-%m-%d %H}")
    AuditEvent.objects.bulk_create([event], ignore_conflicts=True)
