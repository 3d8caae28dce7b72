"""A whole system in one process for the gateway's tests: the real rules, projections and views on a store in memory,
and media that finish, fail or rest as a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import functools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
from fastapi import FastAPI
from starlette.datastructures import State

from services.gateway.adapters.memory_idempotency import MemoryIdempotency
from services.gateway.adapters.memory_windows import MemoryWindows
from services.gateway.adapters.sqlite_views import SqliteViews
from services.gateway.app import make_api, surround
from services.gateway.deps import Deps, Ports
from services.gateway.settings import GatewaySettings
from services.gateway.views import Checkpoint
from services.media.workspace import key_for
from services.tasks.adapters.sql_views import SqlViews
from services.tasks.funding import Funding
from services.tasks.handlers import Tasks
from services.tasks.loading import load_process, task_stream
from services.tasks.manager import ProcessManager
from services.tasks.process import resume
from services.tasks.project_handlers import Projects
from services.tasks.projector import Projection
from services.tasks.task import TASK
from shared.artifacts.memory import MemoryArtifactStore
from shared.clock import new_id, now_ms
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.accounts import Account, Tokens
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import Character, PlayScene, Screenplay, Sequence, Shot
from shared.contracts.script import Hero, Page, Scene, Script
from shared.contracts.values import Artifact, Charge
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
        if surface == "projects":  # this surface's refresh tokens stay good
            return msgspec.structs.replace(self._tokens(self.live[token]), refresh_token="")
        return self._tokens(self.live.pop(token))

    async def logout(self, token: str) -> None:
        self._answer()
        self.live.pop(token, None)

    async def account(self, account_id: int) -> Account:
        self._answer()
        return Account(id=account_id, username=f"user{account_id}@example.com", created_at="2026-01-01T00:00:00Z")

    async def reissue(self, token: str, surface: str) -> Tokens:
        self._answer()
        if not token.startswith(("access-", "token-", "ey")):
            raise Unauthenticated("Could not validate credentials")
        return self._tokens("somebody")

    async def exchange(self, username: str, surface: str) -> Tokens:
        self._answer()
        if username not in self.passwords:
            raise Unauthenticated("nobody")
        return self._tokens(username)

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


@functools.cache
def _routes() -> FastAPI:
    return make_api()


def _app_of(deps: Deps) -> FastAPI:
    """What `create_app` makes, on routes that all worlds share: making them takes longer than most tests."""
    app = copy.copy(_routes())
    app.state, app.user_middleware, app.middleware_stack = State(), [], None
    app.state.deps = deps
    surround(app, deps)
    return app


class World:
    """`media` says what becomes of jobs: done, failed, or nothing ("rest")."""

    def __init__(self, folder: Path, tokens: Any = None, funding: Funding | None = None, **settings: Any) -> None:
        self.file = folder / "views.db"
        self.store = MemoryEventStore()
        self.artifacts = MemoryArtifactStore()
        self.tokens, self.accounts, self.numbers = tokens or FakeTokens(), FakeAccounts(), FakeNumbers()
        self.bus = FakeBus(self.store)
        self.media = "done"
        self.resting: list[c.RunJob] = []
        self.delay_s = 0.0
        self.down = False
        self.asked: list[tuple[c.Command, str]] = []
        self.idempotency = MemoryIdempotency()
        self.views = SqliteViews(self.file)
        self.settings = GatewaySettings(**{"health_cache_s": 0, "purge_wait_s": 1, **settings})
        self.routes = (
            Tasks(funding or Funding()).routes | Projects(self.artifacts, self.settings.preview_ttl_s * 1000).routes
        )
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
            windows=MemoryWindows(self.settings.rate_limit, self.settings.rate_window_s),
        )
        self.deps = Deps(self.settings, ports)
        self.app: FastAPI = _app_of(self.deps)
        self.engine = database.open_engine(f"sqlite:///{self.file}")
        self._background: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[World]:
        generation = database.prepare(self.engine)
        self.projecting = asyncio.create_task(self._project(generation))
        self._later(ProcessManager(self.store, self, self).run())
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
        return await self.routes[type(command)](self.store, command, origin)

    async def put(self, command: c.RunJob, headers: dict[str, str] | None = None) -> bool:
        """Implements the process's queue: media that do as the test wants."""
        if self.media == "rest":
            self.resting.append(command)
        else:
            self._later(self._do(command))
        return True

    async def wake(self) -> None:
        """Does what came while the media rested, as soon as something came."""
        while not self.resting:
            await asyncio.sleep(0.005)
        self.media = "done"
        for command in self.resting:
            self._later(self._do(command))
        self.resting.clear()

    async def candidates(self, upto: int) -> list[tuple[str, str]]:
        """Nothing is ever owed in a world that never stops."""
        return []

    async def _do(self, command: c.RunJob) -> None:
        await asyncio.sleep(self.delay_s)
        job = command.job
        stream = StreamName("job", job.owner, job.stream_id)
        if self.media == "failed" and job.kind != "purge_artifacts":
            await self.append(stream, e.JobFailed(job=job, attempt=command.attempt, reason=REASON))
        else:
            await self.append(stream, await self._done(command))

    async def _done(self, command: c.RunJob) -> e.JobCompleted:
        job = command.job
        made = [await self._make(command, *file) for file in FILES[job.kind](job.item)]
        pages, title = (PAGES, "The Kite") if job.kind == "write_story" else (0, "")
        charges = CHARGES.get(job.kind, ())
        return e.JobCompleted(
            job=job, attempt=command.attempt, artifacts=tuple(made), pages=pages, title=title, charges=charges
        )

    async def finish(self, owner: str, task: str, segment: int, run: int) -> None:
        """Does what is owed of a segment while the media rest."""
        while True:
            state = await load_process(self.store, owner, task)
            running = state.task.running
            if not running or (running.segment, running.run) != (segment, run):
                return
            for due in resume(state):
                if isinstance(due, c.RunJob):
                    await self.append(StreamName("job", owner, due.job.stream_id), await self._done(due))
                else:
                    await self._decide(due)

    async def fail(self, owner: str, task: str, segment: int, run: int, attempt: int = 1) -> None:
        await self._decide(
            c.FailSegment(owner=owner, task=task, segment=segment, run=run, attempt=attempt, reason=REASON)
        )

    async def append(self, stream: StreamName, *events: e.Event) -> int:
        version = len(await self.store.load(stream))
        return await self.store.append(stream, version, events, Metadata(event_id=new_id(), time_ms=now_ms()))

    async def settled(self) -> None:
        """Waits until the views have caught up."""
        assert await self.deps.reach.reached(await self.store.last_position())

    async def _decide(self, command: Any) -> None:
        await handle(self.store, TASK, task_stream(command.owner, command.task), command, Origin(source="tasks"))

    async def _make(self, command: c.RunJob, name: str, media_type: str) -> Artifact:
        job = command.job
        data = msgspec.json.encode(_document(command)) if name.endswith("json") else f"{name}!".encode() * 100
        key = key_for(job, name)
        stored = await self.artifacts.put_bytes(key, data, media_type)
        public = not name.startswith("private")
        return Artifact(name=name, key=key, media_type=media_type, size_bytes=stored.size_bytes, public=public)

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


def _document(command: c.RunJob) -> Any:
    if isinstance(command.order, ScreenplayOrder):
        return screenplay(command.brief.topic, command.order)
    return script(command.job.kind == "split_text")


def screenplay(prompt: str, order: ScreenplayOrder) -> Screenplay:
    """A screenplay as long as was ordered, with one shot a scene."""
    numbers = range(1, (order.scene_count or 3) + 1)
    duration = (order.duration_s or 30.0) / len(numbers)
    return Screenplay(
        name="the-kite",
        prompt=prompt,
        language=order.language,
        style=order.style,
        scenes=tuple(
            PlayScene(
                id=f"scene_{n}",
                number=n,
                title=f"Scene {n}",
                description="A kite flies.",
                location="Hill",
                duration=duration,
                characters=("char_1",),
            )
            for n in numbers
        ),
        characters=(Character(id="char_1", name="Penny", role="protagonist"),),
        sequences=tuple(
            Sequence(
                id=f"seq_{n}",
                scene_id=f"scene_{n}",
                total_duration=duration,
                shots=(
                    Shot(
                        id=f"scene_{n}_shot_1",
                        number=1,
                        type="wide",
                        camera_movement="static",
                        duration=duration,
                        description="The hill.",
                        visual_style=order.style,
                    ),
                ),
            )
            for n in numbers
        ),
    )


REASON = "the painter ran out of blue"
FILES: dict[str, Callable[[int], list[tuple[str, str]]]] = {
    "write_story": lambda _: [("script_data.json", "application/json")],
    "split_text": lambda _: [("script_data.json", "application/json")],
    "draw_image": lambda page: [(f"image/p{page}.png", "image/png")],
    "speak_page": lambda page: [(f"speech/s{page}_{piece}.wav", "audio/wav") for piece in (10, 2, 1)],
    "render_clip": lambda page: [(f"private/clip{page}.mp4", "video/mp4")],
    "mix_sound": lambda _: [("private/sound.m4a", "audio/mp4")],
    "assemble_video": lambda _: [("captions.srt", "application/x-subrip"), ("output.mp4", "video/mp4")],
    "draw_picture": lambda item: [(f"images/{item}.png", "image/png")],
    "animate_picture": lambda item: [(f"clips/{item}.mp4", "video/mp4")],
    "compose_video": lambda _: [("final.mp4", "video/mp4")],
    "write_screenplay": lambda _: [("screenplay.json", "application/json")],
    "purge_artifacts": lambda _: [],
}
CHARGES: dict[str, tuple[Charge, ...]] = {
    "draw_picture": (
        Charge(service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=3_000),
    ),
    "animate_picture": (
        Charge(service="replicate_luma", model="gen-4-turbo", quantity=8, unit="second", amount_microusd=120_000),
    ),
}
