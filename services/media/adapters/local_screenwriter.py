"""Writes screenplays on this machine, without any provider."""

from __future__ import annotations

import asyncio

from services.media.local.screenplay import adapt, write
from services.media.model import Script
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import Brief


class LocalScreenwriter:
    """Implements `ports.Screenwriter` from tables of plots and phrases; deterministic, some milliseconds each."""

    async def write(self, prompt: str, order: ScreenplayOrder, seed: int) -> Screenplay:
        """A screenplay of what the prompt asks for; see the port."""
        return await asyncio.to_thread(write, prompt, order, seed)

    async def adapt(self, screenplay: Screenplay, brief: Brief) -> Script:
        """A story's script with one page a scene; see the port."""
        return await asyncio.to_thread(adapt, screenplay, brief)
