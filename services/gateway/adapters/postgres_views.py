"""The read models in PostgreSQL, read by the driver: an ORM's session would cost several times the read."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

import asyncpg

from services.gateway.adapters.postgres_connect import AWAY
from services.gateway.adapters.postgres_pool import PostgresPool
from services.gateway.adapters.table_views import FRESH_S, TableViews, Values, looked_for
from services.gateway.adapters.view_statements import SCHEMAS, SERVED, Statements, numbered
from services.gateway.views import Checkpoint
from shared.errors import Unavailable
from shared.readmodel.version import nothing_served

_GONE = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)


class PostgresViews(TableViews):
    """Implements `Views` on a database that other machines use too."""

    def __init__(self, pool: PostgresPool) -> None:
        super().__init__()
        self._pool = pool

    async def ready(self) -> None:
        """Raises `Unavailable` while the database is away or its tables are not this release's."""
        await self.checkpoint()

    async def checkpoint(self) -> Checkpoint:
        """See `Views.checkpoint`."""
        try:
            found = await self._fetch(SERVED, ())
            others = [] if found else await self._fetch(SCHEMAS, ())
        except _GONE:
            raise nothing_served(()) from None
        if not found:
            raise nothing_served(row[0] for row in others)
        return self._take_up(*found[0])

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._pool.close()

    async def _rows(self, statement: str, values: Values) -> Sequence[Any]:
        if monotonic() - self._looked_s > FRESH_S:
            await self._look_once()
        wanted = looked_for(values)
        try:
            return await self._fetch(getattr(self._statements, statement), wanted)
        except _GONE:  # a retired generation's tables may just have been dropped
            await self.checkpoint()
        try:
            return await self._fetch(getattr(self._statements, statement), wanted)
        except _GONE as error:
            raise Unavailable(f"The views cannot be read ({error}).") from error

    async def _look_once(self) -> None:
        """Many may read at this moment; one of them looks, the others go on with what was served a second ago."""
        before = self._looked_s
        if self._generation:
            self._looked_s = monotonic()
        try:
            await self.checkpoint()
        except BaseException:
            self._looked_s = before
            raise

    async def _fetch(self, query: str, values: Values) -> list[Any]:
        try:
            return await self._pool.fetch(query, values)
        except (*_GONE, asyncpg.DataError):  # the one is for the caller, the other a mistake of ours
            raise
        except (*AWAY, asyncpg.PostgresError) as error:
            raise Unavailable(f"The views cannot be read ({error or type(error).__name__}).") from error

    def _statements_of(self, generation: int) -> Statements:
        return numbered(Statements(generation))
