"""News from webhooks, for whoever waits: never the truth, only a reason to ask for it now."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from services.media.replicate.ports import Pause

REMEMBERED = 1000


class Hints:
    """By the nonce of a sending, which its webhook URL carries. Of use within one event loop."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, str] = OrderedDict()
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def tell(self, nonce: str, prediction_id: str = "") -> None:
        """Something happened to this sending. Told twice, too late or for nobody, it does no harm."""
        if prediction_id:
            self._ids[nonce] = prediction_id
            if len(self._ids) > REMEMBERED:
                self._ids.popitem(last=False)
        for event in self._waiting.get(nonce, ()):
            event.set()

    def prediction_id(self, nonce: str) -> str:
        """Which prediction a webhook named for this sending; empty if none did."""
        return self._ids.get(nonce, "")

    def pause(self, nonce: str) -> Pause:
        """A pause that news about this sending ends early."""

        async def wait(delay_s: float) -> None:
            news = asyncio.Event()
            self._waiting.setdefault(nonce, set()).add(news)
            try:
                async with asyncio.timeout(max(delay_s, 0.0)):
                    await news.wait()
            except TimeoutError:
                return
            finally:
                self._waiting[nonce].discard(news)
                if not self._waiting[nonce]:
                    del self._waiting[nonce]

        return wait
