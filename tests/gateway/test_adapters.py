"""The adapters on a real nats-server, and the views in a file; `views/` has what is alike on every database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from nats.aio.client import Client

from services.gateway.adapters import nats_signals
from services.gateway.adapters.memory_idempotency import MemoryIdempotency
from services.gateway.adapters.nats_commands import NatsCommands
from services.gateway.adapters.nats_idempotency import NatsIdempotency
from services.gateway.adapters.nats_probe import NatsProbe
from services.gateway.adapters.sqlite_views import SqliteViews
from services.gateway.reach import Reach
from services.gateway.views import Checkpoint
from shared.bus.streams import prepare_streams
from shared.contracts.commands import DeleteTask
from shared.contracts.subjects import PROJECTED, TASKS_COMMANDS, progress_of
from shared.errors import NotFound, Unavailable
from shared.eventstore.server import prepare_events_stream
from shared.readmodel import database
from shared.telemetry.trace_context import TRACEPARENT
from talewright.embedded.nats_server import NatsServer


@pytest.fixture(params=["memory", "nats"])
async def records(request: pytest.FixtureRequest, nc: Client):
    if request.param == "memory":
        return MemoryIdempotency()
    return NatsIdempotency(nc)


async def test_records_are_compared_and_set(records) -> None:
    revision = await records.create("k", b"1")
    assert revision is not None
    assert await records.create("k", b"2") is None
    assert await records.get("k") == (b"1", revision)
    newer = await records.replace("k", b"3", revision)
    assert newer is not None
    assert await records.replace("k", b"4", revision) is None
    assert (await records.get("k"))[0] == b"3"
    await records.remove("k")
    assert await records.get("k") is None
    assert await records.replace("k", b"5", newer) is None
    assert await records.create("k", b"6") is not None


async def test_one_of_many_wins(records) -> None:
    won = await asyncio.gather(*(records.create("race", b"x") for _ in range(8)))
    assert sum(revision is not None for revision in won) == 1


async def test_the_bus_gone_is_unavailable(tmp_path: Path) -> None:
    import nats

    server = NatsServer(tmp_path)
    server.start()

    async def quiet(_: Exception) -> None:
        return

    nc = await nats.connect(server.url, error_cb=quiet, reconnect_time_wait=0.02, max_reconnect_attempts=-1)
    records, probe = NatsIdempotency(nc), NatsProbe(nc)
    await prepare_events_stream(nc)
    assert await records.create("k", b"1") is not None
    assert await probe.last_position() == 0
    assert not await probe.orchestrator_ready()
    assert not await probe.auth_ready()
    server.kill()
    while nc.is_connected:
        await asyncio.sleep(0.01)
    with pytest.raises(Unavailable):
        await probe.last_position()
    server.start()
    while not nc.is_connected:
        await asyncio.sleep(0.01)
    assert (await records.get("k"))[0] == b"1"
    await nc.close()
    server.stop()


async def test_a_command_carries_the_trace_and_brings_back_what_was_refused(nc: Client) -> None:
    await prepare_streams(nc)
    got = []

    async def refuse(message) -> None:
        got.append(message.headers)
        problem = {"problem": {"code": "not-found", "message": "Task not found"}}
        await nc.publish(message.headers["reply_to"], json.dumps(problem).encode())

    await nc.subscribe(f"{TASKS_COMMANDS}.>", cb=refuse)
    TRACEPARENT.set("00-trace")
    commands = NatsCommands(nc, 2)
    with pytest.raises(NotFound, match="Task not found"):
        await commands.ask(DeleteTask(owner="1", task="2"), "c1")
    assert got[0]["traceparent"] == "00-trace"


async def test_signals_reach_the_gateway(nc: Client) -> None:
    told: list[object] = []

    async def progress(owner: str, task: str, body: bytes) -> None:
        told.append((owner, task, body))

    await nats_signals.listen(nc, told.append, progress)
    await nc.publish(PROJECTED, b"rubbish")
    await nc.publish(PROJECTED, b'{"generation":1,"position":7}')
    await nc.publish(progress_of("1", "9"), b"{}")
    for _ in range(100):
        if len(told) == 2:
            break
        await asyncio.sleep(0.01)
    assert told == [Checkpoint(1, 7), ("1", "9", b"{}")]


async def test_views_in_a_file_that_comes_later_and_goes_bad(tmp_path: Path) -> None:
    file = tmp_path / "a b#.db"
    views = SqliteViews(file)
    await views.ready()  # the tasks service of this machine will make it
    with pytest.raises(Unavailable, match="not ready"):
        await views.checkpoint()
    engine = database.open_engine(f"sqlite:///{file}")
    database.prepare(engine)
    engine.dispose()
    assert await views.checkpoint() == Checkpoint(1, 0)
    assert await views.progress("1", "5") is None
    views.close()
    (tmp_path / "junk.db").write_bytes(b"not a database" * 100)
    for ask in (SqliteViews(tmp_path / "junk.db").checkpoint, SqliteViews(tmp_path / "junk.db").workflows):
        with pytest.raises(Unavailable, match="cannot be read"):
            await ask()


class Positions:
    def __init__(self) -> None:
        self.now: Checkpoint | None = None

    async def checkpoint(self) -> Checkpoint:
        if self.now is None:
            raise Unavailable("not yet")
        return self.now


async def test_waiting_for_a_position_is_bounded_polls_and_hears() -> None:
    views = Positions()
    reach = Reach(views, 0.2)
    assert not await reach.reached(1)  # no views at all
    views.now = Checkpoint(1, 5)
    assert await reach.reached(5)
    assert not await reach.reached(6)
    waiting = asyncio.create_task(reach.reached(7, 5))
    await asyncio.sleep(0)
    reach.told(Checkpoint(2, 99))  # another generation does not count
    await asyncio.sleep(0)
    assert not waiting.done()
    reach.told(Checkpoint(1, 7))
    assert await waiting
    later = asyncio.create_task(reach.reached(8, 5))
    await asyncio.sleep(0)
    views.now = Checkpoint(2, 8)  # the projector's word was lost, and another generation is served
    assert await asyncio.wait_for(later, 1)
    reach.told(Checkpoint(2, 9))
    assert await reach.reached(9, 0)
    assert not reach._waiting
