"""The accounts' suites on PostgreSQL's image."""

from collections.abc import Iterator

import pytest

from tests.auth.conftest import migrated_postgres, postgres_accounts  # noqa: F401 - fixtures
from tests.auth.suite import AccountsSuite, SessionsSuite
from tests.auth.suite_attempts import AttemptsSuite
from tests.auth.worlds import Stores, sql_stores


class TestPostgres(AccountsSuite, SessionsSuite, AttemptsSuite):
    @pytest.fixture
    def stores(self, postgres_accounts: str) -> Iterator[Stores]:  # noqa: F811
        stores = sql_stores(postgres_accounts)
        assert stores.engine is not None
        yield stores
        stores.engine.dispose()
