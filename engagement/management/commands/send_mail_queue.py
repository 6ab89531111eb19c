from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from engagement.mail import deliver
from engagement.models import OutgoingMail


class Command(BaseCommand):
    """Send the mails that wait; for cron, every few minutes. Two at once, or one killed, send nothing twice.

    A mail that a killed process had begun is reported as uncertain and left to a person.
    """

    help = "Send the mails that wait for the mail server (idempotent; run it every few minutes)."

    def handle(self, *args: Any, **options: Any) -> None:
        for mail in OutgoingMail.objects.broken_off(timezone.now()):
            mail.settle(timezone.now(), OutgoingMail.State.UNCERTAIN, "broken off")
        tally = deliver(OutgoingMail.objects.all())
        uncertain = OutgoingMail.objects.filter(state="uncertain").count()
        said = [f"{count} {state}" for state, count in sorted(tally.items())]
        self.stdout.write(f"Mail: {', '.join(said) or 'nothing was due'}; {uncertain} uncertain in all.")
