"""`python -m services.auth.main` runs the auth service."""

from __future__ import annotations

from services.auth.bootstrap import build
from services.auth.settings import AuthSettings
from shared.bus.service import run, serve
from shared.logs import set_up_logs


async def main() -> None:
    """Runs until SIGTERM."""
    settings = AuthSettings()  # type: ignore[call-arg]
    set_up_logs(settings.log_level)
    service = await build(settings)
    try:
        await serve(service.broker, "auth", service.background)
    finally:
        await service.close()


if __name__ == "__main__":
    run(main())
