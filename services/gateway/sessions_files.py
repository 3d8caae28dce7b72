"""A user's files in the bucket: taking in uploads, listing, removing."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from starlette.datastructures import UploadFile

from services.gateway.deps import Deps
from services.gateway.sessions_keys import LOST, file_name, folder_of, numbered, task_in
from services.gateway.sessions_sniff import Kind, kind_of
from services.gateway.sessions_wording import FILM, SURFACE
from services.gateway.views import TaskView
from shared.artifacts.port import StoredObject
from shared.clock import new_id
from shared.contracts.orders import CompositionOrder
from shared.errors import Busy, NotFound

TAKEN = "png, jpeg, gif, webp, mp4, mov, webm, mp3, wav, ogg, m4a, flac, json, txt"
_RUNNING_LOOKED_AT = 100
"""How many of a user's newest sessions are asked whether they need a file just now."""


@asynccontextmanager
async def on_disk(upload: UploadFile) -> AsyncIterator[Path]:
    """The upload as a file of its own, for as long as it is looked at."""
    with tempfile.TemporaryDirectory(prefix="talewright-upload-") as folder:
        file = Path(folder) / "upload"
        await asyncio.to_thread(_copy, upload, file)
        yield file


def _copy(upload: UploadFile, file: Path) -> None:
    upload.file.seek(0)
    with file.open("wb") as target:
        shutil.copyfileobj(upload.file, target, 1 << 20)


async def kind_on_disk(file: Path) -> Kind | None:
    """What a file is."""
    return await asyncio.to_thread(kind_of, file)


async def keep(deps: Deps, owner: str, file: Path, original: str, kind: Kind) -> StoredObject:
    """Stores a file in the user's input folder under its own name, or a numbered one if that is taken."""
    folder = folder_of(owner, "input")
    name = file_name(original, kind.extension)
    plain = f"{folder}/{name}"
    place = hashlib.sha256(f"upload\n{plain}".encode()).hexdigest()
    # Two uploads of one name at the same moment both find it free: only who gets the record may have it.
    reserved = await deps.idempotency.create(place, b"") is not None
    try:
        key = plain if reserved and await _free(deps, plain) else f"{folder}/{numbered(name, new_id()[:8])}"
        return await deps.artifacts.put_file(key, file, kind.media_type)
    finally:
        if reserved:
            await deps.idempotency.remove(place)


async def _free(deps: Deps, key: str) -> bool:
    try:
        await deps.artifacts.stat(key)
    except NotFound:
        return True
    return False


class Page(msgspec.Struct, frozen=True):
    """Some of a folder's files, and how many there are."""

    files: list[StoredObject]
    total: int


async def page_of(deps: Deps, owner: str, folder: str, asset_type: str | None, limit: int, offset: int) -> Page:
    """A user's files, newest first."""
    prefix = folder_of(owner, folder)
    if asset_type and folder == "output":
        prefix = f"{prefix}/{asset_type}"
    files = sorted(await deps.artifacts.list(prefix), key=lambda one: one.key)
    files.sort(key=lambda one: one.modified_at, reverse=True)
    return Page(files[offset : offset + limit], len(files))


async def found(deps: Deps, key: str) -> StoredObject:
    """A file that is there. Raises `NotFound`."""
    try:
        return await deps.artifacts.stat(key)
    except NotFound as error:
        raise NotFound(LOST) from error


async def remove(deps: Deps, owner: str, key: str) -> None:
    """Removes a file, unless something that runs now needs it. Raises `NotFound`, `Busy`."""
    await found(deps, key)
    if await _in_use(deps, owner, key):
        raise Busy("Something that runs now needs this file; delete it when that is done")
    await deps.artifacts.delete(key)


async def _in_use(deps: Deps, owner: str, key: str) -> bool:
    if task := task_in(key):
        view = await deps.views.task(owner, task)
        return view is not None and view.status == "running"
    newest = await deps.views.tasks(owner, SURFACE, _RUNNING_LOOKED_AT)
    return any(_sounds(one, key) for one in newest)


def _sounds(task: TaskView, key: str) -> bool:
    order = task.orders.get(FILM) if task.running_segment == FILM else None
    return isinstance(order, CompositionOrder) and order.audio is not None and order.audio.key == key
