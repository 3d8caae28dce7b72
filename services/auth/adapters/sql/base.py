"""Transactions for the repositories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Engine, Update
from sqlmodel import Session

from shared.sql.errors import answering

_WHAT = "Accounts"


class Repository:
    """Something kept in the accounts database. Each method is one transaction, and raises `Unavailable` if the database
    does not answer; whether a change was made before it fell silent is then not known."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine
        self._writing = engine.execution_options(writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing."""
        with answering(_WHAT), Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that commits at the end, and rolls back if anything is raised."""
        with answering(_WHAT), Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session


def changed(session: Session, statement: Update | Delete) -> int:
    """Executes a statement and returns how many rows it changed."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
