"""`make test` leaves out cases and slow tests, and no other test whole."""

from types import SimpleNamespace

from . import test_access, test_canaries, test_two_worlds
from .sample import sample_of


class Item(SimpleNamespace):
    """As much of a collected test as the choice looks at."""

    __hash__ = object.__hash__

    def __init__(self, nodeid, *fixtures, marks=()):
        super().__init__(nodeid=nodeid, fixturenames=fixtures, marks=marks)

    def get_closest_marker(self, name):
        return name if name in self.marks else None


def test_one_case_of_each_test_that_asks_the_database():
    """By a mark, a fixture, or one for transactions; a test without cases is its own."""
    cases = [Item(f"a.py::test_{name}[{case}]", name) for name in ("db", "transactional_db") for case in "abcde"]
    marked = [Item(f"a.py::test_marked[{case}]", marks=["django_db"]) for case in "abcde"]
    alone = [Item("a.py::test_alone", "db"), Item("b.py::test_alone", "db")]
    kept = [item.nodeid for item in sample_of([*cases, *marked, *alone])]
    assert [name.partition("[")[0] for name in kept] == [
        "a.py::test_db", "a.py::test_transactional_db", "a.py::test_marked", "a.py::test_alone", "b.py::test_alone",
    ]  # fmt: skip


def test_the_same_case_whatever_the_order():
    """Workers of one run collect for themselves, and somebody runs it again after a failure."""
    cases = [Item(f"a.py::test_it[{case}]", "db") for case in range(20)]
    assert sample_of(cases) == sample_of(cases[::-1])


def test_every_case_that_asks_no_database():
    """They take no time; a slow test is left out with all its cases, whatever it asks."""
    quick = [Item(f"a.py::test_it[{case}]") for case in "abc"]
    slow = [Item(f"a.py::test_slow[{case}]", *asks, marks=["slow"]) for case in "abc" for asks in ((), ("db",))]
    assert sample_of([*slow, *quick]) == quick


def test_confidentiality_is_looked_at_as_somebody_who_reads():
    """Of the tests of rights the sample keeps no case that sees next to nothing."""
    asked = {
        test_access.test_each_person_gets_what_the_policy_says: (test_access.PEOPLE, "reader"),
        test_canaries.test_nobody_sees_more_than_the_policy_allows: (test_canaries.PEOPLE, "other"),
        test_canaries.test_what_leaves_by_a_password_holds_no_more_than_the_policy_allows: (
            test_canaries.PEOPLE, "coordinator",
        ),
        test_two_worlds.test_what_a_person_may_not_read_leaves_no_trace: (test_two_worlds.EVERYBODY, "member"),
    }  # fmt: skip
    for test, (people, person) in asked.items():
        name = f"{test.__module__.replace('.', '/')}.py::{test.__name__}"
        kept = sample_of([Item(f"{name}[{one}]", "db") for one in people])
        assert [item.nodeid for item in kept] == [f"{name}[{person}]"]
