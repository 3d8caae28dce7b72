"""Runs the process over the event store: follows all tasks and jobs, keeps their states at hand, sends what is due.

States are a cache, rebuilt from the store on first sight; losing it costs a load, never a command.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable

from msgspec.structs import replace

from services.tasks import process
from services.tasks.ledger import Ledger
from services.tasks.loading import task_stream
from services.tasks.ports import JobQueue, OpenTasks
from services.tasks.process import Due
from services.tasks.process_state import ProcessState, evolve
from services.tasks.rows import Key
from services.tasks.task import TASK
from shared.contracts import commands as c
from shared.contracts.subjects import event_filter
from shared.ending import until_first
from shared.errors import ConcurrencyConflict, Rejected, Unavailable
from shared.eventstore.handle import Known, Origin, handle
from shared.eventstore.port import Commit, EventStore, Metadata, StreamName
from shared.telemetry.metrics import PROCESS_OWED
from shared.telemetry.trace_context import CORRELATION_ID, TRACEPARENT, headers_onward
from shared.telemetry.trace_events import reacting, resuming

log = logging.getLogger("talewright.process")

FILTERS = (event_filter("task"), event_filter("job"))
CACHED_TASKS = 5_000
PAUSE_S = 0.5
ORIGIN = Origin(source="tasks/process")


class Tracked:
    """A task's process with where its streams have come to."""

    __slots__ = ("cause", "position", "state", "version")

    def __init__(self, key: Key) -> None:
        self.state = ProcessState(owner=key[0], id=key[1])
        self.version = 0
        self.position = 0
        self.cause: Metadata | None = None
        """Of its last event that belongs to a trace, else of its first: what is sent after a crash belongs to it."""

    def take(self, commit: Commit) -> bool:
        """Evolves by one commit; False if it was seen before."""
        if commit.position <= self.position:
            return False
        self.position = commit.position
        if commit.metadata.traceparent or self.cause is None:
            self.cause = commit.metadata
        if commit.stream.category == "task":
            self.version = commit.version
        for event in commit.events:
            self.state = evolve(self.state, event)
        return True


class ProcessManager:
    """The active process of all tasks. One instance does the work of all; a second one would only repeat."""

    def __init__(self, store: EventStore, queue: JobQueue, open_tasks: OpenTasks, sweep_every_s: float = 20.0) -> None:
        self._store, self._queue, self._open_tasks = store, queue, open_tasks
        self._sweep_every_s = sweep_every_s
        self._ledger = Ledger()
        self._tracked: OrderedDict[Key, Tracked] = OrderedDict()

    async def run(self) -> None:
        """Does its work for ever. When a part does not answer, it begins again with what is owed."""
        while True:
            try:
                await self._follow()
            except Unavailable as error:
                log.warning("the process begins again: %s", error.message)
            await asyncio.sleep(PAUSE_S)

    async def _follow(self) -> None:
        """Follows from now on, after settling what was owed before."""
        self._tracked.clear()
        start = await self._store.last_position()
        await until_first(self._sweep_for_ever(start), self._take_all(start))

    async def _take_all(self, start: int) -> None:
        async for commits in self._store.follow(start, FILTERS):
            await self._take(commits)

    async def sweep(self, upto: int = 0) -> int:
        """Sends again whatever any open task is owed; says how many commands were not on their way already."""
        sent = 0
        for key in await self._open_tasks.candidates(upto):
            tracked = await self._load(key)
            if owed := again(process.resume(tracked.state)):
                with resuming(key, tracked.cause, len(owed)):
                    sent += await self._send(key, owed)
        if sent:
            PROCESS_OWED.inc(sent)
            log.info("sweep: %d commands were owed", sent)
        return sent

    async def _sweep_for_ever(self, start: int) -> None:
        upto = start
        while True:
            try:
                await self.sweep(upto)
            except Unavailable as error:
                log.warning("sweep: %s", error.message)
            upto = 0
            await asyncio.sleep(self._sweep_every_s)

    async def _take(self, commits: Iterable[Commit]) -> None:
        """Commits of different tasks are dealt with side by side, those of one task in order."""
        by_task: dict[Key, list[Commit]] = {}
        for commit in commits:
            by_task.setdefault(key_of(commit.stream), []).append(commit)
        await asyncio.gather(*(self._advance(key, its) for key, its in by_task.items()))

    async def _advance(self, key: Key, commits: list[Commit]) -> None:
        try:
            for commit in commits:
                if owed := await self._due_after(key, commit):
                    with reacting(commit, len(owed)):
                        await self._send(key, owed)
        except Unavailable as error:  # the next sweep sends it
            log.warning("task %s: %s", key[1], error.message)

    async def _due_after(self, key: Key, commit: Commit) -> tuple[Due, ...]:
        tracked = self._tracked.get(key)
        if tracked is None and commit.stream.category == "task" and commit.version == 1:
            tracked = self._remember(key, Tracked(key))
        if tracked is None:
            return again(process.resume((await self._load(key)).state))
        self._tracked.move_to_end(key)
        if not tracked.take(commit):
            return ()
        return tuple(due for event in commit.events for due in process.react(tracked.state, event))

    async def _load(self, key: Key) -> Tracked:
        tracked = Tracked(key)
        job_streams = StreamName("job", *key)
        for commit in await self._store.load_below(task_stream(*key), job_streams):
            tracked.take(commit)
        return self._remember(key, tracked)

    def _remember(self, key: Key, tracked: Tracked) -> Tracked:
        self._tracked[key] = tracked
        self._tracked.move_to_end(key)
        while len(self._tracked) > CACHED_TASKS:
            self._tracked.popitem(last=False)
        return tracked

    async def _send(self, key: Key, owed: tuple[Due, ...]) -> int:
        """Says how many were new to whoever takes them."""
        return sum(await asyncio.gather(*(self._send_one(key, command) for command in owed)))

    async def _send_one(self, key: Key, command: Due) -> bool:
        if isinstance(command, c.RunJob):
            return await self._queue.put(command, headers_onward())
        origin = replace(ORIGIN, traceparent=TRACEPARENT.get(), correlation_id=CORRELATION_ID.get())
        tracked = self._tracked.get(key)
        known = Known(tracked.state.task, tracked.version) if tracked else None
        try:
            if isinstance(command, c.SettleBudget):
                await self._ledger.ask(self._store, command, origin)
            else:
                await handle(self._store, TASK, task_stream(*key), command, origin, known)
        except (Rejected, ConcurrencyConflict) as error:  # deleted meanwhile, or decided by another
            log.info("task %s: %s", key[1], error.message)
            return False
        return True


def again(owed: tuple[Due, ...]) -> tuple[Due, ...]:
    """The same commands, marked as perhaps sent before."""
    return tuple(replace(due, again=True) if isinstance(due, c.RunJob) else due for due in owed)


def key_of(stream: StreamName) -> Key:
    """The task that a task's or a job's stream belongs to."""
    return stream.owner, stream.id.partition(".")[0]
