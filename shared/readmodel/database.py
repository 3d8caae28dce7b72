"""The read models' database, and which generation of its tables is building, live or retired.

Each release serves the newest live generation of its own `SCHEMA_VERSION`. So during an upgrade the release before goes
on with its own, and neither touches what the other writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Table, delete, insert, select, text, update

from shared.errors import ConcurrencyConflict
from shared.readmodel.engine import open_engine as open_engine
from shared.readmodel.tables import ProjectionRow, tables_of
from shared.readmodel.version import SCHEMA_VERSION, nothing_served
from shared.sql.alone import alone
from shared.sql.engine import is_sqlite

PROJECTIONS: Table = ProjectionRow.__table__  # type: ignore[attr-defined]

_LOCK = 7_235_411_940_152  # any number that is nobody else's
_LOCK_WAIT_MS = 5_000
_OURS = PROJECTIONS.c.schema_version == SCHEMA_VERSION


class Generation(NamedTuple):
    """A row of `projections`."""

    generation: int
    schema_version: int
    position: int
    state: str


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """One transaction that makes, switches or drops generations; there is one at a time. Whoever still reads a table
    is waited for only a while: everybody who comes after would have to wait too."""
    with alone(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_WAIT_MS}"))
        yield connection


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection on which all reads see the same state, for as long as they take."""
    if is_sqlite(engine.url):
        with engine.connect() as connection:
            yield connection
        return
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {name} = 0"))
        yield connection


def prepare(engine: Engine) -> int:
    """Makes the first generation of this release and serves it at once: it fills up from event 1. For a database that
    nobody else uses; elsewhere `services.tasks.migrate` fills it first. Returns the live generation."""
    with changing(engine) as connection:
        PROJECTIONS.create(connection, checkfirst=True)
        live = live_or_none(connection)
        if live is not None:
            return live
        others = [row.generation for row in generations(connection)]
        generation = next_generation(connection)
        create_generation(connection, generation, "live")
        if is_sqlite(engine.url):  # one machine, one release
            for other in others:
                drop_generation(connection, other)
    return generation


def generations(connection: Connection) -> list[Generation]:
    """All that there are."""
    columns = [PROJECTIONS.c[name] for name in Generation._fields]
    return [Generation(*row) for row in connection.execute(select(*columns).order_by(PROJECTIONS.c.generation))]


def create_generation(connection: Connection, generation: int, state: str) -> None:
    """Makes the tables of a generation, empty, at position 0."""
    for table in tables_of(generation).values():
        table.drop(connection, checkfirst=True)
        table.create(connection)
    connection.execute(delete(PROJECTIONS).where(PROJECTIONS.c.generation == generation))
    row = Generation(generation, SCHEMA_VERSION, 0, state)
    connection.execute(insert(PROJECTIONS).values(row._asdict()))


def drop_generation(connection: Connection, generation: int) -> None:
    """Removes a generation and its tables."""
    for table in tables_of(generation).values():
        table.drop(connection, checkfirst=True)
    connection.execute(delete(PROJECTIONS).where(PROJECTIONS.c.generation == generation))


def live_generation(connection: Connection) -> int:
    """The generation that is served to this release. Raises `SchemaDiffers` where there is none."""
    live = live_or_none(connection)
    if live is None:
        raise nothing_served(row.schema_version for row in generations(connection) if row.state == "live")
    return live


def live_or_none(connection: Connection) -> int | None:
    """The generation that is served to this release, if there is one."""
    query = select(PROJECTIONS.c.generation).where(PROJECTIONS.c.state == "live", _OURS)
    live = connection.execute(query.order_by(PROJECTIONS.c.generation.desc()).limit(1)).scalar_one_or_none()
    return None if live is None else int(live)


def next_generation(connection: Connection) -> int:
    """A number that no generation has."""
    return max((row.generation for row in generations(connection)), default=0) + 1


def position_of(connection: Connection, generation: int) -> int:
    """The checkpoint of a generation. Raises `ConcurrencyConflict` if it has been dropped."""
    query = select(PROJECTIONS.c.position).where(PROJECTIONS.c.generation == generation)
    position = connection.execute(query).scalar_one_or_none()
    if position is None:
        raise ConcurrencyConflict("This generation has been dropped.")
    return int(position)


def advance(connection: Connection, generation: int, before: int, after: int) -> None:
    """Moves a checkpoint. Raises `ConcurrencyConflict` if another projector moved it, or it is live no longer.

    The row stays locked until the transaction ends. A second projector waits for it and then compares with what the
    first one left, in PostgreSQL's read committed too: so of two at once only one ever writes rows.
    """
    checkpoint = update(PROJECTIONS).where(
        PROJECTIONS.c.generation == generation, PROJECTIONS.c.position == before, PROJECTIONS.c.state != "retired"
    )
    if connection.execute(checkpoint.values(position=after)).rowcount != 1:
        raise ConcurrencyConflict("Another projector is at work, or this generation was retired.")


def switch_to(connection: Connection, generation: int) -> None:
    """Serves another generation to this release from now on and retires the one before."""
    served = update(PROJECTIONS).where(PROJECTIONS.c.state == "live", _OURS)
    connection.execute(served.values(state="retired"))
    connection.execute(update(PROJECTIONS).where(PROJECTIONS.c.generation == generation).values(state="live"))
