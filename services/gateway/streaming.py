"""Server-sent events over ASGI: ends at once when the client leaves, and never waits long for one who does not read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.gateway.measures import STREAM
from shared.ending import end
from shared.telemetry.metrics_measure import stream as measured


class EventStream(Response):
    """Sends chunks as they come."""

    media_type = "text/event-stream"

    def __init__(self, chunks: AsyncIterator[bytes], send_s: float) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._chunks = chunks
        self._send_s = send_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs until the chunks end or the client leaves."""
        scope[STREAM] = True
        with measured("sse"):
            await self._run(receive, send)

    async def _run(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        writing = asyncio.create_task(self._write(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(writing, leaving)
        if not writing.cancelled() and (error := writing.exception()) and not isinstance(error, TimeoutError):
            raise error

    async def _write(self, send: Send) -> None:
        try:
            async for chunk in self._chunks:
                message = {"type": "http.response.body", "body": chunk, "more_body": True}
                async with asyncio.timeout(self._send_s):
                    await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await self._chunks.aclose()  # type: ignore[attr-defined]


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
