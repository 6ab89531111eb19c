"""When changes of reference data were recorded: `ReferenceChange` does not look at the frozen clock."""

from datetime import UTC, datetime

from mandates.models import ReferenceChange

_REAL_TIME = datetime(2026, 8, 1, tzinfo=UTC)


def recorded(moment: datetime) -> None:
    """Let everything that was written down since the last call have been so at `moment`."""
    ReferenceChange.objects.filter(changed_at__gt=_REAL_TIME).update(changed_at=moment)
