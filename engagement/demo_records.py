"""Invented rows of the audit record, and what waits for a second person, for the demonstration."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from mandates.models import Mandate
from mandates.seed import dossier_id

from .models import AuditEvent, Cluster, Doubt, LevelLowering, User

Key = Callable[[str], uuid.UUID]
"""The fixed identifier of a row of the demonstration, from its key."""


def load_lowerings(rows: Any, key_of: Key, moment: Callable[[str], datetime]) -> int:
    """What is asked about lowering levels; how many are new."""
    created = 0
    for row in rows:
        _lowering, is_new = LevelLowering.objects.get_or_create(
            pk=key_of(f"lowering-{row['engagement']}"),
            defaults={
                "engagement_id": key_of(row["engagement"]),
                "to_level": row["to"],
                "reason": row["reason"],
                "asked_by": User.objects.get(email=row["by"]),
                "asked_at": moment(row["asked_in"]),
            },
        )
        created += is_new
    return created


def load_doubts(rows: Any, key_of: Key, moment: Callable[[str], datetime]) -> int:
    """What looks wrong to somebody, waiting and answered; how many are new."""
    created = 0
    for row in rows:
        about: dict[str, Any] = {
            f"{noun}_id": dossier_id(f"demo-{noun}", row[noun]) for noun in ("visit", "call") if row[noun]
        }
        if row["mandate"]:
            about = {"mandate": Mandate.objects.get(slug=row["mandate"])}
        settled: dict[str, Any] = {}
        if row["settled_by"]:
            by = User.objects.get(email=row["settled_by"])
            settled = {"outcome": row["outcome"], "answer": row["answer"], "settled_by": by}
            settled["settled_at"] = moment(row["said_in"]) + timedelta(days=1)
        said = {"text": row["text"], "said_by": User.objects.get(email=row["by"]), "said_at": moment(row["said_in"])}
        _doubt, is_new = Doubt.objects.get_or_create(pk=key_of(row["key"]), defaults=about | said | settled)
        created += is_new
    return created


def load_audit_events(rows: Any, key_of: Key, now: datetime) -> int:
    """Who opened, exported, changed a level, so many hours before `now`; how many are new."""
    created = 0
    for row in rows:
        actor = User.objects.get(email=row["by"])
        _event, is_new = AuditEvent.objects.get_or_create(
            pk=key_of(row["key"]),
            defaults={
                "kind": row["kind"],
                "at": now + timedelta(hours=int(row["hours"])),
                "actor_id": actor.pk,
                "actor": str(actor),
                "cluster_id": Cluster.objects.get(slug=row["cluster"]).pk,
                "subject_id": key_of(row["engagement"]) if row["engagement"] else None,
                "detail": json.loads(row["detail"]),
            },
        )
        created += is_new
    return created
