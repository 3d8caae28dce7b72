"""What every artifact store must do. A subclass in `test_*.py` gives the `store` fixture."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shared.artifacts.port import ArtifactStore
from shared.errors import Invalid, NotFound

KEY = "users/7/output/images/3/p1.png"


class ArtifactStoreSuite:
    async def test_bytes_come_back_with_what_is_known_about_them(self, store: ArtifactStore) -> None:
        put = await store.put_bytes(KEY, b"picture", "image/png")
        assert await store.get_bytes(KEY) == b"picture"
        assert await store.stat(KEY) == put
        assert (put.key, put.size_bytes, put.media_type) == (KEY, 7, "image/png")
        assert put.modified_at.endswith("Z")
        assert put.etag

    async def test_preparing_twice_is_harmless_and_keeps_files(self, store: ArtifactStore) -> None:
        await store.put_bytes(KEY, b"kept", "image/png")
        await store.prepare()
        assert await store.get_bytes(KEY) == b"kept"

    async def test_a_second_upload_replaces_the_first(self, store: ArtifactStore) -> None:
        first = await store.put_bytes(KEY, b"one", "image/png")
        second = await store.put_bytes(KEY, b"two!", "image/webp")
        assert await store.get_bytes(KEY) == b"two!"
        assert first.etag != second.etag
        assert (await store.stat(KEY)).media_type == "image/webp"

    async def test_a_big_file_goes_up_and_comes_down_whole(self, store: ArtifactStore, tmp_path: Path) -> None:
        source, target = tmp_path / "in.mp4", tmp_path / "below" / "out.mp4"
        source.write_bytes(os.urandom(1_000_003) * 21)
        put = await store.put_file("films/a.mp4", source, "video/mp4")
        await store.get_file("films/a.mp4", target)
        assert put.size_bytes == source.stat().st_size
        assert target.read_bytes() == source.read_bytes()
        assert [one.name for one in target.parent.iterdir()] == ["out.mp4"]

    async def test_an_empty_file_is_a_file(self, store: ArtifactStore) -> None:
        await store.put_bytes("empty.txt", b"", "text/plain")
        assert await store.get_bytes("empty.txt") == b""
        assert [chunk async for chunk in store.stream("empty.txt")] == []

    @pytest.mark.parametrize(
        ("offset", "length", "expected"),
        [(0, None, b"0123456789"), (4, None, b"456789"), (0, 3, b"012"), (4, 3, b"456"), (8, 99, b"89"), (3, 0, b"")],
    )
    async def test_a_range(self, store: ArtifactStore, offset: int, length: int | None, expected: bytes) -> None:
        await store.put_bytes("digits", b"0123456789", "text/plain")
        assert b"".join([chunk async for chunk in store.stream("digits", offset, length)]) == expected

    async def test_a_range_beyond_the_end_is_invalid(self, store: ArtifactStore) -> None:
        await store.put_bytes("digits", b"0123456789", "text/plain")
        with pytest.raises(Invalid):
            [chunk async for chunk in store.stream("digits", 10)]

    async def test_a_stream_comes_in_chunks_and_may_be_left_early(self, store: ArtifactStore) -> None:
        data = os.urandom(1_500_000)
        await store.put_bytes("long", data, "application/octet-stream")
        chunks = [chunk async for chunk in store.stream("long")]
        assert b"".join(chunks) == data
        assert max(map(len, chunks)) <= 256 * 1024
        for _ in range(30):  # more often than there are connections
            reader = store.stream("long")
            assert await anext(reader) == chunks[0]
            await reader.aclose()  # type: ignore[attr-defined]
        assert await store.get_bytes("long") == data

    async def test_an_unknown_key_is_not_found_everywhere(self, store: ArtifactStore, tmp_path: Path) -> None:
        for call in (store.get_bytes("no"), store.stat("no"), store.get_file("no", tmp_path / "no")):
            with pytest.raises(NotFound):
                await call
        with pytest.raises(NotFound):
            await anext(store.stream("no"))
        assert list(tmp_path.iterdir()) == []

    async def test_a_document_over_the_limit_is_invalid(self, store: ArtifactStore) -> None:
        await store.put_bytes("doc", b"x" * 101, "text/plain")
        assert len(await store.get_bytes("doc", limit_bytes=101)) == 101
        with pytest.raises(Invalid):
            await store.get_bytes("doc", limit_bytes=100)

    @pytest.mark.parametrize(
        "name", ["磁铁狂热.txt", "Žluťoučký kůň.txt", "a b+c&d=e%20f.txt", "quote'\"(1).txt", "🦊.txt"]
    )
    async def test_any_name_is_stored_and_listed_as_it_is(self, store: ArtifactStore, name: str) -> None:
        await store.put_bytes(f"names/{name}", b"here", "text/plain")
        assert await store.get_bytes(f"names/{name}") == b"here"
        assert [one.key for one in await store.list("names")] == [f"names/{name}"]
        assert await store.delete_below("names") == 1
        assert await store.list("names") == []

    async def test_a_listing_is_of_a_folder_and_by_key(self, store: ArtifactStore) -> None:
        for key in ("t/3/b", "t/3/a/x", "t/33/c", "t/3-4", "t/3/B"):
            await store.put_bytes(key, b"1", "text/plain")
        assert [one.key for one in await store.list("t/3")] == ["t/3/B", "t/3/a/x", "t/3/b"]
        assert [one.key for one in await store.list("t/3/")] == ["t/3/B", "t/3/a/x", "t/3/b"]
        assert len(await store.list("")) == 5
        assert await store.list("nowhere") == []

    async def test_emptying_a_folder_leaves_its_neighbours(self, store: ArtifactStore) -> None:
        for key in ("t/3/a", "t/3/b/c", "t/33/d"):
            await store.put_bytes(key, b"1", "text/plain")
        assert await store.delete_below("t/3") == 2
        assert [one.key for one in await store.list("")] == ["t/33/d"]
        assert await store.delete_below("t/3") == 0

    async def test_the_whole_bucket_is_never_emptied_by_an_empty_prefix(self, store: ArtifactStore) -> None:
        await store.put_bytes("a", b"1", "text/plain")
        for prefix in ("", "/"):
            with pytest.raises(Invalid):
                await store.delete_below(prefix)
        assert len(await store.list("")) == 1

    async def test_deleting_one_file_leaves_its_neighbours(self, store: ArtifactStore) -> None:
        for key in ("t/3", "t/3/a b", "t/33"):
            await store.put_bytes(key, b"1", "text/plain")
        await store.delete("t/3/a b")
        await store.delete("t/3/a b")
        await store.delete("never/there")
        assert [one.key for one in await store.list("")] == ["t/3", "t/33"]

    @pytest.mark.parametrize("name", ["a.png", "a b+c&d=e%20f?#.png", "Žluťoučký.png", "磁铁.png"])
    async def test_a_signed_url_tells_its_key(self, store: ArtifactStore, name: str) -> None:
        url = store.presign(f"users/7/input/{name}", 60)
        assert url.startswith(("http://", "https://"))
        assert "Signature=" in url
        assert store.key_of(url) == f"users/7/input/{name}"
        assert store.key_of(url.partition("?")[0]) == f"users/7/input/{name}"
        assert store.key_of(url.replace("/users/7/input/", "/users%2F7%2Finput%2F")) == f"users/7/input/{name}"

    async def test_other_urls_have_no_key(self, store: ArtifactStore) -> None:
        own = store.presign("users/7/a.png", 60)
        scheme, _, rest = own.partition("://")
        other = {"http": "https", "https": "http"}[scheme]
        for url in (
            f"{other}://{rest}",
            f"{scheme}://you@{rest}",
            own.replace("://", "://evil."),
            f"{scheme}://elsewhere.example/talewright/users/7/a.png",
            own.partition("/users")[0],
            own.partition("/users")[0] + "/",
            "users/7/a.png",
            "http://[",
            "http://host:port/",
            "",
        ):
            assert store.key_of(url) is None, url

    @pytest.mark.parametrize("expires_s", [0, -1, 604_801])
    async def test_a_life_that_cannot_be_signed_is_invalid(self, store: ArtifactStore, expires_s: int) -> None:
        with pytest.raises(Invalid):
            store.presign(KEY, expires_s)
        with pytest.raises(Invalid):
            store.presign("", 60)

    async def test_a_bad_key_is_invalid(self, store: ArtifactStore) -> None:
        with pytest.raises(Invalid):
            await store.put_bytes("", b"1", "text/plain")

    async def test_it_is_reachable(self, store: ArtifactStore) -> None:
        assert await store.reachable()
