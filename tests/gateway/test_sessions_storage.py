"""A user's own files: uploads of every kind, listing, URLs, removal, and nobody else's."""

from __future__ import annotations

import asyncio

import pytest

from shared.contracts.orders import CompositionOrder
from tests.gateway.session_world import FILES, PNG, REFUSED, WAV, cut, film, images
from tests.gateway.world import ALICE, BOB, World

UPLOAD = "/api/storage/upload-input"


async def put(world: World, name: str, data: bytes, declared: str = "application/octet-stream", token: str = ALICE):
    async with world.client(token) as http:
        return await http.post(UPLOAD, files={"file": (name, data, declared)})


async def test_an_upload_is_stored_under_its_name(world: World) -> None:
    answer = await put(world, "filename.jpg", FILES["jpg"][0], "image/jpeg")
    told = answer.json()
    assert answer.status_code == 200
    assert told.pop("url").partition("?")[0].endswith("users/1/input/filename.jpg")
    assert told == {
        "key": "users/1/input/filename.jpg",
        "size": len(FILES["jpg"][0]),
        "content_type": "image/jpeg",
        "original_filename": "filename.jpg",
    }
    assert await world.artifacts.get_bytes("users/1/input/filename.jpg") == FILES["jpg"][0]


async def test_what_a_file_is_is_told_by_its_bytes(world: World) -> None:
    for extension, (data, media_type) in FILES.items():
        answer = await put(world, "lies.exe", data, "text/html")
        assert answer.status_code == 200, answer.text
        key = answer.json()["key"]
        assert (key, answer.json()["content_type"]) == (f"users/1/input/lies.{extension}", media_type)
        assert (await world.artifacts.stat(key)).media_type == media_type


async def test_what_could_be_run_is_415(world: World) -> None:
    for name, data in REFUSED.items():
        answer = await put(world, name, data, "image/png")
        assert answer.status_code == 415, name
        assert answer.json()["detail"].startswith("Files of this kind are not taken")
    assert await world.artifacts.list("") == []


async def test_names_are_safe_and_never_replace_each_other(world: World) -> None:
    keys = set()
    for name in ("../../../users/2/input/x.png", "x.png", "x.png", "..\\x.png"):
        answer = await put(world, name, PNG)
        keys.add(answer.json()["key"])
    assert len(keys) == 4
    assert "users/1/input/x.png" in keys
    assert all(key.startswith("users/1/input/x") for key in keys)
    both = await asyncio.gather(*(put(world, "twin.png", PNG) for _ in range(5)))
    assert len({one.json()["key"] for one in both}) == 5
    assert await world.idempotency.create("x", b"") is not None


async def test_uploads_may_be_large_up_to_the_limit(tmp_path) -> None:
    async with World(tmp_path, upload_limit_bytes=3_000_000).running() as world:
        big = PNG + b"\0" * (3_000_000 - len(PNG))
        answer = await put(world, "big.png", big)
        assert (answer.status_code, answer.json()["size"]) == (200, 3_000_000)
        for data in (big + b"\0", b"\0" * 4_000_000):
            answer = await put(world, "bigger.png", data)
            assert (answer.status_code, answer.json()) == (413, {"detail": "The body is too large"})
        assert len(await world.artifacts.list("")) == 1
        async with world.client(ALICE) as http:  # elsewhere the usual limit holds
            other = await http.post("/api/storage/upload-prompt-config", content=b" " * 1_100_000)
            assert other.status_code == 413


async def test_malformed_uploads(world: World) -> None:
    assert (await put(world, "empty.png", b"")).status_code == 422
    async with world.client(ALICE) as http:
        assert (await http.post(UPLOAD)).status_code == 422
        assert (await http.post(UPLOAD, json={"file": "x"})).status_code == 422
        assert (await http.post(UPLOAD, data={"file": "x"})).status_code == 422
        assert (await http.post(UPLOAD, files={"other": ("a.png", PNG)})).status_code == 422
        broken = {"Content-Type": "multipart/form-data; boundary=x"}
        assert (await http.post(UPLOAD, content=b"nonsense", headers=broken)).status_code in (400, 422)
        none = {"Content-Type": "multipart/form-data"}
        assert (await http.post(UPLOAD, content=b"nonsense", headers=none)).status_code in (400, 422)
        two = [("file", ("a.png", PNG)), ("file", ("b.png", PNG))]
        assert (await http.post(UPLOAD, files=two)).status_code == 400
    assert await world.artifacts.list("") == []


async def test_nobody_uploads_without_a_token(world: World) -> None:
    answer = await put(world, "a.png", PNG, token="")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Could not validate credentials"})


async def test_an_upload_sent_again_with_its_key_is_stored_once(world: World) -> None:
    async with world.client(ALICE) as http:
        told = []
        for boundary in ("first-boundary", "another-one"):
            body = (
                f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'.encode()
                + PNG
                + f"\r\n--{boundary}--\r\n".encode()
            )
            kind = f"multipart/form-data; boundary={boundary}"
            headers = {"Idempotency-Key": "k", "Content-Type": kind}
            told.append(await http.post(UPLOAD, content=body, headers=headers))
        assert [one.status_code for one in told] == [200, 200], told[1].text
        assert told[0].json() == told[1].json()
        other = await http.post(UPLOAD, content=body.replace(b"a.png", b"b.png"), headers=headers)
        assert other.status_code == 422
    assert len(await world.artifacts.list("users/1/input")) == 1


async def test_prompt_configurations(world: World) -> None:
    config = {"prompt": "man buys hat", "num_images": 4, "nested": {"ž": [1, None, 2.5]}}
    async with world.client(ALICE) as http:
        body = {"config_data": config, "session_id": "abc-1"}
        answer = await http.post("/api/storage/upload-prompt-config", json=body)
        key = "users/1/input/prompt-abc-1.json"
        assert answer.json() == {"status": "success", "key": key, "session_id": "abc-1"}
        assert await world.artifacts.get_bytes(key)
        for wrong in (
            b'{"config_data": [], "session_id": "a"}',
            b'{"config_data": {}, "session_id": "../a"}',
            b'{"config_data": {"a": "\\ud800"}, "session_id": "a"}',
            b'{"config_data": {"a": ' + b"[" * 900 + b"]" * 900 + b'}, "session_id": "a"}',
            b'{"config_data": {}}',
            b"{",
        ):
            answer = await http.post(
                "/api/storage/upload-prompt-config", content=wrong, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code in (200, 400, 422), wrong[:60]
            assert answer.status_code != 200 or b"[[[" in wrong
    assert {one.key for one in await world.artifacts.list("")} <= {key, "users/1/input/prompt-a.json"}


async def test_files_are_listed_by_folder_and_kind(world: World) -> None:
    session = await cut(world)
    async with world.client(ALICE) as http:
        await film(http, session)
        for n in range(3):
            await put(world, f"{n}.png", PNG)
        await put(world, "bobs.png", PNG, token=BOB)

        async def listed(**query: object) -> dict:
            answer = await http.get("/api/storage/files", params=query)
            assert answer.status_code == 200, answer.text
            return answer.json()

        inputs = await listed(folder="input")
        assert (inputs["total"], inputs["limit"], inputs["offset"]) == (3, 100, 0)
        one = inputs["files"][0]
        assert list(one) == ["key", "size", "last_modified", "content_type", "presigned_url"]
        assert (one["size"], one["content_type"]) == (len(PNG), "image/png")
        assert one["key"] in one["presigned_url"]
        assert (await listed(folder="output"))["total"] == 2 + 2 + 1
        for asset_type, total in (("images", 2), ("videos", 2), ("final", 1), ("audio", 0)):
            found = await listed(folder="output", asset_type=asset_type)
            assert found["total"] == len(found["files"]) == total
        page = await listed(folder="input", limit=2, offset=2)
        assert (len(page["files"]), page["total"]) == (1, 3)
        assert (await listed(folder="input", offset=9))["files"] == []
        for wrong in ({}, {"folder": "else"}, {"folder": "input", "limit": 0}, {"folder": "input", "offset": -1},
                      {"folder": "output", "asset_type": "texts"}, {"folder": "input", "limit": 1001}):  # fmt: skip
            assert (await http.get("/api/storage/files", params=wrong)).status_code == 422


@pytest.mark.parametrize("slash", ["/", "%2F", "%2f"])
async def test_keys_come_with_slashes_of_both_kinds(world: World, slash: str) -> None:
    key = (await put(world, "Žluť a.png", PNG)).json()["key"]
    written = key.replace("/", slash)
    async with world.client(ALICE) as http:
        answer = await http.get(f"/api/storage/files/{written}/presigned-url")
        assert (answer.status_code, answer.json()["expires_in"]) == (200, 3600)
        assert world.artifacts.key_of(answer.json()["presigned_url"]) == key
        answer = await http.get(f"/api/storage/files/{written}/presigned-url?expires_in=604800")
        assert "X-Amz-Expires=604800" in answer.json()["presigned_url"]
        for wrong in (0, -1, 604_801, "soon"):
            answer = await http.get(f"/api/storage/files/{written}/presigned-url?expires_in={wrong}")
            assert answer.status_code == 422
        gone = await http.delete(f"/api/storage/files/{written}")
        assert gone.json() == {"status": "success", "message": "File deleted successfully", "key": key}
        for answer in (
            await http.delete(f"/api/storage/files/{written}"),
            await http.get(f"/api/storage/files/{written}/presigned-url"),
        ):
            assert (answer.status_code, answer.json()) == (404, {"detail": "File not found"})


async def test_other_users_files_and_crooked_keys_touch_nothing(world: World) -> None:
    await put(world, "a.png", PNG, token=BOB)
    before = await world.artifacts.list("")
    async with world.client(ALICE) as http:
        for key, status in (
            ("users/2/input/a.png", 403), ("users%2F2%2Finput%2Fa.png", 403),
            ("users/1/input/..%2F..%2F2%2Finput%2Fa.png", 404),
            ("%2Fusers/2/input/a.png", 403), ("users/1/private/a.png", 404), ("users/1/input/none.png", 404),
            ("users%252F2%252Finput%252Fa.png", 403), ("x", 403), ("users/1/input/a%00.png", 404),
            ("users/1/input/", 404),
        ):  # fmt: skip
            for answer in (
                await http.get(f"/api/storage/files/{key}/presigned-url"),
                await http.delete(f"/api/storage/files/{key}"),
            ):
                assert answer.status_code == status, (key, answer.text)
                assert isinstance(answer.json()["detail"], str)
    assert await world.artifacts.list("") == before


async def test_a_file_that_something_running_needs_is_kept(world: World) -> None:
    session = await cut(world)
    sound = (await put(world, "sound.wav", WAV)).json()
    world.media = "rest"
    async with world.client(ALICE) as http:
        late = {"Prefer": "respond-async"}
        body = {"session_id": session, "audio_url": sound["url"]}
        assert (await http.post("/api/compose-final-video", json=body, headers=late)).status_code == 202
        await world.settled()
        order = (await world.views.task("1", session)).orders[3]
        assert isinstance(order, CompositionOrder)
        clip = (await world.views.artifacts("1", session))[0].key
        for key in (sound["key"], clip):
            answer = await http.delete(f"/api/storage/files/{key}")
            assert answer.status_code == 409, key
            assert await world.artifacts.stat(key)
        await world.finish("1", session, 3, (await world.views.task("1", session)).run)
        await world.settled()
        for key in (sound["key"], clip):
            assert (await http.delete(f"/api/storage/files/{key}")).status_code == 200


async def test_when_the_bucket_is_away_it_is_503(world: World) -> None:
    drawn = await images(world)
    world.artifacts.down = True
    async with world.client(ALICE) as http:
        assert (await put(world, "a.png", PNG)).status_code == 503
        assert (await http.get("/api/storage/files?folder=input")).status_code == 503
        assert (await http.delete("/api/storage/files/users/1/input/a.png")).status_code == 503
        assert (await http.get(f"/api/sessions/{drawn['session_id']}")).status_code == 200
    world.artifacts.down = False
    assert (await put(world, "a.png", PNG)).json()["key"] == "users/1/input/a.png"
