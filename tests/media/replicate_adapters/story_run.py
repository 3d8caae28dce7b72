"""A whole story through `run_job`, job by job, as the process would order it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from services.media.bootstrap import open_counter
from services.media.handlers import Shop, job_stream, run_job
from services.media.hiring import ReplicateStudios
from services.media.replicate.pace import Pace
from services.media.replicate.till import Counter
from services.media.settings import ReplicateSettings
from services.media.works import Studios
from shared.artifacts.memory import MemoryArtifactStore
from shared.contracts import events as e
from shared.contracts.commands import RunJob
from shared.contracts.jobs import JobRef
from shared.contracts.orders import Order
from shared.contracts.script import Script
from shared.contracts.values import Artifact, Brief
from shared.contracts.workflow import JobKind
from shared.eventstore.handle import Origin
from shared.eventstore.memory import MemoryEventStore


class House:
    """A worker's parts over stores in memory; `run()` is a task in it."""

    def __init__(
        self, settings: ReplicateSettings, store: MemoryEventStore, artifacts: MemoryArtifactStore, brief: Brief,
        pace: Pace,
    ) -> None:  # fmt: skip
        self.settings, self.store, self.artifacts, self.brief, self.pace = settings, store, artifacts, brief, pace
        self._counters: list[Counter] = []

    def run(self, brief: Brief | None = None, **settings: Any) -> Run:
        """A task whose worker has other settings."""
        chosen = self.settings.model_copy(update=settings)
        counter = replace(open_counter(chosen, self.store, self.artifacts), pace=self.pace)
        self._counters.append(counter)
        return Run(ReplicateStudios(counter, chosen), self.store, self.artifacts, brief or self.brief)

    async def close(self) -> None:
        for counter in self._counters:
            await counter.close()


class Failed(Exception):
    """What the user reads."""


class Silent:
    def tell(self, job: JobRef, fraction: float) -> None:
        assert 0 <= fraction <= 1


class Run:
    """Jobs of one task; `do` returns the artifacts of one job, by name."""

    def __init__(self, studios: Studios, store: MemoryEventStore, artifacts: MemoryArtifactStore, brief: Brief) -> None:
        self.shop, self.brief = Shop(store, artifacts, studios, Silent()), brief
        self.jobs: list[JobRef] = []

    async def do(
        self, kind: JobKind, item: int = 0, inputs: Sequence[Artifact] = (), order: Order | None = None,
        attempt: int = 1, run: int = 1,
    ) -> dict[str, Artifact]:  # fmt: skip
        job = JobRef(owner="7", task="1", segment=1, run=run, kind=kind, item=item)
        self.jobs.append(job)
        command = RunJob(job=job, attempt=attempt, items=1, brief=self.brief, inputs=tuple(inputs), order=order)
        await run_job(self.shop, command, Origin(source="test"), again=attempt > 1)
        last = (await self.events(job))[-1]
        if isinstance(last, e.JobFailed):
            raise Failed(last.reason)
        assert isinstance(last, e.JobCompleted)
        return {artifact.name: artifact for artifact in last.artifacts}

    async def events(self, job: JobRef) -> list[e.Event]:
        return [event for commit in await self.shop.store.load(job_stream(job)) for event in commit.events]

    async def all_events(self) -> list[e.Event]:
        return [event for job in dict.fromkeys(self.jobs) for event in await self.events(job)]

    async def script(self, artifact: Artifact) -> Script:
        return msgspec.json.decode(await self.shop.artifacts.get_bytes(artifact.key), type=Script)

    async def film(self, folder: Path) -> Path:
        """Every job from the brief to the film; returns the film."""
        text = (await self.do("write_story"))["script_data.json"]
        pages = range(1, len((await self.script(text)).pages) + 1)
        pictures = [(await self.do("draw_image", n, [text]))[f"image/p{n}.png"] for n in pages]
        text = (await self.do("split_text", 0, [text]))["script_data.json"]
        spoken = [await self.do("speak_page", n, [text]) for n in pages]
        timings = [one[f"speech/p{n}.json"] for n, one in zip(pages, spoken, strict=True)]
        wavs = [wav for one in spoken for wav in one.values() if wav.name.endswith(".wav")]
        clips = [
            (await self.do("render_clip", n, [text, *timings, *pictures[max(0, n - 2) : n]]))[f"video/c{n}.mp4"]
            for n in pages
        ]
        sound = (await self.do("mix_sound", 0, [text, *timings, *wavs]))["video/sound.m4a"]
        done = await self.do("assemble_video", 0, [text, *timings, *clips, sound])
        film = folder / "output.mp4"
        await self.shop.artifacts.get_file(done["output.mp4"].key, film)
        return film
