"""Containers die while a story is made. It is finished all the same; nothing is lost, nothing done twice."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.compose.project import Project, docker
from tests.e2e.film import Film
from tests.e2e.stack import Api

PATIENCE_S = 150
"""A killed container is back within seconds, but a machine that does something else besides may take its time."""


def done_once(user: Api, task: int) -> Counter[tuple[object, ...]]:
    """How often each job and each run of a segment was recorded as done."""
    ends: Counter[tuple[object, ...]] = Counter()
    for event in user.events(task):
        if event["event"] == "job.completed":
            ends["job", event["run"], event["kind"], event["item"]] += 1
        elif event["event"] == "task.segment-completed":
            ends["segment", event["run"]] += 1
    assert set(ends.values()) == {1}, ends
    return ends


def test_a_story_becomes_a_film(project: Project, user: Api, tmp_path: Path) -> None:
    task = user.new(seed=5)
    for segment in range(1, 6):
        user.start(task, segment)
        user.until(task, seconds=PATIENCE_S, current_segment=segment)
    url = next(url for url in user.urls(task, 5) if url.endswith(".mp4"))
    content = user.download(url).content
    (tmp_path / "film.mp4").write_bytes(content)
    film = Film(tmp_path / "film.mp4")
    assert film.decodes()
    assert 20 < film.seconds < 90
    assert film.loudness()[0] > -30  # somebody speaks: the voices are in the image
    part = user.download(url, Range="bytes=0-99")
    assert (part.status_code, part.content) == (206, content[:100])


@pytest.mark.parametrize("victim", ["media", "nats", "postgres", "gateway", "minio", "tasks", "auth"])
def test_a_story_survives_a_killed(project: Project, user: Api, victim: str) -> None:
    project.wait_healthy(victim)
    task = user.new(seed=12)
    user.start(task, 1)
    user.until(task, seconds=PATIENCE_S, current_segment=1)
    accepted = user.new(seed=13)
    user.start(task, 2)
    user.until(task, seconds=PATIENCE_S, running_segment=2)
    time.sleep(0.5)
    container = project.ids(victim)[0]
    restarts = int(docker("inspect", "-f", "{{.RestartCount}}", container))
    project.kill(victim)
    user.until(task, seconds=PATIENCE_S, current_segment=2)
    project.wait_restarted(container, restarts)
    assert user.until(accepted, seconds=PATIENCE_S, status="pending")  # what was acknowledged is there
    user.start(task, 3)
    user.until(task, seconds=PATIENCE_S, current_segment=3)
    ends = done_once(user, task)
    assert sum(count for name, count in ends.items() if name[0] == "segment") == 3
    project.wait_healthy(victim)


def test_no_event_was_lost_or_stored_twice(project: Project) -> None:
    """After all that: every position and every version of every stream is there, and each event once."""
    found = project.inside("events.py", "tools")
    assert found["wrong"] == []
    assert found["stored"] == found["last"] == found["read"] > 100


def test_the_views_still_tell_what_the_events_do(project: Project) -> None:
    said = project.compose("run", "--rm", "tools", "views", "verify")
    assert "0 differ" in said
