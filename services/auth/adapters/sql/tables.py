"""The tables of the accounts database. Times are ms since 1970 UTC.

They have a registry of their own: the read models' tables live in another database.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.auth.names import USERNAME_MAX_CHARS

_DIGEST_CHARS = 64
_ID_CHARS = 32
_SURFACE_CHARS = 20


class AccountsTable(SQLModel, registry=registry()):
    """Base of all tables here."""


class AccountRow(AccountsTable, table=True):
    """A user. Ids are drawn at random, so that an old event never points to somebody new."""

    __tablename__ = "accounts"
    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    username: str = Field(max_length=USERNAME_MAX_CHARS)
    username_key: str = Field(unique=True, max_length=4 * USERNAME_MAX_CHARS)
    password_hash: str
    created_ms: int = Field(sa_type=BigInteger)
    admin: bool = False
    disabled: bool = False


class FamilyRow(AccountsTable, table=True):
    """All refresh tokens that descend from one login. It is the lock for everything that happens to them. `surface` is
    where the login was; empty for families from before that was kept."""

    __tablename__ = "refresh_families"

    family: str = Field(primary_key=True, max_length=_ID_CHARS)
    account_id: int = Field(foreign_key="accounts.id", index=True)
    started_ms: int = Field(sa_type=BigInteger)
    used_ms: int = Field(sa_type=BigInteger)
    revoked_ms: int | None = Field(default=None, sa_type=BigInteger)
    surface: str = Field(default="", max_length=_SURFACE_CHARS, sa_column_kwargs={"server_default": ""})


class TokenRow(AccountsTable, table=True):
    """One refresh token, as the SHA-256 of it. Valid: unused, unexpired, and its family not revoked."""

    __tablename__ = "refresh_tokens"

    digest: str = Field(primary_key=True, max_length=_DIGEST_CHARS)
    family: str = Field(foreign_key="refresh_families.family", index=True, max_length=_ID_CHARS)
    issued_ms: int = Field(sa_type=BigInteger)
    expires_ms: int = Field(sa_type=BigInteger, index=True)
    used_ms: int | None = Field(default=None, sa_type=BigInteger)


class AttemptRow(AccountsTable, table=True):
    """A login that has not succeeded."""

    __tablename__ = "login_attempts"

    id: int | None = Field(default=None, primary_key=True)
    username_key: str = Field(index=True, max_length=4 * USERNAME_MAX_CHARS)
    at_ms: int = Field(sa_type=BigInteger, index=True)


class OutboxRow(AccountsTable, table=True):
    """An audit event committed with its cause, until it is in the event store."""

    __tablename__ = "audit_outbox"
    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True, max_length=_ID_CHARS)
    account_id: int
    time_ms: int = Field(sa_type=BigInteger)
    type: str
    schema_version: int
    body: str
