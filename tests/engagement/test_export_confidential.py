"""High engagements leave by a POST alone, with the password once more and a reason, and it is on record."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from engagement.models import AuditEvent
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/export/confidential/"
SENT = {"reason": "Briefing of the country team", "format": "csv", "password": "demo"}


@after_the_cast
def log(cast):
    """Lines of three levels in South Sudan, one of action 10 there, and a high one in Ukraine."""
    for level in ("low", "moderate", "high"):
        factories.EngagementFactory(cluster=cast.south_sudan, level=level, what_was_done=f"SSD {level}")
    factories.EngagementFactory(cluster=cast.south_sudan, number=10, what_was_done="SSD receipt")
    factories.EngagementFactory(cluster=cast.ukraine, level="high", what_was_done="UKR high")


def taken(response):
    """What was done, of each line of a CSV."""
    assert response["Content-Disposition"].startswith("attachment")
    rows = csv.DictReader(StringIO(response.getvalue().decode("utf-8-sig"), newline=""))
    return {row["What did the cluster do under this action"] for row in rows}


@pytest.mark.usefixtures("log")
def test_a_coordinator_takes_her_clusters_lines_away(cast, client_of):
    """All levels of hers, and nobody else's; each cluster's entry has the reason and the levels."""
    response = client_of(cast.coordinator).post(PAGE, SENT)
    assert taken(response) == {"SSD low", "SSD moderate", "SSD high", "SSD receipt"}
    assert "engagement-confidential-2026-05-20.csv" in response["Content-Disposition"]
    event = AuditEvent.objects.get()
    assert (event.kind, event.actor_id, event.cluster_id) == ("exported", cast.coordinator.pk, cast.south_sudan.pk)
    assert event.detail == {
        "page": "export-confidential",
        "format": "csv",
        "reason": "Briefing of the country team",
        "filters": {},
        "rows": 4,
        "levels": {"low": 1, "moderate": 1, "high": 2},
    }
    page = client_of(cast.coordinator).get("/clusters/south-sudan/access/").content.decode()
    assert "Briefing of the country team" in page
    assert "4 engagements of this cluster: low 1, moderate 1, high 2" in page


@pytest.mark.usefixtures("log")
def test_a_focal_point_takes_all_away_by_the_filters_of_the_address(cast, client_of):
    """The filters are those of the list, and stand in the entry of each cluster."""
    response = client_of(cast.focal).post(f"{PAGE}?level=high&action=3", SENT)
    assert taken(response) == {"SSD high", "UKR high"}
    events = {event.cluster_id: event.detail for event in AuditEvent.objects.all()}
    assert set(events) == {cast.south_sudan.pk, cast.ukraine.pk}
    assert all(detail["filters"] == {"level": "high", "action": "3"} for detail in events.values())


@pytest.mark.usefixtures("log")
def test_the_workbook_says_its_level(cast, client_of):
    """On the sheet About; the summary counts actions 9 and 10, which a plain export leaves empty."""
    response = client_of(cast.coordinator).post(PAGE, SENT | {"format": "xlsx"})
    book = load_workbook(BytesIO(response.getvalue()))
    about = dict(list(book["About"].values)[1:])
    assert about["Highest level in this file"] == "high"
    assert "high engagements too" in about["What is in it"]
    assert "nobody else" in about["Handling"]
    header, line, *_rest = book["Summary"].values
    assert line[header.index("10. Refer an individual case")] == 1


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("password", "wrong", "This is not your password. Nothing has left."),
        ("password", "", "This field is required."),
        ("reason", "", "This field is required."),
        ("reason", "because so", "Say it in at least 3 words."),
        ("format", "docx", "Select a valid choice. docx is not one of the available choices."),
    ],
)
def test_without_password_reason_and_format_nothing_leaves(field, typed, said, cast, client_of):
    """The fault is said on the form, and what was typed is there, but for the password; nothing is on record."""
    response = client_of(cast.coordinator).post(PAGE, SENT | {field: typed})
    assert response.status_code == 200
    assert response.context["form"].errors == {field: [said]}
    page = response.content.decode()
    assert "SSD high" not in page
    assert 'value="demo"' not in page
    assert not AuditEvent.objects.exists()


@pytest.mark.usefixtures("log")
def test_passwords_cannot_be_tried_one_after_the_other(cast, client_of, settings):
    """After the tries that allauth allows for signing in anew the right one is not looked at either, for a while."""
    settings.ACCOUNT_RATE_LIMITS = {"reauthenticate": "2/m/user"}
    client = client_of(cast.coordinator)
    for _try in range(2):
        client.post(PAGE, SENT | {"password": "wrong"})
    response = client.post(PAGE, SENT)
    assert response.context["form"].errors == {"password": ["Too many tries. Wait a minute, then enter it again."]}
    assert taken(client_of(cast.focal).post(PAGE, SENT)), "another person's tries are her own"
    assert client.get(PAGE).status_code == 200


@pytest.mark.usefixtures("log")
def test_the_page_says_what_would_leave(cast, client_of):
    """How many high ones and others, by which filters; a GET takes nothing away and keeps nothing."""
    page = client_of(cast.coordinator).get(f"{PAGE}?action=3").content.decode()
    assert "1 engagement of level high" in page
    assert "and 2 below it," in page
    assert "Action: <b>3. Propose a briefing</b>" in page
    assert not AuditEvent.objects.exists()


@pytest.mark.usefixtures("log")
def test_without_anything_high_the_plain_file_is_the_way(cast, client_of):
    """No form, the links to the plain files with the filters; a POST is answered the same."""
    client = client_of(cast.coordinator)
    for response in (client.get(f"{PAGE}?level=low"), client.post(f"{PAGE}?level=low", SENT)):
        page = response.content.decode()
        assert "/export/engagement.xlsx?level=low" in page
        assert "confidential-form" not in page


def test_a_filter_that_is_not_understood_takes_nothing_away(cast, client_of, log):
    """It leads to the list, which says what is wrong."""
    response = client_of(cast.coordinator).post(f"{PAGE}?level=severe", SENT)
    assert response["Location"] == "/engagement/?level=severe"
    assert not AuditEvent.objects.exists()


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("person", ["member", "reader", "administrator"])
def test_nobody_else_takes_anything_away(person, cast, client_of):
    """Who reads nothing high is refused with her own password and a reason, and is shown no link."""
    client = client_of(getattr(cast, person))
    for response in (client.get(PAGE), client.post(PAGE, SENT)):
        assert response.status_code == 403
    assert PAGE not in client.get("/engagement/").content.decode()
    assert not AuditEvent.objects.exists()


@pytest.mark.usefixtures("log")
def test_the_log_leads_there_with_its_filters(cast, client_of):
    """The link stands beside the plain downloads, for those who may, where something high is listed."""
    client = client_of(cast.coordinator)
    assert f"{PAGE}?action=3" in client.get("/engagement/?action=3").content.decode()
    assert PAGE not in client.get("/engagement/?level=low").content.decode()


@pytest.mark.usefixtures("log")
def test_who_coordinates_one_cluster_takes_no_more_of_another(cast, client_of):
    """A coordinator who is a reader of the task team: up to moderate of the others, as she lists it."""
    cast.coordinator.task_team = "reader"
    cast.coordinator.save()
    factories.EngagementFactory(cluster=cast.ukraine, what_was_done="UKR moderate")
    assert taken(client_of(cast.coordinator).post(PAGE, SENT)) == {
        "SSD low", "SSD moderate", "SSD high", "SSD receipt", "UKR moderate",
    }  # fmt: skip
