"""Migrations are applied once, completely or not at all, whoever else does it or dies over it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError

from shared.errors import Unavailable
from shared.settings import SqlSettings
from shared.sql import migrations as mechanism
from shared.sql.engine import normalised, open_postgres
from shared.sql.migrations import Migrations, be_ready
from tests.fixtures.postgres_server import PASSWORD, PostgresServer
from tests.sql.steps import FIRST, PROGRAM, SECOND

BOTH = ["0001", "0002"]


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Migrations:
    folder = tmp_path / "packages" / "steps"
    folder.mkdir(parents=True)
    for name, content in (("__init__", ""), ("v0001_first", FIRST), ("v0002_second", SECOND)):
        (folder / f"{name}.py").write_text(content)
    monkeypatch.syspath_prepend(str(folder.parent))
    monkeypatch.setenv("PYTHONPATH", f"{folder.parent}:{Path.cwd()}")
    return Migrations("steps", "steps_version", "The database")


@pytest.fixture
def url(sql_url: str, tmp_path: Path) -> str:
    (tmp_path / "database").mkdir()
    return sql_url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_engine(normalised(url))
    yield engine
    engine.dispose()


def start(url: str, ready: Path, number: int = 1, of: int = 1) -> subprocess.Popen[str]:
    """A process that migrates as soon as `of` of them are ready."""
    ready.mkdir(exist_ok=True)
    command = [sys.executable, "-c", PROGRAM, url, str(ready), str(number), str(of)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def titles(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT title FROM stories JOIN pages ON story = stories.id"))
        return list(rows.scalars())


def add_untitled(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO stories VALUES (2, NULL)"))


def test_what_is_missing_is_applied_once_and_in_order(steps: Migrations, engine: Engine) -> None:
    assert steps.missing(engine) == BOTH
    with pytest.raises(Unavailable, match=r"The database lacks schema revision 0001, 0002; run `talewright migrate`\."):
        steps.check(engine)
    assert steps.until("0001").upgrade(engine) == ["0001"]
    assert steps.missing(engine) == ["0002"]
    assert steps.upgrade(engine) == ["0002"]
    assert steps.upgrade(engine) == []
    steps.check(engine)
    assert titles(engine) == ["Magnet Mania"]


def test_a_database_that_is_newer_than_the_release_is_fine(steps: Migrations, engine: Engine) -> None:
    steps.upgrade(engine)
    older = steps.until("0001")
    older.check(engine)
    assert older.upgrade(engine) == []
    assert steps.missing(engine) == []


def test_a_database_at_an_adopted_revision_gets_the_rest(steps: Migrations, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE stories (id INTEGER PRIMARY KEY, title VARCHAR)"))
    assert steps.upgrade(engine, lambda connection: "0001") == ["0002"]
    assert steps.missing(engine) == []


def test_of_several_processes_at_once_one_does_it(steps: Migrations, url: str, engine: Engine, tmp_path: Path) -> None:
    processes = [start(url, tmp_path / "ready", number, of=3) for number in range(3)]
    said = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in said if error] == []
    assert sorted(out.strip() for out, _ in said) == ["['0001', '0002']", "[]", "[]"]
    assert titles(engine) == ["Magnet Mania"]


def test_of_several_threads_at_once_one_does_it(steps: Migrations, engine: Engine) -> None:
    applied: list[list[str]] = []
    threads = [threading.Thread(target=lambda: applied.append(steps.upgrade(engine))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == [[], [], [], BOTH]


def test_whoever_is_killed_half_way_leaves_nothing_behind(
    steps: Migrations, url: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_way = tmp_path / "half-way"
    monkeypatch.setenv("HALF_WAY", str(half_way))
    process = start(url, tmp_path / "ready")
    deadline = time.monotonic() + 30
    while not half_way.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert half_way.exists()
    process.kill()
    process.communicate()
    monkeypatch.delenv("HALF_WAY")
    assert steps.missing(engine) == BOTH
    assert inspect(engine).get_table_names() == []
    assert steps.upgrade(engine) == BOTH
    assert titles(engine) == ["Magnet Mania"]


def test_a_step_that_fails_leaves_nothing_behind(steps: Migrations, engine: Engine, tmp_path: Path) -> None:
    steps.until("0001").upgrade(engine)
    broken = tmp_path / "packages" / "steps" / "v0003_broken.py"
    broken.write_text(
        "from alembic import op\nrevision, down_revision = '0003', '0002'\n"
        "def upgrade():\n    op.execute('INSERT INTO nothing VALUES (1)')\n"
    )
    longer = steps.until("9999")
    with pytest.raises(DBAPIError):
        longer.upgrade(engine)
    assert longer.missing(engine) == ["0002", "0003"]
    add_untitled(engine)  # 0002 would refuse it
    broken.unlink()
    assert steps.upgrade(engine) == ["0002"]


def test_a_table_made_anew_in_sqlite_keeps_what_points_to_it(steps: Migrations, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    steps.until("0001").upgrade(engine)
    add_untitled(engine)
    steps.upgrade(engine)
    assert titles(engine) == ["Magnet Mania"]
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()


def test_a_step_that_leaves_rows_without_their_parents_is_undone(steps: Migrations, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    steps.upgrade(engine)
    (tmp_path / "packages" / "steps" / "v0003_careless.py").write_text(
        "from alembic import op\nrevision, down_revision = '0003', '0002'\n"
        "def upgrade():\n    op.execute('DELETE FROM stories')\n"
    )
    with pytest.raises(RuntimeError, match="pages"):
        steps.until("9999").upgrade(engine)
    assert titles(engine) == ["Magnet Mania"]
    engine.dispose()


def test_a_database_in_memory_is_refused(steps: Migrations) -> None:
    with pytest.raises(ValueError, match="memory"):
        steps.upgrade(create_engine("sqlite://"))


def test_a_table_in_use_is_not_waited_for_for_long(
    steps: Migrations, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mechanism, "_LOCK_WAIT_MS", 200)
    engine = open_postgres(postgres_url, SqlSettings(), "talewright-tests")
    steps.until("0001").upgrade(engine)
    with engine.begin() as user:
        user.execute(text("SELECT * FROM stories"))
        with pytest.raises(Unavailable):
            steps.upgrade(engine)
    assert steps.upgrade(engine) == ["0002"]
    engine.dispose()


def test_a_service_waits_until_somebody_else_has_migrated(steps: Migrations, engine: Engine) -> None:
    later = threading.Timer(0.4, steps.upgrade, [engine])
    later.start()
    assert be_ready(engine, steps, "never", wait_s=20) == []
    later.join()
    assert steps.missing(engine) == []


def test_a_service_that_has_waited_long_enough_says_for_what(
    steps: Migrations, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    start_s = time.monotonic()
    with pytest.raises(Unavailable, match="run `talewright migrate`"):
        be_ready(engine, steps, "never", wait_s=0.6)
    assert 0.6 <= time.monotonic() - start_s < 3
    assert caplog.text.count("waiting up to 0.6 s") == 1


def test_by_itself_only_sqlite_is_migrated(steps: Migrations, engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        assert be_ready(engine, steps, "auto", wait_s=0) == BOTH
        return
    with pytest.raises(Unavailable):
        be_ready(engine, steps, "auto", wait_s=0)
    assert be_ready(engine, steps, "always", wait_s=0) == BOTH


def test_a_server_that_comes_late_is_waited_for(steps: Migrations, second_server: PostgresServer) -> None:
    url = f"postgresql://talewright@127.0.0.1:{second_server.port}/postgres"
    engine = open_postgres(url, SqlSettings(), "talewright-tests", password=PASSWORD)
    second_server.stop()
    with pytest.raises(Unavailable, match=r"The database cannot be reached: .*refused"):
        be_ready(engine, steps, "always", wait_s=0)
    with ThreadPoolExecutor(1) as pool:  # here, so that the server's parent is not a thread that ends
        waiting = pool.submit(be_ready, engine, steps, "always", 20)
        time.sleep(0.3)
        second_server.start()
        assert waiting.result() == BOTH
    engine.dispose()
