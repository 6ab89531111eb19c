"""What waits for a word from the cluster: acts whose day is over, or that nobody has answered. Shown on home.

One kind is one entry of `KINDS`: which lines wait, what to say of one, and the pages where that is answered. To add a
kind, write `waiting` and `because` and enter it; nothing else changes, and no query is added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.dates import show_day

from .models import Engagement, Invitation, LevelLowering, Referral, User
from .openings.opening import Step
from .querysets import EngagementQuerySet, Rights

EVENT_DAYS = 30
"""How long before an event an invitation without answer is brought up."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A line that waits, since a day: the sentence that says for what, and the steps that end it."""

    line: Engagement
    since: date
    because: str
    steps: tuple[Step, ...]

    @property
    def since_in_words(self) -> str:
        """The day; where it is that of the line, as exactly as the line has it."""
        is_of_line = self.since == self.line.started_on
        return show_day(self.since, self.line.date_precision) if is_of_line else show_day(self.since)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of follow-up.

    `waiting(lines, today)` are those of `lines` that wait, with the day since when as `since`;
    `because(line, since, today)` is the sentence, its mandates and event are read; `steps` are (label, URL name) of
    pages that take the key of the line.
    """

    waiting: Callable[[EngagementQuerySet, date], EngagementQuerySet]
    because: Callable[[Engagement, date, date], str]
    steps: tuple[tuple[Promise, str], ...]


def follow_ups(lines: EngagementQuerySet, today: date) -> list[FollowUp]:
    """What waits among `lines`, which have passed the gate and are not withdrawn; longest first. Three queries."""
    lines = lines.with_text()
    first, *others = (
        kind.waiting(lines.order_by(), today).annotate(kind=Value(name, CharField())).values_list("pk", "since", "kind")
        for name, kind in KINDS.items()
    )
    waiting = {pk: (since, KINDS[name]) for pk, since, name in first.union(*others, all=True)}
    found = []
    for line in lines.filter(pk__in=waiting).for_list().select_related("event"):
        since, kind = waiting[line.pk]
        steps = tuple(Step(str(label), route, (str(line.pk),)) for label, route in kind.steps)
        found.append(FollowUp(line, since, kind.because(line, since, today), steps))
    return sorted(found, key=lambda follow_up: (follow_up.since, str(follow_up.line.pk)))


def lowerings_to_decide(user: User, rights: Rights) -> list[FollowUp]:
    """What others ask `user` to lower from level *high*, as the second person; longest first. Three queries at most."""
    found = []
    waiting = LevelLowering.objects.to_decide(user, rights).select_related("asked_by").order_by("asked_at", "pk")
    asked = {lowering.engagement_id: lowering for lowering in waiting}
    for line in Engagement.objects.visible_to(user, rights).filter(pk__in=asked).for_list() if asked else ():
        lowering = asked[line.pk]
        words = {
            "name": lowering.asked_by,
            "level": lowering.get_to_level_display(),
            "reason": lowering.reason,
        }
        because = _("%(name)s asks to lower it from high to %(level)s: “%(reason)s”") % words
        step = Step(_("Read it and decide"), "engagement:engagement-detail", (str(line.pk),))
        found.append(FollowUp(line, timezone.localdate(lowering.asked_at), because, (step,)))
    return sorted(found, key=lambda follow_up: (follow_up.since, str(follow_up.line.pk)))


def _briefings(lines: EngagementQuerySet, today: date) -> EngagementQuerySet:
    """3: still planned, though the day agreed is over, or the visit where none was."""
    day = Coalesce("briefing__planned_on", "visit__ends_on", "visit__starts_on")
    return (
        lines.filter(status=Engagement.Status.PLANNED, briefing__isnull=False)
        .annotate(since=day)
        .filter(since__lt=today)
    )


def _was_it_held(line: Engagement, since: date, today: date) -> str:
    return _("The briefing is still marked as planned, and its day, %(day)s, is over. Was it held?") % {
        "day": show_day(since)
    }


def _referrals(lines: EngagementQuerySet, today: date) -> EngagementQuerySet:
    """10: no reply noted for REMIND_AFTER_DAYS, counted from the first day of the month of the referral."""
    until = today - timedelta(days=Referral.REMIND_AFTER_DAYS)
    waiting = lines.filter(referral__reply=Referral.Reply.NONE, started_on__lte=until)
    return waiting.annotate(since=F("started_on"))


def _was_it_replied_to(line: Engagement, since: date, today: date) -> str:
    return _("No reply to the referral is noted yet. Did one come? If not, ask the mandate, or send what is new.")


def _invitations(lines: EngagementQuerySet, today: date) -> EngagementQuerySet:
    """11: not answered, and the event takes place within EVENT_DAYS."""
    soon = (today, today + timedelta(days=EVENT_DAYS))
    waiting = lines.filter(invitation__answer=Invitation.Answer.NONE, event__day__range=soon, event__called_off_on=None)
    return waiting.annotate(since=F("started_on"))


def _was_it_answered(line: Engagement, since: date, today: date) -> str:
    return _("“%(event)s” is on %(day)s, and the invitation is not answered. Ask once more, or note the answer.") % {
        "event": line.event,
        "day": show_day(line.event.day if line.event else None),
    }


KINDS: dict[str, Kind] = {
    "briefing": Kind(
        _briefings,
        _was_it_held,
        (
            (gettext_lazy("It was held"), "engagement:briefing-held"),
            (gettext_lazy("It was not held: withdraw"), "engagement:engagement-withdraw"),
        ),
    ),
    "referral": Kind(_referrals, _was_it_replied_to, ((gettext_lazy("Note the reply"), "engagement:referral-reply"),)),
    "invitation": Kind(
        _invitations, _was_it_answered, ((gettext_lazy("Note the answer"), "engagement:invitation-answer"),)
    ),
}
"""By name, in no particular order. A line waits for one thing at a time."""
