"""Rights end at the next request: a session that was open a second ago reads nothing more."""

import pytest
from django.contrib.auth import get_user

from engagement.models import User
from tests import factories
from tests.conftest import after_the_cast

pytestmark = pytest.mark.django_db

PEOPLE = ("coordinator", "member", "other", "reader", "focal", "administrator")


@after_the_cast
def lines(cast):
    """One engagement of South Sudan at each level, by level; its text is found nowhere else."""
    return {
        level: factories.EngagementFactory(cluster=cast.south_sudan, level=level, what_was_done=f"Marked {level}.")
        for level in ("low", "moderate", "high")
    }


def readable(client, lines):
    """The levels whose page opens, and whose line the list and the export show."""
    listed = client.get("/engagement/").content.decode()
    exported = b"".join(client.get("/export/engagement.csv")).decode()
    found = set()
    for level, row in lines.items():
        opens = client.get(row.get_absolute_url()).status_code == 200
        assert opens == (f"Marked {level}." in listed), level
        assert (f"Marked {level}." in exported) == (opens and level != "high"), level
        if opens:
            found.add(level)
    return found


@pytest.mark.parametrize("person", PEOPLE)
def test_whoever_is_switched_off_is_led_to_sign_in(person, cast, client_of):
    """By whatever right she came; every page, the administration and files included."""
    person = getattr(cast, person)
    client = client_of(person)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    for page in ("/", "/engagement/", "/clusters/south-sudan/", "/account/changes/", "/account/2fa/", "/visits/"):
        assert client.get(page)["Location"].startswith("/account/login/"), page
    assert client.get("/export/engagement.csv")["Location"].startswith("/account/login/")
    assert client.get("/admin/engagement/user/", follow=True).redirect_chain[-1][0].startswith("/account/login/")
    assert not get_user(client).is_authenticated


def end(cast, client):
    cast.coordinator.memberships.update(started_on="2026-05-01", ended_on="2026-05-20")


def move(cast, client):
    cast.coordinator.memberships.update(cluster=cast.ukraine)


def lower(cast, client):
    cast.coordinator.memberships.update(role="member")


@pytest.mark.parametrize(("change", "left"), [(end, set()), (move, set()), (lower, {"low"})])
def test_a_role_that_ends_moves_or_shrinks(change, left, cast, client_of, lines):
    """Of a coordinator: nothing is left of what her role in the cluster opened, in any outlet."""
    client = client_of(cast.coordinator)
    assert readable(client, lines) == {"low", "moderate", "high"}
    change(cast, client)
    assert readable(client, lines) == left
    assert client.get("/clusters/south-sudan/members/").status_code == (403 if left else 404)


def test_a_role_above_that_ends(cast, client_of, lines):
    """Rights on a cluster include those below it, and go with it; so they do when the cluster is moved away."""
    above = factories.ClusterFactory(slug="above")
    cast.south_sudan.parent = above
    cast.south_sudan.save()
    client = client_of(factories.UserFactory(email="above@example.org", coordinates=above))
    assert readable(client, lines) == {"low", "moderate", "high"}
    cast.south_sudan.parent = None
    cast.south_sudan.save()
    assert readable(client, lines) == set()


@pytest.mark.parametrize(("before", "after", "left"), [
    ("focal_point", "reader", {"low", "moderate"}),
    ("focal_point", "", set()),
    ("reader", "", set()),
])  # fmt: skip
def test_a_place_in_the_task_team_that_ends(before, after, left, cast, client_of, lines):
    """Its reading and its part of the administration go at once."""
    person = factories.UserFactory(email="leaves@example.org", task_team=before)
    client = client_of(person)
    assert readable(client, lines) > left
    User.objects.filter(pk=person.pk).update(task_team=after)
    assert readable(client, lines) == left
    expected = 200 if after else 403
    assert client.get("/admin/mandates/countryvisit/", follow=True).status_code == expected
    assert client.get("/account/changes/").status_code == 403


def test_an_administrator_who_is_none_any_more(cast, client_of):
    """Users and memberships close."""
    client = client_of(cast.administrator)
    assert client.get("/admin/engagement/user/").status_code == 200
    User.objects.filter(pk=cast.administrator.pk).update(is_administrator=False)
    assert client.get("/admin/engagement/user/", follow=True).status_code == 403
    assert client.get("/account/changes/").status_code == 403


def test_a_new_password_ends_all_other_sessions(cast, client_of):
    """Set in one browser by the owner, or by a mailed key: whoever sat in another one is outside."""
    here, there = client_of(cast.coordinator), client_of(cast.coordinator)
    new = {"oldpassword": "demo", "password1": "thirteen boats go by", "password2": "thirteen boats go by"}
    assert here.post("/account/password/change/", new).status_code == 302
    assert there.get("/")["Location"].startswith("/account/login/")
