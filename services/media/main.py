"""`python -m services.media.main` runs the media service; with `--check-config` it only judges the settings."""

from __future__ import annotations

from services.media.bootstrap import build
from services.media.settings import MediaSettings
from shared.bus.service import serve
from shared.process import start


async def media(settings: MediaSettings) -> None:
    """Runs until SIGTERM."""
    broker, background, ops = await build(settings)
    await serve(broker, "media", background, ops.draining)


if __name__ == "__main__":
    start("media", MediaSettings, media)
