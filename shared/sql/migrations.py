"""Brings a database to the schema of this release with Alembic: at once for everybody, or not at all.

Migrations are modules `v<number>_<words>.py` of a package, each with Alembic's `revision`, `down_revision` and
`upgrade()`; the revision is the number. They run in one transaction behind a lock, on SQLite too: whoever is killed on
the way leaves the database as it was, and of several that start at once, one works and the others find it done.

A database that is newer than this release is fine: migrations only add what the release before can live with, so that
old and new processes work side by side while an installation is upgraded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from sqlalchemy import Connection, Engine, column, inspect, select, table, text

from shared.errors import Unavailable
from shared.sql.alone import alone
from shared.sql.engine import is_sqlite
from shared.sql.errors import answering, reason_of

log = logging.getLogger("talewright.sql")

T = TypeVar("T")

Adopt = Callable[[Connection], str | None]
"""Looks at a database without a version and says at which revision it is; None if there is nothing to adopt."""

_SCRIPT = re.compile(r"v(\d{4})_\w+\.py")
_LOCK_WAIT_MS = 10_000
_ASK_AGAIN_S = 0.5
_one_at_a_time = threading.Lock()
"""Alembic's `op` is one for the whole process."""


@dataclass(frozen=True)
class Migrations:
    """The migrations of one database. `title` is the subject of sentences: `The accounts database`. `newest` is the
    last revision to know of; empty for all there are."""

    package: str
    version_table: str
    title: str
    newest: str = ""

    @cached_property
    def revisions(self) -> tuple[str, ...]:
        """All revisions of this release, oldest first."""
        found = sorted(found[1] for path in self._folder.iterdir() if (found := _SCRIPT.fullmatch(path.name)))
        return tuple(revision for revision in found if not self.newest or revision <= self.newest)

    def until(self, revision: str) -> Migrations:
        """The same as an older release knew them."""
        return replace(self, newest=revision)

    def missing(self, engine: Engine) -> list[str]:
        """Revisions that the database has not seen. Costs two small queries, and no import of Alembic. Raises
        `Unavailable` if the database does not answer."""
        with answering(self.title), engine.connect() as connection:
            return self._after(self._current(connection))

    def check(self, engine: Engine) -> None:
        """Raises `Unavailable`, saying what to do, unless the database is as this release needs it."""
        missing = self.missing(engine)
        if missing:
            wanted = ", ".join(missing)
            raise Unavailable(f"{self.title} lacks schema revision {wanted}; run `talewright migrate`.")

    def upgrade(self, engine: Engine, adopt: Adopt | None = None) -> list[str]:
        """Applies what is missing and returns those revisions, oldest first. Raises `Unavailable` if the database
        does not answer, or somebody uses a table for too long."""
        with answering(self.title):
            if not self.missing(engine):
                return []
            with _one_at_a_time, alone(engine) as connection:
                if connection.dialect.name == "postgresql":
                    self._wait_for_others(connection)
                return self._upgrade(connection, adopt)

    def _upgrade(self, connection: Connection, adopt: Adopt | None) -> list[str]:
        from alembic.operations import Operations  # here: a service whose schema is current never pays for the import
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        scripts = ScriptDirectory(str(self._folder), version_locations=[str(self._folder)])
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        current = self._current(connection)
        if current is None and adopt is not None and (current := adopt(connection)) is not None:
            context.stamp(scripts, current)
            log.info("%s was made before it had revisions; it is at %s", self.title, current)
        missing = self._after(current)
        with Operations.context(context):
            for revision in missing:
                log.info("%s: applying %s", self.title, revision)
                scripts.get_revision(revision).module.upgrade()
                context.stamp(scripts, revision)
        return missing

    def _wait_for_others(self, connection: Connection) -> None:
        """Takes the advisory lock, for as long as it takes, until the transaction ends. A table's lock is waited for
        only a while: whoever comes after a waiting migration would have to wait too."""
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {name} = 0"))
        digest = hashlib.sha256(f"talewright {self.version_table}".encode()).digest()
        key = int.from_bytes(digest[:8], signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
        connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_WAIT_MS}"))

    def _current(self, connection: Connection) -> str | None:
        if not inspect(connection).has_table(self.version_table):
            return None
        versions = connection.execute(select(table(self.version_table, column("version_num")))).scalars().all()
        return max(map(str, versions), default=None)

    def _after(self, current: str | None) -> list[str]:
        return [revision for revision in self.revisions if current is None or revision > current]

    @cached_property
    def _folder(self) -> Path:
        found = importlib.util.find_spec(self.package)
        if found is None or not found.submodule_search_locations:
            raise RuntimeError(f"{self.package} is no package.")
        return Path(found.submodule_search_locations[0])


def be_ready(
    engine: Engine,
    migrations: Migrations,
    auto: Literal["auto", "always", "never"],
    wait_s: float,
    adopt: Adopt | None = None,
) -> list[str]:
    """Returns once the database answers and its schema is there; what was applied, if this process did it. `auto`
    upgrades SQLite, which nobody else would, and waits for `talewright migrate` elsewhere. Blocks for `wait_s` at most
    and a try, then raises `Unavailable`."""

    def ready() -> list[str]:
        if makes_tables(auto, engine):
            return migrations.upgrade(engine, adopt)
        migrations.check(engine)
        return []

    return patiently(ready, wait_s)


def makes_tables(auto: Literal["auto", "always", "never"], engine: Engine) -> bool:
    """Whether a service brings this database up to date itself."""
    return auto == "always" or (auto == "auto" and is_sqlite(engine.url))


def patiently(attempt: Callable[[], T], wait_s: float) -> T:
    """The result of the first attempt that is not `Unavailable`. Blocks for `wait_s` at most and a try, then raises
    that; the wait is told once."""
    deadline = time.monotonic() + wait_s
    told = False
    while True:
        try:
            return attempt()
        except Unavailable as error:
            if time.monotonic() >= deadline:
                raise type(error)(_in_full(error)) from error
            if not told:
                log.warning("waiting up to %g s: %s", wait_s, _in_full(error))
            told = True
            time.sleep(min(_ASK_AGAIN_S, max(deadline - time.monotonic(), 0)))


def _in_full(error: Unavailable) -> str:
    said = reason_of(error)
    return f"{error.message.removesuffix('; try again later.')}: {said}" if said else error.message
