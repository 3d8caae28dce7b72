"""One's sessions, with their files and costs."""

from __future__ import annotations

from decimal import Decimal

from tests.gateway.session_world import approved, clips, cut, film, images, shown
from tests.gateway.world import ALICE, BOB, World


async def test_sessions_are_listed_newest_first_and_paged(world: World) -> None:
    sessions = [(await images(world, prompt=f"hat {n}", num_images=1))["session_id"] for n in range(12)]
    await images(world, BOB)
    async with world.client(ALICE) as http:
        await http.post("/api/task/new", json={"topic": "x"})
        for path in ("/api/sessions/", "/api/sessions"):
            first = (await http.get(path)).json()
            assert [one["id"] for one in first] == sessions[:1:-1]
            rest = (await http.get(path, params={"limit": 100, "offset": 10})).json()
            assert [one["id"] for one in rest] == [sessions[1], sessions[0]]
            assert (await http.get(path, params={"offset": 99})).json() == []
        for wrong in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"limit": "x"}):
            assert (await http.get("/api/sessions/", params=wrong)).status_code == 422


async def test_a_session_is_shown_as_the_contract_says(world: World) -> None:
    session = await cut(world)
    async with world.client(ALICE) as http:
        await film(http, session)
        one = (await http.get(f"/api/sessions/{session}")).json()
        listed = (await http.get("/api/sessions/")).json()[0]
    assert list(one) == [
        "id", "status", "prompt", "video_prompt", "final_video_url", "created_at", "completed_at", "assets",
    ]  # fmt: skip
    assert list(one["assets"][0]) == ["id", "type", "url", "approved", "order_index", "created_at"]
    assert (one["id"], one["status"], one["prompt"], one["video_prompt"]) == (
        session, "completed", "man buys hat", "slowly around",
    )  # fmt: skip
    assert one["created_at"] <= one["assets"][0]["created_at"] <= one["completed_at"]
    assert one["created_at"].endswith("Z")
    assert len({asset["id"] for asset in one["assets"]}) == 5
    assert world.artifacts.key_of(one["final_video_url"]) == world.artifacts.key_of(one["assets"][-1]["url"])
    assert {k: v for k, v in listed.items() if k not in ("assets", "final_video_url")} == {
        k: v for k, v in one.items() if k not in ("assets", "final_video_url")
    }


async def test_a_young_session_has_no_film(world: World) -> None:
    session = await approved(world, 1, num_images=2)
    one = await shown(world, session)
    assert (one["video_prompt"], one["final_video_url"], one["completed_at"]) == (None, None, None)
    assert [(a["approved"], a["order_index"]) for a in one["assets"]] == [(False, None), (True, 0)]


async def test_costs_add_up(world: World) -> None:
    session = await approved(world, num_images=4)
    async with world.client(ALICE) as http:
        early = (await http.get(f"/api/sessions/{session}/costs")).json()
        assert early == {
            "session_id": session,
            "total_cost": 0.012,
            "breakdown": [
                {
                    "service": "replicate_flux",
                    "cost": 0.012,
                    "tokens_used": None,
                    "details": {"model": "flux-schnell", "num_images": 4},
                }
            ],
        }
        await clips(world, session, num_clips=2)
        told = (await http.get(f"/api/sessions/{session}/costs")).json()
        assert [one["service"] for one in told["breakdown"]] == ["replicate_flux", "replicate_luma"]
        assert told["breakdown"][1]["details"] == {"model": "gen-4-turbo", "duration_seconds": 16}
        assert Decimal(str(told["total_cost"])) == sum(Decimal(str(one["cost"])) for one in told["breakdown"])
        await clips(world, session, num_clips=1)  # made anew: what was spent stays spent
        again = (await http.get(f"/api/sessions/{session}/costs")).json()
        assert again["total_cost"] == 0.372


async def test_other_users_sessions_and_other_tasks_are_not_found(world: World) -> None:
    session = (await images(world))["session_id"]
    async with world.client(ALICE) as http:
        number = (await http.post("/api/task/new", json={"topic": "x"})).json()["task_id"]
    asked = [
        (BOB, session),
        (ALICE, "nothing"),
        (ALICE, str(number)),
        (ALICE, "a b"),
        (ALICE, "%00"),
        (ALICE, "ž" * 50),
    ]
    for token, one in asked:
        async with world.client(token) as http:
            for path in (f"/api/sessions/{one}", f"/api/sessions/{one}/costs"):
                answer = await http.get(path)
                assert (answer.status_code, answer.json()) == (404, {"detail": "Session not found"}), path
    async with world.client(ALICE) as http:
        assert (await http.get("/api/sessions/" + "x" * 201)).status_code == 422
        assert (await http.get(f"/api/task/{session}/progress")).status_code == 422
