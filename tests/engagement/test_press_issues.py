"""Action 7: propose an issue for the press."""

from datetime import date

import pytest

from engagement.models import Engagement, PressIssue
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/press/"
TYPED = {
    "issue": "Evictions in the capital.\nThey go on.",
    "urgency": "now",
    "product": "report",
    "product_title": "Protection analysis",
    "mandates": ["sr-housing"],
    "level": "moderate",
}


@after_the_cast
def world(cast):
    """Three mandates in force: one visits, one is a priority, one is neither."""
    cast.idps, cast.torture, cast.housing = (
        factories.MandateFactory(slug=slug, acronym=acronym)
        for slug, acronym in (("sr-idps", "SR IDPs"), ("sr-torture", "SR Torture"), ("sr-housing", "SR Housing"))
    )
    cast.visit = factories.VisitFactory(
        countries=["SSD"], mandates=[cast.idps], starts_on=date(2026, 5, 11), ends_on=date(2026, 5, 22)
    )
    factories.PriorityFactory(cluster=cast.south_sudan, mandate=cast.torture)
    return cast


def propose(client, page=PAGE, **typed):
    key = client.get(page).context["form"]["key"].value()
    return client.post(page, TYPED | {"key": str(key)} | typed)


def test_proposing_is_logged_today(world, client_of):
    """One line, done, to the mandates ticked, with the issue beside."""
    response = propose(client_of(world.coordinator), mandates=["sr-housing", "sr-torture"])
    line = Engagement.objects.get()
    assert response["Location"] == line.get_absolute_url()
    assert (line.action.number, line.status, line.started_on, line.visit) == (7, "done", date(2026, 5, 20), None)
    assert set(line.mandates.all()) == {world.housing, world.torture}
    assert line.what_was_done == (
        "Proposed an issue for the press to SR Housing, SR Torture; it completes “Protection analysis”."
    )
    issue = line.pressissue
    assert (issue.issue, issue.urgency, issue.product) == ("Evictions in the capital.\nThey go on.", "now", "report")
    page = client_of(world.reader).get(line.get_absolute_url()).content.decode()
    assert "They go on." in page
    assert "a report or analysis of the cluster: <bdi>Protection analysis</bdi>" in page


def test_one_that_fills_a_gap_has_no_product(world, client_of):
    """The words say so."""
    propose(client_of(world.coordinator), product="none", product_title="")
    assert Engagement.objects.get().what_was_done.endswith("to SR Housing; it fills a gap.")


def test_with_a_visit(world, client_of):
    """It belongs to the line; its mandates are ticked and first, then the priorities; others are behind a line."""
    client = client_of(world.coordinator)
    page = f"{PAGE}?visit={world.visit.pk}"
    form = client.get(page).context["form"]
    assert form["mandates"].value() == ["sr-idps"]
    assert [str(option.data["value"]) for option in form.mandates_at_hand] == ["sr-idps", "sr-torture"]
    assert [str(option.data["value"]) for option in form.other_mandates] == ["sr-housing"]
    propose(client, page)
    assert Engagement.objects.get().visit == world.visit


def test_the_countrys_mandate_is_offered_and_no_other_countrys(world, client_of):
    """Thematic ones in force, and that of the cluster's country; ended ones are not."""
    own = factories.MandateFactory(slug="sr-ssd", kind="country", country=world.south_sudan.country)
    factories.MandateFactory(slug="sr-ukr", kind="country", country=world.ukraine.country)
    world.housing.ended_on, world.housing.ended_precision = date(2026, 5, 19), "day"
    world.housing.save()
    client = client_of(world.coordinator)
    form = client.get(PAGE).context["form"]
    assert {str(option.data["value"]) for option in form["mandates"]} == {"sr-idps", "sr-torture", own.slug}
    assert "mandates" in propose(client).context["form"].errors


def test_the_same_issue_twice_a_day_is_one(world, client_of):
    """A colleague with the same words, and the same form again, are led to the line; other words are another issue."""
    colleague = factories.UserFactory(coordinates=world.south_sudan)
    propose(client_of(world.coordinator))
    line = Engagement.objects.get()
    assert propose(client_of(colleague))["Location"] == line.get_absolute_url()
    again = client_of(world.coordinator).post(PAGE, TYPED | {"key": str(line.form_key), "issue": "Changed."})
    assert again["Location"] == line.get_absolute_url()
    assert Engagement.objects.count() == PressIssue.objects.count() == 1
    propose(client_of(colleague), issue="Another one.")
    assert Engagement.objects.count() == 2


def test_the_same_issue_on_another_day_is_another(world, client_of):
    """Proposed again a day later, it is logged again; so it is when the first was withdrawn."""
    client = client_of(world.coordinator)
    propose(client)
    Engagement.objects.update(started_on=date(2026, 5, 19))
    propose(client)
    assert Engagement.objects.count() == 2
    Engagement.objects.filter(started_on=date(2026, 5, 20)).update(
        status="withdrawn", withdrawn_at="2026-05-20T12:00Z", withdrawn_reason="Wrong cluster"
    )
    propose(client)
    assert Engagement.objects.count() == 3


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"issue": ""}, "issue"),
        ({"issue": "x" * 2001}, "issue"),
        ({"issue": "\ufffd"}, "issue"),
        ({"urgency": ""}, "urgency"),
        ({"product": ""}, "product"),
        ({"product_title": ""}, "product_title"),
        ({"product": "none"}, "product_title"),
        ({"product_title": "x" * 201}, "product_title"),
        ({"mandates": []}, "mandates"),
        ({"mandates": ["sr-unknown"]}, "mandates"),
    ],
)
def test_what_is_no_issue(typed, field, world, client_of):
    """Said beside its field, what was typed stays; nothing is written."""
    response = propose(client_of(world.coordinator), **typed)
    assert list(response.context["form"].errors) == [field]
    assert not Engagement.objects.exists()


@pytest.mark.parametrize(
    ("ends_on", "kind", "said"),
    [
        (date(2026, 5, 5), "under_way", "over 14 days ago. Leave the visit out"),
        (date(2026, 5, 22), "cancelled", "does not take place: cancelled"),
    ],
)
def test_a_visit_whose_press_work_is_over(ends_on, kind, said, world, client_of):
    """Refused with what was typed; one button proposes it without the visit."""
    world.visit.starts_on, world.visit.ends_on = date(2026, 5, 1), ends_on
    world.visit.save()
    world.visit.events.create(kind=kind, day=date(2026, 5, 1), known_by=date(2026, 5, 1), position=2)
    client = client_of(world.coordinator)
    page = f"{PAGE}?visit={world.visit.pk}"
    assert said in client.get(page).content.decode()
    response = propose(client, page)
    assert said in str(response.context["form"].non_field_errors())
    assert f'formaction="{PAGE}"' in response.content.decode()
    assert not Engagement.objects.exists()
    propose(client)
    assert Engagement.objects.get().visit is None


def test_fourteen_days_after_a_visit_is_not_too_late(world, client_of):
    """The last day on which it is taken."""
    world.visit.starts_on, world.visit.ends_on = date(2026, 5, 1), date(2026, 5, 6)
    world.visit.save()
    propose(client_of(world.coordinator), f"{PAGE}?visit={world.visit.pk}")
    assert Engagement.objects.get().visit == world.visit


def test_only_visits_that_the_cluster_can_act_on(world, client_of):
    """Elsewhere, or no visit at all: not there."""
    elsewhere = factories.VisitFactory(countries=["UKR"], mandates=[world.idps])
    client = client_of(world.coordinator)
    for value in (elsewhere.pk, "soon", ""):
        assert client.get(PAGE, {"visit": value}).status_code == 404
