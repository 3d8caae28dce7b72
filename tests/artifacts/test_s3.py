from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pydantic import SecretStr

from shared.artifacts.s3 import S3ArtifactStore
from shared.errors import NotFound, TalewrightError, Unavailable
from shared.settings import S3Settings
from talewright.embedded.weed import WeedServer
from tests.artifacts.suite import ArtifactStoreSuite


class TestS3(ArtifactStoreSuite):
    @pytest.fixture
    def store(self, artifact_store: S3ArtifactStore) -> S3ArtifactStore:
        return artifact_store


async def test_listing_and_emptying_go_beyond_one_page(artifact_store: S3ArtifactStore) -> None:
    names = [f"many/{number:04}" for number in range(1205)]
    await asyncio.gather(*(artifact_store.put_bytes(name, b".", "text/plain") for name in names))
    assert [one.key for one in await artifact_store.list("many")] == names
    assert await artifact_store.delete_below("many") == 1205
    assert await artifact_store.list("many") == []


async def test_a_film_is_never_held_in_memory(artifact_store: S3ArtifactStore, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as target:
        for _ in range(30):
            target.write(os.urandom(1_000_000))
    await artifact_store.put_bytes("warm-up", b"x", "text/plain")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await artifact_store.put_file("film.mp4", film, "video/mp4")
    await artifact_store.get_file("film.mp4", tmp_path / "copy.mp4")
    streamed = 0
    async for chunk in artifact_store.stream("film.mp4"):
        streamed += len(chunk)
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert streamed == 30_000_000
    assert grown_kb < 25_000


@pytest.mark.parametrize("broken", [{"s3_secret_key": SecretStr("wrong-secret")}, {"s3_access_key": "stranger"}])
async def test_wrong_credentials_are_refused(s3_settings: S3Settings, broken: dict[str, Any]) -> None:
    store = S3ArtifactStore(s3_settings.model_copy(update=broken))
    for call in (store.prepare(), store.put_bytes("a", b"1", "text/plain"), store.list("")):
        with pytest.raises(Unavailable, match="credentials"):
            await call
    assert not await store.reachable()
    await store.close()


async def test_nobody_gets_in_without_a_signature(s3_settings: S3Settings) -> None:
    request = (
        f"PUT /{s3_settings.s3_bucket}/open HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1"
    )
    host, _, port = s3_settings.s3_endpoint.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request.encode())
    assert b" 403 " in await reader.readline()
    writer.close()


async def test_a_signed_url_needs_nothing_else_and_is_good_for_one_file(artifact_store: S3ArtifactStore) -> None:
    key = "users/7/input/Ž a+b&c.png"
    await artifact_store.put_bytes(key, b"0123456789", "image/png")
    await artifact_store.put_bytes("users/7/input/other.png", b"other", "image/png")
    url = artifact_store.presign(key, 60)
    async with httpx.AsyncClient(trust_env=False) as http:
        whole = await http.get(url)
        assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, b"0123456789", "image/png")
        part = await http.get(url, headers={"Range": "bytes=2-4"})
        assert (part.status_code, part.content) == (206, b"234")
        assert (await http.get(artifact_store.presign("users/7/none.png", 60))).status_code == 404
        for broken in (
            url.partition("?")[0],
            url.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
            artifact_store.presign("users/7/input/other.png", 60).replace("other.png", quote("Ž a+b&c.png")),
        ):
            assert (await http.get(broken)).status_code == 403, broken
        assert (await http.put(url, content=b"x")).status_code == 403
        assert (await http.delete(url)).status_code == 403
        soon = artifact_store.presign(key, 1)
        await asyncio.sleep(2.1)
        assert (await http.get(soon)).status_code == 403


async def test_a_url_is_signed_for_the_address_that_clients_know(s3_settings: S3Settings) -> None:
    public = {"s3_public_endpoint": "files.example.com", "s3_public_secure": True}
    store = S3ArtifactStore(s3_settings.model_copy(update=public))
    url = store.presign("users/7/a.png", 60)
    assert url.startswith("https://files.example.com/talewright/users/7/a.png?")
    assert store.key_of(url) == "users/7/a.png"
    ours = f"http://{s3_settings.s3_endpoint}/talewright/users/7/b.png"
    assert store.key_of(ours) == "users/7/b.png"
    assert store.key_of("https://files.example.com:443/talewright/users/7/a.png") == "users/7/a.png"
    assert await store.reachable()
    await store.close()


async def test_a_missing_bucket_is_an_outage_and_no_missing_file(s3_settings: S3Settings) -> None:
    store = S3ArtifactStore(s3_settings.model_copy(update={"s3_bucket": "never-made"}))
    with pytest.raises(Unavailable):
        await store.put_bytes("a", b"1", "text/plain")
    assert not await store.reachable()
    await store.close()


@pytest.fixture
def nobody() -> Iterator[S3Settings]:
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield S3Settings(s3_endpoint=f"127.0.0.1:{taken.getsockname()[1]}", s3_access_key="a", s3_secret_key="b" * 8)


async def test_a_dead_server_is_unavailable_soon(nobody: S3Settings) -> None:
    store = S3ArtifactStore(nobody)
    for call in (store.get_bytes("a"), store.put_bytes("a", b"1", "text/plain"), store.list("a")):
        assert await _seconds_until_unavailable(call) < 2
    began = time.monotonic()
    assert not await store.reachable()
    assert time.monotonic() - began < 3
    await store.close()


async def test_a_hung_server_is_unavailable_within_five_seconds(tmp_path: Path) -> None:
    server = WeedServer(tmp_path, 0, "access", "secret-secret")
    server.start()
    store = S3ArtifactStore(server.settings)
    await store.put_bytes("a", b"1", "text/plain")
    os.kill(server.pid, signal.SIGSTOP)
    began = time.monotonic()
    assert not await store.reachable()
    assert time.monotonic() - began < 3
    assert await _seconds_until_unavailable(store.get_bytes("a")) < 5.5
    os.kill(server.pid, signal.SIGCONT)
    assert await store.get_bytes("a") == b"1"
    server.kill()
    await store.close()


async def test_a_restarted_server_is_used_again_with_all_files(tmp_path: Path) -> None:
    server = WeedServer(tmp_path, 0, "access", "secret-secret")
    server.start()
    port = server.s3_port
    store = S3ArtifactStore(server.settings)
    await store.put_bytes("a", b"kept", "text/plain")
    server.kill()
    with pytest.raises(Unavailable):
        await store.get_bytes("a")
    server.start()
    assert server.s3_port == port
    assert await store.get_bytes("a") == b"kept"
    assert (tmp_path / "s3.json").stat().st_mode & 0o077 == 0
    server.kill()
    await store.close()


async def test_a_second_server_on_the_same_directory_is_refused(weed: WeedServer) -> None:
    with pytest.raises(Unavailable, match="in use"):
        WeedServer(weed.data_dir, 0, "access", "secret-secret").start()


async def test_a_download_that_breaks_leaves_nothing_behind(artifact_store: S3ArtifactStore, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "old").write_text("old")
    await artifact_store.put_bytes("a", b"new", "text/plain")
    with pytest.raises((OSError, TalewrightError)):
        await artifact_store.get_file("a", tmp_path / "target")  # a folder stands in the way
    with pytest.raises(NotFound):
        await artifact_store.get_file("missing", tmp_path / "old")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["old", "target"]
    assert (tmp_path / "old").read_text() == "old"


async def _seconds_until_unavailable(call: object) -> float:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await call  # type: ignore[misc]
    return time.monotonic() - began
