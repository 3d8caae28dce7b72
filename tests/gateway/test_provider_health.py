"""Health tells how the providers stand, as the media workers know it, and does not fall ill with them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from nats.aio.client import Client

from services.gateway.adapters.nats_providers import NatsProviders
from services.gateway.health import Health
from services.media.adapters.nats_gate import NatsGate
from services.media.gate import Limits
from services.media.replicate.outcomes import Refused, Taken
from services.media.replicate.wording import TryLater
from shared.clock import now_ms
from shared.contracts.providers import Circuit
from shared.contracts.subjects import PROVIDERS_BUCKET
from shared.errors import Unavailable
from talewright.embedded.nats_server import NatsServer
from tests.gateway.world import World

HEALTHY = {"ok": True, "status": "healthy", "state": "closed", "reason": None, "until": None}


@pytest.fixture
async def told(world: World, nc: Client) -> Any:
    """The world's health, with the providers of a real bus."""
    deps = world.deps
    deps.health = Health(world.bus, world.views, world.artifacts, NatsProviders(nc), deps.settings)

    async def ask(path: str = "/health") -> dict[str, Any]:
        async with world.client() as http:
            answer = await http.get(path)
        assert answer.status_code == 200
        assert answer.json()["status"] == "healthy"
        return answer.json()  # type: ignore[no-any-return]

    return ask


async def test_where_nothing_is_bought_nothing_is_told(told: Any) -> None:
    assert "providers" not in (await told())["checks"]


async def test_an_open_breaker_is_told_and_the_service_is_well(told: Any, nc: Client) -> None:
    gate = NatsGate(nc, Limits(billing_s=0.6))
    await gate.before_create()
    gate.report(Taken("p"))
    announcing = asyncio.create_task(gate.run())
    await asyncio.sleep(0.1)
    assert (await told())["checks"]["providers"] == {"replicate": HEALTHY}
    gate.report(Refused("credit"))
    with pytest.raises(TryLater):
        await gate.before_create()
    until = gate.circuit.until_ms
    for path in ("/health", "/"):
        shown = (await told(path))["checks"]["providers"]["replicate"]
        assert {key: shown[key] for key in ("ok", "status", "state", "reason")} == {
            "ok": False, "status": "degraded", "state": "open", "reason": "billing"
        }  # fmt: skip
        assert shown["until"].endswith(f"{until % 1000:03d}Z")
    assert set(await told("/api/v1/health")) == {
        "status", "version", "storage_usage_gb", "storage_limit_gb", "file_count", "file_limit"
    }  # fmt: skip
    await asyncio.sleep(max(0, until - now_ms()) / 1000 + 0.01)
    tried = (await told())["checks"]["providers"]["replicate"]
    assert (tried["ok"], tried["state"], tried["reason"], tried["until"]) == (False, "half-open", "billing", None)
    await gate.before_create()
    gate.report(Taken("p"))
    await gate.before_create()
    assert (await told())["checks"]["providers"] == {"replicate": HEALTHY}
    announcing.cancel()
    await asyncio.gather(announcing, return_exceptions=True)


async def test_a_record_that_nobody_can_read_is_passed_over(told: Any, nc: Client) -> None:
    gate = NatsGate(nc)
    gate.report(Refused("credit"))
    with pytest.raises(TryLater):
        await gate.before_create()
    bucket = await nc.jetstream().key_value(PROVIDERS_BUCKET)
    await bucket.put("replicate.circuit", b"?")
    assert "providers" not in (await told())["checks"]


async def test_without_the_bus_nothing_is_known_of_providers(nc: Client, nats_server: NatsServer) -> None:
    nats_server.kill()
    async with asyncio.timeout(5):
        while nc.is_connected:
            await asyncio.sleep(0.01)
    with pytest.raises(Unavailable):
        await NatsProviders(nc).circuits()


async def test_providers_that_do_not_answer_make_nothing_worse(world: World) -> None:
    class Silent:
        async def circuits(self) -> dict[str, Circuit]:
            raise Unavailable("The bus is not connected.")

    deps = world.deps
    deps.health = Health(world.bus, world.views, world.artifacts, Silent(), deps.settings)
    async with world.client() as http:
        answer = await http.get("/health")
    assert answer.status_code == 200
    assert "providers" not in answer.json()["checks"]


async def test_metrics_say_the_same_in_numbers(told: Any, world: World, nc: Client) -> None:
    async with world.client() as http:
        before = await http.get("/metrics")
    assert before.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'talewright_part_up{part="events"} 1.0\n' in before.text
    assert "talewright_views_lag_events " in before.text
    assert "talewright_provider_breaker" not in before.text
    gate = NatsGate(nc, Limits(billing_s=5))
    await gate.before_create()
    gate.report(Refused("credit"))
    with pytest.raises(TryLater):
        await gate.before_create()
    async with world.client() as http:
        text = (await http.get("/metrics")).text
    assert 'talewright_provider_breaker{provider="replicate",reason="billing",state="open"} 1.0\n' in text
    assert 'talewright_provider_breaker{provider="replicate",reason="billing",state="closed"} 0.0\n' in text


async def test_metrics_tell_what_is_away(world: World) -> None:
    world.bus.down = True
    async with world.client() as http:
        answer = await http.get("/metrics")
    assert answer.status_code == 200
    assert 'talewright_part_up{part="events"} 0.0\n' in answer.text
