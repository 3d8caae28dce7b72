from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import IntegrityError

from services.auth.adapters.sql.engine import open_database
from services.auth.model import Rotated
from shared.errors import Invalid
from shared.settings import SqlSettings
from tests.auth.suite import HERE, T0, AccountsSuite, SessionsSuite, new_account, token
from tests.auth.suite_attempts import AttemptsSuite
from tests.auth.worlds import Stores, memory_stores, open_accounts, sql_stores


class TestMemory(AccountsSuite, SessionsSuite, AttemptsSuite):
    @pytest.fixture
    def stores(self) -> Stores:
        return memory_stores()


class TestSql(AccountsSuite, SessionsSuite, AttemptsSuite):
    @pytest.fixture
    def stores(self, accounts_url: str) -> Iterator[Stores]:
        stores = sql_stores(accounts_url)
        assert stores.engine is not None
        yield stores
        stores.engine.dispose()

    def test_everything_survives_a_restart(self, stores: Stores, accounts_url: str) -> None:
        account = stores.accounts.add(new_account())
        stores.sessions.open(account.id, token("t1"), HERE)
        again = sql_stores(accounts_url)
        assert again.accounts.by_key("ann") == account
        assert again.sessions.rotate("t1", token("t2"), T0, HERE) == Rotated(account, T0)
        assert [fact.account_id for fact in again.outbox.owed()] == [account.id]
        assert again.engine is not None
        again.engine.dispose()

    def test_a_refused_registration_owes_no_fact(self, stores: Stores) -> None:
        stores.accounts.add(new_account("a"))
        with pytest.raises(Invalid):
            stores.accounts.add(new_account("a"))
        assert len(stores.outbox.owed()) == 1

    def test_where_no_number_is_free_nothing_is_kept(self, stores: Stores) -> None:
        stores.accounts._draw = lambda: 7  # type: ignore[attr-defined]
        stores.accounts.add(new_account("a"))
        with pytest.raises(IntegrityError):
            stores.accounts.add(new_account("b"))
        assert stores.accounts.by_key("b") is None
        assert len(stores.outbox.owed()) == 1

    def test_a_name_of_the_longest_kind_fits(self, stores: Stores) -> None:
        name = "\N{GREEK SMALL LETTER IOTA WITH DIALYTIKA AND TONOS}" * 150  # casefolding makes three of each
        assert stores.accounts.add(new_account(name.casefold(), username=name)).username == name
        assert stores.attempts.begin(name.casefold(), T0, 0)[1] == 1


def test_sqlite_has_what_is_answered_on_disk_and_readers_do_not_wait(tmp_path: object) -> None:
    engine = open_accounts(f"sqlite:///{tmp_path}/accounts.db")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="file"):
        open_database("sqlite://", "", SqlSettings())
