"""What the tests of the projects surface share: a preview, a project, an open project."""

from __future__ import annotations

from typing import Any

import httpx

from tests.gateway.world import ALICE, World

API = "/api/v1"
PROMPT = "Create a mystery thriller set in a haunted mansion"
PREVIEW_FIELDS = {
    "preview_id", "project_name", "scenes", "characters", "sequences", "estimated_size_mb", "estimated_file_count"
}  # fmt: skip


async def preview(world: World, token: str = ALICE, **body: Any) -> dict[str, Any]:
    """A generated preview."""
    async with world.client(token) as http:
        answer = await http.post(f"{API}/generate/project", json={"prompt": PROMPT, **body})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def finalized(world: World, preview_id: str, token: str = ALICE) -> httpx.Response:
    """The answer to finalizing a preview."""
    async with world.client(token) as http:
        return await http.post(f"{API}/generate/finalize", json={"preview_id": preview_id})


async def project(world: World, token: str = ALICE, **body: Any) -> str:
    """The name of a new project."""
    answer = await finalized(world, (await preview(world, token, **body))["preview_id"], token)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["project_name"])


async def opened(world: World, token: str = ALICE, **body: Any) -> str:
    """The name of a new project that is open."""
    name = await project(world, token, **body)
    assert (await ask(world, "POST", "/projects/open", {"project_name": name}, token)).status_code == 200
    return name


async def ask(
    world: World, method: str, path: str, body: Any = None, token: str = ALICE, **headers: str
) -> httpx.Response:
    """One request below `/api/v1`."""
    async with world.client(token, **headers) as http:
        return await http.request(method, API + path, json=body)


async def whole(world: World, name: str, token: str = ALICE) -> dict[str, Any]:
    """A project with all that it holds."""
    answer = await ask(world, "GET", f"/projects/{name}", token=token)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def error(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The error in an answer, which must have this status, this code and all fields of the contract."""
    assert answer.status_code == status, answer.text
    assert answer.json().keys() == {"error"}
    found = answer.json()["error"]
    assert found.keys() == {"code", "message", "details", "suggested_action"}
    assert (found["code"], type(found["details"])) == (code, dict)
    assert found["message"]
    assert found["suggested_action"]
    return dict(found)
