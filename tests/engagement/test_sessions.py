"""Sessions: how long they last, where a person is signed in, and that signing out clears the browser."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from engagement.devices import device_of
from engagement.models import User
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-A156B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


def signed_in(person, **headers):
    """A client that has signed in by the form, as a browser does."""
    client = Client(headers=headers)
    client.post("/account/login/", {"login": person.email, "password": "demo"})
    return client


def is_in(client):
    """Whether the next page opens."""
    return client.get("/guide/").status_code == 200


# -- How long ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "stays"), [(29, True), (31, False)])
def test_a_session_ends_after_thirty_idle_minutes(minutes, stays, cast, clock):
    """29 minutes without a request are borne, 31 are not."""
    client = signed_in(cast.coordinator)
    clock(NOON + timedelta(minutes=minutes))
    assert is_in(client) is stays


def test_whatever_a_person_does_lets_the_time_begin_anew(cast, clock):
    """Pages, forms and filters of a list, each 29 minutes after the one before."""
    client = signed_in(cast.coordinator)
    steps = (
        lambda: client.get("/visits/", {"text": "x"}, headers={"HX-Request": "true"}),
        lambda: client.post("/language/", {"language": "en"}),
        lambda: client.post("/account/session/"),
        lambda: client.get("/nowhere/"),
    )
    for number, step in enumerate(steps, 1):
        clock(NOON + timedelta(minutes=29 * number))
        step()
    clock(NOON + timedelta(minutes=29 * 5))
    assert is_in(client)


def test_a_page_that_only_asks_keeps_nobody_signed_in(cast, clock):
    """The script's question how long yet is no activity, however often it comes."""
    client = signed_in(cast.coordinator)
    for minute in range(5, 30, 5):
        clock(NOON + timedelta(minutes=minute))
        assert client.get("/account/session/").json() == {"seconds": (30 - minute) * 60}
    clock(NOON + timedelta(minutes=30, seconds=1))
    assert client.get("/account/session/").status_code == 302
    assert not is_in(client)


def test_twelve_hours_are_the_most(cast, clock):
    """However busy: the page says when, staying does not help, and a new sign-in begins anew."""
    client = signed_in(cast.coordinator)
    for minutes in range(20, 12 * 60, 20):
        clock(NOON + timedelta(minutes=minutes))
        assert is_in(client)
    assert client.post("/account/session/").json() == {"seconds": 20 * 60}
    clock(NOON + timedelta(hours=12, seconds=1))
    assert not is_in(client)
    client.post("/account/login/", {"login": cast.coordinator.email, "password": "demo"})
    assert client.get("/account/session/").json() == {"seconds": 30 * 60}


def test_an_old_cookie_brings_no_session_back(cast, clock):
    """What has ended is not read any more, and `clearsessions` removes it."""
    client = signed_in(cast.coordinator)
    clock(NOON + timedelta(minutes=31))
    assert not get_user(client).is_authenticated
    call_command("clearsessions")
    assert not Session.objects.exists()


def test_pages_that_follow_fast_cost_no_write(cast, clock, django_assert_num_queries):
    """Within a minute nothing but session and person is read; after it, both records of the session are written."""
    client = signed_in(cast.coordinator)
    clock(NOON + timedelta(seconds=59))
    with django_assert_num_queries(2):
        client.post("/account/session/")
    clock(NOON + timedelta(seconds=60))
    with CaptureQueriesContext(connection) as queries:
        client.post("/account/session/")
    assert [query["sql"].split()[0] for query in queries if "UPDATE" in query["sql"]] == ["UPDATE", "UPDATE"]


# -- Where -------------------------------------------------------------------------------------------


def test_a_person_sees_where_she_is_signed_in(cast, clock):
    """Her own sessions that still go on, the one used last first, this one marked; nobody else's."""
    ended = signed_in(cast.coordinator, user_agent="Ended/1.0 (iPad)")
    ended.post("/account/logout/")
    signed_in(cast.other, user_agent="Other (CrOS)")
    signed_in(cast.coordinator, user_agent=PHONE)
    clock(NOON + timedelta(minutes=5))
    client = signed_in(cast.coordinator, user_agent=FIREFOX)
    UserSession.objects.filter(user_agent=PHONE).update(created_at=NOON, last_seen_at=NOON)
    rows = client.get("/account/sessions/").context["sessions"]
    assert [(row["device"], row["is_this"]) for row in rows] == [("Firefox, Windows", True), ("Chrome, Android", False)]
    assert (rows[1]["began"], rows[1]["seen"], rows[1]["address"]) == (NOON, NOON, "127.0.0.1")
    clock(NOON + timedelta(minutes=33))
    assert len(client.get("/account/sessions/").context["sessions"]) == 1


def test_when_a_session_was_used_last_is_kept(cast, clock):
    """The list shows the last minute in which something was done there."""
    phone, client = signed_in(cast.coordinator, user_agent=PHONE), signed_in(cast.coordinator)
    clock(NOON + timedelta(minutes=20))
    phone.get("/guide/")
    seen = {row["device"]: row["seen"] for row in client.get("/account/sessions/").context["sessions"]}
    assert seen["Chrome, Android"] == NOON + timedelta(minutes=20)


def test_one_session_is_ended_alone(cast):
    """The one whose button was pressed; not this one, nobody else's, and nothing for a key that is none."""
    here, phone, tablet = (signed_in(cast.coordinator, user_agent=agent) for agent in (FIREFOX, PHONE, "Tab (iPad)"))
    other = signed_in(cast.other)
    keys = {row["device"]: row["key"] for row in here.get("/account/sessions/").context["sessions"]}
    foreign = other.get("/account/sessions/").context["sessions"][0]["key"]
    for nothing in (keys["Firefox, Windows"], foreign, "", "x", "²", "9" * 30):
        page = here.post("/account/sessions/", {"end": nothing}, follow=True)
        assert "0 other sessions were ended." in page.text
    page = here.post("/account/sessions/", {"end": keys["Chrome, Android"]}, follow=True)
    assert "1 other session was ended." in page.text
    assert [is_in(client) for client in (here, phone, tablet, other)] == [True, False, True, True]


@pytest.mark.parametrize("everywhere", [True, False])
def test_signing_out_elsewhere_acts_at_the_next_request(everywhere, cast):
    """The others of this person end, and this one when she says so; nobody else's."""
    clients = [signed_in(cast.coordinator) for _number in range(3)]
    other = signed_in(cast.other)
    response = clients[0].post("/account/sessions/", {"everywhere": "yes"} if everywhere else {})
    page = clients[0].get("/account/sessions/", follow=True).content.decode()
    assert ("2 other sessions were ended." in page) is not everywhere
    assert [is_in(client) for client in clients] == [not everywhere, False, False]
    assert is_in(other)
    assert response.has_header("Clear-Site-Data") is everywhere


def test_a_new_password_ends_all_sessions(cast):
    """Whoever had the old one is out, on every device."""
    clients = [signed_in(cast.coordinator) for _number in range(2)]
    new = "thirteen boats go by"
    clients[0].post("/account/password/change/", {"oldpassword": "demo", "password1": new, "password2": new})
    assert User.objects.get(pk=cast.coordinator.pk).check_password(new)
    assert [is_in(client) for client in clients] == [False, False]


def test_the_list_costs_the_same_for_one_session_as_for_ten(cast, django_assert_num_queries):
    """Session, person, the list, and the navigation's own."""
    client = signed_in(cast.coordinator)
    with django_assert_num_queries(3):
        client.get("/account/sessions/")
    for _number in range(9):
        signed_in(cast.coordinator)
    with django_assert_num_queries(3):
        assert len(client.get("/account/sessions/").context["sessions"]) == 10


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1", "Safari, Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8.0", "unknown device"),
        ("", "unknown device"),
    ],
)
def test_a_device_is_named_as_its_owner_would(said, words):
    """The browser, not those that it descends from, and the system."""
    assert device_of(said) == words


# -- Signing out clears the browser ------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/account/logout/", "/admin/logout/"])
def test_signing_out_clears_the_browser(page, cast, client_of):
    """Cache, cookies and storage, wherever one signs out; no other answer does that."""
    client = client_of(cast.reader)
    assert not client.get("/").has_header("Clear-Site-Data")
    assert client.post(page)["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not client.post(page).has_header("Clear-Site-Data")


@pytest.mark.parametrize(("page", "sent"), [("/account/logout/", {}), ("/account/sessions/", {"everywhere": "yes"})])
def test_sign_in_goes_on_in_her_language(page, sent, cast, client_of):
    """The browser has forgotten it, the address has not; a language that we do not speak is ignored there."""
    cast.coordinator.language = "ar"
    cast.coordinator.save()
    at = client_of(cast.coordinator).post(page, sent)["Location"]
    assert at == "/account/login/?language=ar"
    assert '<html lang="ar" dir="rtl">' in Client().get(at).content.decode()
    assert '<html lang="en"' in Client().get("/account/login/?language=xx").content.decode()


def test_no_name_or_text_is_in_a_cookie(cast, client_of):
    """What a page is to say after a redirect waits in the session: cookies hold keys only."""
    client = client_of(cast.coordinator)
    contact = {"contact-name": "Nyandeng", "contact-language": "en", "contact-email": "n@example.org"}
    client.post(f"/clusters/{cast.south_sudan.slug}/contacts/", contact)
    assert set(client.cookies) == {"sessionid"}
    page = client.get(f"/clusters/{cast.south_sudan.slug}/members/").content.decode()
    assert "Nyandeng is a contact now." in page
    assert set(client.cookies) == {"sessionid", "csrftoken"}
