"""The story API as the demo uses it: what any HTTP client would do."""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import httpx

from shared.errors import Unavailable
from talewright.demo.sse import FeedEvent, FeedParser

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_PATIENCE_S = 15.0
_LOOK_AGAIN_S = 0.05
_SILENCE_S = 45.0
_RECONNECTS = 20
_RECONNECT_PAUSE_S = 0.5


class StoryClient:
    """One user at one gateway. Every call raises `Unavailable` with a sentence on what went wrong."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=_TIMEOUT)
        self._user = {"username": f"demo-{secrets.token_hex(4)}", "password": secrets.token_urlsafe(18)}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def sign_up(self) -> None:
        """Registers a user of its own and logs in."""
        await self._ask("POST", "/api/register", json=self._user)
        await self._log_in()

    async def create(self, wishes: dict[str, Any]) -> int:
        """A new story; its task id."""
        answer = await self._ask("POST", "/api/task/new", json=wishes)
        return int(answer.json()["task_id"])

    async def segment_names(self) -> list[str]:
        """The steps of a story, in order."""
        answer = await self._ask("GET", "/api/task/workflow")
        return [str(one["name"]) for one in answer.json()]

    async def execute(self, task: int, segment: int) -> None:
        """Asks for a segment and returns at once."""
        await self._ask("POST", f"/api/task/{task}/execute/{segment}", headers={"Prefer": "respond-async"})

    async def completed(self, task: int) -> int:
        """The last segment that is complete, as far as the views show it."""
        answer = await self._ask("GET", f"/api/task/{task}/progress")
        return int(answer.json()["current_segment"])

    async def until_shown(self, task: int, segment: int) -> None:
        """Events are told a moment before the views show them: waits until they do."""
        deadline = time.monotonic() + _PATIENCE_S
        while await self.completed(task) < segment:
            if time.monotonic() > deadline:
                raise Unavailable(f"Segment {segment} of task {task} is complete but not shown.")
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def urls(self, task: int, segment: int) -> list[str]:
        """Where a segment's files are."""
        answer = await self._ask("GET", f"/api/task/{task}/resource", params={"segmentId": segment})
        return [str(one) for one in answer.json().get("urls", [])]

    async def download(self, url: str, target: Path) -> None:
        """Saves one file; it appears whole or not at all."""
        part = target.with_name(f".{target.name}.part")
        try:
            async with self._http.stream("GET", "/api/resource", params={"url": url}) as response:
                await _check(response)
                with part.open("wb") as out:
                    async for chunk in response.aiter_bytes():
                        out.write(chunk)
            part.replace(target)
        except httpx.HTTPError as error:
            raise Unavailable(f"The download of {url} broke off: {_short(error)}") from error
        finally:
            part.unlink(missing_ok=True)

    async def events(self, task: int) -> AsyncIterator[FeedEvent]:
        """Everything that happens to a story, from its beginning; a connection that drops is resumed without a gap."""
        last, failures = "", 0
        while True:
            try:
                async for event in self._feed(task, last):
                    last, failures = event.id or last, 0
                    yield event
            except httpx.HTTPError as error:
                if failures >= _RECONNECTS:
                    raise Unavailable(f"The event feed is gone: {_short(error)}") from error
            failures += 1
            await asyncio.sleep(_RECONNECT_PAUSE_S)

    async def _feed(self, task: int, last: str) -> AsyncIterator[FeedEvent]:
        headers = {"Accept": "text/event-stream"}
        cursor = {"after": last or "0"}  # a segment may be over before we listen
        timeout = httpx.Timeout(_SILENCE_S, connect=5.0)
        path = f"/api/task/{task}/events"
        parser = FeedParser()
        async with self._http.stream("GET", path, params=cursor, headers=headers, timeout=timeout) as response:
            if response.status_code == 401:
                await self._log_in()
                return
            await _check(response)
            async for line in response.aiter_lines():
                if (event := parser.line(line)) is not None:
                    yield event

    async def _log_in(self) -> None:
        answer = await self._ask("POST", "/api/login", json=self._user, again=False)
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def _ask(self, method: str, path: str, *, again: bool = True, **more: Any) -> httpx.Response:
        response = await self._patiently(method, path, more)
        if response.status_code == 401 and again and "Authorization" in self._http.headers:
            await self._log_in()
            return await self._ask(method, path, again=False, **more)
        await _check(response)
        return response

    async def _patiently(self, method: str, path: str, more: dict[str, Any]) -> httpx.Response:
        """Asks again while the system says that it cannot answer yet; the key makes a repeat harmless."""
        own = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        call = {**more, "headers": {**own, **more.get("headers", {})}}
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                response = await self._http.request(method, path, **call)
            except httpx.HTTPError as error:
                raise Unavailable(f"{self._http.base_url} does not answer: {_short(error)}") from error
            if response.status_code != 503 or time.monotonic() > deadline:
                return response
            await asyncio.sleep(_RECONNECT_PAUSE_S)


async def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    await response.aread()
    try:
        body = response.json()
        detail = body.get("detail", body)
    except ValueError:
        detail = response.text[:200]
    raise Unavailable(f"{response.request.method} {response.request.url.path}: {response.status_code} {detail}")


def _short(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__
