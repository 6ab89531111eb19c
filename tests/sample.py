"""What `make test` runs of the suite, in a minute and a half on two cores; `make test-all`, and CI, run all of it."""

from collections import defaultdict
from zlib import crc32

import pytest

SEED = 942
"""So chosen that the sample looks at access as a reader, compares two worlds as a member, searches for canaries as the
coordinator of another cluster and takes files away as a coordinator; `tests/test_sample.py` holds it to that."""


def asks_database(item: pytest.Item) -> bool:
    """Whether a test asks the database: marked so, or through a fixture."""
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or "db" in names or "transactional_db" in names


def sample_of(items: list[pytest.Item]) -> list[pytest.Item]:
    """Every test that is not marked slow, in its order; of one that asks the database with many cases, one case.

    Chance has chosen the case, by its name, once and for all: whoever runs the suite again gets the same one. Cases
    that ask no database take no time and all stay.
    """
    groups = defaultdict(list)
    for item in items:
        if item.get_closest_marker("slow") is None:
            groups[item.nodeid.partition("[")[0] if asks_database(item) else item.nodeid].append(item)
    kept = {min(cases, key=lambda item: crc32(item.nodeid.encode(), SEED)) for cases in groups.values()}
    return [item for item in items if item in kept]
