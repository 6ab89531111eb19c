"""Mails of what people follow: two thousand people and three hundred changes, written and sent in one run."""

import random
import time
from datetime import timedelta
from typing import Any

from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from engagement.models import DigestItem, DigestMark, Membership, OutgoingMail, Subscription, User
from mandates.models import CallForInput, Country, CountryVisit, Mandate, ReferenceChange, Report

_NO_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def send_digests(people: int, changes: int) -> dict[str, float]:
    """One run of `send_digests` on a Monday: seconds, queries and mails."""
    fill(people, changes)
    asked = 0

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal asked
        asked += not sql.startswith(_NO_QUERIES)
        return execute(sql, *rest)

    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        mail.outbox = []
        began = time.perf_counter()
        with connection.execute_wrapper(count):
            call_command("send_digests")
        seconds = time.perf_counter() - began
    sent = OutgoingMail.objects.filter(kind="digest", state="sent").count()
    items = DigestItem.objects.filter(mail__kind="digest").count()
    return {"seconds": seconds, "queries": asked, "sent": sent, "items": items, "people": people}


def fill(people: int, changes: int) -> None:
    """People of all clusters with one to three subscriptions each, told up to a week ago; items that changed since."""
    chance, now = random.Random(7), timezone.now()  # noqa: S311
    week_ago = now - timedelta(days=8)
    countries, mandates = list(Country.objects.all()[:30]), list(Mandate.objects.all()[:40])
    users = User.objects.bulk_create(
        User(email=f"follower{n}@example.org", name=f"Follower {n}", language=chance.choice(["en", "fr", "es", "ar"]),
             time_zone=chance.choice(["UTC", "Africa/Juba", "America/Bogota"]))
        for n in range(people)
    )  # fmt: skip
    member = Membership.objects.select_related("cluster").first()
    Membership.objects.bulk_create(
        Membership(user=user, cluster=member.cluster, role="member") for user in users[: people // 2]
    )
    Subscription.objects.bulk_create(
        [
            Subscription(
                user=user, country=chance.choice([None, *countries]), mandate=mandate, since=week_ago,
                visits=True, calls=True, reports=True,
            )
            for user in users
            for mandate in chance.sample([None, *mandates], chance.randint(1, 3))
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    DigestMark.objects.bulk_create(DigestMark(user=user, weekly_at=week_ago, urgent_at=week_ago) for user in users)
    ReferenceChange.objects.update(changed_at=now - timedelta(days=90))
    day = timezone.localdate() + timedelta(days=40)
    for number in range(changes):
        about = {"source": "bench", "checked_on": timezone.localdate()}
        if number % 3 == 0:
            item: Any = CountryVisit(starts_on=day, ends_on=day, precision="day", **about)
        elif number % 3 == 1:
            item = CallForInput(title=f"Call {number}", deadline_on=day, **about)
        else:
            item = Report(title=f"Report {number}", expected_on=day, expected_precision="day", **about)
        item.save()
        item.countries.add(chance.choice(countries))
        item.mandates.add(*chance.sample(mandates, 2))
