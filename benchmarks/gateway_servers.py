"""The servers that `benchmarks.gateway` measures, each a process of its own: `python -m benchmarks.gateway_servers`.

`bare` is the peer: one FastAPI route with a typed return on the same server. `gateway` is our application on a real
read model and real tokens; with a bus it follows a real event store. Each prints its port when it is ready.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

import nats
import uvicorn
from fastapi import FastAPI

from services.gateway.adapters.memory_idempotency import MemoryIdempotency
from services.gateway.adapters.memory_windows import MemoryWindows
from services.gateway.adapters.views_by_url import open_views
from services.gateway.deps import Deps, Ports
from services.gateway.main import server_of
from services.gateway.settings import GatewaySettings
from services.gateway.tokens import TokenVerifier
from shared.artifacts.memory import MemoryArtifactStore
from shared.bus.service import run
from shared.contracts.accounts import PublicKey
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.memory import MemoryEventStore
from shared.settings import ReadModelSettings

KID = "bench"


async def bare() -> dict[str, int | str]:
    return {"current_segment": 3, "status": "running"}


def bare_server() -> uvicorn.Server:
    """The peer, configured as the gateway's own server is."""
    app = FastAPI()
    app.get("/bare/{task_id}")(_bare_of)
    return uvicorn.Server(uvicorn.Config(app, port=0, http="httptools", loop="auto", access_log=False, log_config=None))


async def _bare_of(task_id: int) -> dict[str, int | str]:
    return await bare()


async def gateway_server(folder: Path, bus: str, views: str) -> uvicorn.Server:
    """Our application; what the measured routes do not touch is missing."""
    pem = (folder / "public.pem").read_text()

    async def keys() -> tuple[PublicKey, ...]:
        return (PublicKey(kid=KID, pem=pem),)

    nothing: Any = None
    store = JetStreamEventStore(await nats.connect(bus)) if bus else MemoryEventStore()
    ports = Ports(
        tokens=TokenVerifier(keys),
        accounts=nothing,
        commands=nothing,
        numbers=nothing,
        views=open_views(ReadModelSettings(readmodel_url=views)),  # type: ignore[call-arg]
        artifacts=MemoryArtifactStore(),
        events=store,
        idempotency=MemoryIdempotency(),
        bus=nothing,
        windows=MemoryWindows(100, 60),
    )
    return server_of(Deps(GatewaySettings(port=0), ports))


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["bare", "gateway"])
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--bus", default="")
    parser.add_argument("--views", default="")
    told = parser.parse_args()
    server = bare_server() if told.kind == "bare" else await gateway_server(told.folder, told.bus, told.views)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    sys.stdout.write(f"{server.servers[0].sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await serving


if __name__ == "__main__":
    run(main())
