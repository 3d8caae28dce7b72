"""Keeps the read models up to date: events in batches, rows and checkpoint in one transaction.

One projector is active (by lease); a second one at the same time cannot do harm, because the checkpoint is compared
in the transaction that moves it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from services.tasks.manager import key_of
from services.tasks.ports import Generations, Views
from services.tasks.projections import evolve_task, evolve_workflow
from services.tasks.rows import Key, Row, TaskRows
from shared.errors import ConcurrencyConflict, Unavailable
from shared.eventstore.port import Commit, EventStore

log = logging.getLogger("talewright.projector")

BATCH = 500
APART_S = 0.02
CACHED_TASKS = 2_000

Told = Callable[[int, int], Awaitable[None]]
"""Called with generation and position after each commit."""


class Projection:
    """One generation of the read models and its rows at hand. Not safe for two tasks at once."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.position = views.position()
        self._cache: OrderedDict[Key, TaskRows] = OrderedDict()
        self._workflows = views.load_workflows()

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
        workflows: dict[str, Row] = {}
        for commit in fresh:
            self._evolve(after, workflows, commit)
        changed = [(before[key], rows) for key, rows in after.items() if rows is not before[key]]
        last = fresh[-1].position
        self._views.save(self.position, last, changed, list(workflows.values()))
        self._remember(after, workflows, last)
        return last

    def _evolve(self, tasks: dict[Key, TaskRows], workflows: dict[str, Row], commit: Commit) -> None:
        if commit.stream.category == "workflow":
            name = commit.stream.id
            row = evolve_workflow(workflows.get(name) or self._workflows.get(name), commit)
            if row:
                workflows[name] = row
        elif commit.stream.category in ("task", "job"):
            key = key_of(commit.stream)
            tasks[key] = evolve_task(tasks[key], commit)

    def _rows_for(self, commits: Sequence[Commit]) -> dict[Key, TaskRows]:
        """The rows that these commits may change; a task that begins here has none to be looked for."""
        keys = {key_of(commit.stream) for commit in commits if commit.stream.category in ("task", "job")}
        new = {key_of(commit.stream) for commit in commits if commit.stream.category == "task" and commit.version == 1}
        unknown = [key for key in keys - new if key not in self._cache]
        loaded = self._views.load_tasks(unknown) if unknown else {}
        return {key: self._cache.get(key) or loaded.get(key) or TaskRows() for key in keys}

    def _remember(self, tasks: dict[Key, TaskRows], workflows: dict[str, Row], position: int) -> None:
        self.position = position
        self._workflows |= workflows
        for key, rows in tasks.items():
            self._cache[key] = rows
            self._cache.move_to_end(key)
        while len(self._cache) > CACHED_TASKS:
            self._cache.popitem(last=False)


async def gathered(pages: AsyncIterator[list[Commit]], apart_s: float) -> AsyncIterator[list[Commit]]:
    """The same commits; the first page at once, and while more come, at most one page every `apart_s`.

    A transaction costs the same for one commit as for fifty.
    """
    loop = asyncio.get_running_loop()
    coming = asyncio.ensure_future(anext(pages))
    given_at = 0.0
    try:
        while True:
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
    async for commits in gathered(store.follow(projection.position, batch=BATCH), APART_S):
        position = await asyncio.to_thread(projection.apply, commits)
        await told(projection.generation, position)
