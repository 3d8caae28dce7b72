"""Which generations of the read models there are, as releases before migrations made it at start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes one table."""
    op.create_table(
        "projections",
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("schema_version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        if_not_exists=True,
    )
