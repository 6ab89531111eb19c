"""The audit record: what it keeps, and who reads it."""

import pytest

from engagement.audit import record
from engagement.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_a_row_stands_without_the_rows_it_tells_of(cast):
    """Names are kept as they were; nothing points to another table, so nothing keeps a row from being removed."""
    event = record("opened", by=cast.focal, cluster=cast.ukraine.pk, level="high")
    assert (event.actor, event.detail) == (str(cast.focal), {"level": "high"})
    assert [field.name for field in AuditEvent._meta.fields if field.is_relation] == []
    assert record("purged", by=None).actor == ""


def test_a_coordinator_reads_what_happened_in_her_clusters(cast):
    """Nobody else does: not the member, not the task team, not the administrator."""
    event = record("opened", by=cast.focal, cluster=cast.south_sudan.pk)
    people = (cast.coordinator, cast.member, cast.other, cast.reader, cast.focal, cast.administrator)
    readers = [person for person in people if event in AuditEvent.objects.visible_to(person)]
    assert readers == [cast.coordinator]
