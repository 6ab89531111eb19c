"""Whatever stands in an address or is posted into a form: an answer that says so, never a server error."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from engagement.models import Engagement
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock"), pytest.mark.slow, pytest.mark.soak]

SEEDS = [
    "", "3", "13", "-1", "1e9", "٣", "south-sudan", "nobody", "low", "high", "yes", "all", "last", "newest", "None",
    "2026-02-30", "2026-01-05", "0000-01-01", "99999-12-31", "sr-own", "00000000-0000-0000-0000-000000000000",
    "\x00", "'", '"><script>', "%", "_", "\\", "ا", "\u202e", "😀", "ﬀ", "a" * 300, " ", "\r\n", "1' OR '1'='1",
]  # fmt: skip
values = st.sampled_from(SEEDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FILTERS = (
    "text", "cluster", "country", "action", "group", "mode", "mandate", "status", "extent", "level", "support", "since",
    "until", "order", "page", "mine", "lines", "kind", "visit", "call", "item", "starts", "unknown",
)  # fmt: skip
LISTS = ("/engagement/", "/support/", "/visits/", "/calls/", "/reports/", "/mandates/", "/clusters/south-sudan/")
FORMS = (
    *("/engagement/new/", "/import/engagement/", "/visits/suggest/", "/calls/suggest/"),
    "/clusters/south-sudan/priorities/",
)
FIELDS = (
    "cluster", "action", "mode", "partner", "mandates", "visit", "call", "report", "event", "started_on", "ended_on",
    "date_precision", "what_was_done", "challenges", "result", "result_extent", "support_needed", "status", "level",
    "form_key", "refresh", "countries", "title", "starts", "ends", "deadline_on", "deadline_kind", "source", "rank",
    "reason", "mandate",
)  # fmt: skip


@pytest.fixture
def coordinator(cast, client_of):
    """A client of the coordinator in South Sudan; Ukraine has a line that she must not see."""
    factories.EngagementFactory(cluster=cast.ukraine, number=10, level="high", what_was_done="SECRET")
    return client_of(cast.coordinator)


@given(st.sampled_from(LISTS), st.dictionaries(st.sampled_from(FILTERS), values, max_size=5))
def test_any_address_of_a_list_is_answered(coordinator, address, query):
    """With the rows that it asks for, or with the reason why it shows none."""
    response = coordinator.get(address, query)
    assert response.status_code == 200
    assert "SECRET" not in response.content.decode()


@given(st.sampled_from(FORMS), st.dictionaries(st.sampled_from(FIELDS), st.lists(values, max_size=2), max_size=12))
def test_anything_posted_is_answered(cast, coordinator, address, typed):
    """Saved, or shown again with what was typed; what is saved would pass every check of the model."""
    with transaction.atomic():
        response = coordinator.post(address, typed)
        assert response.status_code in (200, 302)
        for row in Engagement.objects.exclude(cluster=cast.ukraine):
            row.full_clean(validate_unique=False)
            assert row.cluster == cast.south_sudan
        transaction.set_rollback(True)
