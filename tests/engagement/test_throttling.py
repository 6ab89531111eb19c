"""Too many tries: an attacker is stopped, the owner is not, and nobody learns who has an account."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client

from config import settings as product
from engagement import accounts
from engagement.models import OutgoingMail
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

LOGIN, RESET = "/account/login/", "/account/password/reset/"
HERE, THERE = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "198.51.100.7"}
RANDOM = re.compile(r'(name="csrfmiddlewaretoken" value="|X-CSRFToken": "|X-CSRFToken&quot;: &quot;)\w+')


@pytest.fixture(autouse=True)
def limits(settings):
    """The product's own limits; the suite runs without."""
    settings.ACCOUNT_RATE_LIMITS = product.ACCOUNT_RATE_LIMITS
    cache.clear()
    yield
    cache.clear()


def signs_in(address, password, **where):
    """Whether these words sign a new visitor in."""
    client = Client()
    client.post(LOGIN, {"login": address, "password": password}, **where)
    return get_user(client).is_authenticated


def test_an_attacker_locks_nobody_out(cast):
    """Who fails many times is stopped at his address, with the right password too; the owner signs in at hers."""
    for _try in range(12):
        assert not signs_in("coordinator@example.org", "wrong", **THERE)
    assert not signs_in("coordinator@example.org", "demo", **THERE)
    assert signs_in("coordinator@example.org", "demo", **HERE)


def test_an_address_that_fails_on_many_accounts_is_stopped(cast):
    """The eleventh failure within a minute counts, whatever the account."""
    for n in range(10):
        signs_in(f"somebody{n}@example.org", "wrong", **THERE)
    assert not signs_in("coordinator@example.org", "demo", **THERE)


def test_a_header_that_the_client_writes_changes_nothing(cast):
    """Without a proxy of our own X-Forwarded-For is not read."""
    for n in range(6):
        signs_in("coordinator@example.org", "wrong", **THERE, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
    assert not signs_in("coordinator@example.org", "demo", **THERE, HTTP_X_FORWARDED_FOR="203.0.113.99")


def test_behind_a_proxy_only_its_own_word_counts(cast, settings):
    """With PROXY_COUNT=1 the last entry is the visitor; those before it she may have written herself."""
    settings.PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(6):
        forwarded = f"203.0.113.{n}, 192.0.2.66"
        signs_in("coordinator@example.org", "wrong", **THERE, HTTP_X_FORWARDED_FOR=forwarded)
    assert not signs_in("coordinator@example.org", "demo", **THERE, HTTP_X_FORWARDED_FOR="203.0.113.99, 192.0.2.66")
    assert signs_in("coordinator@example.org", "demo", **THERE, HTTP_X_FORWARDED_FOR="192.0.2.67")


def test_codes_are_counted_for_the_account(cast):
    """Who is asked for the code knows the password: changing the address gives no further tries."""
    TOTP.activate(cast.coordinator, generate_totp_secret())
    said = []
    for n in range(7):
        client, where = Client(), {"REMOTE_ADDR": f"192.0.2.{n}"}
        page = client.post(LOGIN, {"login": "coordinator@example.org", "password": "demo"}, **where)["Location"]
        answer = client.post(page, {"code": "000000"}, **where)
        said.append("Incorrect code" in answer.content.decode())
    assert said == [True] * 5 + [False] * 2


def test_too_many_requests_get_a_page(cast):
    """It says that no account is locked."""
    for _try in range(20):
        assert Client().post(RESET, {"email": "nobody@example.org"}, **THERE).status_code == 302
    answer = Client().post(RESET, {"email": "nobody@example.org"}, **THERE)
    assert answer.status_code == 429
    assert b"no account is locked" in answer.content


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed."""
    calls, encode = [], MD5PasswordHasher.encode

    def counted(self, password, salt):
        calls.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return calls


def test_sign_in_answers_alike(cast, hashed):
    """Known, unknown, switched off, invited but without a password: the same bytes after the same work."""
    cast.member.is_active = False
    cast.member.save()
    cast.other.set_unusable_password()
    cast.other.save()
    answers, work = set(), []
    for address in ("coordinator@example.org", "nobody@example.org", "member@example.org", "other@example.org"):
        hashed.clear()
        answer = Client().post(LOGIN, {"login": address, "password": "wrong"})
        answers.add((answer.status_code, RANDOM.sub("", answer.content.decode()).replace(address, "")))
        work.append(len(hashed))
    assert len(answers) == 1
    assert work == [1] * 4


def test_a_reset_answers_alike_and_does_its_work_afterwards(cast, monkeypatch):
    """Before the answer stands nothing is written or mailed, for a known address as for an unknown one."""
    later = []
    monkeypatch.setattr(accounts, "after_response", later.append)
    answers = set()
    for address in ("coordinator@example.org", "nobody@example.org"):
        answer = Client().post(RESET, {"email": address})
        done = Client().get(answer["Location"])
        answers.add((answer.status_code, answer["Location"], RANDOM.sub("", done.content.decode())))
    assert len(answers) == 1
    assert not OutgoingMail.objects.exists()
    assert len(later) == 1
    later[0]()
    assert OutgoingMail.objects.get().to == cast.coordinator


def test_a_stranger_fills_no_mailbox(cast, mailoutbox, clock):
    """However often a reset is asked for, one mail leaves in five minutes, whose link goes on working."""
    for n in range(8):
        Client().post(RESET, {"email": "coordinator@example.org"}, REMOTE_ADDR=f"192.0.2.{n}")
    assert len(mailoutbox) == 1
    clock(NOON + accounts.PAUSE_OF_RESETS * 1.1)
    Client().post(RESET, {"email": "coordinator@example.org"})
    assert len(mailoutbox) == 2


def test_an_invitation_answers_alike(cast, client_of):
    """Of an address that has an account already, and of one that has none, the coordinator is told the same."""
    client = client_of(cast.coordinator)
    answers = set()
    for person in (cast.other.email, "nobody@example.org"):
        name = str(cast.other)
        sent = client.post("/clusters/south-sudan/members/", {"name": name, "email": person, "language": "en"})
        page = client.get(sent["Location"]).context
        answers.add((sent.status_code, *(str(message) for message in page["messages"])))
    assert len(answers) == 1
