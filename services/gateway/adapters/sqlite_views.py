"""The read models in SQLite, read by the driver on the event loop: a lookup by key takes about 20 µs, and anything
more (a thread, an async session) several times that.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

from services.gateway.adapters.table_views import FRESH_S, TableViews, Values, looked_for
from services.gateway.adapters.view_statements import SCHEMAS, SERVED
from services.gateway.views import Checkpoint
from shared.errors import Unavailable
from shared.readmodel.version import SchemaDiffers, nothing_served


class SqliteViews(TableViews):
    """Implements `Views` on a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._connection: sqlite3.Connection | None = None

    async def ready(self) -> None:
        """Raises `SchemaDiffers` while the tables are another release's. A file that is not there yet, or is being
        filled, is no reason to wait: the tasks service of this machine makes it."""
        try:
            await self.checkpoint()
        except SchemaDiffers:
            raise
        except Unavailable:
            return

    async def checkpoint(self) -> Checkpoint:
        """See `Views.checkpoint`."""
        try:
            return self._look(self._connection or self._open())
        except sqlite3.Error as error:
            raise self._lost(error) from error

    def close(self) -> None:
        """Closes the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    async def aclose(self) -> None:
        """Closes the file."""
        self.close()

    async def _rows(self, statement: str, values: Values) -> list[Any]:
        try:
            connection = self._connection or self._open()
            if monotonic() - self._looked_s > FRESH_S:
                self._look(connection)
            query = getattr(self._statements, statement)
            rows = connection.execute(query, values).fetchall()
            if not rows and (spelled := looked_for(values)) != values:  # rarely so, hence not done beforehand
                rows = connection.execute(query, spelled).fetchall()
            return rows
        except sqlite3.OperationalError:
            return self._again(statement, values)  # a retired generation's tables may just have been dropped
        except sqlite3.Error as error:
            raise self._lost(error) from error

    def _again(self, statement: str, values: Values) -> list[Any]:
        self.close()
        try:
            connection = self._open()
            self._look(connection)
            return connection.execute(getattr(self._statements, statement), looked_for(values)).fetchall()
        except sqlite3.Error as error:
            raise self._lost(error) from error

    def _open(self) -> sqlite3.Connection:
        if not self._file.exists():
            raise Unavailable("The views are not ready yet.")
        address = f"file:{quote(str(self._file.absolute()))}?mode=ro"
        # Short patience: while this waits for a lock, the event loop waits too. Readers of WAL hardly ever do.
        self._connection = sqlite3.connect(address, uri=True, timeout=0.2, isolation_level=None)
        return self._connection

    def _look(self, connection: sqlite3.Connection) -> Checkpoint:
        """Finds out which generation is served."""
        row = connection.execute(SERVED).fetchone()
        if row is not None:
            return self._take_up(*row)
        if others := [version for (version,) in connection.execute(SCHEMAS)]:
            raise nothing_served(others)
        raise Unavailable("The views are being built.")

    def _lost(self, error: sqlite3.Error) -> Unavailable:
        self.close()
        return Unavailable(f"The views cannot be read ({error}).")
