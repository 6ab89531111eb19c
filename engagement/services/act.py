"""What the twelve acts share: one after the other in a cluster, one line of the log each, refusals with a reason.

An act does what it says and writes its engagement in one transaction. Callers have made sure that `by` keeps the
cluster, and that she knows the visit, call, report or event: by the querysets of their page.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from mandates.dates import show_day
from mandates.models import CallForInput, CountryVisit, Mandate, VisitEvent

from ..actions import action_id
from ..models import Cluster, Engagement, User


class NotNow(Exception):
    """What was asked does not fit the state of things; `args[0]` says why, in the reader's language."""


class AlreadyDone(Exception):
    """The cluster has done this before, perhaps a moment ago: `engagement` is the line that says so."""

    def __init__(self, engagement: Engagement) -> None:
        super().__init__("the cluster has done this already")
        self.engagement = engagement


def lock(cluster: Cluster) -> None:
    """Let one act on a cluster's records happen after the other. SQLite's transactions do so by themselves."""
    Cluster.objects.select_for_update().get(pk=cluster.pk)


def log_act(
    number: int,
    *,
    by: User,
    cluster: Cluster,
    words: str = "",
    mandates: Sequence[Mandate] = (),
    key: UUID | None = None,
    **columns: Any,
) -> Engagement:
    """Write the engagement of an act that the cluster itself did, today unless `columns` say otherwise.

    `key` is that of the form, so that one form makes one line: raises AlreadyDone when it has made hers.
    Call it inside the transaction of the act, after `lock`.
    """
    if key is not None:
        if (first := Engagement.objects.filter(form_key=key, created_by=by).first()) is not None:
            raise AlreadyDone(first)
        columns["form_key"] = key
    row = {"started_on": timezone.localdate(), "level": Engagement.Level.MODERATE} | columns
    line = Engagement.objects.create(
        cluster=cluster, action_id=action_id(number), what_was_done=words, created_by=by, **row
    )
    line.mandates.set(mandates)
    return line


def hold_line(line: Engagement, *, by: User) -> Engagement:
    """The row as it stands, which nobody else changes until the transaction ends.

    FOR UPDATE where the database has it; SQLite's transaction is IMMEDIATE and holds the lock already. Raises
    Engagement.DoesNotExist when `by` may not change it, or it was withdrawn.
    """
    return Engagement.objects.editable_by(by).select_for_update(of=("self",)).get(pk=line.pk)


def change_line(line: Engagement, *, by: User, **columns: Any) -> Engagement:
    """Write a later step of an act into its line, as a new version of it; the row as it then stands.

    Call it inside a transaction. Raises Engagement.DoesNotExist when `by` may not change it, or it was withdrawn.
    """
    current = hold_line(line, by=by)
    for name, value in columns.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    return current


def refuse_dropped_visit(visit: CountryVisit) -> None:
    """Raise NotNow for a visit that does not take place: cancelled, declined, postponed, withdrawn. One query."""
    status = _status_of(visit)
    if status in VisitEvent.OFF:
        words = {"status": VisitEvent.Kind(status).label}
        raise NotNow(_("This visit does not take place: %(status)s. Nothing was written.") % words)
    if visit.withdrawn_on:
        raise NotNow(_("The entry of this visit was withdrawn. Nothing was written."))


def refuse_past_visit(visit: CountryVisit) -> None:
    """Raise NotNow for a visit that is over: by its days, on the reader's calendar, or by its dossier. One query."""
    last_day = visit.ends_on or visit.starts_on
    if last_day and last_day < timezone.localdate():
        day = show_day(last_day)
        raise NotNow(_("This visit ended on %(day)s. What you did before can still be logged.") % {"day": day})
    if _status_of(visit) == VisitEvent.Kind.COMPLETED:
        raise NotNow(_("This visit is completed. What you did before can still be logged."))


def _status_of(visit: CountryVisit) -> str:
    """What its dossier says now, derived where all pages derive it. One query."""
    current: Any = CountryVisit.objects.with_status(timezone.localdate()).get(pk=visit.pk)
    return current.status


def refuse_closed_call(call: CallForInput) -> None:
    """Raise NotNow for a call that is not open now, where its deadline is set."""
    if call.withdrawn_on:
        raise NotNow(_("The entry of this call was withdrawn. Nothing was written."))
    if not call.is_open(timezone.now()):
        raise NotNow(_("This call is closed. What you did before its deadline can still be logged."))


def refuse_ended_mandates(mandates: Iterable[Mandate], on: date) -> None:
    """Raise NotNow when one of `mandates` is not in force on `on`, naming its successor. Select that along."""
    for mandate in mandates:
        if said := mandate.outside_its_life(on, on):
            raise NotNow(said)
