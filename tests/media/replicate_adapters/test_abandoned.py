"""A task is deleted while something is bought for it: that is stopped, and what it cost is on the record."""

from __future__ import annotations

import asyncio
import contextlib

from shared.contracts import events as e
from tests.media.replicate_adapters.story_run import House
from tests.media.replicate_adapters.test_story import brief_story, writes
from tests.replicate_double import Double, Fate


async def test_a_purge_settles_what_was_under_way(house: House, double: Double) -> None:
    writes(double, brief_story())
    run = house.run()
    script = (await run.do("write_story"))["script_data.json"]
    double.fates.append(Fate(status="stuck"))
    drawing = asyncio.create_task(run.do("draw_image", 1, [script]))
    async with asyncio.timeout(5):
        while len(double.orders) < 2:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
    drawing.cancel()  # its worker stops
    with contextlib.suppress(asyncio.CancelledError):
        await drawing

    await house.run().do("purge_artifacts", 1)
    settled = [event for event in await run.all_events() if isinstance(event, e.ProviderJobSettled)]
    assert {one.provider_job_id for one in settled} == set(double.orders)
    assert settled[0].outcome == "succeeded"
    assert settled[1].outcome in ("canceled", "lost")
    assert double.calls["cancel"] == 1
    assert not await run.shop.artifacts.list("users/7/output")

    await house.run().do("purge_artifacts", 2)  # nothing is left to be stopped
    assert double.calls["cancel"] == 1
