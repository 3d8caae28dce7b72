"""`python -m services.tasks.main` runs the tasks service; with `--check-config` it only judges the settings."""

from __future__ import annotations

from services.tasks.bootstrap import build
from services.tasks.settings import TasksSettings
from shared.bus.service import serve
from shared.process import start


async def tasks(settings: TasksSettings) -> None:
    """Runs until SIGTERM."""
    broker, background, ops = await build(settings)
    await serve(broker, "tasks", background, ops.draining)


if __name__ == "__main__":
    start("tasks", TasksSettings, tasks)
