"""`python -m services.tasks.main` runs the tasks service."""

from __future__ import annotations

from services.tasks.bootstrap import build
from services.tasks.settings import TasksSettings
from shared.bus.service import run, serve
from shared.logs import set_up_logs


async def main() -> None:
    """Runs until SIGTERM."""
    settings = TasksSettings()  # type: ignore[call-arg]
    set_up_logs(settings.log_level)
    broker, background = await build(settings)
    await serve(broker, "tasks", background)


if __name__ == "__main__":
    run(main())
