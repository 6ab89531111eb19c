"""Someone who only reads, and the counting of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories


@pytest.fixture
def member(client_of):
    """A client signed in as a plain member of a cluster: whoever is signed in reads the UN side."""
    return client_of(factories.UserFactory(email="member@example.org", member_of=factories.ClusterFactory()))


@pytest.fixture
def queries_of():
    """`queries_of(client, address)`: how many queries that page takes; it must be found."""

    def count(client, address, **kwargs):
        with CaptureQueriesContext(connection, **kwargs) as queries:
            response = client.get(address)
        assert response.status_code == 200
        return len(queries)

    return count
