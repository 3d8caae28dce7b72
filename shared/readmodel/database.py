"""The read models' database: its engine, and which generation of tables is building, live or retired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, delete, event, insert, inspect, select, update

from shared.errors import ConcurrencyConflict, NotFound
from shared.readmodel.tables import SCHEMA_VERSION, ProjectionRow, tables_of

PROJECTIONS: Table = ProjectionRow.__table__  # type: ignore[attr-defined]


def open_engine(url: str) -> Engine:
    """An engine; for SQLite in WAL mode, so that the gateway reads while the projector writes."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")  # a lost checkpoint is replayed from the event store

    return engine


def prepare(engine: Engine) -> int:
    """Makes the first generation in an empty database, or the next one after a change of the tables: it is served at
    once, and fills up from event 1. Returns the live generation."""
    _drop_unversioned(engine)
    PROJECTIONS.create(engine, checkfirst=True)
    with engine.begin() as connection:
        live = _live(connection)
        if live is not None and _schema_of(connection, live) == SCHEMA_VERSION:
            return live
        generation = next_generation(connection)
        create_generation(connection, generation, "building")
        switch_to(connection, generation)
        if live is not None:
            drop_generation(connection, live)
    return generation


def _drop_unversioned(engine: Engine) -> None:
    """Forgets a checkpoint from before tables had a version; what it counted is in the event store."""
    inspector = inspect(engine)
    if inspector.has_table(PROJECTIONS.name):
        columns = {column["name"] for column in inspector.get_columns(PROJECTIONS.name)}
        if "schema_version" not in columns:
            PROJECTIONS.drop(engine)


def _schema_of(connection: Connection, generation: int) -> int:
    query = select(PROJECTIONS.c.schema_version).where(PROJECTIONS.c.generation == generation)
    return int(connection.execute(query).scalar_one())


def create_generation(connection: Connection, generation: int, state: str) -> None:
    """Makes the tables of a generation, empty, at position 0."""
    for table in tables_of(generation).values():
        table.drop(connection, checkfirst=True)
        table.create(connection)
    connection.execute(delete(PROJECTIONS).where(PROJECTIONS.c.generation == generation))
    row = {"generation": generation, "schema_version": SCHEMA_VERSION, "position": 0, "state": state}
    connection.execute(insert(PROJECTIONS).values(row))


def drop_generation(connection: Connection, generation: int) -> None:
    """Removes a generation and its tables."""
    for table in tables_of(generation).values():
        table.drop(connection, checkfirst=True)
    connection.execute(delete(PROJECTIONS).where(PROJECTIONS.c.generation == generation))


def live_generation(connection: Connection) -> int:
    """The generation that is served. Raises `NotFound` in a database that was never prepared."""
    live = _live(connection)
    if live is None:
        raise NotFound("There are no read models yet.")
    return live


def next_generation(connection: Connection) -> int:
    """A number that no generation has had."""
    numbers = connection.execute(select(PROJECTIONS.c.generation)).scalars().all()
    return max(numbers, default=0) + 1


def position_of(connection: Connection, generation: int) -> int:
    """The checkpoint of a generation."""
    query = select(PROJECTIONS.c.position).where(PROJECTIONS.c.generation == generation)
    return int(connection.execute(query).scalar_one())


def advance(connection: Connection, generation: int, before: int, after: int) -> None:
    """Moves a checkpoint. Raises `ConcurrencyConflict` if another projector moved it, or it is live no longer."""
    checkpoint = update(PROJECTIONS).where(
        PROJECTIONS.c.generation == generation, PROJECTIONS.c.position == before, PROJECTIONS.c.state != "retired"
    )
    if connection.execute(checkpoint.values(position=after)).rowcount != 1:
        raise ConcurrencyConflict("Another projector is at work, or this generation was retired.")


def switch_to(connection: Connection, generation: int) -> None:
    """Serves another generation from now on and retires the one before."""
    connection.execute(update(PROJECTIONS).where(PROJECTIONS.c.state == "live").values(state="retired"))
    connection.execute(update(PROJECTIONS).where(PROJECTIONS.c.generation == generation).values(state="live"))


def _live(connection: Connection) -> int | None:
    query = select(PROJECTIONS.c.generation).where(PROJECTIONS.c.state == "live")
    live = connection.execute(query).scalar_one_or_none()
    return None if live is None else int(live)
