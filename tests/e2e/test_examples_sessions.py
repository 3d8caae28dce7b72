"""Every request of the sessions document with curl, its WebSocket snippet with Node, and the films that come out."""

from __future__ import annotations

import asyncio
import json
import math
import os
import struct
import subprocess
import wave
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import websockets

from tests.contract.surface_c import EXAMPLES
from tests.e2e.film import Film
from tests.e2e.scripts import NODE, adapted, bash, documents, named
from tests.e2e.stack import RunningStack

pytestmark = pytest.mark.timeout(170)
HOST = "http://localhost:8000"
DOCUMENTED = {one.name: one for one in EXAMPLES}
WIDE = (1280, 720)


def tone(file: Path, seconds: float) -> Path:
    """A quiet hum: far below the loudness that films have."""
    with wave.open(str(file), "wb") as target:
        target.setparams((1, 2, 24_000, 0, "NONE", ""))
        hum = (round(1500 * math.sin(2 * math.pi * 330 * n / 24_000)) for n in range(round(24_000 * seconds)))
        target.writeframes(b"".join(struct.pack("<h", one) for one in hum))
    return file


class Session:
    """The requests of the document, and what they answered."""

    def __init__(self, stack: RunningStack, folder: Path) -> None:
        self.stack, self.folder = stack, folder
        self.scripts = named(adapted("sessions_curl.sh", {HOST: stack.url}))
        self.known: dict[str, str] = {}
        self.answers: dict[str, Any] = {}

    def ask(self, name: str) -> Any:
        """Runs one request and holds its answer against the document."""
        (answer,) = documents(bash(self.scripts[name], self.folder, **self.known))
        assert not DOCUMENTED[name].faults(answer), (name, answer)
        self.answers[name] = answer
        return answer

    def fetched(self, url: str, name: str) -> Film:
        """A file by its URL, with no header at all."""
        answer = httpx.get(url, timeout=30)
        assert answer.status_code == 200, answer.text
        (self.folder / name).write_bytes(answer.content)
        return Film(self.folder / name)


@pytest.fixture(scope="module")
def session(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The document from its first request to its last, in its order."""
    made = Session(stack, tmp_path_factory.mktemp("session"))
    tone(made.folder / "filename.wav", 3)
    for name in ("root", "health", "exchange"):
        made.ask(name)
    made.known["TOKEN"] = made.ask("login")["access_token"]
    images = made.ask("generate images")
    made.known["SESSION_ID"] = images["session_id"]
    made.known.update({f"IMAGE_{one['index'] + 1}": one["url"] for one in images["images"]})
    made.ask("approve images")
    clips = made.ask("generate clips")
    made.known.update({f"CLIP_{one['index'] + 1}": one["url"] for one in clips["clips"]})
    made.ask("approve clips")
    upload = made.ask("upload")
    made.known.update(KEY=upload["key"], AUDIO_URL=upload["url"])
    for name in ("compose", "me", "sessions", "session", "costs", "prompt config", "files", "presigned URL"):
        made.ask(name)
    return made


@pytest.fixture(scope="module")
def film(session: Session) -> Film:
    return session.fetched(session.answers["compose"]["video_url"], "final.mp4")


@pytest.fixture(scope="module")
def clips(session: Session) -> list[Film]:
    found = session.answers["generate clips"]["clips"]
    return [session.fetched(one["url"], f"clip{one['index']}.mp4") for one in found]


def unlike(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


def test_clips_are_of_the_approved_images_in_their_order(session: Session, clips: list[Film]) -> None:
    images = [session.fetched(session.known[f"IMAGE_{n}"], f"{n}.png") for n in (3, 1)]
    shown = [image.frame(0, *WIDE) for image in images]
    for clip, mine, other in zip(clips, shown, shown[::-1], strict=True):
        assert clip.seconds == pytest.approx(8.0, abs=0.1)
        middle = coarse(clip.frame(4, *WIDE))
        assert unlike(middle, coarse(mine)) < 0.8 * unlike(middle, coarse(other))


def coarse(frame: np.ndarray) -> np.ndarray:
    """The frame in 80 px squares, which the camera's movement changes little."""
    return frame.astype(float).reshape(9, 80, 16, 80, 3).mean(axis=(1, 3))


def test_the_film_is_the_clips_in_the_order_of_approval(film: Film, clips: list[Film]) -> None:
    assert film.seconds == pytest.approx(16.0, abs=0.1)
    for second, clip in ((5.0, clips[1]), (13.0, clips[0])):
        assert unlike(film.frame(second, *WIDE), clip.frame(second % 8, *WIDE)) < 3
    assert unlike(film.frame(5.0, *WIDE), clips[0].frame(5.0, *WIDE)) > 8
    for what in ("h264", "yuv420p", "1280x720", "24 fps", "Audio: aac"):
        assert what in film.streams
    assert film.starts_fast()
    assert film.decodes()


def test_the_text_stands_at_its_time_and_not_after(film: Film, clips: list[Film]) -> None:
    for second, written in ((1.0, True), (1.7, True), (2.2, False), (9.0, False)):
        frame, plain = film.frame(second, *WIDE), clips[1 if second < 8 else 0].frame(second % 8, *WIDE)
        changed = np.abs(frame.astype(int) - plain.astype(int)).max(axis=2) > 70
        assert (changed.mean() > 0.004) == written, (second, changed.mean())
    assert film.frame(1.0, *WIDE)[360:].max() > 240  # the white of its letters, in the lower half


def test_the_sound_is_under_all_of_it(film: Film) -> None:
    loudness, peak = film.loudness()
    assert -17.5 <= loudness <= -14.5
    assert peak <= -1.0


def test_the_costs_add_up(session: Session) -> None:
    costs = session.answers["costs"]
    assert costs["total_cost"] == pytest.approx(0.252)
    assert [(one["service"], one["cost"], one["details"]) for one in costs["breakdown"]] == [
        ("replicate_flux", 0.012, {"model": "flux-schnell", "num_images": 4}),
        ("replicate_luma", 0.24, {"model": "gen-4-turbo", "duration_seconds": 16}),
    ]


def test_the_session_tells_what_was_approved(session: Session) -> None:
    told = session.answers["session"]
    assert session.answers["sessions"][0]["id"] == told["id"]
    assert (told["status"], told["prompt"]) == ("completed", "man buys hat")
    chosen = {(one["type"], one["order_index"]) for one in told["assets"] if one["approved"] and one["type"] != "final"}
    assert chosen == {("image", 0), ("image", 1), ("video", 0), ("video", 1)}
    assert [one["type"] for one in told["assets"]] == ["image"] * 4 + ["video"] * 2 + ["final"]


def test_a_file_can_be_fetched_and_is_gone_when_deleted(session: Session) -> None:
    url = session.answers["presigned URL"]["presigned_url"]
    assert httpx.get(url).content == (session.folder / "filename.wav").read_bytes()
    session.ask("delete a file")
    assert httpx.get(url).status_code == 404


class Square:
    """A session of two square pictures, followed by the document's snippet and by a client of our own."""

    def __init__(self, session: Session) -> None:
        headers = {"Authorization": f"Bearer {session.known['TOKEN']}"}
        self.http = httpx.AsyncClient(base_url=session.stack.url, headers=headers, timeout=60)
        self.socket = session.stack.url.replace("http", "ws")
        self.frames: list[dict[str, Any]] = []

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def watch(self, session: str) -> None:
        async with websockets.connect(f"{self.socket}/ws/{session}", proxy=None) as socket:
            async for message in socket:
                self.frames.append(json.loads(message))
                if self.frames[-1]["event"] == "composition_complete":
                    return


async def test_progress_over_the_websocket_while_a_square_film_is_made(session: Session) -> None:
    square = Square(session)
    body = {"prompt": "woman sells hat", "num_images": 2, "aspect_ratio": "1:1"}
    begun = await square.http.post("/api/generate-images", json=body, headers={"Prefer": "respond-async"})
    ident = {"session_id": begun.json()["session_id"]}
    snippet = snippet_of(session, ident["session_id"])
    watching = asyncio.create_task(square.watch(ident["session_id"]))
    while (told := (await square.http.get(f"/api/sessions/{ident['session_id']}")).json())[
        "status"
    ] != "reviewing_images":
        await asyncio.sleep(0.05)
    images = [one["url"] for one in told["assets"]]
    await square.post("/api/save-approved-images", **ident, approved_image_urls=images[::-1])
    wishes = {"video_prompt": "slow zoom in", "num_clips": 2, "duration": 1.0}
    clips = [one["url"] for one in (await square.post("/api/generate-clips", **ident, **wishes))["clips"]]
    await square.post("/api/save-approved-clips", **ident, approved_clip_urls=clips)
    done = await square.post("/api/compose-final-video", **ident)
    await asyncio.wait_for(watching, 10)
    film = session.fetched(done["video_url"], "square.mp4")
    assert "960x960" in film.streams
    assert "24 fps" in film.streams
    assert film.seconds == pytest.approx(2.0, abs=0.1)
    check_frames(square.frames, ident["session_id"])
    check_printed(snippet)


def snippet_of(session: Session, ident: str) -> subprocess.Popen[str]:
    """The document's snippet, at work."""
    program = session.folder / "progress.js"
    code = adapted("sessions_progress.js", {"localhost:8000": session.stack.url.removeprefix("http://")})
    program.write_text(f"const sessionId = {json.dumps(ident)};\n{code}")
    return subprocess.Popen([NODE, str(program)], stdout=subprocess.PIPE, text=True, env=os.environ)


def check_frames(frames: list[dict[str, Any]], ident: str) -> None:
    """Within each step progress never falls and ends at 1; the cost never falls at all."""
    assert {frame["session_id"] for frame in frames} == {ident}
    assert {"event", "session_id", "progress", "message"} <= frames[0].keys()
    events = [frame["event"] for frame in frames]
    steps = ["image_generation_complete", "images_approved", "clip_generation_complete", "clips_approved"]
    assert [one for one in events if not one.endswith("_progress")] == [*steps, "composition_complete"]
    for stage in ("images", "clips", "composition"):
        told = [frame["progress"] for frame in frames if frame["stage"] == stage]
        assert told == sorted(told)
        assert told[-1] == 1.0
    cost = [frame["current_cost"] for frame in frames]
    assert cost == sorted(cost)
    assert cost[-1] == pytest.approx(2 * 0.003 + 2 * 0.015)
    messages = {frame["message"] for frame in frames}
    assert "Generating clip 2 of 2" in messages


def check_printed(snippet: subprocess.Popen[str]) -> None:
    """The snippet printed a frame for each message; it would go on for ever."""
    assert snippet.stdout
    printed = ""
    while "composition_complete" not in printed:
        line = snippet.stdout.readline()
        assert line
        printed += line
    snippet.terminate()
    snippet.wait(10)
    assert printed.startswith("Progress: {")
    assert "image_generation_" in printed
