"""The read models' database as a service wants to find it: reachable, and with tables of this release."""

from __future__ import annotations

import time
from typing import Protocol

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, inspect, text

from services.tasks.adapters.sql_answers import TITLE, answering
from services.tasks.adapters.sql_generations import SqlGenerations
from shared.errors import Unavailable
from shared.readmodel.database import PROJECTIONS, prepare
from shared.readmodel.engine import open_engine
from shared.settings import AutoMigrate
from shared.sql.engine import PoolSettings, is_sqlite
from shared.sql.migrations import Migrations, be_ready, makes_tables, patiently

MIGRATIONS = Migrations("services.tasks.migrations", "readmodel_version", TITLE)


class Where(PoolSettings, Protocol):
    """What `shared.settings.ReadModelSettings` says."""

    @property
    def readmodel_url(self) -> str:
        """Which database."""
        ...

    @property
    def readmodel_password(self) -> SecretStr:
        """Its password, if it is not in the URL."""
        ...

    @property
    def auto_migrate(self) -> AutoMigrate:
        """Whether services make tables themselves."""
        ...


def open_readmodel(where: Where) -> Engine:
    """The engine of these settings; nothing is connected yet."""
    return open_engine(where.readmodel_url, where.readmodel_password.get_secret_value(), where)


def adopt(connection: Connection) -> str | None:
    """The revision of a database from before it had revisions. A checkpoint from before tables had a version is
    forgotten: what it counted is in the event store."""
    inspector = inspect(connection)
    if not inspector.has_table(PROJECTIONS.name):
        return None
    if any(column["name"] == "schema_version" for column in inspector.get_columns(PROJECTIONS.name)):
        return "0001"
    PROJECTIONS.drop(connection)
    return None


def upgrade(engine: Engine, wait_s: float) -> list[str]:
    """Brings the fixed part up to date once the database answers; the revisions. Blocking. Raises `Unavailable`."""
    applied = be_ready(engine, MIGRATIONS, "always", wait_s, adopt)
    if not is_sqlite(engine.url):
        _check_encoding(engine)
    return applied


def be_served(engine: Engine, auto: AutoMigrate, wait_s: float) -> None:
    """Returns once this release's read models are served. SQLite's are made here and fill up while they are served;
    elsewhere `talewright migrate` fills them before the first service of the release starts. Blocks for `wait_s` at
    most, then raises `Unavailable`, which says what is to be done."""
    deadline = time.monotonic() + wait_s
    be_ready(engine, MIGRATIONS, auto, wait_s, adopt)
    if makes_tables(auto, engine):
        with answering():
            prepare(engine)
        return
    patiently(SqlGenerations(engine).live, max(0.0, deadline - time.monotonic()))


def _check_encoding(engine: Engine) -> None:
    with answering(), engine.connect() as connection:
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise Unavailable(f"{TITLE} is encoded in {encoding}; stories need UTF8: CREATE DATABASE … ENCODING 'UTF8'.")
