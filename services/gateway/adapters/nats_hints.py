"""Tells media workers that a webhook came: unstored, for whoever waits now."""

from __future__ import annotations

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.contracts.providers import Hint
from shared.contracts.subjects import hint_of
from shared.errors import Unavailable


class NatsHints:
    """Implements `Hints`."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc

    async def tell(self, provider: str, nonce: str, hint: Hint) -> None:
        """See `Hints.tell`."""
        if not self._nc.is_connected:
            raise Unavailable("The bus is not connected.")
        try:
            await self._nc.publish(hint_of(provider, nonce), msgspec.json.encode(hint))
        except (NatsError, OSError) as error:
            raise Unavailable(f"The bus takes no news ({type(error).__name__}).") from error
