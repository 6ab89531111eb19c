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


def test_who_keeps_no_log_is_led_to_what_was_logged(cast, client_of):
    """Members and the task team do no acts."""
    for person in (cast.member, cast.reader):
        page = client_of(person).get("/guide/").content.decode()
        assert not WAY.findall(page)
        assert page.count("/engagement/?action=") == 12
