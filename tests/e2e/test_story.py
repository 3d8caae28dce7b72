"""HTTP in, MP4 out: a story as a user makes one."""

import itertools
import re
from pathlib import Path

import httpx
import pytest

from shared.artifacts.s3 import S3ArtifactStore
from shared.settings import S3Settings
from tests.e2e.film import Film
from tests.e2e.stack import Api, RunningStack

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def user(stack: RunningStack) -> Api:
    return stack.user()


@pytest.fixture(scope="module")
def story(user: Api) -> int:
    task = user.new(seed=7)
    user.run(task)
    return task


@pytest.fixture(scope="module")
def film(user: Api, story: int, tmp_path_factory: pytest.TempPathFactory) -> Film:
    path = tmp_path_factory.mktemp("film") / "output.mp4"
    answer = user.download(f"generated_stories/{story}/output.mp4")
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    path.write_bytes(answer.content)
    return Film(path)


def test_the_film_is_what_players_expect(film: Film) -> None:
    streams = film.streams
    assert "h264" in streams
    assert "yuv420p" in streams
    assert "1280x720" in streams
    assert "24 fps" in streams
    assert "Audio: aac" in streams
    assert film.starts_fast()
    assert film.decodes()


def test_the_film_lasts_about_forty_seconds(film: Film) -> None:
    assert 30 <= film.seconds <= 52


def test_the_sound_is_at_broadcast_loudness(film: Film) -> None:
    loudness, peak = film.loudness()
    assert -17 <= loudness <= -15
    assert peak <= -1.0


def test_every_page_is_a_picture_with_words_under_it(film: Film) -> None:
    middles = [film.seconds * (page + 0.5) / 6 for page in range(6)]
    frames = [film.frame(second, 1280, 720).astype(float) for second in middles]
    for frame in frames:
        assert frame.std() > 15  # a picture, not a flat field
        bottom = frame[540:700]
        assert bottom.max() > 235  # the white of the words
    for one, other in itertools.pairwise(frames):
        assert abs(one - other).mean() > 8


def test_subtitles_come_as_a_file_too(user: Api, story: int, film: Film) -> None:
    srt = user.download(f"generated_stories/{story}/output.srt").text
    cues = re.findall(r"(\d+)\n(\d\d):(\d\d):(\d\d),(\d{3}) --> .*\n(.+)", srt)
    assert len(cues) >= 6
    starts = [int(h) * 3600 + int(m) * 60 + int(s) for _, h, m, s, _, _ in cues]
    assert starts == sorted(starts)
    assert starts[-1] < film.seconds
    assert "Penny" in srt


def test_resources_are_listed_as_the_contract_says(user: Api, story: int) -> None:
    answer = user.http.get(f"/api/task/{story}/resource", params={"segmentId": 2}).json()
    pages = [f"generated_stories/{story}/image/p{n}.png" for n in range(1, 7)]
    assert answer["urls"] == pages
    assert answer["resources"] == [f"generated_stories/{story}/segment_2.txt", *pages]
    for segment in (1, 3):
        assert user.urls(story, segment) == [f"generated_stories/{story}/script_data.json"]
    speech = user.urls(story, 4)
    assert speech[0] == f"generated_stories/{story}/speech/s1_1.wav"
    assert all(url.endswith(".wav") for url in speech)
    assert user.urls(story, 5)[0] == f"generated_stories/{story}/output.mp4"
    for url in (answer["resources"][0], pages[0], speech[0]):
        assert user.download(url).status_code == 200


def test_a_part_of_the_film_can_be_had(user: Api, story: int) -> None:
    url = f"generated_stories/{story}/output.mp4"
    whole = user.download(url)
    part = user.download(url, Range="bytes=100-199")
    assert part.status_code == 206
    assert part.content == whole.content[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert user.download(url, Range=f"bytes={len(whole.content)}-").status_code == 416


def test_progress_is_complete(user: Api, story: int) -> None:
    progress = user.progress(story)
    assert (progress["current_segment"], progress["status"]) == (5, "completed")
    assert progress["segment_names"] == ["Story", "Image", "Split", "Speech", "Video"]


def test_the_story_is_told_in_events_without_gap_or_repeat(user: Api, story: int) -> None:
    events = user.events(story)
    names = [event["event"] for event in events]
    assert names[0] == "task.created"
    assert names.count("job.completed") == 1 + 6 + 1 + 6 + 6 + 1 + 1
    assert names.count("task.segment-completed") == 5
    ids = [event["id"] for event in events]
    assert len(set(ids)) == len(ids)
    assert "users/" not in str(events)  # where the bytes are is nobody's business


def test_nobody_else_sees_it(stack: RunningStack, story: int) -> None:
    other = stack.user()
    for method, path in (
        ("GET", f"/api/task/{story}/progress"),
        ("GET", f"/api/task/{story}/resource?segmentId=1"),
        ("GET", f"/api/task/{story}/info"),
        ("GET", f"/api/task/{story}/events"),
        ("POST", f"/api/task/{story}/execute/5"),
        ("DELETE", f"/api/task/{story}"),
        ("GET", f"/api/resource?url=generated_stories/{story}/output.mp4"),
    ):
        assert other.http.request(method, path).status_code == 404, path
    assert httpx.get(f"{stack.url}/api/task/{story}/progress").status_code == 401


def test_the_same_brief_and_seed_make_the_same_film(user: Api, story: int, film: Film) -> None:
    again = user.new(seed=7)
    user.run(again, 1, 2)
    script = [user.download(f"generated_stories/{task}/script_data.json").content for task in (story, again)]
    assert b"Penny" in script[1]
    pictures = [user.download(f"generated_stories/{task}/image/p3.png").content for task in (story, again)]
    assert pictures[0] == pictures[1]


def test_an_edited_script_is_what_is_filmed(user: Api) -> None:
    task = user.new(seed=3)
    user.run(task, 1, 2)
    script = user.download(f"generated_stories/{task}/script_data.json").json()
    hostile = "Penny said: {\\pos(0,0)} <b>hello</b> \\N it's 100 % [fine]; rm -rf, ok: yes."
    script["pages"] = [{**page, "text": hostile} for page in script["pages"][:2]]
    answer = user.http.put(f"/api/task/{task}/myresource/1", json=script)
    assert answer.status_code == 200, answer.text
    assert user.progress(task)["current_segment"] == 1
    user.run(task, 2, 3, 4, 5)
    assert len(user.urls(task, 2)) == 2
    srt = user.download(f"generated_stories/{task}/output.srt").text
    assert "rm -rf" in srt


async def test_a_deleted_story_leaves_nothing_behind(stack: RunningStack, user: Api) -> None:
    task = user.new()
    user.run(task, 1, 2)
    environment = Path(f"/proc/{stack.pids('services.gateway.main')[0]}/environ").read_bytes().split(b"\0")
    told = dict(line.decode().split("=", 1) for line in environment if line.startswith(b"TALEWRIGHT_S3"))
    settings = S3Settings(**{name.removeprefix("TALEWRIGHT_").lower(): value for name, value in told.items()})
    store = S3ArtifactStore(settings)
    mine = f"users/{user.id}/output/images/{task}"
    assert len(await store.list(mine)) == 6
    assert user.http.delete(f"/api/task/{task}").json() == {"deleted": True}
    assert await store.list(mine) == []
    assert await store.list(f"users/{user.id}/output/texts/{task}") == []
    assert user.http.get(f"/api/task/{task}/progress").status_code == 404
    assert task not in user.http.get("/api/task/mytasks").json()["task_ids"]
    await store.close()
