"""`python -m tests.gateway.standing FOLDER` serves a world until its standard input ends, and prints its address."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.gateway.serving import served
from tests.gateway.world import World


async def stand(folder: Path) -> None:
    world = World(folder, port=0, rate_limit=10**6, execute_wait_s=0.5, purge_wait_s=0.2, generate_wait_s=5)
    async with world.running(), served(world) as server:
        print(f"http://127.0.0.1:{server.port}", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(stand(Path(sys.argv[1])))
