"""The programs of the projects document, and a project from its prompt to its video."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from tests.contract.surface_b import EXAMPLES
from tests.e2e.film import Film
from tests.e2e.scripts import NODE, adapted, bash, blocks, documents, python, run
from tests.e2e.stack import RunningStack

pytestmark = pytest.mark.timeout(120)
BASE = "http://localhost:8000"
DOCUMENTED = {one.name: one for one in EXAMPLES}
USER = {"username": "user@example.com", "password": "secure_password"}


@pytest.fixture(scope="module")
def api(stack: RunningStack) -> httpx.Client:
    client = httpx.Client(base_url=f"{stack.url}/api/v1", timeout=60)
    answer = client.post("/auth/login", json=USER)
    assert not DOCUMENTED["login"].faults(answer.json())
    assert answer.json()["expires_in"] == 3600
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


@pytest.fixture(scope="module")
def token(api: httpx.Client) -> str:
    return api.headers["Authorization"].removeprefix("Bearer ")


def test_the_python_workflow(stack: RunningStack, api: httpx.Client) -> None:
    said = python(adapted("projects_workflow.py", {BASE: stack.url})).splitlines()
    name = said[0].removeprefix("Generated project: ")
    assert re.fullmatch(r"[a-z0-9-]+", name)
    assert said[1] == "Scenes: 6"
    assert int(said[2].removeprefix("Characters: ")) >= 1
    assert name in said[3].removeprefix("Project saved to: ")
    assert re.fullmatch(r"Storage used: \d+\.\d%", said[4])
    assert re.fullmatch(r"Files: \d+/248", said[5])
    assert said[6] == "Project closed and saved"
    project = api.get(f"/projects/{name}").json()
    scene = project["scenes"][0]
    assert (scene["description"], scene["duration"]) == ("Updated scene description with more detail", 25.0)
    assert (project["open"], project["unsaved"]) == (False, False)


def test_the_typescript_program(stack: RunningStack, tmp_path: Path) -> None:
    program = tmp_path / "program.ts"
    program.write_text(adapted("projects_program.ts", {BASE: stack.url, '"password")': '"secure_password")'}))
    said = run([NODE, str(program)]).splitlines()
    assert re.fullmatch(r"Project generated: [a-z0-9-]+", said[0])
    assert said[1] == "Scenes: 8"


def test_the_typescript_program_tells_what_went_wrong(stack: RunningStack, tmp_path: Path) -> None:
    program = tmp_path / "program.ts"
    program.write_text(adapted("projects_program.ts", {BASE: stack.url, '"user@example.com"': '"nobody"'}))
    assert "Authentication failed" in run(["bash", "-c", f"{NODE} {program} 2>&1"])


def test_the_curl_commands(stack: RunningStack) -> None:
    script = adapted("projects_curl.sh", {BASE: stack.url})
    login = next(documents(bash(blocks(script)[0])))
    script = script.replace("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", login["access_token"])
    answers = list(documents(bash(script)))
    for name, answer in zip(("login", "generate", "list", "storage", "health"), answers, strict=True):
        assert not _faults(name, answer), name
    assert len(answers[1]["scenes"]) == 10


def _faults(name: str, answer: Any) -> list[str]:
    """Differences from the document, whose key actions the table leaves out."""
    for scene in answer.get("scenes", ()):
        assert scene["key_actions"]
        assert all(isinstance(action, str) for action in scene["key_actions"])
    return DOCUMENTED[name].faults(answer)


@pytest.fixture(scope="module")
def helpers(stack: RunningStack, token: str) -> dict[str, Any]:
    """The best practices' functions, with what their text takes for granted around them."""
    refreshed: list[str] = []

    def refresh_access_token(refresh_token: str) -> str:
        body = {"refresh_token": refresh_token}
        answer = requests.post(f"{stack.url}/api/v1/auth/refresh", json=body, timeout=10)
        assert not DOCUMENTED["refresh"].faults(answer.json())
        refreshed.append(answer.json()["access_token"])
        return refreshed[-1]

    login = requests.post(f"{stack.url}/api/v1/auth/login", json=USER, timeout=10).json()
    space: dict[str, Any] = {
        "requests": requests, "json": json, "time": time, "BASE_URL": f"{stack.url}/api/v1",
        "refresh_access_token": refresh_access_token, "refresh_token": login["refresh_token"], "refreshed": refreshed,
    }  # fmt: skip
    for name in ("tokens", "rate_limit", "errors", "storage"):
        exec(adapted(f"projects_{name}.py", {}), space)
    return space


def test_a_spent_token_is_refreshed_on_the_way(helpers: dict[str, Any], stack: RunningStack) -> None:
    ask: Callable[..., requests.Response] = helpers["make_authenticated_request"]
    answer = ask(f"{stack.url}/api/v1/generate/project", "spent", {"prompt": "a haunted mansion"})
    assert answer.status_code == 200
    assert len(helpers["refreshed"]) == 1


def test_storage_is_looked_at_before_generating(helpers: dict[str, Any], token: str) -> None:
    assert helpers["check_storage_before_generation"]({"Authorization": f"Bearer {token}"}) is True


def test_errors_are_told_to_people(helpers: dict[str, Any], stack: RunningStack, token: str,
                                   capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{stack.url}/api/v1/generate/project"
    helpers["handle_api_error"](requests.post(url, headers=headers, json={"prompt": ""}, timeout=10))
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Error 400: VALIDATION_ERROR"
    assert said[1].startswith("Message: ")
    assert said[2].startswith("Suggestion: ")
    assert json.loads("\n".join(said[3:]).removeprefix("Details: ")).keys() == {"prompt"}


def test_from_a_prompt_to_a_video(stack: RunningStack, api: httpx.Client, tmp_path: Path) -> None:
    wishes = {"sceneCount": 3, "duration": 12, "style": "gothic horror"}
    preview = api.post("/generate/project", json={"prompt": "A lighthouse keeper finds a whale", "preferences": wishes})
    assert preview.status_code == 200, preview.text
    assert len(preview.json()["scenes"]) == 3
    final = api.post("/generate/finalize", json={"preview_id": preview.json()["preview_id"]}).json()
    assert not DOCUMENTED["finalize"].faults(final)
    name = final["project_name"]
    assert not DOCUMENTED["open"].faults(api.post("/projects/open", json={"project_name": name}).json())
    change = {"description": "The old keeper climbs the stairs.", "duration": 5.0}
    patched = api.patch(f"/projects/{name}/scenes/scene_2", json=change)
    assert patched.json() == {"message": "Scene modified successfully", "modified_element_id": "scene_2"}
    assert api.post("/projects/close", json={"save": True}).json()["saved"] is True
    rendering = api.post(f"/projects/{name}/render")
    assert rendering.status_code == 202, rendering.text
    film, info = _rendered(stack, api, rendering.json()["progress_url"], tmp_path / "film.mp4")
    assert info["pages"] == 3
    assert [one["page"] for one in info["artifacts"] if one["name"].startswith("image/")] == [1, 2, 3]
    assert "climbs" in info["srt"]  # what the second scene says since it was modified
    assert "1280x720" in film.streams
    assert film.decodes()
    assert film.seconds >= 9


def _rendered(stack: RunningStack, api: httpx.Client, progress_url: str, file: Path) -> tuple[Film, dict[str, Any]]:
    with httpx.Client(base_url=stack.url, headers=dict(api.headers), timeout=30) as http:
        deadline = time.monotonic() + 90
        while (now := http.get(progress_url).json())["status"] == "running" and time.monotonic() < deadline:
            time.sleep(0.2)
        assert now["status"] == "completed", now
        info = http.get(progress_url.replace("progress", "info")).json()
        files = {one["name"]: one["url"] for one in info["artifacts"]}
        file.write_bytes(http.get("/api/resource", params={"url": files["output.mp4"]}).content)
        srt = next(url for name, url in files.items() if name.endswith(".srt"))
        return Film(file), {**info, "srt": http.get("/api/resource", params={"url": srt}).text}


def test_whoever_waits_as_told_gets_through(helpers: dict[str, Any], stack: RunningStack, token: str,
                                            capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    ask: Callable[..., requests.Response] = helpers["make_request_with_rate_limit"]
    with httpx.Client(base_url=f"{stack.url}/api/v1", headers=headers) as http:
        seen = [http.get("/projects/list").status_code for _ in range(100)]
        while 429 not in seen and len(seen) < 300:  # on a slow machine the first ones have left the window by now
            seen.append(http.get("/projects/list").status_code)
        assert 429 in seen
    answer = ask(f"{stack.url}/api/v1/projects/close", headers, {"save": True})
    said = capsys.readouterr().out
    assert "Rate limited. Waiting" in said
    assert answer.status_code == 400  # it got through: nothing was open
    assert answer.json()["error"]["code"] == "PROJECT_ERROR"
