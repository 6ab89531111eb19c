"""One change of many lines of the log at once: what it would do to each, and why some stay as they are."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from mandates.dates import first_day
from mandates.models import Mandate

from .forms import NARRATIVES
from .models import Engagement, SupportRequest
from .services.levels import UPWARDS

MOST = 500
"""Lines that one change takes."""


class Change(NamedTuple):
    """A status, a higher level, one mandate named or named no more, or the support request closed.

    `kind` is "status", "level", "name", "unname" or "support"; `value` the status or level; `mandate` the mandate.
    """

    kind: str
    value: str = ""
    mandate: Mandate | None = None

    def __str__(self) -> str:
        if self.mandate:
            said = _("Mandate named: %(value)s") if self.kind == "name" else _("Mandate named no more: %(value)s")
            return said % {"value": self.mandate.acronym}
        if self.kind == "support":
            return _("Support request closed")
        if self.kind == "status":
            return _("Status: %(value)s") % {"value": Engagement.Status(self.value).label}
        return _("Level raised: %(value)s") % {"value": Engagement.Level(self.value).label}

    @property
    def column(self) -> str:
        """The field of an engagement that it changes; "" where it changes what hangs on the engagement."""
        return "mandates" if self.mandate else "" if self.kind == "support" else self.kind


class Seen(NamedTuple):
    """What a person saw of a line: its version, and the state of its support request where that was shown to her."""

    version: int
    state: str = ""


class Judged(NamedTuple):
    """A line, what it says in the column before and after; `why_not` is a sentence for one that stays as it is."""

    line: Engagement
    seen: Seen
    before: str
    after: str
    why_not: str


def judge(user: Any, asked: Mapping[Any, Seen], change: Change) -> list[Judged]:
    """What `change` does to each of the lines asked for, by key, that `user` can read, the newest first.

    What she has seen of each afterwards stands beside it. Three queries, and two for the rights; two more for support
    requests.
    """
    states: dict[Any, str] = {}
    changeable: Any = Engagement.objects.editable_by(user).filter(pk__in=asked).values_list("pk", flat=True)
    if change.kind == "support":
        requests = SupportRequest.objects.visible_to(user).filter(engagement__in=asked)
        states = dict(requests.order_by().values_list("engagement", "status"))
        changeable = SupportRequest.objects.closable_by(user).filter(engagement__in=asked)
        changeable = changeable.order_by().values_list("engagement", flat=True)
    rows = Engagement.objects.visible_to(user).filter(pk__in=asked)
    hers = set(changeable)
    found = []
    for line in rows.for_list().order_by("-started_on", "id"):
        seen, state = asked[line.pk], states.get(line.pk, "")
        before, after = said_before_and_after(line, change, state)
        if change.kind == "support" and not state:
            why_not = _("asks for no support")
        elif line.pk not in hers:
            why_not = _("not yours to change, withdrawn, or without its text")
        elif line.version != seen.version or seen.state not in ("", state):
            why_not = _("somebody changed it meanwhile: look at it first")
        elif before == after:
            why_not = _("says that already")
        else:
            why_not = why_not_changed(line, change)
        found.append(Judged(line, Seen(seen.version, state), before, after, why_not))
    return found


def said_before_and_after(line: Engagement, change: Change, state: str) -> tuple[str, str]:
    """What the line says in the column of the change, in words; `state` is that of its support request, if any."""
    if change.kind == "support":
        states = SupportRequest.Status
        return (str(states(state).label), str(states.CLOSED.label)) if state else ("—", "—")
    if change.mandate:
        named = {mandate.pk: mandate.acronym for mandate in line.mandates.all()}
        then = {pk: acronym for pk, acronym in named.items() if pk != change.mandate.pk}
        if change.kind == "name":
            then[change.mandate.pk] = change.mandate.acronym
        return _acronyms(named), _acronyms(then)
    choices = Engagement.Status if change.kind == "status" else Engagement.Level
    return str(choices(getattr(line, change.kind)).label), str(choices(change.value).label)


def _acronyms(named: Mapping[Any, str]) -> str:
    return ", ".join(sorted(named.values())) or "—"


def why_not_changed(line: Engagement, change: Change) -> str:
    """The rule of the form of one engagement that this change of this line would break; "" for none."""
    if change.kind == "level" and UPWARDS.index(change.value) < UPWARDS.index(line.level):
        return _("higher already: a level is lowered line by line")
    if change.kind == "status" and change.value != "planned":
        today = timezone.localdate()
        if first_day(line.started_on, line.date_precision) > today:
            return _("its day lies ahead")
        if change.value == "done" and line.ended_on and first_day(line.ended_on, line.date_precision) > today:
            return _("its last day lies ahead")
        if not line.action.is_always_high and not line.what_was_done.strip():
            return _("it does not say yet what the cluster did")
    if change.mandate:
        if change.kind == "name" and change.mandate.country_id not in (None, line.cluster.country_id):
            return _("the mandate is of another country")
        left = {mandate.pk for mandate in line.mandates.all()} - {change.mandate.pk}
        has_words = any(getattr(line, name).strip() for name in NARRATIVES)
        if change.kind == "unname" and line.action.is_always_high and not left and not has_words:
            return _("a receipt without a mandate says nothing")
    return ""
