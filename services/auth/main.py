"""`python -m services.auth.main` runs the auth service; with `--check-config` it only judges the settings."""

from __future__ import annotations

from services.auth.bootstrap import build
from services.auth.settings import AuthSettings
from shared.bus.service import serve
from shared.process import start


async def auth(settings: AuthSettings) -> None:
    """Runs until SIGTERM."""
    service = await build(settings)
    try:
        await serve(service.broker, "auth", service.background, service.ops.draining)
    finally:
        await service.close()


if __name__ == "__main__":
    start("auth", AuthSettings, auth)
