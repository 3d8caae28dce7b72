"""The gate, the breaker and news from webhooks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.media.replicate.hints import Hints
from services.media.replicate.outcomes import CreateOutcome, Refused, Taken
from services.media.replicate.wording import TryLater
from shared.errors import Unavailable
from tests.replicate.orders import picture
from tests.replicate_double import Double, Fate, Fault
from tests.replicate_double.shop import QUICK, open_shop


class CountingGate:
    def __init__(self) -> None:
        self.inside = self.most = self.turns = 0
        self._places = asyncio.Semaphore(2)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self._places:
            self.turns += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
            yield
            self.inside -= 1


class Fuse:
    def __init__(self) -> None:
        self.open = False
        self.outcomes: list[CreateOutcome] = []

    async def before_create(self) -> None:
        if self.open:
            raise TryLater(30)

    def report(self, outcome: CreateOutcome) -> None:
        self.outcomes.append(outcome)


async def test_the_gate_holds_a_place_until_the_end(double: Double, tmp_path: Path) -> None:
    gate = CountingGate()
    double.run_s = 0.05
    async with open_shop(double, tmp_path, gate=gate) as shop:
        till = shop.till()
        await asyncio.gather(*(till.buy(picture(f"draw-{n}")) for n in range(6)))
    assert (gate.most, gate.turns, gate.inside) == (2, 6, 0)


async def test_the_breaker_hears_of_everything_and_stops_everything(double: Double, tmp_path: Path) -> None:
    breaker = Fuse()
    double.faults.add(Fault("create", status=402, body={}))
    async with open_shop(double, tmp_path, breaker=breaker) as shop:
        with pytest.raises(Unavailable):
            await shop.till().buy(picture())
        breaker.open = True
        events = await shop.events()
        with pytest.raises(TryLater):
            await shop.till().buy(picture())
        assert await shop.events() == events
        breaker.open = False
        await shop.till().buy(picture())
    assert breaker.outcomes[0] == Refused("credit")
    assert isinstance(breaker.outcomes[1], Taken)


async def test_news_ends_a_pause(double: Double, tmp_path: Path) -> None:
    hints = Hints()
    double.fates.append(Fate(run_s=0.05))
    async with open_shop(double, tmp_path, pace=replace(QUICK, poll_first_s=5.0, poll_most_s=5.0), hints=hints) as shop:
        task = asyncio.create_task(shop.till().buy(picture()))
        while not (steps := (await shop.state()).steps) or not steps["draw"].provider_job_id:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.06)
        begun = time.monotonic()
        hints.tell(steps["draw"].nonce)
        hints.tell("nobody's")
        assert (await task).files
        assert time.monotonic() - begun < 3


def test_hints_do_not_pile_up() -> None:
    hints = Hints()
    for n in range(1500):
        hints.tell(str(n), "p")
    assert hints.prediction_id("1499") == "p"
    assert hints.prediction_id("0") == ""
