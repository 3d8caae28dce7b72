"""PostgreSQL for asyncpg by the same URL that the projector's driver takes."""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import asyncpg
from sqlalchemy import URL

from shared.sql.engine import normalised

READ_TIMEOUT_S = 5.0
"""No read of the gateway takes this long; one that does waits for a server that is gone."""

_CONNECT_TIMEOUT_S = 5.0
_PORT = 5432
_OF_THE_DSN = re.compile(r"^(ssl|target_session_attrs$|krbsrvname$|gsslib$|service$|passfile$)")
_OPTION = re.compile(r"-c\s*([A-Za-z_.]+)=((?:\\.|\S)*)")

Connect = Callable[[], Awaitable[Any]]


def connector(url: str, password: str, application_name: str) -> Connect:
    """Makes connections to the database of the URL; with several hosts, to the one that takes writes, where nothing
    is ever behind. Raises `ValueError` for a URL that makes no sense."""
    return _Hosts(connect_options(normalised(url, password), application_name)).connect


class _Hosts:
    """Asks one host after the other, each for as long as `timeout` says, and the one that was right last time first.
    asyncpg's own search has one timeout for all: a host that is silent would use it up."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._places = list(zip(options["host"], options["port"], strict=True))

    async def connect(self) -> Any:
        """A connection to the first that will do. Raises what the last of them said."""
        failed: Exception | None = None
        for place in list(self._places):
            try:
                connection = await asyncpg.connect(**{**self._options, "host": [place[0]], "port": [place[1]]})
            except (*AWAY, asyncpg.PostgresError) as error:
                failed = error
                continue
            self._places.sort(key=lambda one: one != place)
            return connection
        raise failed or ValueError("No host is named.")


def pooled(url: str) -> bool:
    """Whether the URL says `?statement_cache_size=0`: a pooler stands between, which may give each transaction another
    of its connections and refuses settings made at the start of one."""
    return normalised(url).query.get("statement_cache_size") == "0"


def connect_options(url: URL, application_name: str) -> dict[str, Any]:
    """The arguments of `asyncpg.connect`. libpq's parameters that asyncpg does not know are translated or left out."""
    query = {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    dsn = {name: value for name, value in query.items() if _OF_THE_DSN.match(name)}
    hosts, ports = _places(url, query)
    if len(hosts) > 1 or dsn.get("target_session_attrs") == "read-write":
        dsn.setdefault("target_session_attrs", "primary")
        # Our own sessions are read-only, so the one that takes writes is known by being no standby.
        dsn["target_session_attrs"] = dsn["target_session_attrs"].replace("read-write", "primary")
    return {
        "dsn": f"postgresql://?{urlencode(dsn)}",
        "host": hosts,
        "port": ports,
        "user": url.username or query.get("user"),
        "password": url.password or query.get("password"),
        "database": url.database or query.get("dbname"),
        "timeout": float(query.get("connect_timeout", _CONNECT_TIMEOUT_S)),
        "command_timeout": READ_TIMEOUT_S,
        "server_settings": _server_settings(query, application_name),
        "statement_cache_size": 0,  # the pool keeps its own
    }


def _places(url: URL, query: Mapping[str, str]) -> tuple[list[str], list[int]]:
    named = query["host"].split(",") if query.get("host") else [url.host or "localhost"]
    ports = query["port"].split(",") if query.get("port") else [str(url.port or _PORT)]
    ports = ports * len(named) if len(ports) == 1 else ports
    hosts, at = [], []
    for name, port in zip(named, ports, strict=True):
        host, colon, own = name.rpartition(":") if re.search(r"[^:]:\d+$", name) else (name, "", "")
        hosts.append(host.strip("[]"))
        at.append(int(own if colon else port))
    return hosts, at


def _server_settings(query: Mapping[str, str], application_name: str) -> dict[str, str]:
    settings = {"application_name": query.get("application_name", application_name)}
    if query.get("statement_cache_size") == "0":
        return settings
    if "options" in query:
        return settings | {name: value.replace("\\ ", " ") for name, value in _OPTION.findall(query["options"])}
    timeout_ms = str(round(READ_TIMEOUT_S * 1000))
    return {**settings, "statement_timeout": timeout_ms, "default_transaction_read_only": "on"}


AWAY = (
    OSError,
    TimeoutError,
    ssl.SSLError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
)
"""What a connection that cannot be made, or has broken, raises (`TimeoutError` is an `OSError`, named for readers)."""
