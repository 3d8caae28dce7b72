"""The views of the database that the settings name."""

from __future__ import annotations

from services.gateway.adapters.sqlite_views import SqliteViews
from services.gateway.adapters.table_views import TableViews
from shared.errors import Unavailable
from shared.settings import ReadModelSettings

_APPLICATION = "talewright-gateway"


def open_views(settings: ReadModelSettings) -> TableViews:
    """Nothing is connected yet. Raises `Unavailable` for a URL that names neither SQLite nor PostgreSQL."""
    if settings.sqlite_file is not None:
        return SqliteViews(settings.sqlite_file)
    if not settings.readmodel_url.startswith("postgresql"):
        raise Unavailable(
            "TALEWRIGHT_READMODEL_URL names no database that views can be read from: "
            "expected sqlite:///path/to/file.db or postgresql+psycopg://user@host:5432/name."
        )
    # Here, so that a gateway on SQLite needs neither the driver nor the time to load it.
    from services.gateway.adapters.postgres_connect import connector, pooled
    from services.gateway.adapters.postgres_pool import PostgresPool
    from services.gateway.adapters.postgres_views import PostgresViews

    url = settings.readmodel_url
    connect = connector(url, settings.readmodel_password.get_secret_value(), _APPLICATION)
    pool = PostgresPool(
        connect, settings.sql_pool_size, settings.sql_pool_overflow, settings.sql_pool_wait_s, not pooled(url)
    )
    return PostgresViews(pool)
