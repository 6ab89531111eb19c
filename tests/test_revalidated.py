"""Pages that a browser may keep: asked again, they cost next to nothing, and never say what was."""

import re

import pytest

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGES = ("/guide/", "/mandates/", "/reports/", "/recommendations/", "/help/", "/help/glossary/")


@pytest.fixture
def client(cast, client_of):
    """A member's."""
    factories.MandateFactory(slug="sr-torture")
    return client_of(cast.member)


@pytest.mark.parametrize("page", PAGES)
def test_asked_again_it_is_not_sent_again(page, client):
    """304 without a body, compressed or not, although each answer has another token of forms."""
    for accepted in ("identity", "gzip"):
        first = client.get(page, headers={"accept-encoding": accepted})
        again = client.get(page, headers={"accept-encoding": accepted, "if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"].removeprefix("W/") == first["ETag"].removeprefix("W/")


def test_the_kept_token_of_forms_is_accepted(cast, client):
    """The page that was kept has the token of its time, which is good as long as the session is."""
    kept = client.get("/guide/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', kept)[1]
    client.get("/guide/")
    client.handler.enforce_csrf_checks = True
    sent = {"language": "fr", "csrfmiddlewaretoken": token}
    assert client.post("/language/", sent, headers={"referer": "http://testserver/guide/"}).status_code == 302


def test_what_changed_is_sent(client):
    """A new mandate, another language: another page."""
    first = client.get("/mandates/")
    factories.MandateFactory(slug="sr-food")
    changed = client.get("/mandates/", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert "SR-FOOD" in changed.content.decode()


def test_what_somebody_else_kept_is_not_hers(cast, client, client_of):
    """At a shared machine the next person is sent her own page."""
    first = client.get("/guide/")
    other = client_of(cast.other).get("/guide/", headers={"if-none-match": first["ETag"]})
    assert other.status_code == 200


def test_nothing_of_the_clusters_is_kept(cast, client, client_of):
    """Lists of what clusters suggest and log, and pages that name it, are not to be kept by any browser."""
    visit = factories.VisitFactory(countries=["SSD"])
    items = (visit.get_absolute_url(), "/mandates/sr-torture/")
    for page in ("/", "/engagement/", "/visits/", "/calls/", "/calendar/", *items):
        response = client_of(cast.coordinator).get(page)
        assert "no-store" in response["Cache-Control"]
        assert "ETag" not in response
