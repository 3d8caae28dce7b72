"""The handlers of projects over stores in memory, and what a gateway would ask of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from services.tasks.project import PROJECT, ProjectState
from services.tasks.project_files import folder_of
from services.tasks.project_handlers import Projects
from shared.artifacts.memory import MemoryArtifactStore
from shared.clock import now_ms
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import Artifact, Brief
from shared.contracts.workflow import SCREENPLAY, Workflow
from shared.eventstore.handle import Origin
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import EventStore, Metadata, StreamName
from tests.tasks.project_world import ME, PLAY, json_of

NAME = PLAY.name
DOCUMENTS = ["characters.json", "project.json", "scenes.json", "sequences.json"]


@dataclass
class House:
    """The handlers, and what a gateway would ask of them."""

    store: EventStore = field(default_factory=MemoryEventStore)
    bucket: Any = field(default_factory=MemoryArtifactStore)
    asked: int = 0
    now_ms: int = field(default_factory=now_ms)

    @property
    def projects(self) -> Projects:
        return Projects(self.bucket, clock=lambda: self.now_ms)

    async def ask(self, command: Any, command_id: str = "") -> c.Reply:
        self.asked += 1
        origin = Origin(source="test", causation_id=command_id or f"command-{self.asked}")
        return await self.projects.routes[type(command)](self.store, command, origin)

    async def preview(self, preview: str = "preview_1", play: Screenplay = PLAY, **changes: Any) -> str:
        await self.task(preview, **changes)
        key = f"users/7/output/texts/{preview}/r1/screenplay.json"
        file = await self.bucket.put_bytes(key, json.dumps(json_of(play)).encode(), "application/json")
        job = JobRef(owner="7", task=preview, segment=1, run=1, kind="write_screenplay")
        left = Artifact(name="screenplay.json", key=key, media_type=file.media_type, size_bytes=file.size_bytes)
        written = e.JobCompleted(job=job, attempt=1, artifacts=(left,))
        await self.append(StreamName("job", "7", job.stream_id), 0, written)
        await self.append(StreamName("task", "7", preview), 1, e.SegmentCompleted(segment=1, run=1))
        return preview

    async def task(self, task: str, surface: Any = "projects", workflow: Workflow = SCREENPLAY) -> None:
        created = e.TaskCreated(surface=surface, workflow=workflow, brief=Brief(topic="t"), auto=True)
        requested = e.SegmentRequested(segment=1, run=1, order=ScreenplayOrder())
        await self.append(StreamName("task", "7", task), 0, created, requested)

    async def append(self, stream: StreamName, version: int, *events: e.Event) -> None:
        event_id = f"{stream.category}-{stream.id}-{version}"
        await self.store.append(stream, version, events, Metadata(event_id=event_id, time_ms=self.now_ms))

    async def finalize(self, preview: str = "preview_1", command_id: str = "") -> c.Reply:
        return await self.ask(c.FinalizeProject(owner="7", preview=preview), command_id)

    async def opened(self) -> House:
        await self.preview()
        await self.finalize()
        await self.ask(c.OpenProject(**ME))
        return self

    async def close(self, save: bool, command_id: str = "") -> c.Reply:
        return await self.ask(c.CloseProject(**ME, save=save), command_id)

    async def retitle(self, title: str, command_id: str = "") -> c.Reply:
        return await self.ask(c.ModifyScene(**ME, scene_id="scene_1", title=title), command_id)

    async def state(self, name: str = NAME) -> ProjectState:
        return PROJECT.fold(await self.store.load(StreamName("project", "7", name)))

    async def types(self, name: str = NAME) -> list[str]:
        commits = await self.store.load(StreamName("project", "7", name))
        return [type(event).__name__ for commit in commits for event in commit.events]

    async def keys(self, name: str = NAME) -> list[str]:
        start = folder_of("7", name)
        return [one.key.removeprefix(start + "/") for one in await self.bucket.list(start)]

    async def versions(self, name: str = NAME) -> list[str]:
        return sorted({key.partition("-")[0] for key in await self.keys(name)})
