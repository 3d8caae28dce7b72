"""Messages of chosen subscriptions as raw bytes, past the client library's header parsing and queues.

Measured with twelve headers a message: 42,000 decoded events a second through `nc.subscribe(cb=...)`, 100,000 through
a tap; the library's generic header parser, its message objects and its queue cost more than all of our decoding. The
price is one hook into nats-py's internals (`Client._process_msg`); the library is pinned and a test holds its shape.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nats.aio.client import Client
from nats.aio.subscription import Subscription

Handler = Callable[[bytes, bytes, bytes | None, bytes], None]
"""Takes subject, reply subject, header block (None without headers) and body; must not block or raise."""


class Tap:
    """The raw subscriptions of one connection. Get it with `tap_of`."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._handlers: dict[int, Handler] = {}
        self._process = nc._process_msg
        nc._process_msg = self._on_message  # type: ignore[method-assign]

    async def subscribe(self, subject: str, handler: Handler) -> Subscription:
        """A subscription that hands every message to `handler` as it is read off the socket.

        It survives reconnects; `release` ends it.
        """
        unused: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        subscription = await self._nc.subscribe(subject, future=unused)
        self._handlers[subscription._id] = handler
        return subscription

    async def release(self, subscription: Subscription) -> None:
        """Ends a subscription; harmless on a closed connection."""
        self._handlers.pop(subscription._id, None)
        if not (self._nc.is_closed or self._nc.is_draining):
            await subscription.unsubscribe()

    async def _on_message(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        handler = self._handlers.get(sid)
        if handler is None:
            await self._process(sid, subject, reply, data, headers)
        else:
            handler(subject, reply, headers, data)


def tap_of(nc: Client) -> Tap:
    """The connection's tap; made at the first call."""
    hooked = getattr(nc._process_msg, "__self__", None)
    return hooked if isinstance(hooked, Tap) else Tap(nc)
