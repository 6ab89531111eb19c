"""Whatever stands in the address of a list is answered, never by a server error. Forms: test_mutated_posts.py."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock"), pytest.mark.soak]

SEEDS = [
    "", "3", "13", "-1", "1e9", "٣", "south-sudan", "nobody", "low", "high", "yes", "all", "last", "newest", "None",
    "2026-02-30", "2026-01-05", "0000-01-01", "99999-12-31", "sr-own", "00000000-0000-0000-0000-000000000000",
    "10000000000000000000", "\x00", "'", '"><script>', "%", "_", "\\", "ا", "\u202e", "😀", "ﬀ", "a" * 300, " ", "\r\n",
    "1' OR '1'='1",
]  # fmt: skip
values = st.sampled_from(SEEDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FILTERS = (
    "text", "cluster", "country", "action", "group", "frame", "challenges", "mode", "mandate", "status", "extent",
    "level", "support", "since", "until", "order", "page", "mine", "lines", "kind", "visit", "call", "item", "starts",
    "view", "month", "unknown",
)  # fmt: skip
LISTS = (
    "/engagement/", "/support/", "/visits/", "/calls/", "/reports/", "/mandates/", "/calendar/", "/overview/",
    "/overview/needs/",
    *(f"/clusters/south-sudan/{page}" for page in ("", "access/", "information/", "referral/")),
)  # fmt: skip


@pytest.fixture
def coordinator(cast, client_of):
    """A client of the coordinator in South Sudan; Ukraine has a line that she must not see."""
    factories.EngagementFactory(cluster=cast.ukraine, number=10, level="high", what_was_done="SECRET")
    return client_of(cast.coordinator)


@given(st.sampled_from(LISTS), st.dictionaries(st.sampled_from(FILTERS), values, max_size=5))
def test_any_address_of_a_list_is_answered(coordinator, address, query):
    """With the rows that it asks for, or with the reason why it shows none; forms begun from an address likewise."""
    response = coordinator.get(address, query)
    assert response.status_code == 200
    assert "SECRET" not in response.content.decode()


def test_a_picker_of_the_administration_is_shown_again_with_what_is_no_key(cast, client_of):
    """Words in place of the key of a user or a cluster: the form comes back and says so."""
    typed = {"user": "somebody", "cluster": "\x00", "role": "member", "started_on": "2026-05-19"}
    response = client_of(cast.administrator).post("/admin/engagement/membership/add/", typed)
    assert response.status_code == 200
    assert "is not a valid UUID" in response.text


@pytest.mark.parametrize("key", ["10000000000000000000", "\x00", "sr-torture"])
@pytest.mark.parametrize(
    ("model", "name"),
    [("mandate", "successor"), ("report", "session"), ("report", "mandate_places-0-mandate"),
     ("recommendation", "themes")],
)  # fmt: skip
def test_a_picker_by_number_refuses_what_is_no_number_of_a_row(model, name, key, cast, client_of):
    """A number that no database can hold is no key either: in a form that is sent, and in the address of one."""
    client, address = client_of(cast.focal), f"/admin/mandates/{model}/add/"
    typed = {"mandate_places-TOTAL_FORMS": 1, "mandate_places-INITIAL_FORMS": 0, name: key}
    response = client.post(address, typed)
    assert response.status_code == 200
    assert re.search("Select a valid choice|is not a valid value|Null characters are not allowed", response.text)
    assert client.get(address, {name: key}).status_code == 200


@pytest.mark.parametrize("key", ["10000000000000000000", "\x00", "somebody"])
def test_an_action_of_the_administration_takes_keys_alone(key, cast, client_of):
    """Nothing that is no key was ticked: the list comes back and says that nothing was."""
    sent = {"action": "mail_invitation", "_selected_action": key, "index": "0"}
    page = client_of(cast.administrator).post("/admin/engagement/user/", sent, follow=True)
    assert page.status_code == 200
    assert "Items must be selected" in page.text


def test_a_way_back_that_is_no_path_leads_home(cast, client_of):
    """A word in place of `next` is not the name of a page."""
    typed = {"language": "fr", "next": "3"}
    assert client_of(cast.member).post("/language/", typed)["Location"] == "/"
