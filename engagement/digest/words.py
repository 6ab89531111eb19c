"""An item as a mail or a preview says it, in the active language and time zone: public facts only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mandates.dates import show_day, show_range
from mandates.models import CallForInput, CountryVisit, Report, VisitEvent
from mandates.querysets import VisitPhase

from ..news import TOLD, Item, news_of
from .rules import Change, Entry, news_within

LATER = float("inf")


@dataclass(frozen=True, slots=True)
class Line:
    """One item: its title, what became of it, its dates and who it is of; `is_first` when it needs action first."""

    title: str
    news: str
    facts: str
    path: str
    subject: str
    is_first: bool
    is_unconfirmed: bool
    order: tuple[int, float, str]

    @property
    def address(self) -> str:
        """The address of its page, from anywhere."""
        return settings.SITE_URL + self.path


def line_of(entry: Entry, item: Item, since: datetime, now: datetime) -> Line:
    """What there is to say of an item that was read with its words: what changed after `since`, and how it stands."""
    changes = [change for change in entry.changes if since < change.at <= now]
    news = news_within(entry, since, now)
    closes = item.closes_in(now) if isinstance(item, CallForInput) else ""
    said = _of_changes(item, changes)
    if isinstance(item, CallForInput) and not closes and not item.withdrawn_on:
        said.append(_("closed") if item.closed_on or item.closes_at else "")
    return Line(
        title=_("Report: %(title)s") % {"title": item.title} if isinstance(item, Report) else str(item),
        news=" · ".join(filter(None, [*said, closes])),
        facts=" · ".join(fact for fact in _facts(item) if fact and fact not in said),
        path=item.get_absolute_url(),
        subject=news_of(item).subject,
        is_first=bool(news and news.is_urgent),
        is_unconfirmed=not isinstance(item, Report) and item.is_unconfirmed,
        order=(*_order(item), str(item)),
    )


def _order(item: Item) -> tuple[int, float]:
    """Calls first, the next deadline before the others; visits by their days; reports; visits that are over."""
    if isinstance(item, CallForInput):
        return 0, item.closes_at.timestamp() if item.closes_at else LATER
    if isinstance(item, Report):
        return 2, LATER
    day = item.starts_on or item.ends_on
    return 3 if item.phase == VisitPhase.PAST else 1, float(day.toordinal()) if day else LATER


def _facts(item: Item) -> list[str]:
    who = _(", ").join(mandate.acronym for mandate in item.mandates.all())
    if isinstance(item, CountryVisit):
        return [item.dates, item.places, item.status_text]
    where = _(", ").join(country.name for country in item.countries.all())
    if isinstance(item, CallForInput):
        deadline = str(item.get_deadline_kind_display())
        if item.deadline_on:
            deadline = _("%(day)s, 24:00 %(zone)s time") % {"day": show_day(item.deadline_on), "zone": item.zone_name}
        return [deadline, who or item.issued_by or str(item.get_issuer_type_display()), where]
    return [item.when, who, where, item.symbol]


def _of_changes(item: Item, changes: Sequence[Change]) -> list[str]:
    """What was recorded, in a few words; each thing once, however often it changed."""
    if not changes:
        return []
    first: dict[str, Any] = {}
    for change in changes:
        for name, pair in change.fields.items():
            first.setdefault(name, pair[0])
    if item.withdrawn_on and "withdrawn_on" in first:
        merged = getattr(item, "merged_into_id", None)
        return [_("merged with another entry") if merged else _("withdrawn: this entry was wrong")]
    if changes[0].is_new:
        return [_status(item, first) or pgettext("one entry", "new")]
    said = [_status(item, first), *_moved(item, first)]
    if "confirmed_on" in first:
        said.append(_("confirmed by the task team"))
    if first.get("published_on", "") is None and isinstance(item, Report) and item.published_on:
        said.append(_("published"))
    said = [words for words in said if words]
    return said or [_("changed: %(what)s") % {"what": _(", ").join(_labels(item, first)) or _("details")}]


def _status(item: Item, first: dict[str, Any]) -> str:
    """The status of a visit, when an event that gives one was added or changed."""
    if isinstance(item, CountryVisit) and "visitevent.kind" in first and item.status:
        return str(VisitEvent.Kind(item.status).label)
    return ""


def _moved(item: Item, first: dict[str, Any]) -> list[str]:
    """From which days it was moved."""
    if isinstance(item, CountryVisit) and ("starts_on" in first or "ends_on" in first):
        days = [
            date.fromisoformat(was) if (was := first.get(name, _now(item, name))) else None
            for name in ("starts_on", "ends_on")
        ]
        was = show_range(days[0], days[1], first.get("precision", item.precision) or "day")
        if not was:
            return [_("dates are known now")]
        if item.starts_on is None and item.ends_on is None:
            return [_("its dates are not known any more; they were %(days)s") % {"days": was}]
        return [_("moved; it was %(day)s") % {"day": was}]
    if isinstance(item, CallForInput) and "deadline_on" in first:
        if first["deadline_on"] is None:
            return [_("the deadline is known now")]
        return [_("deadline moved; it was %(day)s") % {"day": show_day(date.fromisoformat(first["deadline_on"]))}]
    return []


def _now(item: Item, name: str) -> str | None:
    day = getattr(item, name)
    return day.isoformat() if day else None


def _labels(item: Item, changed: dict[str, Any]) -> list[str]:
    """The names of the columns that changed and that mails tell of, and of places that were added or removed."""
    names = {field.attname: str(field.verbose_name) for field in item._meta.concrete_fields}
    places = {"country": str(_("countries")), "mandate": str(_("mandates")), "event": str(_("events"))}
    found = [label for name, label in names.items() if name in changed and name in TOLD]
    found += [label for end, label in places.items() if any(name.endswith(end) for name in changed)]
    return found


def subject_of(lines: Sequence[Line], answers: int, *, is_urgent: bool) -> str:
    """One item by its own words; several by their number, and the first of them."""
    if len(lines) == 1 and not answers:
        return lines[0].subject
    if not lines:
        return ngettext("You have %(n)d answer", "You have %(n)d answers", answers) % {"n": answers}
    words = {"n": len(lines), "first": lines[0].title}
    if is_urgent:
        return ngettext("%(n)d urgent item: %(first)s", "%(n)d urgent items: %(first)s …", len(lines)) % words
    return ngettext("%(n)d item this week: %(first)s", "%(n)d items this week: %(first)s …", len(lines)) % words
