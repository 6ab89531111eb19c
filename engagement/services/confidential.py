"""Actions 9 and 10: lines that say that something went to mandate holders in confidence, and nothing of it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mandates.dates import first_day, last_day
from mandates.models import Mandate

from ..actions import action_id
from ..models import Cluster, Engagement, InformationShare, Referral, User
from .act import AlreadyDone, lock, log_act, refuse_ended_mandates


def share_information(
    *,
    by: User,
    cluster: Cluster,
    mandates: Sequence[Mandate],
    kind: str,
    channel: str,
    shared_on: date,
    precision: str,
    key: UUID,
) -> Engagement:
    """Log action 9: information of a kind went to `mandates` by a channel, on a day or (`precision`) in its month.

    The same cluster, time, kind and mandates are the same act: raises AlreadyDone. Raises NotNow for a mandate that was
    not in force then.
    """
    started_on = first_day(shared_on, precision)
    refuse_ended_mandates(mandates, min(last_day(shared_on, precision), timezone.localdate()))
    with transaction.atomic():
        lock(cluster)
        twins = Engagement.objects.standing().filter(
            cluster=cluster,
            action=action_id(9),
            started_on=started_on,
            date_precision=precision,
            informationshare__kind=kind,
        )
        for twin in twins.prefetch_related("mandates"):
            if set(twin.mandates.all()) == set(mandates):
                raise AlreadyDone(twin)
        line = log_act(
            9,
            by=by,
            cluster=cluster,
            mandates=mandates,
            key=key,
            level=Engagement.Level.HIGH,
            started_on=started_on,
            date_precision=precision,
        )
        InformationShare.objects.create(engagement=line, kind=kind, channel=channel)
    return line


def keep_referral(
    *,
    by: User,
    cluster: Cluster,
    mandates: Sequence[Mandate],
    month: date,
    consent: str,
    why_not: str,
    publication: str,
    reprisals: str,
    key: UUID,
) -> Engagement:
    """Log action 10: the receipt of one case that went to `mandates` in the month that begins on `month`.

    Two cases in a month have two receipts, so only the key of the form knows a twin: raises AlreadyDone. Raises NotNow
    for a mandate that was not in force then. Without consent, or with reprisals not assessed, the database refuses.
    """
    refuse_ended_mandates(mandates, min(last_day(month, "month"), timezone.localdate()))
    with transaction.atomic():
        lock(cluster)
        line = log_act(
            10,
            by=by,
            cluster=cluster,
            mandates=mandates,
            key=key,
            level=Engagement.Level.HIGH,
            started_on=month,
            date_precision=Engagement.DatePrecision.MONTH,
        )
        Referral.objects.create(
            engagement=line, consent=consent, why_not=why_not, publication=publication, reprisals=reprisals
        )
    return line
