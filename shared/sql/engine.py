"""PostgreSQL by URL: which driver, how long to wait for what, how to notice a server that is gone.

Several hosts may stand in the URL (`postgresql://user@db1:5432,db2:5432/name`, or `?host=db1:5432&host=db2:5432`); the
one that takes writes is used, so a promoted standby is found by itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError

from shared.sql.errors import answering, sqlstate

__all__ = ["PoolSettings", "answering", "is_sqlite", "normalised", "open_postgres", "safe"]

_DRIVER = "postgresql+psycopg"
_POOLER = "statement_cache_size"
_READ_ONLY = "25006"
_STATEMENT_MS = 30_000
_IDLE_IN_TRANSACTION_MS = 60_000
_RECYCLE_S = 1800
"""Connections are made anew after this time: so that certificates, passwords and addresses can change."""
_DEFAULTS: dict[str, Any] = {
    "connect_timeout": 5,  # s, for each host
    "keepalives": 1,
    "keepalives_idle": 20,  # s of silence until the first probe
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
if sys.platform == "linux":
    _DEFAULTS["tcp_user_timeout"] = 20_000  # ms until bytes that nobody acknowledges end the connection
_SEVERAL = re.compile(
    r"^(?P<scheme>[^:/]+)://(?:(?P<user>[^@/?]*)@)?(?P<hosts>[^@/?]*,[^@/?]*)(?P<rest>.*)$", re.DOTALL
)


class PoolSettings(Protocol):
    """What `shared.settings.SqlSettings` says about connections."""

    @property
    def sql_pool_size(self) -> int:
        """Connections that are kept open."""
        ...

    @property
    def sql_pool_overflow(self) -> int:
        """How many more there may be under load."""
        ...

    @property
    def sql_pool_wait_s(self) -> float:
        """How long to wait for a free one."""
        ...


def normalised(url: str, password: str = "") -> URL:
    """The URL as SQLAlchemy takes it: `postgresql://`, `postgres://` and any PostgreSQL driver become psycopg, several
    hosts are spelled as SQLAlchemy wants them, and `password` is filled in where a user stands without one. Raises
    `ValueError`, without the URL: there may be a password in it."""
    try:
        parsed = make_url(_hosts_in_query(url))
    except (ArgumentError, ValueError):
        raise ValueError("This is no SQLAlchemy URL, like postgresql://user@host:5432/name.") from None
    if parsed.drivername.partition("+")[0] in ("postgresql", "postgres"):
        parsed = parsed.set(drivername=_DRIVER)
        if password and parsed.password is None:
            parsed = parsed.set(password=password)
    return parsed


def is_sqlite(url: str | URL) -> bool:
    """Whether the URL names a SQLite database."""
    return make_url(url).get_backend_name() == "sqlite"


def safe(url: str | URL) -> str:
    """The URL for logs: without its password."""
    return make_url(url).set(query={}).render_as_string(hide_password=True)


def open_postgres(
    url: str | URL,
    settings: PoolSettings,
    application_name: str,
    *,
    password: str = "",
    statement_timeout_ms: int = _STATEMENT_MS,
) -> Engine:
    """An engine; nothing is connected yet. What the URL's query says (`sslmode`, `connect_timeout`, `options`, ...)
    goes before our defaults. `?statement_cache_size=0`, asyncpg's word, says that a pooler stands between: then nothing
    is prepared, and our timeouts, which a pooler refuses, are left out. A pooler that takes us without that word is
    noticed, and nothing is prepared either."""
    asked = normalised(url if isinstance(url, str) else url.render_as_string(hide_password=False), password)
    target = asked.difference_update_query([_POOLER])
    engine = create_engine(
        target,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_recycle=_RECYCLE_S,
        pool_use_lifo=True,
        pool_size=settings.sql_pool_size,
        max_overflow=settings.sql_pool_overflow,
        pool_timeout=settings.sql_pool_wait_s,
        connect_args=_arguments(target, application_name, statement_timeout_ms),
    )
    event.listen(engine, "handle_error", _leave_a_demoted_server)
    if len(_hosts(target)) > 1 and "hostaddr" not in target.query:
        hosts = _Hosts()
        event.listen(engine, "do_connect", hosts.arrange)
        event.listen(engine, "connect", hosts.remember)
    if asked.query.get(_POOLER) == "0":
        event.listen(engine, "do_connect", _set_nothing_at_start)
        event.listen(engine, "connect", _prepare_nothing)
    else:
        event.listen(engine, "connect", _look_for_a_pooler)
    return engine


class _Hosts:
    """Asks the host first that was right last time: one that is silent costs `connect_timeout` each time."""

    def __init__(self) -> None:
        self._right: tuple[str, str] | None = None

    def arrange(self, _dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        """Puts that host at the beginning of libpq's lists."""
        hosts, ports = options["host"].split(","), str(options.get("port", "")).split(",")
        places = list(zip(hosts, ports if len(ports) == len(hosts) else ports * len(hosts), strict=True))
        places.sort(key=lambda place: (place[0], place[1] or "5432") != self._right)
        options["host"], options["port"] = (",".join(part) for part in zip(*places, strict=True))

    def remember(self, connection: Any, _: Any) -> None:
        """It took us, so it takes writes."""
        self._right = connection.info.host, str(connection.info.port)


def _set_nothing_at_start(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
    options.pop("options", None)


def _prepare_nothing(connection: Any, _: Any) -> None:
    connection.prepare_threshold = None


def _look_for_a_pooler(connection: Any, record: Any) -> None:
    """Who greets us as another process than the one that answers is a pooler. In transaction mode its connections are
    many clients', who name their prepared statements alike: one would be given another's answers."""
    connection.autocommit = True
    answering_pid = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
    connection.autocommit = False
    if answering_pid != connection.info.backend_pid:
        _prepare_nothing(connection, record)


def _arguments(url: URL, application_name: str, statement_timeout_ms: int) -> dict[str, Any]:
    timeouts = (
        f"-c statement_timeout={statement_timeout_ms} -c idle_in_transaction_session_timeout={_IDLE_IN_TRANSACTION_MS}"
    )
    ours = {**_DEFAULTS, "application_name": application_name, "options": timeouts}
    if len(_hosts(url)) > 1:
        ours["target_session_attrs"] = "read-write"
    return {name: value for name, value in ours.items() if name not in url.query}


def _hosts(url: URL) -> Sequence[str]:
    hosts = url.query.get("host", ())
    return hosts.split(",") if isinstance(hosts, str) else hosts


def _hosts_in_query(url: str) -> str:
    """libpq's way of naming several hosts, turned into SQLAlchemy's."""
    found = _SEVERAL.match(url)
    if not found or not found["scheme"].startswith("postgres"):
        return url
    path, _, query = found["rest"].partition("?")
    hosts = "&".join(f"host={host if ':' in host else f'{host}:5432'}" for host in found["hosts"].split(","))
    user = f"{found['user']}@" if found["user"] else ""
    return f"{found['scheme']}://{user}{path or '/'}?{hosts}{'&' + query if query else ''}"


def _leave_a_demoted_server(context: ExceptionContext) -> None:
    """A server that has become read-only keeps its connections open: all of them are dropped, so that the next call
    looks for the one that was promoted."""
    error = context.sqlalchemy_exception
    if isinstance(error, DBAPIError) and sqlstate(error) == _READ_ONLY:
        context.is_disconnect = True
