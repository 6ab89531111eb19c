"""What a mail tells of a visit, a call for input or a report: public facts only, as they stand when it is written."""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mandates.changes import LINKS
from mandates.dates import show_day
from mandates.models import CallForInput, CountryVisit, ReferenceChange, Report, VisitEvent

from .text import beginning

Item = CountryVisit | CallForInput | Report

TITLE_IN_SUBJECT = 90
"""Characters of a title in the subject of a mail: what a list of mails shows."""

TOLD = frozenset(
    (
        "starts_on", "ends_on", "precision", "dates_text", "places", "visitevent.kind", "visitevent.day",
        "title", "deadline_kind", "deadline_on", "deadline_zone", "closed_on", "address", "languages", "formats",
        "word_limit", "session_id", "expected_on", "published_on", "symbol", "url",
    )
)  # fmt: skip
"""Columns that a mail tells of; when another one changes, nobody need be told again."""


class News(NamedTuple):
    """The words of one item in the active language: subject, what it is in a sentence, (label, value) of each fact."""

    subject: str
    opening: str
    facts: list[tuple[str, str]]
    address: str
    is_unconfirmed: bool


def as_it_stands(item: Item) -> Item:
    """The item read anew, with all that `news_of` says of it. Three queries at most."""
    return items_with_words(type(item)._default_manager.all()).get(pk=item.pk)


def items_with_words(rows: Any) -> Any:
    """`rows` of visits, calls or reports with all that `news_of` says of them: three queries."""
    if rows.model is CountryVisit:
        return rows.with_status(timezone.localdate()).with_places().select_related("report_session")
    return rows.with_places().select_related("session")


def news_of(item: Item) -> News:
    """What there is to tell of an item from `as_it_stands`, in the active language."""
    if isinstance(item, CountryVisit):
        subject, opening, facts = _of_visit(item)
    elif isinstance(item, CallForInput):
        subject, opening, facts = _of_call(item)
    else:
        subject, opening, facts = _of_report(item)
    if item.withdrawn_on and not getattr(item, "merged_into_id", None):
        subject = _("Withdrawn: %(what)s") % {"what": subject}
        opening = _("This entry was wrong: it is withdrawn.")
    address = settings.SITE_URL + item.get_absolute_url()
    filled = [(label, value) for label, value in [*facts, (_("Source"), item.source_url)] if value]
    return News(subject, opening, filled, address, not isinstance(item, Report) and item.is_unconfirmed)


def changed_at(item: Item) -> datetime | None:
    """When something that mails tell of the item last changed; None when nothing did since it was entered. One query.

    An event, a country or a mandate that was added or removed is told too: it has no value before or after.
    """
    changes = ReferenceChange.objects.filter(
        subject_type=item._meta.model_name, subject_id=str(item.pk), kind="changed"
    )
    for moment, fields in changes.order_by("-changed_at").values_list("changed_at", "changes"):
        if is_told(fields):
            return moment
    return None


def is_told(changes: dict[str, Any]) -> bool:
    """Whether mails tell of something in `ReferenceChange.changes`."""
    return any(name in TOLD or None in pair for name, pair in changes.items() if name not in LINKS)


Told = tuple[str, str, list[tuple[str, str]]]


def _of_visit(visit: CountryVisit) -> Told:
    where = _names(visit.countries.all())
    words = {"where": where, "who": _(", ").join(mandate.acronym for mandate in visit.mandates.all()) or "—"}
    if visit.status == VisitEvent.Kind.CANCELLED:
        subject = _("Cancelled: visit to %(where)s, %(who)s") % words
        opening = _("This visit does not take place: it is cancelled.")
    elif visit.status == VisitEvent.Kind.POSTPONED:
        subject = _("Postponed: visit to %(where)s, %(who)s") % words
        opening = _("This visit does not take place as announced: it is postponed.")
    elif visit.status == VisitEvent.Kind.DECLINED:
        subject = _("Declined: visit to %(where)s, %(who)s") % words
        opening = _("This visit does not take place: the State declined it.")
    else:
        subject = _("Visit to %(where)s, %(who)s: %(dates)s") % (words | {"dates": visit.dates})
        opening = _("A country visit by Special Procedures of the UN Human Rights Council:")
    session = visit.report_session
    return subject, opening, [
        (_("Where"), where),
        (_("Who"), _names(visit.mandates.all())),
        (_("Dates that were announced") if visit.is_off else _("Dates"), visit.dates),
        (_("Places"), visit.places),
        (_("Status"), visit.status_text),
        (_("Report expected at"), _(", ").join([str(session), session.dates]) if session else ""),
    ]  # fmt: skip


def _of_call(call: CallForInput) -> Told:
    title = beginning(call.title, TITLE_IN_SUBJECT)
    deadline = str(call.get_deadline_kind_display())
    subject = _("Call for input: %(title)s") % {"title": title}
    if call.deadline_on:
        words = {"day": show_day(call.deadline_on), "zone": call.zone_name, "title": title}
        deadline = _("%(day)s, 24:00 %(zone)s time") % words
        subject = _("Call for input until %(day)s: %(title)s") % words
    opening = _("A call for input that you can answer:")
    if (call.closed_on or call.closes_at) and not call.withdrawn_on and not call.is_open(timezone.now()):
        subject = _("Closed call for input: %(title)s") % {"title": title}
        opening = _("A call for input that is closed:")
    first = _("extended; at first it was %(day)s") % {"day": show_day(call.extended_from)}
    return subject, opening, [
        (_("Title"), call.title),
        (_("Issued by"), _names(call.mandates.all()) or call.issued_by or str(call.get_issuer_type_display())),
        (_("Asks about"), _names(call.countries.all()) or _("all countries")),
        (_("Deadline"), f"{deadline} ({first})" if call.extended_from else deadline),
        (_("Where to send"), call.address),
        (_("Languages"), call.languages),
        (_("Formats"), call.formats),
        (_("At most, in words"), str(call.word_limit or "")),
        (_("Publication"), str(call.get_inputs_published_display())),
    ]  # fmt: skip


def _of_report(report: Report) -> Told:
    title = {"title": beginning(report.title, TITLE_IN_SUBJECT)}
    if report.published_on:
        subject, opening = _("Report published: %(title)s") % title, _("A report of Special Procedures has come out:")
    else:
        subject, opening = _("Report ahead: %(title)s") % title, _("A report of Special Procedures is ahead:")
    session = report.session
    return subject, opening, [
        (_("Title"), report.title),
        (_("Who"), _names(report.mandates.all())),
        (pgettext("countries of a report", "About"), _names(report.countries.all())),
        (_("Published") if report.published_on else _("When"), report.when),
        (_("Session"), _(", ").join([str(session), session.dates]) if session else ""),
        (_("Symbol"), report.symbol),
        (_("Document"), report.url),
    ]  # fmt: skip


def _names(rows: Any) -> str:
    return " · ".join(row.name for row in rows)
