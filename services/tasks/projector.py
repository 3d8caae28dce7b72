"""Keeps the read models up to date: events in batches, rows and checkpoint in one transaction.

One projector is active (by lease); a second one at the same time cannot do harm, because the checkpoint is compared
in the transaction that moves it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import msgspec

from services.tasks.budget_rows import evolve_budget
from services.tasks.manager import key_of
from services.tasks.ports import Generations, Views
from services.tasks.project_rows import evolve_project, evolve_usage
from services.tasks.projections import evolve_task
from services.tasks.rows import Key, Row, TaskRows
from services.tasks.workflow_rows import evolve_workflow
from shared.errors import ConcurrencyConflict, Unavailable
from shared.eventstore.port import Commit, EventStore, StreamName
from shared.telemetry.metrics_measure import batch
from shared.telemetry.trace_events import shown

log = logging.getLogger("talewright.projector")

BATCH = 500
APART_S = 0.02
QUIET_S = 2.0
"""After so long without an event the checkpoint is looked at. A failover to a standby that lagged takes it back, and
what was lost would stay away until the next event."""

CACHED_TASKS = 2_000

CACHED_OTHERS = 2_000

OtherKey = tuple[str, tuple[str, ...]]
"""A row outside tasks: its table and its primary key."""


class Other(msgspec.Struct, frozen=True):
    """A table with one row a stream (or several streams a row): its name, a stream's key in it, and its evolve."""

    table: str
    key_of: Callable[[StreamName], tuple[str, ...]]
    evolve: Callable[[Row | None, Commit], Row | None]


OTHERS: dict[str, Other] = {
    "workflow": Other("workflows", lambda stream: (stream.id,), evolve_workflow),
    "project": Other("projects", lambda stream: (stream.owner, stream.id), evolve_project),
    "budget": Other("budgets", lambda stream: (stream.owner, stream.id), evolve_budget),
    "usage": Other("usage", lambda stream: (stream.owner,), evolve_usage),
}
"""By category of events."""


def other_key_of(stream: StreamName) -> OtherKey | None:
    """The row outside tasks that a stream's events are about, if there is one."""
    other = OTHERS.get(stream.category)
    return (other.table, other.key_of(stream)) if other else None


Told = Callable[[int, int], Awaitable[None]]
"""Called with generation and position after each commit."""


class Projection:
    """One generation of the read models and its rows at hand. Not safe for two tasks at once."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.position = views.position()
        self._cache: OrderedDict[Key, TaskRows] = OrderedDict()
        self._others: OrderedDict[OtherKey, Row | None] = OrderedDict()

    @property
    def generation(self) -> int:
        """Which generation this fills."""
        return self._views.generation

    def apply(self, commits: Sequence[Commit]) -> int:
        """Writes a batch; commits seen before are passed over. Returns the new checkpoint."""
        fresh = [commit for commit in commits if commit.position > self.position]
        if not fresh:
            return self.position
        before = self._rows_for(fresh)
        after = dict(before)
        others_before = self._others_for(fresh)
        others = dict(others_before)
        for commit in fresh:
            self._evolve(after, others, commit)
        changed = [(before[key], rows) for key, rows in after.items() if rows is not before[key]]
        changed_others: dict[str, list[Row]] = {}
        for other, row in others.items():
            if row is not None and row is not others_before[other]:
                changed_others.setdefault(other[0], []).append(row)
        last = fresh[-1].position
        self._views.save(self.position, last, changed, changed_others)
        self._remember(after, others, last)
        return last

    def check(self) -> None:
        """Raises `ConcurrencyConflict` if the checkpoint is not where this left it."""
        if self._views.position() != self.position:
            raise ConcurrencyConflict("The checkpoint is not where this projector left it.")

    def _evolve(self, tasks: dict[Key, TaskRows], others: dict[OtherKey, Row | None], commit: Commit) -> None:
        if commit.stream.category in ("task", "job"):
            key = key_of(commit.stream)
            tasks[key] = evolve_task(tasks[key], commit)
        elif other := other_key_of(commit.stream):
            others[other] = OTHERS[commit.stream.category].evolve(others[other], commit)

    def _others_for(self, commits: Sequence[Commit]) -> dict[OtherKey, Row | None]:
        """The rows of other tables that these commits may change; None for one that is not there."""
        keys = {key for commit in commits if (key := other_key_of(commit.stream))}
        unknown = [key for key in keys if key not in self._others]
        for table in {table for table, _ in unknown}:
            wanted = [key for name, key in unknown if name == table]
            self._others |= dict.fromkeys(((table, key) for key in wanted), None)
            self._others |= {(table, key): row for key, row in self._views.load_rows(table, wanted).items()}
        return {key: self._others[key] for key in keys}

    def _rows_for(self, commits: Sequence[Commit]) -> dict[Key, TaskRows]:
        """The rows that these commits may change; a task that begins here has none to be looked for."""
        keys = {key_of(commit.stream) for commit in commits if commit.stream.category in ("task", "job")}
        new = {key_of(commit.stream) for commit in commits if commit.stream.category == "task" and commit.version == 1}
        unknown = [key for key in keys - new if key not in self._cache]
        loaded = self._views.load_tasks(unknown) if unknown else {}
        return {key: self._cache.get(key) or loaded.get(key) or TaskRows() for key in keys}

    def _remember(self, tasks: dict[Key, TaskRows], others: dict[OtherKey, Row | None], position: int) -> None:
        self.position = position
        for other, row in others.items():
            self._others[other] = row
            self._others.move_to_end(other)
        while len(self._others) > CACHED_OTHERS:
            self._others.popitem(last=False)
        for key, rows in tasks.items():
            self._cache[key] = rows
            self._cache.move_to_end(key)
        while len(self._cache) > CACHED_TASKS:
            self._cache.popitem(last=False)


async def gathered(
    pages: AsyncIterator[list[Commit]], apart_s: float, quiet_s: float | None = None
) -> AsyncIterator[list[Commit]]:
    """The same commits; the first page at once, and while more come, at most one page every `apart_s`. An empty page
    each time that none came for `quiet_s`.

    A transaction costs the same for one commit as for fifty.
    """
    loop = asyncio.get_running_loop()
    coming = asyncio.ensure_future(anext(pages))
    given_at = 0.0
    try:
        while True:
            while not (await asyncio.wait({coming}, timeout=quiet_s))[0]:
                yield []
            page = list(await coming)
            coming = asyncio.ensure_future(anext(pages))
            while len(page) < BATCH and (left_s := given_at + apart_s - loop.time()) > 0:
                if not (await asyncio.wait({coming}, timeout=left_s))[0]:
                    break
                page += await coming
                coming = asyncio.ensure_future(anext(pages))
            given_at = loop.time()
            yield page
    finally:
        coming.cancel()


async def project(store: EventStore, generations: Generations, told: Told) -> None:
    """Follows the event store for ever; takes up the new generation when a rebuild has switched."""
    while True:
        try:
            await _follow(store, generations, told)
        except ConcurrencyConflict as error:
            log.info("starting over from the live generation: %s", error.message)
        except Unavailable as error:
            log.warning("%s Trying again.", error.message)
        await asyncio.sleep(0.5)


async def _follow(store: EventStore, generations: Generations, told: Told) -> None:
    projection = await asyncio.to_thread(lambda: Projection(generations.live()))
    log.info("generation %d, from position %d", projection.generation, projection.position)
    await told(projection.generation, projection.position)  # more may have been told before a failover
    async for commits in gathered(store.follow(projection.position, batch=BATCH), APART_S, QUIET_S):
        if not commits:
            await asyncio.to_thread(projection.check)
            continue
        begun_ns = time.time_ns()
        with batch(sum(len(commit.events) for commit in commits)):
            position = await asyncio.to_thread(projection.apply, commits)
        await told(projection.generation, position)
        shown(commits, (begun_ns, time.time_ns()), projection.generation)
