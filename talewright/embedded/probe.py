"""Asks a gateway whether it is well, with nothing but a socket: it is done often, and before anything is loaded."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit


async def healthy(url: str, timeout_s: float = 2.0) -> bool:
    """Whether `GET <url>/health` answers 200. Plain http only; never raises."""
    return await _status(url, timeout_s) == 200


async def _status(url: str, timeout_s: float) -> int:
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
            try:
                request = (
                    f"GET {parts.path.rstrip('/')}/health HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
                )
                writer.write(request.encode())
                words = (await reader.readline()).split()
                return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return 0
