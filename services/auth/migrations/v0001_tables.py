"""The tables as releases before migrations made them at start.

Each is made only where it is missing: such a release may have been killed while it made them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INDEXED = (
    ("login_attempts", "username_key"),
    ("login_attempts", "at_ms"),
    ("refresh_families", "account_id"),
    ("refresh_tokens", "family"),
    ("refresh_tokens", "expires_ms"),
)


def upgrade() -> None:
    """Makes five tables and their indexes."""
    _accounts()
    _families()
    _tokens()
    _attempts()
    _outbox()
    for table, column in _INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)


def _accounts() -> None:
    _table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("username", sa.String(150), nullable=False),
        sa.Column("username_key", sa.String(600), nullable=False, unique=True),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("admin", sa.Boolean, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )


def _families() -> None:
    _table(
        "refresh_families",
        sa.Column("family", sa.String(32), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("used_ms", sa.BigInteger, nullable=False),
        sa.Column("revoked_ms", sa.BigInteger),
    )


def _tokens() -> None:
    _table(
        "refresh_tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("family", sa.String(32), sa.ForeignKey("refresh_families.family"), nullable=False),
        sa.Column("issued_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("used_ms", sa.BigInteger),
    )


def _attempts() -> None:
    _table(
        "login_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("username_key", sa.String(600), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )


def _outbox() -> None:
    _table(
        "audit_outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("event_id", sa.String(32), nullable=False, unique=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("time_ms", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("schema_version", sa.Integer, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )


def _table(name: str, *columns: sa.Column[Any], **options: Any) -> None:
    op.create_table(name, *columns, if_not_exists=True, **options)
