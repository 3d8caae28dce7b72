from __future__ import annotations

from pathlib import Path

import pytest

from services.auth.adapters.sql.engine import open_database
from tests.auth.suite import AccountsSuite, AttemptsSuite, SessionsSuite, new_account, token
from tests.auth.worlds import Stores, memory_stores, sql_stores


class TestMemory(AccountsSuite, SessionsSuite, AttemptsSuite):
    @pytest.fixture
    def stores(self) -> Stores:
        return memory_stores()


class TestSql(AccountsSuite, SessionsSuite, AttemptsSuite):
    @pytest.fixture
    def stores(self, tmp_path: Path) -> Stores:
        return sql_stores(tmp_path / "deep" / "accounts.db")

    def test_everything_survives_a_restart(self, stores: Stores, tmp_path: Path) -> None:
        account = stores.accounts.add(new_account())
        stores.sessions.open(account.id, token("t1"))
        again = sql_stores(tmp_path / "deep" / "accounts.db")
        assert again.accounts.by_key("ann") == account
        assert again.sessions.rotate("t1", token("t2"), 1_000_000).account == account  # type: ignore[union-attr]
        assert [fact.account_id for fact in again.outbox.owed()] == [account.id]

    def test_a_refused_registration_owes_no_fact_and_ids_are_never_given_twice(
        self, stores: Stores, tmp_path: Path
    ) -> None:
        stores.accounts.add(new_account("a"))
        last = stores.accounts.add(new_account("b"))
        engine = open_database(f"sqlite:///{tmp_path / 'deep' / 'accounts.db'}")
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM accounts WHERE id = {last.id}")
        assert stores.accounts.add(new_account("c")).id == last.id + 1
        assert len(stores.outbox.owed()) == 3

    def test_what_is_answered_is_on_disk_and_readers_do_not_wait(self, stores: Stores, tmp_path: Path) -> None:
        engine = open_database(f"sqlite:///{tmp_path / 'deep' / 'accounts.db'}")
        with engine.begin() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="file"):
        open_database("sqlite://")
