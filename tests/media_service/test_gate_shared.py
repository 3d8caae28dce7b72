"""The gate of two workers on one bus."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from time import monotonic

import msgspec
import pytest
from nats.aio.client import Client
from nats.js.kv import KeyValue

from services.media.adapters import nats_cell, nats_slots
from services.media.adapters.nats_gate import NatsGate
from services.media.gate import Limits
from services.media.replicate.outcomes import Later, Refused, Taken, Unknown
from services.media.replicate.wording import TryLater
from shared.clock import now_ms
from shared.contracts.providers import Circuit
from shared.contracts.subjects import PROVIDERS_BUCKET, SLOTS_BUCKET
from shared.errors import Unavailable
from talewright.embedded.nats_server import NatsServer
from tests.fixtures.nats import connect


class Clock:
    """Real time that a test can push forward."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return now_ms() + self.ahead_ms


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nats_slots, "ASK_EVERY_S", 0.03)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that take the bus away; with it, a busy machine needs its second."""
    monkeypatch.setattr(nats_cell, "PATIENCE_S", 0.5)
    monkeypatch.setattr(nats_slots, "PATIENCE_S", 0.5)
    monkeypatch.setattr(nats_cell, "PAUSE_S", 0.1)


@pytest.fixture
async def other_nc(nats_server: NatsServer) -> AsyncIterator[Client]:
    connection = await connect(nats_server)
    yield connection
    await connection.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def gates(nc: Client, other_nc: Client, clock: Clock | None = None, **limits: float) -> tuple[NatsGate, NatsGate]:
    allowed = msgspec.convert({"creates_per_min": 60_000, "burst": 100, **limits}, Limits)
    one, other = (NatsGate(connection, allowed, slot_ttl_s=1.0, clock=clock or now_ms) for connection in (nc, other_nc))
    return one, other


class Crowd:
    """Orders under way, and how many there were at most."""

    def __init__(self) -> None:
        self.now = self.most = self.done = 0

    async def order(self, gate: NatsGate, takes_s: float) -> None:
        async with gate.turn():
            await gate.before_create()
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(takes_s)
            self.now -= 1
            self.done += 1


async def until(true: Callable[[], bool], wait_s: float = 5) -> None:
    async with asyncio.timeout(wait_s):
        while not true():
            await asyncio.sleep(0.01)


async def refused(gate: NatsGate) -> TryLater:
    with pytest.raises(TryLater) as caught:
        await gate.before_create()
    return caught.value


# ---- how many at once


async def test_two_workers_share_the_places(nc: Client, other_nc: Client) -> None:
    crowd, pair = Crowd(), gates(nc, other_nc, concurrency=3)
    await asyncio.gather(*(crowd.order(gate, 0.15) for gate in pair for _ in range(6)))
    assert (crowd.done, crowd.most) == (12, 3)
    assert [gate.under_way for gate in pair] == [0, 0]


async def test_a_place_is_kept_for_longer_than_it_lasts_and_then_free_at_once(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc, concurrency=1)
    async with one.turn():
        entered = asyncio.create_task(entering(other))
        await asyncio.sleep(1.7)  # places expire after a second
        assert not entered.done()
    begun_s = monotonic()
    await entered
    assert monotonic() - begun_s < 0.6


async def entering(gate: NatsGate) -> None:
    async with gate.turn():
        pass


async def test_the_place_of_a_dead_worker_comes_back(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc, concurrency=1)
    holding = asyncio.create_task(one.turn().__aenter__())
    await holding
    begun_s = monotonic()
    await nc.close()  # nothing renews it, and nothing gives it back
    await asyncio.wait_for(entering(other), 5)
    assert 0.4 < monotonic() - begun_s < 3


async def test_who_is_cancelled_leaves_no_place_taken(nc: Client, other_nc: Client) -> None:
    crowd, (one, other) = Crowd(), gates(nc, other_nc, concurrency=2)
    busy = [asyncio.create_task(crowd.order(one, 60)) for _ in range(4)]  # two have a place, two wait for one
    await until(lambda: crowd.now == 2)
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    begun_s = monotonic()
    await asyncio.gather(entering(one), entering(other))
    assert monotonic() - begun_s < 0.7


async def test_who_waits_too_long_is_sent_away(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc, concurrency=1, slot_wait_s=0.1)
    async with one.turn():
        with pytest.raises(TryLater):
            await entering(other)


# ---- how fast


async def test_two_workers_share_the_pace(nc: Client, other_nc: Client) -> None:
    pair = gates(nc, other_nc, creates_per_min=1200, burst=2, concurrency=50)  # one every 50 ms
    begun_s = monotonic()
    await asyncio.gather(*(entering(gate) for gate in pair for _ in range(6)))
    assert monotonic() - begun_s >= 0.45  # 12 orders: 2 at once at most, then one by one


async def test_who_would_wait_too_long_for_its_turn_is_sent_away(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc, creates_per_min=1, burst=1, patience_s=1)
    await entering(one)
    with pytest.raises(TryLater):
        await entering(other)


# ---- whether at all


async def test_what_one_worker_hears_stops_the_other(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc)
    await asyncio.gather(one.before_create(), other.before_create())
    one.report(Refused("credit"))
    own = await refused(one)  # at once: its own news comes first
    error = await refused(other)
    assert error.message == own.message == "Generation is temporarily unavailable. Please try again later."
    assert 298 < error.delay_s <= 300
    with pytest.raises(TryLater):
        await entering(other)  # nor does it wait for a place
    assert (other.circuit.state, other.circuit.reason) == ("open", "billing")
    assert other.counts == {"passed": 1, "refused_billing": 2}


async def test_who_waits_for_a_place_hears_of_it(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc, concurrency=1)
    async with one.turn():
        waiting = asyncio.create_task(entering(other))
        await asyncio.sleep(0.1)
        one.report(Refused("credentials"))
        with pytest.raises(TryLater):
            await asyncio.wait_for(waiting, 2)


async def test_failures_of_all_workers_count_together(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc, failures=4)
    for gate in (one, other, one):
        gate.report(Unknown("502"))
        await gate.before_create()
    other.report(Later("not_reached", 2.0))
    await refused(other)
    await refused(one)
    assert one.circuit.reason == "errors"


async def test_one_order_tries_for_all_and_its_success_is_everybodys(
    nc: Client, other_nc: Client, clock: Clock
) -> None:
    one, other = gates(nc, other_nc, clock)
    one.report(Refused("credit"))
    await refused(one)
    clock.ahead_ms = 300_001
    results = await asyncio.gather(
        *(gate.before_create() for gate in (one, other) for _ in range(5)), return_exceptions=True
    )
    assert sum(result is None for result in results) == 1
    trier = one if one.counts["trial"] else other
    trier.report(Taken("p"))
    await trier.before_create()
    await asyncio.gather(one.before_create(), other.before_create())
    assert one.circuit == other.circuit == Circuit()


async def test_a_rest_is_waited_for_by_all_and_then_they_go_one_by_one(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc)
    one.report(Later("throttled", 0.4))
    await asyncio.sleep(0.05)
    begun_s, passed_s = monotonic(), list[float]()

    async def order(gate: NatsGate) -> None:
        await gate.before_create()
        passed_s.append(monotonic() - begun_s)

    await asyncio.gather(order(one), order(other))
    assert passed_s[0] > 0.3
    assert passed_s[1] - passed_s[0] > 0.3


async def test_a_rest_that_is_too_long_is_not_waited_for(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc, patience_s=1)
    one.report(Later("throttled", 30.0))
    assert (await refused(one)).delay_s > 29
    assert 29 < (await refused(other)).delay_s <= 30


# ---- without the bus


@pytest.mark.usefixtures("impatient")
async def test_without_the_bus_orders_go_one_by_one_and_a_breaker_stays_open(
    nc: Client, other_nc: Client, nats_server: NatsServer
) -> None:
    crowd, (one, other) = Crowd(), gates(nc, other_nc, concurrency=4)
    await asyncio.gather(*(crowd.order(one, 0.05) for _ in range(4)))
    assert crowd.most == 4
    nats_server.kill()
    await until(lambda: not nc.is_connected)
    alone = Crowd()
    await asyncio.gather(*(alone.order(one, 0.15) for _ in range(3)))
    assert (alone.done, alone.most) == (3, 1)
    one.report(Refused("credit"))
    await refused(one)
    nats_server.start()
    await until(lambda: nc.is_connected and other_nc.is_connected)
    await asyncio.sleep(0.15)
    await refused(one)  # joins what is shared, though the server came back with nothing
    await refused(other)
    assert other.circuit.reason == "billing"


async def test_what_a_worker_heard_alone_joins_what_the_others_have(
    nc: Client, other_nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = gates(nc, other_nc, failures=4)
    monkeypatch.setattr(nats_cell, "PAUSE_S", 0.05)
    await asyncio.gather(one.before_create(), other.before_create())
    with monkeypatch.context() as cut:  # one worker alone loses the bus; the value on it stays
        cut.setattr(one._circuit._bucket, "open", away)
        for _ in range(3):
            one.report(Unknown("502"))
            await one.before_create()
    await asyncio.sleep(0.005)  # failures are told apart by their milliseconds
    await asyncio.sleep(0.1)  # not in the same millisecond
    other.report(Unknown("502"))
    await other.before_create()
    await one.before_create()
    assert len(one.circuit.failures_ms) == 4
    other.report(Unknown("502"))
    await refused(other)


async def away() -> KeyValue:
    raise Unavailable("The bus is not connected.")


@pytest.mark.usefixtures("impatient")
async def test_a_held_place_is_taken_again_after_the_server_forgot_it(
    nc: Client, other_nc: Client, nats_server: NatsServer
) -> None:
    one, other = gates(nc, other_nc, concurrency=1)
    async with one.turn():
        nats_server.kill()
        await until(lambda: not nc.is_connected)
        nats_server.start()
        await until(lambda: nc.is_connected and other_nc.is_connected)
        await asyncio.sleep(0.5)
        entered = asyncio.create_task(entering(other))
        await asyncio.sleep(0.4)
        assert not entered.done()
    await asyncio.wait_for(entered, 2)


@pytest.mark.usefixtures("impatient")
async def test_a_bus_that_stops_answering_costs_a_moment_only(
    nc: Client, other_nc: Client, nats_server: NatsServer
) -> None:
    one, _ = gates(nc, other_nc)
    await entering(one)
    nats_server.kill()
    begun_s = monotonic()
    async with one.turn():
        await one.before_create()
    assert monotonic() - begun_s < 4


async def test_a_record_that_nobody_can_read_is_written_anew(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc)
    await one.before_create()
    one.report(Refused("credit"))
    await refused(one)
    bucket = await nc.jetstream().key_value(PROVIDERS_BUCKET)
    await bucket.put("replicate.circuit", b'{"state": "ajar"}')
    await refused(one)
    await refused(other)


async def test_the_state_is_announced_before_anything_is_bought(nc: Client, other_nc: Client) -> None:
    one, _ = gates(nc, other_nc)
    running = asyncio.create_task(one.run())
    bucket = None
    async with asyncio.timeout(3):
        while bucket is None:
            with contextlib.suppress(Exception):
                bucket = await other_nc.jetstream().key_value(PROVIDERS_BUCKET)
                await bucket.get("replicate.circuit")
            await asyncio.sleep(0.02)
    assert (await bucket.get("replicate.circuit")).value == b"{}"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_nothing_is_left_of_places_that_were_given_back(nc: Client, other_nc: Client) -> None:
    one, other = gates(nc, other_nc, concurrency=2)
    await asyncio.gather(*(entering(gate) for gate in (one, other) for _ in range(3)))
    await asyncio.sleep(2.2)
    info = await nc.jetstream().stream_info(f"KV_{SLOTS_BUCKET}")
    assert info.state.messages == 0
