"""Generations are made, switched, kept apart by release, and tidied away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_schema import MIGRATIONS, adopt, be_served, upgrade
from services.tasks.neglect import RETIRED_S, UNMOVED_S, Neglect
from shared.errors import Unavailable
from shared.readmodel import database
from shared.readmodel.database import PROJECTIONS, Generation
from shared.readmodel.version import SCHEMA_VERSION, SchemaDiffers


def rows(engine: Engine) -> list[tuple[int, int, str]]:
    with engine.connect() as connection:
        return [(row.generation, row.schema_version, row.state) for row in database.generations(connection)]


def of_another_release(engine: Engine, generation: int, version: int) -> None:
    with engine.begin() as connection:
        these = PROJECTIONS.update().where(PROJECTIONS.c.generation == generation)
        connection.execute(these.values(schema_version=version))


def test_preparing_makes_one_generation_however_often_and_many_do_it(engine: Engine) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda _: database.prepare(engine), range(6))) == [1] * 6
    assert rows(engine) == [(1, SCHEMA_VERSION, "live")]


def test_each_release_serves_its_own(engine: Engine) -> None:
    database.prepare(engine)
    of_another_release(engine, 1, SCHEMA_VERSION - 1)
    generations = SqlGenerations(engine)
    assert not generations.served()
    with pytest.raises(SchemaDiffers, match=rf"at schema {SCHEMA_VERSION - 1}, .*run `talewright migrate`"):
        generations.live()
    mine = generations.add("building")
    assert generations.serve(mine.generation) is None  # nothing of ours was retired, nor what is not ours
    assert rows(engine) == [(1, SCHEMA_VERSION - 1, "live"), (2, SCHEMA_VERSION, "live")]
    assert generations.live().generation == 2
    next_one = generations.add("building")
    assert generations.serve(next_one.generation) == 2
    assert rows(engine)[:2] == [(1, SCHEMA_VERSION - 1, "live"), (2, SCHEMA_VERSION, "retired")]


def test_the_projector_of_the_release_before_goes_on_with_its_own(engine: Engine) -> None:
    database.prepare(engine)
    old = SqlGenerations(engine).live()
    of_another_release(engine, 1, SCHEMA_VERSION - 1)
    generations = SqlGenerations(engine)
    generations.serve(generations.add("building").generation)
    old.save(0, 5, [], {})
    assert (old.position(), generations.live().position()) == (5, 0)


def test_sqlite_has_one_release_only(tmp_path: object) -> None:
    engine = database.open_engine(f"sqlite:///{tmp_path}/views.db")
    database.prepare(engine)
    of_another_release(engine, 1, SCHEMA_VERSION - 1)
    assert database.prepare(engine) == 2
    assert rows(engine) == [(2, SCHEMA_VERSION, "live")]
    assert not sa.inspect(engine).has_table("tasks_g1")
    engine.dispose()


def test_a_service_makes_tables_only_where_it_may(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with pytest.raises(Unavailable, match="talewright migrate"):
            be_served(engine, "auto", 0)
        upgrade(engine, 0)
        with pytest.raises(SchemaDiffers, match="There are no read models yet"):
            be_served(engine, "auto", 0)
        be_served(engine, "always", 0)
    be_served(engine, "auto", 0)
    be_served(engine, "never", 0)
    assert rows(engine) == [(1, SCHEMA_VERSION, "live")]


def test_a_service_waits_for_the_migration(postgres_url: str) -> None:
    engine = database.open_engine(postgres_url)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(be_served, engine, "never", 20.0)
        upgrade(engine, 0)
        generations = SqlGenerations(engine)
        made = generations.add("migrating")
        assert not waiting.done()
        generations.serve(made.generation)
        waiting.result(5)
    engine.dispose()


def test_the_fixed_part_is_as_the_model_says(engine: Engine) -> None:
    assert upgrade(engine, 0) == list(MIGRATIONS.revisions)
    assert upgrade(engine, 0) == []
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _fixed})
        metadata = sa.MetaData()
        PROJECTIONS.to_metadata(metadata)
        assert compare_metadata(context, metadata) == []


def _fixed(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or name == PROJECTIONS.name


def test_databases_made_before_revisions_are_adopted(engine: Engine) -> None:
    database.prepare(engine)
    SqlGenerations(engine).live().save(0, 7, [], {})
    assert upgrade(engine, 0) == list(MIGRATIONS.revisions[1:])
    assert SqlGenerations(engine).live().position() == 7


def test_a_checkpoint_from_before_tables_had_a_version_is_forgotten(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE projections (name VARCHAR PRIMARY KEY, position BIGINT)")
        connection.exec_driver_sql("INSERT INTO projections VALUES ('views', 70)")
        assert sa.inspect(connection).has_table("projections")
    upgrade(engine, 0)
    assert database.prepare(engine) == 1
    assert SqlGenerations(engine).live().position() == 0
    with engine.connect() as connection:
        assert adopt(connection) == "0001"


def test_a_generation_that_somebody_reads_is_dropped_later(postgres_url: str) -> None:
    engine = database.open_engine(postgres_url)
    database.prepare(engine)
    generations, neglect = SqlGenerations(engine), Neglect()
    generations.serve(generations.add("building").generation)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_LOCK_WAIT_MS", 200)
        assert generations.drop_neglected(neglect, 0) == []
        with engine.connect() as backup:
            backup.exec_driver_sql("SELECT count(*) FROM tasks_g1")
            assert generations.drop_neglected(neglect, RETIRED_S) == []
        assert generations.drop_neglected(neglect, RETIRED_S + 1) == [1]
    assert rows(engine) == [(2, SCHEMA_VERSION, "live")]
    engine.dispose()


OURS = Generation(5, SCHEMA_VERSION, 100, "live")


@pytest.mark.parametrize(
    ("row", "after_s"),
    [
        (Generation(4, SCHEMA_VERSION, 100, "retired"), RETIRED_S),
        (Generation(4, SCHEMA_VERSION - 1, 99, "live"), UNMOVED_S),  # its release is gone
        (Generation(4, SCHEMA_VERSION - 1, 100, "live"), None),  # kept up, or nothing has happened since
        (Generation(6, SCHEMA_VERSION, 50, "building"), UNMOVED_S),  # a rebuild that was killed
        (Generation(6, SCHEMA_VERSION, 50, "scratch"), UNMOVED_S),
        (Generation(6, SCHEMA_VERSION + 1, 50, "migrating"), None),  # the next release's
        (Generation(6, SCHEMA_VERSION + 1, 50, "live"), None),  # after a way back to this release
        (Generation(6, SCHEMA_VERSION + 1, 50, "retired"), None),
        (OURS, None),
    ],
)
def test_what_nobody_needs(row: Generation, after_s: float | None) -> None:
    neglect = Neglect()
    all_rows = [OURS, row] if row is not OURS else [OURS]
    assert neglect.judge(all_rows, 10) == []
    if after_s is None:
        assert neglect.judge(all_rows, 10 + 10 * UNMOVED_S) == []
        return
    assert neglect.judge(all_rows, 9 + after_s) == []
    moved = row._replace(position=row.position - 1)
    assert neglect.judge([OURS, moved], 10 + after_s) == []  # somebody is at it
    assert neglect.judge([OURS, moved], 10 + 2 * after_s) == [row.generation]
    assert neglect.judge([row], 10 + 9 * after_s) == []  # never before ours is served
