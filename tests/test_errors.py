"""Pages for what went wrong: each says what to do next and gives back what was typed."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.test import Client
from django.urls import path

from config import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_errors")]

WHAT_WENT_WRONG = {
    "bad": (BadRequest("no"), 400, "This request was not understood"),
    "denied": (PermissionDenied("Only on Sundays."), 403, "Only on Sundays."),
    "missing": (Http404("nothing"), 404, "This page does not exist"),
    "broken": (RuntimeError("a secret path"), 500, "Something broke on our side"),
    "gone": (OperationalError("server closed the connection"), 503, "The database does not answer"),
    "cut": (InterfaceError("connection already closed"), 503, "The database does not answer"),
}
TYPED = {"what_was_done": "Proposed <b>three</b> points.", "password": "p w", "old_password": "o p", "form_key": "k y"}


def fail(request, name):
    """Raise what the address names."""
    raise WHAT_WENT_WRONG[name][0]


urlpatterns = [path("fail/<slug:name>/", fail), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def client(cast):
    """A coordinator whose client takes answers where it usually would raise."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.coordinator)
    return client


@pytest.mark.parametrize("name", WHAT_WENT_WRONG)
def test_typed_text_comes_back(name, client):
    """Escaped, in a field to copy from; passwords, keys and the error's own words stay out."""
    _error, status, said = WHAT_WENT_WRONG[name]
    response = client.post(f"/fail/{name}/", TYPED)
    page = response.content.decode()
    assert response.status_code == status
    assert said in page
    assert "Proposed &lt;b&gt;three&lt;/b&gt; points.</textarea>" in page
    assert not [secret for secret in ("p w", "o p", "k y", "secret path", "server closed") if secret in page]
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("name", WHAT_WENT_WRONG)
def test_without_typed_text_there_is_no_empty_box(name, client):
    """A page that was only looked at has nothing to give back."""
    assert b"<textarea" not in client.get(f"/fail/{name}/").content


@pytest.mark.parametrize("name", ["broken", "gone"])
def test_these_pages_ask_the_database_for_nothing(name, client, django_assert_num_queries, cast):
    """It may be what broke: not even the reader's name is read for them."""
    with django_assert_num_queries(2):  # the session and its person, before the view
        client.get(f"/fail/{name}/")


@pytest.mark.parametrize("name", WHAT_WENT_WRONG)
def test_they_speak_the_readers_language(name, client, cast):
    """Arabic is written from right to left on these pages too."""
    cast.coordinator.language = "ar"
    cast.coordinator.save()
    assert b'<html lang="ar" dir="rtl">' in client.get(f"/fail/{name}/").content


def test_a_database_that_comes_back_is_worth_waiting_for(client):
    """503 says when to come again."""
    assert client.get("/fail/gone/")["Retry-After"] == "60"


def test_a_body_that_is_too_large_is_said():
    """413, how much may be sent, and no text: it was never read."""
    strict = Client(enforce_csrf_checks=True)  # looking for the token reads the form
    response = strict.post("/fail/bad/", {"what_was_done": "a b " * 600_000})
    assert response.status_code == 413
    assert b"may have 6 MB, and without them 2 MB" in response.content
    assert b"<textarea" not in response.content
