"""The access ledger: what is kept of who opened and exported, and who reads it."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest

from engagement import audit
from engagement.ledger import PAGES, entries
from engagement.models import AuditEvent, Engagement, Membership
from engagement.querysets import rights_of
from engagement.services.accounts import keep_membership
from tests import factories
from tests.test_access import PEOPLE, one_of_everything, policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LEDGER = "/clusters/south-sudan/access/"
LATER = datetime(2026, 5, 20, 13, tzinfo=UTC)


@pytest.fixture
def world(cast):
    return one_of_everything(cast)


@pytest.fixture
def high(cast):
    """A high line of South Sudan."""
    return factories.EngagementFactory(cluster=cast.south_sudan, level="high", what_was_done="secret")


def kept(**fields):
    return AuditEvent.objects.filter(**fields)


# -- Opening -----------------------------------------------------------------------------------------


def test_opening_is_kept_once_for_a_person_a_record_and_an_hour(cast, client_of, clock, high):
    """Reload and other pages of the record within the hour add nothing; another person, and the next hour, do."""
    client = client_of(cast.coordinator)
    for page in ("", "", "edit/", "history/"):
        assert client.get(high.get_absolute_url() + page).status_code == 200
    event = kept(kind="opened").get()
    assert (event.actor_id, event.cluster_id, event.subject_id) == (cast.coordinator.pk, cast.south_sudan.pk, high.pk)
    assert event.detail == {"page": "engagement-detail"}
    client_of(cast.focal).get(high.get_absolute_url())
    clock(LATER)
    client_of(cast.coordinator).get(high.get_absolute_url())
    assert kept(kind="opened").count() == 3


def test_below_high_nothing_is_kept(cast, client_of):
    """Low and moderate records are opened without a word."""
    for level in ("low", "moderate"):
        line = factories.EngagementFactory(cluster=cast.south_sudan, level=level)
        assert client_of(cast.coordinator).get(line.get_absolute_url()).status_code == 200
    assert not kept().exists()


def test_who_is_shown_nothing_has_opened_nothing(cast, client_of, high):
    """A 404 and a 403 keep nothing: nothing was shown."""
    for person, page in ((cast.reader, ""), (cast.member, ""), (cast.focal, "edit/"), (cast.focal, "lower/")):
        assert client_of(person).get(high.get_absolute_url() + page).status_code in (403, 404)
    assert not kept().exists()


HIGH = sorted({name for name, level, _person, _answer in policy() if level == "high"})


@pytest.mark.parametrize("name", HIGH)
def test_every_page_of_a_high_record_keeps_that_it_was_opened(name, world, client_of):
    """Whatever page of one record the policy lets a person open: a page that is added without it fails here."""
    shown = [who for n, level, who, answer in policy() if (n, level, answer) == (name, "high", "200")]
    for person in shown:
        AuditEvent.objects.all().delete()
        assert client_of(getattr(world, person)).get(world.address(name, "high")).status_code == 200
        event = kept(kind="opened").get()
        assert event.actor_id == getattr(world, person).pk
        assert f"engagement:{event.detail['page']}" == name
        assert event.detail["page"] in PAGES


@pytest.mark.parametrize("person", PEOPLE[1:])
def test_later_steps_of_high_acts_keep_it_too(person, world, client_of):
    """The pages that note a reply and an answer, and the one that keeps a high answer as a note."""
    invitation = Engagement.objects.get(invitation__isnull=False)
    Engagement.objects.filter(pk=invitation.pk).update(level="high")
    request = factories.SupportRequestFactory(engagement__level="high", owner=world.focal, answer="Here.")
    client = client_of(getattr(world, person))
    for address, page in (
        (world.address("engagement:referral-reply"), "referral-reply"),
        (world.address("engagement:invitation-answer"), "invitation-answer"),
        (f"{request.get_absolute_url()}keep/", "support-keep"),
    ):
        is_shown = client.get(address).status_code == 200
        assert kept(kind="opened", detail__page=page).exists() == is_shown
        assert not is_shown or page in PAGES


def test_the_page_of_a_cluster_keeps_how_many_high_texts_it_showed(cast, client_of, high):
    """It shows all five columns, so it counts; one entry for the page, none where there was nothing high."""
    for person in (cast.coordinator, cast.reader):
        assert client_of(person).get("/clusters/south-sudan/").status_code == 200
    event = kept().get()
    assert (event.actor_id, event.cluster_id, event.subject_id) == (cast.coordinator.pk, cast.south_sudan.pk, None)
    assert event.detail == {"page": "cluster-detail", "rows": 1}


# -- Exporting ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_an_export_is_kept_for_each_cluster_in_it(ending, cast, client_of, high):
    """With its filters and how many lines of which level; two files are two entries."""
    for level in ("low", "moderate", "moderate"):
        factories.EngagementFactory(cluster=cast.south_sudan, level=level)
    factories.EngagementFactory(cluster=cast.ukraine, level="low")
    factories.EngagementFactory(cluster=cast.ukraine, level="low", number=8)
    client = client_of(cast.reader)
    for _time in range(2):
        client.get(f"/export/engagement.{ending}?action=3&order=oldest").getvalue()
    found = {event.cluster_id: event.detail for event in kept(kind="exported", actor_id=cast.reader.pk)}
    shared = {"page": f"export-{ending}", "filters": {"action": "3"}}
    assert found == {
        cast.south_sudan.pk: {"rows": 3, "levels": {"low": 1, "moderate": 2}, **shared},
        cast.ukraine.pk: {"rows": 1, "levels": {"low": 1}, **shared},
    }
    assert kept(kind="exported").count() == 4


def test_words_looked_for_are_not_kept(cast, client_of):
    """They could be a name: the record says only that there were some."""
    factories.EngagementFactory(cluster=cast.south_sudan, what_was_done="Amina spoke.", level="low")
    client_of(cast.member).get("/export/engagement.csv?text=Amina&since=2026-01-01").getvalue()
    event = kept().get()
    assert event.detail["filters"] == {"text": True, "since": "2026-01-01"}
    assert "Amina" not in str(event.detail)
    page = client_of(cast.coordinator).get(LEDGER).content.decode()
    assert "Text (the words are not kept), From: 1 January 2026" in page
    assert "Amina" not in page


def test_a_file_that_was_refused_or_is_empty_is_no_export(cast, client_of):
    """A filter that is not understood gives no file; a file without a line took nothing away."""
    factories.EngagementFactory(cluster=cast.south_sudan)
    client = client_of(cast.coordinator)
    assert client.get("/export/engagement.csv?action=99").status_code == 302
    assert client.get("/export/engagement.csv?action=12").status_code == 200
    assert not kept().exists()


def test_a_contribution_taken_away_is_kept(cast, client_of):
    """The Word file of a contribution is an export of its line."""
    contribution = factories.ContributionFactory(cluster=cast.south_sudan, by=cast.coordinator)
    client_of(cast.reader).get(f"{contribution.get_absolute_url()}contribution.docx").getvalue()
    event = kept(kind="exported").get()
    assert (event.cluster_id, event.subject_id) == (cast.south_sudan.pk, contribution.engagement_id)
    assert event.detail == {"page": "contribution-docx", "rows": 1, "levels": {"moderate": 1}}
    assert "Word" in client_of(cast.coordinator).get(LEDGER).content.decode()


# -- Reading it --------------------------------------------------------------------------------------


def test_a_coordinator_reads_who_did_what(cast, client_of, clock, high):
    """Newest first, in words, with the engagement to click on and no word of its text."""
    client_of(cast.focal).get(f"{high.get_absolute_url()}history/")
    clock(LATER)
    audit.level_changed(by=cast.coordinator, line=high, before="low")
    client_of(cast.focal).get("/clusters/south-sudan/")
    found = entries(AuditEvent.objects.visible_to(cast.coordinator), cast.coordinator, rights_of(cast.coordinator))
    assert [(entry.who, entry.line, entry.notes) for entry in found[-1:]] == [("focal", high, ["its history"])]
    assert {str(entry.notes) for entry in found[:2]} == {
        "['from low to high']",
        "['the page of the cluster, with 1 record']",
    }
    page = client_of(cast.coordinator).get(LEDGER).content.decode()
    assert page.index("from low to high") < page.index("its history")
    assert high.get_absolute_url() in page
    assert "secret" not in page


def test_it_is_filtered_by_kind_and_paged(cast, client_of, high):
    """One kind at a time; a kind that there is not shows nothing and says so; fifty to a page."""
    role = {"person": "Amina", "from": "", "to": "member"}
    audit.record("role", by=cast.administrator, cluster=cast.south_sudan.pk, subject=cast.member.pk, **role)
    for _number in range(51):
        audit.record("exported", by=cast.reader, cluster=cast.south_sudan.pk, rows=1, levels={"low": 1})
    client = client_of(cast.coordinator)
    assert client.get(LEDGER).context["page"].paginator.num_pages == 2
    assert len(client.get(f"{LEDGER}?kind=exported&page=2").context["entries"]) == 1
    (entry,) = client.get(f"{LEDGER}?kind=role").context["entries"]
    assert (entry.who, entry.what) == (str(cast.administrator), "changed a role")
    assert client.get(f"{LEDGER}?kind=x").context["entries"] == []


def test_a_line_that_moved_away_is_not_told_of(cast, client_of, high):
    """What she can no longer list leaves no trace: neither an entry, nor its count."""
    audit.opened(by=cast.focal, line=high, page="engagement-detail")
    client = client_of(cast.coordinator)
    assert client.get(LEDGER).context["page"].paginator.count == 1
    Engagement.objects.filter(pk=high.pk).update(cluster=cast.ukraine)
    assert client.get(LEDGER).context["page"].paginator.count == 0
    assert client_of(cast.other).get("/clusters/ukraine/access/").context["page"].paginator.count == 0


def test_the_page_of_a_high_record_says_who_opened_it(cast, client_of, high):
    """To those who keep the log: everybody else by name, the latest first; the focal point is not told."""
    colleague = factories.UserFactory(name="Colleague", email="colleague@example.org", coordinates=cast.south_sudan)
    client_of(cast.focal).get(high.get_absolute_url())
    client_of(colleague).get(high.get_absolute_url())
    response = client_of(cast.coordinator).get(high.get_absolute_url())
    assert {person["actor"] for person in response.context["opened_by"]} == {"focal", "Colleague"}
    assert "Opened by" in response.content.decode()
    assert "Opened by" not in client_of(cast.focal).get(high.get_absolute_url()).content.decode()


def test_who_coordinates_the_cluster_above_reads_it_too(cast, client_of):
    """Rights on a cluster include those below it, and no others."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan, kind="hub")
    keeper = factories.UserFactory()
    Membership.objects.create(user=keeper, cluster=hub, role="imo")
    assert client_of(cast.coordinator).get("/clusters/hub/access/").status_code == 200
    assert client_of(keeper).get("/clusters/hub/access/").status_code == 200
    assert client_of(keeper).get(LEDGER).status_code == 404


def test_reading_and_downloading_change_no_record_of_the_product(cast, client_of, high):
    """The ledger is the exception of GET: an opened page and a file leave the engagement as it was."""
    before = Engagement.objects.values().get()
    client = client_of(cast.coordinator)
    client.get(high.get_absolute_url())
    rows = list(csv.reader(StringIO(client.get("/export/engagement.csv").getvalue().decode("utf-8-sig"))))
    assert len(rows) == 1
    assert Engagement.objects.values().get() == before
    assert Engagement.history.count() == 1


def test_a_role_that_was_given_is_told_in_a_sentence(cast, client_of):
    """An administrator makes somebody coordinator; those who keep the log read whom, and what she is now."""
    keep_membership(
        by=cast.administrator,
        membership=Membership(user=cast.other, cluster=cast.south_sudan, role="coordinator"),
    )
    page = client_of(cast.coordinator).get("/clusters/south-sudan/access/?kind=role").text
    assert f"{cast.other}: now coordinator" in page


def test_the_form_taken_away_in_word_is_kept(cast, client_of):
    """As any export: who, and how many lines of which level."""
    factories.EngagementFactory(cluster=cast.south_sudan, level="low", created_by=cast.coordinator)
    assert client_of(cast.member).get("/clusters/south-sudan/report.docx").status_code == 200
    (event,) = kept(kind="exported")
    assert (event.actor, event.cluster_id) == (str(cast.member), cast.south_sudan.pk)
    assert event.detail == {
        "page": "cluster-report", "format": "docx", "filters": {}, "rows": 1, "levels": {"low": 1},
    }  # fmt: skip
