"""Accounts behind a pooler: the stores as everywhere, and many clients on few connections."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url

from services.auth.adapters.sql.tables import AccountsTable
from shared.contracts.accounts import Login, Refresh, Register
from shared.errors import Invalid, Unauthenticated
from tests.auth.suite import AccountsSuite, SessionsSuite
from tests.auth.suite_attempts import AttemptsSuite
from tests.auth.worlds import Stores, World, open_accounts, sql_stores, world
from tests.fixtures.pgbouncer import SERVER_CONNECTIONS, PgBouncer
from tests.fixtures.postgres import new_database
from tests.fixtures.postgres_server import PostgresServer


@pytest.fixture(scope="module")
def migrated(postgres_server: PostgresServer, pgbouncer: PgBouncer) -> str:
    url = pgbouncer.through(new_database(postgres_server))
    open_accounts(url).dispose()
    return url


@pytest.fixture
def accounts_url(migrated: str, postgres_server: PostgresServer) -> str:
    """The tables, emptied."""
    with postgres_server.admin(str(make_url(migrated).database)) as connection:
        connection.execute(f"TRUNCATE {', '.join(AccountsTable.metadata.tables)} RESTART IDENTITY")  # type: ignore[arg-type]
    return migrated


class TestStores(AccountsSuite, SessionsSuite, AttemptsSuite):
    @pytest.fixture
    def stores(self, accounts_url: str) -> Iterator[Stores]:
        stores = sql_stores(accounts_url)
        assert stores.engine is not None
        yield stores
        stores.engine.dispose()


@pytest.fixture
def services(accounts_url: str, tmp_path: Path) -> Iterator[list[World]]:
    """Three processes' worth of auth, with up to thirty connections of their own."""
    worlds = [world(sql_stores(accounts_url), tmp_path / "keys") for _ in range(3)]
    yield worlds
    for one in worlds:
        assert one.stores.engine is not None
        one.stores.engine.dispose()


def test_more_clients_than_connections(services: list[World], accounts_url: str, pgbouncer: PgBouncer) -> None:
    """Each has its own account and never sees another's, however its transactions are dealt out."""

    def live(number: int) -> str:
        mine, name = services[number % len(services)].auth, f"user-{number}"
        mine.register(Register(username=name, password="p1"))
        with pytest.raises(Invalid, match="exists"):
            mine.register(Register(username=name.upper(), password="p1"))
        granted = mine.login(Login(username=name, password="p1")).tokens
        for turn in range(8):
            assert granted is not None
            spent = granted.refresh_token
            granted = services[(number + turn) % len(services)].auth.refresh(Refresh(refresh_token=spent)).tokens
        with pytest.raises(Unauthenticated):
            mine.refresh(Refresh(refresh_token=spent))
        return name

    with ThreadPoolExecutor(30) as pool:
        names = list(pool.map(live, range(60)))
    stores = services[0].stores
    assert {account.username for account in stores.accounts.page()} == set(names)
    owed = [(fact.account_id, getattr(fact.event, "username", "reused")) for fact in stores.outbox.owed(1_000)]
    ids = {account.username: account.id for account in stores.accounts.page()}
    assert sorted(owed) == sorted([(ids[n], n) for n in names] + [(ids[n], "reused") for n in names])
    used = pgbouncer.servers(str(make_url(accounts_url).database))
    assert 0 < len(used) <= SERVER_CONNECTIONS
