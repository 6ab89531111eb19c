"""The cast, by name, and a frozen clock; how long the long tests take."""

import gc
import pickle
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest import mock

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone, translation

from mandates.models import Country

from . import factories
from .sample import sample_of

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)

# Generated input: always the same few in the suite, many new ones with `make soak`.
_shared = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.function_scoped_fixture]}
hypothesis.settings.register_profile("suite", max_examples=50, derandomize=True, database=None, **_shared)
hypothesis.settings.register_profile("soak", max_examples=3_000, print_blob=True, **_shared)


def pytest_addoption(parser):
    parser.addoption("--sample", action="store_true", help="one case of each test, and none that is slow")
    parser.addoption("--soak", action="store_true", help="the long runs: more generated input, races and kills")


def pytest_configure(config):
    hypothesis.settings.load_profile("soak" if config.getoption("--soak") else "suite")
    if config.getoption("--sample") and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        config.option.nomigrations = True  # the tables of the models at once take 0.2 s, step by step 6 s


def pytest_report_header(config):
    return "a sample: `make test-all` runs every case" if config.getoption("--sample") else None


@pytest.hookimpl(trylast=True)  # of what `-k` and `-m` leave
def pytest_collection_modifyitems(config, items):
    """Choose the sample; put the files that take long first, so that no core waits for the last of them."""
    if config.getoption("--sample"):
        items[:] = sample_of(items)
    takes_long = {item.path for item in items for mark in ("browser", "slow", "soak") if item.get_closest_marker(mark)}
    items.sort(key=lambda item: item.path not in takes_long)


def pytest_collection_finish(session):
    """Let the garbage collector leave alone what lives as long as the run: thousands of tests and all of Django."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def call_with_room(test, arguments):
    """Call `test` from a frame of a megabyte, most of which is left to what it calls.

    CPython keeps frames in pieces of 16 KB, and gives the last one back to the system whenever it is empty. Requests
    of a test run where one piece ends and the next begins: an eighth of the suite's time went into that.
    """
    test(**arguments)


call_with_room.__code__ = call_with_room.__code__.replace(co_stacksize=70_000)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    names = pyfuncitem._fixtureinfo.argnames
    call_with_room(pyfuncitem.obj, {name: pyfuncitem.funcargs[name] for name in names})
    return True


def pytest_generate_tests(metafunc):
    """Repeat what chance decides (races and kills, marked so) as often as the mark says, with `--soak` only."""
    mark = metafunc.definition.get_closest_marker("soak")
    if mark and mark.kwargs.get("times") and metafunc.config.getoption("--soak"):
        metafunc.fixturenames.append("round_")
        metafunc.parametrize("round_", range(mark.kwargs["times"]))


@pytest.fixture
def figures(record_property):
    """`figures(cells=…)`: a count that the run adds up and prints at its end, from all workers."""

    def count(**numbers: int) -> None:
        for name, number in numbers.items():
            record_property(f"figure {name}", number)

    return count


def pytest_terminal_summary(terminalreporter):
    """The figures of this run."""
    counted: Counter[str] = Counter()
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, number in report.user_properties if report.when == "call" else ():
            if name.startswith("figure "):
                counted[name.removeprefix("figure ")] += number
    for name, number in sorted(counted.items()):
        terminalreporter.write_line(f"{number:>9,} {name.replace('_', ' ')}")


@pytest.fixture
def clock(monkeypatch):
    """20 May 2026, 12:00 UTC, wherever the code asks for the time; `clock(moment)` moves it."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(NOON)
    return set_to


@pytest.fixture(autouse=True)
def english():
    """Every test starts in English and UTC, whatever the one before activated."""
    _stands.clear()
    translation.activate("en")
    yield
    translation.activate("en")
    timezone.deactivate()


_written: dict[tuple, tuple[list, bytes]] = {}
_stands: dict[int, tuple] = {}
"""What `again` wrote in this test, one after the other, by the number of changes that SQLite had counted then."""


def again(build, *given):
    """What `build(*given)` gives, with the rows that it writes into an empty database or after another `again`.

    The second time on the same day of the clock, SQLite gets the statements of the first, which takes a tenth of the
    time. It is built anew where rows would get other numbers than the first time (always on PostgreSQL, where a
    rollback does not take them back), and where a test has written before: countries, of which there is one each, or
    anything after the last `again`.
    """
    if connection.vendor != "sqlite":
        return build(*given)
    with connection.cursor() as cursor:
        stands = _stands.get(connection.connection.total_changes)
        if stands is None and Country.objects.exists():
            return build(*given)
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        stands = (*(stands or ()), build)
        key = stands, timezone.localdate(), frozenset(cursor.fetchall())
    if key not in _written:
        statements = []

        def note(execute, sql, params, many, context):
            if sql.startswith(("INSERT", "UPDATE", "DELETE")):
                statements.append((sql, params, many))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            built = build(*given)
        _written[key] = statements, pickle.dumps(built)
    else:
        with connection.cursor() as cursor:
            for sql, params, many in _written[key][0]:
                (cursor.executemany if many else cursor.execute)(sql, params)
    _stands[connection.connection.total_changes] = stands
    return pickle.loads(_written[key][1])  # noqa: S301 — our own; a copy the first time too, so that no test knows


def after_the_cast(build):
    """A fixture of this name that gives what `build` makes of the cast; from the second test on `again`."""

    @pytest.fixture(name=build.__name__)
    def built(cast):
        return again(build, cast)

    return built


def make_cast():
    """The people of most tests, by what they are; `south_sudan` and `ukraine` are the clusters."""
    south_sudan = factories.ClusterFactory()
    ukraine = factories.ClusterFactory(slug="ukraine", country=factories.CountryFactory(iso3="UKR"))
    return SimpleNamespace(
        south_sudan=south_sudan,
        ukraine=ukraine,
        coordinator=factories.UserFactory(email="coordinator@example.org", coordinates=south_sudan),
        member=factories.UserFactory(email="member@example.org", member_of=south_sudan),
        other=factories.UserFactory(email="other@example.org", coordinates=ukraine),
        reader=factories.UserFactory(email="hrett@example.org", task_team="reader"),
        focal=factories.UserFactory(email="focal@example.org", task_team="focal_point"),
        administrator=factories.UserFactory(email="admin@example.org", is_administrator=True),
    )


@pytest.fixture
def cast(db):
    return again(make_cast)


def signed_in(user) -> Client:
    """A client signed in as that person; None gives an anonymous one."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def client_of(db):
    """`client_of(user)`: a client signed in as that person; None gives an anonymous one."""
    return signed_in


@pytest.fixture
def kept_fragments(settings):
    """What is drawn alike is kept drawn, as in production."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = settings.CACHES | {"template_fragments": {"BACKEND": backend, "LOCATION": "of-this-test"}}
    yield
    caches["template_fragments"].clear()


def load_demo():
    """The data of `make run`."""
    with override_settings(DEBUG=True):
        call_command("seed_reference", verbosity=0)
        call_command("demo", verbosity=0)


@pytest.fixture
def demo(db):
    again(load_demo)


@contextmanager
def kept_for_a_file(blocker):
    """In a fixture of a whole file: what it writes, at the moment of `clock`, is there for all its tests, then undone.

    `blocker` is pytest-django's. What a test writes is undone in the database after it; objects that it changes in
    memory it must copy.
    """
    with blocker.unblock(), transaction.atomic(), mock.patch.object(timezone, "now", return_value=NOON):
        yield
        transaction.set_rollback(True)
