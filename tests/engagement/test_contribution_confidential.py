"""The Word file of a contribution of level high: by POST, with the password once more and a reason, on record."""

from io import BytesIO

import pytest
from docx import Document

from engagement.models import AuditEvent
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SENT = {"reason": "Encrypted to the mandate", "password": "demo", "confidential": "on"}
MARK = "Confidential: not to be published"


@pytest.fixture
def high(cast):
    """A contribution of South Sudan of level high."""
    return factories.ContributionFactory(
        cluster=cast.south_sudan, by=cast.coordinator, level="high", text="What stands in it."
    )


def page_of(contribution):
    return f"{contribution.get_absolute_url()}confidential/"


def taken(response):
    """(the text of the Word file, the header of its pages)."""
    assert response["Content-Disposition"] == 'attachment; filename="contribution-south-sudan-2026-05-20.docx"'
    assert "no-store" in response["Cache-Control"]
    file = Document(BytesIO(b"".join(response)))
    header = "".join(paragraph.text for paragraph in file.sections[0].header.paragraphs)
    return "\n".join(paragraph.text for paragraph in file.paragraphs), header


@pytest.mark.parametrize("person", ["coordinator", "focal"])
def test_who_reads_it_takes_it_away(person, cast, high, client_of):
    """Her own coordinator, a focal point; the ledger says so, and the cluster's coordinators read why."""
    client = client_of(getattr(cast, person))
    text, header = taken(client.post(page_of(high), SENT))
    assert "What stands in it." in text
    assert header == MARK
    event = AuditEvent.objects.get(kind="exported")
    assert (event.actor_id, event.subject_id) == (getattr(cast, person).pk, high.engagement_id)
    assert event.detail == {
        "page": "contribution-confidential",
        "format": "docx",
        "reason": "Encrypted to the mandate",
        "rows": 1,
        "levels": {"high": 1},
    }
    ledger = client_of(cast.coordinator).get("/clusters/south-sudan/access/").text
    assert "Encrypted to the mandate" in ledger
    assert "Word" in ledger


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("password", "wrong", "This is not your password. Nothing has left."),
        ("password", "", "This field is required."),
        ("reason", "because so", "Say it in at least 3 words."),
    ],
)
def test_without_password_and_reason_nothing_leaves(field, typed, said, cast, high, client_of):
    """The fault stands on the form; no export is on record, and the password does not come back."""
    response = client_of(cast.coordinator).post(page_of(high), SENT | {field: typed})
    assert response.status_code == 200
    assert response.context["form"].errors == {field: [said]}
    assert "What stands in it." not in response.text
    assert 'value="demo"' not in response.text
    assert not AuditEvent.objects.filter(kind="exported").exists()


def test_passwords_are_counted_together_with_those_of_the_log(cast, high, client_of, settings):
    """Who has tried too often there is not looked at here."""
    settings.ACCOUNT_RATE_LIMITS = {"reauthenticate": "2/m/user"}
    client = client_of(cast.coordinator)
    for page in ("/export/confidential/", page_of(high)):
        client.post(page, {"reason": "Because of a visit", "format": "csv", "password": "wrong"})
    response = client.post(page_of(high), SENT)
    assert response.context["form"].errors == {"password": ["Too many tries. Wait a minute, then enter it again."]}


@pytest.mark.parametrize("person", ["member", "reader", "other", "administrator"])
def test_for_nobody_else_is_it_there(person, cast, high, client_of):
    """Not with her own password and a reason."""
    client = client_of(getattr(cast, person))
    for response in (client.get(page_of(high)), client.post(page_of(high), SENT)):
        assert response.status_code == 404
    assert not AuditEvent.objects.exists()


def test_a_link_takes_nothing_away(cast, high, client_of):
    """The address of the plain file leads to the form, as the page of the contribution does."""
    client = client_of(cast.coordinator)
    assert client.get(f"{high.get_absolute_url()}contribution.docx?confidential=yes")["Location"] == page_of(high)
    shown = client.get(high.get_absolute_url()).text
    assert page_of(high) in shown
    assert "contribution.docx" not in shown
    assert client.get(page_of(high)).status_code == 200
    assert not AuditEvent.objects.filter(kind="exported").exists()


def test_below_high_the_plain_file_is_the_way(cast, client_of):
    """The form leads to the page that has the link, by GET and POST."""
    plain = factories.ContributionFactory(cluster=cast.south_sudan, by=cast.coordinator)
    client = client_of(cast.coordinator)
    for response in (client.get(page_of(plain)), client.post(page_of(plain), SENT)):
        assert response["Location"] == plain.get_absolute_url()


def test_what_is_decided_is_not_asked_again(cast, high, client_of):
    """Sent as public: the pages carry no mark, whatever is sent along; undecided and not ticked, neither."""
    client = client_of(cast.coordinator)
    unticked = {key: value for key, value in SENT.items() if key != "confidential"}
    assert taken(client.post(page_of(high), unticked))[1] == ""
    type(high).objects.update(sent_on="2026-05-19", publication="named")
    assert "confidential" not in client.get(page_of(high)).context["form"].fields
    assert taken(client.post(page_of(high), SENT))[1] == ""
