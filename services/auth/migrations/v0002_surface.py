"""Families of refresh tokens remember the surface that the user logged in to.

Families from before have none; they end within the life of a refresh token. The default serves replicas of the release
before, which know nothing of the column.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds a column; neither database rewrites the table for it."""
    op.add_column("refresh_families", sa.Column("surface", sa.String(20), nullable=False, server_default=""))
