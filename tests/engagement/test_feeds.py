"""Feeds by key: what stands in them, read as other programs read them, and whom they open to."""

from datetime import UTC, date, datetime, timedelta
from time import mktime
from xml.etree import ElementTree

import feedparser
import pytest
import vobject
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from config import throttle
from engagement.models import FeedKey
from mandates.models import CountryVisit, ReferenceChange, VisitEvent
from tests import factories

from .calendar_client import CalendarClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

KEY = "of-a-test-and-32-letters-long-ok"
ICS, ATOM = f"/feeds/{KEY}/calendar.ics", f"/feeds/{KEY}/updates.atom"
BOTH = pytest.mark.parametrize("address", [ICS, ATOM])
XML = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def forgotten():
    """What earlier tests had the cache remember."""
    cache.clear()


@pytest.fixture
def mandate():
    return factories.MandateFactory(slug="sr-idps")


@pytest.fixture
def feed(cast):
    """The member follows the visits to her country, the calls and reports of a mandate, and has a key."""
    factories.SubscriptionFactory(user=cast.member, cluster=cast.south_sudan)
    return factories.FeedKeyFactory(user=cast.member, key=KEY, name="The one of a test")


@pytest.fixture
def follows_all(cast, feed, mandate):
    """She follows the mandate too."""
    columns = {"kind": "", "cluster": None, "mandate": mandate, "visits": True, "calls": True, "reports": True}
    factories.SubscriptionFactory(user=cast.member, **columns)
    return feed


def done(days=0):
    """Let what was written just now be done at the time of the tests, or so many days before."""
    written = ReferenceChange.objects.filter(changed_at__gt=timezone.now())
    written.update(changed_at=timezone.now() - timedelta(days=days))


def events_of(response):
    """What our own library and another one read: the same UIDs, in the same order."""
    found = Calendar.from_ical(response.content).walk("VEVENT")
    others = getattr(vobject.readOne(response.text), "vevent_list", [])
    assert [str(event["uid"]) for event in found] == [event.uid.value for event in others]
    return found


def entries_of(response):
    """What a feed reader reads, without a complaint; and a strict parser of XML finds what RFC 4287 demands."""
    read = feedparser.parse(response.content)
    assert not read.bozo
    assert read.version == "atom10"
    root = ElementTree.fromstring(response.content)  # noqa: S314 — our own
    assert root.tag == f"{XML}feed"
    for part in (root, *root.iter(f"{XML}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{XML}{name}")) == 1
    assert root.find(f"{XML}author/{XML}name").text
    ids = [entry.find(f"{XML}id").text for entry in root.iter(f"{XML}entry")]
    assert len(ids) == len(set(ids))
    assert ids == [entry.id for entry in read.entries]
    return read.entries


# -- What stands in them ----------------------------------------------------------------------------------


def test_the_calendar_holds_what_she_follows(follows_all, mandate, client):
    """Visits and deadlines; nothing of other countries and mandates, nothing that is long over."""
    visit = factories.VisitFactory(countries=["SSD"])
    call = factories.CallFactory(mandates=[mandate])
    factories.VisitFactory(countries=["UKR"])
    factories.CallFactory()
    factories.VisitFactory(countries=["SSD"], starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 9))
    response = client.get(ICS)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert {str(event["uid"]) for event in events_of(response)} == {f"visit-{visit.pk}", f"call-{call.pk}"}


def test_the_events_are_those_of_the_pages(cast, follows_all, mandate, client, client_of):
    """Whoever added one by hand and subscribes later has it once: the same UID, SEQUENCE and days."""
    for item in (factories.VisitFactory(countries=["SSD"]), factories.CallFactory(mandates=[mandate])):
        item.note = "changed"
        item.save()
        page = client_of(cast.member).get(f"{item.get_absolute_url()}calendar.ics")
        (mine,) = events_of(page)
        (theirs,) = [event for event in events_of(client.get(ICS)) if event["uid"] == mine["uid"]]
        assert mine.to_ical() == theirs.to_ical()
        assert mine["sequence"] > 1


def test_one_event_through_the_life_of_a_visit(cast, feed, client):
    """Announced, moved, postponed without days, new days, cancelled: exactly one at each step, called off where it is.

    So for a calendar that keeps what it has; in one that shows the file as it is, too.
    """
    visit = factories.VisitFactory(
        countries=["SSD"], status="dates_proposed", starts_on=None, ends_on=None, precision=""
    )
    calendar = CalendarClient(lambda **how: client.get(ICS, **how))
    june = date(2026, 6, 8), date(2026, 6, 20)
    july = date(2026, 7, 1), date(2026, 7, 11)
    august = date(2026, 8, 3), date(2026, 8, 6)
    life = [
        ("dates_proposed", None, []),
        ("announced", june, [(*june, "CONFIRMED")]),
        ("", july, [(*july, "CONFIRMED")]),
        ("postponed", (), [(*july, "CANCELLED")]),
        ("dates_agreed", august, [(*august, "CONFIRMED")]),
        ("cancelled", None, [(*august, "CANCELLED")]),
        ("announced", june, [(*june, "CONFIRMED")]),
    ]
    assert calendar.refresh() == 200
    for number, (kind, days, expected) in enumerate(life):
        visit = CountryVisit.objects.get()
        if days is not None:
            visit.starts_on, visit.ends_on = (days[0], days[1] - timedelta(days=1)) if days else (None, None)
            visit.precision = "day" if days else ""
            visit.save()
        if kind:
            known_by = date(2026, 5, 2) + timedelta(days=number)
            VisitEvent.objects.create(visit=visit, kind=kind, day=known_by, known_by=known_by)
        calendar.refresh()
        assert calendar.shown == expected, kind
        assert len(events_of(client.get(ICS))) == len(expected)
        assert calendar.refresh() == 304


def test_a_check_is_no_news(feed, client):
    """Somebody compared the visit with its source: the same bytes, no entry."""
    visit = factories.VisitFactory(countries=["SSD"])
    done()
    before = client.get(ICS).content, client.get(ATOM).content
    visit.checked_on = date(2026, 5, 20)
    visit.save()
    done()
    assert (client.get(ICS).content, client.get(ATOM).content) == before


def test_news_say_what_changed(feed, client):
    """The subject that mails have, what it was and what it is, the page of the item."""
    visit = factories.VisitFactory(countries=["SSD"], mandates=[factories.MandateFactory(acronym="SR IDPs")])
    done(days=2)
    visit = CountryVisit.objects.get()
    visit.starts_on, visit.places = date(2026, 6, 10), "Juba <b>&"
    visit.save()
    VisitEvent.objects.create(visit=visit, kind="postponed", day=date(2026, 5, 20), known_by=date(2026, 5, 20))
    done()
    (entry,) = entries_of(client.get(ATOM))
    assert entry.title == "Postponed: visit to South Sudan, SR IDPs"
    assert "<li>First day: 8 June 2026 → 10 June 2026</li>" in entry.summary
    assert "<li>Event of a visit: postponed 20 May 2026</li>" in entry.summary
    assert "Juba &lt;b&gt;&amp;" in entry.summary
    assert entry.link == f"http://testserver{visit.get_absolute_url()}"
    assert datetime.fromtimestamp(mktime(entry.updated_parsed)).date() == date(2026, 5, 20)


def test_an_item_stands_once_and_anew_when_it_changes_on_another_day(feed, client):
    """Ten changes of a day are one entry; its id stays, as long as nothing else happens."""
    visit = factories.VisitFactory(countries=["SSD"])
    done(days=2)
    (first,) = entries_of(client.get(ATOM))
    for number in range(10):
        visit.places = f"Place {number}"
        visit.save()
    done()
    (second,) = entries_of(client.get(ATOM))
    assert first.id != second.id
    assert [entry.id for entry in entries_of(client.get(ATOM))] == [second.id]
    assert first.id.startswith("urn:uuid:")


def test_suggestions_stand_in_no_feed(cast, follows_all, mandate, client):
    """Not even those that she knows: whoever finds the address reads only what everybody could."""
    hidden = factories.VisitFactory(suggested=cast.south_sudan, countries=["SSD"], places="secret")
    factories.CallFactory(suggested=cast.south_sudan, mandates=[mandate], title="secret")
    report = factories.ReportFactory(mandates=[mandate])
    done(days=2)
    report.visit = hidden
    report.save()
    done()
    assert events_of(client.get(ICS)) == []
    (entry,) = entries_of(client.get(ATOM))
    assert entry.link.endswith(report.get_absolute_url())
    assert "Visit" not in entry.summary
    assert datetime.fromtimestamp(mktime(entry.updated_parsed)).date() == date(2026, 5, 18)
    hidden.confirmed_on = date(2026, 5, 20)
    hidden.save()
    assert len(events_of(client.get(ICS))) == 1


def test_feeds_speak_her_language_and_count_in_her_zone(cast, feed, client):
    """Whatever the program that asks prefers."""
    cast.member.language = "fr"
    cast.member.save()
    factories.VisitFactory(countries=["SSD"])
    done()
    for address in (ICS, ATOM):
        response = client.get(address, headers={"Accept-Language": "es"})
        assert response["Content-Language"] == "fr"
        assert "juin 2026" in response.text.replace("\r\n ", "")


def test_an_empty_feed_is_a_feed(cast, client):
    """Somebody who follows nothing: a calendar without events, news without entries; and both can be 304."""
    factories.FeedKeyFactory(user=cast.administrator, key=KEY)
    factories.VisitFactory(countries=["SSD"])
    assert events_of(client.get(ICS)) == []
    assert entries_of(client.get(ATOM)) == []
    for address in (ICS, ATOM):
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_the_key_stands_in_no_feed(follows_all, mandate, client):
    """Neither as an address of its own nor in an id: a feed can be passed on."""
    factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    done()
    for address in (ICS, ATOM):
        response = client.get(address)
        assert KEY not in response.text
        assert KEY not in str(response.headers)


def test_twenty_items_take_no_more_queries_than_one(follows_all, mandate, client):
    """At most twenty-five, for either feed."""

    def counted():
        found = []
        for address in (ICS, ATOM):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    def add(count):
        for _number in range(count):
            factories.VisitFactory(countries=["SSD"], mandates=[mandate])
            factories.CallFactory(mandates=[mandate], countries=["SSD"])
            factories.ReportFactory(mandates=[mandate], session=factories.SessionFactory())
        done()

    add(1)
    counted()
    one = counted()
    add(19)
    assert counted() == one
    assert max(one) <= 30


# -- Whom they open to -------------------------------------------------------------------------------------


@BOTH
def test_a_key_that_opens_nothing(address, cast, feed, client):
    """Wrong, revoked, or of somebody whose account is closed: one answer, without a cookie."""
    wrong = client.get(address.replace(KEY, "wrong"))
    assert (wrong.status_code, wrong.text) == (404, "There is no such feed, or it was revoked.")
    cast.member.is_active = False
    cast.member.save()
    closed = client.get(address)
    cast.member.is_active = True
    cast.member.save()
    assert client.get(address).status_code == 200
    feed.delete()
    revoked = client.get(address)
    for response in (closed, revoked):
        assert (response.status_code, response.content) == (404, wrong.content)
        assert {name: value for name, value in response.items() if name != "Expires"} == {
            name: value for name, value in wrong.items() if name != "Expires"
        }
    assert not client.cookies


def test_a_leaked_address_is_dead_when_it_is_revoked(cast, feed, client, client_of):
    """By its owner, in one press, at once; a program that had the file gets no 304 either."""
    etag = client.get(ICS)["ETag"]
    response = client_of(cast.member).post(f"/account/feeds/{feed.pk}/revoke/", follow=True)
    assert "open nothing any more" in response.text
    assert client.get(ICS, headers={"If-None-Match": etag}).status_code == 404


@BOTH
def test_no_session_is_touched(address, cast, feed):
    """Not even that of somebody signed in who opens it in her browser: no cookie is read, none is set."""
    browser = Client()
    browser.force_login(cast.other)
    session = dict(browser.session)
    factories.VisitFactory(countries=["SSD"])
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(address)
    assert not response.cookies
    assert not [query for query in captured.captured_queries if "django_session" in query["sql"]]
    assert dict(browser.session) == session
    assert (response["Referrer-Policy"], "no-store" in response["Cache-Control"]) == ("no-referrer", True)


@BOTH
def test_the_last_use_is_written_now_and_then(address, feed, client, clock):
    """Every ten minutes at most; nothing else is written."""
    client.get(address)
    feed.refresh_from_db()
    first = feed.used_at
    assert first == timezone.now()
    clock(first + timedelta(minutes=9))
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert not [query for query in captured.captured_queries if not query["sql"].startswith("SELECT")]
    clock(first + timedelta(minutes=10))
    client.get(address)
    feed.refresh_from_db()
    assert feed.used_at == first + timedelta(minutes=10)


def test_only_the_digest_is_stored(cast, client_of):
    """Of a key of 192 bits."""
    made = client_of(cast.member).post("/account/feeds/", {"name": "Phone"}).context["addresses"]["calendar"]
    key = made.split("/")[-2]
    assert len(key) == 32
    row = FeedKey.objects.get()
    assert row.digest == FeedKey.digest_of(key)
    assert key not in str([getattr(row, field.attname) for field in row._meta.concrete_fields])


# -- Programs that ask often ---------------------------------------------------------------------------------


@pytest.fixture
def limits(settings, monkeypatch):
    """The product's own limits, and a clock for them: `limits(seconds)` sets it."""
    settings.FEED_REQUESTS = (120, 600)
    now = [1_800_000_000]
    monkeypatch.setattr(throttle.time, "time", lambda: now[0])

    def set_to(seconds):
        now[0] = 1_800_000_000 + seconds

    return set_to


@pytest.mark.slow
def test_asking_every_minute_is_fine(feed, client, limits):
    """For a day, by two programs, with conditional requests: never refused, and the file is sent once."""
    factories.VisitFactory(countries=["SSD"])
    statuses, etag = [], ""
    for minute in range(120):
        limits(60 * minute)
        for _program in range(2):
            response = client.get(ICS, headers={"If-None-Match": etag} if etag else {})
            etag = response["ETag"]
            statuses.append(response.status_code)
    assert statuses == [200] + [304] * 239


@pytest.mark.slow
@BOTH
def test_asking_every_second_is_not(address, feed, client, limits):
    """429 says for how long; then it works again. Other keys are not meant."""
    limits(30)
    assert [client.get(address).status_code for _time in range(120)] == [200] * 120
    response = client.get(address)
    assert (response.status_code, response["Retry-After"]) == (429, "570")
    assert not response.cookies
    factories.FeedKeyFactory(user=feed.user, key="another-key")
    assert client.get(address.replace(KEY, "another-key")).status_code == 200
    limits(600)
    assert client.get(address).status_code == 200


def test_guessing_is_stopped(feed, client, limits):
    """By the address that guesses; whoever has a key is not kept out by it."""
    for number in range(120):
        assert client.get(f"/feeds/guess-{number}/calendar.ics").status_code == 404
    assert client.get("/feeds/guess/calendar.ics").status_code == 429
    assert client.get("/feeds/guess/calendar.ics", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get(ICS).status_code == 200


@BOTH
def test_what_is_as_it_was_is_not_sent_again(address, follows_all, client):
    """By its mark, also the weak one of a compressed answer, or by its day; HEAD too. A change is sent."""
    visit = factories.VisitFactory(countries=["SSD"])
    done()
    first = client.get(address)
    assert first["Last-Modified"] == "Wed, 20 May 2026 12:00:00 GMT"
    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-None-Match": f"W/{first['ETag']}"},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        response = client.get(address, headers=headers)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", first["ETag"])
        assert client.head(address, headers=headers).status_code == 304
    visit.places = "Juba"
    visit.save()
    done()
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_what_she_no_longer_follows_is_news_to_a_program_that_asks_by_day(cast, feed, client, clock):
    """No day in the data has changed."""
    factories.VisitFactory(countries=["SSD"])
    first = client.get(ICS)
    cast.member.subscriptions.all().delete()
    clock(timezone.now() + timedelta(minutes=1))
    response = client.get(ICS, headers={"If-Modified-Since": first["Last-Modified"]})
    assert response.status_code == 200
    assert events_of(response) == []


@BOTH
@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_feeds_are_only_read(address, method, feed, client):
    """Other methods are refused."""
    assert getattr(client, method)(address).status_code == 405


# -- The page of her keys ------------------------------------------------------------------------------------

PAGE = "/account/feeds/"


@pytest.mark.parametrize("person", ["member", "coordinator", "reader", "focal", "administrator"])
def test_a_key_is_shown_once(person, cast, client, client_of):
    """Made by a name; both its addresses work at once; the page shows the name afterwards, and no key."""
    browser = client_of(getattr(cast, person))
    made = browser.post(PAGE, {"name": "Phone"})
    addresses = made.context["addresses"]
    assert f'value="{addresses["calendar"]}"' in made.text
    assert f'value="{addresses["updates"]}"' in made.text
    assert f'href="{addresses["webcal"]}"' in made.text
    assert addresses["webcal"].startswith("webcal://testserver/feeds/")
    for address in (addresses["calendar"], addresses["updates"]):
        assert client.get(address.removeprefix("http://testserver")).status_code == 200
    text = browser.get(PAGE).text
    assert "Phone" in text
    assert "last used on 20 May 2026, 12:00" in text
    assert "/feeds/" not in text.replace("/account/feeds/", "")


def test_who_follows_nothing_is_told(cast, feed, client_of):
    """Her calendar would stay empty."""
    said = "You follow nothing yet, so your calendar would stay empty."
    assert said in client_of(cast.administrator).get(PAGE).text
    assert said not in client_of(cast.member).get(PAGE).text


def test_one_form_makes_one_key(cast, client_of):
    """Sent again by "reload" it says so."""
    browser, typed = client_of(cast.member), {"name": "Phone", "form_key": "00000000-0000-4000-8000-000000000007"}
    browser.post(PAGE, typed)
    assert "This form has made a key already." in browser.post(PAGE, typed, follow=True).text
    assert FeedKey.objects.count() == 1


def test_ten_keys_are_enough(cast, client_of):
    """The eleventh is refused with what to do."""
    for number in range(10):
        factories.FeedKeyFactory(user=cast.member, key=f"key-{number}")
    browser = client_of(cast.member)
    assert "Make a key</button>" not in browser.get(PAGE).text
    assert "revoke one that you do not use" in browser.post(PAGE, {"name": "Phone"}, follow=True).text
    assert FeedKey.objects.count() == 10


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x00b", "a\ufffdb"])
def test_a_name_that_cannot_be(name, cast, client_of):
    """It comes back with what is wrong."""
    response = client_of(cast.member).post(PAGE, {"name": name})
    assert "Not saved yet" in response.text
    assert not FeedKey.objects.exists()


def test_nobody_sees_or_revokes_the_key_of_another(cast, feed, client, client_of):
    """404, and it goes on working."""
    for person in (cast.coordinator, cast.focal, cast.administrator):
        browser = client_of(person)
        assert feed.name not in browser.get(PAGE).text
        assert browser.post(f"/account/feeds/{feed.pk}/revoke/").status_code == 404
    assert client.get(ICS).status_code == 200


def test_the_page_is_found(cast, client_of):
    """From the menu of the account and from the subscriptions."""
    browser = client_of(cast.member)
    assert browser.get("/").text.count(f'href="{PAGE}"') == 1
    assert browser.get("/account/subscriptions/").text.count(f'href="{PAGE}"') == 2


def test_a_key_is_used_or_goes(feed, client):
    """What was made or used within a year stays."""
    at = datetime(2026, 5, 20, 12, tzinfo=UTC)
    assert not FeedKey.objects.not_used_since(at - timedelta(days=30)).exists()
    FeedKey.objects.update(made_at=at - timedelta(days=400))
    assert FeedKey.objects.not_used_since(at - timedelta(days=365)).exists()
    client.get(ICS)
    assert not FeedKey.objects.not_used_since(at - timedelta(days=365)).exists()
