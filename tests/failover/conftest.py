"""The pair of servers is for these tests alone."""

from tests.fixtures.postgres_pair import only_postgres_pair as only_postgres_pair
from tests.fixtures.postgres_pair import postgres_pair as postgres_pair
