"""`python -m services.tasks.migrate` brings the read models to this release, whatever `TALEWRIGHT_AUTO_MIGRATE` says.

New tables are filled from event 1 beside those that are served to the release before, and served themselves when they
have caught up: nobody ever sees empty views. It may run twice at once; what was interrupted is gone on with.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable

from services.tasks.adapters.sql_answers import TITLE
from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_schema import open_readmodel, upgrade
from services.tasks.rebuild import build
from services.tasks.settings import TasksSettings
from shared.bus.lease import Lease
from shared.clock import new_id
from shared.ending import until_first
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.server import prepare_events_stream
from shared.readmodel.version import SCHEMA_VERSION
from shared.sql.command import migrate_command
from shared.startup import Startup

log = logging.getLogger("talewright.migrate")


def migrate(settings: TasksSettings) -> list[str]:
    """Applies what is missing, once database and bus answer (within `startup_wait_s`); says what that was. The bus is
    needed only where views have to be built. Blocking. Raises `Unavailable`."""
    return asyncio.run(bring_up(settings))


async def bring_up(settings: TasksSettings) -> list[str]:
    """See `migrate`."""
    startup = Startup(settings.startup_wait_s)
    engine = open_readmodel(settings)
    try:
        done = await asyncio.to_thread(upgrade, engine, startup.left_s)
        generations = SqlGenerations(engine)
        if not await asyncio.to_thread(generations.served):
            done += await _built(settings, startup, generations)
        return done
    finally:
        engine.dispose()


async def _built(settings: TasksSettings, startup: Startup, generations: SqlGenerations) -> list[str]:
    nc = await startup.bus(settings, "talewright-migrate")
    try:
        await startup.until("the event stream", lambda: prepare_events_stream(nc, settings.stream_replicas))
        store = JetStreamEventStore(nc, settings.stream_replicas)
        done: list[str] = []

        async def alone() -> None:
            if await asyncio.to_thread(generations.served):  # somebody else did it while we waited
                return
            generation = await build(store, generations, _Told())
            done.append(f"views of schema {SCHEMA_VERSION} from {await store.last_position():,} events")
            log.info("generation %d of the read models is served", generation)

        await once(Lease(nc, "migrate-readmodel", new_id(), settings.stream_replicas), alone)
        return done
    finally:
        await nc.close()


async def once(lease: Lease, work: Callable[[], Awaitable[None]]) -> None:
    """Waits for the lease, works, and gives it back. If it is lost on the way, both begin anew."""
    finished = asyncio.Event()

    async def worked() -> None:
        await work()
        finished.set()

    await until_first(lease.hold(worked), finished.wait())


class _Told:
    """Logs every tenth of the way."""

    def __init__(self) -> None:
        self._tenths = 0

    def __call__(self, position: int, last: int) -> None:
        tenths = position * 10 // last if last else 0
        if tenths > self._tenths:
            self._tenths = tenths
            log.info("views: event %d of %d", position, last)


if __name__ == "__main__":
    sys.exit(migrate_command(TITLE, TasksSettings, migrate))
