"""Members of a cluster: invited by its coordinators, who set a password through a mail."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.test import Client

from engagement.models import Membership, User
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
PAGE = "/clusters/south-sudan/members/"
SHE = {"name": "Amina", "email": "Amina@Example.org", "language": "fr"}


def test_an_invited_member_sets_a_password_and_signs_in(cast, client_of, mailoutbox):
    """She gets a mail with one address, sets a password there and reads what members read, by her cluster's clock."""
    User.objects.filter(pk=cast.coordinator.pk).update(time_zone="Africa/Juba")
    response = client_of(cast.coordinator).post(PAGE, SHE, follow=True)
    assert "Amina gets a mail" in response.content.decode()
    member = Membership.objects.get(user__email="amina@example.org")
    assert (member.role, member.cluster, member.user.language) == ("member", cast.south_sudan, "fr")
    assert member.user.time_zone == "Africa/Juba"
    (mail,) = mailoutbox
    assert mail.to == ["amina@example.org"]
    address = re.search(r"https?://testserver(/account/password/reset/key/\S+)", mail.body)[1]
    client = Client()
    page = client.get(address, follow=True)
    password = {"password1": "a-long-river-41", "password2": "a-long-river-41"}
    client.post(page.redirect_chain[-1][0], password)
    client.post("/account/login/", {"login": "amina@example.org", "password": "a-long-river-41"})
    assert client.get("/clusters/south-sudan/").status_code == 200


def test_somebody_with_an_account_gets_no_second_one(cast, client_of):
    """The answer is the same; a role that she has stays hers."""
    client = client_of(cast.coordinator)
    client.post(PAGE, SHE | {"email": cast.other.email})
    client.post(PAGE, SHE | {"email": cast.coordinator.email})
    assert User.objects.filter(email=cast.other.email).count() == 1
    assert {member.role for member in cast.other.memberships.current()} == {"coordinator", "member"}
    assert [member.role for member in cast.coordinator.memberships.current()] == ["coordinator"]


def test_a_mail_server_that_is_down_is_said(cast, client_of, monkeypatch, mailoutbox, clock):
    """The membership stands, the page says that the mail waits, and the queue sends it; nobody need press anything."""

    def refuse(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", refuse)
    client = client_of(cast.coordinator)
    page = client.post(PAGE, SHE, follow=True).content.decode()
    assert "the mail server cannot be reached. The mail waits" in page
    assert "the mail waits for the mail server; next try 20 May 2026, 12:05" in page
    monkeypatch.setattr(EmailBackend, "open", lambda self: None)
    clock(NOON + timedelta(minutes=6))
    call_command("send_mail_queue", stdout=StringIO())
    assert [mail.to for mail in mailoutbox] == [["amina@example.org"]]
    assert "invited by mail on 20 May 2026, 12:06" in client.get(PAGE).content.decode()


def test_mail_again_sends_one_at_a_time(cast, client_of, mailoutbox, clock):
    """Two presses in a minute are one mail; a later one is another."""
    client, member = client_of(cast.coordinator), cast.member.memberships.get()
    for _press in range(2):
        page = client.post(f"{PAGE}{member.pk}/mail/", follow=True).content.decode()
    assert len(mailoutbox) == 1
    assert "left a moment ago" in page
    clock(NOON + timedelta(minutes=2))
    client.post(f"{PAGE}{member.pk}/mail/")
    assert len(mailoutbox) == 2


def test_whoever_has_a_password_is_led_to_sign_in(cast, client_of, mailoutbox):
    """A mail that a coordinator can cause holds no way to change somebody's password."""
    client_of(cast.coordinator).post(PAGE, SHE | {"email": cast.other.email})
    (mail,) = mailoutbox
    assert "/password/" not in mail.body
    assert "Sign in with other@example.org" in mail.body


def test_other_clusters_invitations_are_not_told(cast, client_of, mailoutbox):
    """The page shows what became of this cluster's mails alone."""
    client_of(cast.other).post("/clusters/ukraine/members/", SHE | {"email": cast.member.email})
    assert "invited by mail" not in client_of(cast.coordinator).get(PAGE).content.decode()


def test_ending_a_membership_acts_at_once(cast, client_of):
    """Her next request finds nothing; coordinators' roles are not a coordinator's to end."""
    reader, client = client_of(cast.member), client_of(cast.coordinator)
    assert reader.get("/clusters/south-sudan/").status_code == 200
    client.post(f"{PAGE}{cast.member.memberships.get().pk}/end/")
    assert reader.get("/clusters/south-sudan/").status_code == 404
    assert client.post(f"{PAGE}{cast.coordinator.memberships.get().pk}/end/").status_code == 404
    assert cast.coordinator.memberships.current().exists()


@pytest.mark.parametrize("typed", [{"email": "nobody"}, {"name": ""}, {"name": "nul\x00"}, {"language": "tlh"}])
def test_what_cannot_be_an_account_is_not_made(cast, client_of, typed):
    """An error beside the field, and nobody new."""
    page = client_of(cast.coordinator).post(PAGE, SHE | typed)
    assert page.context["form"].errors
    assert not User.objects.filter(email="amina@example.org").exists()


def test_another_clusters_members_are_not_there(cast, client_of):
    """404 for a stranger; 403 for the task team, who may read the cluster but not keep it."""
    assert client_of(cast.other).post(PAGE, SHE).status_code == 404
    assert client_of(cast.focal).post(PAGE, SHE).status_code == 403
    assert client_of(cast.member).post(PAGE, SHE).status_code == 403


def test_a_member_whose_account_is_off_is_marked(cast, client_of):
    """The coordinator sees why nobody offers this person a mail."""
    said = "The account is switched off: no mail reaches this person."
    client = client_of(cast.coordinator)
    assert said not in client.get(PAGE).content.decode()
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    assert client.get(PAGE).content.decode().count(said) == 1
