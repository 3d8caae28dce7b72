"""Files: what a segment left, downloads with ranges, and edited scripts."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest

from services.gateway.errors import Unprocessable
from services.gateway.ranges import Unsatisfiable, disposition, etag_matches, parse_range
from services.gateway.scripts import checked
from tests.gateway.test_tasks import new_task, run
from tests.gateway.world import ALICE, World, script


async def test_resources_are_the_summary_and_then_the_files_in_page_order(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 5)
    base = f"generated_stories/{task}/"
    async with world.client(ALICE) as http:
        told = {n: (await http.get(f"/api/task/{task}/resource?segmentId={n}")).json() for n in range(1, 6)}
    for n, one in told.items():
        assert one["segmentId"] == n
        assert one["resources"] == [f"{base}segment_{n}.txt", *one["urls"]]
    assert told[1]["urls"] == told[3]["urls"] == [f"{base}script_data.json"]
    assert told[2]["urls"] == [f"{base}image/p{n}.png" for n in (1, 2, 3)]
    assert told[4]["urls"][:4] == [f"{base}speech/s{p}.wav" for p in ("1_1", "1_2", "1_10", "2_1")]
    assert told[5]["urls"] == [f"{base}output.mp4", f"{base}captions.srt"]


async def test_resources_of_what_is_not_done(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 1)
    async with world.client(ALICE) as http:
        for segment in (2, 5, 6, 0, -1):
            answer = await http.get(f"/api/task/{task}/resource?segmentId={segment}")
            assert (answer.status_code, answer.json()) == (400, {"detail": "Segment not completed yet"})
        assert (await http.get("/api/task/99/resource?segmentId=1")).json() == {"detail": "Task not found"}
        assert (await http.get(f"/api/task/{task}/resource")).status_code == 422


async def test_every_listed_resource_downloads(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 5)
    async with world.client(ALICE) as http:
        for segment in range(1, 6):
            listed = (await http.get(f"/api/task/{task}/resource?segmentId={segment}")).json()["resources"]
            for url in listed:
                answer = await http.get("/api/resource", params={"url": url})
                assert answer.status_code == 200
                assert int(answer.headers["content-length"]) == len(answer.content) > 0
                assert answer.headers["content-disposition"].startswith("attachment; ")
        text = (await http.get(f"/api/resource?url=generated_stories/{task}/segment_3.txt")).text
    assert "Segment 3: Split" in text
    assert "Page 1 begins." in text


async def test_a_token_in_the_query_lets_a_player_in(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 1)
    async with world.client() as http:
        path = f"/api/resource?url=generated_stories/{task}/segment_1.txt"
        assert (await http.get(f"{path}&token={ALICE}")).status_code == 200
        assert (await http.get(f"{path}&token=wrong")).status_code == 401


async def test_ranges_validators_and_head(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 2)
    async with world.client(ALICE) as http:
        for name in ("image/p1.png", "segment_2.txt"):
            url = f"/api/resource?url=generated_stories/{task}/{name}"
            whole = await http.get(url)
            size, etag = len(whole.content), whole.headers["etag"]
            part = await http.get(url, headers={"Range": "bytes=5-14"})
            assert (part.status_code, part.content) == (206, whole.content[5:15])
            assert part.headers["content-range"] == f"bytes 5-14/{size}"
            assert (await http.get(url, headers={"Range": "bytes=-7"})).content == whole.content[-7:]
            beyond = await http.get(url, headers={"Range": f"bytes={size}-"})
            assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
            several = await http.get(url, headers={"Range": "bytes=0-1,3-4"})
            assert (several.status_code, several.content) == (200, whole.content)
            stale = await http.get(url, headers={"Range": "bytes=0-1", "If-Range": '"old"'})
            assert stale.status_code == 200
            assert (await http.get(url, headers={"If-None-Match": etag})).status_code == 304
            head = await http.head(url)
            assert (head.content, head.headers["content-length"]) == (b"", str(size))


NOWHERE = [
    "generated_stories/{task}/../2/script_data.json",
    "generated_stories/{task}/%2e%2e/secret",
    "generated_stories/../../etc/passwd",
    "/etc/passwd",
    "generated_stories/{task}/",
    "generated_stories/{task}/image/p2.png",
    "generated_stories/{task}/segment_2.txt",
    "generated_stories/{task}/segment_0.txt",
    "generated_stories/99/segment_1.txt",
    "generated_stories/{task}/private/clip1.mp4",
    "users/1/output/images/{task}/1/script_data.json",
    "http://127.0.0.1/generated_stories/{task}/segment_1.txt",
    "generated_stories/{task}/a\x00b",
    "",
]


async def test_there_is_nothing_else_to_download(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 1)
    async with world.client(ALICE) as http:
        for url in NOWHERE:
            answer = await http.get("/api/resource", params={"url": url.format(task=task)})
            assert (answer.status_code, answer.json()) == (404, {"detail": "Resource not found"}), url


async def test_a_lost_file_and_a_lost_bucket(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 2)
    url = f"/api/resource?url=generated_stories/{task}/image/p1.png"
    async with world.client(ALICE) as http:
        world.artifacts.down = True
        assert (await http.get(url)).status_code == 503
        world.artifacts.down = False
        await world.artifacts.delete_below("users/1")
        assert (await http.get(url)).status_code == 404


def edited(split: bool = False, **page: object) -> dict:
    document = msgspec.to_builtins(script(split))
    document["pages"][1].update(page)
    return document


async def test_an_edited_script_replaces_the_old_and_drops_what_followed(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 3)
    async with world.client(ALICE) as http:
        answer = await http.put(f"/api/task/{task}/myresource/1", json=edited(text=" A new\x00 page. ", pieces=["x"]))
        assert answer.json() == {"updated": True, "segmentId": 1, "pages": 3, "current_segment": 1}
        assert (await http.get(f"/api/task/{task}/progress")).json()["current_segment"] == 1
        told = (await http.get(f"/api/resource?url=generated_stories/{task}/script_data.json")).json()
        assert told["pages"][1]["text"] == "A new  page."
        assert told["pages"][1]["pieces"] == []
        (stored,) = await world.artifacts.list(f"users/1/output/texts/{task}/edits")
        assert hashlib.sha256(await world.artifacts.get_bytes(stored.key)).hexdigest() in stored.key


async def test_a_split_script_comes_as_a_form_and_its_pages_say_their_pieces(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 4)
    document = json.dumps(edited(split=True, pieces=["One.", " Two."], text="ignored")).encode()
    async with world.client(ALICE) as http:
        form = {"file": ("script_data.json", document, "application/json")}
        assert (await http.put(f"/api/task/{task}/myresource/3", files=form)).json()["current_segment"] == 3
        told = (await http.get(f"/api/resource?url=generated_stories/{task}/script_data.json")).json()
        assert told["pages"][1]["text"] == "One. Two."
        nothing = await http.put(f"/api/task/{task}/myresource/3", files={"other": document})
        assert nothing.status_code == 422


async def test_edits_that_cannot_be(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 2)
    async with world.client(ALICE) as http:
        at = f"/api/task/{task}/myresource"
        assert (await http.put(f"{at}/3", json=edited())).json() == {"detail": "Segment not completed yet"}
        assert (await http.put(f"{at}/2", json=edited())).status_code == 400
        assert (await http.put(f"{at}/9", json=edited())).json() == {"detail": "Unknown segment"}
        assert (await http.put("/api/task/99/myresource/1", json=edited())).status_code == 404
        bad = await http.put(f"{at}/1", json=edited(text=5))
        assert (bad.status_code, "$.pages[1].text" in bad.json()["detail"]) == (422, True)
        world.media = "rest"
        await http.post(f"/api/task/{task}/execute/3", headers={"Prefer": "wait=0"})
        await world.settled()
        assert (await http.put(f"{at}/1", json=edited())).status_code == 409


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"pages": []}, "$.pages"),
        ({"pages": [edited()["pages"][0]] * 41}, "$.pages"),
        ({"pages": edited()["pages"][1:]}, "$.pages[0].number"),
        ({"language": "klingon"}, "$.language"),
        ({"seed": -1}, "$.seed"),
        ({"seed": "7"}, "$.seed"),
        ({"title": " "}, "$.title"),
        ({"hero": {"name": "P", "kind": "girl", "hair": "red"}}, "$.hero.hair"),
        ({"hero": {"name": "P"}}, "kind"),
        ({"pages": edited(text="")["pages"]}, "$.pages[1].text"),
        ({"pages": edited(text="x" * 2001)["pages"]}, "$.pages[1].text"),
        ({"pages": edited(scene={"place": "p" * 65, "time": "day"})["pages"]}, "$.pages[1].scene.place"),
        (
            {"pages": edited(scene={"place": "p", "time": "day", "props": ["x"] * 13})["pages"]},
            "$.pages[1].scene.props",
        ),
    ],
)
def test_a_faulty_script_is_refused_by_the_place(change: dict, place: str) -> None:
    document = {**edited(), **change}
    with pytest.raises(Unprocessable, match=place.replace("$", r"\$").replace("[", r"\[")):
        checked(json.dumps(document).encode(), pieces=False)


@pytest.mark.parametrize("pieces", [[], ["x"] * 41, [""], ["x" * 501], ["x" * 400] * 6])
def test_pieces_are_wanted_after_split(pieces: list[str]) -> None:
    with pytest.raises(Unprocessable, match=r"pages\[1\]\.pieces"):
        checked(json.dumps(edited(split=True, pieces=pieces)).encode(), pieces=True)


def test_chinese_pieces_join_without_a_space() -> None:
    document = {**edited(split=True, pieces=["一。", "二。"]), "language": "chinese"}
    assert checked(json.dumps(document).encode(), pieces=True).pages[1].text == "一。二。"


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b"{", b"[" * 100_000])
def test_what_is_no_script(body: bytes) -> None:
    with pytest.raises(Unprocessable):
        checked(body, pieces=False)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-", (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=3-99", (3, 7)),
        ("bytes=-3", (7, 3)),
        ("bytes=-99", (0, 10)),
        *((header, None) for header in ("", "bytes=", "bytes=-", "items=0-1", "bytes=5-2", "bytes=0-1,2-3")),
    ],
)
def test_ranges(header: str, found: tuple[int, int] | None) -> None:
    assert parse_range(header, 10) == found


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0)])
def test_ranges_outside(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, size)


def test_names_are_safe_in_headers() -> None:
    assert disposition('a/b "\r\n.txt').startswith('attachment; filename="b____.txt"; ')
    assert etag_matches('W/"a", "b"', '"b"')
    assert etag_matches("*", '"b"')
    assert not etag_matches("", '"b"')
