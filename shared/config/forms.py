"""What addresses must look like. Errors never repeat what was given: it may hold a password."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_SQL = re.compile(r"^(sqlite:///(?!:memory:).+|postgres(ql)?(\+\w+)?://.+)$")
_ENDPOINT = re.compile(r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$")


def bus_urls(urls: str) -> str:
    """Checks `nats://host:4222,nats://other:4222`. Raises `ValueError` with what is expected."""
    for url in split_urls(urls):
        try:
            parts = urlsplit(url)
            good = parts.scheme in ("nats", "tls") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:  # of a port that is none
            good = False
        if not good:
            raise ValueError("expected nats://host:4222 or tls://host:4222, or several, separated by commas")
    if not split_urls(urls):
        raise ValueError("expected at least one nats://host:4222")
    return urls


def split_urls(urls: str) -> list[str]:
    """The URLs in a list separated by commas."""
    return [url.strip() for url in urls.split(",") if url.strip()]


def sql_url(url: str) -> str:
    """Checks a SQLAlchemy URL of a database that we can work with. Raises `ValueError`."""
    from shared.sql.engine import normalised  # here: whoever has no database has no SQLAlchemy either

    try:
        if _SQL.match(url) and normalised(url):
            return url
    except ValueError:
        pass
    raise ValueError("expected sqlite:///path/to/file.db or postgresql+psycopg://user@host:5432/name")


def host_and_port(endpoint: str) -> str:
    """Checks `host:9000`; empty is for the caller to judge. Raises `ValueError`."""
    if endpoint and not _ENDPOINT.match(endpoint):
        raise ValueError("expected host:port, without a scheme and without a path")
    return endpoint


def without_password(url: str) -> str:
    """A URL, or several with commas between, as it may be shown."""
    return ",".join(map(_hidden, url.split(",")))


def _hidden(url: str) -> str:
    if "@" not in url or "://" not in url:
        return url
    parts = urlsplit(url)
    told, _, host = parts.netloc.rpartition("@")
    user, colon, _ = told.partition(":")
    # nats://token@host: what stands alone is a token there, and a name everywhere else.
    shown = f"{user}:***" if colon else ("***" if parts.scheme in ("nats", "tls") else user)
    return urlunsplit(parts._replace(netloc=f"{shown}@{host}"))
