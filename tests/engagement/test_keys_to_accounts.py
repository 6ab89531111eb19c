"""Passwords and the mailed keys by which they are set: rules, one use, an end."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from engagement.models import User

pytestmark = pytest.mark.django_db

NEW = "thirteen boats go by"


@pytest.fixture
def key(cast, client_of, mailoutbox):
    """The address in the mail of somebody whom a coordinator has just invited."""
    invited = {"name": "Ana Demo", "email": "ana.demo@example.org", "language": "en"}
    client_of(cast.coordinator).post("/clusters/south-sudan/members/", invited)
    return re.search(r"http://testserver(/account/password/reset/key/\S+)", mailoutbox[-1].body).group(1)


def set_by(client, address, password=NEW):
    """The answer to a password set at `address`, or to opening it when it does not work."""
    opened = client.get(address, follow=True)
    if not opened.redirect_chain:
        return opened
    return client.post(opened.redirect_chain[-1][0], {"password1": password, "password2": password})


def test_an_invitation_works_once(key, client_of):
    """With it a person sets her password; then it opens nothing, for nobody."""
    assert set_by(client_of(None), key).status_code == 302
    assert User.objects.get(email="ana.demo@example.org").check_password(NEW)
    again = set_by(client_of(None), key, "another long sentence")
    assert again.status_code == 200
    assert "This link opens nothing any more" in again.content.decode()
    assert User.objects.get(email="ana.demo@example.org").check_password(NEW)


def test_an_invitation_ends(key, client_of, monkeypatch):
    """After PASSWORD_RESET_TIMEOUT it opens nothing."""
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    later = timezone.now().replace(tzinfo=None) + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert "This link opens nothing any more" in set_by(client_of(None), key).content.decode()


def test_a_key_ends_with_the_address_it_went_to(key, client_of):
    """What was mailed to the old address opens nothing once there is another."""
    User.objects.filter(email="ana.demo@example.org").update(email="new@example.org")
    assert "This link opens nothing any more" in set_by(client_of(None), key).content.decode()


def test_a_key_opens_nothing_for_whoever_is_switched_off(key, client_of):
    """The password may be set; it signs nobody in."""
    User.objects.filter(email="ana.demo@example.org").update(is_active=False)
    client = client_of(None)
    set_by(client, key)
    client.post("/account/login/", {"login": "ana.demo@example.org", "password": NEW})
    assert client.get("/")["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short one", "It must contain at least 12 characters"),
        ("123456789012", "entirely numeric"),
        ("password1234", "too common"),
        ("ana.demo@example.org", "too similar to the e-mail address"),
    ],
)
def test_a_weak_password_is_refused_in_words(password, said, key, client_of):
    """The page says which rule, in Django's words, and the key goes on working."""
    client = client_of(None)
    answer = set_by(client, key, password)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert set_by(client, key).status_code == 302
