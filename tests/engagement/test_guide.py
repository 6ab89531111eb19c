"""The guide leads from each of the twelve actions to doing it."""

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WAY = re.compile(r'<a href="([^"]+)">Do this<')


def test_each_action_has_a_way_that_opens(cast, client_of):
    """For whoever coordinates a cluster."""
    client = client_of(cast.coordinator)
    ways = WAY.findall(client.get("/guide/").content.decode())
    assert len(ways) == 12
    assert {client.get(way).status_code for way in ways} == {200}


@pytest.mark.parametrize(("person", "offers"), [("member", ["/calls/?status=open"]), ("reader", [])])
def test_who_keeps_no_log_is_led_to_what_was_logged(person, offers, cast, client_of):
    """Members and the task team subscribe for themselves (1 and 4), members offer paragraphs (6); the rest is read."""
    client = client_of(getattr(cast, person))
    page = client.get("/guide/").content.decode()
    follow = "/account/subscriptions/"
    assert WAY.findall(page) == [follow, follow, *offers]
    assert {client.get(way).status_code for way in WAY.findall(page)} == {200}
    assert page.count("/engagement/?action=") == 12


def test_receipts_are_logged_by_choices_alone(cast, client_of):
    """The guide promises so for actions 9 and 10: their own pages ask for no text, the form of all actions would."""
    page = client_of(cast.coordinator).get("/guide/").content.decode()
    logged = [int(number) for number in re.findall(r'/engagement/new/\?action=(\d+)"', page)]
    assert logged == [number for number in range(1, 13) if number not in (9, 10)]
