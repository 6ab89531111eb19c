"""Who knows of a suggestion, and what became of it."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from mandates.models import CallForInput, CountryVisit, Report
from tests import factories

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 19)
both = pytest.mark.parametrize("new", [factories.VisitFactory, factories.CallFactory])


def someone(*clusters):
    """A reader who knows the suggestions of these clusters; all that this app asks of one."""
    return SimpleNamespace(reference_scopes=[cluster.pk for cluster in clusters])


@both
def test_a_suggestion_is_known_where_it_was_made(new, cast):
    """There, and not elsewhere, whatever becomes of it but being confirmed; what nobody suggested is known to all."""
    plain, waiting = new(), new(suggested=cast.south_sudan)
    confirmed = new(suggested=cast.south_sudan, confirmed_on=DAY)
    declined = new(suggested=cast.south_sudan, withdrawn_on=DAY, withdrawn_reason="No such visit.")
    merged = new(suggested=cast.south_sudan, withdrawn_on=DAY, merged_into=plain)
    rows = type(plain).objects
    for_all = {plain, confirmed}
    assert set(rows.known_to(someone(cast.south_sudan))) == for_all | {waiting, declined, merged}
    assert set(rows.known_to(someone(cast.ukraine))) == for_all
    assert set(rows.known_to(someone())) == set(rows.known_to_all()) == for_all
    assert set(rows.to_confirm()) == {waiting}


@both
def test_the_people_of_the_cluster_and_the_task_team_know_it(new, cast):
    """Administering is not knowing."""
    row = new(suggested=cast.south_sudan)
    people = ("coordinator", "member", "other", "reader", "focal", "administrator")
    knowing = [person for person in people if row in type(row).objects.known_to(getattr(cast, person))]
    assert knowing == ["coordinator", "member", "reader", "focal"]


@both
def test_rights_on_a_cluster_include_those_below_it(new, cast):
    """People of the cluster know what its hub suggests; the hub does not know what the cluster suggests."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    of_hub = factories.UserFactory(coordinates=hub)
    below, above = new(suggested=hub), new(suggested=cast.south_sudan)
    rows = type(below).objects
    assert set(rows.known_to(cast.coordinator)) == {below, above}
    assert set(rows.known_to(of_hub)) == {below}
    assert set(rows.known_in(hub.reference_scopes)) == {below}
    assert set(rows.known_in(cast.south_sudan.reference_scopes)) == {below, above}


def test_who_has_left_knows_nothing(cast):
    """An ended membership and a closed account take the knowledge away; a past one in another cluster gives none."""
    row = factories.VisitFactory(suggested=cast.south_sudan)
    cast.member.memberships.update(started_on=DAY, ended_on=DAY)
    cast.reader.is_active = False
    for person in (cast.member, cast.reader):
        assert row not in CountryVisit.objects.known_to(person)


def test_a_new_address_of_the_cluster_changes_nothing(cast):
    """The suggestion belongs to the cluster, not to its name in addresses."""
    row = factories.VisitFactory(suggested=cast.south_sudan)
    cast.south_sudan.slug, cast.ukraine.slug = "south-sudan-2", "south-sudan"
    cast.south_sudan.save()
    cast.ukraine.save()
    assert row in CountryVisit.objects.known_to(cast.coordinator)
    assert row not in CountryVisit.objects.known_to(cast.other)


def test_reports_are_known_to_all(cast):
    """Nobody suggests a report."""
    report = factories.ReportFactory()
    assert list(Report.objects.known_to(cast.administrator)) == [report]


def test_asking_who_knows_costs_no_query(cast, django_assert_num_queries):
    """The scopes become a subquery."""
    with django_assert_num_queries(1):
        list(CallForInput.objects.known_to(cast.coordinator))


@both
def test_what_became_of_it(new, cast):
    """Waiting, confirmed, merged, declined; None without a suggestion. Only the waiting one is marked."""
    plain = new(withdrawn_on=DAY)
    states = {
        None: plain,
        "waiting": new(suggested=cast.south_sudan),
        "confirmed": new(suggested=cast.south_sudan, confirmed_on=DAY, withdrawn_on=DAY),
        "merged": new(suggested=cast.south_sudan, withdrawn_on=DAY, merged_into=plain),
        "declined": new(suggested=cast.south_sudan, withdrawn_on=DAY),
    }
    assert {row.suggestion for row in states.values()} == set(states)
    for state, row in states.items():
        assert (row.suggestion, row.is_unconfirmed) == (state, state == "waiting")


@both
def test_a_merged_entry_stays_withdrawn(new):
    """The form of the admin, which has no column for the other entry, says so."""
    row = new(withdrawn_on=DAY, merged_into=new())
    row.withdrawn_on = None
    with pytest.raises(ValidationError, match="stays withdrawn"):
        row.clean()
