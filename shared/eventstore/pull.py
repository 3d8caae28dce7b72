"""One pass over the stream: an ephemeral consumer read by pull requests, checked message by message for gaps.

Several requests stay outstanding so that the server never waits for us, and a new one is sent only once messages were
taken: at most `OUTSTANDING` pages wait in memory however slow the reader is. The consumer keeps no state on disk and
asks for no acknowledgements; whoever loses it makes a new one after the last position it handled.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from nats.aio.client import Client
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from shared.contracts.subjects import EVENTS_STREAM
from shared.errors import Unavailable
from shared.eventstore.api import API, ask
from shared.eventstore.envelope import NO_HEADERS, parse_headers
from shared.eventstore.tap import Tap, tap_of

OUTSTANDING = 3
_HEARTBEAT_S = 1.0
_SILENCE_S = 2.5
_EXPIRES_S = 30.0
_ABANDONED_S = 30.0
_POLL_S = 0.25
_NS = 1_000_000_000
_STATUS = b"NATS/1.0 "
_HARMLESS = (b"100", b"404", b"408")
"""Heartbeat, and a request that ended because nothing came."""


class Broken(Exception):
    """The pass has a gap or its consumer is gone: begin another after the last position handled."""


class Delivered(NamedTuple):
    """A stored message as it came; `pending` is how many more match after it."""

    subject: bytes
    position: int
    pending: int
    headers: bytes
    body: bytes


class Pull:
    """A pass from one position on. `open`, then `take` again and again, then `close`."""

    def __init__(self, nc: Client, page: int, stream: str = EVENTS_STREAM) -> None:
        self._nc = nc
        self._tap: Tap = tap_of(nc)
        self._page = page
        self._stream = stream
        self._name = "pass-" + nc._nuid.next().decode()
        self._inbox = nc.new_inbox()
        self._subscription: Subscription | None = None
        self._next = f"{API}.CONSUMER.MSG.NEXT.{stream}.{self._name}"
        self._request = msgspec.json.encode(
            {"batch": page, "expires": int(_EXPIRES_S * _NS), "idle_heartbeat": int(_HEARTBEAT_S * _NS)}
        )
        self._asked: deque[int] = deque()
        self._waiting: deque[Delivered] = deque()
        self._arrived = asyncio.Event()
        self._delivered = 0
        self._broken = ""
        self._reconnects = nc.stats["reconnects"]
        self._now = asyncio.get_running_loop().time
        self._heard = 0.0

    async def open(self, after: int, filters: Sequence[str]) -> int:
        """Starts after a position and returns how many stored messages match. Raises `Unavailable`."""
        try:
            self._subscription = await self._tap.subscribe(self._inbox, self._on_message)
        except NatsError as error:
            raise Unavailable(f"The event store cannot be reached: {error!r}.") from error
        config: dict[str, object] = {
            "name": self._name,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": after + 1,
            "ack_policy": "none",
            "replay_policy": "instant",
            "mem_storage": True,
            "num_replicas": 1,
            "inactive_threshold": int(_ABANDONED_S * _NS),
        }
        if filters:
            config["filter_subjects"] = list(filters)
        body = {"stream_name": self._stream, "config": config, "action": "create"}
        answer = await ask(self._nc, f"CONSUMER.CREATE.{self._stream}.{self._name}", body)
        await self._ask_for_more()
        return int(answer["num_pending"])

    async def take(self, most: int) -> list[Delivered]:
        """At least one and at most `most` messages, waiting for the first. Raises `Broken`."""
        while not self._waiting:
            await self._wait()
        waiting = self._waiting
        taken = [waiting.popleft() for _ in range(min(most, len(waiting)))]
        await self._ask_for_more()
        return taken

    async def close(self) -> None:
        """Ends the pass and deletes its consumer without waiting for the answer."""
        if self._subscription is None:
            return
        with contextlib.suppress(NatsError, OSError):
            await self._tap.release(self._subscription)
            await self._nc.publish(f"{API}.CONSUMER.DELETE.{self._stream}.{self._name}", reply=self._inbox)

    async def _wait(self) -> None:
        self._arrived.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL_S):
                await self._arrived.wait()
        if self._waiting:
            return
        if self._broken:
            raise Broken(self._broken)
        if self._nc.stats["reconnects"] != self._reconnects:
            raise Broken("The connection was lost.")
        if self._now() - self._heard > _SILENCE_S:
            raise Broken("The consumer fell silent.")
        await self._ask_for_more()

    async def _ask_for_more(self) -> None:
        if not self._asked:
            self._heard = self._now()
        while len(self._asked) < OUTSTANDING and len(self._waiting) < self._page:
            self._asked.append(self._page)
            await self._nc.publish(self._next, self._request, reply=self._inbox)

    def _on_message(self, subject: bytes, reply: bytes, headers: bytes | None, body: bytes) -> None:
        self._heard = self._now()
        if self._broken:
            return
        if headers is not None and headers.startswith(_STATUS):
            self._on_status(headers)
        else:
            self._on_event(subject, reply, headers or NO_HEADERS, body)
        if self._waiting or self._broken:
            self._arrived.set()

    def _on_event(self, subject: bytes, reply: bytes, headers: bytes, body: bytes) -> None:
        position, number, pending = _numbers(reply)
        self._delivered += 1
        if number != self._delivered:
            self._broken = f"Message {self._delivered} of the pass is missing."
            return
        self._count_down()
        self._waiting.append(Delivered(subject, position, pending, headers, body))

    def _count_down(self) -> None:
        if self._asked:
            self._asked[0] -= 1
            if not self._asked[0]:
                self._asked.popleft()

    def _on_status(self, headers: bytes) -> None:
        status = headers[len(_STATUS) : len(_STATUS) + 3]
        if status not in _HARMLESS:
            self._broken = headers[len(_STATUS) :].decode(errors="replace").strip()
        elif status != b"100" and self._asked:
            owed = self._asked.popleft()
            if int(parse_headers(headers).get("Nats-Pending-Messages", owed)) != owed:
                self._broken = "The server sent more than arrived."


def _numbers(reply: bytes) -> tuple[int, int, int]:
    """Position, number within the pass and how many are pending, from an acknowledgement's subject."""
    # $JS.ACK.<stream>.<consumer>.<deliveries>.<position>.<number>.<time>.<pending>
    tokens = reply.split(b".")
    if len(tokens) == 9:
        return int(tokens[5]), int(tokens[6]), int(tokens[8])
    # $JS.ACK.<domain>.<account>.<stream>... and one more at the end
    return int(tokens[7]), int(tokens[8]), int(tokens[10])
