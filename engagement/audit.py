"""Writing the audit record: the one place, so that nothing but keys, names of fields, filters and counts gets in."""

from typing import Any
from uuid import UUID

from .models import AuditEvent, User


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
    return AuditEvent.objects.create(
        kind=kind,
        actor_id=by.pk if by else None,
        actor=str(by)[:120] if by else "",
        cluster_id=cluster,
        subject_id=subject,
        detail=detail,
    )
