"""The server killed with SIGKILL while it reads a file, and while it writes one: all of it is there, or nothing."""

import http.client
import random
import threading
import time
from urllib.parse import urlencode

import pytest

from engagement import services
from engagement.imports.packing import unpack
from engagement.models import Engagement, ImportBatch, ImportedRow, SupportRequest
from tests.engagement.test_killed_server import TOKEN, gunicorn, is_sound, send

from .files import new_row, read_file, workbook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak(times=20)]

ROWS = 300


def rows():
    """New rows, each of which asks for support."""
    return [new_row(what_was_done=f"Sent input {number}.", support_needed="A contact.") for number in range(ROWS)]


def post(port, session, path, kind, body):
    """The status of the answer, None when the server was killed before."""
    headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Content-Type": kind}
    try:
        return send(port, "POST", path, headers, body)
    except (OSError, http.client.HTTPException):
        return None


def killed_meanwhile(within, *request):
    """Send a request to a server of its own, and kill that within so many seconds; the status if it was quicker."""
    answers = []
    with gunicorn() as port:
        asking = threading.Thread(target=lambda: answers.append(post(port, *request)), daemon=True)
        asking.start()
        time.sleep(random.uniform(0, within))  # noqa: S311
    asking.join(60)
    return answers[0]


@pytest.mark.slow
def test_a_file_whose_reading_was_killed_is_not_there_and_can_be_handed_in_again(cast, client_of):
    """No half of its rows waits for a confirmation."""
    session = client_of(cast.coordinator).cookies["sessionid"].value
    edge = "x" * 30
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="log.xlsx"\r\n\r\n'
    body = head.encode() + workbook(*rows()).read() + f"\r\n--{edge}--\r\n".encode()
    upload = (session, "/import/engagement/", f"multipart/form-data; boundary={edge}", body)
    answer = killed_meanwhile(1.5, *upload)
    kept = list(ImportBatch.objects.all())
    assert len(kept) == 1 if answer == 302 else len(kept) <= 1
    with gunicorn() as port:
        assert post(port, *upload) == 302
    batches = ImportBatch.objects.all()
    assert len(batches) == len(kept) + 1
    for batch in batches:
        assert sum(len(table.rows) for table in unpack(batch.content).tables) == ROWS
    assert not Engagement.objects.exists()
    assert is_sound()


@pytest.mark.slow
def test_an_import_that_was_killed_has_written_all_or_nothing_and_can_be_confirmed_again(cast, client_of, figures):
    """Lines, histories, support requests and the state of the file go together."""
    session = client_of(cast.coordinator).cookies["sessionid"].value
    batch = services.keep_upload(by=cast.coordinator, name="log.xlsx", read=read_file(*rows()), cluster=None)
    lines = services.outcome_of(batch, cast.coordinator)
    shown = " ".join(line.key for line in lines.lines)
    typed = {"seen": lines.fingerprint, "shown": shown, "take": shown.split(), "confirm": "1"}
    confirm = (
        session,
        f"{batch.get_absolute_url()}confirm/",
        "application/x-www-form-urlencoded",
        urlencode(typed, doseq=True),
    )
    answer = killed_meanwhile(2.5, *confirm)
    batch.refresh_from_db()
    assert counted() == ([0] * 4 if batch.is_draft else [ROWS] * 4)
    assert not (answer == 302 and batch.is_draft)
    figures(imports_killed_before_they_were_written=int(batch.is_draft))
    with gunicorn() as port:
        assert post(port, *confirm) == 302
    batch.refresh_from_db()
    assert (batch.state, batch.counts["written"], batch.content) == ("confirmed", ROWS, {})
    assert counted() == [ROWS] * 4
    assert is_sound()


def counted():
    """How many there are of all that an import writes for each row."""
    return [model.objects.count() for model in (Engagement, Engagement.history.model, SupportRequest, ImportedRow)]
