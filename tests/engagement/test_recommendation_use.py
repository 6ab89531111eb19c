"""A recommendation used in a cluster's advocacy, and the thread from input to use."""

from datetime import date

import pytest

from engagement.models import AdvocacyUse, Engagement
from mandates.changes import attributed_to
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TYPED = {"product": "Brief for donors", "audience": "donors", "day": "2026-05-18", "level": "low"}


@after_the_cast
def world(cast):
    """A paragraph on South Sudan in a report of 1 April, which a visit and a call led to."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    about = {"mandates": [cast.idps], "countries": ["SSD"]}
    cast.visit = factories.VisitFactory(**about, starts_on=date(2025, 6, 1), ends_on=date(2025, 6, 9))
    cast.report = factories.ReportFactory(title="Displacement", symbol="A/HRC/1/1", visit=cast.visit, **about)
    cast.call = factories.CallFactory(report=cast.report, **about)
    cast.row = factories.RecommendationFactory(
        symbol="A/HRC/1/1", paragraph="45 (c)", report=cast.report, published_on=date(2026, 4, 1), **about
    )
    cast.address = cast.row.get_absolute_url()
    cast.page = f"/clusters/south-sudan{cast.address}use/"
    return cast


def use(client, page, **typed):
    key = client.get(page).context["form"]["key"].value()
    return client.post(page, TYPED | {"key": str(key)} | typed)


def test_using_it_is_logged(world, client_of):
    """One line of that day, with the report and the mandates; the recommendation stands beside, and leads back."""
    client = client_of(world.coordinator)
    assert world.page in client.get(world.address).text
    response = use(client, world.page)
    line = Engagement.objects.get()
    assert response["Location"] == line.get_absolute_url()
    assert (line.action.number, line.status, line.started_on, line.level) == (12, "done", date(2026, 5, 18), "low")
    assert (line.report, list(line.mandates.all())) == (world.report, [world.idps])
    assert line.what_was_done == "Used A/HRC/1/1, paragraph 45 (c) in “Brief for donors”."
    assert (line.advocacyuse.recommendation, line.advocacyuse.paragraph) == (world.row, "45 (c)")
    page = client_of(world.member).get(line.get_absolute_url()).text
    assert f'href="{world.address}"' in page
    assert world.page not in page
    assert f'href="{world.page}"' in client.get(line.get_absolute_url()).text


def test_the_same_use_twice_is_one(world, client_of):
    """By a colleague or with the same form; in another product it is another use."""
    colleague = client_of(factories.UserFactory(coordinates=world.south_sudan))
    use(client_of(world.coordinator), world.page)
    line = Engagement.objects.get()
    assert use(colleague, world.page, day="2026-05-20")["Location"] == line.get_absolute_url()
    assert AdvocacyUse.objects.count() == 1
    use(colleague, world.page, product="Press kit")
    assert Engagement.objects.count() == 2


def test_without_report_or_paragraph(world, client_of):
    """What was said after a visit is used all the same."""
    row = factories.RecommendationFactory(symbol="", paragraph="", text="Adopt a law. " * 20, visit=world.visit)
    use(client_of(world.coordinator), f"/clusters/south-sudan{row.get_absolute_url()}use/")
    act = AdvocacyUse.objects.get()
    assert (act.recommendation, act.engagement.report) == (row, None)
    assert act.paragraph.startswith("Adopt a law.")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"product": ""}, "product"),
        ({"product": "x" * 201}, "product"),
        ({"audience": "x"}, "audience"),
        ({"day": "2026-05-21"}, "day"),
        ({"day": "2026-03-31"}, "day"),
    ],
)
def test_what_is_no_use(typed, field, world, client_of):
    """Said beside its field; nothing is written."""
    response = use(client_of(world.coordinator), world.page, **typed)
    assert list(response.context["form"].errors) == [field]
    assert not Engagement.objects.exists()


def test_only_those_that_fit_the_cluster(world, client_of):
    """About another country, or one that is not known here, or withdrawn: not there. About none: there."""
    client = client_of(world.coordinator)
    answers = [
        client.get(f"/clusters/south-sudan{row.get_absolute_url()}use/").status_code
        for row in (
            factories.RecommendationFactory(countries=["UKR"]),
            factories.RecommendationFactory(other_countries="Atlantis"),
            factories.RecommendationFactory(countries=["SSD"], withdrawn_on=date(2026, 5, 1)),
            factories.RecommendationFactory(),
            factories.RecommendationFactory(countries=["SSD"], other_countries="Atlantis"),
        )
    ]
    assert answers == [404, 404, 404, 200, 200]
    elsewhere = factories.RecommendationFactory(other_countries="Atlantis")
    assert "use/" not in client.get(elsewhere.get_absolute_url()).text


def test_withdrawn_while_the_form_is_open(world, client_of):
    """It is gone with the next press; nothing is written."""
    client = client_of(world.coordinator)
    key = client.get(world.page).context["form"]["key"].value()
    world.row.withdrawn_on = date(2026, 5, 20)
    with attributed_to("desk@example.org"):
        world.row.save()
    assert client.post(world.page, TYPED | {"key": str(key)}).status_code == 404
    assert not Engagement.objects.exists()


def test_who_finds_the_button(world, client_of):
    """Who keeps a cluster that it concerns; nobody else."""
    for person in ("member", "other", "reader", "focal", "administrator"):
        assert "/use/" not in client_of(getattr(world, person)).get(world.address).text, person


def lines_of(world, level, **columns):
    return factories.EngagementFactory(cluster=world.south_sudan, level=level, created_by=world.coordinator, **columns)


def thread(client, world):
    """The keys of the lines on the page: inputs, uses."""
    shown = client.get(world.address).context["thread"]
    return {line.pk for line in shown.inputs}, {use.engagement_id for use in shown.uses}


def test_the_thread_is_what_each_could_list(world, client_of):
    """Contributions to its call, visit or report, then the paragraph, then its uses: through the gate."""
    given, used = {}, {}
    for level in ("low", "moderate", "high"):
        given[level] = {
            lines_of(world, level, number=6, call=world.call).pk,
            lines_of(world, level, number=3, visit=world.visit).pk,
            lines_of(world, level, number=6, report=world.report).pk,
        }
        line = lines_of(world, level, number=12, report=world.report)
        AdvocacyUse.objects.create(
            engagement=line, recommendation=world.row, paragraph="45", product="Brief", audience="donors"
        )
        used[level] = {line.pk}
    readable = {
        "member": ("low",), "coordinator": ("low", "moderate", "high"), "other": (), "reader": ("low", "moderate"),
        "focal": ("low", "moderate", "high"), "administrator": (),
    }  # fmt: skip
    for person, levels in readable.items():
        inputs, uses = thread(client_of(getattr(world, person)), world)
        assert inputs == {pk for level in levels for pk in given[level]}, person
        assert uses == {pk for level in levels for pk in used[level]}, person


def test_what_does_not_belong_to_the_thread(world, client_of):
    """Withdrawn lines, other items, what only followed or shared, uses of another paragraph."""
    other = factories.CallFactory(mandates=[world.idps])
    lines_of(world, "low", number=6, call=other)
    lines_of(world, "low", number=5, call=world.call)
    lines_of(world, "low", number=1, visit=world.visit)
    lines_of(world, "low", number=6, call=world.call, status="withdrawn", withdrawn_at="2026-05-01T00:00Z",
             withdrawn_reason="Twice")  # fmt: skip
    line = lines_of(world, "low", number=12, report=world.report)
    AdvocacyUse.objects.create(engagement=line, paragraph="46", product="Brief", audience="donors")
    assert thread(client_of(world.coordinator), world) == (set(), set())


def test_an_empty_thread_says_why(world, client_of):
    """Nothing that she can read; or nothing to which an entry could belong."""
    client = client_of(world.member)
    text = client.get(world.address).text
    assert "No entry that you can read gave something" in text
    assert "No entry that you can read uses it yet." in text
    alone = factories.RecommendationFactory()
    assert "Its report or visit is not recorded here" in client.get(alone.get_absolute_url()).text


def test_a_long_thread_says_that_there_is_more(world, client_of, monkeypatch):
    """The first ones are shown."""
    monkeypatch.setattr("engagement.thread.SHOWN", 1)
    for _time in range(2):
        lines_of(world, "low", number=6, call=world.call)
    response = client_of(world.member).get(world.address)
    assert len(response.context["thread"].inputs) == 1
    assert "There is more than is shown here" in response.text


def test_the_search_finds_it(world, client_of):
    """As a kind of its own, with the number of its list."""
    text = client_of(world.member).get("/search/?q=recommendation").text
    assert world.address in text
    assert "/recommendations/?text=recommendation" in text
