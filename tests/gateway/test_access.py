"""Who may do what: every route of surface A with no token, a bad one, another user's and one's own."""

from __future__ import annotations

from services.gateway.settings import GatewaySettings
from tests.gateway.test_tasks import new_task, run
from tests.gateway.world import ALICE, BOB, ROOT, World

TASK = "{task}"
OWNED = [
    ("GET", "/api/task/{task}/progress"),
    ("GET", "/api/task/{task}/info"),
    ("GET", "/api/task/{task}/resource?segmentId=1"),
    ("GET", "/api/resource?url=generated_stories/{task}/script_data.json"),
    ("GET", "/api/resource?url=generated_stories/{task}/segment_1.txt"),
    ("POST", "/api/task/{task}/execute/2"),
    ("PUT", "/api/task/{task}/myresource/1"),
    ("GET", "/api/task/{task}/events"),
    ("DELETE", "/api/task/{task}"),
]
GUARDED = [
    *OWNED,
    ("POST", "/api/task/new"),
    ("GET", "/api/task/mytasks"),
    ("GET", "/api/events"),
    ("GET", "/api/workflows"),
    ("GET", "/api/workflows/story"),
    ("PUT", "/api/workflows/story"),
    ("DELETE", "/api/workflows/story"),
]


async def test_without_a_token_that_counts_it_is_401(world: World) -> None:
    async with world.client() as http:
        for method, path in GUARDED:
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {ALICE}"}):
                answer = await http.request(method, path.format(task=1), headers=headers)
                assert answer.status_code == 401, (method, path)
                assert answer.headers["www-authenticate"] == "Bearer"
                assert set(answer.json()) == {"detail"}


async def test_another_users_task_is_not_found(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 1)
    before = await world.store.last_position()
    async with world.client(BOB) as http:
        for method, path in OWNED:
            answer = await http.request(method, path.format(task=task))
            assert answer.status_code == 404, (method, path)
            assert answer.json()["detail"] in ("Task not found", "Resource not found")
    assert await world.store.last_position() == before
    async with world.client(ALICE) as http:
        for method, path in OWNED:
            if not path.endswith("/events"):
                answer = await http.request(method, path.format(task=task), json={})
                assert answer.status_code in (200, 422), (method, path)


async def test_only_administrators_change_workflows(world: World) -> None:
    async with world.client(ALICE) as http:
        for method in ("GET", "PUT", "DELETE"):
            assert (await http.request(method, "/api/workflows/story")).status_code == 403


OPEN = ["/api/task/workflow", "/", "/health", "/docs", "/openapi.json", "/api/docs", "/api/redoc"]


async def test_some_doors_are_open(world: World) -> None:
    async with world.client() as http:
        for path in OPEN:
            assert (await http.get(path)).status_code == 200, path


async def test_if_nobody_can_tell_who_asks_it_is_503(world: World) -> None:
    world.tokens.down = True
    async with world.client(ALICE) as http:
        assert (await http.get("/api/task/mytasks")).status_code == 503


def test_settings_listen_on_loopback_unless_told() -> None:
    assert GatewaySettings().host == "127.0.0.1"


async def test_workflows_are_defined_and_removed_by_administrators(world: World) -> None:
    segments = [
        {"id": 1, "name": "Tale", "waves": [[{"kind": "write_story"}]]},
        {"id": 2, "name": "Pictures", "waves": [[{"kind": "draw_image", "per": "page"}]]},
    ]
    async with world.client(ROOT) as http:
        steps = (await http.get("/api/task/workflow")).json()
        assert steps == [
            {"id": n, "name": name} for n, name in enumerate(("Story", "Image", "Split", "Speech", "Video"), 1)
        ]
        defined = await http.put("/api/workflows/story", json={"segments": segments})
        assert (defined.status_code, defined.json()["version"]) == (200, 2)
        assert [one["name"] for one in (await http.get("/api/task/workflow")).json()] == ["Tale", "Pictures"]
        task = await new_task(world)
        async with world.client(ALICE) as mine:
            assert (await mine.get(f"/api/task/{task}/progress")).json()["total_segments"] == 2
        assert (await http.put("/api/workflows/brief", json={"segments": segments[:1]})).json()["name"] == "brief"
        assert [one["name"] for one in (await http.get("/api/workflows")).json()["workflows"]] == ["story", "brief"]
        assert (await http.delete("/api/workflows/story")).json() == {"deleted": True}
        assert len((await http.get("/api/task/workflow")).json()) == 5
        assert (await http.delete("/api/workflows/none")).json() == {"detail": "Workflow not found"}
        assert (await http.get("/api/workflows/none")).status_code == 404
        for bad in ({}, {"segments": [{"id": "1"}]}, {"segments": segments, "more": 1}):
            assert (await http.put("/api/workflows/story", json=bad)).status_code == 422
        assert (await http.put("/api/workflows/story", json={"segments": segments[1:]})).status_code == 400
        assert (await http.put("/api/workflows/NO", json={"segments": segments})).status_code == 422
