import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.packages import UnreadableFile
from mandates.uhri import Outcome, bring_in, unmatched_bodies
from mandates.uhri.reading import records_in

EVERY = 2.0
"""Seconds between two words on how far it is."""


class Command(BaseCommand):
    """Bring in the recommendations of Special Procedures from an export of the Universal Human Rights Index.

    The file may be the full one, in Excel or JSON: it is read as a stream, in bounded memory. Records of other bodies
    (treaty bodies, UPR) are passed over. The same file twice changes nothing; a run that is broken off is completed by
    the next.
    """

    help = "Import recommendations from an export of the Universal Human Rights Index (.xlsx or .json, of any size)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the export, as downloaded")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        self.told_at = self.began = time.monotonic()
        self.outcome = Outcome()
        try:
            with file.open("rb") as stream:
                outcome = bring_in(records_in(stream), by="import_uhri", name=file.name, told=self.tell)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}.") from error
        except UnreadableFile as error:
            done = self.outcome
            before = f" Before that, {done.new:,} were added and {done.changed:,} changed." if done.written else ""
            raise CommandError(f"{file.name}: {error}{before}") from error
        for number, why in outcome.faults:
            self.stderr.write(f"Left out, record {number}: {why}.")
        if more := outcome.faulty - len(outcome.faults):
            self.stderr.write(f"Left out as well: {more:,} more.")
        self.stdout.write(
            f"{outcome.read:,} records: {outcome.new:,} added, {outcome.changed:,} changed, {outcome.unchanged:,} as "
            f"they were, {outcome.of_others:,} of other bodies, {outcome.repeated:,} there twice, "
            f"{outcome.faulty:,} left out. {time.monotonic() - self.began:.0f} s."
        )
        if waiting := unmatched_bodies():
            self.stdout.write(
                f"Names that no mandate has yet: {len(waiting):,}, in {sum(one.recommendations for one in waiting):,} "
                "recommendations. Say whose they are in the administration, under Recommendations."
            )

    def tell(self, outcome: Outcome, share: float) -> None:
        """Say how far it is, not too often."""
        self.outcome = outcome
        if time.monotonic() - self.told_at >= EVERY and share < 1:
            self.told_at = time.monotonic()
            rate = outcome.read / (self.told_at - self.began)
            print(  # noqa: T201 — progress is no result
                f"{share:4.0%}  {outcome.read:,} records, {outcome.written:,} written, {rate:,.0f} a second",
                file=sys.stderr, flush=True,
            )  # fmt: skip
