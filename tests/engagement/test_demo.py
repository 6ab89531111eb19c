"""Demo data: only with DEBUG, the same on a second run, and something to see on every page."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from engagement.follow_ups import follow_ups
from engagement.models import (
    AdvocacyUse,
    AuditEvent,
    Briefing,
    ClusterEvent,
    Contact,
    Contribution,
    ContributionOffer,
    Doubt,
    Engagement,
    EngagementReport,
    GuidanceNote,
    LevelLowering,
    Membership,
    OutgoingMail,
    PressIssue,
    PriorityMandate,
    PriorityReview,
    Share,
    Subscription,
    SupportRequest,
    User,
)
from mandates.likeness import like_calls
from mandates.models import CallForInput, CountryVisit, ReferenceChange, Report
from mandates.revisions import revisions_of

pytestmark = pytest.mark.django_db

PEOPLE = ("coordinator", "other", "member", "hrett", "focal", "admin")


def run(settings):
    """What `manage.py demo` says."""
    settings.DEBUG = True
    said = StringIO()
    call_command("demo", stdout=said)
    settings.DEBUG = False
    return said.getvalue()


class Undo(Exception):
    """Ends the transaction that holds the demo data."""


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Reference and demo data, loaded once for this file and rolled back after it; what the command said."""
    said = StringIO()
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                call_command("seed_reference", stdout=StringIO())
                with override_settings(DEBUG=True):
                    call_command("demo", stdout=said)
                yield said.getvalue()
                raise Undo
        except Undo:
            pass


@pytest.fixture(autouse=True)
def demo(loaded, db):
    """Every test of this file finds the demo data."""
    return loaded


def test_it_refuses_without_debug(settings):
    """Where it is not a developer's machine nothing is loaded: the password is known to everyone."""
    before = User.objects.count()
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo")
    assert User.objects.count() == before


def test_a_second_run_changes_nothing(settings):
    """Not a row more, not a version higher, not one reference change."""
    public = (CountryVisit, CallForInput, Report, ReferenceChange)
    models = (User, Membership, Engagement, PriorityMandate, PriorityReview, ClusterEvent, Subscription, *public)
    models += (Briefing, PressIssue, AdvocacyUse)
    models += (SupportRequest, SupportRequest.history.model, GuidanceNote)
    models += (Contact, Share, OutgoingMail)
    models += (Contribution, ContributionOffer, LevelLowering, AuditEvent, Doubt, EngagementReport)

    def state():
        counts = [model.objects.count() for model in models]
        return counts, list(Engagement.objects.order_by("pk").values_list("pk", "version", "updated_at"))

    before = state()
    assert "nothing to add" in run(settings)
    assert state() == before


def test_it_says_who_can_sign_in(demo):
    """The command prints the six people."""
    for name in PEOPLE:
        assert f"{name}@example.org" in demo


def test_it_covers_what_there_is():
    """Every action, mode, level, status and extent, in at least six clusters, over two years, and all floors kept."""
    rows = list(Engagement.objects.select_related("action", "cluster"))
    assert 100 <= len(rows) <= 160
    for column in ("mode", "level", "status", "result_extent"):
        choices = {value for value, _label in Engagement._meta.get_field(column).choices}
        assert {getattr(row, column) for row in rows} == choices, column
    assert {row.action.number for row in rows} == set(range(1, 13))
    per_cluster = Counter(row.cluster.slug for row in rows)
    assert len([slug for slug, count in per_cluster.items() if count >= 5]) >= 6
    days = [row.started_on for row in rows]
    assert max(days) - min(days) >= timedelta(days=600)
    assert len([row for row in rows if row.support_needed]) >= 5
    assert any(row.visit_id for row in rows)
    assert any(row.call_id for row in rows)
    assert any(row.report_id for row in rows)
    assert any(row.activity for row in rows)


@pytest.mark.slow
def test_each_engagement_would_pass_the_form():
    """Demo rows obey the rules that people's rows do: lengths, characters, days and items."""
    today = timezone.localdate()
    for row in Engagement.objects.select_related("action", "cluster", "visit"):
        row.full_clean(exclude=["created_by"])
        if row.action.is_always_high:
            assert all(len(text) <= 500 for text in (row.what_was_done, row.challenges, row.result, row.support_needed))
        if row.status in ("done", "under_way"):
            assert row.started_on <= today, row.pk
        if row.visit:
            assert row.visit.countries.filter(pk=row.cluster.country_id).exists(), row.pk


def test_acts_would_pass_their_forms():
    """Their own fields obey the rules that people's do; acts of three kinds wait for a word from South Sudan."""
    for model in (Briefing, Contribution, PressIssue, AdvocacyUse):
        for act in model.objects.all():
            act.full_clean()
            assert "demo" in str(vars(act)) or "démo" in str(vars(act))
    lines = Engagement.objects.filter(cluster__slug="south-sudan")
    waiting = follow_ups(lines, timezone.localdate())
    assert {row.line.action.number for row in waiting} == {3, 10, 11}


def test_something_lies_ahead():
    """Visits under way, ahead and just moved, calls closing soon and later, relative to today."""
    today, now = timezone.localdate(), timezone.now()
    assert CountryVisit.objects.ahead(today).concerning("SSD").exists()
    visits = list(CountryVisit.objects.ahead(today))
    assert any(known.moved_from for known in revisions_of(visits).values())
    left = [call.days_left(now) for call in CallForInput.objects.open_at(now)]
    assert any(days is not None and days <= 7 for days in left)
    assert Report.objects.filter(published_on=None).exists()


@pytest.mark.parametrize("name", ["coordinator", "other"])
def test_something_is_open(name, client_of):
    """Due and possible for the coordinators, an event ahead, a list of priorities that was reviewed."""
    client = client_of(User.objects.get(email=f"{name}@example.org"))
    (box,) = client.get("/").context["boxes"]
    assert {line.opening.action for line in box.due} >= {4, 6, 9, 11}
    assert box.possible
    page = client.get(f"{box.cluster.get_absolute_url()}priorities/").context
    assert page["priorities"]
    assert page["review"]
    assert client.get(f"{box.cluster.get_absolute_url()}events/").context["ahead"]


def test_the_support_desk_has_something_of_everything():
    """Overdue and in time, free and taken, answered; one that was handed over; notes of both levels."""
    reader, focal = (User.objects.get(email=f"{name}@example.org") for name in ("hrett", "focal"))
    requests = SupportRequest.objects.visible_to(reader)
    counts = requests.counted(reader, timezone.localdate())
    assert counts["waiting"] > counts["overdue"] > 0
    assert counts["untaken"] > 0
    assert counts["mine"] > 0
    assert requests.filter(status="answered").exists()
    handed_over = requests.get(owner=focal)
    assert {record.owner for record in SupportRequest.history.filter(id=handed_over.pk)} == {None, reader, focal}
    assert {note.level for note in GuidanceNote.objects.all()} == {"moderate", "high"}


def test_a_contribution_is_under_way_and_one_is_sent():
    """The first has offers that wait and one that was declined; the line of the second says how long it is."""
    begun = Contribution.objects.get(sent_on=None)
    assert begun.engagement.status == "under_way"
    about = {"cluster": begun.engagement.cluster, "call": begun.call}
    assert Counter(ContributionOffer.objects.filter(**about).values_list("state", flat=True)) == {
        "offered": 2,
        "not_used": 1,
    }
    sent = Contribution.objects.exclude(sent_on=None).get()
    assert (sent.engagement.status, sent.engagement.started_on) == ("done", sent.sent_on)
    assert f"a contribution of {sent.words} words to the call “{sent.call}”" in sent.engagement.what_was_done


def test_the_desk_has_something_to_decide():
    """A suggested visit, known in South Sudan, and a suggested call that looks like one that is known."""
    assert CountryVisit.objects.known_to(User.objects.get(email="member@example.org")).to_confirm().exists()
    assert not CountryVisit.objects.known_to(User.objects.get(email="other@example.org")).to_confirm().exists()
    call = CallForInput.objects.to_confirm().get()
    assert like_calls(call.title, CallForInput.objects.known_to_all())


@pytest.mark.parametrize("name", PEOPLE)
def test_the_demo_people_sign_in_and_find_something(name, client_of):
    """Each of the six signs in with the password "demo", and finds on her pages what her role reads."""
    client = client_of(None)
    response = client.post("/account/login/", {"login": f"{name}@example.org", "password": "demo"}, follow=True)
    assert response.status_code == 200
    assert f"Good day, {User.objects.get(email=f'{name}@example.org').name}" in response.content.decode()
    count = client.get("/engagement/").context["page"].paginator.count
    assert (count > 0) == (name != "admin")
    assert client.get("/clusters/").status_code == 200


def test_the_contract_of_roles():
    """The people of the demonstration are who the contract says they are."""
    roles = {
        f"{m.user.email.split('@')[0]} {m.cluster.name}": m.role
        for m in Membership.objects.select_related("user", "cluster")
    }
    assert roles["coordinator South Sudan Protection Cluster"] == "coordinator"
    assert roles["other Ukraine Protection Cluster"] == "coordinator"
    assert roles["member South Sudan Protection Cluster"] == "member"
    by_address = {user.email: user for user in User.objects.all()}
    assert by_address["hrett@example.org"].task_team == "reader"
    assert by_address["focal@example.org"].task_team == "focal_point"
    assert by_address["admin@example.org"].is_administrator
    assert not by_address["admin@example.org"].task_team


def test_something_was_shared_by_mail():
    """Contacts in more than one language, and shares of actions 2 and 5 whose mails all left; nothing waits."""
    assert {"", "fr", "ar"} <= set(Contact.objects.values_list("language", flat=True))
    shares = Share.objects.select_related("engagement__action")
    assert {share.engagement.action.number for share in shares} == {2, 5}
    assert all(share.mails.exists() for share in shares)
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}


def test_something_waits_for_a_second_person():
    """The coordinator of South Sudan and the focal point have one lowering to decide on, and a ledger to read."""
    coordinator, focal = (User.objects.get(email=f"{name}@example.org") for name in ("coordinator", "focal"))
    for person in (coordinator, focal):
        assert LevelLowering.objects.to_decide(person).get().engagement.cluster.slug == "south-sudan"
    kinds = AuditEvent.objects.visible_to(coordinator).values_list("kind", flat=True)
    assert set(kinds) == {"opened", "exported", "level"}
