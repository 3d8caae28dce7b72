from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from services.auth.background import AuditRelay, Sweeper
from services.auth.policy import Brake
from shared.contracts.accounts import Login, Refresh, Register
from shared.contracts.events import AccountRegistered, Event, RefreshTokenReused
from shared.errors import ConcurrencyConflict, Unauthenticated, Unavailable
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Metadata, StreamName
from tests.auth.worlds import World


class Moody(MemoryEventStore):
    """Fails as told: `down` before storing, `deaf` after storing, `outrun` when somebody else was faster."""

    def __init__(self, *moods: str) -> None:
        super().__init__()
        self.moods = list(moods)

    async def append(
        self, stream: StreamName, expected_version: int, events: Sequence[Event], metadata: Metadata
    ) -> int:
        mood = self.moods.pop(0) if self.moods else "well"
        if mood == "down":
            raise Unavailable
        if mood == "outrun":
            raise ConcurrencyConflict
        position = await super().append(stream, expected_version, events, metadata)
        if mood == "deaf":
            self._by_id.clear()  # a real store knows message ids for minutes only
            raise Unavailable
        return position


def some_history(world: World) -> None:
    world.auth.register(Register(username="Ann", password="p1"))
    tokens = world.auth.login(Login(username="ann", password="p1")).tokens
    assert tokens is not None
    world.clock.forward(1)
    world.auth.refresh(Refresh(refresh_token=tokens.refresh_token))
    with pytest.raises(Unauthenticated):
        world.auth.refresh(Refresh(refresh_token=tokens.refresh_token))


@pytest.mark.parametrize("moods", [(), ("outrun",), ("down",), ("deaf",), ("deaf", "down", "outrun", "deaf")])
async def test_each_fact_reaches_the_store_once_and_in_order(any_world: World, moods: tuple[str, ...]) -> None:
    some_history(any_world)
    store = Moody(*moods)
    relay = AuditRelay(any_world.stores.outbox, store)
    for _ in range(5):
        try:
            await relay.deliver()
        except Unavailable:
            continue
    ann = any_world.stores.accounts.by_key("ann")
    assert ann is not None
    commits = await store.load(StreamName("account", str(ann.id), "account"))
    kinds = [type(event) for commit in commits for event in commit.events]
    assert kinds == [AccountRegistered, RefreshTokenReused]
    assert commits[1].metadata.time_ms - commits[0].metadata.time_ms == 1000
    assert commits[0].metadata.source == "auth"
    assert any_world.stores.outbox.owed() == []


async def test_the_relay_works_as_soon_as_it_is_woken(any_world: World) -> None:
    store = MemoryEventStore()
    relay = AuditRelay(any_world.stores.outbox, store)
    running = asyncio.create_task(relay.run())
    await asyncio.sleep(0.05)
    any_world.auth.register(Register(username="Ann", password="p1"))
    relay.wake()
    async with asyncio.timeout(1):
        while not await store.last_position():
            await asyncio.sleep(0.01)
    running.cancel()


async def test_two_relays_on_one_outbox_deliver_each_fact_once(any_world: World) -> None:
    for number in range(20):
        any_world.auth.register(Register(username=f"user{number}", password="p1"))
    store = MemoryEventStore()
    await asyncio.gather(*(AuditRelay(any_world.stores.outbox, store).deliver() for _ in range(3)))
    assert await store.last_position() == 20


def test_the_sweeper_takes_expired_sessions_and_old_attempts(any_world: World) -> None:
    some_history(any_world)
    with pytest.raises(Unauthenticated):
        any_world.auth.login(Login(username="nobody", password="p1"))
    stores = any_world.stores
    sweeper = Sweeper(stores.sessions, stores.attempts, Brake(failures=3, window_ms=60_000), any_world.clock, 600)
    assert sweeper.sweep() == 0
    any_world.clock.forward(61)
    assert sweeper.sweep() == 1
    any_world.clock.forward(7 * 24 * 3600)
    assert sweeper.sweep() == 3
