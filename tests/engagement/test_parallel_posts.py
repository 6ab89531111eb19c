"""One save is one row, however many posts of it arrive at once; on real locks, so without a test transaction."""

import pytest

from engagement.models import Engagement
from tests import factories

from .at_once import at_once, same_session
from .forms import filled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_twenty_posts_of_one_form_make_one_row(cast, client_of):
    """All twenty answers lead to the one record, with its mandates written once."""
    mandate = factories.MandateFactory(slug="sr-idps")
    client = client_of(cast.coordinator)
    typed = filled(client, mandates=[mandate.slug])

    def post(_number):
        response = same_session(client).post("/engagement/new/", typed)
        return response.status_code, response.get("Location")

    answers = at_once(20, post)
    row = Engagement.objects.get()
    assert set(answers) == {(302, row.get_absolute_url())}
    assert list(row.mandates.all()) == [mandate]


def test_posts_of_different_forms_are_all_written(cast, client_of):
    """Ten people saving at once are ten rows: nobody gets "database is locked"."""
    client = client_of(cast.coordinator)
    forms = [filled(client, what_was_done=f"Line {number}.") for number in range(10)]
    answers = at_once(10, lambda number: same_session(client).post("/engagement/new/", forms[number]).status_code)
    assert answers == [302] * 10
    assert {row.what_was_done for row in Engagement.objects.all()} == {f"Line {number}." for number in range(10)}
