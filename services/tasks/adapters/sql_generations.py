"""All generations of the read models in one database."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine

from services.tasks.adapters.sql_answers import answering
from services.tasks.adapters.sql_views import SqlViews
from services.tasks.neglect import Neglect
from shared.errors import Unavailable
from shared.readmodel import database
from shared.readmodel.version import SCHEMA_VERSION, SchemaDiffers


class SqlGenerations:
    """Implements `ports.Generations`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def live(self) -> SqlViews:
        """The generation that is served to this release. Raises `SchemaDiffers` if there is none."""
        with answering(), self._engine.connect() as connection:
            return SqlViews(self._engine, database.live_generation(connection))

    def served(self) -> bool:
        """Whether there is one."""
        try:
            self.live()
        except SchemaDiffers:
            return False
        return True

    def add(self, state: str) -> SqlViews:
        """A new, empty generation."""
        with answering(), database.changing(self._engine) as connection:
            generation = database.next_generation(connection)
            database.create_generation(connection, generation, state)
        return SqlViews(self._engine, generation)

    def unfinished(self, state: str) -> SqlViews | None:
        """The newest generation of this release in that state: somebody was interrupted while filling it."""
        with answering(), self._engine.connect() as connection:
            rows = database.generations(connection)
        found = [row for row in rows if row.state == state and row.schema_version == SCHEMA_VERSION]
        return SqlViews(self._engine, found[-1].generation) if found else None

    def serve(self, generation: int) -> int | None:
        """Serves this generation from now on; returns the one that was served before."""
        with answering(), database.changing(self._engine) as connection:
            before = database.live_or_none(connection)
            database.switch_to(connection, generation)
        return before

    def drop(self, generation: int) -> None:
        """Removes a generation."""
        with answering(), database.changing(self._engine) as connection:
            database.drop_generation(connection, generation)

    def drop_neglected(self, neglect: Neglect, now_s: float) -> list[int]:
        """Removes generations that nobody serves or fills any more; says which."""
        with answering(), self._engine.connect() as connection:
            rows = database.generations(connection)
        return list(self._dropped(neglect.judge(rows, now_s)))

    def _dropped(self, wanted: Iterable[int]) -> Iterable[int]:
        for generation in wanted:
            try:
                self.drop(generation)
            except Unavailable:  # somebody reads it still, a backup perhaps; next time
                continue
            yield generation
