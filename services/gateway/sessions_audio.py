"""From `audio_url` to a file in the bucket: one of the user's own, or one fetched from an allowed host."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from pathlib import Path

from services.gateway.deps import Deps
from services.gateway.sessions_files import found
from services.gateway.sessions_keys import folder_of, own_key
from services.gateway.sessions_sniff import HEAD_BYTES, Kind, media_kind
from shared.artifacts.port import StoredObject
from shared.contracts.values import Artifact
from shared.errors import Invalid, NotFound

NOT_SOUND = "audio_url is no sound file (mp3, wav, ogg, m4a or flac)"


async def sound_of(deps: Deps, owner: str, url: str) -> Artifact:
    """The sound that a URL or key stands for.

    Raises `Forbidden` for another user's file, `Invalid` for what is missing, no sound or not allowed.
    """
    key = url if url.startswith("users/") else deps.artifacts.key_of(url)
    if key is None:
        return await _fetched(deps, owner, url)
    try:
        stored = await found(deps, own_key(owner, key))
    except NotFound as error:
        raise Invalid("audio_url names a file that is not there") from error
    return _sound(stored, await _head(deps, key))


async def _fetched(deps: Deps, owner: str, url: str) -> Artifact:
    with tempfile.TemporaryDirectory(prefix="talewright-audio-") as folder:
        file = Path(folder) / "audio"
        await asyncio.to_thread(deps.remote.fetch, url, file)
        kind, digest = await asyncio.to_thread(_looked_at, file)
        # Named by its content: asked for again, the same order comes out, and a retry finds what is done.
        key = f"{folder_of(owner, 'input')}/audio-{digest}.{kind.extension}"
        stored = await deps.artifacts.put_file(key, file, kind.media_type)
    return _artifact(stored, kind)


def _looked_at(file: Path) -> tuple[Kind, str]:
    with file.open("rb") as source:
        kind = _audible(source.read(HEAD_BYTES))
        source.seek(0)
        return kind, hashlib.file_digest(source, "sha256").hexdigest()[:20]


async def _head(deps: Deps, key: str) -> bytes:
    return b"".join([chunk async for chunk in deps.artifacts.stream(key, 0, HEAD_BYTES)])


def _sound(stored: StoredObject, head: bytes) -> Artifact:
    return _artifact(stored, _audible(head))


def _audible(head: bytes) -> Kind:
    kind = media_kind(head)
    if kind is None or not kind.audible:
        raise Invalid(NOT_SOUND)
    return kind


def _artifact(stored: StoredObject, kind: Kind) -> Artifact:
    name = f"audio.{kind.extension}"
    return Artifact(name=name, key=stored.key, media_type=kind.media_type, size_bytes=stored.size_bytes, public=False)
