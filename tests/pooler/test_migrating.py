"""Migrations through a pooler in transaction mode: their lock belongs to the transaction, so it holds there too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from os import environ

import pytest
from sqlalchemy import Engine, make_url, text

from services.auth.adapters.sql.engine import MIGRATIONS
from shared.settings import SqlSettings
from shared.sql.engine import open_postgres
from shared.sql.migrations import Migrations
from tests.fixtures.postgres_server import PostgresServer
from tests.sql.test_migrations import (
    steps,
    test_a_service_waits_until_somebody_else_has_migrated,
    test_a_step_that_fails_leaves_nothing_behind,
    test_a_table_in_use_is_not_waited_for_for_long,
    test_of_several_processes_at_once_one_does_it,
    test_of_several_threads_at_once_one_does_it,
    test_what_is_missing_is_applied_once_and_in_order,
    test_whoever_is_killed_half_way_leaves_nothing_behind,
)

__all__ = [
    "steps",
    "test_a_service_waits_until_somebody_else_has_migrated",
    "test_a_step_that_fails_leaves_nothing_behind",
    "test_a_table_in_use_is_not_waited_for_for_long",
    "test_of_several_processes_at_once_one_does_it",
    "test_of_several_threads_at_once_one_does_it",
    "test_what_is_missing_is_applied_once_and_in_order",
    "test_whoever_is_killed_half_way_leaves_nothing_behind",
]


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    engine = open_postgres(postgres_url, SqlSettings(), "talewright-tests")
    yield engine
    engine.dispose()


@pytest.fixture
def url(postgres_url: str) -> str:
    """For programs that open it with SQLAlchemy alone, which takes no word of asyncpg's."""
    return postgres_url.partition("?")[0]


def test_the_lock_is_let_go_of_when_its_transaction_ends(
    steps: Migrations, engine: Engine, postgres_server: PostgresServer, url: str
) -> None:
    """A session's lock would stay with the pooler's connection, and the next migration would wait for ever."""
    steps.upgrade(engine)
    with postgres_server.admin(str(make_url(url).database)) as connection:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        assert connection.execute(held).fetchone() == (0,)
    with engine.connect() as pooled:
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            assert pooled.execute(text(f"SHOW {name}")).scalar() == "0"


def test_the_command_for_accounts_run_several_times_at_once(postgres_url: str, engine: Engine) -> None:
    told = environ | {"TALEWRIGHT_ACCOUNTS_URL": postgres_url}
    command = [sys.executable, "-m", "services.auth.migrate"]
    several = [subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = sorted(str(one.communicate(timeout=60)[0]).strip() for one in several)
    assert [one.returncode for one in several] == [0] * 3
    applied = f"{MIGRATIONS.title}: applied {', '.join(MIGRATIONS.revisions)}."
    assert said == sorted([applied, *[f"{MIGRATIONS.title}: nothing to do."] * 2])
    assert MIGRATIONS.missing(engine) == []
