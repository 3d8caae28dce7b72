"""DBOS's side, run in its own virtualenv: the workflow, its steps and the driver in one process, as DBOS is used."""

from __future__ import annotations

import asyncio
import os
import time

from dbos import DBOS, DBOSConfig
from rounds import Round, answer


@DBOS.step()
async def job(item: int) -> int:
    """A job that does nothing; DBOS commits its result."""
    return item


async def wave_of_four() -> None:
    """Four jobs side by side."""
    await asyncio.gather(*(job(item) for item in range(4)))


@DBOS.workflow()
async def story() -> int:
    """Waves of 1, 4, 1, 4, 4 and 1 jobs."""
    await job(0)
    await wave_of_four()
    await job(0)
    await wave_of_four()
    await wave_of_four()
    return await job(0)


async def closed_loop(in_flight: int, seconds: float) -> Round:
    """So many at a time for so long, and then until all have ended."""
    took: list[float] = []
    begun = time.perf_counter()

    async def loop() -> None:
        while time.perf_counter() - begun < seconds:
            start = time.perf_counter()
            handle = await DBOS.start_workflow_async(story)
            await handle.get_result()
            took.append(time.perf_counter() - start)

    await asyncio.gather(*(loop() for _ in range(in_flight)))
    return len(took) / (time.perf_counter() - begun), took


def main() -> None:
    """Answers rounds on one event loop."""
    DBOS(config=DBOSConfig(name="peer", system_database_url=os.environ["PEER_POSTGRES"], log_level="ERROR"))
    DBOS.launch()
    try:
        with asyncio.Runner() as runner:
            answer(lambda in_flight, seconds: runner.run(closed_loop(in_flight, seconds)))
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=0)


if __name__ == "__main__":
    main()
