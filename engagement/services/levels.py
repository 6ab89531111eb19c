"""The level of an engagement: raised by whoever keeps it; lowered from *high* by a second person only."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import audit, mail
from ..models import Engagement, LevelLowering, User
from .act import NotNow, hold_line
from .log import StaleVersion
from .support import keep_support_request

Outcome = LevelLowering.Outcome
UPWARDS = Engagement.Level.values
"""The levels, the lowest first."""


def raise_level(*, by: User, line: Engagement, to_level: str) -> Engagement:
    """Make an engagement as confidential as `to_level`; the row as it then stands, a version later.

    Raises NotNow when it is that high already, Engagement.DoesNotExist when `by` may not change it.
    """
    with transaction.atomic():
        current = hold_line(line, by=by)
        if UPWARDS.index(to_level) <= UPWARDS.index(current.level):
            raise NotNow(
                _("This engagement is of level %(level)s already. Nothing was changed.")
                % {"level": current.get_level_display()}
            )
        _set_level(current, to_level, by)
    return current


def why_not_lowered(line: Engagement) -> str:
    """Why this engagement is not lowered from *high*, whoever asks, as a sentence; "" when it can be."""
    if line.level != Engagement.Level.HIGH:
        return _("Only lowering from high takes a second person: change this level in the form of the engagement.")
    if line.action.is_always_high:
        return _("Engagements under actions 9 and 10 are always high: this level cannot be lowered.")
    return ""


def why_not_asked(line: Engagement) -> str:
    """Why no second person is asked to lower this engagement now: as above, or because one is. One query at most."""
    if why_not := why_not_lowered(line):
        return why_not
    waiting = LevelLowering.objects.filter(engagement=line, outcome=Outcome.WAITING).select_related("asked_by").first()
    return _("%(name)s has asked for this already; it waits.") % {"name": waiting.asked_by} if waiting else ""


def ask_to_lower(*, by: User, line: Engagement, to_level: str, reason: str) -> LevelLowering:
    """Ask a second person to lower an engagement from *high*; nothing changes until she does. All who can are mailed.

    Raises NotNow as `why_not_asked` says, Engagement.DoesNotExist when `by` may not change the engagement.
    """
    with transaction.atomic():
        current = hold_line(line, by=by)
        if why_not := why_not_asked(current):
            raise NotNow(why_not)
        lowering = LevelLowering.objects.create(engagement=current, to_level=to_level, reason=reason, asked_by=by)
        people = User.objects.able_to_decide(lowering)
        mail.deliver_on_commit([mail.queue(kind="lowering", to=one, by=by, lowering=lowering) for one in people])
    return lowering


def decide_on_lowering(*, by: User, lowering: LevelLowering, lower: bool, version: int) -> LevelLowering:
    """Lower the engagement, or refuse to. `version` is the one that `by` has read: that text opens, and no other.

    Raises NotNow when it was decided or taken back meanwhile, when `by` asked herself or no longer reads the line as
    *high*, and when that has to stay *high*; StaleVersion when somebody changed it since.
    """
    with transaction.atomic():
        line = Engagement.objects.select_for_update(of=("self",)).get(pk=lowering.engagement_id)
        current = LevelLowering.objects.to_decide(by).filter(pk=lowering.pk).first()
        if current is None:
            raise NotNow(_("This was decided or taken back meanwhile, or is not yours to decide. Nothing was changed."))
        if lower:
            if line.version != version:
                raise StaleVersion(line)
            if why_not := why_not_lowered(line):
                raise NotNow(why_not)
            _set_level(line, current.to_level, by, asked_by=str(current.asked_by))
        return _decided(current, Outcome.LOWERED if lower else Outcome.REFUSED, by)


def take_back_lowering(*, by: User, lowering: LevelLowering) -> LevelLowering:
    """Ask for it no longer. Raises NotNow when it was decided meanwhile, or when somebody else asked."""
    with transaction.atomic():
        Engagement.objects.select_for_update(of=("self",)).get(pk=lowering.engagement_id)
        current = LevelLowering.objects.filter(pk=lowering.pk, asked_by=by, outcome=Outcome.WAITING).first()
        if current is None:
            raise NotNow(_("This was decided meanwhile, or somebody else asked for it. Nothing was changed."))
        return _decided(current, Outcome.TAKEN_BACK, by)


def _decided(lowering: LevelLowering, outcome: str, by: User) -> LevelLowering:
    lowering.outcome, lowering.decided_by, lowering.decided_at = outcome, by, timezone.now()
    lowering.save()
    return lowering


def _set_level(line: Engagement, level: str, by: User, **detail: str) -> None:
    """A new version of the locked `line` at `level`, with all that hangs on it, and the word of it in the record."""
    before, line.level = line.level, level
    line.version += 1
    line.save()
    keep_support_request(line)
    audit.level_changed(by=by, line=line, before=before, **detail)
