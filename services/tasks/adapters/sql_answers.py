"""What the read models' database answers, as the projector understands it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from shared.errors import ConcurrencyConflict, Unavailable
from shared.sql.errors import answering as answering_for
from shared.sql.errors import sqlstate

TITLE = "The read models' database"
_UNDEFINED_TABLE = "42P01"


@contextmanager
def answering() -> Iterator[None]:
    """A database that is away is `Unavailable`; tables that were dropped under us are a `ConcurrencyConflict`.

    What it refuses for any other reason is `Unavailable` too: the service then still takes commands, says why its
    views stand still, and goes on as soon as the reason is gone.
    """
    try:
        with answering_for(TITLE):
            yield
    except DBAPIError as error:
        if sqlstate(error) == _UNDEFINED_TABLE or str(error.orig).startswith("no such table"):
            raise ConcurrencyConflict("The tables of this generation were dropped.") from error
        raise Unavailable(f"{TITLE} refuses ({error.orig}).") from error
