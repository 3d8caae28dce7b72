"""Types of columns that behave alike in SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.types import TypeDecorator, TypeEngine

from shared.readmodel.text import storable


class StorableText(TypeDecorator[str]):
    """Text of any length and content, ordered by code points as SQLite does. In PostgreSQL that is the collation "C";
    its indexes also survive an update of the operating system, which can change what other collations mean."""

    impl = String
    cache_ok = True

    @property
    def python_type(self) -> type[str]:
        """See `TypeEngine`."""
        return str

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See `TypeDecorator`."""
        return dialect.type_descriptor(TEXT(collation="C") if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """See `TypeDecorator`."""
        return value if value is None else storable(value)
