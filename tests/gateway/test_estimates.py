"""What something would cost, told before it is done, on every surface; and what is refused because of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from services.gateway.estimates import EXAMPLE, DryRunOut, OverBudgetOut
from services.gateway.projects_answers import ProjectErrorOut
from services.gateway.sessions_watch import begin, evolve
from services.tasks.funding import Funding
from services.tasks.handlers import Tasks
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Charge
from shared.eventstore.port import StreamName
from shared.pricing.prices import Prices
from tests.gateway.test_videos import VIDEO
from tests.gateway.world import ALICE, BOB, PAGES, World

BILLED = Prices(text_billed=True, images_billed=True, speech_billed=True, clips_billed=True)
DRY = {"dry_run": "true"}


@pytest.fixture
async def billed(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, funding=Funding(Prices(images_billed=True, clips_billed=True))).running() as built:
        yield built


@pytest.fixture
async def poor(tmp_path: Path) -> AsyncIterator[World]:
    """Nobody may spend a cent."""
    async with World(tmp_path, funding=Funding(BILLED, 0, 0)).running() as built:
        yield built


async def dry(world: World, path: str, body: Any = None, token: str = ALICE) -> dict[str, Any]:
    """The answer of a dry run, which must have changed nothing."""
    before, files, drawn = (
        await world.store.last_position(),
        len(await world.artifacts.list("users")),
        world.numbers.last,
    )
    async with world.client(token) as client:
        response = await client.post(path, json=body, params=DRY)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    noted = await world.store.read(before, await world.store.last_position())
    assert {commit.stream.category for commit in noted} <= {"usage"}
    assert (len(await world.artifacts.list("users")), world.numbers.last) == (files, drawn)
    told = response.json()
    DryRunOut.model_validate(told)
    assert told["estimate"]["total_cost"] == pytest.approx(sum(one["cost"] for one in told["estimate"]["breakdown"]))
    return dict(told)


def counted(told: dict[str, Any]) -> dict[str, float]:
    return {one["model"]: one["quantity"] for one in told["estimate"]["breakdown"]}


async def post(world: World, path: str, body: Any = None, **headers: str) -> Any:
    async with world.client(ALICE, **headers) as client:
        return await client.post(path, json=body)


async def session(world: World) -> tuple[str, list[str]]:
    made = (await post(world, "/api/generate-images", {"prompt": "man buys hat", "num_images": 2})).json()
    return made["session_id"], [one["url"] for one in made["images"]]


async def approved(world: World) -> str:
    """A session whose images are approved."""
    name, urls = await session(world)
    chosen = {"session_id": name, "approved_image_urls": urls}
    assert (await post(world, "/api/save-approved-images", chosen)).status_code == 200
    return name


async def project(world: World) -> str:
    order = {"prompt": "a haunted mansion", "preferences": {"sceneCount": 4}}
    preview = (await post(world, "/api/v1/generate/project", order)).json()["preview_id"]
    return str((await post(world, "/api/v1/generate/finalize", {"preview_id": preview})).json()["project_name"])


async def test_stories(billed: World) -> None:
    task = (await post(billed, "/api/task/new", {"topic": "kites"})).json()["task_id"]
    nothing = await dry(billed, f"/api/task/{task}/execute/1")
    assert nothing["estimate"] == {"total_cost": 0.0, "billed": False, "at_most": 0.0, "breakdown": []}
    await post(billed, f"/api/task/{task}/execute/1")
    told = await dry(billed, f"/api/task/{task}/execute/2")
    assert told["dry_run"] is True
    assert told["estimate"] == {
        "total_cost": 0.009,
        "billed": True,
        "at_most": 0.018,
        "breakdown": [
            {"service": "replicate_flux", "model": "flux-schnell", "quantity": PAGES, "unit": "image", "cost": 0.009,
             "billed": True},
        ],
    }  # fmt: skip
    assert told["budget"] == {
        "limit": 20.0, "spent": 0.0, "reserved": 0.0, "remaining": 20.0, "task_limit": 5.0, "task_remaining": 5.0,
    }  # fmt: skip


async def test_a_dry_run_is_refused_like_the_real_thing(billed: World) -> None:
    task = (await post(billed, "/api/task/new", {"topic": "kites"})).json()["task_id"]
    for path in (f"/api/task/{task}/execute/2", f"/api/task/{task}/execute/9", "/api/task/77/execute/1"):
        async with billed.client(ALICE) as client:
            really, would = await client.post(path), await client.post(path, params=DRY)
        assert (would.status_code, would.json()) == (really.status_code, really.json())
        assert would.status_code in (400, 404)
    async with billed.client(BOB) as client:
        assert (await client.post(f"/api/task/{task}/execute/1", params=DRY)).status_code == 404


async def test_sessions_cost_what_was_estimated(world: World) -> None:
    """On our own machines the costs are exact before and after."""
    images = await dry(world, "/api/generate-images", {"prompt": "man buys hat", "num_images": 2})
    name = await approved(world)
    order = {"session_id": name, "video_prompt": "slow zoom", "num_clips": 3, "duration": 8}
    clips = await dry(world, "/api/generate-clips", order)
    assert (counted(images), counted(clips)) == ({"flux-schnell": 2}, {"gen-4-turbo": 24})
    made = (await post(world, "/api/generate-clips", order)).json()
    chosen = {"session_id": name, "approved_clip_urls": [one["url"] for one in made["clips"]]}
    await post(world, "/api/save-approved-clips", chosen)
    film = await dry(world, "/api/compose-final-video", {"session_id": name, "audio_url": "https://nowhere.example/a"})
    assert film["estimate"]["breakdown"] == []
    async with world.client(ALICE) as client:
        costs = (await client.get(f"/api/sessions/{name}/costs")).json()
    assert costs["total_cost"] == pytest.approx(images["estimate"]["total_cost"] + clips["estimate"]["total_cost"])
    assert not images["estimate"]["billed"]
    assert images["estimate"]["at_most"] == clips["estimate"]["at_most"] == 0


async def test_bought_clips_cost_what_is_sold(billed: World) -> None:
    order = {"session_id": await approved(billed), "video_prompt": "slow zoom", "num_clips": 1, "duration": 8}
    told = await dry(billed, "/api/generate-clips", order)
    assert (counted(told), told["estimate"]["at_most"]) == ({"gen-4-turbo": 10}, 0.3)


async def test_videos_and_redraws(billed: World) -> None:
    assert counted(await dry(billed, "/v1/video", VIDEO)) == {"flux-schnell": 6}
    made = (await post(billed, "/v1/video", VIDEO)).json()["task_id"]
    with billed.deps.feed.subscribe("1", made) as live:
        await billed.deps.waiting.segment(live, 5, await billed.store.last_position(), 10)
    assert counted(await dry(billed, f"/v1/images/{made}-2")) == {"flux-schnell": 1}
    async with billed.client(ALICE) as client:
        assert (await client.post(f"/v1/images/{made}-9", params=DRY)).status_code == 404


async def test_projects(tmp_path: Path) -> None:
    async with World(tmp_path, funding=Funding(BILLED)).running() as world:
        written = await dry(world, "/api/v1/generate/project", {"prompt": "a haunted mansion"})
        assert list(counted(written)) == ["openai/gpt-4.1-mini"]
        name = await project(world)
        told = await dry(world, f"/api/v1/projects/{name}/render")
        assert counted(told) == {"flux-schnell": 4, "speech-02-turbo": 2_400}  # a page a scene; we adapt it ourselves


async def test_over_budget_nothing_is_asked_for(poor: World) -> None:
    task = (await post(poor, "/api/task/new", {"topic": "kites"})).json()["task_id"]
    before = await poor.store.last_position()
    asked: list[tuple[str, Any]] = [
        (f"/api/task/{task}/execute/1", None),
        ("/v1/video", VIDEO),
        ("/api/generate-images", {"prompt": "man buys hat"}),
    ]
    for path, body in asked:
        refused = await post(poor, path, body)
        assert refused.status_code == 402, refused.text
        told = OverBudgetOut.model_validate(refused.json())
        assert "of this month's $0.00 $0.00 are left" in told.detail
        assert told.estimate.billed
        assert told.estimate.at_most > 0
        assert told.budget.remaining == 0
    assert await poor.store.last_position() == before


async def test_the_projects_surface_refuses_in_its_own_form(poor: World) -> None:
    refused = await post(poor, "/api/v1/generate/project", {"prompt": "a haunted mansion"})
    assert refused.status_code == 402
    error = ProjectErrorOut.model_validate(refused.json()).error
    assert (error.code, error.suggested_action) == ("BUDGET_EXCEEDED", "Ask for less, or wait for the next month")
    assert error.details.keys() == {"estimate", "budget"}


async def test_a_refusal_is_not_kept_for_the_same_key(tmp_path: Path) -> None:
    async with World(tmp_path, funding=Funding(BILLED, 0, 0)).running() as world:
        key = {"Idempotency-Key": "k1"}
        assert (await post(world, "/v1/video", VIDEO, **key)).status_code == 402
        world.routes.update(Tasks(Funding(BILLED)).routes)
        assert (await post(world, "/v1/video", VIDEO, **key)).status_code == 200


async def test_one_s_budget(billed: World) -> None:
    billed.media = "rest"
    async with billed.client(ALICE) as client:
        fresh = (await client.get("/api/budget")).json()
        assert (fresh["limit"], fresh["spent"], fresh["reserved"], fresh["remaining"]) == (20.0, 0.0, 0.0, 20.0)
        await client.post("/v1/video", json=VIDEO)
        await billed.settled()
        held = (await client.get("/api/budget")).json()
    assert (held["reserved"], held["remaining"]) == (0.036, 19.964)
    async with billed.client(BOB) as client:
        assert (await client.get("/api/budget")).json() == fresh


async def test_what_was_bought_stands_in_the_costs_and_in_the_session_s_frames(billed: World) -> None:
    name, _ = await session(billed)
    task = await billed.views.task("1", name)
    assert task
    job = JobRef(owner="1", task=name, segment=1, run=1, kind="draw_picture", item=1)
    charge = Charge(service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=5)
    late = e.ProviderJobSettled(
        job=job, attempt=1, provider="replicate", step="draw", nonce="n", outcome="lost", charge=charge
    )
    before = begin(task, await billed.views.charges("1", name))
    await billed.append(StreamName("job", "1", job.stream_id), late)
    await billed.settled()
    charges = await billed.views.charges("1", name)
    assert begin(task, charges).microusd == evolve(before, late).microusd == before.microusd + 5
    assert charges[-1].billed
    done = e.JobCompleted(job=job, attempt=1, charges=(replace(charge, billed=True),))
    assert evolve(before, done).microusd == before.microusd


def test_the_example_is_one() -> None:
    OverBudgetOut.model_validate(EXAMPLE)
