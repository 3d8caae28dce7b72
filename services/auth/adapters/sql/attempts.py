"""Login attempts in SQL."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import col, func, select

from services.auth.adapters.sql.base import Repository, changed
from services.auth.adapters.sql.tables import AttemptRow


class SqlAttempts(Repository):
    """See `ports.Attempts`."""

    def begin(self, key: str, now_ms: int, since_ms: int) -> tuple[int, int]:
        """See `ports.Attempts.begin`."""
        row = AttemptRow(username_key=key, at_ms=now_ms)
        with self.writing() as session:
            session.add(row)
        recent = select(func.count()).where(col(AttemptRow.username_key) == key, col(AttemptRow.at_ms) > since_ms)
        with self.reading() as session:  # after the commit: of concurrent guesses, each sees all that came before
            counted = session.exec(recent).one()
        assert row.id is not None
        return row.id, counted

    def withdraw(self, attempt_id: int) -> None:
        """See `ports.Attempts.withdraw`."""
        with self.writing() as session:
            changed(session, delete(AttemptRow).where(col(AttemptRow.id) == attempt_id))

    def succeed(self, key: str) -> None:
        """See `ports.Attempts.succeed`."""
        with self.writing() as session:
            changed(session, delete(AttemptRow).where(col(AttemptRow.username_key) == key))

    def sweep(self, before_ms: int) -> int:
        """See `ports.Attempts.sweep`."""
        with self.writing() as session:
            return changed(session, delete(AttemptRow).where(col(AttemptRow.at_ms) < before_ms))
