"""What is open to a cluster: the rules, on a table of situations. No database: the rules ask none."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from engagement.openings import Kind, Situation, what_is_open
from engagement.openings.opening import Until
from engagement.openings.situation import (
    CallRow,
    EngagementRow,
    EventRow,
    HolderRow,
    Move,
    PriorityRow,
    ReportRow,
    VisitRow,
)
from mandates.querysets import VisitPhase

JUBA, GENEVA, KYIV, HONOLULU = map(ZoneInfo, ("Africa/Juba", "Europe/Zurich", "Europe/Kyiv", "Pacific/Honolulu"))
NOON = datetime(2026, 5, 20, 12, tzinfo=JUBA)
TODAY = NOON.date()
ALL = frozenset(range(1, 13))
V, W, C, R, E = (UUID(int=n) for n in range(1, 6))
IDPS, HOUSING, TORTURE = 1, 2, 3


def day(days: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=days)


def visit(phase="UPCOMING", starts=19, ends=30, moved=-20, **more) -> VisitRow:
    """A visit in days from today, announced 20 days ago."""
    fields = {
        "key": V,
        "label": "Visit to South Sudan: SR IDPs",
        "status": "announced",
        "starts_on": None if starts is None else day(starts),
        "ends_on": None if ends is None else day(ends),
        "moves": () if moved is None else (Move(day(moved)),),
    }
    return VisitRow(phase=VisitPhase[phase], **fields | more)


def under_way(**more) -> VisitRow:
    return visit("UNDER_WAY", -2, 5, **{"status": "under_way"} | more)


def over(days_ago=5, **more) -> VisitRow:
    return visit("PAST", -days_ago - 9, -days_ago, **{"status": "completed", "completed_on": day(-days_ago)} | more)


def off(status="cancelled", **more) -> VisitRow:
    return visit("OFF", **{"status": status} | more)


def call(until=10, zone=GENEVA, **more) -> CallRow:
    """A call that asks about South Sudan."""
    deadline = None if until is None else day(until)
    return CallRow(
        **{"key": C, "label": "Call", "countries": frozenset({"SSD"})} | more, deadline_on=deadline, deadline_zone=zone
    )


def report(days_ago=30, **more) -> ReportRow:
    """A report on South Sudan."""
    return ReportRow(
        **{"key": R, "label": "Report", "countries": frozenset({"SSD"})} | more, published_on=day(-days_ago)
    )


def priority(**more) -> PriorityRow:
    fields = {"mandate": IDPS, "slug": "sr-idps", "acronym": "SR IDPs", "rank": 1, "since": day(-80)}
    return PriorityRow(**fields | more)


def event(days=15) -> EventRow:
    return EventRow(E, "Protection forum", day(days))


def line(action, item=None, status="done", days_ago=3, hour=12, mandates=(), written=None) -> EngagementRow:
    """An engagement of `days_ago`, written on that day at noon unless `written` days ago."""
    written_on = day(-(days_ago if written is None else written))
    return EngagementRow(
        action,
        status,
        day(-days_ago),
        datetime(written_on.year, written_on.month, written_on.day, hour, tzinfo=JUBA),
        frozenset({item} if item else ()),
        frozenset(mandates),
    )


SETTLED = Situation(
    cluster="south-sudan",
    country="SSD",
    country_name="South Sudan",
    shown=ALL,
    priorities=(priority(),),
    reviewed_on=day(-80),
    follows_visits=True,
    follows_mandates=True,
    acting=40,
)
"""A cluster with nothing to do: subscribed, one priority, reviewed 80 days ago."""

NONE_ON_LIST = {"priorities": (), "reviewed_on": None}
FIRST_LIST = "8 priorities"
PRESS, CASES = "7 press", "10 cases"
VISIT = f"visit:{V}"
CALL, REPORT, EVENT = f"call:{C}", f"report:{R}", f"event:{E}"
BRIEF = f"3 {VISIT} 2026-06-19"
TELL = f"2 {VISIT} 2026-06-19"
SHARE, ANSWER = f"5 {CALL} 2026-05-30", f"6 {CALL} 2026-05-30"
USED = f"12 {REPORT} 2026-10-17"
TOLD = line(2, V)


def said(openings) -> list[str]:
    """Each as "action item last day"."""
    return [f"{o.action} {o.item.key}{f' {o.until.on}' if o.until else ''}" for o in openings]


# name: (what differs from a settled cluster, what is due in this order, what is possible)
SITUATIONS = {
    "nothing at all": ({}, []),
    # 1, 4: subscriptions
    "nobody follows visits": ({"follows_visits": False}, ["1 visits"]),
    "nobody follows the priority mandates": ({"follows_mandates": False}, ["4 mandates"]),
    "no priorities, so none to follow": ({"follows_mandates": False, **NONE_ON_LIST}, [FIRST_LIST]),
    # 2, 3: a visit ahead
    "a visit is announced": ({"visits": (visit(),)}, [TELL, BRIEF]),
    "the members are told": ({"visits": (visit(),), "engagements": (TOLD,)}, [BRIEF]),
    "telling is under way": ({"visits": (visit(),), "engagements": (line(2, V, "under_way"),)}, [BRIEF]),
    "telling is only planned": ({"visits": (visit(),), "engagements": (line(2, V, "planned"),)}, [TELL, BRIEF]),
    "members were told of another visit": ({"visits": (visit(),), "engagements": (line(2, W),)}, [TELL, BRIEF]),
    "shared without naming a visit": ({"visits": (visit(),), "engagements": (line(2),)}, [TELL, BRIEF]),
    "told before the dates were agreed": (
        {"visits": (visit(),), "engagements": (line(2, V, days_ago=40),)},
        [TELL, BRIEF],
    ),
    "told of old dates, of the new ones later": (
        {"visits": (visit(),), "engagements": (line(2, V, days_ago=40), TOLD)},
        [BRIEF],
    ),
    "told on the day of the announcement": (
        {"visits": (visit(),), "engagements": (line(2, V, days_ago=20),)},
        [BRIEF],
    ),
    "told in the morning, moved in the afternoon": (
        {
            "visits": (visit(moves=(Move(day(-3), datetime(2026, 5, 17, 15, tzinfo=JUBA)),)),),
            "engagements": (TOLD,),
        },
        [TELL, BRIEF],
    ),
    "moved in the morning, told at noon": (
        {"visits": (visit(moves=(Move(day(-3), datetime(2026, 5, 17, 9, tzinfo=JUBA)),)),), "engagements": (TOLD,)},
        [BRIEF],
    ),
    "told before it moved, written down after": (
        {"visits": (visit(moved=-5),), "engagements": (line(2, V, days_ago=7, written=1),)},
        [TELL, BRIEF],
    ),
    "other days stand in the dossier than were told": (
        {
            "visits": (visit(moves=(Move(day(-20)), Move(day(-1), NOON, is_event=False))),),
            "engagements": (TOLD,),
        },
        [TELL, BRIEF],
    ),
    "dates proposed and corrected are not agreed": (
        {"visits": (visit(status="dates_proposed", moves=(Move(day(-1), NOON, is_event=False),)),)},
        [BRIEF],
    ),
    "a visit with days but no word of agreement": ({"visits": (visit(status="accepted", moved=None),)}, [BRIEF]),
    "a briefing is planned": ({"visits": (visit(),), "engagements": (TOLD, line(3, V, "planned", -10))}, []),
    "a briefing is done": ({"visits": (visit(),), "engagements": (TOLD, line(3, V))}, []),
    "a briefing on another visit": ({"visits": (visit(),), "engagements": (TOLD, line(3, W))}, [BRIEF]),
    "a visit known to the quarter": (
        {"visits": (visit(starts=42, ends=133, is_exact=False),)},
        [f"2 {VISIT} 2026-09-30", f"3 {VISIT} 2026-09-30"],
    ),
    "a visit of one day": (
        {"visits": (visit(starts=4, ends=None),)},
        [f"2 {VISIT} 2026-05-24", f"3 {VISIT} 2026-05-24"],
    ),
    "a visit requested, nothing more": ({"visits": (visit("UNDATED", None, None, None, status="requested"),)}, []),
    "dates agreed, nobody wrote which": ({"visits": (visit("UNDATED", None, None, -9),)}, [f"2 {VISIT}"]),
    "dates agreed long ago, nobody wrote which": ({"visits": (visit("UNDATED", None, None, -91),)}, []),
    "a request declined": ({"visits": (off("declined", moved=None),)}, []),
    "declined after dates were agreed": ({"visits": (off("declined"),)}, []),
    "two visits, the nearer first": (
        {
            "visits": (
                visit(starts=40, ends=50, label="B"),
                visit(key=W, starts=19, ends=30, label="A"),
            ),
            "engagements": (line(2, V), line(2, W)),
        },
        [f"3 visit:{W} 2026-06-19", f"3 {VISIT} 2026-07-09"],
    ),
    "a joint visit is one visit": (
        {
            "visits": (visit(label="Visit to South Sudan: SR IDPs, SR housing"),),
            "priorities": (priority(), priority(mandate=HOUSING, slug="sr-housing", acronym="SR housing", rank=2)),
            "engagements": (line(2, V, mandates=[IDPS]), line(3, V, mandates=[HOUSING])),
        },
        [],
    ),
    # 2 and nothing else: a visit that is off
    "a visit is cancelled": ({"visits": (off(),)}, [TELL]),
    "cancelled, and the members know": ({"visits": (off(moved=-5),), "engagements": (TOLD,)}, []),
    "cancelled after the members were told": ({"visits": (off(moved=-2),), "engagements": (TOLD,)}, [TELL]),
    "a visit is postponed": ({"visits": (off("postponed"),)}, [TELL]),
    "postponed without a day": ({"visits": (off("postponed", starts=None, ends=None),)}, [f"2 {VISIT}"]),
    "postponed without a day, long ago": ({"visits": (off("postponed", moved=-91, starts=None, ends=None),)}, []),
    "a cancelled visit whose days are past": ({"visits": (over(status="cancelled", completed_on=None),)}, []),
    # 7: the press
    "a visit is under way": (
        {"visits": (under_way(),), "engagements": (TOLD, line(3, V))},
        [f"7 {VISIT} 2026-06-07"],
        [CASES],
    ),
    "under way, and nothing was done": (
        {"visits": (under_way(),)},
        [f"2 {VISIT} 2026-05-25", f"3 {VISIT} 2026-05-25", f"7 {VISIT} 2026-06-07"],
        [CASES],
    ),
    "under way, no day written down": (
        {"visits": (under_way(starts_on=None, ends_on=None, moves=()),)},
        [f"3 {VISIT}", f"7 {VISIT}"],
        [CASES],
    ),
    "a visit ended 13 days ago": ({"visits": (over(13),)}, [f"7 {VISIT} 2026-05-20"], [CASES]),
    "a visit ended 14 days ago": ({"visits": (over(14),)}, []),
    "ended, and an issue is proposed": ({"visits": (over(),), "engagements": (line(7, V),)}, []),
    "ended, and an issue is to be proposed": ({"visits": (over(),), "engagements": (line(7, V, "planned", 0),)}, []),
    "its days are over, the outcome not recorded": (
        {"visits": (over(status="announced", completed_on=None),)},
        [f"7 {VISIT} 2026-05-28"],
        [CASES],
    ),
    "the quarter is over, the outcome not recorded": (
        {"visits": (over(status="announced", completed_on=None, is_exact=False),)},
        [],
    ),
    "completed before its last day": (
        {"visits": (over(ends_on=day(4), completed_on=day(-1)),)},
        [f"7 {VISIT} 2026-06-01"],
        [CASES],
    ),
    # 5, 6: calls for input
    "a call asks about the country": ({"calls": (call(),)}, [SHARE, ANSWER]),
    "the call is shared": ({"calls": (call(),), "engagements": (line(5, C),)}, [ANSWER]),
    "the call is to be shared": ({"calls": (call(),), "engagements": (line(5, C, "planned"),)}, [SHARE, ANSWER]),
    "the call is answered": ({"calls": (call(),), "engagements": (line(5, C), line(6, C))}, []),
    "an answer is being written": (
        {"calls": (call(),), "engagements": (line(5, C), line(6, C, "under_way"))},
        [ANSWER],
    ),
    "answered without sharing it": ({"calls": (call(),), "engagements": (line(6, C),)}, [SHARE]),
    "a call of a priority mandate to all countries": (
        {"calls": (call(countries=frozenset(), mandates=frozenset({TORTURE, IDPS})),)},
        [SHARE, ANSWER],
    ),
    "a call of another mandate to all countries": (
        {"calls": (call(countries=frozenset(), mandates=frozenset({TORTURE})),)},
        [],
    ),
    "a call of a priority mandate about another country": (
        {"calls": (call(countries=frozenset({"COL"}), mandates=frozenset({IDPS})),)},
        [],
    ),
    "a call of no mandate to all countries": ({"calls": (call(countries=frozenset()),)}, []),
    "a call about several countries": ({"calls": (call(countries=frozenset({"COL", "SSD"})),)}, [SHARE, ANSWER]),
    "an ongoing call": ({"calls": (call(None),)}, [], [f"5 {CALL}", f"6 {CALL}", PRESS, CASES]),
    "an ongoing call, answered": (
        {"calls": (call(None),), "engagements": (line(5, C), line(6, C))},
        [],
    ),
    "an extended call that was shared before": (
        {"calls": (call(24),), "engagements": (line(5, C, days_ago=30),)},
        [f"6 {CALL} 2026-06-13"],
    ),
    "the last day of a call": (
        {"calls": (call(0),), "engagements": (line(5, C),)},
        [f"6 {CALL} 2026-05-20"],
    ),
    "the day after a call": ({"calls": (call(-1),)}, []),
    # 8: the list of priorities
    "no priorities": (NONE_ON_LIST, [FIRST_LIST]),
    "reviewed a year ago": (
        {"priorities": (priority(since=day(-80)),), "reviewed_on": day(-365)},
        [],
    ),
    "reviewed over a year ago": ({"reviewed_on": day(-366)}, [FIRST_LIST]),
    "a mandate on the list has ended": ({"priorities": (priority(ended_on=day(-1)),)}, [FIRST_LIST]),
    "a mandate on the list ends today": ({"priorities": (priority(ended_on=TODAY),)}, []),
    "a mandate on the list was merged": (
        {"priorities": (priority(ended_on=day(-30), successor="SR slavery and trafficking"),)},
        [FIRST_LIST],
    ),
    "a new holder": ({"priorities": (priority(holders=(HolderRow("Ana", day(-10)),)),)}, [FIRST_LIST]),
    "one of five is new": (
        {
            "priorities": (
                priority(holders=(*(HolderRow(name, date(2023, 5, 1)) for name in "ABCD"), HolderRow("E", day(-1)))),
            )
        },
        [FIRST_LIST],
    ),
    "a holder since before the review": ({"priorities": (priority(holders=(HolderRow("Ana", day(-80)),)),)}, []),
    "a holder of unknown start": ({"priorities": (priority(holders=(HolderRow("Ana", None),)),)}, []),
    "a holder who starts tomorrow": ({"priorities": (priority(holders=(HolderRow("Ana", day(1)),)),)}, []),
    # 9: contact
    "a contact 89 days ago": (
        {"priorities": (priority(since=day(-300)),), "engagements": (line(6, days_ago=89, mandates=[IDPS]),)},
        [],
    ),
    "a contact 90 days ago": (
        {"priorities": (priority(since=day(-300)),), "engagements": (line(6, days_ago=90, mandates=[IDPS]),)},
        ["9 mandate:sr-idps"],
    ),
    "never any contact, 90 days on the list": ({"priorities": (priority(since=day(-90)),)}, ["9 mandate:sr-idps"]),
    "a contact with another mandate": (
        {"priorities": (priority(since=day(-300)),), "engagements": (line(6, mandates=[HOUSING]),)},
        ["9 mandate:sr-idps"],
    ),
    "a contact that is only planned": (
        {"priorities": (priority(since=day(-300)),), "engagements": (line(9, status="planned", mandates=[IDPS]),)},
        ["9 mandate:sr-idps"],
    ),
    "following a mandate is no contact": (
        {"priorities": (priority(since=day(-300)),), "engagements": (line(4, mandates=[IDPS]),)},
        ["9 mandate:sr-idps"],
    ),
    "silence with a mandate that has ended": (
        {"priorities": (priority(since=day(-300), ended_on=day(-9)),)},
        [FIRST_LIST],
    ),
    # 10: cases
    "a priority mandate that takes no communications": (
        {"priorities": (priority(acts_on_communications=False),)},
        [],
    ),
    "no mandate at all takes communications": (
        {"priorities": (priority(acts_on_communications=False),), "acting": 0},
        [],
        [PRESS],
    ),
    # 11: events
    "an event is planned": ({"events": (event(),)}, [f"11 {EVENT} 2026-06-04"]),
    "somebody is invited": ({"events": (event(),), "engagements": (line(11, E),)}, []),
    "an invitation is to be written": (
        {"events": (event(),), "engagements": (line(11, E, "planned"),)},
        [f"11 {EVENT} 2026-06-04"],
    ),
    "the event is today": ({"events": (event(0),)}, [f"11 {EVENT} 2026-05-20"]),
    "the event was yesterday": ({"events": (event(-1),)}, []),
    # 12: reports
    "a report on the country": ({"reports": (report(),)}, [USED]),
    "the report is used": ({"reports": (report(),), "engagements": (line(12, R),)}, []),
    "the report is to be used": ({"reports": (report(),), "engagements": (line(12, R, "planned"),)}, [USED]),
    "a thematic report of a priority mandate": (
        {"reports": (report(countries=frozenset(), mandates=frozenset({IDPS})),)},
        [USED],
    ),
    "a thematic report of another mandate": (
        {"reports": (report(countries=frozenset(), mandates=frozenset({TORTURE})),)},
        [],
    ),
    "a priority mandate's report on another country": (
        {"reports": (report(countries=frozenset({"COL"}), mandates=frozenset({IDPS})),)},
        [],
    ),
    "a report of 180 days ago": ({"reports": (report(180),)}, [f"12 {REPORT} 2026-05-20"]),
    "a report of 181 days ago": ({"reports": (report(181),)}, []),
    "a report that comes out tomorrow": ({"reports": (report(-1),)}, []),
    # together
    "the nearest end first, those without one last": (
        {"visits": (visit(),), "calls": (call(),), "events": (event(),), "reports": (report(),), **NONE_ON_LIST},
        [SHARE, ANSWER, f"11 {EVENT} 2026-06-04", TELL, BRIEF, USED, FIRST_LIST],
    ),
    "a reader without high is not shown 8 and 9": (
        {"shown": ALL - {8, 9}, "priorities": (priority(since=day(-300), ended_on=None),), "reviewed_on": day(-400)},
        [],
    ),
    "a member is shown whether anybody follows the visits": (
        {"shown": frozenset({1}), "follows_visits": False, "visits": (visit(),), "calls": (call(),)},
        ["1 visits"],
        [],
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_open_in_a_situation(name):
    """Exactly these openings, in this order."""
    differs, due, *rest = SITUATIONS[name]
    openings = what_is_open(replace(SETTLED, **differs), now=NOON)
    assert said(openings.due) == due
    assert said(openings.possible) == (rest[0] if rest else [PRESS, CASES])
    assert openings.set_aside == []


BECAUSE = {
    "nobody follows visits": "Nobody in the cluster is subscribed to visits to South Sudan.",
    "a visit is announced": "The dates are agreed, and the members have not been told.",
    "told before the dates were agreed": "The dates were agreed or moved since the members were told.",
    "a visit is cancelled": "The visit is cancelled, and the members have not been told.",
    "a visit is postponed": "The visit is postponed, and the members have not been told.",
    "a visit ended 13 days ago": "The visit ended on 7 May 2026: press communications follow.",
    "a call asks about the country": "A call that asks about South Sudan is open and not yet shared with the members.",
    "a call of a priority mandate to all countries": (
        "A call of SR IDPs, priority 1, is open and not yet shared with the members."
    ),
    "reviewed over a year ago": "The list was last reviewed on 19 May 2025, over a year ago.",
    "a mandate on the list has ended": "SR IDPs has ended.",
    "a mandate on the list was merged": "SR IDPs has ended; SR slavery and trafficking continues its work.",
    "one of five is new": "SR IDPs has a new mandate holder: E.",
    "a contact 90 days ago": "No contact with SR IDPs, priority 1, for 90 days.",
    "never any contact, 90 days on the list": (
        "No contact with SR IDPs since it came on the list 90 days ago, as priority 1."
    ),
    "an event is planned": "The event is planned, and no mandate holder is invited.",
    "a report on the country": "A report on South Sudan came out on 20 April 2026 and is not used yet.",
}


@pytest.mark.parametrize("name", BECAUSE)
def test_each_opening_says_why_in_a_sentence(name):
    """The first opening of the situation gives its reason."""
    openings = what_is_open(replace(SETTLED, **SITUATIONS[name][0]), now=NOON)
    assert openings.due[0].because == BECAUSE[name]


def test_cases_are_possible_for_the_priority_mandates_that_act_on_communications():
    """They are named; without any, all mandates that act are counted. Never due."""
    silent = priority(mandate=HOUSING, slug="sr-housing", acronym="SR housing", rank=2, acts_on_communications=False)
    ended = priority(mandate=TORTURE, slug="sr-torture", acronym="SR torture", rank=3, ended_on=day(-1))
    for priorities, because in (
        ((priority(), silent, ended), "Of the priority mandates these act on communications: SR IDPs."),
        ((silent,), "40 mandates act on communications."),
    ):
        openings = what_is_open(replace(SETTLED, priorities=priorities), now=NOON)
        (cases,) = [opening for opening in openings.possible if opening.action == 10]
        assert cases.because == because
        assert not [opening for opening in openings.due if opening.action == 10]


@pytest.mark.parametrize(
    ("zone", "deadline", "now", "is_open", "words"),
    [
        # Winter: Geneva is an hour behind Juba, so the call is open into the next day there.
        (GENEVA, date(2026, 1, 15), datetime(2026, 1, 16, 0, 30, tzinfo=JUBA), True, "closes today, in 1 hour"),
        (GENEVA, date(2026, 1, 15), datetime(2026, 1, 16, 1, 0, tzinfo=JUBA), False, ""),
        (GENEVA, date(2026, 1, 15), datetime(2026, 1, 15, 23, 30, tzinfo=JUBA), True, "closes in 1 day"),
        # Summer: the same hour in both.
        (GENEVA, date(2026, 7, 15), datetime(2026, 7, 15, 23, 59, tzinfo=JUBA), True, "closes today, in 1 hour"),
        (GENEVA, date(2026, 7, 15), datetime(2026, 7, 16, 0, 0, tzinfo=JUBA), False, ""),
        # A deadline in Honolulu is still open in Juba at noon of the next day.
        (HONOLULU, date(2026, 5, 19), NOON, False, ""),
        (HONOLULU, date(2026, 5, 20), datetime(2026, 5, 21, 11, 59, tzinfo=JUBA), True, "closes today, in 1 hour"),
    ],
)
def test_a_deadline_is_a_day_in_its_own_zone(zone, deadline, now, is_open, words):
    """Geneva against Juba around midnight: open until 24:00 there, counted on the reader's calendar."""
    ask = CallRow(C, "Call", deadline, zone, frozenset({"SSD"}))
    situation = replace(SETTLED, calls=(ask,), reviewed_on=None, shown=frozenset({6}))
    with timezone.override(now.tzinfo):
        due = what_is_open(situation, now=now).due
        assert bool(due) == is_open
        assert "".join(opening.until.time_left(now) for opening in due) == words


def test_a_day_without_a_zone_is_of_the_readers_calendar():
    """At 22:30 UTC the event is over for Kyiv, and not yet for Geneva in winter."""
    moment = datetime(2026, 1, 15, 22, 30, tzinfo=UTC)
    situation = replace(SETTLED, shown=frozenset({11}), events=(EventRow(E, "Forum", date(2026, 1, 15)),))
    assert said(what_is_open(situation, now=moment.astimezone(GENEVA)).due) == [f"11 {EVENT} 2026-01-15"]
    assert what_is_open(situation, now=moment.astimezone(KYIV)).due == []


def test_time_left_is_said_in_the_words_of_the_thing():
    """A call closes; a visit or an event has days left, to its last day."""
    with timezone.override(JUBA):
        assert Until(day(5), JUBA, is_deadline=True).time_left(NOON) == "closes in 5 days"
        said = [Until(day(days), JUBA).time_left(NOON) for days in (5, 1, 0)]
        assert said == ["5 days left", "1 day left", "last day"]


def test_until_says_the_zone_where_it_is_not_the_readers():
    """ "24:00 Geneva time" is said to Kyiv, not to Geneva, and not where the hour is the same."""
    until = Until(date(2026, 7, 15), GENEVA)
    assert until.in_words(NOON.astimezone(KYIV)) == "15 July 2026, 24:00 Geneva time"
    assert until.in_words(NOON.astimezone(GENEVA)) == until.in_words(NOON) == "until 15 July 2026"


STEPS = {
    "nobody follows visits": ("subscribe/", "country_visits"),
    "nobody follows the priority mandates": ("subscribe/", "priority_mandates"),
    "no priorities": ("priorities/", ""),
    "a visit is announced": (f"visits/{V}/share/", ""),
    "a briefing on another visit": (f"visits/{V}/briefing/", ""),
    "a visit ended 13 days ago": (f"press/?visit={V}", ""),
    "a call asks about the country": (f"calls/{C}/share/", ""),
    "the call is shared": (f"calls/{C}/answer/", ""),
    "a contact 90 days ago": ("information/?mandate=sr-idps", ""),
    "an event is planned": (f"events/{E}/invite/", ""),
    "a report on the country": (f"reports/{R}/use/", ""),
}


@pytest.mark.parametrize("name", STEPS)
def test_the_first_step_of_each(name):
    """One button leads to the page of the act, for this cluster and item; or it posts what to follow."""
    step = what_is_open(replace(SETTLED, **SITUATIONS[name][0]), now=NOON).due[0].first_step
    address, posts = STEPS[name]
    assert (step.address, step.posts) == (f"/clusters/south-sudan/{address}", posts)


def test_an_answer_that_is_begun_is_gone_on_with():
    """The button says so; it leads to the same page."""
    begun = EngagementRow(action=6, status="under_way", on=NOON.date(), written_at=NOON, items=frozenset([C]))
    situation = replace(SETTLED, **SITUATIONS["the call is shared"][0])
    steps = [
        what_is_open(replace(situation, engagements=(*situation.engagements, *rows)), now=NOON).due[0].first_step
        for rows in ((), (begun,))
    ]
    assert [step.label for step in steps] == ["Answer the call", "Go on with the answer"]
    assert steps[0].address == steps[1].address


@pytest.mark.parametrize(("number", "address"), [(7, "press/"), (10, "referral/")])
def test_what_is_only_possible_leads_to_its_page_too(number, address):
    """An issue for the press without a visit; a referral begins with what it needs."""
    (opening,) = [opening for opening in what_is_open(SETTLED, now=NOON).possible if opening.action == number]
    assert opening.first_step.address == f"/clusters/south-sudan/{address}"


def set_aside(situation: Situation) -> Situation:
    """The same with all that is due set aside."""
    due = what_is_open(situation, now=NOON).due
    return replace(situation, set_aside=frozenset(opening.identity for opening in due))


CHANGES = {
    "the visit is postponed": (
        {"visits": (visit(),)},
        {"visits": (off("postponed"),)},
        [TELL],
    ),
    "the visit has other days": (
        {"visits": (visit(),)},
        {"visits": (visit(ends=31),)},
        [f"2 {VISIT} 2026-06-20", f"3 {VISIT} 2026-06-20"],
    ),
    "the deadline is extended": (
        {"calls": (call(),)},
        {"calls": (call(11),)},
        [f"5 {CALL} 2026-05-31", f"6 {CALL} 2026-05-31"],
    ),
    "the call becomes ongoing": ({"calls": (call(),)}, {"calls": (call(None),)}, []),
    "the event moves": ({"events": (event(),)}, {"events": (event(20),)}, [f"11 {EVENT} 2026-06-09"]),
    "the list is reviewed": (
        {"priorities": (priority(since=day(-300)),)},
        {"reviewed_on": day(-1)},
        ["9 mandate:sr-idps"],
    ),
    "another mandate ends": (
        {"priorities": (priority(ended_on=day(-9)),)},
        {
            "priorities": (
                priority(ended_on=day(-9)),
                priority(mandate=HOUSING, slug="sr-housing", rank=2, ended_on=day(-1)),
            )
        },
        [FIRST_LIST],
    ),
    "the list has another mandate": (
        {"follows_mandates": False},
        {"priorities": (priority(), priority(mandate=HOUSING, slug="sr-housing", rank=2))},
        ["4 mandates"],
    ),
    "nothing changes": (
        {"visits": (visit(),), "calls": (call(),), "events": (event(),), "reports": (report(),)},
        {},
        [],
    ),
    "only the label changes": ({"visits": (visit(),)}, {"visits": (visit(label="Visit to Juba"),)}, []),
    "an engagement is logged": ({"visits": (visit(),)}, {"engagements": (line(2, V, days_ago=40),)}, []),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_set_aside_comes_back_when_the_item_changes(name):
    """Its own dates and status bring it back; its label, or a line of the log, does not."""
    before, after, expected = CHANGES[name]
    aside = set_aside(replace(SETTLED, **before))
    quiet = what_is_open(aside, now=NOON)
    assert quiet.due == []
    assert quiet.set_aside
    assert said(what_is_open(replace(aside, **after), now=NOON).due) == expected


def test_what_is_set_aside_for_one_action_stays_open_for_another():
    """A call that will not be answered may still be shared."""
    situation = replace(SETTLED, calls=(call(),))
    share, answer = what_is_open(situation, now=NOON).due
    openings = what_is_open(replace(situation, set_aside=frozenset({answer.identity})), now=NOON)
    assert openings.due == [share]
    assert openings.set_aside == [answer]


days = st.integers(-400, 400).map(day)
maybe_days = st.none() | days
zones = st.sampled_from([JUBA, GENEVA, KYIV, HONOLULU])
keys = st.integers(1, 6).map(lambda n: UUID(int=n))
codes = st.frozensets(st.sampled_from(["SSD", "COL"]))
mandates = st.frozensets(st.integers(1, 3))
statuses = st.sampled_from(["requested", "announced", "postponed", "cancelled", "declined", "under_way", "completed"])
situations = st.builds(
    Situation,
    cluster=st.just("south-sudan"),
    country=st.just("SSD"),
    country_name=st.just("South Sudan"),
    shown=st.frozensets(st.sampled_from(sorted(ALL)), min_size=6),
    visits=st.lists(
        st.builds(
            VisitRow,
            key=keys,
            label=st.just("Visit"),
            phase=st.sampled_from(VisitPhase),
            status=statuses,
            starts_on=maybe_days,
            ends_on=maybe_days,
            is_exact=st.booleans(),
            completed_on=maybe_days,
            moves=st.lists(st.builds(Move, on=days), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    calls=st.lists(st.builds(CallRow, keys, st.just("Call"), maybe_days, zones, codes, mandates), max_size=3).map(
        tuple
    ),
    reports=st.lists(st.builds(ReportRow, keys, st.just("Report"), days, codes, mandates), max_size=3).map(tuple),
    priorities=st.lists(
        st.builds(
            PriorityRow,
            mandate=st.integers(1, 3),
            slug=st.just("sr"),
            acronym=st.just("SR"),
            rank=st.integers(1, 3),
            since=days,
            ended_on=maybe_days,
            holders=st.lists(st.builds(HolderRow, st.just("Ana"), maybe_days), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    events=st.lists(st.builds(EventRow, keys, st.just("Forum"), days), max_size=3).map(tuple),
    engagements=st.lists(
        st.builds(
            EngagementRow,
            action=st.sampled_from(sorted(ALL)),
            status=st.sampled_from(["planned", "under_way", "done"]),
            on=days,
            written_at=st.datetimes(timezones=st.just(UTC)),
            items=st.frozensets(keys, max_size=2),
            mandates=mandates,
        ),
        max_size=6,
    ).map(tuple),
    reviewed_on=maybe_days,
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).flatmap(
    lambda moment: zones.map(lambda zone: moment.replace(tzinfo=zone))
)


@pytest.mark.soak
@given(situations, moments)
def test_no_opening_is_ever_past_its_end(situation, now):
    """Whatever the rows say: nothing is offered after its last day, and only actions that this reader is shown."""
    openings = what_is_open(situation, now=now)
    for opening in (*openings.due, *openings.possible):
        assert opening.until is None or now < opening.until.closes_at
        assert opening.action in situation.shown
        assert opening.because
    assert all(opening.kind == Kind.DUE and opening.action != 10 for opening in openings.due)
    assert all(opening.kind == Kind.POSSIBLE for opening in openings.possible)
    ends = [opening.until.closes_at for opening in openings.due if opening.until]
    assert ends == sorted(ends)
    assert [opening.until is None for opening in openings.due] == sorted(o.until is None for o in openings.due)


@pytest.mark.soak
@given(situations, moments)
def test_reading_more_of_the_log_only_closes_openings(situation, now):
    """Each opening is the same to whoever reads fewer lines, its state too, so that setting aside holds for both."""
    with_log = what_is_open(situation, now=now).due
    without = what_is_open(replace(situation, engagements=()), now=now).due
    assert {opening.identity for opening in with_log} <= {opening.identity for opening in without}
