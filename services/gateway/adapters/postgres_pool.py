"""Connections to PostgreSQL for short reads: the one used last is used next, with its statements prepared.

asyncpg's own pool asks the server to reset a connection whenever it is given back, and wraps each call; on reads by
key that costs two thirds of them. These connections hold no state that would have to be reset.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Sequence
from time import monotonic
from typing import Any

import asyncpg

from services.gateway.adapters.postgres_connect import Connect
from shared.errors import Unavailable

_KEPT_S = 1_800.0
"""Connections are made anew after this time: so that certificates, passwords and addresses can change."""

_PREPARED = 100
_CLOSING_S = 2.0

_BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,  # the server is shut down, or an administrator ended the connection
    asyncpg.InvalidSQLStatementNameError,  # a pooler gave us another server's connection
    asyncpg.InvalidCachedStatementError,  # tables of the same name were made anew
    asyncpg.InternalClientError,  # the server's last word on an idle connection, taken for an operation in progress
    ConnectionError,
)


class Held:
    """One connection and what is prepared on it."""

    def __init__(self, connection: Any, prepares: bool) -> None:
        self.connection = connection
        self.made_s = monotonic()
        self._prepares = prepares
        self._prepared: dict[str, Any] = {}
        self._numbers = itertools.count(1)

    @property
    def fit(self) -> bool:
        """Whether it can be used once more."""
        return not self.connection.is_closed() and monotonic() - self.made_s < _KEPT_S

    async def fetch(self, query: str, values: Sequence[Any]) -> list[Any]:
        """Runs a query."""
        if not self._prepares:  # in a transaction that may only read: a pooler takes no setting that says so
            async with self.connection.transaction(readonly=True):
                return list(await self.connection.fetch(query, *values))
        statement = self._prepared.get(query)
        if statement is None:
            if len(self._prepared) >= _PREPARED:  # of generations that are served no more
                self._prepared.clear()
            # Without a name, asyncpg would have it parsed and planned again for each read.
            name = f"views_{next(self._numbers)}"
            statement = self._prepared[query] = await self.connection.prepare(query, name=name)
        rows: list[Any] = await statement.fetch(*values)
        return rows


class PostgresPool:
    """At most `size + overflow` connections, of which `size` are kept. Nothing is connected before the first read."""

    def __init__(self, connect: Connect, size: int, overflow: int, wait_s: float, prepares: bool = True) -> None:
        self._connect, self._size, self._wait_s, self._prepares = connect, size, wait_s, prepares
        self._free = asyncio.Semaphore(size + overflow)
        self._idle: list[Held] = []
        self._closing: set[asyncio.Task[None]] = set()

    async def fetch(self, query: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a query that changes nothing: after a broken connection it is asked once more on a new one.
        Raises what asyncpg raises, or `Unavailable` when all connections stay in use."""
        await self._turn()
        try:
            try:
                return await self._ask(query, values)
            except _BROKEN:
                self.expire()
                return await self._ask(query, values)
        finally:
            self._free.release()

    async def _turn(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise Unavailable("All connections to the views' database are in use.") from None

    async def _ask(self, query: str, values: Sequence[Any]) -> list[Any]:
        held = self._taken() or await self._made()
        try:
            rows = await held.fetch(query, values)
        except BaseException as error:
            self._judge(held, error)
            raise
        self._give_back(held)
        return rows

    async def _made(self) -> Held:
        connection = await self._connect()
        try:
            return Held(connection, self._prepares and await _is_direct(connection))
        except BaseException:
            connection.terminate()
            raise

    def _taken(self) -> Held | None:
        while self._idle:
            held = self._idle.pop()
            if held.fit:
                return held
            self._discard(held)
        return None

    def _judge(self, held: Held, error: BaseException) -> None:
        """A connection is kept after an error that the server told; a read that was cut short leaves it unusable, and
        one that took too long says that the others may be dead too."""
        if isinstance(error, asyncpg.PostgresError) and not isinstance(error, _BROKEN):
            self._give_back(held)
            return
        self._discard(held)
        if isinstance(error, TimeoutError):
            self.expire()

    def _give_back(self, held: Held) -> None:
        if held.fit and len(self._idle) < self._size:
            self._idle.append(held)
        else:
            self._discard(held)

    def expire(self) -> None:
        """Lets go of all connections that are not in use."""
        while self._idle:
            self._discard(self._idle.pop())

    def _discard(self, held: Held) -> None:
        if held.connection.is_closed():
            return
        task = asyncio.ensure_future(_end(held.connection))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Closes all connections."""
        self.expire()
        await asyncio.gather(*self._closing)


async def _is_direct(connection: Any) -> bool:
    """Who greets us as another process than the one that answers is a pooler, which the URL ought to say. Its
    connections may be other clients' too, whose statements have the same names."""
    answering_pid = await connection.fetchval("SELECT pg_backend_pid()")
    return bool(answering_pid == connection.get_server_pid())


async def _end(connection: Any) -> None:
    """In order, which also tells the server to stop what it may still be doing for us; else by force."""
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await connection.close(timeout=_CLOSING_S)
    if not connection.is_closed():
        connection.terminate()
