"""What was done before a documented request: each state by its name, made over HTTP as a client makes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.contract.surface_b import GENERATE
from tests.contract.surface_c import CLIPS_BODY
from tests.contract.surface_d import VIDEO
from tests.gateway.session_world import PNG, WAV
from tests.gateway.world import World

Made = dict[str, str]
State = Callable[[World, httpx.AsyncClient, Made], Awaitable[None]]


async def _told(http: httpx.AsyncClient, method: str, path: str, **how: Any) -> Any:
    answer = await http.request(method, path, **how)
    assert answer.is_success, (path, answer.text)
    return answer.json()


async def _account(world: World, http: httpx.AsyncClient, made: Made) -> None:
    await world.accounts.register(made.setdefault("username", "string"), made.setdefault("password", "string"))


async def _demo_account(world: World, http: httpx.AsyncClient, made: Made) -> None:
    await world.accounts.register("demo@example.com", "demo123")


async def _user_account(world: World, http: httpx.AsyncClient, made: Made) -> None:
    await world.accounts.register("user@example.com", "secure_password")


async def _cookie(world: World, http: httpx.AsyncClient, made: Made) -> None:
    answer = await http.post("/api/login", json={"username": "string", "password": "string"})
    made["cookie"] = answer.headers["set-cookie"].partition(";")[0]
    http.cookies.clear()


async def _refresh_token(world: World, http: httpx.AsyncClient, made: Made) -> None:
    body = {"username": "user@example.com", "password": "secure_password"}
    made["refresh_token"] = (await _told(http, "POST", "/api/v1/auth/login", json=body))["refresh_token"]


async def _task(world: World, http: httpx.AsyncClient, made: Made) -> None:
    made["task_id"] = str((await _told(http, "POST", "/api/task/new", json={"topic": "Magnet Mania"}))["task_id"])


async def _split(world: World, http: httpx.AsyncClient, made: Made) -> None:
    for segment in (1, 2, 3):
        await _told(http, "POST", f"/api/task/{made['task_id']}/execute/{segment}")


async def _deleted(world: World, http: httpx.AsyncClient, made: Made) -> None:
    await _told(http, "DELETE", f"/api/task/{made['task_id']}")


async def _video(world: World, http: httpx.AsyncClient, made: Made) -> None:
    headers = {"Content-Type": "application/json"}
    made["video"] = (await _told(http, "POST", "/v1/video", content=VIDEO, headers=headers))["task_id"]
    status = ""
    while status not in ("completed", "failed"):
        await asyncio.sleep(0.005)
        status = (await _told(http, "GET", f"/v1/video/tasks/{made['video']}"))["status"]


async def _failing(world: World, http: httpx.AsyncClient, made: Made) -> None:
    world.media = "failed"


async def _images(world: World, http: httpx.AsyncClient, made: Made) -> None:
    told = await _told(http, "POST", "/api/generate-images", json={"prompt": "man buys hat"})
    made["session_id"] = told["session_id"]
    made.update({f"image_{one['index'] + 1}": one["url"] for one in told["images"]})


async def _approved_images(world: World, http: httpx.AsyncClient, made: Made) -> None:
    body = {"session_id": made["session_id"], "approved_image_urls": [made["image_2"], made["image_1"]]}
    await _told(http, "POST", "/api/save-approved-images", json=body)


async def _clips(world: World, http: httpx.AsyncClient, made: Made) -> None:
    body = CLIPS_BODY.replace("uuid-string", made["session_id"])
    headers = {"Content-Type": "application/json"}
    told = await _told(http, "POST", "/api/generate-clips", content=body, headers=headers)
    made.update({f"clip_{one['index'] + 1}": one["url"] for one in told["clips"]})


async def _approved_clips(world: World, http: httpx.AsyncClient, made: Made) -> None:
    body = {"session_id": made["session_id"], "approved_clip_urls": [made["clip_1"], made["clip_2"]]}
    await _told(http, "POST", "/api/save-approved-clips", json=body)
    sound = {"file": ("song.wav", WAV, "audio/wav")}
    made["sound"] = (await _told(http, "POST", "/api/storage/upload-input", files=sound))["url"]


async def _film(world: World, http: httpx.AsyncClient, made: Made) -> None:
    await _told(http, "POST", "/api/compose-final-video", json={"session_id": made["session_id"]})


async def _upload(world: World, http: httpx.AsyncClient, made: Made) -> None:
    file = {"file": ("filename.png", PNG, "image/png")}
    made["key"] = (await _told(http, "POST", "/api/storage/upload-input", files=file))["key"]


async def _preview(world: World, http: httpx.AsyncClient, made: Made) -> None:
    headers = {"Content-Type": "application/json"}
    told = await _told(http, "POST", "/api/v1/generate/project", content=GENERATE, headers=headers)
    made["preview_id"] = told["preview_id"]


async def _project(world: World, http: httpx.AsyncClient, made: Made) -> None:
    body = {"preview_id": made["preview_id"]}
    made["project_name"] = (await _told(http, "POST", "/api/v1/generate/finalize", json=body))["project_name"]


async def _previews_past_the_limit(world: World, http: httpx.AsyncClient, made: Made) -> None:
    """Two previews while there is room for one project's files; one is finalized."""
    await _preview(world, http, made)
    first = dict(made)
    await _preview(world, http, made)
    await _project(world, http, first)


async def _open(world: World, http: httpx.AsyncClient, made: Made) -> None:
    await _told(http, "POST", "/api/v1/projects/open", json={"project_name": made["project_name"]})


async def _modified(world: World, http: httpx.AsyncClient, made: Made) -> None:
    await _told(http, "PATCH", f"/api/v1/projects/{made['project_name']}/scenes/scene_1", json={"title": "Updated"})


async def _scene_9(world: World, http: httpx.AsyncClient, made: Made) -> None:
    scene = {"id": "scene_9", "number": 9, "title": "New Scene", "duration": 10.0}
    await _told(http, "POST", f"/api/v1/projects/{made['project_name']}/scenes", json=scene)


async def _broken(world: World, http: httpx.AsyncClient, made: Made) -> None:
    """Somebody changed a project's file behind our back."""
    for one in await world.artifacts.list(f"users/1/output/projects/{made['project_name']}"):
        await world.artifacts.put_bytes(one.key, b'[{"id": 1}]', "application/json")


STATES: dict[str, tuple[State, ...]] = {
    "nothing": (),
    "account": (_account,),
    "demo account": (_demo_account,),
    "user account": (_user_account,),
    "cookie": (_account, _cookie),
    "refresh token": (_user_account, _refresh_token),
    "task": (_task,),
    "split": (_task, _split),
    "deleted task": (_task, _deleted),
    "video": (_video,),
    "failed video": (_failing, _video),
    "images": (_images,),
    "approved images": (_images, _approved_images),
    "clips": (_images, _approved_images, _clips),
    "approved clips": (_images, _approved_images, _clips, _approved_clips),
    "film": (_images, _approved_images, _clips, _approved_clips, _film),
    "upload": (_upload,),
    "preview": (_preview,),
    "preview that fits no more": (_previews_past_the_limit,),
    "project": (_preview, _project),
    "open project": (_preview, _project, _open),
    "modified project": (_preview, _project, _open, _modified),
    "project with a scene 9": (_preview, _project, _open, _scene_9),
    "broken project": (_preview, _project, _broken),
}
