"""Second factors: of whom they are demanded, what a session must have shown, what becomes of lost ones."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth import get_user

from engagement.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demanded(settings):
    settings.MFA_REQUIRED = True


def code_of(secret):
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_app(person):
    """`person` gets an authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def sign_in(client, address):
    return client.post("/account/login/", {"login": address, "password": "demo"})


@pytest.mark.parametrize("person", ["reader", "focal", "administrator"])
@pytest.mark.parametrize("page", ["/", "/engagement/", "/export/engagement.csv", "/admin/", "/account/changes/"])
def test_who_reads_across_clusters_sets_up_a_second_factor(person, page, cast, client_of):
    """With MFA_REQUIRED the task team and administrators reach nothing but what sets it up."""
    client = client_of(getattr(cast, person))
    assert client.get(page)["Location"] == "/account/2fa/"
    asked = client.get("/account/2fa/")
    assert asked.status_code == 200
    assert "Your role needs a second factor" in asked.content.decode()


@pytest.mark.parametrize("person", ["coordinator", "member", "other"])
def test_clusters_people_need_none(person, cast, client_of):
    """Coordinators and members work without a second factor."""
    client = client_of(getattr(cast, person))
    assert [client.get(page).status_code for page in ("/", "/engagement/", "/visits/")] == [200] * 3


@pytest.mark.parametrize("person", ["coordinator", "reader"])
def test_whoever_has_a_factor_is_asked_for_it(person, cast, client_of):
    """The password alone signs nobody in then, of whom it is demanded or not; with the code the pages open."""
    person = getattr(cast, person)
    secret = with_app(person)
    client = client_of(None)
    asked = sign_in(client, person.email)["Location"]
    assert asked.startswith("/account/2fa/authenticate/")
    assert not get_user(client).is_authenticated
    assert "Enter the code that your authenticator app shows" in client.get(asked).text
    wrong = client.post(asked, {"code": "000000"})
    assert "Incorrect code." in wrong.text
    assert not get_user(client).is_authenticated
    client.post(asked, {"code": code_of(secret)})
    assert client.get("/engagement/").status_code == 200


def test_what_changes_a_factor_says_what_follows(cast, client_of):
    """Codes and app, in the words of the page that leads there; new codes take the place of the old."""
    secret = with_app(cast.coordinator)
    RecoveryCodes.activate(cast.coordinator)
    client = client_of(None)
    client.post(sign_in(client, cast.coordinator.email)["Location"], {"code": code_of(secret)})
    client.post("/account/reauthenticate/", {"password": "demo"})
    codes = client.get("/account/2fa/recovery-codes/").text
    assert "10 are left." in codes
    assert re.search(r"readonly>(\d{8}&#10;){9}\d{8}</textarea>", codes)
    assert "Those that you have stop working at once." in client.get("/account/2fa/recovery-codes/generate/").text
    assert "From then on no code of the app opens this account." in client.get("/account/2fa/totp/deactivate/").text
    client.post("/account/2fa/recovery-codes/generate/")
    assert client.get("/account/2fa/recovery-codes/").text != codes


def test_recovery_codes_alone_are_no_factor(cast, client_of):
    """With them alone sign-in asks for the password only, so the pages stay closed."""
    RecoveryCodes.activate(cast.reader)
    client = client_of(None)
    assert sign_in(client, cast.reader.email)["Location"] == "/"
    assert client.get("/")["Location"] == "/account/2fa/"


def test_a_recovery_code_stands_in_once(cast, client_of):
    """Whoever has lost the app signs in with one, which is used up by that."""
    with_app(cast.reader)
    code = RecoveryCodes.activate(cast.reader).generate_codes()[0]
    for expected in (True, False):
        client = client_of(None)
        client.post(sign_in(client, cast.reader.email)["Location"], {"code": code})
        assert get_user(client).is_authenticated is expected


def test_a_session_that_began_with_the_password_alone_stays_closed(cast, client_of):
    """Somebody who knew the password waits in an open session; the owner sets up her app: he needs its code."""
    waiting = client_of(None)
    sign_in(waiting, cast.reader.email)
    secret = with_app(cast.reader)
    asked = waiting.get("/engagement/?page=2")["Location"]
    assert asked == "/account/2fa/reauthenticate/?next=%2Fengagement%2F%3Fpage%3D2"
    waiting.post("/account/reauthenticate/", {"password": "demo"})
    assert waiting.get("/engagement/")["Location"].startswith("/account/2fa/reauthenticate/")
    answer = waiting.post(asked, {"code": code_of(secret), "next": "/engagement/?page=2"})
    assert answer["Location"] == "/engagement/?page=2"
    assert waiting.get("/engagement/").status_code == 200


def test_without_her_last_factor_the_pages_close(cast, client_of):
    """She may take it away, to change her phone; until there is a new one she reads nothing."""
    secret = with_app(cast.reader)
    client = client_of(None)
    client.post(sign_in(client, cast.reader.email)["Location"], {"code": code_of(secret)})
    client.post("/account/reauthenticate/", {"password": "demo"})
    client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=cast.reader).exists()
    assert client.get("/engagement/")["Location"] == "/account/2fa/"
    assert AuditEvent.objects.get(kind="factor").detail["what"] == "removed"


def test_a_factor_taken_away_by_an_administrator_closes_open_sessions(cast, client_of):
    """At the next request, although this session had shown it."""
    secret = with_app(cast.reader)
    client = client_of(None)
    client.post(sign_in(client, cast.reader.email)["Location"], {"code": code_of(secret)})
    assert client.get("/").status_code == 200
    Authenticator.objects.all().delete()
    assert client.get("/")["Location"] == "/account/2fa/"


def test_the_language_can_be_changed_before_the_factor_is_set_up(cast, client_of):
    """Whoever must set up a factor can do so in her language."""
    response = client_of(cast.reader).post("/language/", {"language": "fr", "next": "/account/2fa/"})
    assert response["Location"] == "/account/2fa/"
    cast.reader.refresh_from_db()
    assert cast.reader.language == "fr"


def test_without_the_setting_nobody_is_sent(cast, client_of, settings):
    """MFA_REQUIRED off, as on a developer's machine: the task team works at once."""
    settings.MFA_REQUIRED = False
    assert client_of(cast.focal).get("/engagement/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_can_be_set_up(client_of, cast, mailoutbox):
    """Who must hold one finds the secret as a picture drawn into the page, and is let in with the app's code."""
    client = client_of(None)
    assert sign_in(client, cast.reader.email).status_code == 302
    asked = client.get("/account/2fa/totp/activate/")["Location"]  # the password again, before anything changes
    page = client.post(asked, {"password": "demo"}, follow=True)
    assert b"<svg" in page.content
    assert b"data:" not in page.content
    client.post("/account/2fa/totp/activate/", {"code": code_of(page.context["form"].secret)})
    assert client.get("/").status_code == 200
    assert mailoutbox[0].to == [cast.reader.email]
    kinds = {event.detail["type"] for event in AuditEvent.objects.filter(kind="factor", subject_id=cast.reader.pk)}
    assert kinds == {"totp", "recovery_codes"}


def test_passkeys_are_offered(cast, client_of):
    """On the page of second factors and at sign-in, by allauth's own scripts; no script stands in a page."""
    for client, page in ((client_of(cast.member), "/account/2fa/"), (client_of(None), "/account/login/")):
        content = client.get(page).content.decode()
        assert ("/account/2fa/webauthn/add/" if "2fa" in page else "mfa/js/webauthn.js") in content
    options = client_of(None).get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"
