"""The examples of the projects contract on a real server: Python with requests, TypeScript in Node, curl."""

from __future__ import annotations

import asyncio
import http.client
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.scripts import NODE, adapted, bash, documents, python
from tests.gateway.serving import Served, served
from tests.gateway.world import World

BASE = "http://localhost:8000"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Served]:
    """The account of the examples is known, and its token counts."""
    world = World(tmp_path, port=0)
    world.accounts.passwords["user@example.com"] = "secure_password"
    world.tokens.known |= {f"access-{n}": world.tokens.known["token-alice"] for n in range(1, 9)}
    async with world.running(), served(world) as found:
        yield found


def at(server: Served) -> dict[str, str]:
    """The programs' host is this server."""
    return {BASE: f"http://127.0.0.1:{server.port}"}


async def test_the_python_workflow(server: Served) -> None:
    printed = await asyncio.to_thread(python, adapted("projects_workflow.py", at(server)))
    assert printed.splitlines() == [
        "Generated project: the-kite",
        "Scenes: 6",
        "Characters: 1",
        "Project saved to: s3://talewright/users/1/output/projects/the-kite",
        "Storage used: 0.0%",
        "Files: 4/248",
        "Project closed and saved",
    ]
    project = await server.world.views.project("1", "the-kite")
    assert project is not None
    scene = project.screenplay.scenes[0]
    assert (scene.description, scene.duration) == ("Updated scene description with more detail", 25.0)
    assert (project.open, project.unsaved) == (False, False)


async def test_the_script(server: Served, tmp_path: Path) -> None:
    program, known = tmp_path / "program.ts", {**at(server), '"password")': '"secure_password")'}

    async def said(**replaced: str) -> str:
        program.write_text(adapted("projects_program.ts", {**known, **replaced}))
        done = await asyncio.to_thread(subprocess.run, [NODE, str(program)], capture_output=True, text=True, timeout=30)
        return done.stdout + done.stderr

    assert (await said()).splitlines() == ["Project generated: the-kite", "Scenes: 8"]
    assert await said(**{"Create an action adventure about treasure hunters": " "}) == "Error: Invalid request data\n"


async def test_the_curl_examples(server: Served) -> None:
    script = adapted("projects_curl.sh", {**at(server), "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...": "access-1"})
    login, generate, listed, storage, health = documents(await asyncio.to_thread(bash, script))
    assert login.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert len(generate["scenes"]) == 10
    assert listed == {"projects": [], "total_count": 0}
    assert storage["limit_gb"] == 50.0
    assert health["status"] == "healthy"


async def test_paths_that_no_client_has_tidied(server: Served) -> None:
    def ask(path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.putrequest("GET", path, skip_accept_encoding=True)
        connection.putheader("Authorization", "Bearer token-alice")
        connection.endheaders()
        status = connection.getresponse().status
        connection.close()
        return status

    for name in ("..", "../..", "%2e%2e", "%2E%2E%2F%2E%2E", "..%2f", "a%2Fb", "%00", "%ff%fe", "%5c..%5c", "//etc"):
        assert await asyncio.to_thread(ask, f"/api/v1/projects/{name}") in (400, 404), name
    assert await asyncio.to_thread(ask, "/api/v1/projects/../list") == 404
    assert await asyncio.to_thread(ask, "/api/v1/projects/list") == 200
