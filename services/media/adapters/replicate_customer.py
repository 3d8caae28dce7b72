"""What all adapters of Replicate share: buying something that can be used."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from services.media.purchases import Buyer, Purchase
from shared.errors import Rejected

log = logging.getLogger("talewright.media")

T = TypeVar("T")

SPOILED = "What was generated could not be used. Please try again."


class Unreadable(Exception):
    """The file that came is broken."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Buys for one delivery of one job.

    `attempt` counts the user's tries. What an earlier one bought is used again; only if that is of no use, each later
    attempt may buy once more, under a step of its own.
    """

    buyer: Buyer
    attempt: int = 1

    async def file(self, purchase: Purchase, read: Callable[[Path], T]) -> T:
        """What `read` makes of the first file; it runs in a thread and raises `Unreadable` for a broken one.

        Raises what `Buyer.buy` does, and `Rejected` if nothing that was bought can be read.
        """
        for turn in range(1, self.attempt + 1):
            step = purchase.step if turn == 1 else f"{purchase.step}-{turn}"
            bought = await self.buyer.buy(replace(purchase, step=step))
            try:
                if not bought.files:
                    raise Unreadable("no file")
                return await asyncio.to_thread(read, bought.files[0])
            except Unreadable as broken:
                log.error("What %s bought from %s cannot be used: %s", step, purchase.model, broken)
        raise Rejected(SPOILED)

    async def text(self, purchase: Purchase) -> str:
        """A model's words."""
        return (await self.buyer.buy(purchase)).text
