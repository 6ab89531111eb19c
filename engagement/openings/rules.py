"""One rule for each of the twelve actions: when is it open?

Pure functions over a `Situation`, which was read before; `now` is passed in, an aware datetime in the reader's zone.
The table of rules is the project's design, section 5 ("Doing it logs it"); each docstring states its row and how
we read it. What is past its end need not be left out here: `what_is_open` does that for all.

Common to all: a withdrawn engagement counts for nothing. "Done" takes an entry that is done or under way, unless
the rule says otherwise: what is only planned has not happened.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.dates import show_day
from mandates.models import VisitEvent
from mandates.querysets import VisitPhase

from ..actions import CONTACTS
from .opening import Item, Kind, Opening, Step, Until
from .situation import CallRow, PriorityRow, ReportRow, Situation, VisitRow

NEWS_DAYS = 90
"""How long a postponement, or dates agreed that nobody has written down, stay news for the members."""
PRESS_DAYS = 14
REVIEW_DAYS = 365
SILENCE_DAYS = 90
REPORT_DAYS = 180

PLANNED, UNDER_WAY, DONE = "planned", "under_way", "done"


# -- Visits: actions 1 to 3 and 7 ---------------------------------------------------------------------


def follow_visits(situation: Situation, now: datetime) -> Iterator[Opening]:
    """1: nobody in the cluster is subscribed to its country's visits."""
    if not situation.follows_visits:
        yield Opening(
            1,
            Item("visits", _("Country visits"), f"{reverse('mandates:visit-list')}?country={situation.country}"),
            _("Nobody in the cluster is subscribed to visits to %(country)s.") % {"country": situation.country_name},
            _subscribe(situation, "country_visits"),
            facts=(situation.country,),
        )


def tell_members(situation: Situation, now: datetime) -> Iterator[Opening]:
    """2: a visit to the country has dates agreed or moved, and the members have not been told since.

    Agreed, announced, postponed, cancelled: each is news; so are other days in the dossier than those members were told
    of. It stays open until the visit is over; NEWS_DAYS long where no day is known. A declined request is no news.
    """
    for visit in situation.visits:
        if visit.phase == VisitPhase.PAST or visit.status == VisitEvent.Kind.DECLINED or not visit.moves:
            continue
        told = [
            row
            for row in situation.engagements
            if row.action == 2 and visit.key in row.items and row.status in (UNDER_WAY, DONE)
        ]
        if any(not any(move.is_after(row) for move in visit.moves) for row in told):
            continue
        if not told and not any(move.is_event for move in visit.moves):
            continue
        moved_on = max(move.on for move in visit.moves)
        if visit.last_day is None and (now.date() - moved_on).days > NEWS_DAYS:
            continue
        if visit.status == VisitEvent.Kind.CANCELLED:
            because = _("The visit is cancelled, and the members have not been told.")
        elif visit.status == VisitEvent.Kind.POSTPONED:
            because = _("The visit is postponed, and the members have not been told.")
        elif told:
            because = _("The dates were agreed or moved since the members were told.")
        else:
            because = _("The dates are agreed, and the members have not been told.")
        step = _act(_("Tell the members"), "visit-share", situation, visit.key)
        yield _about_visit(2, visit, situation, now, because, visit.last_day, step)


def propose_briefing(situation: Situation, now: datetime) -> Iterator[Opening]:
    """3: a visit is ahead or under way and no briefing is planned or done. Without dates a visit is not ahead yet."""
    for visit in situation.visits:
        is_planned = situation.has_engagement(3, visit.key, PLANNED, UNDER_WAY, DONE)
        if visit.phase == VisitPhase.UNDER_WAY and not is_planned:
            because = _("The visit is under way, and no briefing is planned or done.")
        elif visit.phase == VisitPhase.UPCOMING and not is_planned:
            because = _("The visit is ahead, and no briefing is planned or done.")
        else:
            continue
        step = Step(_("Propose a briefing"), "engagement:briefing-propose", (situation.cluster, str(visit.key)))
        yield _about_visit(3, visit, situation, now, because, visit.last_day, step)


def speak_to_press(situation: Situation, now: datetime) -> Iterator[Opening]:
    """7: a visit is under way or ended under 14 days ago, until an issue is proposed; else possible, never due.

    A visit has ended when its days are over or its dossier says so; when it was only expected in some month or quarter,
    the dossier must say so. Cancelled and postponed visits did not take place.
    """
    is_due = False
    to_propose = _("Propose an issue"), "engagement:press-propose", (situation.cluster,)
    for visit in situation.visits:
        if situation.has_engagement(7, visit.key, PLANNED, UNDER_WAY, DONE):
            continue
        if visit.phase == VisitPhase.UNDER_WAY:
            because = _("The visit is under way: the mandate holder may soon speak to the press.")
            last_day = visit.last_day
        elif (last_day := _ended_on(visit, now.date())) and (now.date() - last_day).days < PRESS_DAYS:
            because = _("The visit ended on %(day)s: press communications follow.") % {"day": show_day(last_day)}
        else:
            continue
        is_due = True
        until = last_day and last_day + timedelta(days=PRESS_DAYS - 1)
        step = Step(*to_propose, query=(("visit", str(visit.key)),))
        yield _about_visit(7, visit, situation, now, because, until, step)
    if not is_due:
        yield Opening(
            7,
            Item("press", _("Press communications")),
            _("Mandate holders can speak to the press all year round when serious violations occur."),
            Step(*to_propose),
            kind=Kind.POSSIBLE,
        )


def _ended_on(visit: VisitRow, today: date) -> date | None:
    if visit.phase != VisitPhase.PAST or visit.status in VisitEvent.OFF:
        return None
    if visit.is_exact and visit.last_day and visit.last_day < today:
        return visit.last_day
    return visit.completed_on


# -- Reports and calls for input: actions 4 to 6 and 12 -----------------------------------------------


def follow_mandates(situation: Situation, now: datetime) -> Iterator[Opening]:
    """4: nobody in the cluster is subscribed to its priority mandates; without any there is nothing to follow."""
    if situation.priorities and not situation.follows_mandates:
        yield Opening(
            4,
            Item("mandates", _("Reports and calls of the priority mandates")),
            _("Nobody in the cluster is subscribed to its priority mandates."),
            _subscribe(situation, "priority_mandates"),
            facts=tuple(sorted(priority.slug for priority in situation.priorities)),
        )


def share_call(situation: Situation, now: datetime) -> Iterator[Opening]:
    """5: a call is open that concerns the country or a priority mandate, and is not yet shared.

    A call concerns the cluster when it asks about its country, or comes from a priority mandate and asks about no
    other country only. An ongoing call is possible, never due. A call of unknown deadline counts as not open, as in
    all lists. What was shared stays shared when the deadline is extended.
    """
    for call in situation.calls:
        if not situation.has_engagement(5, call.key, UNDER_WAY, DONE):
            yield from _about_call(
                5,
                call,
                situation,
                _("A call that asks about %(country)s is open and not yet shared with the members."),
                _("A call of %(mandate)s, priority %(rank)d, is open and not yet shared with the members."),
                _act(_("Tell the members"), "call-share", situation, call.key),
            )


def answer_call(situation: Situation, now: datetime) -> Iterator[Opening]:
    """6: a call is open that concerns the country or a priority mandate, and is not yet answered.

    Which calls concern the cluster: as in 5. Only a contribution that is done answers; one under way has a deadline.
    """
    for call in situation.calls:
        if not situation.has_engagement(6, call.key, DONE):
            is_begun = situation.has_engagement(6, call.key, UNDER_WAY)
            label = _("Go on with the answer") if is_begun else _("Answer the call")
            yield from _about_call(
                6,
                call,
                situation,
                _("A call that asks about %(country)s is open and not yet answered."),
                _("A call of %(mandate)s, priority %(rank)d, is open and not yet answered."),
                _act(label, "call-answer", situation, call.key),
            )


def use_report(situation: Situation, now: datetime) -> Iterator[Opening]:
    """12: a report on the country or of a priority mandate came out in the last 180 days and is not used yet.

    A priority mandate's report about other countries only is none of the cluster's.
    """
    for report in situation.reports:
        until = Until(report.published_on + timedelta(days=REPORT_DAYS), _zone(now))
        because = _concern(
            report,
            situation,
            _("A report on %(country)s came out on %(day)s and is not used yet."),
            _("A report of %(mandate)s, priority %(rank)d, came out on %(day)s and is not used yet."),
            day=show_day(report.published_on),
        )
        is_used = situation.has_engagement(12, report.key, UNDER_WAY, DONE)
        if because and not is_used and report.published_on <= now.date():
            item = Item(f"report:{report.key}", report.label, reverse("mandates:report-detail", args=[report.key]))
            step = Step(_("Say where it is used"), "engagement:report-use", (situation.cluster, str(report.key)))
            yield Opening(12, item, because, step, until=until, facts=(report.published_on,))


# -- Mandates: actions 8 to 10 ------------------------------------------------------------------------


def review_priorities(situation: Situation, now: datetime) -> Iterator[Opening]:
    """8: no priorities, reviewed over a year ago, or a prioritised mandate has ended or has a new holder.

    New is who took office after the last review, any of the five in a working group. One opening for the whole list,
    with the weightiest reason.
    """
    today = now.date()
    ended = [row for row in situation.priorities if row.has_ended(today)]
    reviewed_on = situation.reviewed_on or max((row.since for row in situation.priorities), default=today)
    new = [
        (row, holder)
        for row in situation.priorities
        if row not in ended
        for holder in row.holders
        if holder.started_on and reviewed_on < holder.started_on <= today
    ]
    is_old = (today - reviewed_on).days > REVIEW_DAYS
    if not situation.priorities:
        because = _("The cluster has no list of priority mandates yet.")
    elif ended and ended[0].successor:
        because = _("%(mandate)s has ended; %(successor)s continues its work.") % {
            "mandate": ended[0].acronym,
            "successor": ended[0].successor,
        }
    elif ended:
        because = _("%(mandate)s has ended.") % {"mandate": ended[0].acronym}
    elif new:
        because = _("%(mandate)s has a new mandate holder: %(name)s.") % {
            "mandate": new[0][0].acronym,
            "name": new[0][1].name,
        }
    elif is_old:
        because = _("The list was last reviewed on %(day)s, over a year ago.") % {"day": show_day(reviewed_on)}
    else:
        return
    yield Opening(
        8,
        Item("priorities", _("Priority mandates")),
        because,
        Step(_("Open the list"), "engagement:cluster-priorities", (situation.cluster,)),
        facts=(
            situation.reviewed_on,
            is_old,
            *(row.slug for row in ended),
            *(f"{row.slug} {holder.name}" for row, holder in new),
        ),
    )


def keep_in_contact(situation: Situation, now: datetime) -> Iterator[Opening]:
    """9: a prioritised mandate has had no contact (actions 3, 6, 7, 9, 10, 11) for 90 days.

    Counted from the last contact, or from the day it came on the list when that is later. Ended mandates are 8's.
    What is set aside comes back with the next review of the list.
    """
    today = now.date()
    for priority in situation.priorities:
        if priority.has_ended(today):
            continue
        contacts = [
            row.on
            for row in situation.engagements
            if row.action in CONTACTS and row.status in (UNDER_WAY, DONE) and priority.mandate in row.mandates
        ]
        last = max(contacts, default=date.min)
        days = (today - max(last, priority.since)).days
        if days < SILENCE_DAYS:
            continue
        words = {"mandate": priority.acronym, "rank": priority.rank, "n": days}
        if last >= priority.since:
            because = ngettext(
                "No contact with %(mandate)s, priority %(rank)d, for %(n)d day.",
                "No contact with %(mandate)s, priority %(rank)d, for %(n)d days.",
                days,
            )
        else:
            because = ngettext(
                "No contact with %(mandate)s since it came on the list %(n)d day ago, as priority %(rank)d.",
                "No contact with %(mandate)s since it came on the list %(n)d days ago, as priority %(rank)d.",
                days,
            )
        address = reverse("mandates:mandate-detail", args=[priority.slug])
        item = Item(f"mandate:{priority.slug}", priority.acronym, address)
        query = (("mandate", priority.slug),)
        step = Step(_("Share information"), "engagement:information-share", (situation.cluster,), query)
        yield Opening(9, item, because % words, step, facts=(situation.reviewed_on,))


def refer_case(situation: Situation, now: datetime) -> Iterator[Opening]:
    """10: possible, for mandates that act on communications; never suggested, so never due."""
    names = [
        row.acronym for row in situation.priorities if row.acts_on_communications and not row.has_ended(now.date())
    ]
    if names:
        because = _("Of the priority mandates these act on communications: %(mandates)s.") % {
            "mandates": _(", ").join(names)
        }
    elif situation.acting:
        because = ngettext(
            "%(n)d mandate acts on communications.", "%(n)d mandates act on communications.", situation.acting
        ) % {"n": situation.acting}
    else:
        return
    item = Item("cases", _("Individual cases"), f"{reverse('engagement:guide')}#actions")
    step = Step(_("What a referral needs"), "engagement:referral-new", (situation.cluster,))
    yield Opening(10, item, because, step, kind=Kind.POSSIBLE)


# -- Events: action 11 --------------------------------------------------------------------------------


def invite(situation: Situation, now: datetime) -> Iterator[Opening]:
    """11: a cluster event is planned and no mandate holder is invited; open until the day of the event."""
    for event in situation.events:
        if not situation.has_engagement(11, event.key, UNDER_WAY, DONE):
            yield Opening(
                11,
                Item(f"event:{event.key}", event.title),
                _("The event is planned, and no mandate holder is invited."),
                Step(_("Invite a mandate holder"), "engagement:event-invite", (situation.cluster, str(event.key))),
                until=Until(event.day, _zone(now)),
                facts=(event.day,),
            )


# -- What the rules share -----------------------------------------------------------------------------


def _zone(now: datetime) -> tzinfo:
    """The reader's zone."""
    return now.tzinfo or UTC


def _about_visit(
    action: int,
    visit: VisitRow,
    situation: Situation,
    now: datetime,
    because: str,
    last_day: date | None,
    step: Step,
) -> Opening:
    """Open until `last_day`; what is set aside comes back when the visit's dates or status change."""
    return Opening(
        action,
        Item(f"visit:{visit.key}", visit.label, reverse("mandates:visit-detail", args=[visit.key])),
        because,
        step,
        until=Until(last_day, _zone(now)) if last_day else None,
        facts=(visit.status, visit.starts_on, visit.ends_on),
    )


def _about_call(
    action: int, call: CallRow, situation: Situation, on_country: str, of_priority: str, step: Step
) -> Iterator[Opening]:
    """Open until the deadline, in the deadline's own zone; an ongoing call is possible only."""
    because = _concern(call, situation, on_country, of_priority)
    if because:
        until = Until(call.deadline_on, call.deadline_zone, is_deadline=True) if call.deadline_on else None
        yield Opening(
            action,
            Item(f"call:{call.key}", call.label, reverse("mandates:call-detail", args=[call.key])),
            because,
            step,
            until=until,
            kind=Kind.DUE if until else Kind.POSSIBLE,
            facts=(call.deadline_on,),
        )


def _concern(row: CallRow | ReportRow, situation: Situation, on_country: str, of_priority: str, **words: Any) -> str:
    """One of the two sentences, filled in, or "" when the call or report is none of the cluster's."""
    if situation.country in row.countries:
        return on_country % {"country": situation.country_name, **words}
    priority: PriorityRow | None = None if row.countries else situation.priority_of(row.mandates)
    if priority is None:
        return ""
    return of_priority % {"mandate": priority.acronym, "rank": priority.rank, **words}


def _act(label: str, page: str, situation: Situation, item: UUID) -> Step:
    """To the page that does it and logs it."""
    return Step(label, f"engagement:{page}", (situation.cluster, str(item)))


def _subscribe(situation: Situation, what: str) -> Step:
    return Step(_("Subscribe"), "engagement:subscribe", (situation.cluster,), posts=what)


Rule = Callable[[Situation, datetime], Iterator[Opening]]
RULES: dict[int, Rule] = {
    1: follow_visits,
    2: tell_members,
    3: propose_briefing,
    4: follow_mandates,
    5: share_call,
    6: answer_call,
    7: speak_to_press,
    8: review_priorities,
    9: keep_in_contact,
    10: refer_case,
    11: invite,
    12: use_report,
}
