"""The ops server over a socket, and the command that asks it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.errors import Unavailable
from shared.ops import check
from shared.ops.server import Ops
from shared.settings import Settings


class Part:
    why = ""

    async def check(self) -> None:
        if self.why:
            raise Unavailable(self.why)


@contextlib.asynccontextmanager
async def serving(ops: Ops) -> AsyncIterator[httpx.AsyncClient]:
    task = asyncio.create_task(ops.run())
    async with asyncio.timeout(10):
        while not ops.port:
            await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{ops.port}", timeout=10) as http:
        yield http
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def ready(http: httpx.AsyncClient, status: int) -> httpx.Response:
    async with asyncio.timeout(5):
        while (answer := await http.get("/readyz")).status_code != status:
            await asyncio.sleep(0.02)
    return answer


async def test_all_three_answers() -> None:
    part = Part()
    ops = Ops("tasks", Settings(ops_port=0), {"part": part.check}, every_s=0.02)
    async with serving(ops) as http:
        assert (await ready(http, 200)).json() == {"ready": True, "checks": {"part": {"ok": True, "why": ""}}}
        part.why = 'Gone "away".'
        answer = await ready(http, 503)
        assert answer.json() == {"ready": False, "checks": {"part": {"ok": False, "why": 'Gone "away".'}}}
        assert answer.headers["content-type"] == "application/json"
        assert (await http.get("/livez")).status_code == 200
        metrics = await http.get("/metrics")
        assert metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        found = {family.name: family for family in text_string_to_metric_families(metrics.text)}
        assert found["talewright_ready"].samples[0].value == 0
        assert found["talewright_build_info"].samples[0].labels["service"] == "tasks"
        assert {"process_cpu_seconds", "python_info", "python_gc_collections"} <= set(found)
        part.why = ""
        await ready(http, 200)
        assert "talewright_ready 1.0\n" in (await http.get("/metrics")).text
        ops.draining()
        answer = await http.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["draining"]["ok"] is False
        assert (await http.get("/livez")).status_code == 200


async def test_other_paths_and_methods() -> None:
    async with serving(Ops("auth", Settings(ops_port=0), {})) as http:
        assert (await http.get("/")).status_code == 404
        assert (await http.post("/livez")).status_code == 405
        head = await http.head("/livez")
        assert (head.status_code, head.content) == (200, b"")


async def test_numbers_that_have_to_be_asked_for_are_asked_for_at_the_scrape() -> None:
    asked = []

    async def refresh() -> None:
        asked.append(1)

    async with serving(Ops("gateway", Settings(ops_port=0), {}, refresh=refresh)) as http:
        await http.get("/livez")
        assert not asked
        await http.get("/metrics")
        assert asked == [1]


async def test_without_a_port_nothing_listens_and_nothing_ends() -> None:
    ops = Ops("auth", Settings(), {})
    task = asyncio.create_task(ops.run())
    await asyncio.sleep(0.05)
    assert not task.done()
    assert ops.port == 0
    task.cancel()


async def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match=f"cannot listen on 127.0.0.1:{port}"):
            await Ops("auth", Settings(ops_port=port), {}).run()


async def test_it_lets_go_of_its_port_though_somebody_is_connected() -> None:
    ops = Ops("auth", Settings(ops_port=0), {})
    task = asyncio.create_task(ops.run())
    while not ops.port:
        await asyncio.sleep(0.01)
    port = ops.port
    async with httpx.AsyncClient() as http:
        await http.get(f"http://127.0.0.1:{port}/livez")
        begun = time.monotonic()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert time.monotonic() - begun < 2
    with socket.create_server(("127.0.0.1", port)):
        pass


async def asked(*arguments: str, port: int | str) -> tuple[int, str]:
    environment = {"TALEWRIGHT_OPS_PORT": str(port), "TALEWRIGHT_OPS_HOST": "0.0.0.0"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shared.ops.check", *arguments),
        env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_the_command_says_what_a_container_is_to_do() -> None:
    part = Part()
    ops = Ops("media", Settings(ops_port=0), {"part": part.check}, every_s=0.02)
    async with serving(ops) as http:
        port = ops.port
        await ready(http, 200)
        assert (await asked(port=port))[0] == 0
        part.why = "The bucket does not answer."
        await ready(http, 503)
        code, said = await asked("readyz", port=port)
        assert code == 1
        assert "The bucket does not answer." in said
        assert await asked("livez", port=port) == (0, "alive\n")
    code, said = await asked("livez", port=port)
    assert code == 1
    assert said.startswith(f"nobody answers on port {port}")


@pytest.mark.parametrize(("port", "arguments", "code"), [("-1", (), 1), ("0", (), 1), ("9090", ("health",), 2)])
def test_what_cannot_be_asked(
    port: str, arguments: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALEWRIGHT_OPS_PORT", port)
    assert check.main(list(arguments)) == code


def test_a_server_that_speaks_no_http_is_not_ready() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def answer() -> None:
            connection, _ = server.accept()
            connection.recv(100)
            connection.sendall(b"INFO {}\r\n")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        assert check.ask("127.0.0.1", server.getsockname()[1], "livez")[0] == 0
        thread.join()
