"""Refresh token families in SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Update, delete, update
from sqlmodel import Session, col, select

from services.auth.adapters.sql.accounts import account_of
from services.auth.adapters.sql.base import Repository, changed
from services.auth.adapters.sql.outbox import owe
from services.auth.adapters.sql.tables import FamilyRow, TokenRow
from services.auth.model import Keeping, Kept, NewToken, Refused, Reused, Rotated, Rotation
from shared.clock import new_id
from shared.contracts.events import RefreshTokenReused


class SqlSessions(Repository):
    """See `ports.Sessions`. Whoever changes a family updates its row first, and so waits for whoever came before:
    a successor can never slip in beside a revocation."""

    def open(self, account_id: int, token: NewToken, surface: str) -> None:
        """See `ports.Sessions.open`."""
        began_ms = token.issued_ms
        family = FamilyRow(
            family=new_id(), account_id=account_id, started_ms=began_ms, used_ms=began_ms, surface=surface
        )
        with self.writing() as session:
            session.add(family)
            session.flush()
            session.add(_row(family.family, token))

    def rotate(self, digest: str, successor: NewToken, now_ms: int, surface: str) -> Rotation:
        """See `ports.Sessions.rotate`."""
        with self.writing() as session:
            family = _lock_family_of(session, digest, now_ms)
            account = account_of(session, family.account_id) if family else None
            if family is None or account is None or account.disabled:
                return Refused()
            if not _fits(family, surface) or not changed(session, _spend(digest, now_ms)):
                return _refuse_or_revoke(session, digest, family, now_ms)
            session.add(_row(family.family, successor))
            return Rotated(account, family.started_ms)

    def keep(self, digest: str, now_ms: int, surface: str) -> Keeping:
        """See `ports.Sessions.keep`."""
        with self.writing() as session:
            family = _lock_family_of(session, digest, now_ms)
            account = account_of(session, family.account_id) if family else None
            if family is None or account is None or account.disabled:
                return Refused()
            valid = select(TokenRow.digest).where(*_valid(digest, now_ms))
            if not _fits(family, surface) or session.exec(valid).first() is None:
                return _refuse_or_revoke(session, digest, family, now_ms)
            return Kept(account, family.started_ms)

    def close(self, digest: str, now_ms: int) -> None:
        """See `ports.Sessions.close`."""
        families = select(TokenRow.family).where(TokenRow.digest == digest)
        with self.writing() as session:
            changed(session, _revoke(now_ms).where(col(FamilyRow.family).in_(families)))

    def close_all(self, account_id: int, now_ms: int) -> None:
        """See `ports.Sessions.close_all`."""
        with self.writing() as session:
            changed(session, _revoke(now_ms).where(col(FamilyRow.account_id) == account_id))

    def sweep(self, now_ms: int) -> int:
        """See `ports.Sessions.sweep`."""
        alive = select(TokenRow.family).where(TokenRow.family == FamilyRow.family).exists()
        with self.writing() as session:  # one after the other: who refreshes locks a family first, then a token
            tokens = changed(session, delete(TokenRow).where(col(TokenRow.expires_ms) <= now_ms))
        with self.writing() as session:
            return tokens + changed(session, delete(FamilyRow).where(~alive))


def _lock_family_of(session: Session, digest: str, now_ms: int) -> FamilyRow | None:
    """The unrevoked family of a token, locked until the transaction ends."""
    name = session.exec(select(TokenRow.family).where(TokenRow.digest == digest)).first()
    live = update(FamilyRow).where(col(FamilyRow.family) == name, col(FamilyRow.revoked_ms).is_(None))
    if name is None or not changed(session, live.values(used_ms=now_ms)):
        return None
    return session.get(FamilyRow, name)


def _fits(family: FamilyRow, surface: str) -> bool:
    return family.surface in ("", surface)


def _spend(digest: str, now_ms: int) -> Update:
    return update(TokenRow).where(*_valid(digest, now_ms)).values(used_ms=now_ms)


def _valid(digest: str, now_ms: int) -> tuple[ColumnElement[bool], ...]:
    return col(TokenRow.digest) == digest, col(TokenRow.used_ms).is_(None), col(TokenRow.expires_ms) > now_ms


def _refuse_or_revoke(session: Session, digest: str, family: FamilyRow, now_ms: int) -> Reused | Refused:
    token = session.get(TokenRow, digest)
    if token is None or token.used_ms is None:
        return Refused()
    changed(session, _revoke(now_ms).where(col(FamilyRow.family) == family.family))
    owe(session, family.account_id, RefreshTokenReused(family=family.family), now_ms)
    return Reused(family.account_id, family.family)


def _revoke(now_ms: int) -> Update:
    return update(FamilyRow).where(col(FamilyRow.revoked_ms).is_(None)).values(revoked_ms=now_ms)


def _row(family: str, token: NewToken) -> TokenRow:
    return TokenRow(digest=token.digest, family=family, issued_ms=token.issued_ms, expires_ms=token.expires_ms)
