"""`python -m services.media.main` runs the media service."""

from __future__ import annotations

from services.media.bootstrap import build
from services.media.settings import MediaSettings
from shared.bus.service import run, serve
from shared.logs import set_up_logs


async def main() -> None:
    """Runs until SIGTERM."""
    settings = MediaSettings()  # type: ignore[call-arg]
    set_up_logs(settings.log_level)
    broker, background = await build(settings)
    await serve(broker, "media", background)


if __name__ == "__main__":
    run(main())
