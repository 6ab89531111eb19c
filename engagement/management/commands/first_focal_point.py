from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engagement import services
from engagement.models import User


class Command(BaseCommand):
    """Make a person the first HRE TT focal point of an installation, whose word further ones need.

    Refuses while there is one with an account in use: from then on an administrator asks and a focal point confirms.
    """

    help = "Make a person with an account the first HRE TT focal point; refuses when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address with which the person signs in")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"Nobody signs in with {email}. Add the person in /admin/ first.")
        try:
            services.appoint_first_focal_point(person=person)
        except services.NotNow as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{person} is an HRE TT focal point.")
