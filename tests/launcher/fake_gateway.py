"""A gateway that plays one story: what the demo needs of the API, with the mishaps a test asks for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Response
from fastapi.responses import StreamingResponse

from talewright.embedded.ports import free_ports

NAMES = ("Story", "Image", "Split", "Speech", "Video")
FILM = b"film" * 50_000


@dataclass
class FakeGateway:
    """`drop_after` cuts each feed after that many events; `fail` is a segment that fails, `stall` one that never ends;
    `mute` sends no events; `busy` refuses that many times to take a story.
    """

    drop_after: int = 0
    fail: int = 0
    stall: int = 0
    mute: bool = False
    expire_once: bool = False
    busy: int = 0
    port: int = field(default_factory=lambda: free_ports(1)[0])
    wishes: dict[str, Any] = field(default_factory=dict)
    resumed_from: list[str] = field(default_factory=list)
    log: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    current: int = 0
    logins: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[FakeGateway]:
        config = uvicorn.Config(self._app(), host="127.0.0.1", port=self.port, log_level="error")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        yield self
        server.should_exit = server.force_exit = True
        await task

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/health")
        async def health() -> dict[str, str]:
            return {"status": "ok"}

        @app.post("/api/register")
        async def register(body: dict[str, str]) -> dict[str, Any]:
            assert body["username"].startswith("demo-")
            return {"id": 1, "username": body["username"]}

        @app.post("/api/login")
        async def login(body: dict[str, str]) -> dict[str, str]:
            self.logins += 1
            return {"access_token": f"token-{self.logins}", "token_type": "Bearer"}

        @app.get("/api/task/workflow")
        async def workflow() -> list[dict[str, Any]]:
            return [{"id": n, "name": name} for n, name in enumerate(NAMES, 1)]

        @app.post("/api/task/new")
        async def new(body: dict[str, Any], idempotency_key: str = Header()) -> dict[str, int]:
            self.keys.append(idempotency_key)
            if self.busy:
                self.busy -= 1
                raise HTTPException(503, "Not yet.")
            self.wishes = body
            return {"task_id": 42}

        @app.post("/api/task/42/execute/{segment}")
        async def execute(segment: int, authorization: str = Header(), prefer: str = Header()) -> dict[str, Any]:
            self._check(authorization)
            assert prefer == "respond-async"
            assert segment == self.current + 1
            self._play(segment)  # over before anybody can listen: stories are quick
            return {"accepted": True, "message": "started"}

        @app.get("/api/task/42/progress")
        async def progress() -> dict[str, Any]:
            return {"current_segment": self.current, "status": "running"}

        @app.get("/api/task/42/events")
        async def events(after: str = "", last_event_id: str = Header("")) -> StreamingResponse:
            cursor = last_event_id or after
            if cursor not in ("", "0"):
                self.resumed_from.append(cursor)
            start = int(cursor) if cursor else len(self.log)  # without a cursor the feed starts now
            return StreamingResponse(self._feed(start), media_type="text/event-stream")

        @app.get("/api/task/42/resource")
        async def resource(segmentId: int) -> dict[str, Any]:
            assert segmentId == 5
            base = "generated_stories/42"
            return {"segmentId": 5, "resources": [], "urls": [f"{base}/output.mp4", f"{base}/output.srt"]}

        @app.get("/api/resource")
        async def download(url: str) -> Response:
            return Response(FILM if url.endswith("mp4") else b"1\n00:00 --> 00:01\nHello\n")

        return app

    def _check(self, authorization: str) -> None:
        if self.expire_once and authorization == "Bearer token-1":
            raise HTTPException(401, "Could not validate credentials")

    def _play(self, segment: int) -> None:
        told = {"segment": segment, "run": segment}
        self.log.append(("task.segment-requested", {**told, "attempt": 1}))
        if segment == self.stall:
            return
        if segment == self.fail:
            self.log.append(("task.segment-failed", {**told, "reason": "the paint ran out"}))
            return
        for item in range(1, 4):
            part = {"segment_id": segment, "items_done": item - 1, "items_total": 3, "kind": "draw_image", "item": item}
            self.log.append(("progress", {**part, "fraction": 0.5}))
            self.log.append(("job.completed", {**told, "kind": "draw_image", "item": item}))
        self.log.append(("task.segment-completed", told))
        self.current = segment

    async def _feed(self, after: int) -> AsyncIterator[bytes]:
        yield b"retry: 1000\n\n"
        place, sent = after, 0
        while True:
            while not self.mute and place < len(self.log):
                name, data = self.log[place]
                place += 1
                head = "" if name == "progress" else f"id: {place}\n"
                yield f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
                sent += 1
                if self.drop_after and sent == self.drop_after:
                    return
            yield b": beat\n\n"
            await asyncio.sleep(0.02)
