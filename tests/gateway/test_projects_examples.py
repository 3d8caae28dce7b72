"""The examples of the projects contract on a real server: Python with requests, TypeScript in Node, curl."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.serving import Served, served
from tests.gateway.world import World

WORKFLOW = """
import requests
import json

BASE_URL = "http://localhost:8000/api/v1"

# 1. Authenticate
login_response = requests.post(
    f"{BASE_URL}/auth/login",
    json={
        "username": "user@example.com",
        "password": "secure_password"
    }
)
tokens = login_response.json()
access_token = tokens["access_token"]

# Set up headers for authenticated requests
headers = {
    "Authorization": f"Bearer {access_token}",
    "Content-Type": "application/json"
}

# 2. Generate a project
generate_response = requests.post(
    f"{BASE_URL}/generate/project",
    headers=headers,
    json={
        "prompt": "Create a mystery thriller set in a haunted mansion",
        "language": "en",
        "preferences": {
            "sceneCount": 6,
            "style": "gothic horror"
        }
    }
)
project_preview = generate_response.json()
preview_id = project_preview["preview_id"]

print(f"Generated project: {project_preview['project_name']}")
print(f"Scenes: {len(project_preview['scenes'])}")
print(f"Characters: {len(project_preview['characters'])}")

# 3. Review and finalize the project
finalize_response = requests.post(
    f"{BASE_URL}/generate/finalize",
    headers=headers,
    json={"preview_id": preview_id}
)
finalized = finalize_response.json()

print(f"Project saved to: {finalized['project_path']}")

# 4. Open the project
open_response = requests.post(
    f"{BASE_URL}/projects/open",
    headers=headers,
    json={"project_name": finalized["project_name"]}
)
project_info = open_response.json()

# 5. Modify a scene
modify_response = requests.patch(
    f"{BASE_URL}/projects/{project_info['project_name']}/scenes/scene_1",
    headers=headers,
    json={
        "description": "Updated scene description with more detail",
        "duration": 25.0
    }
)

# 6. Check storage usage
storage_response = requests.get(
    f"{BASE_URL}/storage/stats",
    headers=headers
)
storage = storage_response.json()

print(f"Storage used: {storage['usage_percent']:.1f}%")
print(f"Files: {storage['file_count']}/{storage['file_limit']}")

# 7. Close the project
close_response = requests.post(
    f"{BASE_URL}/projects/close",
    headers=headers,
    json={"save": True}
)

print("Project closed and saved")
"""

SCRIPT = """
const BASE_URL = "http://localhost:8000/api/v1";

async function authenticate(username, password) {
  const response = await fetch(`${BASE_URL}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password })
  });
  if (!response.ok) {
    throw new Error("Authentication failed");
  }
  const data = await response.json();
  return data.access_token;
}

async function generateProject(token, prompt) {
  const response = await fetch(`${BASE_URL}/generate/project`, {
    method: "POST",
    headers: {
      "Authorization": `Bearer ${token}`,
      "Content-Type": "application/json"
    },
    body: JSON.stringify({
      prompt,
      language: "en",
      preferences: {
        sceneCount: 8,
        style: "cinematic"
      }
    })
  });
  if (!response.ok) {
    const error = await response.json();
    throw new Error(error.error.message);
  }
  return await response.json();
}

async function main() {
  try {
    const token = await authenticate("user@example.com", "secure_password");
    const project = await generateProject(
      token,
      process.argv[1]
    );
    console.log("Project generated:", project.project_name);
    console.log("Scenes:", project.scenes.length);
  } catch (error) {
    console.error("Error:", error.message);
  }
}

main();
"""

CURL = """
curl -s -X POST http://localhost:8000/api/v1/auth/login \\
  -H "Content-Type: application/json" \\
  -d '{"username":"user@example.com","password":"secure_password"}'
---
curl -s -X POST http://localhost:8000/api/v1/generate/project \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{
    "prompt": "Create a space opera about rebels fighting an empire",
    "language": "en",
    "preferences": {"sceneCount": 10}
  }'
---
curl -s -X GET http://localhost:8000/api/v1/projects/list \\
  -H "Authorization: Bearer $TOKEN"
---
curl -s -X GET http://localhost:8000/api/v1/storage/stats \\
  -H "Authorization: Bearer $TOKEN"
---
curl -s -X GET http://localhost:8000/api/v1/health
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Served]:
    """The account of the examples is known, and its token counts."""
    world = World(tmp_path, port=0)
    world.accounts.passwords["user@example.com"] = "secure_password"
    world.tokens.known |= {f"access-{n}": world.tokens.known["token-alice"] for n in range(1, 9)}
    async with world.running(), served(world) as found:
        yield found


async def run(server: Served, *command: str, **known: str) -> str:
    """What a program prints, asked to talk to this server."""

    def done() -> str:
        here = [part.replace("localhost:8000", f"127.0.0.1:{server.port}") for part in command]
        told = subprocess.run(here, capture_output=True, text=True, env={**os.environ, **known}, check=True, timeout=30)
        return told.stdout + told.stderr

    return await asyncio.to_thread(done)


async def test_the_python_workflow(server: Served) -> None:
    printed = await run(server, sys.executable, "-c", WORKFLOW)
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


@pytest.mark.skipif(not shutil.which("node"), reason="node is needed to run the script")
async def test_the_script(server: Served) -> None:
    printed = await run(server, "node", "-e", SCRIPT, "Create an action adventure about treasure hunters")
    assert printed.splitlines() == ["Project generated: the-kite", "Scenes: 8"]
    assert await run(server, "node", "-e", SCRIPT, " ") == "Error: Invalid request data\n"


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is needed to try the examples")
async def test_the_curl_examples(server: Served) -> None:
    login, generate, listed, storage, health = [
        json.loads(await run(server, "bash", "-c", command, TOKEN="access-1")) for command in CURL.split("---")
    ]
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
