"""JetStream's direct get for many messages at once (`multi_last`), which nats-py does not offer.

Every event has a subject of its own, so "the last message of each matching subject" is every matching event: found in
the subject index, answered in order of position, in one round trip, whatever else the stream holds.

Found out by trying 2.15.1: more than 1024 matches are refused whole (413) and `batch` and `seq` do not help, for they
are applied afterwards; `up_to_seq` beyond the last position finds *nothing* (404) and costs an index scan otherwise
(40 ms instead of 1), so it is not used; overlapping filters yield a message once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
from nats.aio.client import Client
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from shared.contracts.subjects import EVENTS_STREAM
from shared.errors import Unavailable
from shared.eventstore.api import API
from shared.eventstore.envelope import parse_headers
from shared.eventstore.tap import tap_of

MOST_MATCHES = 1024
_STATUS = b"NATS/1.0 "
_ENCODE = msgspec.json.Encoder().encode

Raw = tuple[bytes, bytes]
"""Header block and body of a stored message; the headers name its subject and position."""


class TooMany(Exception):
    """The filters match more than `MOST_MATCHES` messages."""


class _Request(msgspec.Struct, omit_defaults=True):
    multi_last: Sequence[str]
    seq: int = 0


class _Answer:
    """What has arrived for one request; `ended` gets the header block that closes it."""

    __slots__ = ("ended", "messages")

    def __init__(self) -> None:
        self.messages: list[Raw] = []
        self.ended: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()


class DirectGet:
    """Direct gets over one inbox of one connection."""

    def __init__(self, nc: Client, stream: str = EVENTS_STREAM, timeout_s: float = 2.0, tries: int = 3) -> None:
        self._nc = nc
        self._tap = tap_of(nc)
        self._subject = f"{API}.DIRECT.GET.{stream}"
        self._timeout_s = timeout_s
        self._tries = tries
        self._inbox = nc.new_inbox()
        self._prefix_size = len(self._inbox) + 1
        self._subscription: Subscription | None = None
        self._lock = asyncio.Lock()
        self._answers: dict[bytes, _Answer] = {}
        self._count = 0

    async def multi_last(self, filters: Sequence[str], first: int = 0) -> list[Raw]:
        """Every message that matches a filter, from position `first` on, in order.

        Raises `TooMany`, or `Unavailable` when nobody answers in time.
        """
        found: list[Raw] = []
        while True:
            page, rest = await self._page(_ENCODE(_Request(filters, first)))
            found += page
            if not rest:
                return found
            # The server ends an answer early when it grows beyond what it would buffer for a client.
            first = int(parse_headers(page[-1][0])["Nats-Sequence"]) + 1

    async def close(self) -> None:
        """Ends the inbox."""
        if self._subscription is not None:
            await self._tap.release(self._subscription)
            self._subscription = None

    async def _page(self, request: bytes) -> tuple[list[Raw], int]:
        for tried in range(self._tries):
            answer = await self._call(request)
            if answer is None:
                continue
            closing = answer.ended.result()
            status = closing[len(_STATUS) : len(_STATUS) + 3]
            if status == b"204":
                return answer.messages, int(parse_headers(closing)["Nats-Num-Pending"])
            if status == b"404":
                return [], 0
            if status == b"413":
                raise TooMany
            if status != b"503":
                raise Unavailable(f"Direct get failed: {closing.decode(errors='replace').strip()}.")
            await asyncio.sleep(0.05 * 2**tried)
        raise Unavailable("The event store does not answer reads.")

    async def _call(self, request: bytes) -> _Answer | None:
        self._count += 1
        token = b"%d" % self._count
        answer = self._answers[token] = _Answer()
        try:
            await self._listen()
            await self._nc.publish(self._subject, request, reply=f"{self._inbox}.{token.decode()}")
            async with asyncio.timeout(self._timeout_s):
                await answer.ended
        except TimeoutError:
            return None
        except (NatsError, OSError) as error:
            raise Unavailable(f"The event store cannot be reached: {error!r}.") from error
        finally:
            del self._answers[token]
        return answer

    async def _listen(self) -> None:
        if self._subscription is None:
            async with self._lock:
                if self._subscription is None:
                    self._subscription = await self._tap.subscribe(f"{self._inbox}.*", self._on_message)

    def _on_message(self, subject: bytes, reply: bytes, headers: bytes | None, body: bytes) -> None:
        answer = self._answers.get(subject[self._prefix_size :])
        if answer is None or headers is None:
            return
        if not headers.startswith(_STATUS):
            answer.messages.append((headers, body))
        elif not answer.ended.done():
            answer.ended.set_result(headers)
