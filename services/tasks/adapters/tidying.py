"""Removes tables of the read models that nobody serves or fills any more."""

from __future__ import annotations

import asyncio
import logging
import time

from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.neglect import Neglect
from shared.errors import TalewrightError

log = logging.getLogger("talewright.readmodel")

EVERY_S = 20.0


async def tidy(generations: SqlGenerations, every_s: float = EVERY_S) -> None:
    """Looks for ever. The holder of the projector's lease does this, so that only one does."""
    neglect = Neglect()
    while True:
        await asyncio.sleep(every_s)
        try:
            dropped = await asyncio.to_thread(generations.drop_neglected, neglect, time.monotonic())
        except TalewrightError as error:
            log.debug("cannot look for old generations: %s", error.message)
            continue
        for generation in dropped:
            log.info("generation %d of the read models was dropped: nobody needs it", generation)
