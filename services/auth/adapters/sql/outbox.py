"""Audit facts owed to the event store, in SQL: written in the transaction of their cause, so none is ever lost."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.auth.adapters.sql.base import Repository
from services.auth.adapters.sql.tables import OutboxRow
from services.auth.model import OwedFact
from shared.clock import new_id
from shared.contracts import registry
from shared.contracts.events import Event


class SqlOutbox(Repository):
    """See `ports.Outbox`."""

    def owed(self, limit: int = 100) -> list[OwedFact]:
        """See `ports.Outbox.owed`."""
        with self.reading() as session:
            return [_fact(row) for row in session.exec(select(OutboxRow).order_by(col(OutboxRow.id)).limit(limit))]

    def delivered(self, event_id: str) -> None:
        """See `ports.Outbox.delivered`."""
        with self.writing() as session:
            session.execute(delete(OutboxRow).where(col(OutboxRow.event_id) == event_id))


def owe(session: Session, account_id: int, event: Event, now_ms: int) -> None:
    """Adds a fact to the caller's transaction."""
    name = registry.type_of(event)
    session.add(
        OutboxRow(
            event_id=new_id(),
            account_id=account_id,
            time_ms=now_ms,
            type=name,
            schema_version=registry.SCHEMA_VERSIONS[name],
            body=registry.encode(event).decode(),
        )
    )


def _fact(row: OutboxRow) -> OwedFact:
    event = registry.decode(row.type, row.schema_version, row.body.encode())
    return OwedFact(event_id=row.event_id, account_id=row.account_id, time_ms=row.time_ms, event=event)
