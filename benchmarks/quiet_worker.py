"""A media worker whose jobs do nothing: what is left is the orchestration. `python -m benchmarks.quiet_worker`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from services.media.adapters.nats_teller import NatsTeller
from services.media.handlers import Shop
from services.media.subscribers import media_consumer
from services.media.works import WORKS, Outcome, Studio, Work
from services.media.workspace import LeftFile, Workspace
from shared.artifacts.memory import MemoryArtifactStore
from shared.artifacts.port import StoredObject
from shared.bus.connect import connect
from shared.bus.service import make_broker, run, serve, take_commands
from shared.bus.streams import MEDIA_CONSUMER, prepare_streams
from shared.contracts.commands import RunJob
from shared.contracts.subjects import MEDIA_COMMANDS
from shared.contracts.values import Artifact
from shared.eventstore.jetstream import JetStreamEventStore
from shared.settings import Settings

PAGES = 4
"""The story workflow of the peers: waves of 1, 4, 1, 4, 4 and 1 jobs."""

JOBS_AT_ONCE = 8


class QuietStore(MemoryArtifactStore):
    """Takes files and keeps none: nobody looks at them here."""

    async def put_file(self, key: str, file: Path, media_type: str) -> StoredObject:
        return StoredObject(key=key, size_bytes=0, media_type=media_type, modified_at="", etag="")


async def _fetch_nothing(space: Workspace, inputs: Sequence[Artifact]) -> None:
    """A job that does nothing needs no files."""


def _path(space: Workspace, name: str) -> Path:
    """Nor a folder for them."""
    return Path(name)


def _quiet(writes: bool) -> Work:
    files = (LeftFile(name="script_data.json", media_type="application/json"),) if writes else ()
    outcome = Outcome(files=files, pages=PAGES if writes else 0)

    async def work(studio: Studio, command: RunJob, space: object, progress: object) -> Outcome:
        return outcome

    return work


async def main() -> None:
    settings = Settings()  # type: ignore[call-arg]
    Workspace.fetch = _fetch_nothing  # type: ignore[assignment, method-assign]
    Workspace.path = _path  # type: ignore[assignment, method-assign]
    for kind in WORKS:
        WORKS[kind] = _quiet(writes=kind in ("write_story", "split_text"))
    nc = await connect(settings, "quiet-worker")
    await prepare_streams(nc)
    nobody: list[Any] = [None] * len(fields(Studio))
    shop = Shop(JetStreamEventStore(nc), QuietStore(), Studio(*nobody), NatsTeller(nc))
    broker = make_broker(settings, "quiet-worker", 1.0)
    take_commands(broker, nc, MEDIA_CONSUMER, MEDIA_COMMANDS, media_consumer(shop, (0.5,)), workers=JOBS_AT_ONCE)
    await serve(broker, "quiet worker")


if __name__ == "__main__":
    run(main())
