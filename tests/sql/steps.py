"""A package of migrations, and a program that applies it, as texts."""

from __future__ import annotations

FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("stories", sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", sa.String))
    op.create_table("pages", sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("story", sa.Integer, sa.ForeignKey("stories.id"), nullable=False))
    op.execute("INSERT INTO stories VALUES (1, 'Magnet Mania')")
    op.execute("INSERT INTO pages VALUES (1, 1)")
"""

SECOND = """
import os, pathlib, time
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.execute("UPDATE stories SET title = 'Untitled' WHERE title IS NULL")
    with op.batch_alter_table("stories") as stories:
        stories.alter_column("title", existing_type=sa.String(), nullable=False)
    if os.environ.get("HALF_WAY"):
        pathlib.Path(os.environ["HALF_WAY"]).touch()
        time.sleep(60)
"""

PROGRAM = """
import pathlib, sys, time
import alembic.autogenerate, alembic.operations, alembic.runtime.migration, alembic.script, psycopg
from sqlalchemy import create_engine
from shared.sql.migrations import Migrations
steps, engine = Migrations("steps", "steps_version", "The database"), create_engine(sys.argv[1])
steps.missing(engine)
ready = pathlib.Path(sys.argv[2])
(ready / sys.argv[3]).touch()
while len(list(ready.iterdir())) < int(sys.argv[4]):
    time.sleep(0.001)
print(steps.upgrade(engine))
"""
