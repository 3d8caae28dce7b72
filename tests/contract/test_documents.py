"""Every request, answer and error that the documents of the four surfaces show, one test each."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from services.gateway.app import make_api
from tests.contract import surface_a, surface_b, surface_c, surface_d
from tests.contract.asking import asked, needs_nothing, refused
from tests.contract.shape import Example, Refusal
from tests.gateway.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATHS = make_api().openapi()["paths"]
SURFACES = {"A": surface_a, "B": surface_b, "C": surface_c, "D": surface_d}


def told(tables: dict[str, list[Example]] | dict[str, list[Refusal]]) -> list[object]:
    return [pytest.param(one, id=f"{name}: {one.name}") for name, rows in tables.items() for one in rows]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def common(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A world for all requests that are refused whatever was done before."""
    async with World(tmp_path_factory.mktemp("common")).running() as world:
        yield world


async def refusal(common: World, folder: Path, one: Refusal) -> httpx.Response:
    return await (refused(common, one) if needs_nothing(one) else asked(folder, one))


@pytest.mark.parametrize("one", told({name: surface.EXAMPLES for name, surface in SURFACES.items()}))
async def test_an_example_is_answered_as_documented(one: Example, tmp_path: Path) -> None:
    answer = await asked(tmp_path, one)
    assert answer.status_code == one.status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert not one.faults(answer.json())
    if "progress" in one.path:
        assert answer.json()["status"] in one.answer
        assert answer.json()["current_segment"] == 0


@pytest.mark.parametrize("one", told({name: surface.REFUSALS for name, surface in SURFACES.items() if name != "B"}))
async def test_an_error_is_answered_as_documented(common: World, one: Refusal, tmp_path: Path) -> None:
    answer = await refusal(common, tmp_path, one)
    assert answer.status_code == one.status, answer.text
    assert answer.json().keys() == {"detail"}
    said = answer.json()["detail"]
    assert said == one.detail or (one.status == 500 and said.startswith(f"{one.detail}: "))  # … and the reason


@pytest.mark.parametrize("one", told({"B": surface_b.REFUSALS}))
async def test_an_error_of_projects_is_answered_as_documented(common: World, one: Refusal, tmp_path: Path) -> None:
    answer = await refusal(common, tmp_path, one)
    assert answer.status_code == one.status, answer.text
    assert answer.json().keys() == {"error"}
    error = answer.json()["error"]
    assert error.keys() == {"code", "message", "details", "suggested_action"}
    assert error["code"] == one.detail
    assert error["message"]
    assert isinstance(error["details"], dict)
    assert error["suggested_action"]


DOCUMENTED = """
POST /api/register
POST /api/login
POST /api/refresh
GET /api/task/workflow
POST /api/task/new
GET /api/task/{task_id}/progress
GET /api/task/mytasks
GET /api/task/{task_id}/resource
POST /api/task/{task_id}/execute/{segmentId}
DELETE /api/task/{task_id}
POST /api/v1/auth/login
POST /api/v1/auth/refresh
POST /api/v1/generate/project
POST /api/v1/generate/finalize
POST /api/v1/projects/open
POST /api/v1/projects/close
GET /api/v1/projects/list
DELETE /api/v1/projects/{project_name}
PATCH /api/v1/projects/{project_name}/scenes/{scene_id}
PATCH /api/v1/projects/{project_name}/characters/{character_id}
POST /api/v1/projects/{project_name}/scenes
DELETE /api/v1/projects/{project_name}/scenes/{scene_id}
GET /api/v1/storage/stats
GET /api/v1/usage/stats
GET /api/v1/health
GET /
GET /health
POST /api/auth/login
POST /api/auth/exchange
GET /api/auth/me
POST /api/generate-images
POST /api/save-approved-images
POST /api/generate-clips
POST /api/save-approved-clips
POST /api/compose-final-video
GET /api/sessions/
GET /api/sessions/{session_id}
GET /api/sessions/{session_id}/costs
POST /api/storage/upload-input
POST /api/storage/upload-prompt-config
GET /api/storage/files
GET /api/storage/files/{file_key}/presigned-url
DELETE /api/storage/files/{file_key}
POST /v1/auth/token
POST /v1/auth/refresh
POST /v1/video
GET /v1/video/tasks/{task_id}
GET /v1/images/tasks/{task_id}
POST /v1/images/{image_id}
""".strip().splitlines()
"""Every endpoint that the documents name."""


@pytest.mark.parametrize("endpoint", DOCUMENTED)
async def test_every_documented_endpoint_has_an_example_here_and_is_described(endpoint: str) -> None:
    method, path = endpoint.split(" ")
    assert method.lower() in PATHS[path]
    pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
    asked_for = [one for surface in SURFACES.values() for one in surface.EXAMPLES if one.method == method]
    assert any(pattern.fullmatch(one.path) for one in asked_for)
