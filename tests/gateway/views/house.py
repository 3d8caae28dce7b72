"""A database of read models, written by the projector's adapter and read by the gateway's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from services.gateway.adapters.views_by_url import open_views
from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_views import SqlViews
from shared.readmodel import database
from shared.settings import ReadModelSettings
from tests.readmodel.rows import row_of, task_rows

SEGMENT = {"id": 1, "name": "Story", "waves": [[{"kind": "write_story"}]]}


class House:
    """`views` are the gateway's; everything else is done as the tasks service does it."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.url = url
        self.engine: Engine = database.open_engine(url)
        self.generations = SqlGenerations(self.engine)
        self.views = open_views(ReadModelSettings(readmodel_url=url, **settings))

    def prepare(self) -> SqlViews:
        """The first generation, empty and served."""
        database.prepare(self.engine)
        return self.generations.live()

    def add(self, title: str) -> SqlViews:
        """Another generation with one task, not served."""
        views = self.generations.add("building")
        self.put(views, title=title)
        return views

    def put(self, views: SqlViews, position: int = 10, **task: Any) -> None:
        """Writes a task of user 1 and moves the checkpoint."""
        about = {"owner": "1", "task": "5", "surface": "stories", "status": "pending", "segments": [SEGMENT]}
        views.save(views.position(), position, [task_rows(row_of("tasks", **{**about, **task}))], {})

    async def close(self) -> None:
        await self.views.aclose()
        self.engine.dispose()
