"""Two people, two tabs, one log: an import is written once; on real locks, so without a test transaction."""

import pytest

from engagement import services
from engagement.models import Engagement, ImportBatch
from tests import factories
from tests.engagement.at_once import at_once, same_session
from tests.engagement.forms import fields_of

from .files import cells_of, new_row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak(times=20)]


def test_eight_presses_of_one_button_write_once(cast, client_of):
    """All eight lead to the result; every row is there once."""
    row = factories.EngagementFactory(cluster=cast.south_sudan)
    rows = [cells_of(row) | {"result": "Agreed."}, *(new_row(result=f"New {n}.") for n in range(5))]
    batch = factories.ImportBatchFactory(by=cast.coordinator, rows=rows)
    client, address = client_of(cast.coordinator), batch.get_absolute_url()
    typed = fields_of(client.get(address), "preview-form") | {"confirm": "1"}

    def press(_number):
        return same_session(client).post(f"{address}confirm/", typed).status_code

    assert at_once(8, press) == [302] * 8
    row.refresh_from_db()
    assert (row.version, Engagement.objects.count()) == (2, 6)


def test_two_files_that_say_the_same_are_written_once(cast):
    """The second one to come finds what the first one wrote, and is shown again."""
    people = [cast.coordinator, factories.UserFactory(coordinates=cast.south_sudan)]
    batches = [factories.ImportBatchFactory(by=person) for person in people]
    seen = [services.outcome_of(batch, batch.by).fingerprint for batch in batches]

    def confirm(number):
        try:
            services.confirm_import(by=people[number], batch=batches[number], seen=seen[number])
        except services.StaleOutcome as stale:
            return [line.kind for line in stale.outcome.lines]
        return "written"

    assert sorted(map(str, at_once(2, confirm))) == ["['unchanged']", "written"]
    assert Engagement.objects.count() == 1


def test_an_edit_and_an_import_of_one_row_leave_one_of_the_two(cast, client_of):
    """Whoever comes second is told; no change is lost in silence."""
    row = factories.EngagementFactory(cluster=cast.south_sudan)
    batch = factories.ImportBatchFactory(by=cast.coordinator, rows=[cells_of(row) | {"result": "In the file."}])
    client, address = client_of(cast.coordinator), f"{row.get_absolute_url()}edit/"
    typed = fields_of(client.get(address)) | {"result": "In the form."}
    seen = services.outcome_of(batch, batch.by).fingerprint

    def change(number):
        if number:
            return same_session(client).post(address, typed).status_code == 302
        try:
            services.confirm_import(by=cast.coordinator, batch=batch, seen=seen)
        except services.StaleOutcome:
            return False
        return True

    imported, edited = at_once(2, change)
    row.refresh_from_db()
    assert {imported, edited} == {True, False}
    assert (row.result, row.version) == ("In the file." if imported else "In the form.", 2)
    assert ImportBatch.objects.get().is_draft is not imported
