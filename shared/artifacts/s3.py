"""Artifacts in any S3, through the `minio` SDK: SeaweedFS on one machine, MinIO or a cloud in production.

The SDK blocks, so its calls run in a small pool of threads of this store's own. Files are streamed both ways.
"""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

from minio.datatypes import Object
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from urllib3.response import BaseHTTPResponse

from shared.artifacts.keys import check_life, folder, key_in
from shared.artifacts.media_types import media_type_of
from shared.artifacts.port import StoredObject
from shared.artifacts.s3_client import (
    base_url,
    bucket_was_there,
    make_client,
    make_probe,
    make_signer,
    our_errors,
)
from shared.errors import Invalid, Unavailable
from shared.settings import S3Settings
from shared.telemetry.tracing import Span, below

Listing = list[StoredObject]  # inside the class `list` is a method
P = ParamSpec("P")
T = TypeVar("T")

CHUNK_BYTES = 256 * 1024
_COPY_BYTES = 1024 * 1024
_PART_BYTES = 8 * 1024 * 1024
_DELETE_BATCH = 100  # S3 takes 1000, but the answer to those comes too late for our timeout on a busy machine
_REACHABLE_S = 0.9


class S3ArtifactStore:
    """An `ArtifactStore` in one bucket. Close it when done; `workers` bounds the calls in flight.

    Listings tell the media type that a file's name stands for, `stat` the one it was stored with.
    """

    def __init__(self, settings: S3Settings, workers: int = 8) -> None:
        self._bucket = settings.s3_bucket
        self._client = make_client(settings, connections=workers * 2)
        self._probe = make_probe(settings, _REACHABLE_S)
        self._signer = make_signer(settings)
        self._roots = tuple(f"{base_url(one)}/{self._bucket}/" for one in (settings.public, settings))
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="s3")
        # Health is asked on a thread of its own, so that a pool full of uploads does not look like an outage.
        self._probe_threads = ThreadPoolExecutor(1, thread_name_prefix="s3-probe")

    async def prepare(self) -> None:
        """Makes the bucket if it is missing."""
        await self._call("", self._make_bucket)

    async def put_file(self, key: str, file: Path, media_type: str) -> StoredObject:
        """Uploads a local file in parts of 8 MB, replacing what was there."""
        with self._span("put", media_type) as span:
            stored = await self._call(key, self._upload, key, file, media_type)
            span.note({"talewright.bytes": stored.size_bytes})
        return stored

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> StoredObject:
        """Uploads a small document."""
        with self._span("put", media_type):
            return await self._call(key, self._put, key, io.BytesIO(data), len(data), media_type)

    async def get_file(self, key: str, file: Path) -> None:
        """Downloads to a local file; the file appears whole or not at all."""
        with self._span("get", media_type_of(key)):
            await self._call(key, self._download, key, file)

    async def get_bytes(self, key: str, limit_bytes: int = 4_000_000) -> bytes:
        """A small document. Raises `Invalid` if it is larger than the limit."""
        with self._span("get", media_type_of(key)) as span:
            data = await self._call(key, self._read_whole, key, limit_bytes)
            span.note({"talewright.bytes": len(data)})
        return data

    async def stream(self, key: str, offset: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `offset` on in chunks of at most 256 kB. Raises `Invalid` for an offset beyond the end."""
        if length is not None and length <= 0:
            return
        response = await self._call(key, self._open, key, offset, length or 0)
        try:
            while chunk := await self._call(key, response.read, CHUNK_BYTES):
                yield chunk
        finally:
            # A reader that left early must not hand a half-read connection to the next one.
            response.close()
            response.release_conn()

    async def stat(self, key: str) -> StoredObject:
        """What is known about a key."""
        return await self._call(key, self._stat, key)

    async def list(self, prefix: str) -> Listing:
        """Everything below a folder, by key."""
        return await self._call("", self._list, folder(prefix))

    async def delete(self, key: str) -> None:
        """Removes one file; one that is not there is none to remove."""
        await self._call(key, self._client.remove_object, self._bucket, key)

    async def delete_below(self, prefix: str) -> int:
        """Removes everything below a folder and says how many objects that were. The root is refused."""
        if not folder(prefix):
            raise Invalid("Name the folder to empty.")
        return await self._call("", self._delete_below, folder(prefix))

    def locate(self, key: str) -> str:
        """Where a key is, for people and tools."""
        return f"s3://{self._bucket}/{key}"

    def presign(self, key: str, expires_s: int) -> str:
        """A URL for clients, signed here (40 µs): no call is made, so it may be done on the event loop."""
        check_life(expires_s)
        with our_errors(key):
            return self._signer.presigned_get_object(self._bucket, key, timedelta(seconds=expires_s))

    def key_of(self, url: str) -> str | None:
        """The key in a URL of this bucket, by the address that clients know or by ours."""
        return key_in(url, self._roots)

    async def reachable(self) -> bool:
        """Whether the bucket answers now (within a second)."""
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._probe_threads, self._probe.bucket_exists, self._bucket)
        try:
            async with asyncio.timeout(1.0):
                return await asked
        except Exception:  # any reason is the same answer: not reachable
            return False

    async def close(self) -> None:
        """Lets calls in hand finish and ends the threads."""
        await asyncio.to_thread(self._threads.shutdown)
        self._probe_threads.shutdown(wait=False, cancel_futures=True)

    def _span(self, verb: str, media_type: str) -> Span:
        """Not the key: users name their projects."""
        return below(f"{verb} artifact", {"aws.s3.bucket": self._bucket, "talewright.media_type": media_type})

    async def _call(self, key: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def run() -> T:
            with our_errors(key):
                return work(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    def _make_bucket(self) -> None:
        if self._client.bucket_exists(self._bucket):
            return
        try:
            self._client.make_bucket(self._bucket)
        except S3Error as error:
            if not bucket_was_there(error):
                raise

    def _upload(self, key: str, file: Path, media_type: str) -> StoredObject:
        with file.open("rb") as source:
            return self._put(key, source, os.fstat(source.fileno()).st_size, media_type)

    def _put(self, key: str, source: io.BufferedIOBase, size_bytes: int, media_type: str) -> StoredObject:
        # One part at a time: three in parallel gain nothing here and hold three times the memory.
        self._client.put_object(
            self._bucket,
            key,
            source,  # type: ignore[arg-type]
            size_bytes,
            content_type=media_type,
            part_size=_PART_BYTES,
            num_parallel_uploads=1,
        )
        return self._stat(key)

    def _open(self, key: str, offset: int, length: int) -> BaseHTTPResponse:
        return self._client.get_object(self._bucket, key, offset=offset, length=length)

    def _download(self, key: str, file: Path) -> None:
        response = self._open(key, 0, 0)
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=f".{file.name[:40]}.", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as target:
                while chunk := response.read(_COPY_BYTES):
                    target.write(chunk)
            Path(part).replace(file)
        finally:
            Path(part).unlink(missing_ok=True)
            response.close()
            response.release_conn()

    def _read_whole(self, key: str, limit_bytes: int) -> bytes:
        response = self._open(key, 0, 0)
        try:
            data: bytes = response.read(limit_bytes + 1)
        finally:
            response.close()
            response.release_conn()
        if len(data) > limit_bytes:
            raise Invalid(f"{key} is larger than {limit_bytes} bytes.")
        return data

    def _stat(self, key: str) -> StoredObject:
        return _stored(self._client.stat_object(self._bucket, key))

    def _list(self, prefix: str) -> Listing:
        found = self._client.list_objects(self._bucket, prefix=prefix, recursive=True)
        return sorted((_stored(one) for one in found if not one.is_dir), key=lambda one: one.key)

    def _delete_below(self, prefix: str) -> int:
        doomed = [DeleteObject(one.key) for one in self._list(prefix)]
        failed = 0
        for start in range(0, len(doomed), _DELETE_BATCH):
            batch = doomed[start : start + _DELETE_BATCH]
            failed += len(list(self._client.remove_objects(self._bucket, batch)))
        if failed:
            raise Unavailable(f"{failed} of {len(doomed)} files below {prefix} could not be removed.")
        return len(doomed)


def _stored(found: Object) -> StoredObject:
    name = found.object_name or ""
    return StoredObject(
        key=name,
        size_bytes=found.size or 0,
        media_type=found.content_type or media_type_of(name),
        modified_at=_rfc3339(found.last_modified),
        etag=(found.etag or "").strip('"'),
    )


def _rfc3339(moment: datetime | None) -> str:
    return (
        (moment or datetime.fromtimestamp(0, UTC)).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    )
