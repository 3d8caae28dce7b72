"""The accounts database from every earlier schema to today's, on both databases, with what it holds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from services.auth.adapters.sql.accounts import SqlAccounts
from services.auth.adapters.sql.engine import MIGRATIONS, adopt, open_database
from services.auth.adapters.sql.sessions import SqlSessions
from services.auth.adapters.sql.tables import AccountsTable
from services.auth.bootstrap import open_administration
from services.auth.migrate import migrate
from services.auth.model import Rotated
from services.auth.settings import AuthSettings
from shared.errors import Unavailable
from shared.settings import SqlSettings
from tests.auth.suite import T0, new_account, token

OLD_SCHEMA = (Path(__file__).parent / "accounts_before_migrations.sql").read_text()


@pytest.fixture
def engine(sql_url: str) -> Iterator[Engine]:
    engine = open_database(sql_url, "", SqlSettings())
    yield engine
    engine.dispose()


def run(engine: Engine, script: str) -> None:
    """A script for PostgreSQL, in the words of the database at hand."""
    if engine.dialect.name == "sqlite":
        script = script.replace("SERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    with engine.begin() as connection:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(text(statement))


def filled(engine: Engine) -> None:
    """One user with a valid and a spent refresh token, as a release without surfaces kept them."""
    run(
        engine,
        f"""
        INSERT INTO accounts (username, username_key, password_hash, created_ms, admin, disabled)
            VALUES ('Ann', 'ann', 'hash', {T0}, true, false);
        INSERT INTO refresh_families (family, account_id, started_ms, used_ms) VALUES ('f', 1, {T0}, {T0});
        INSERT INTO refresh_tokens (digest, family, issued_ms, expires_ms, used_ms)
            VALUES ('t0', 'f', {T0}, {T0 + 1000}, {T0}), ('t1', 'f', {T0}, {T0 + 1000}, NULL);
        INSERT INTO login_attempts (username_key, at_ms) VALUES ('ann', {T0})
        """,
    )


def difference(engine: Engine) -> list[Any]:
    def ours(thing: Any, name: str | None, kind: str, _: bool, __: Any) -> bool:
        return not (kind == "table" and name == MIGRATIONS.version_table)

    def defaults(_: Any, __: Any, ___: Any, kept: str | None, ____: Any, wanted: str | None) -> bool | None:
        if engine.dialect.name != "sqlite":
            return None  # as Alembic does it; of SQLite it takes an empty text for another than an empty text
        return (kept is None, (kept or "").strip("()'")) != (wanted is None, (wanted or "").strip("()'"))

    with engine.connect() as connection:
        options = {
            "version_table": MIGRATIONS.version_table,
            "include_object": ours,
            "compare_server_default": defaults,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), AccountsTable.metadata))


def as_of(engine: Engine, revision: str) -> None:
    """A database that an older release has migrated."""
    older = MIGRATIONS.until(revision)
    assert older.upgrade(engine)[-1] == revision


def still_works(engine: Engine) -> None:
    ann = SqlAccounts(engine).by_key("ann")
    assert ann is not None
    assert (ann.id, ann.username, ann.admin) == (1, "Ann", True)
    outcome = SqlSessions(engine).rotate("t1", token("t2"), T0, "projects")
    assert isinstance(outcome, Rotated)
    assert SqlAccounts(engine).add(new_account("bob")).id != 1


def test_an_empty_database_gets_what_the_models_say(engine: Engine) -> None:
    assert MIGRATIONS.upgrade(engine, adopt) == list(MIGRATIONS.revisions)
    assert difference(engine) == []
    assert MIGRATIONS.upgrade(engine, adopt) == []


@pytest.mark.parametrize("revision", MIGRATIONS.revisions)
def test_every_revision_is_upgraded_with_what_is_in_it(engine: Engine, revision: str) -> None:
    as_of(engine, revision)
    filled(engine)
    assert MIGRATIONS.upgrade(engine, adopt) == [later for later in MIGRATIONS.revisions if later > revision]
    assert difference(engine) == []
    still_works(engine)


def test_a_database_from_before_migrations_is_adopted(engine: Engine) -> None:
    run(engine, OLD_SCHEMA)
    filled(engine)
    assert MIGRATIONS.upgrade(engine, adopt) == list(MIGRATIONS.revisions[1:])
    assert difference(engine) == []
    still_works(engine)


@pytest.mark.parametrize("statements", [1, 2, 6, 8, 9])
def test_one_that_was_killed_while_it_made_its_tables_is_finished(engine: Engine, statements: int) -> None:
    run(engine, ";".join(OLD_SCHEMA.split(";")[:statements]))
    MIGRATIONS.upgrade(engine, adopt)
    assert difference(engine) == []
    filled(engine)
    still_works(engine)


def test_the_release_before_works_on_the_new_schema(engine: Engine) -> None:
    MIGRATIONS.upgrade(engine, adopt)
    filled(engine)  # in the words of the first release
    still_works(engine)


def test_models_and_migrations_are_really_compared(engine: Engine) -> None:
    as_of(engine, "0001")
    assert [change[0] for change in difference(engine)] == ["add_column"]


def test_only_the_whole_of_it_is_adopted(engine: Engine) -> None:
    def adopted() -> str | None:
        with engine.connect() as connection:
            return adopt(connection)

    assert adopted() is None
    run(engine, OLD_SCHEMA)
    assert adopted() == "0001"
    run(engine, "DROP TABLE audit_outbox")
    assert adopted() is None


@pytest.fixture
def settings(sql_url: str, monkeypatch: pytest.MonkeyPatch) -> AuthSettings:
    monkeypatch.setenv("TALEWRIGHT_ACCOUNTS_URL", sql_url)
    monkeypatch.setenv("TALEWRIGHT_STARTUP_WAIT_S", "5")
    return AuthSettings()


def test_the_command_migrates_once_and_says_so(settings: AuthSettings) -> None:
    command = [sys.executable, "-m", "services.auth.migrate"]
    said = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert said == ["The accounts database: applied 0001, 0002.\n", "The accounts database: nothing to do.\n"]
    assert migrate(settings) == []


def test_a_database_that_is_away_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALEWRIGHT_ACCOUNTS_URL", "postgresql://ann:hunter2@127.0.0.1:1/accounts")
    monkeypatch.setenv("TALEWRIGHT_STARTUP_WAIT_S", "0")
    done = subprocess.run([sys.executable, "-m", "services.auth.migrate"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "refused" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_the_command_line_asks_for_migrations_where_it_may_not_run_them(postgres_url: str) -> None:
    settings = AuthSettings(accounts_url=postgres_url)
    with pytest.raises(Unavailable, match=r"lacks schema revision 0001, 0002; run `talewright migrate`"):
        open_administration(settings)
    migrate(settings)
    assert list(open_administration(settings).everyone()) == []


def test_a_service_whose_schema_is_current_never_imports_alembic(settings: AuthSettings) -> None:
    migrate(settings)
    program = (
        "import sys\nfrom services.auth import bootstrap, settings\n"
        "bootstrap.open_accounts(settings.AuthSettings(), 0)\nsys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_adoption_looks_only(engine: Engine) -> None:
    def refuse(connection: Connection) -> str | None:
        raise AssertionError("It was asked about a database that has a version.")

    MIGRATIONS.upgrade(engine, adopt)
    assert MIGRATIONS.upgrade(engine, refuse) == []
