"""Whether the gateway can serve: it asks every part it needs, and tells what it heard."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from services.gateway.health_numbers import show
from services.gateway.ports import BusProbe, ProviderStates, Views
from services.gateway.settings import GatewaySettings
from shared.artifacts.port import ArtifactStore
from shared.clock import now_ms, rfc3339
from shared.contracts.providers import Circuit
from shared.errors import Unavailable
from shared.ops.version import VERSION

SERVICE = "Talewright"
_PATIENCE_S = 1.5


class Health:
    """Asks at most once in `health_cache_s`, however many ask it."""

    def __init__(
        self,
        bus: BusProbe,
        views: Views,
        artifacts: ArtifactStore,
        providers: ProviderStates,
        settings: GatewaySettings,
    ) -> None:
        self._bus, self._views, self._artifacts, self._settings = bus, views, artifacts, settings
        self._providers = providers
        self._asked_s = float("-inf")
        self._report: dict[str, Any] = {}
        self._asking = asyncio.Lock()

    async def report(self) -> dict[str, Any]:
        """The whole report; `status` is healthy or unhealthy."""
        async with self._asking:
            if monotonic() - self._asked_s > self._settings.health_cache_s:
                self._report = await self._ask()
                show(self._report)
                self._asked_s = monotonic()
        return self._report

    async def _ask(self) -> dict[str, Any]:
        last, shown, artifacts, auth, tasks, providers = await asyncio.gather(
            self._last_position(),
            self._shown_position(),
            _in_time(self._artifacts.reachable()),
            _in_time(self._bus.auth_ready()),
            _in_time(self._bus.orchestrator_ready()),
            self._circuits(),
        )
        lag = max(0, last - shown) if last is not None and shown is not None else None
        connected = shown is not None and (lag is None or lag <= self._settings.health_lag)
        healthy = last is not None and connected and artifacts and auth
        return {
            "status": "healthy" if healthy else "unhealthy",
            "service": SERVICE,
            "version": VERSION,
            "database": "connected" if shown is not None else "disconnected",
            "services": {"orchestrator": _word(tasks), "websocket": _word(last is not None)},
            "checks": {
                "events": {"ok": last is not None, "position": last},
                "views": {"ok": connected, "position": shown, "lag": lag},
                "artifacts": {"ok": artifacts},
                "auth": {"ok": auth},
                "tasks": {"ok": tasks},
                **({"providers": providers} if providers else {}),
            },
        }

    async def _circuits(self) -> dict[str, Any]:
        """Providers that take no orders make the service poorer, not ill: all else works."""
        try:
            circuits = await asyncio.wait_for(self._providers.circuits(), _PATIENCE_S)
        except (Unavailable, TimeoutError):
            return {}
        return {provider: _standing(circuit, now_ms()) for provider, circuit in circuits.items()}

    async def _last_position(self) -> int | None:
        try:
            return await asyncio.wait_for(self._bus.last_position(), _PATIENCE_S)
        except (Unavailable, TimeoutError):
            return None

    async def _shown_position(self) -> int | None:
        try:
            return (await self._views.checkpoint()).position
        except Unavailable:
            return None


async def _in_time(asked: Any) -> bool:
    try:
        return bool(await asyncio.wait_for(asked, _PATIENCE_S))
    except (Unavailable, TimeoutError):
        return False


def _standing(circuit: Circuit, time_ms: int) -> dict[str, Any]:
    state = circuit.shown(time_ms)
    ok = state == "closed"
    return {
        "ok": ok,
        "status": "healthy" if ok else "degraded",
        "state": state,
        "reason": None if ok else circuit.reason,
        "until": rfc3339(circuit.until_ms) if state == "open" else None,
    }


def _word(ready: bool) -> str:
    return "ready" if ready else "unavailable"
