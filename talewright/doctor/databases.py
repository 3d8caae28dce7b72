"""What both databases have in common."""

from __future__ import annotations

from pathlib import Path

from shared.sql.engine import is_sqlite, normalised


def absent_file(url: str) -> str:
    """A sentence if the URL names a SQLite file that is not there; to open it would make it. Empty otherwise."""
    target = normalised(url)
    if not is_sqlite(target) or not target.database or Path(target.database).is_file():
        return ""
    return f"There is no database {target.database}."
