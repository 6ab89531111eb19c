from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from engagement.mail import deliver
from engagement.models import OutgoingMail
from engagement.services import write_digests


class Command(BaseCommand):
    """Tell people what changed of what they follow: at once what is urgent, the rest on Monday morning; for cron.

    Writes the mails that are due, then sends them. Two at once, or one that is killed at any moment and run again, tell
    nobody twice and leave nothing out; what a mail server does not take waits for `send_mail_queue`.
    """

    help = "Send what changed of what people follow: urgent and weekly mails (idempotent; run it every few minutes)."

    def handle(self, *args: Any, **options: Any) -> None:
        written = write_digests(now=timezone.now())
        tally = deliver(OutgoingMail.objects.filter(kind__in=OutgoingMail.OF_NEWS))
        said = [f"{written[kind]} {kind}" for kind in ("urgent", "digest")]
        became = ", ".join(f"{count} {state}" for state, count in sorted(tally.items()))
        self.stdout.write(f"Written: {', '.join(said)}; {became or 'nothing was due'}.")
