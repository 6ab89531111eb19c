"""Action 12: a finding used in the cluster's advocacy."""

from datetime import date

import pytest

from engagement.models import AdvocacyUse, Engagement
from mandates.changes import attributed_to
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TYPED = {
    "paragraph": "para. 45 (c)",
    "product": "Brief for donors",
    "audience": "donors",
    "day": "2026-05-18",
    "level": "low",
}


@after_the_cast
def world(cast):
    """A report on South Sudan that came out on 1 April; `page` is where its use is told."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    cast.report = factories.ReportFactory(
        title="Displacement",
        symbol="A/HRC/1/1",
        countries=["SSD"],
        mandates=[cast.idps],
        published_on=date(2026, 4, 1),
        published_precision="day",
    )
    cast.page = f"/clusters/south-sudan/reports/{cast.report.pk}/use/"
    return cast


def use(client, page, **typed):
    key = client.get(page).context["form"]["key"].value()
    return client.post(page, TYPED | {"key": str(key)} | typed)


def test_using_a_finding_is_logged(world, client_of):
    """One line of that day, with the report and its mandates; where it stands and before whom beside."""
    client = client_of(world.coordinator)
    assert client.get(world.page).context["form"]["day"].value() == date(2026, 5, 20)
    response = use(client, world.page)
    line = Engagement.objects.get()
    assert response["Location"] == line.get_absolute_url()
    assert (line.action.number, line.status, line.started_on, line.level) == (12, "done", date(2026, 5, 18), "low")
    assert (line.report, list(line.mandates.all())) == (world.report, [world.idps])
    assert line.what_was_done == "Used para. 45 (c) of A/HRC/1/1: Displacement in “Brief for donors”."
    assert (line.advocacyuse.product, line.advocacyuse.audience) == ("Brief for donors", "donors")
    page = client_of(world.member).get(line.get_absolute_url()).content.decode()
    assert "para. 45 (c)" in page
    assert "donors and diplomats" in page
    assert world.page not in page
    assert f'href="{world.page}"' in client.get(line.get_absolute_url()).content.decode()


def test_the_same_use_twice_is_one(world, client_of):
    """By a colleague, on another day or with the same form; another paragraph or product is another use."""
    colleague = client_of(factories.UserFactory(coordinates=world.south_sudan))
    use(client_of(world.coordinator), world.page)
    line = Engagement.objects.get()
    assert use(colleague, world.page, day="2026-05-20")["Location"] == line.get_absolute_url()
    sent = TYPED | {"key": str(line.form_key), "paragraph": "para. 46"}
    assert client_of(world.coordinator).post(world.page, sent)["Location"] == line.get_absolute_url()
    assert Engagement.objects.count() == AdvocacyUse.objects.count() == 1
    use(colleague, world.page, paragraph="para. 46")
    use(colleague, world.page, product="Press kit")
    assert Engagement.objects.count() == 3


@pytest.mark.parametrize("published_on", [None, date(2026, 5, 21)])
def test_a_report_that_is_not_out_is_refused(published_on, world, client_of):
    """Said before anybody types, and again on sending; nothing is written."""
    world.report.published_on, world.report.published_precision = published_on, "day" if published_on else ""
    world.report.save()
    client = client_of(world.coordinator)
    assert "This report is not out yet" in client.get(world.page).content.decode()
    response = use(client, world.page, day="2026-05-20")
    assert "not out yet" in str(response.context["form"].non_field_errors())
    assert not Engagement.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"paragraph": ""}, "paragraph"),
        ({"paragraph": "x" * 101}, "paragraph"),
        ({"paragraph": "\ufffd"}, "paragraph"),
        ({"product": ""}, "product"),
        ({"product": "x" * 201}, "product"),
        ({"audience": ""}, "audience"),
        ({"day": "2026-05-21"}, "day"),
        ({"day": "2026-03-31"}, "day"),
        ({"day": ""}, "day"),
    ],
)
def test_what_is_no_use(typed, field, world, client_of):
    """Said beside its field; nothing is written."""
    response = use(client_of(world.coordinator), world.page, **typed)
    assert list(response.context["form"].errors) == [field]
    assert not Engagement.objects.exists()


def test_only_reports_that_fit_the_cluster(world, client_of):
    """One about another country or withdrawn is not there; one about no country in particular is."""
    client = client_of(world.coordinator)
    out = {"published_on": date(2026, 4, 1), "published_precision": "day"}
    elsewhere = factories.ReportFactory(countries=["UKR"], **out)
    withdrawn = factories.ReportFactory(countries=["SSD"], withdrawn_on=date(2026, 5, 1), **out)
    of_all = factories.ReportFactory(**out)
    answers = [
        client.get(f"/clusters/south-sudan/reports/{report.pk}/use/").status_code
        for report in (elsewhere, withdrawn, of_all)
    ]
    assert answers == [404, 404, 200]


def test_the_page_of_the_report_leads_here(world, client_of):
    """Who keeps the cluster finds the act on the page of a report that is out; nobody else, and not before."""
    address = world.report.get_absolute_url()
    assert world.page in client_of(world.coordinator).get(address).content.decode()
    for person in ("member", "other", "reader"):
        assert world.page not in client_of(getattr(world, person)).get(address).content.decode(), person
    world.report.published_on = date(2026, 6, 1)
    with attributed_to("desk@example.org", source="test"):
        world.report.save()
    assert world.page not in client_of(world.coordinator).get(address).content.decode()
