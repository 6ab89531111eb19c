"""The log: filters, orders, pages, and what each person finds there."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from engagement.filters import ORDERS
from engagement.models import Engagement
from engagement.querysets import log as gate
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LOG = "/engagement/"
WITHDRAWN = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)}


def names(response):
    """What was done, of each line shown, in the order shown."""
    return [row["what_was_done"] for row in response.context["page"].object_list]


def line(cluster, name, **fields):
    """An engagement that is recognised by its text."""
    return factories.EngagementFactory(cluster=cluster, what_was_done=name, **fields)


@after_the_cast
def log(cast):
    """Eight lines in two clusters that differ in every column that can be filtered."""
    ssd, ukr = cast.south_sudan, cast.ukraine
    idps, torture = factories.MandateFactory(slug="sr-idps"), factories.MandateFactory(slug="sr-torture")
    line(ssd, "A", number=3, started_on=date(2026, 1, 5), mandates=[idps, torture], support_needed="A contact.")
    line(ssd, "B", number=1, started_on=date(2026, 2, 5), mode="indirect", partner="Nile University", level="low")
    line(ssd, "C", number=9, started_on=date(2026, 3, 5), mandates=[torture], status="planned")
    line(ssd, "D", number=12, started_on=date(2026, 4, 5), result_extent="significant", challenges="Heavy rain.")
    line(ukr, "E", number=3, started_on=date(2026, 1, 20), mode="collaboration", partner="OHCHR", result="Cited.")
    line(ukr, "F", number=10, started_on=date(2026, 2, 20), mandates=[idps], support_needed="A second reader.")
    line(ukr, "G", number=6, started_on=date(2026, 3, 20), status="under_way", result_extent="limited", level="low")
    line(ukr, "W", number=2, started_on=date(2026, 4, 20), **WITHDRAWN)
    return cast


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "DGCFBEA"),
        ("cluster=ukraine", "GFE"),
        ("country=SSD", "DCBA"),
        ("action=3", "EA"),
        ("group=visits", "BEA"),
        ("group=priorities", "C"),
        ("group=cases", "F"),
        ("mode=indirect", "B"),
        ("mode=collaboration", "E"),
        ("mandate=sr-idps", "FA"),
        ("mandate=sr-torture", "CA"),
        ("status=planned", "C"),
        ("status=done", "DFBEA"),
        ("status=withdrawn", "W"),
        ("extent=significant", "D"),
        ("extent=none_yet", "CFBEA"),
        ("level=low", "GB"),
        ("level=high", "CF"),
        ("since=2026-03-05", "DGC"),
        ("until=2026-01-20", "EA"),
        ("since=2026-02-05&until=2026-02-20", "FB"),
        ("text=rain", "D"),
        ("text=NILE", "B"),
        ("text=cited", "E"),
        ("text=second+reader", "F"),
        ("text=%25", ""),
        ("text=_", ""),
        ("support=yes", "FA"),
        ("support=no", "DGCBE"),
        ("cluster=south-sudan&mandate=sr-torture&support=no", "C"),
        ("cluster=&action=&text=&order=newest", "DGCFBEA"),
        ("order=oldest", "AEBFCGD"),
        ("order=action", "BEAGCFD"),
        ("order=cluster", "DCBAGFE"),
        ("country=SSD&order=oldest", "ABCD"),
    ],
)
def test_filters_and_orders(query, expected, log, client_of):
    """Each filter and order shows exactly its lines, in order, and counts them."""
    response = client_of(log.focal).get(f"{LOG}?{query}")
    assert "".join(names(response)) == expected
    count = len(expected)
    assert f"{count} engagement{'' if count == 1 else 's'}," in response.content.decode()


def test_last_changed_first(log, client_of):
    """`order=changed` begins with the line that was saved last."""
    for minutes, name in enumerate("FAD"):
        changed = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        Engagement.objects.filter(what_was_done=name).update(updated_at=changed)
    assert names(client_of(log.focal).get(LOG, {"order": "changed"}))[:3] == ["D", "A", "F"]


def test_every_order_is_stable(cast, client_of):
    """Lines that are equal in the order's column come in one fixed order, page after page."""
    for _ in range(3):
        factories.EngagementFactory(cluster=cast.south_sudan)
    client = client_of(cast.coordinator)
    for order, (_label, columns) in ORDERS.items():
        assert columns[-1] in ("id", "-id"), order
        shown = [[row["pk"] for row in client.get(LOG, {"order": order}).context["page"]] for _ in range(2)]
        assert shown[0] == shown[1]


def test_active_filters_are_said_in_words(log, client_of):
    """The page names each filter in use as a reader would say it."""
    response = client_of(log.focal).get(
        LOG, {"cluster": "ukraine", "mode": "collaboration", "support": "no", "since": "2026-01-01", "text": "<b>"}
    )
    assert response.context["active_filters"] == [
        ("Text", "<b>"),
        ("Cluster", "Ukraine Protection Cluster"),
        ("Mode", "in collaboration"),
        ("Support asked", "no"),
        ("From", "1 January 2026"),
    ]
    assert "<b><b></b>" not in response.content.decode()


# -- Own eyes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("coordinator", "DCBA"),
        ("other", "GFE"),
        ("member", "B"),
        ("reader", "DGBEA"),
        ("focal", "DGCFBEA"),
        ("administrator", ""),
    ],
)
def test_each_person_sees_and_counts_her_own(person, expected, log, client_of):
    """Lines, counts and filters are over what this reader may read."""
    client = client_of(getattr(log, person))
    response = client.get(LOG)
    assert "".join(names(response)) == expected
    assert response.context["page"].paginator.count == len(expected)
    asked = client.get(LOG, {"support": "yes"})
    assert asked.context["page"].paginator.count == len([name for name in expected if name in "AF"])
    assert "".join(names(client.get(LOG, {"level": "high"}))) == "".join(n for n in expected if n in "CF")


@pytest.mark.parametrize(
    ("person", "clusters", "countries"),
    [
        ("coordinator", ["south-sudan"], ["SSD"]),
        ("member", ["south-sudan"], ["SSD"]),
        ("other", ["ukraine"], ["UKR"]),
        ("reader", ["south-sudan", "ukraine"], ["SSD", "UKR"]),
        ("administrator", [], []),
    ],
)
def test_filters_offer_readable_clusters_only(person, clusters, countries, log, client_of):
    """Clusters and countries in the filters are those whose log this person can open."""
    client = client_of(getattr(log, person))
    form = client.get(LOG).context["filters"].form
    assert [value for value, _label in form.fields["cluster"].choices if value] == clusters
    assert sorted(value for value, _label in form.fields["country"].choices if value) == countries


@pytest.mark.parametrize("query", ["cluster=ukraine", "country=UKR"])
def test_another_cluster_is_as_unknown_as_none(query, log, client_of):
    """A cluster that is there but not readable gets the same answer as one that is not there."""
    client = client_of(log.coordinator)
    there = client.get(f"{LOG}?{query}")
    nowhere = client.get(f"{LOG}?{query.replace('ukraine', 'nowhere').replace('UKR', 'XXX')}")
    for response in (there, nowhere):
        assert names(response) == []
        assert len(response.context["problems"]) == 1
    same = [r.context["problems"][0].replace("nowhere", "ukraine").replace("XXX", "UKR") for r in (there, nowhere)]
    assert same[0] == same[1]


# -- What is not understood --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", "“colour” is not a filter of this list."),
        ("order=random", "Order “random”:"),
        ("order=-started_on", "Order “-started_on”:"),
        ("mode=secret", "Mode “secret”:"),
        ("level=severe", "Level “severe”:"),
        ("status=deleted", "Status “deleted”:"),
        ("action=13", "Action “13”:"),
        ("action=x", "Action “x”:"),
        (f"action={'9' * 40}", "Action “999"),
        ("group=9", "Group of actions “9”:"),
        ("mandate=sr-nothing", "Mandate “sr-nothing”:"),
        ("since=2026-02-30", "From “2026-02-30”:"),
        ("until=yesterday", "Until “yesterday”:"),
        ("support=maybe", "Support asked “maybe”:"),
        ("extent=huge", "Result “huge”:"),
        (f"text={'x' * 101}", "Text “xxx"),
        ("text=a%00b", "Text “a"),
        ("cluster=%00", "Cluster “"),
        ("mandate=%00", "Mandate “"),
        ("%00=1", "is not a filter of this list."),
        ("created_by__email=x", "“created_by__email” is not a filter of this list."),
        ("cluster__name=x", "is not a filter of this list."),
        ("<script>=1", "“&lt;script&gt;” is not a filter"),
    ],
)
def test_what_is_not_understood_shows_nothing(query, said, log, client_of):
    """The page says which part of the address it did not understand, and shows no line at all."""
    response = client_of(log.focal).get(f"{LOG}?{query}&country=SSD")
    page = response.content.decode()
    assert response.status_code == 200
    assert names(response) == []
    assert said in page
    assert "so nothing is shown" in page
    assert 'href="/export/' not in page


def test_broken_bytes_are_no_error(log, client_of):
    """Broken UTF-8 and surrogates in the address are searched for, and not found."""
    for text in ("%ED%A0%80", "%FF", "%C3%28"):
        response = client_of(log.focal).get(f"{LOG}?text={text}")
        assert (response.status_code, names(response)) == (200, [])


# -- Pages -------------------------------------------------------------------------------------------


def test_pages_of_fifty(cast, client_of):
    """Fifty lines a page; the pager keeps the filters, the count is of all."""
    for day in range(51):
        factories.EngagementFactory(
            cluster=cast.south_sudan, started_on=date(2026, 1, 1) + timedelta(days=day), created_by=cast.coordinator
        )
    client = client_of(cast.coordinator)
    first, second = (client.get(LOG, {"page": page, "country": "SSD"}) for page in (1, 2))
    assert (len(names(first)), len(names(second))) == (50, 1)
    text = first.content.decode()
    assert "51 engagements," in text
    assert "Page 1 of 2" in text
    assert 'rel="next" href="?page=2&amp;country=SSD"' in text
    assert {row["pk"] for row in first.context["page"]}.isdisjoint({row["pk"] for row in second.context["page"]})
    assert 'href="/export/engagement.xlsx?country=SSD"' in second.content.decode()


@pytest.mark.parametrize(
    ("page", "number"), [("x", 1), ("", 1), ("-1", 1), ("0", 1), ("99", 1), ("9" * 40, 1), ("\x00", 1)]
)
def test_pages_that_are_not_there(page, number, log, client_of):
    """A word leads to the first page, a number too high to the last one."""
    response = client_of(log.focal).get(LOG, {"page": page})
    assert response.status_code == 200
    assert response.context["page"].number == number
    assert len(names(response)) == 7


# -- htmx, empty states, who ---------------------------------------------------------------------------


def test_htmx_gets_the_results_alone(log, client_of):
    """With HX-Request the answer is the fragment that the page itself includes; caches are told."""
    client = client_of(log.coordinator)
    page = client.get(LOG, {"text": "rain"})
    fragment = client.get(LOG, {"text": "rain"}, headers={"HX-Request": "true"})
    assert names(fragment) == ["D"]
    assert "<html" not in fragment.content.decode()
    of_forms = re.compile(r'(csrfmiddlewaretoken" value=")\w+')  # another one in each answer
    part, whole = (of_forms.sub(r"\1", response.content.decode()) for response in (fragment, page))
    assert part.strip() in whole
    for response in (page, fragment):
        assert "HX-Request" in response["Vary"]
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("coordinator", "Nothing is logged yet."),
        ("member", "There is no engagement that you can read."),
        ("reader", "There is no engagement that you can read."),
        ("focal", "There is no engagement that you can read."),
        ("administrator", "There is no engagement that you can read."),
    ],
)
def test_an_empty_log_says_what_next(person, said, cast, client_of):
    """Who can log is invited to; the others are told who writes the log. Nothing is offered to take away."""
    page = client_of(getattr(cast, person)).get(LOG).content.decode()
    assert said in page
    assert ('href="/engagement/new/"' in page) == (person == "coordinator")
    assert 'href="/export/' not in page


def test_empty_by_filter_says_so(log, client_of):
    """A filter that leaves nothing says to take one away."""
    page = client_of(log.coordinator).get(LOG, {"text": "nothing like it"}).content.decode()
    assert "No engagement that you can read fits these filters." in page


def test_lines_lead_to_their_record(log, client_of):
    """Each line links its record; a line that asks for support says so."""
    page = client_of(log.coordinator).get(LOG, {"support": "yes"})
    (row,) = page.context["page"].object_list
    assert f'href="{Engagement.objects.get(pk=row["pk"]).get_absolute_url()}"' in page.content.decode()
    assert "asks for support" in page.content.decode()


def test_lines_name_their_cluster_and_mandates(cast, client_of):
    """Mandates by their acronym, in its order; a line about none names the cluster alone."""
    mandates = [factories.MandateFactory(slug=slug) for slug in ("sr-idps", "ie-debt", "wg-business")]
    line(cast.south_sudan, "With", mandates=mandates)
    line(cast.south_sudan, "Without")
    lines = client_of(cast.coordinator).get(LOG).context["page"].object_list
    assert {row["what_was_done"]: row["about"] for row in lines} == {
        "With": "South Sudan Protection Cluster · IE-DEBT, SR-IDPS, WG-BUSINESS",
        "Without": "South Sudan Protection Cluster",
    }


def test_strangers_and_other_methods(cast, client_of):
    """Anonymous people sign in first; the list takes GET only."""
    assert client_of(None).get(LOG)["Location"] == "/account/login/?next=/engagement/"
    assert client_of(cast.coordinator).post(LOG).status_code == 405


@pytest.mark.parametrize("many", [0, 2_000])
def test_few_and_many_lines_of_a_mandate_are_the_same_lines(many, cast, client_of, monkeypatch):
    """How the database is asked depends on how many there are; what it answers does not."""
    monkeypatch.setattr(gate, "MANY", many)
    mandate, other = factories.MandateFactory(slug="sr-idps"), factories.MandateFactory(slug="sr-torture")
    rows = [
        factories.EngagementFactory(cluster=cast.south_sudan, started_on=date(2026, 3, day), mandates=[mandate, other])
        for day in (3, 1, 2)
    ]
    factories.EngagementFactory(cluster=cast.south_sudan, mandates=[other])
    factories.EngagementFactory(cluster=cast.ukraine, mandates=[mandate])
    found = Engagement.objects.visible_to(cast.coordinator).concerning(mandate)
    assert list(found) == [rows[0], rows[2], rows[1]]
    page = client_of(cast.coordinator).get(f"{LOG}?mandate=sr-idps").context["page"]
    assert [line["pk"] for line in page.object_list] == [row.pk for row in found]


@pytest.mark.usefixtures("kept_fragments")
def test_filters_that_are_kept_drawn_are_those_of_the_reader(cast, client_of):
    """A reader of other clusters, or one whose role has ended, never meets what was drawn for somebody else."""

    def offered(person):
        return re.findall(r'<option value="([a-z-]+)"', _drop_down(client_of(person).get("/engagement/"), "cluster"))

    for _visit in range(2):
        assert offered(cast.reader) == ["south-sudan", "ukraine"]
        assert offered(cast.coordinator) == ["south-sudan"]
        assert offered(cast.other) == ["ukraine"]
        assert offered(cast.administrator) == []
    cast.coordinator.memberships.update(ended_on=date(2026, 1, 1), started_on=date(2026, 1, 1))
    assert offered(cast.coordinator) == []


@pytest.mark.usefixtures("kept_fragments")
def test_filters_in_use_are_drawn_anew(cast, client_of):
    """What a reader has chosen stays chosen, and is not kept for the next one."""
    client = client_of(cast.reader)
    client.get("/engagement/")
    assert 'value="3" selected' in _drop_down(client.get("/engagement/?action=3"), "action")
    assert "selected" not in _drop_down(client.get("/engagement/"), "action").replace('value="" selected', "")


def _drop_down(response, name):
    return re.search(rf'<select name="{name}".*?</select>', response.content.decode(), re.DOTALL)[0]
