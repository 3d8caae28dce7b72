"""Accounts in SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from services.auth.adapters.sql.base import Repository
from services.auth.adapters.sql.outbox import owe
from services.auth.adapters.sql.tables import AccountRow
from services.auth.model import NewAccount, StoredAccount
from services.auth.registering import LARGEST_ID, TAKEN, draw_id
from shared.contracts.events import AccountRegistered
from shared.errors import Invalid

_DRAWS = 5


class SqlAccounts(Repository):
    """See `ports.Accounts`."""

    def __init__(self, engine: Engine, draw: Callable[[], int] = draw_id) -> None:
        super().__init__(engine)
        self._draw = draw

    def add(self, new: NewAccount) -> StoredAccount:
        """See `ports.Accounts.add`."""
        for _ in range(_DRAWS):
            try:
                return self._add(new, self._draw())
            except IntegrityError as error:
                if self.by_key(new.key):
                    raise Invalid(TAKEN) from error
                refused = error  # the number is taken
        raise refused

    def _add(self, new: NewAccount, number: int) -> StoredAccount:
        row = AccountRow(
            id=number,
            username=new.username,
            username_key=new.key,
            password_hash=new.password_hash,
            created_ms=new.created_ms,
            admin=new.admin,
        )
        with self.writing() as session:
            session.add(row)
            session.flush()
            owe(session, number, AccountRegistered(username=new.username), new.created_ms)
            return stored(row)

    def by_key(self, key: str) -> StoredAccount | None:
        """See `ports.Accounts.by_key`."""
        with self.reading() as session:
            row = session.exec(select(AccountRow).where(AccountRow.username_key == key)).first()
            return stored(row) if row else None

    def by_id(self, account_id: int) -> StoredAccount | None:
        """See `ports.Accounts.by_id`."""
        with self.reading() as session:
            return account_of(session, account_id)

    def page(self, after_id: int = 0, limit: int = 100) -> list[StoredAccount]:
        """See `ports.Accounts.page`."""
        query = select(AccountRow).where(col(AccountRow.id) > after_id).order_by(col(AccountRow.id)).limit(limit)
        with self.reading() as session:
            return [stored(row) for row in session.exec(query)]

    def set_password_hash(self, account_id: int, password_hash: str) -> None:
        """See `ports.Accounts.set_password_hash`."""
        self._set(account_id, password_hash=password_hash)

    def set_disabled(self, account_id: int, disabled: bool) -> None:
        """See `ports.Accounts.set_disabled`."""
        self._set(account_id, disabled=disabled)

    def set_admin(self, account_id: int, admin: bool) -> None:
        """See `ports.Accounts.set_admin`."""
        self._set(account_id, admin=admin)

    def _set(self, account_id: int, **values: Any) -> None:
        with self.writing() as session:
            session.execute(update(AccountRow).where(col(AccountRow.id) == account_id).values(**values))


def account_of(session: Session, account_id: int) -> StoredAccount | None:
    """The account of an id, within a transaction. An id that no column holds is nobody's."""
    if not 0 < account_id <= LARGEST_ID:
        return None
    row = session.get(AccountRow, account_id)
    return stored(row) if row else None


def stored(row: AccountRow) -> StoredAccount:
    """The account in a flushed row."""
    return StoredAccount(
        id=row.id,
        username=row.username,
        password_hash=row.password_hash,
        created_ms=row.created_ms,
        admin=row.admin,
        disabled=row.disabled,
    )
