"""The audit record of a cluster in words, for the coordinators who read it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.signs import date_format, labelled

from .filters import EngagementFilterSet
from .models import AuditEvent, Engagement, User
from .querysets import Rights
from .rights_words import line_of

Kind = AuditEvent.Kind

PAGES = {
    "engagement-detail": gettext_lazy("its page"),
    "engagement-edit": gettext_lazy("the form that changes it"),
    "engagement-history": gettext_lazy("its history"),
    "engagement-withdraw": gettext_lazy("the page that withdraws it"),
    "level-lower": gettext_lazy("the page that asks to lower its level"),
    "support-detail": gettext_lazy("its support request"),
    "support-keep": gettext_lazy("the answer to its support request"),
    "briefing-change": gettext_lazy("its briefing"),
    "briefing-held": gettext_lazy("its briefing"),
    "briefing-letter": gettext_lazy("the letter of its briefing"),
    "referral-reply": gettext_lazy("the reply to its referral"),
    "invitation-answer": gettext_lazy("the answer to its invitation"),
    "contribution-detail": gettext_lazy("its contribution"),
    "contribution-ask": gettext_lazy("its contribution"),
    "contribution-sent": gettext_lazy("its contribution"),
    "engagement-report-highlight": gettext_lazy("what a report says of it"),
    "contribution-confidential": gettext_lazy("the page that takes its contribution away"),
}
"""What pages show of an engagement, by the names of their addresses."""

REPORTS = {
    f"engagement-report-{page}": gettext_lazy("an engagement report")
    for page in ("detail", "publish", "confidential", "withdraw")
}
"""Pages of a report of level high: they count the engagements of a cluster, and show what was chosen of them."""

PAGES |= REPORTS

FORMATS = {"xlsx": "Excel", "csv": "CSV", "docx": "Word"}
"""What a file is, by the end of the name of its address or by the format that was chosen."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, who, what in a word, the engagement if it is about one, and sentences with the rest."""

    at: datetime
    who: str
    what: str
    line: Engagement | None = None
    notes: list[str] = field(default_factory=list)
    reason: str = ""


def entries(events: Iterable[AuditEvent], user: User, rights: Rights) -> list[Entry]:
    """The events, which passed `AuditEvent.objects.visible_to(user, rights)`, in their order. One query more."""
    events = list(events)
    about = {event.subject_id for event in events if event.subject_id}
    rows = Engagement.objects.visible_to(user, rights).filter(pk__in=about).select_related("action", "cluster")
    lines = {line.pk: line for line in rows}
    return [_entry(event, lines.get(event.subject_id) if event.subject_id else None) for event in events]


def _entry(event: AuditEvent, line: Engagement | None) -> Entry:
    detail, notes = event.detail, []
    if event.kind == Kind.OPENED and detail.get("page", "") in REPORTS:
        n = detail["rows"]
        words = ngettext(
            "an engagement report that counts %(n)d record", "an engagement report that counts %(n)d records", n
        )
        notes.append(words % {"n": n})
    elif event.kind == Kind.OPENED and detail.get("rows"):
        n = detail["rows"]
        words = ngettext("the page of the cluster, with %(n)d record", "the page of the cluster, with %(n)d records", n)
        notes.append(words % {"n": n})
    elif event.kind == Kind.OPENED:
        notes.append(str(PAGES.get(detail.get("page", ""), "")))
    elif event.kind == Kind.EXPORTED:
        notes += _of_an_export(detail)
    elif event.kind == Kind.LEVEL:
        names = dict(Engagement.Level.choices)
        levels = {side: names.get(detail.get(side), "—") for side in ("before", "after")}
        notes.append(_("from %(before)s to %(after)s") % levels)
        if detail.get("asked_by"):
            notes.append(_("asked for by %(name)s") % {"name": detail["asked_by"]})
    elif event.kind in (Kind.ROLE, Kind.FACTOR, Kind.ADDRESS):
        right = line_of(event, "")
        notes.append(_("%(whom)s: %(what)s") % {"whom": right.whom, "what": right.what})
    who = event.actor or _("a command")
    notes = [note for note in notes if note]
    return Entry(event.at, who, event.get_kind_display(), line, notes, detail.get("reason", ""))


def _of_an_export(detail: dict[str, Any]) -> list[str]:
    """How many engagements of the cluster are in the file, of which levels, as what, and by which filters."""
    n, levels = detail.get("rows", 0), detail.get("levels", {})
    found = [f"{label} {levels[level]}" for level, label in Engagement.Level.choices if levels.get(level)]
    words = ngettext("%(n)d engagement of this cluster", "%(n)d engagements of this cluster", n) % {"n": n}
    notes = [labelled(words, _(", ").join(found))]
    ending = detail.get("format") or detail.get("page", "").rpartition("-")[2]
    notes.append(FORMATS.get(ending, ""))
    used = [_filter_in_words(name, value) for name, value in detail.get("filters", {}).items()]
    if used:
        notes.append(_("filtered by %(filters)s") % {"filters": _(", ").join(used)})
    return notes


def _filter_in_words(name: str, value: str | bool) -> str:
    """A filter as the record has it; of one that looks for words, that there were some."""
    known = EngagementFilterSet.base_filters.get(name)
    label = known.label if known else name
    if value is True:
        return _("%(label)s (the words are not kept)") % {"label": label}
    choices = known.extra.get("choices", []) if known else []
    words = dict(choices() if callable(choices) else choices)
    said = str(words.get(value, value))
    day = parse_date(said) if re.fullmatch(r"\d{4}-\d\d-\d\d", said) else None
    return labelled(label, date_format(day, "DATE_FORMAT") if day else said)
