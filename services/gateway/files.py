"""Finding the file behind an address and sending it, whole or in part."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import format_datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.gateway.deps import Deps
from services.gateway.ranges import Unsatisfiable, disposition, etag_matches, parse_range
from services.gateway.summary import script_in, summary_of
from services.gateway.views import FOLDER, ArtifactView, TaskView, in_page_order
from shared.errors import NotFound

NOT_THERE = "Resource not found"
_ADDRESS = re.compile(rf"/?{FOLDER}/([A-Za-z0-9_-]{{1,64}})/([^\x00-\x1f\\]{{1,200}})")
_SUMMARY = re.compile(r"segment_([1-9]\d?)\.txt")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A file to send: `content` if it was made here, else the bytes are at `key`."""

    name: str
    media_type: str
    size_bytes: int
    etag: str
    modified_at: str = ""
    key: str = ""
    content: bytes = b""


async def find(deps: Deps, owner: str, address: str) -> Found:
    """The file at `generated_stories/<task>/<name>`. Names are looked up, never used as paths. Raises `NotFound`."""
    parts = _ADDRESS.fullmatch(address)
    task = await deps.views.task(owner, parts[1]) if parts else None
    if parts is None or task is None or task.status == "deleted":
        raise NotFound(NOT_THERE)
    files = await deps.views.artifacts(owner, parts[1])
    summary = _SUMMARY.fullmatch(parts[2])
    if summary:
        return await _summary(deps, task, int(summary[1]), files)
    newest = [one for one in files if one.name == parts[2] and one.segment <= task.current_segment]
    if not newest:
        raise NotFound(NOT_THERE)
    return await _stored(deps, max(newest, key=lambda one: one.segment))


async def send(deps: Deps, request: Request, found: Found) -> Response:
    """The answer to GET and HEAD: 200, 206 for a range, 304 if the client has it, 416 for a range outside."""
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": disposition(found.name),
        "ETag": found.etag,
    }
    if found.modified_at:
        headers["Last-Modified"] = format_datetime(datetime.fromisoformat(found.modified_at), usegmt=True)
    if etag_matches(request.headers.get("if-none-match", ""), found.etag):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range", "")
    if request.headers.get("if-range", found.etag) != found.etag:
        wanted = ""
    try:
        part = parse_range(wanted, found.size_bytes)
    except Unsatisfiable:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{found.size_bytes}"})
    start, length = part or (0, found.size_bytes)
    headers["Content-Length"] = str(length)
    if part:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{found.size_bytes}"
    body = _bytes(deps, found, start, length) if request.method == "GET" else _nothing()
    return StreamingResponse(body, 206 if part else 200, headers, found.media_type)


async def _stored(deps: Deps, one: ArtifactView) -> Found:
    stored = await deps.artifacts.stat(one.key)
    return Found(
        name=one.name,
        media_type=one.media_type,
        size_bytes=stored.size_bytes,
        etag=f'"{stored.etag}"',
        modified_at=stored.modified_at,
        key=one.key,
    )


async def _summary(deps: Deps, task: TaskView, number: int, files: list[ArtifactView]) -> Found:
    if number > task.current_segment:
        raise NotFound(NOT_THERE)
    mine = in_page_order(files, number)
    document = next((one for one in mine if one.kind in ("write_story", "split_text")), None)
    script = script_in(await deps.artifacts.get_bytes(document.key)) if document else None
    content = summary_of(task, number, mine, script).encode()
    return Found(
        name=f"segment_{number}.txt",
        media_type="text/plain; charset=utf-8",
        size_bytes=len(content),
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        content=content,
    )


async def _bytes(deps: Deps, found: Found, start: int, length: int) -> AsyncIterator[bytes]:
    if not found.key:
        yield found.content[start : start + length]
        return
    async for chunk in deps.artifacts.stream(found.key, start, length):
        yield chunk


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
