"""An import that is confirmed several times at the same moment is carried out once; on real locks."""

import pytest

from mandates.models import CallForInput, ReferenceChange
from tests.engagement.at_once import at_once, same_session

from .imports import address, csv_of, seen_of, upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak(times=20)]


def test_eight_confirmations_of_one_preview_add_each_entry_once(cast, client_of):
    """A call has no constraint that would stop the second; the imports wait for each other instead."""
    client = client_of(cast.reader)
    rows = [{"title": f"Call {number}", "deadline": "2026-12-01", "source": "x"} for number in range(5)]
    shown = seen_of(upload(client, "callforinput", csv_of(*rows)))

    def confirm(_number):
        return same_session(client).post(address("callforinput", "import/confirm/"), shown).status_code

    assert at_once(8, confirm) == [302] * 8
    assert CallForInput.objects.count() == 5
    assert ReferenceChange.objects.filter(subject_type="callforinput").count() == 5
