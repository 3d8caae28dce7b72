"""Lists of tasks that the service itself needs, from the live read models."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine, and_, or_, select

from services.tasks.adapters.sql_answers import answering
from services.tasks.rows import Key
from shared.readmodel import database
from shared.readmodel.tables import tables_of


class SqlOpenTasks:
    """Implements `ports.OpenTasks` over the live read models."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def candidates(self, upto: int) -> list[Key]:
        """Tasks that run or wait for their purge, once the views have come to `upto` or after five seconds."""
        for _ in range(50):
            position, keys = await asyncio.to_thread(self._read)
            if position >= upto:
                break
            await asyncio.sleep(0.1)
        return keys

    def _read(self) -> tuple[int, list[Key]]:
        with answering(), self._engine.connect() as connection:
            generation = database.live_generation(connection)
            table = tables_of(generation)["tasks"]
            deleted = and_(table.c.status == "deleted", table.c.purged.is_(False))
            query = select(table.c.owner, table.c.task).where(or_(table.c.status == "running", deleted))
            rows = connection.execute(query).all()
            return database.position_of(connection, generation), [(row.owner, row.task) for row in rows]


class SqlOldPreviews:
    """Implements `ports.OldPreviews` over the live read models."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def created_before(self, time_ms: int) -> list[Key]:
        """See `ports.OldPreviews.created_before`."""
        return await asyncio.to_thread(self._read, time_ms)

    def _read(self, time_ms: int) -> list[Key]:
        with answering(), self._engine.connect() as connection:
            table = tables_of(database.live_generation(connection))["tasks"]
            old = and_(table.c.surface == "projects", table.c.status != "deleted", table.c.created_ms < time_ms)
            query = select(table.c.owner, table.c.task).where(old).order_by(table.c.created_ms).limit(1_000)
            return [(row.owner, row.task) for row in connection.execute(query).all()]
