from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from engagement.demo import PASSWORD, DemoLoader
from engagement.models import User


class Command(BaseCommand):
    """Load invented people, engagements and upcoming items, dated relative to today.

    Refuses without DEBUG: the demo people's password is known to everyone. A second run adds nothing.
    """

    help = "Load demo data (only with DEBUG; idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo people have a known password: demo runs with DEBUG only.")
        counts = DemoLoader(settings.BASE_DIR / "fixtures" / "demo", timezone.localdate()).load()
        said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        self.stdout.write(f"Demo data: {said or 'nothing to add'}.")
        self.stdout.write(f"Sign in with the password “{PASSWORD}” as:")
        for email in (
            "coordinator@example.org",
            "other@example.org",
            "member@example.org",
            "hrett@example.org",
            "focal@example.org",
            "admin@example.org",
        ):
            self.stdout.write(f"  {email:26} {User.objects.get(email=email).name}")
