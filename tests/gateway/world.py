"""A whole system in one process for the gateway's tests: the real rules, projections and views on a store in memory,
and media that finish, fail or rest as a test wants."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
from fastapi import FastAPI

from services.gateway.adapters.memory_idempotency import MemoryIdempotency
from services.gateway.adapters.sqlite_views import SqliteViews
from services.gateway.app import create_app
from services.gateway.deps import Deps, Ports
from services.gateway.settings import GatewaySettings
from services.gateway.views import Checkpoint
from services.tasks.adapters.sql_views import SqlViews
from services.tasks.handlers import ROUTES, task_stream
from services.tasks.projector import Projection
from services.tasks.task import TASK
from shared.artifacts.memory import MemoryArtifactStore
from shared.clock import new_id, now_ms
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.accounts import Account, Tokens
from shared.contracts.jobs import JobRef
from shared.contracts.script import Hero, Page, Scene, Script
from shared.contracts.values import Artifact
from shared.errors import Invalid, Unauthenticated, Unavailable
from shared.eventstore.handle import Origin, handle
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Metadata, StreamName
from shared.readmodel import database

PAGES = 3
ALICE, BOB, ROOT = "token-alice", "token-bob", "token-root"


@dataclass(frozen=True)
class Someone:
    user_id: int
    username: str
    admin: bool = False


class FakeTokens:
    def __init__(self) -> None:
        self.known = {ALICE: Someone(1, "alice"), BOB: Someone(2, "bob"), ROOT: Someone(3, "root", admin=True)}
        self.down = False

    async def verify(self, token: str) -> Someone:
        if self.down:
            raise Unavailable("Tokens cannot be verified now.")
        if token not in self.known:
            raise Unauthenticated("Could not validate credentials")
        return self.known[token]


class FakeAccounts:
    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.live: dict[str, str] = {}
        self.down = False
        self.drawn = 0

    async def register(self, username: str, password: str, admin: bool = False) -> Account:
        self._answer()
        if username in self.passwords:
            raise Invalid("Username already exists")
        self.passwords[username] = password
        return Account(id=len(self.passwords), username=username, created_at="2026-01-01T00:00:00Z")

    async def login(self, username: str, password: str, surface: str) -> Tokens:
        self._answer()
        if self.passwords.get(username) != password:
            raise Unauthenticated("no such pair")
        return self._tokens(username)

    async def refresh(self, token: str, surface: str) -> Tokens:
        self._answer()
        if token not in self.live:
            raise Unauthenticated("spent")
        return self._tokens(self.live.pop(token))

    async def logout(self, token: str) -> None:
        self._answer()
        self.live.pop(token, None)

    def _tokens(self, username: str) -> Tokens:
        self.drawn += 1
        refresh = f"refresh-{self.drawn}"
        self.live[refresh] = username
        account = Account(id=1, username=username, created_at="2026-01-01T00:00:00Z")
        return Tokens(
            access_token=f"access-{self.drawn}",
            expires_in_s=900,
            refresh_token=refresh,
            refresh_expires_in_s=604_800,
            account=account,
        )

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("The auth service does not answer.")


class FakeNumbers:
    def __init__(self) -> None:
        self.last = 0

    async def next(self, series: str) -> int:
        self.last += 1
        return self.last


class FakeBus:
    def __init__(self, store: MemoryEventStore) -> None:
        self.store = store
        self.down = self.tasks_down = self.auth_down = False

    async def last_position(self) -> int:
        if self.down:
            raise Unavailable("The bus is not connected.")
        return await self.store.last_position()

    async def orchestrator_ready(self) -> bool:
        return not self.tasks_down

    async def auth_ready(self) -> bool:
        return not self.auth_down


class World:
    """`media` says what becomes of requested segments: done, failed, or nothing ("rest")."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.file = folder / "views.db"
        self.store = MemoryEventStore()
        self.artifacts = MemoryArtifactStore()
        self.tokens, self.accounts, self.numbers = FakeTokens(), FakeAccounts(), FakeNumbers()
        self.bus = FakeBus(self.store)
        self.media = "done"
        self.delay_s = 0.0
        self.down = False
        self.asked: list[tuple[c.Command, str]] = []
        self.idempotency = MemoryIdempotency()
        self.views = SqliteViews(self.file)
        self.settings = GatewaySettings(**{"health_cache_s": 0, "purge_wait_s": 1, **settings})
        ports = Ports(
            tokens=self.tokens,
            accounts=self.accounts,
            commands=self,
            numbers=self.numbers,
            views=self.views,
            artifacts=self.artifacts,
            events=self.store,
            idempotency=self.idempotency,
            bus=self.bus,
        )
        self.deps = Deps(self.settings, ports)
        self.app: FastAPI = create_app(self.deps)
        self.engine = database.open_engine(f"sqlite:///{self.file}")
        self._background: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[World]:
        generation = database.prepare(self.engine)
        self.projecting = asyncio.create_task(self._project(generation))
        async with self.app.router.lifespan_context(self.app):
            await asyncio.sleep(0)
            try:
                yield self
            finally:
                for task in (self.projecting, *self._background):
                    task.cancel()
                await asyncio.gather(self.projecting, *self._background, return_exceptions=True)
                self.views.close()
                self.engine.dispose()

    def client(self, token: str = "", **headers: str) -> httpx.AsyncClient:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers={**bearer, **headers})

    async def ask(self, command: Any, command_id: str) -> c.Reply:
        """Implements `Commands`."""
        if self.down:
            raise Unavailable("The tasks service does not answer.")
        self.asked.append((command, command_id))
        origin = Origin(source="tasks", causation_id=command_id)
        reply = await ROUTES[type(command)](self.store, command, origin)
        if isinstance(command, c.RequestSegment) and not reply.repeated and self.media != "rest":
            self._later(self._do(command, reply.run))
        if isinstance(command, c.DeleteTask) and self.media != "rest":
            self._later(self._purge(command))
        return reply

    async def _do(self, command: c.RequestSegment, run: int) -> None:
        await asyncio.sleep(self.delay_s)
        if self.media == "failed":
            await self.fail(command.owner, command.task, command.segment, run)
        else:
            await self.finish(command.owner, command.task, command.segment, run)

    async def finish(self, owner: str, task: str, segment: int, run: int) -> None:
        """Does a segment's jobs and completes it."""
        for kind, item, names in JOBS[segment]:
            job = JobRef(owner=owner, task=task, segment=segment, run=run, kind=kind, item=item)
            made = [await self._make(job, name, media_type) for name, media_type in names]
            pages, title = (PAGES, "The Kite") if kind == "write_story" else (0, "")
            done = e.JobCompleted(job=job, attempt=1, artifacts=tuple(made), pages=pages, title=title)
            await self.append(StreamName("job", owner, job.stream_id), done)
        await self._decide(c.CompleteSegment(owner=owner, task=task, segment=segment, run=run, pages=PAGES))

    async def fail(self, owner: str, task: str, segment: int, run: int, attempt: int = 1) -> None:
        reason = "the painter ran out of blue"
        await self._decide(
            c.FailSegment(owner=owner, task=task, segment=segment, run=run, attempt=attempt, reason=reason)
        )

    async def append(self, stream: StreamName, *events: e.Event) -> int:
        version = len(await self.store.load(stream))
        return await self.store.append(stream, version, events, Metadata(event_id=new_id(), time_ms=now_ms()))

    async def settled(self) -> None:
        """Waits until the views have caught up."""
        assert await self.deps.reach.reached(await self.store.last_position())

    async def _decide(self, command: Any) -> None:
        await handle(self.store, TASK, task_stream(command.owner, command.task), command, Origin(source="tasks"))

    async def _make(self, job: JobRef, name: str, media_type: str) -> Artifact:
        data = msgspec.json.encode(script(job.segment == 3)) if name.endswith("json") else f"{name}!".encode() * 100
        key = f"users/{job.owner}/output/images/{job.task}/{job.run}/{name}"
        stored = await self.artifacts.put_bytes(key, data, media_type)
        public = not name.startswith("private")
        return Artifact(name=name, key=key, media_type=media_type, size_bytes=stored.size_bytes, public=public)

    async def _purge(self, command: c.DeleteTask) -> None:
        await asyncio.sleep(self.delay_s)
        job = JobRef(owner=command.owner, task=command.task, segment=0, run=0, kind="purge_artifacts", item=1)
        await self.append(StreamName("job", command.owner, job.stream_id), e.JobCompleted(job=job, attempt=1))

    async def _project(self, generation: int) -> None:
        projection = Projection(SqlViews(self.engine, generation))
        async for commits in self.store.follow(projection.position):
            self.deps.reach.told(Checkpoint(generation, projection.apply(commits)))

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def script(split: bool = False) -> Script:
    """A small story; with its pages split into pieces after Split."""
    pages = tuple(
        Page(
            number=n,
            text=f"Page {n} begins. It ends.",
            scene=Scene(place="hill", time="day"),
            pieces=(f"Page {n} begins.", "It ends.") if split else (),
        )
        for n in range(1, PAGES + 1)
    )
    return Script(
        title="The Kite",
        description="A kite flies.",
        language="english",
        genre="bedtime",
        style="cinematic",
        voice="nova",
        aspect_ratio="16:9",
        seed=7,
        hero=Hero(name="Penny", kind="girl"),
        pages=pages,
    )


_EACH = range(1, PAGES + 1)
JOBS: dict[int, list[Any]] = {
    1: [("write_story", 0, [("script_data.json", "application/json")])],
    2: [("draw_image", n, [(f"image/p{n}.png", "image/png")]) for n in reversed(_EACH)],
    3: [("split_text", 0, [("script_data.json", "application/json")])],
    4: [("speak_page", n, [(f"speech/s{n}_{p}.wav", "audio/wav") for p in (10, 2, 1)]) for n in _EACH],
    5: [
        *(("render_clip", n, [(f"private/clip{n}.mp4", "video/mp4")]) for n in _EACH),
        ("assemble_video", 0, [("captions.srt", "application/x-subrip"), ("output.mp4", "video/mp4")]),
    ],
}
