"""The live feed: one follower of the event store per process, fanned out in memory to bounded queues."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from services.gateway.frames import BEAT, frames_of, task_of
from shared.contracts.subjects import event_filter
from shared.errors import TalewrightError
from shared.eventstore.port import Commit, EventStore

log = logging.getLogger("talewright.gateway")

FILTERS = (event_filter("task"), event_filter("job"))
_RETRY_S = 0.5


class Told:
    """One thing told to subscribers; what they send is made once, by the first who needs it."""

    __slots__ = ("_frame", "commit", "message", "notice")

    def __init__(self, commit: Commit | None = None, frame: bytes | None = None, message: str = "") -> None:
        self.commit = commit
        self.message = message
        """A ready WebSocket message, of what is not stored."""
        self.notice: asyncio.Future[list[str]] | None = None
        """WebSocket messages about the commit."""
        self._frame = frame

    @property
    def position(self) -> int:
        """The commit's position, 0 for what is not stored."""
        return self.commit.position if self.commit else 0

    @property
    def frame(self) -> bytes:
        """The SSE frames."""
        if self._frame is None:
            self._frame = frames_of(self.commit) if self.commit else b""
        return self._frame


class Subscriber:
    """A bounded queue for one client; who does not keep up is cut, and the queue let go."""

    __slots__ = ("_limit", "_queue", "_wake", "closed", "lost", "owner", "quiet", "task")

    def __init__(self, owner: str, task: str, limit: int) -> None:
        self.owner, self.task, self._limit = owner, task, limit
        self.closed = self.lost = False
        self.quiet = True
        self._queue: deque[Told] = deque()
        self._wake: asyncio.Future[None] | None = None

    def put(self, told: Told) -> None:
        """Queues something, or cuts a client that is too slow."""
        if self.closed:
            return
        if len(self._queue) >= self._limit:
            self.lost = True
            self.close()
            return
        self.quiet = False
        self._queue.append(told)
        self._stir()

    def close(self) -> None:
        """Ends the subscription; nothing more is taken from it."""
        self.closed = True
        self._queue.clear()
        self._stir()

    async def take(self) -> list[Told]:
        """Everything that waits, at least one thing; empty when the subscription has ended."""
        while not self._queue and not self.closed:
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        found = list(self._queue)
        self._queue.clear()
        return found

    def _stir(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


class Feed:
    """Follows the events of tasks and jobs and hands each to the subscribers of its task and of its owner."""

    def __init__(self, store: EventStore, queue: int = 1_000, heartbeat_s: float = 15.0) -> None:
        self._store = store
        self._queue = queue
        self._heartbeat_s = heartbeat_s
        self._subscribers: dict[tuple[str, str], set[Subscriber]] = {}
        self._position: int | None = None
        self.closed = False

    @contextmanager
    def subscribe(self, owner: str, task: str = "") -> Iterator[Subscriber]:
        """Everything about a task of an owner, or about all of them, from now on."""
        subscriber = Subscriber(owner, task, self._queue)
        place = (owner, task)
        self._subscribers.setdefault(place, set()).add(subscriber)
        if self.closed:
            subscriber.close()
        try:
            yield subscriber
        finally:
            subscriber.close()
            others = self._subscribers.get(place, set())
            others.discard(subscriber)
            if not others:
                self._subscribers.pop(place, None)

    def wanted(self, owner: str, task: str) -> bool:
        """Whether anybody listens to a task."""
        return (owner, task) in self._subscribers or (owner, "") in self._subscribers

    def publish(self, owner: str, task: str, told: Told) -> None:
        """Hands something to whom it concerns."""
        for place in ((owner, task), (owner, "")):
            for subscriber in tuple(self._subscribers.get(place, ())):
                subscriber.put(told)

    async def run(self) -> None:
        """Follows the store for ever, without a gap even across its failures."""
        while not self.closed:
            try:
                if self._position is None:
                    self._position = await self._store.last_position()
                await self._follow(self._position)
            except (TalewrightError, OSError) as error:
                log.warning("the feed is interrupted: %s", error)
                await asyncio.sleep(_RETRY_S)

    async def beat(self) -> None:
        """Tells subscribers with nothing to hear that the line is alive, for ever."""
        alive = Told(frame=BEAT)
        while True:
            await asyncio.sleep(self._heartbeat_s)
            for subscriber in [one for some in self._subscribers.values() for one in some]:
                if subscriber.quiet:
                    subscriber.put(alive)
                subscriber.quiet = True

    def close(self) -> None:
        """Ends all subscriptions, at shutdown."""
        self.closed = True
        for subscriber in [one for some in self._subscribers.values() for one in some]:
            subscriber.close()

    async def _follow(self, after: int) -> None:
        async for commits in self._store.follow(after, FILTERS):
            for commit in commits:
                self.publish(commit.stream.owner, task_of(commit), Told(commit))
            self._position = commits[-1].position
