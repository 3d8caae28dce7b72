"""Rebuilding and verifying the read models from event 1, while the live ones go on serving."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import msgspec

from services.tasks.ports import Generations, Views
from services.tasks.projector import Projection
from shared.errors import ConcurrencyConflict, Unavailable
from shared.eventstore.port import EventStore

log = logging.getLogger("talewright.rebuild")

BATCH = 2_000
MIGRATING = "migrating"
"""The state of a generation that `build` fills."""

SWITCH_TAKES_S = 2.0
"""How long the gateway and the projector may go on with the old generation after a switch."""

Told = Callable[[int, int], None]


class Verdict(msgspec.Struct, frozen=True):
    """The outcome of a verification at a position: how many rows, and the keys of those that differ."""

    position: int
    rows: int
    differences: tuple[str, ...]


async def rebuild(store: EventStore, generations: Generations, told: Told) -> int:
    """Fills a new generation from event 1 and switches to it. `told` hears (position, last). Returns the generation."""
    return await _serve_filled(store, generations, await asyncio.to_thread(generations.add, "building"), told)


async def build(store: EventStore, generations: Generations, told: Told) -> int:
    """The same for a release that has no generation yet, which goes on with what was interrupted before. Only one at a
    time may do this."""
    views = await asyncio.to_thread(generations.unfinished, MIGRATING)
    if views is None:
        views = await asyncio.to_thread(generations.add, MIGRATING)
    return await _serve_filled(store, generations, views, told)


async def _serve_filled(store: EventStore, generations: Generations, views: Views, told: Told) -> int:
    last = await _fill(store, views, await store.last_position(), told)
    while (newest := await store.last_position()) > last:  # what came in the meantime
        last = await _fill(store, views, newest, told)
    before = await asyncio.to_thread(generations.serve, views.generation)
    if before is not None:
        await asyncio.sleep(SWITCH_TAKES_S)
        try:
            await asyncio.to_thread(generations.drop, before)
        except Unavailable as error:  # a backup reads it, perhaps; the projector drops it later
            log.warning("generation %d was not dropped: %s", before, error.message)
    return views.generation


async def verify(store: EventStore, generations: Generations, told: Told) -> Verdict:
    """Builds the read models anew beside the live ones, up to the same position, and compares."""
    position, served = await asyncio.to_thread(lambda: generations.live().all_rows())
    scratch = await asyncio.to_thread(generations.add, "scratch")
    try:
        await _fill(store, scratch, position, told)
        _, fresh = await asyncio.to_thread(scratch.all_rows)
    finally:
        await asyncio.to_thread(generations.drop, scratch.generation)
    return Verdict(position, sum(map(len, fresh.values())), tuple(_differences(served, fresh)))


def _differences(served: dict[str, list[dict[str, object]]], fresh: dict[str, list[dict[str, object]]]) -> list[str]:
    found: list[str] = []
    for table, rows in fresh.items():
        mine, theirs = ({_key(row): row for row in some} for some in (rows, served[table]))
        found += [f"{table} {key}" for key in sorted(mine.keys() | theirs.keys()) if mine.get(key) != theirs.get(key)]
    return found


def _key(row: dict[str, object]) -> str:
    return "/".join(str(row[name]) for name in ("owner", "month", "task", "segment", "number", "name") if name in row)


async def _fill(store: EventStore, views: Views, upto: int, told: Told) -> int:
    projection = await asyncio.to_thread(Projection, views)
    if projection.position >= upto:
        return upto
    async for commits in store.follow(projection.position, batch=BATCH):
        wanted = [commit for commit in commits if commit.position <= upto]
        position = await asyncio.to_thread(projection.apply, wanted)
        told(position, upto)
        if commits[-1].position >= upto:
            return upto
    raise ConcurrencyConflict("The event store ended before the position that was promised.")
