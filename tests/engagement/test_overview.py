"""The overview: every number equals the list it leads to, for each reader; silence is only told to who knows."""

import re
from datetime import UTC, date, datetime
from html import unescape
from itertools import product

import pytest

from engagement.models import Engagement
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/overview/"
NEEDS = "/overview/needs/"
READERS = ("coordinator", "other", "reader", "focal")
WITHDRAWN = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": datetime(2026, 3, 3, tzinfo=UTC)}
LINK = re.compile(r'<a href="(/engagement/\?[^"]+)">(?:<b>)?(\d+)(?:</b> [^<]+)?</a>')


def numbers_of(page):
    """(address of a list, number beside it) of every number on the page."""
    return [(unescape(address), int(n)) for address, n in LINK.findall(page.content.decode())]


def count_of(client, address):
    """How many lines the log says that it lists."""
    page = client.get(address)
    assert page.context["problems"] == []
    return page.context["page"].paginator.count


def add_lines(cast):
    """Lines of all actions, levels, modes and results in both clusters and one below, over two and a half years."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan, kind="hub")
    factories.UserFactory(email="of-hub@example.org", coordinates=hub)
    mandates = [factories.MandateFactory(slug=slug) for slug in ("sr-idps", "sr-torture")]
    days = [date(2023, 12, 31), date(2025, 5, 31), date(2025, 6, 1), date(2026, 2, 28), date(2026, 5, 20)]
    for place, cluster in enumerate((cast.south_sudan, cast.ukraine, hub)):
        for number in range(1, 13):
            for day in (days[(number + place) % 5], days[number % 5], date(2026, 7, 1)):
                partner = {"mode": "indirect", "partner": "A network"} if number % 2 else {}
                factories.EngagementFactory(
                    cluster=cluster,
                    number=number,
                    level="high" if number in (9, 10) else ("low", "moderate", "high")[(number + place) % 3],
                    started_on=day,
                    status="planned" if day.month == 7 else "done",
                    result_extent=("limited", "none_yet", "significant")[number % 3],
                    support_needed="A contact." if number % 4 == 0 else "",
                    mandates=mandates[: number % 3],
                    **partner,
                )
    factories.EngagementFactory(cluster=cast.south_sudan, number=3, started_on=date(2026, 5, 1), **WITHDRAWN)


PERIODS = (
    "",
    "since=2026-04-01&until=2026-06-30",
    "since=2025-05-31&until=2026-05-20",
    "since=2022-01-01&until=2026-12-31",
)


def pytest_generate_tests(metafunc):
    """Every reader in every period with `--soak`; in the suite each reader in one and each period by one."""
    if "period_read" in metafunc.fixturenames:
        soaks = metafunc.config.getoption("--soak")
        pairs = product(READERS, PERIODS) if soaks else zip(READERS, PERIODS, strict=True)
        metafunc.parametrize(("person", "period_read"), list(pairs))


@pytest.mark.slow
@pytest.mark.soak
def test_every_number_is_the_length_of_its_list(person, period_read, cast, client_of):
    """All links of the page are walked: in a whole-month period, one cut off within months, one shown by quarters."""
    add_lines(cast)
    client = client_of(getattr(cast, person))
    page = client.get(f"{PAGE}?{period_read}")
    found = numbers_of(page)
    assert len(found) > 30
    assert {(address, n) for address, n in found if count_of(client, address) != n} == set()


@pytest.mark.slow
@pytest.mark.parametrize("person", READERS)
def test_every_number_of_words_is_the_length_of_its_list(person, cast, client_of):
    """Challenges and support needs by action: the numbers are lists, the words lead to lines that open."""
    add_lines(cast)
    Engagement.objects.filter(action__number__in=(2, 3, 9)).update(challenges="No reply came.")
    client = client_of(getattr(cast, person))
    page = client.get(NEEDS, {"since": "2025-05-31", "until": "2026-05-31"})
    found = numbers_of(page)
    assert len(found) >= 3
    assert {(address, n) for address, n in found if count_of(client, address) != n} == set()
    lines = {
        said.address for _heading, _none, lists in page.context["sections"] for one in lists for said in one.newest
    }
    assert {client.get(address).status_code for address in lines} == {200}


def test_words_are_told_to_who_reads_them(cast, client_of):
    """Of two readers the one who does not read *high* finds neither its words nor that there are some."""
    for level, words in (("low", "The road was closed."), ("high", "The call was overheard.")):
        factories.EngagementFactory(
            cluster=cast.south_sudan, number=3, level=level, started_on=date(2026, 5, 1), challenges=words
        )
    pages = [client_of(user).get(NEEDS) for user in (cast.reader, cast.focal)]
    assert ["overheard" in page.content.decode() for page in pages] == [False, True]
    assert [numbers_of(page)[0][1] for page in pages] == [1, 2]


@pytest.mark.parametrize("person", READERS)
@pytest.mark.slow
def test_one_cluster_alone(person, cast, client_of):
    """With a cluster in the address, every number is of that cluster, and so is its list."""
    add_lines(cast)
    client = client_of(getattr(cast, person))
    slug = "ukraine" if person == "other" else "south-sudan"
    page = client.get(PAGE, {"cluster": slug})
    found = numbers_of(page)
    assert found
    assert all(f"cluster={slug}" in address for address, _n in found)
    assert {(address, n) for address, n in found if count_of(client, address) != n} == set()


def test_every_cell_counts_what_the_reader_can_list(cast, client_of):
    """The same page, two readers: who does not read *high* finds neither its lines nor its totals."""
    for level in ("low", "high"):
        factories.EngagementFactory(cluster=cast.south_sudan, number=3, level=level, started_on=date(2026, 5, 1))
    totals = [client_of(user).get(PAGE).context["matrix"].total.n for user in (cast.reader, cast.focal)]
    assert totals == [1, 2]


def test_the_numbers_add_up(cast, client_of):
    """Clusters, actions, groups, results, modes and support each sum up to the same total."""
    add_lines(cast)
    page = client_of(cast.focal).get(PAGE)
    context = page.context
    matrix, trend = context["matrix"], context["trend"]
    rows = Engagement.objects.standing().filter(started_on__range=(date(2025, 6, 1), date(2026, 5, 31)))
    sums = [matrix.total.n, sum(line.total.n for line in matrix.lines), sum(cell.n for cell in matrix.totals)]
    sums += [trend.total.n, sum(cell.n for cell in trend.totals), sum(line.total.n for line in trend.lines)]
    sums += [sum(bar.n for strip in trend.chart.strips for bar in strip.bars)]
    sums += [sum(cell.n for _words, cell in lines) for _heading, lines in context["outcomes"]]
    found = dict(numbers_of(page))
    sums += [
        sum(n for address, n in found.items() if f"{name}=" in address and other not in address)
        for name, other in (("frame", "extent="), ("extent", "frame="))
    ]
    sums.append(sum(n for address, n in found.items() if "frame=" in address and "extent=" in address))
    assert set(sums) == {rows.count()}


def test_the_time_frame_is_that_of_the_action(cast, client_of):
    """Press and cases at once, visits and events later, the rest in the long run; each number is a list."""
    for number, extent in ((7, "limited"), (3, "none_yet"), (12, "none_yet"), (12, "significant")):
        factories.EngagementFactory(
            cluster=cast.south_sudan, number=number, result_extent=extent, started_on=date(2026, 5, 1)
        )
    page = client_of(cast.focal).get(PAGE)
    found = {
        address.partition("?")[2].partition("&since")[0]: n for address, n in numbers_of(page) if "frame=" in address
    }
    assert found == {
        "frame=immediate": 1,
        "frame=immediate&extent=limited": 1,
        "frame=medium": 1,
        "frame=medium&extent=none_yet": 1,
        "frame=long": 2,
        "frame=long&extent=none_yet": 1,
        "frame=long&extent=significant": 1,
    }


def test_the_period_before(cast, client_of):
    """Of as many months, ending where the period begins."""
    for day in (date(2025, 10, 1), date(2025, 12, 31), date(2026, 3, 31)):
        factories.EngagementFactory(cluster=cast.south_sudan, number=3, started_on=day)
    factories.EngagementFactory(cluster=cast.south_sudan, number=3, started_on=date(2025, 9, 30))
    matrix = client_of(cast.focal).get(PAGE, {"since": "2026-01-01", "until": "2026-03-31"}).context["matrix"]
    assert (matrix.total.n, matrix.total_before.n) == (1, 2)
    assert "since=2025-10-01&until=2025-12-31" in matrix.total_before.address


@pytest.mark.parametrize(
    ("person", "words", "never"),
    [
        ("focal", "silent for 92 days", "you can read for 92 days"),
        ("coordinator", "silent for 92 days", "you can read for 92 days"),
        ("reader", "then none you can read for 92 days", "ilent"),
    ],
)
def test_silence_is_told_to_who_reads_all(person, words, never, cast, client_of):
    """92 days after the last entry: silent, unless there may be entries that the reader cannot see."""
    factories.EngagementFactory(cluster=cast.south_sudan, number=3, level="low", started_on=date(2026, 2, 17))
    factories.EngagementFactory(cluster=cast.ukraine, number=3, level="low", started_on=date(2026, 2, 18))
    response = client_of(getattr(cast, person)).get(PAGE)
    page = response.content.decode()
    assert [one.cluster.slug for one in response.context["silent"]] == ["south-sudan"]
    assert words in page
    assert never not in page.split("<main")[1]
    assert "last entry on 17 February 2026" in page
    assert f"{cast.coordinator} (coordinator)" in page


def test_a_high_entry_ends_the_silence_for_who_reads_it(cast, client_of):
    """A reader is told of nothing she can read; the focal point sees that the cluster is not silent."""
    factories.EngagementFactory(cluster=cast.south_sudan, number=9, level="high", started_on=date(2026, 5, 1))
    silent = {
        person: [
            (one.cluster.slug, one.is_known) for one in client_of(getattr(cast, person)).get(PAGE).context["silent"]
        ]
        for person in ("reader", "focal", "coordinator")
    }
    assert silent == {
        "reader": [("south-sudan", False), ("ukraine", False)],
        "focal": [("ukraine", True)],
        "coordinator": [],
    }


def test_what_is_planned_does_not_end_a_silence(cast, client_of):
    """A line of next month is not an entry of the last 92 days; a cluster that ended is not silent."""
    factories.EngagementFactory(cluster=cast.south_sudan, number=3, status="planned", started_on=date(2026, 6, 1))
    factories.ClusterFactory(slug="ended", ends_on=date(2025, 1, 1))
    silent = client_of(cast.focal).get(PAGE).context["silent"]
    assert {(one.cluster.slug, one.last) for one in silent} == {("south-sudan", None), ("ukraine", None)}


@pytest.mark.parametrize("person", ["coordinator", "reader", "focal"])
@pytest.mark.parametrize("period", ["", "since=1990-01-01&until=1990-12-31", "since=2026-05-20&until=2026-05-20"])
def test_without_any_entry(person, period, cast, client_of):
    """34 clusters and no line, a period before the first: every cell says so, nothing is drawn, nothing links."""
    for n in range(32):
        factories.ClusterFactory(slug=f"cluster-{n}", name=f"Cluster {n}")
    response = client_of(getattr(cast, person)).get(f"{PAGE}?{period}")
    page = response.content.decode()
    assert response.status_code == 200
    assert numbers_of(response) == []
    assert '<svg class="chart"' not in page
    assert len(response.context["matrix"].lines) == (1 if person == "coordinator" else 34)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("since=2026-05-02&until=2026-05-01", "ends before it begins"),
        ("since=yesterday", "write a day like"),
        ("cluster=nowhere", "not one of the choices"),
        ("colour=red", "is not a filter of this list"),
        ("since=2026-01-01&since=2026-02-01", "more than once"),
        ("since=2010-01-01&until=2026-01-01", "longer than 10 years"),
        ("since=0001-01-01&until=9999-12-31", "longer than 10 years"),
    ],
)
def test_nonsense_in_the_address(address, problem, cast, client_of):
    """It says what was not understood, and shows no number."""
    page = client_of(cast.focal).get(f"{PAGE}?{address}").content.decode()
    assert problem in page
    assert "<table" not in page


@pytest.mark.parametrize("address", ["since=9999-12-31", "until=0001-01-01", "since=9999-12-01", "since=&until="])
def test_the_edge_of_the_calendar(address, cast, client_of):
    """The first and the last day there is make a page, as empty fields do."""
    assert client_of(cast.focal).get(f"{PAGE}?{address}").status_code == 200


def test_another_cluster_is_not_a_choice(cast, client_of):
    """Not hers and not there are the same."""
    client = client_of(cast.coordinator)
    ukraine, nowhere = (client.get(PAGE, {"cluster": slug}).context["problems"] for slug in ("ukraine", "nowhere"))
    assert ukraine == [problem.replace("nowhere", "ukraine") for problem in nowhere] != []


@pytest.mark.parametrize("person", ["member", "administrator"])
def test_who_does_not_open_it(person, cast, client_of):
    """Members and administrators neither, and nothing leads them there."""
    client = client_of(getattr(cast, person))
    assert {client.get(page).status_code for page in (PAGE, NEEDS)} == {403}
    assert 'href="/overview/"' not in client.get("/clusters/").content.decode()


@pytest.mark.parametrize("person", READERS)
def test_the_way_to_it(person, cast, client_of):
    """The task team has it in the menu, coordinators on the page of clusters."""
    assert 'href="/overview/"' in client_of(getattr(cast, person)).get("/clusters/").content.decode()


def test_posting_is_no_way_to_ask(cast, client_of):
    """It is read, never sent to."""
    assert client_of(cast.focal).post(PAGE).status_code == 405


def test_priorities_without_an_entry(cast, client_of):
    """A mandate that a cluster put first and has no line about in the period, by cluster, for each reader."""
    idps, torture = (factories.MandateFactory(slug=slug) for slug in ("sr-idps", "sr-torture"))
    for mandate in (idps, torture):
        factories.PriorityFactory(cluster=cast.south_sudan, mandate=mandate)
    factories.EngagementFactory(
        cluster=cast.south_sudan, number=9, level="high", mandates=[torture], started_on=date(2026, 5, 1)
    )
    factories.EngagementFactory(cluster=cast.ukraine, number=3, mandates=[idps], started_on=date(2026, 5, 1))
    found = {
        person: [line.slug for line in client_of(getattr(cast, person)).get(PAGE).context["untouched"]]
        for person in READERS
    }
    assert found == {"coordinator": ["sr-idps"], "other": [], "reader": ["sr-idps", "sr-torture"], "focal": ["sr-idps"]}


def test_the_chart_holds_no_style(cast, client_of):
    """It is named and described for a screen reader, and drawn by classes, as the policy of the page wants."""
    factories.EngagementFactory(cluster=cast.south_sudan, number=3, started_on=date(2026, 5, 1))
    page = client_of(cast.focal).get(PAGE).content.decode()
    chart = page[page.index('<svg class="chart') :].partition("</svg>")[0]
    assert 'role="img" aria-labelledby="chart-title chart-words"' in chart
    assert "Country visits: 1." in chart
    assert "style=" not in page
