import csv
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from engagement.models import Cluster
from mandates.dates import parse_period
from mandates.seed import ReferenceLoader

FIXTURES: Path = settings.BASE_DIR / "fixtures"


class Command(BaseCommand):
    """Load or refresh the reference data: countries, mandates, sessions, visits, calls, reports, clusters.

    One transaction; run again it changes nothing. Rows that people have changed since stay as they are.
    """

    help = "Load the reference data from fixtures/ (idempotent, one transaction)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            counts = ReferenceLoader(FIXTURES).load()
            counts["cluster created"] = self.load_clusters()
        said = [f"{count} {what}" for what, count in sorted(counts.items()) if count]
        self.stdout.write("Reference data: " + (", ".join(said) if said else "nothing to change") + ".")

    def load_clusters(self) -> int:
        """Create the clusters that are missing; how many. What an administrator changed stays."""
        created = 0
        with (FIXTURES / "clusters.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                starts, ends = parse_period(row["starts"]), parse_period(row["ends"])
                _cluster, is_new = Cluster.objects.get_or_create(
                    slug=row["slug"],
                    defaults={
                        "name": row["name"],
                        "country_id": row["country"],
                        "kind": row["kind"],
                        "working_language": row["working_language"],
                        "starts_on": starts and starts.first,
                        "ends_on": ends and ends.last,
                        "source": row["source"],
                    },
                )
                created += is_new
        return created
