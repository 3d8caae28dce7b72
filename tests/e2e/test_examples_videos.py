"""Every request of the videos document with curl: whole videos, and one picture of one drawn anew."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from shared.artifacts.s3 import S3ArtifactStore
from shared.settings import S3Settings
from tests.contract.surface_d import EXAMPLES
from tests.e2e.film import Film
from tests.e2e.scripts import adapted, bash, documents, named
from tests.e2e.stack import RunningStack

pytestmark = pytest.mark.timeout(170)
HOST = "https://api.example.com"
DOCUMENTED = {one.name: one for one in EXAMPLES}
PAGE = 2
ALIKE, CHANGED, ENCODED_ANEW = 0.1, 0.3, 2.0
"""Mean differences of 255 levels. The same frames encoded alike differ by nothing; a figure that stands otherwise by 2
and more; frames that follow upon others are encoded with other errors, of up to 0.8 as seen."""
CZECH = {
    "story_topic": "custom topic",
    "custom_topic": "drak, který se bál tmy",
    "art_style": "comic-book",
    "duration": "short",
    "language": "czech",
    "voice_name": "onyx",
}


class Videos:
    """The requests of the document, and how the videos go on."""

    def __init__(self, stack: RunningStack, folder: Path) -> None:
        self.stack, self.folder = stack, folder
        self.scripts = named(adapted("videos_curl.sh", {HOST: stack.url}))
        self.known: dict[str, str] = {}
        self.progress: dict[str, list[float]] = {}

    def ask(self, name: str) -> Any:
        """Runs one request and holds its answer against the document."""
        (answer,) = documents(bash(self.scripts[name], self.folder, **self.known))
        assert not DOCUMENTED[name].faults(answer), (name, answer)
        return answer

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.known['TOKEN']}"}
        return httpx.Client(base_url=f"{self.stack.url}/v1", headers=headers, timeout=30)

    def until_done(self, *tasks: str) -> list[dict[str, Any]]:
        """Polls as clients do, and remembers the progress that was told."""
        deadline = time.monotonic() + 120
        with self.client() as http:
            while time.monotonic() < deadline:
                told = [http.get(f"/video/tasks/{task}").json() for task in tasks]
                for one in told:
                    self.progress.setdefault(one["task_id"], []).append(one["progress"])
                if all(one["status"] in ("completed", "failed") for one in told):
                    return told
                time.sleep(0.1)
        raise AssertionError(told)

    def fetched(self, url: str, name: str) -> Film:
        answer = httpx.get(url, timeout=30)
        assert answer.status_code == 200, answer.text
        (self.folder / name).write_bytes(answer.content)
        return Film(self.folder / name)


@pytest.fixture(scope="module")
def videos(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Videos:
    made = Videos(stack, tmp_path_factory.mktemp("videos"))
    made.known["TOKEN"] = made.ask("token")["access_token"]
    made.known["TOKEN"] = made.ask("refresh")["access_token"]
    return made


@pytest.fixture(scope="module")
def both(videos: Videos) -> list[dict[str, Any]]:
    """The document's video and another one in another language, finished."""
    videos.known["TASK_ID"] = videos.ask("generate")["task_id"]
    with videos.client() as http:
        czech = http.post("/video", json=CZECH).json()["task_id"]
    return videos.until_done(videos.known["TASK_ID"], czech)


@pytest.fixture(scope="module")
def told(both: list[dict[str, Any]]) -> dict[str, Any]:
    return both[0]


@pytest.fixture(scope="module")
def film(videos: Videos, told: dict[str, Any]) -> Film:
    return videos.fetched(told["url"], "before.mp4")


def check_whole(videos: Videos, told: dict[str, Any]) -> None:
    assert (told["status"], told["progress"], told["error_message"]) == ("completed", 1.0, None)
    assert told["story_title"]
    assert told["story_description"]
    assert told["story_text"] == "\n\n".join(image["subtitles"] for image in told["images"])
    assert [image["id"] for image in told["images"]] == [f"{told['task_id']}-{n}" for n in range(1, 7)]
    for image in told["images"]:
        (url,) = image["urls"]
        assert httpx.get(url).content.startswith(b"\x89PNG")
    progress = videos.progress[told["task_id"]]
    assert all(0 <= one <= other <= 1 for one, other in itertools.pairwise(progress))
    assert len(set(progress)) > 5


def test_a_whole_video_comes_of_one_request(videos: Videos, told: dict[str, Any], film: Film) -> None:
    check_whole(videos, told)
    assert film.decodes()
    assert 25 <= film.seconds <= 60
    assert -17 <= film.loudness()[0] <= -15
    assert not DOCUMENTED["task"].faults(videos.ask("task"))
    shown = videos.ask("images")
    assert shown["story_text"] == told["story_text"]


def test_another_language_is_told_in_that_language(videos: Videos, both: list[dict[str, Any]]) -> None:
    czech = both[1]
    check_whole(videos, czech)
    assert re.search("[ěščřžýáíéůú]", czech["story_text"])
    film = videos.fetched(czech["url"], "czech.mp4")
    assert 25 <= film.seconds <= 70


def test_one_picture_drawn_anew_changes_its_page_and_nothing_else(
    videos: Videos, told: dict[str, Any], film: Film
) -> None:
    owner, task = re.findall(r"/users/([^/]+)/output/[^/]+/([^/]+)/", told["url"])[0]
    bucket = Bucket(videos.stack, f"users/{owner}/output")
    before = bucket.etags(task)
    videos.known["IMAGE_ID"] = told["images"][PAGE - 1]["id"]
    assert videos.ask("regenerate")["status"] == "processing"
    with videos.client() as http:
        meanwhile = http.get(f"/video/tasks/{task}").json()
        assert (meanwhile["progress"], bool(meanwhile["url"])) == (1.0, True)
    (after,) = videos.until_done(task)
    assert videos.progress[task][-1] == min(videos.progress[task][-3:]) == 1.0
    assert [len(image["urls"]) for image in after["images"]] == [2 if n == PAGE else 1 for n in range(1, 7)]
    now = bucket.etags(task)
    assert all(now[key] == tag for key, tag in before.items() if key in now)
    made = sorted(key.rpartition("/")[2] for key in now.keys() - before.keys())
    assert [name for name in made if re.search(r"p\d+\.png$", name)] == [f"image-p{PAGE}.png"]
    assert [name for name in made if re.search(r"c\d+\.mp4$", name)] == [f"video-c{PAGE}.mp4", f"video-c{PAGE + 1}.mp4"]
    assert not [name for name in made if name.endswith((".wav", ".json", ".m4a"))]
    assert not [key for key in before.keys() - now.keys() if key.endswith((".png", ".wav", ".json"))]
    check_pages(film, videos.fetched(after["url"], "after.mp4"), bucket.lengths(task, videos))


def check_pages(before: Film, after: Film, lengths: list[float]) -> None:
    """The middle of every page is as it was, but of the page whose picture is new.

    The next page begins with a crossfade from it, so its clip is made anew: the same frames, encoded otherwise.
    """
    assert after.seconds == pytest.approx(before.seconds, abs=0.05)
    assert sum(lengths) == pytest.approx(before.seconds, abs=0.5)
    starts = [0.0, *itertools.accumulate(lengths)]
    for page, (start, length) in enumerate(zip(starts, lengths, strict=False), 1):
        one, other = (film.frame(start + length / 2, 1280, 720).astype(float) for film in (before, after))
        changed = float(np.abs(one - other).mean())
        most = ENCODED_ANEW if page == PAGE + 1 else ALIKE
        assert changed > CHANGED if page == PAGE else changed < most, (page, changed)


class Bucket:
    """What a user keeps, seen past the API."""

    def __init__(self, stack: RunningStack, folder: str) -> None:
        environment = Path(f"/proc/{stack.pids('services.gateway.main')[0]}/environ").read_bytes().split(b"\0")
        told = dict(line.decode().split("=", 1) for line in environment if line.startswith(b"TALEWRIGHT_S3"))
        self.settings = S3Settings(**{name.removeprefix("TALEWRIGHT_").lower(): value for name, value in told.items()})
        self.folder = folder

    def etags(self, task: str) -> dict[str, str]:
        """What is stored of a task, by key."""

        async def listed() -> dict[str, str]:
            store = S3ArtifactStore(self.settings)
            found = {one.key: one.etag for one in await store.list(self.folder) if f"/{task}/" in one.key}
            await store.close()
            return found

        return asyncio.run(listed())

    def lengths(self, task: str, videos: Videos) -> list[float]:
        """How long each page is in the film, in seconds."""
        # Names sort runs: of a page that was rendered twice the newest counts. Both are of the same length.
        clips = {key.rpartition("video-")[2]: key for key in sorted(self.etags(task)) if re.search(r"c\d+\.mp4$", key)}

        async def signed() -> list[str]:
            store = S3ArtifactStore(self.settings)
            urls = [store.presign(clips[f"c{n}.mp4"], 60) for n in range(1, len(clips) + 1)]
            await store.close()
            return urls

        return [videos.fetched(url, f"c{n}.mp4").seconds for n, url in enumerate(asyncio.run(signed()), 1)]
