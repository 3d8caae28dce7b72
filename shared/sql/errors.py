"""Tells a database that is away (try again later) from a statement that is wrong (a mistake of ours)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from shared.errors import Unavailable

_AWAY_CLASSES = ("08", "53", "57", "58")
"""SQLSTATE classes: connection, no more memory, disk or connections, somebody stopped it, the machine under it."""
_AWAY_CODES = frozenset({"40001", "40P01", "55P03", "25P03", "25P04", "25006"})
"""A serialisation failure, a deadlock, a lock that was not to be had, a transaction that took too long, a server that
has become read-only because another one was promoted."""
_SQLITE_AWAY = frozenset({5, 6, 8, 10, 13, 14})  # busy, locked, read-only, I/O error, disk full, cannot open


def is_away(error: DBAPIError) -> bool:
    """Whether the same call may well succeed later."""
    if error.connection_invalidated:
        return True
    code = sqlstate(error)
    if code:
        return code.startswith(_AWAY_CLASSES) or code in _AWAY_CODES
    extended = getattr(error.orig, "sqlite_errorcode", None)
    if extended is not None:
        return extended & 0xFF in _SQLITE_AWAY
    return isinstance(error, OperationalError | InterfaceError)  # a connection that failed has no code


def sqlstate(error: DBAPIError) -> str:
    """The five characters of PostgreSQL's error code; empty if the server did not say or it is not PostgreSQL."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def reason_of(error: Unavailable) -> str:
    """What the driver said, in a line, for operators: it names hosts and users, but no passwords and no parameters."""
    cause = error.__cause__
    said = str(cause.orig if isinstance(cause, DBAPIError) else cause or "").strip()
    return said.splitlines()[0].strip() if said else ""


@contextmanager
def answering(what: str) -> Iterator[None]:
    """Turns errors that mean "away" into `Unavailable`; others pass. `what` is the subject of the sentence, with a
    capital: `Accounts`. The cause is kept for the log; it names no parameters."""
    try:
        yield
    except NoConnectionFree as error:
        raise Unavailable(f"{what} cannot be reached; try again later.") from error
    except DBAPIError as error:
        if is_away(error):
            raise Unavailable(f"{what} cannot be reached; try again later.") from error
        raise
