"""Told to stop, a service says so at once, and still finishes what it has in hand."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from pathlib import Path

import httpx
from nats.aio.client import Client

from services.gateway.main import server_of
from shared.bus.commands import CommandClient
from shared.contracts import commands as c
from shared.ops.server import Ops
from shared.settings import Settings
from talewright.embedded.nats_server import NatsServer
from talewright.embedded.ports import free_ports
from tests.gateway.world import ALICE, World

ASKED = c.RequestSegment(owner="7", task="1", segment=2)


async def test_a_command_in_hand_is_finished_while_readyz_says_no(nc: Client, nats_server: NatsServer) -> None:
    (port,) = free_ports(1)
    script = Path(__file__).with_name("slow_service.py")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script), nats_server.url, nats_server.token or "", str(port)),
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as http:
            await _until_ready(http)
            answer = asyncio.create_task(CommandClient(nc).ask(ASKED, command_id="a", timeout_s=10))
            await asyncio.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            begun = time.monotonic()
            while (told := await http.get("/readyz")).status_code == 200:
                assert time.monotonic() - begun < 1
                await asyncio.sleep(0.02)
            assert told.json()["checks"]["draining"]["ok"] is False
            assert not answer.done()
            assert (await http.get("/livez")).status_code == 200
        assert (await answer).position == 7
        assert await asyncio.wait_for(process.wait(), 10) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _until_ready(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await http.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def test_a_gateway_that_stops_answers_the_request_in_hand(tmp_path: Path) -> None:
    world = World(tmp_path, port=0, execute_wait_s=1.0, media="rest")
    world.media = "rest"
    ops = Ops("gateway", Settings(), {})
    async with world.running():
        server = server_of(world.deps, ops.draining)
        running = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {ALICE}"}, timeout=10) as http:
            made = await http.post("/api/task/new", json={"topic": "x", "main_role": "y"})
            task = made.json()["task_id"] if "task_id" in made.json() else made.json()["task_uuid"]
            begun = asyncio.create_task(http.post(f"/api/task/{task}/execute/1"))
            await asyncio.sleep(0.3)
            assert not begun.done()
            server.handle_exit(signal.SIGTERM, None)
            assert "draining" in ops.readiness.answer.checks
            assert (await begun).status_code == 200
        await running
