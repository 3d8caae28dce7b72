"""Surface B: changing an open project, and making the video of one."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from services.gateway.projects_answers import ModifiedOut, RenderOut
from shared.contracts.commands import CreateTask
from shared.contracts.orders import AdaptationOrder
from shared.contracts.screenplay import Screenplay
from tests.gateway.project_world import ask, error, opened, project, whole
from tests.gateway.world import ALICE, BOB, PAGES, World

SCENE = {
    "id": "scene_9",
    "number": 9,
    "title": "New Scene",
    "description": "Scene description",
    "location": "Location",
    "time_of_day": "day",
    "duration": 10.0,
    "characters": ["char_1"],
    "key_actions": ["action1"],
}


async def change(world: World, name: str, part: str, body: Any, method: str = "PATCH", token: str = ALICE) -> Any:
    return await ask(world, method, f"/projects/{name}/{part}", body, token)


async def test_a_scene_is_modified(world: World) -> None:
    name = await opened(world)
    before = await whole(world, name)
    body = {"title": "Updated Scene Title", "description": "New scene description", "duration": 20.0}
    answer = await change(world, name, "scenes/scene_1", body)
    assert answer.status_code == 200
    assert answer.json() == {"message": "Scene modified successfully", "modified_element_id": "scene_1"}
    assert ModifiedOut.model_validate(answer.json())
    after = await whole(world, name)
    assert after["scenes"][0] == {**before["scenes"][0], **body}
    assert after["scenes"][1:] == before["scenes"][1:]
    assert after["sequences"][0]["total_duration"] == 20.0
    assert sum(one["duration"] for one in after["sequences"][0]["shots"]) == 20.0
    assert after["unsaved"]


async def test_every_field_of_a_scene_can_be_modified(world: World) -> None:
    name = await opened(world)
    body = {
        "title": "T", "description": "", "location": "L", "time_of_day": "night", "duration": 0.1, "characters": [],
        "key_actions": ["a", "b"], "visual_notes": "rain",
    }  # fmt: skip
    assert (await change(world, name, "scenes/scene_2", body)).status_code == 200
    shown = (await whole(world, name))["scenes"][1]
    assert shown == {"id": "scene_2", "number": 2, **body}


async def test_what_is_left_out_null_or_unknown_stays(world: World) -> None:
    name = await opened(world)
    before = await whole(world, name)
    for body in ({}, {"title": None, "duration": None}, {"id": "scene_7", "number": 7, "more": 1}):
        assert (await change(world, name, "scenes/scene_1", body)).status_code == 200
    assert (await change(world, name, "characters/char_1", {"name": None})).status_code == 200
    assert (await change(world, name, "sequences/seq_1", {})).status_code == 200
    assert await whole(world, name) == before


async def test_a_character_is_modified(world: World) -> None:
    name = await opened(world)
    body = {"name": "Updated Character Name", "appearance": "New appearance description"}
    answer = await change(world, name, "characters/char_1", body)
    assert answer.json() == {"message": "Character modified successfully", "modified_element_id": "char_1"}
    more = {"role": "antagonist", "description": "d", "personality": "p"}
    assert (await change(world, name, "characters/char_1", more)).status_code == 200
    assert (await whole(world, name))["characters"] == [{"id": "char_1", **body, **more}]


async def test_a_scene_is_added_and_removed(world: World) -> None:
    name = await opened(world)
    answer = await change(world, name, "scenes", SCENE, "POST")
    assert answer.status_code == 201
    assert answer.json() == {"message": "Scene added successfully", "modified_element_id": "scene_9"}
    shown = await whole(world, name)
    assert shown["scenes"][-1] == {**SCENE, "visual_notes": ""}
    assert (shown["sequences"][-1]["scene_id"], shown["sequences"][-1]["total_duration"]) == ("scene_9", 10.0)
    assert shown["scene_count"] == shown["sequence_count"] == 4
    error(await change(world, name, "scenes/scene_9", None, "DELETE"), 400, "VALIDATION_ERROR")
    gone = await change(world, name, "scenes/scene_9?confirmed=true", None, "DELETE")
    assert (gone.status_code, gone.json()) == (
        200,
        {"message": "Scene removed successfully", "modified_element_id": "scene_9"},
    )
    after = await whole(world, name)
    assert [one["id"] for one in after["scenes"]] == ["scene_1", "scene_2", "scene_3"]
    assert [one["scene_id"] for one in after["sequences"]] == ["scene_1", "scene_2", "scene_3"]
    error(await change(world, name, "scenes/scene_9?confirmed=true", None, "DELETE"), 404, "RESOURCE_NOT_FOUND")


async def test_a_new_scene_needs_an_id_a_number_and_a_title(world: World) -> None:
    name = await opened(world)
    assert (await change(world, name, "scenes", {"id": "s", "number": 4, "title": "T"}, "POST")).status_code == 201
    shown = (await whole(world, name))["scenes"][-1]
    assert (shown["duration"], shown["time_of_day"], shown["characters"]) == (10.0, "day", [])
    for missing in ("id", "number", "title"):
        body = {field: value for field, value in SCENE.items() if field != missing}
        told = error(await change(world, name, "scenes", body, "POST"), 400, "VALIDATION_ERROR")
        assert missing in told["details"]


WRONG: list[dict[str, Any]] = [
    {"id": "scene_1"}, {"number": 1}, {"id": ""}, {"id": "../x"}, {"id": "x" * 49}, {"number": 0}, {"title": " "},
    {"duration": 0}, {"duration": 3_601}, {"duration": "long"}, {"characters": ["char_9"]}, {"characters": "x"},
    {"characters": ["char_1", "char_1"]}, {"key_actions": [""]}, {"title": "x" * 201}, {"description": "x" * 5_001},
]  # fmt: skip


async def test_a_scene_that_does_not_fit_is_refused(world: World) -> None:
    name = await opened(world)
    before = await whole(world, name)
    for wrong in WRONG:
        error(await change(world, name, "scenes", {**SCENE, **wrong}, "POST"), 400, "VALIDATION_ERROR")
    assert await whole(world, name) == before


async def test_a_sequence_is_stretched_or_given_other_shots(world: World) -> None:
    name = await opened(world)
    answer = await change(world, name, "sequences/seq_1", {"total_duration": 12.5})
    assert answer.json() == {"message": "Sequence modified successfully", "modified_element_id": "seq_1"}
    shown = await whole(world, name)
    assert (shown["scenes"][0]["duration"], shown["sequences"][0]["shots"][0]["duration"]) == (12.5, 12.5)
    shot = {"type": "wide", "camera_movement": "pan", "description": "The hill."}
    shots = [{"id": f"a{n}", "number": n, "duration": 6.0, **shot} for n in (1, 2)]
    assert (await change(world, name, "sequences/seq_1", {"total_duration": 12, "shots": shots})).status_code == 200
    shown = await whole(world, name)
    assert shown["sequences"][0]["shots"] == [{**one, "visual_style": ""} for one in shots]
    assert shown["scenes"][0]["duration"] == 12.0
    for wrong in ({"total_duration": 11, "shots": shots}, {"shots": []}, {"shots": [{}]}, {"total_duration": -1}):
        error(await change(world, name, "sequences/seq_1", wrong), 400, "VALIDATION_ERROR")


PARTS = [
    ("PATCH", "scenes/{}", {"title": "x"}), ("PATCH", "characters/{}", {"name": "x"}),
    ("PATCH", "sequences/{}", {"total_duration": 5}), ("DELETE", "scenes/{}?confirmed=true", None),
]  # fmt: skip


async def test_parts_that_are_not_there(world: World) -> None:
    name = await opened(world)
    for method, part, body in PARTS:
        for element in ("none", "..%2f1", "x" * 300):
            error(await change(world, name, part.format(element), body, method), 404, "RESOURCE_NOT_FOUND")


async def test_a_project_must_be_open_to_be_changed(world: World) -> None:
    name = await project(world)
    before = await whole(world, name)
    ids = {"scenes": "scene_1", "characters": "char_1", "sequences": "seq_1"}
    for method, part, body in (*PARTS, ("POST", "scenes", SCENE)):
        path = part.format(ids[part.partition("/")[0]])
        told = error(await change(world, name, path, body, method), 400, "PROJECT_ERROR")
        assert "not open" in told["message"]
        assert "POST /projects/open" in told["suggested_action"]
    assert await whole(world, name) == before


async def test_another_users_project_is_not_found(world: World) -> None:
    name = await opened(world)
    before, position = await whole(world, name), await world.store.last_position()
    own = [("GET", "", None), ("DELETE", "?confirmed=true", None), ("POST", "render", {}), ("POST", "scenes", SCENE)]
    for method, part, body in (*PARTS, *own):
        path = f"/projects/{name}/{part.format('scene_1')}".replace("/?", "?").rstrip("/")
        error(await ask(world, method, path, body, BOB), 404, "RESOURCE_NOT_FOUND")
    assert await whole(world, name) == before
    commits = await world.store.read(position, await world.store.last_position())
    assert {commit.stream.category for commit in commits} <= {"usage"}
    assert (await ask(world, "POST", "/projects/open", {"project_name": name}, BOB)).status_code == 404
    error(await ask(world, "POST", "/projects/close", {"save": False}, BOB), 400, "PROJECT_ERROR")


async def test_the_same_scene_sent_twice_with_a_key_is_added_once(world: World) -> None:
    name = await opened(world)
    key = {"Idempotency-Key": "k"}
    answers = [await ask(world, "POST", f"/projects/{name}/scenes", SCENE, **key) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    error(await ask(world, "POST", f"/projects/{name}/scenes", SCENE), 400, "VALIDATION_ERROR")
    assert (await whole(world, name))["scene_count"] == 4


async def test_changes_at_once_are_all_kept(world: World) -> None:
    name = await opened(world)
    bodies = [{**SCENE, "id": f"scene_{n}", "number": n} for n in range(4, 10)]
    answers = await asyncio.gather(*(change(world, name, "scenes", one, "POST") for one in bodies))
    assert {one.status_code for one in answers} <= {201, 409}
    added = sum(one.status_code == 201 for one in answers)
    assert (await whole(world, name))["scene_count"] == 3 + added


# ---- render


async def rendered(world: World, name: str, body: Any = None, **headers: str) -> dict[str, Any]:
    answer = await ask(world, "POST", f"/projects/{name}/render", body, **headers)
    assert answer.status_code == 202, answer.text
    assert RenderOut.model_validate(answer.json()).model_dump() == answer.json()
    return dict(answer.json())


def asked_for(world: World) -> CreateTask:
    found = [one for one, _ in world.asked if isinstance(one, CreateTask)][-1]
    assert isinstance(found.order, AdaptationOrder)
    return found


async def test_a_project_becomes_a_video_that_is_followed_like_any_story(world: World) -> None:
    name = await opened(world, language="fr")
    await change(world, name, "scenes/scene_1", {"title": "Unsaved"})
    told = await rendered(world, name, {"art_style": " Anime", "voice_name": "echo", "aspect_ratio": "9:16"})
    assert told == {
        "task_id": 1, "project_name": name, "status": "processing", "progress_url": "/api/task/1/progress"
    }  # fmt: skip
    command = asked_for(world)
    assert (command.surface, command.workflow, command.auto) == ("stories", "story", True)
    brief = command.brief
    assert (brief.style, brief.voice, brief.aspect_ratio, brief.language) == ("anime", "echo", "9:16", "french")
    assert isinstance(command.order, AdaptationOrder)
    file = command.order.screenplay
    document = await world.artifacts.get_bytes(file.key)
    play = msgspec.json.decode(document, type=Screenplay)
    assert (play.name, play.scenes[0].title, len(document)) == (name, "Unsaved", file.size_bytes)
    async with world.client(ALICE) as http:
        async with asyncio.timeout(10):
            while (progress := (await http.get(told["progress_url"])).json())["status"] != "completed":
                await asyncio.sleep(0.01)
        assert progress["current_segment"] == 5
        pages = [one for one in (await http.get("/api/task/1/resource?segmentId=2")).json()["urls"] if "image/p" in one]
        assert len(pages) == len(play.scenes) == PAGES
        assert (await http.get("/api/task/mytasks")).json()["task_ids"] == [1]
        assert (await http.delete("/api/task/1")).status_code == 200
    error(await ask(world, "POST", f"/projects/{name}/render", {"art_style": "oil"}), 400, "VALIDATION_ERROR")


async def test_rendering_needs_no_body_and_no_open_project(world: World) -> None:
    name = await project(world)
    assert [(await rendered(world, name, body))["task_id"] for body in (None, {})] == [1, 2]
    brief = asked_for(world).brief
    assert (brief.style, brief.language, brief.voice, brief.aspect_ratio) == ("cinematic", "english", "nova", "16:9")
    async with world.client(BOB) as http:
        assert (await http.get("/api/task/1/progress")).status_code == 404


async def test_the_same_render_sent_twice_is_one_task(world: World) -> None:
    name = await opened(world)
    key = {"Idempotency-Key": "k"}
    first = await rendered(world, name, **key)
    await change(world, name, "scenes/scene_1", {"title": "New"})
    assert await rendered(world, name, **key) == first
    assert world.numbers.last == 1
    assert (await rendered(world, name))["task_id"] == 2


async def test_what_a_render_works_from_goes_with_its_task(world: World) -> None:
    name = await project(world)
    await rendered(world, name)
    order = asked_for(world).order
    assert isinstance(order, AdaptationOrder)
    assert order.screenplay.key.startswith("users/1/output/texts/1/")
