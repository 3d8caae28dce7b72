"""Surface A's tasks: every status and error of the contract."""

from __future__ import annotations

import pytest

from shared.contracts import commands as c
from tests.gateway.world import ALICE, BOB, World


async def new_task(world: World, token: str = ALICE, **body: object) -> int:
    async with world.client(token) as http:
        answer = await http.post("/api/task/new", json={"topic": "Magnet Mania", **body})
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["task_id"]
    return int(answer.json()["task_id"])


async def run(world: World, task: int, upto: int, token: str = ALICE) -> None:
    async with world.client(token) as http:
        for segment in range(1, upto + 1):
            answer = await http.post(f"/api/task/{task}/execute/{segment}")
            assert answer.json()["accepted"] is True


async def test_a_prototype_client_runs_all_five_segments_without_waiting(world: World) -> None:
    world.delay_s = 0.05
    task = await new_task(world, main_role="Penny")
    async with world.client(ALICE) as http:
        before = (await http.get(f"/api/task/{task}/progress")).json()
        assert (before["current_segment"], before["status"]) == (0, "pending")
        for segment in range(1, 6):
            answer = await http.post(f"/api/task/{task}/execute/{segment}")
            assert answer.status_code == 200
            assert answer.json()["accepted"] is True
            assert answer.json()["message"].endswith("completed")
            assert (await http.get(f"/api/task/{task}/progress")).json()["current_segment"] == segment
        after = (await http.get(f"/api/task/{task}/progress")).json()
    assert (after["status"], after["progress"]) == ("completed", 1.0)
    assert after["segment_names"] == ["Story", "Image", "Split", "Speech", "Video"]
    assert (after["total_segments"], after["workflow_version"]) == (5, 1)


async def test_order_and_unknown_segments(world: World) -> None:
    task = await new_task(world)
    async with world.client(ALICE) as http:
        for segment, detail in (
            (2, "Segment cannot be executed out of order"),
            (0, "Unknown segment"),
            (6, "Unknown segment"),
            (-1, "Unknown segment"),
        ):
            answer = await http.post(f"/api/task/{task}/execute/{segment}")
            assert (answer.status_code, answer.json()) == (400, {"detail": detail})
        assert (await http.post("/api/task/999/execute/1")).json() == {"detail": "Task not found"}
        assert (await http.post(f"/api/task/{task}/execute/one")).status_code == 422


@pytest.mark.parametrize("body", [b"null", b"{}", b'{"anything": [1]}', b"", b"not json"])
async def test_execute_takes_any_body(world: World, body: bytes) -> None:
    task = await new_task(world)
    async with world.client(ALICE, **{"Content-Type": "application/json"}) as http:
        assert (await http.post(f"/api/task/{task}/execute/1", content=body)).status_code == 200


async def test_prefer_decides_how_long_execute_waits(world: World) -> None:
    world.media = "rest"
    task = await new_task(world)
    async with world.client(ALICE) as http:
        now = await http.post(f"/api/task/{task}/execute/1", headers={"Prefer": "respond-async"})
        assert now.headers["preference-applied"] == "respond-async"
        assert now.json() == {"accepted": True, "message": "Segment 1 (Story) accepted; it is running"}
        joined = await http.post(f"/api/task/{task}/execute/1", headers={"Prefer": "wait=0"})
        assert joined.headers["preference-applied"] == "wait=0"
        await world.settled()
        assert (await http.get(f"/api/task/{task}/progress")).json()["status"] == "running"
        capped = await http.post(f"/api/task/{task}/execute/2", headers={"Prefer": "wait=99999"})
        assert capped.status_code == 400
    requested = [one for one, _ in world.asked if isinstance(one, c.RequestSegment)]
    assert len(requested) == 3


async def test_a_failed_segment_tells_why_and_can_be_executed_again(world: World) -> None:
    world.media = "failed"
    task = await new_task(world)
    async with world.client(ALICE) as http:
        failed = (await http.post(f"/api/task/{task}/execute/1")).json()
        assert failed["accepted"] is True
        assert "the painter ran out of blue" in failed["message"]
        told = (await http.get(f"/api/task/{task}/progress")).json()
        assert (told["status"], told["error"]) == ("failed", "the painter ran out of blue")
        world.media = "done"
        assert (await http.post(f"/api/task/{task}/execute/1")).json()["message"] == "Segment 1 (Story) completed"


async def test_redo_drops_what_followed_and_is_refused_while_running(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 3)
    async with world.client(ALICE) as http:
        again = await http.post(f"/api/task/{task}/execute/1")
        assert again.json() == {"detail": "Segment cannot be executed out of order"}
        assert (await http.post(f"/api/task/{task}/execute/2?redo=true")).status_code == 200
        assert (await http.get(f"/api/task/{task}/progress")).json()["current_segment"] == 2
        world.media = "rest"
        await http.post(f"/api/task/{task}/execute/3", headers={"Prefer": "wait=0"})
        busy = await http.post(f"/api/task/{task}/execute/1?redo=true")
    assert busy.status_code == 409


async def test_the_status_of_execute_is_a_setting(tmp_path) -> None:
    async with World(tmp_path, execute_status=202, execute_wait_s=0).running() as world:
        task = await new_task(world)
        async with world.client(ALICE) as http:
            assert (await http.post(f"/api/task/{task}/execute/1")).status_code == 202


async def test_lists_are_newest_first_and_paged(world: World) -> None:
    made = [await new_task(world) for _ in range(5)]
    await new_task(world, BOB)
    async with world.client(ALICE) as http:
        assert (await http.get("/api/task/mytasks")).json() == {"task_ids": made[::-1]}
        first = (await http.get("/api/task/mytasks?limit=2")).json()
        assert first == {"task_ids": [made[4], made[3]], "next": made[3]}
        second = (await http.get(f"/api/task/mytasks?limit=2&before={first['next']}")).json()
        assert second["task_ids"] == [made[2], made[1]]
        last = (await http.get(f"/api/task/mytasks?limit=2&before={second['next']}")).json()
        assert last == {"task_ids": [made[0]]}
        for bad in ("limit=0", "limit=1001", "limit=x", "before=x"):
            assert (await http.get(f"/api/task/mytasks?{bad}")).status_code == 422


async def test_delete_waits_for_the_purge_and_then_nothing_is_there(world: World) -> None:
    world.delay_s = 0.1
    task = await new_task(world)
    await run(world, task, 1)
    async with world.client(ALICE) as http:
        assert (await http.delete(f"/api/task/{task}")).json() == {"deleted": True}
        for path in ("progress", "info", "resource?segmentId=1", "events"):
            gone = await http.get(f"/api/task/{task}/{path}")
            assert (gone.status_code, gone.json()) == (404, {"detail": "Task not found"})
        assert (await http.get("/api/task/mytasks")).json() == {"task_ids": []}
        assert (await http.delete(f"/api/task/{task}")).status_code == 404
        assert (await http.post(f"/api/task/{task}/execute/2")).status_code == 404


async def test_a_deleted_task_says_so_until_its_files_are_gone(tmp_path) -> None:
    async with World(tmp_path, purge_wait_s=0.05).running() as world:
        task = await new_task(world)
        world.media = "rest"
        async with world.client(ALICE) as http:
            assert (await http.delete(f"/api/task/{task}")).json() == {"deleted": True}
            assert (await http.get(f"/api/task/{task}/progress")).json()["status"] == "deleted"
            assert (await http.delete(f"/api/task/{task}")).json() == {"deleted": True}
            assert (await http.get(f"/api/task/{task}/info")).status_code == 404


async def test_info_tells_everything_but_places_in_the_bucket(world: World) -> None:
    task = await new_task(world, scene="a hill")
    await run(world, task, 2)
    async with world.client(ALICE) as http:
        text = (await http.get(f"/api/task/{task}/info")).text
        told = (await http.get(f"/api/task/{task}/info")).json()
    assert "users/1/output" not in text
    assert told["title"] == "The Kite"
    assert told["brief"]["scene"] == "a hill"
    assert [one["status"] for one in told["segments"]] == ["completed"] * 2 + ["pending"] * 3
    assert told["artifacts"][1]["url"] == f"generated_stories/{task}/image/p1.png"


async def test_ids_that_are_no_ids(world: World) -> None:
    task = await new_task(world)
    async with world.client(ALICE) as http:
        assert (await http.get(f"/api/task/00{task}/progress")).status_code == 200
        assert (await http.get("/api/task/999999999999999999/progress")).status_code == 404
        for bad in ("x", "1.5", "9" * 19, "9" * 6000, "-x", "%00"):
            assert (await http.get(f"/api/task/{bad}/progress")).status_code == 422
        assert (await http.get("/api/task/-1/progress")).status_code == 422


async def test_without_views_reads_are_unavailable(world: World) -> None:
    task = await new_task(world)
    world.views.close()
    world.file.rename(world.file.with_name("elsewhere.db"))
    async with world.client(ALICE) as http:
        answer = await http.get(f"/api/task/{task}/progress")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "detail" in answer.json()


async def test_without_the_tasks_service_commands_are_unavailable(world: World) -> None:
    world.down = True
    async with world.client(ALICE) as http:
        answer = await http.post("/api/task/new", json={"topic": "Kites"})
    assert (answer.status_code, answer.json()) == (503, {"detail": "The tasks service does not answer."})
