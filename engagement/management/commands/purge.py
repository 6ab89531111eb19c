from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from engagement.audit import record
from engagement.models import AuditEvent
from engagement.retention import KEPT, Kept
from mandates.words import build_index_anew


class Command(BaseCommand):
    """Remove what was kept long enough, as the table in `engagement/retention.py` says; for cron, once a day.

    Batch by batch, each in its own transaction together with its AuditEvent: one that is killed has removed whole
    batches, and the next run goes on. Last, on PostgreSQL, the words of what is gone leave the index of the search.
    """

    help = "Remove what was kept long enough (idempotent; run it once a day)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how much is due")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        for kept in KEPT:
            before = kept.span.before(now)
            count = kept.removal.count(before) if dry_run else self._remove(kept, before)
            self.stdout.write(f"{kept.what}: {count} {'due' if dry_run else 'removed'}")
        if not dry_run and not connection.in_atomic_block:
            build_index_anew("engagement")

    def _remove(self, kept: Kept, before: Any) -> int:
        total = 0
        while True:
            with transaction.atomic():
                count = kept.removal.remove(before)
                if count and kept.is_recorded:
                    record(AuditEvent.Kind.PURGED, by=None, what=kept.what, count=count)
            if not count:
                return total
            total += count
