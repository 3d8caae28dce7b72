"""What a new task takes and refuses."""

from __future__ import annotations

from shared.contracts.commands import CreateTask
from tests.gateway.world import ALICE, World


def brief_of(world: World):
    command = world.asked[-1][0]
    assert isinstance(command, CreateTask)
    return command.brief


async def post(world: World, body: object) -> int:
    async with world.client(ALICE) as http:
        return (await http.post("/api/task/new", json=body)).status_code


async def test_words_are_taken_in_any_case_and_unknown_fields_pass(world: World) -> None:
    body = {
        "topic": "  Kites\r\nand\x00 wind\x9f ",
        "genre": "Bedtime",
        "art_style": "ANIME",
        "language": " Chinese ",
        "voice_name": "Onyx",
        "duration": "LONG",
        "aspect_ratio": "9:16",
        "seed": 0,
        "main_role": None,
        "unknown": {"a": 1},
    }
    assert await post(world, body) == 200
    brief = brief_of(world)
    assert brief.topic == "Kites \nand  wind"
    assert (brief.genre, brief.style, brief.language, brief.voice) == ("bedtime", "anime", "chinese", "onyx")
    assert (brief.length, brief.aspect_ratio, brief.seed) == ("long", "9:16", 0)


async def test_a_seed_is_drawn_when_none_is_given(world: World) -> None:
    seeds = set()
    for _ in range(3):
        assert await post(world, {"topic": "Kites"}) == 200
        seeds.add(brief_of(world).seed)
    assert len(seeds) == 3


BAD: list[object] = [
    {},
    [],
    None,
    "text",
    {"topic": ""},
    {"topic": " \n\t "},
    {"topic": "\x00\x01"},
    {"topic": "\u200b\u2060"},
    {"topic": 5},
    {"topic": None},
    {"topic": "x" * 513},
    {"topic": "x", "main_role": "y" * 513},
    {"topic": "x", "scene": ["y"]},
    {"topic": "x", "genre": "opera"},
    {"topic": "x", "art_style": 3},
    {"topic": "x", "language": "klingon"},
    {"topic": "x", "voice_name": "hal"},
    {"topic": "x", "duration": "medium"},
    {"topic": "x", "aspect_ratio": "2:1"},
    {"topic": "x", "seed": -1},
    {"topic": "x", "seed": 2**32},
    {"topic": "x", "seed": "many"},
    {"topic": "x", "workflow": "../etc"},
]


async def test_bad_bodies_are_422_and_not_echoed(world: World) -> None:
    async with world.client(ALICE) as http:
        for body in BAD:
            answer = await http.post("/api/task/new", json=body)
            assert answer.status_code == 422, body
            assert all(set(one) == {"loc", "msg", "type"} for one in answer.json()["detail"])
    assert not world.asked


async def test_bytes_that_are_no_json_are_client_errors(world: World) -> None:
    async with world.client(ALICE, **{"Content-Type": "application/json"}) as http:
        for raw in [b"{", b"\xff\xfe", b'{"topic": NaN}', b'{"topic": "\\ud800"}', b""]:
            answer = await http.post("/api/task/new", content=raw)
            assert answer.status_code in (400, 422), answer.text
            assert "detail" in answer.json()


async def test_the_longest_topic_counts_after_the_strip(world: World) -> None:
    assert await post(world, {"topic": "  " + "x" * 512 + "  "}) == 200
    assert await post(world, {"topic": "\U0001f600" * 512}) == 200


async def test_an_unknown_workflow_is_refused(world: World) -> None:
    async with world.client(ALICE) as http:
        answer = await http.post("/api/task/new", json={"topic": "x", "workflow": "opera"})
    assert answer.status_code == 400
    assert "opera" in answer.json()["detail"]
