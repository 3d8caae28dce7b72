"""Parts die in the middle of a story; it is finished all the same, and nothing is done or told twice."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.e2e.stack import Api, RunningStack, running_stack

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack of this module's own, since it will be mistreated."""
    data = tmp_path_factory.mktemp("faults") / "data"
    with running_stack(data, TALEWRIGHT_MEDIA_RETRY_DELAYS_S="[0.3, 0.5]") as running:
        yield running


def no_job_counts_twice(user: Api, task: int) -> Counter[tuple[object, ...]]:
    """Every job has exactly one completion, every run of a segment exactly one end."""
    ends: Counter[tuple[object, ...]] = Counter()
    for event in user.events(task):
        if event["event"] == "job.completed":
            ends["job", event["run"], event["kind"], event["item"]] += 1
        elif event["event"] == "task.segment-completed":
            ends["segment", event["run"]] += 1
    assert set(ends.values()) == {1}, ends
    return ends


def wait_for_workers(own: RunningStack, count: int = 2) -> None:
    deadline = time.monotonic() + 30
    while len(own.pids("services.media.main")) < count:
        assert time.monotonic() < deadline, own.logs()
        time.sleep(0.1)


@pytest.mark.parametrize("segment", [1, 2, 3, 4, 5])
def test_a_worker_killed_in_a_segment_is_made_up_for(own: RunningStack, segment: int) -> None:
    user = own.user()
    task = user.new(seed=segment)
    if segment > 1:
        user.run(task, *range(1, segment))
    wait_for_workers(own)
    victim = own.pids("services.media.main")[0]
    user.start(task, segment)
    time.sleep({1: 0.02, 2: 0.8, 3: 0.02, 4: 0.3, 5: 1.5}[segment])
    os.kill(victim, signal.SIGKILL)
    user.until(task, seconds=60, current_segment=segment)
    no_job_counts_twice(user, task)
    wait_for_workers(own)


def test_a_worker_asked_to_stop_finishes_or_hands_back_its_job(own: RunningStack) -> None:
    user = own.user()
    task = user.new(seed=15)
    user.run(task, 1)
    wait_for_workers(own)
    user.start(task, 2)
    time.sleep(0.4)
    os.kill(own.pids("services.media.main")[0], signal.SIGTERM)
    user.until(task, seconds=30, current_segment=2)
    no_job_counts_twice(user, task)
    assert not [event for event in user.events(task) if event["event"] == "job.failed"]


def test_all_workers_killed_at_once(own: RunningStack) -> None:
    user = own.user()
    task = user.new(seed=11)
    user.run(task, 1)
    wait_for_workers(own)
    user.start(task, 2)
    time.sleep(0.5)
    for pid in own.pids("services.media.main"):
        os.kill(pid, signal.SIGKILL)
    user.until(task, seconds=60, current_segment=2)
    no_job_counts_twice(user, task)


@pytest.mark.parametrize("what", ["services.tasks.main", "services.gateway.main", "services.auth.main", "nats-server"])
def test_the_story_survives_a_killed(own: RunningStack, what: str) -> None:
    user = own.user()
    task = user.new(seed=12)
    user.run(task, 1)
    accepted = user.new(seed=13)
    user.start(task, 2)
    time.sleep(0.7)
    own.kill(what)
    user.until(task, seconds=60, current_segment=2)
    assert user.progress(accepted)["status"] == "pending"  # what was acknowledged is there
    no_job_counts_twice(user, task)
    user.run(task, 3)


def test_s3_away_fails_with_a_reason_and_a_retry_does_what_is_missing(own: RunningStack) -> None:
    user = own.user()
    task = user.new(seed=14)
    user.run(task, 1)
    weed = own.pids("weed")
    for pid in weed:
        os.kill(pid, signal.SIGSTOP)
    try:
        user.start(task, 2)
        failed = user.until(task, seconds=90, status="failed")
    finally:
        for pid in weed:
            os.kill(pid, signal.SIGCONT)
    assert failed["error"]
    events = [event for event in user.events(task) if event["event"] == "task.segment-failed"]
    assert events[0]["reason"] == failed["error"]
    done = sum(event["event"] == "job.completed" for event in user.events(task))
    user.start(task, 2)
    user.until(task, seconds=60, current_segment=2)
    no_job_counts_twice(user, task)
    assert sum(event["event"] == "job.completed" for event in user.events(task)) == 7
    assert done < 7


def test_a_second_start_finds_everything(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("twice") / "data"
    with running_stack(data) as first:
        user = first.user("anna")
        task = user.new(seed=1)
        user.run(task, 1, 2)
        script = user.download(f"generated_stories/{task}/script_data.json").content
        assert first.stop() == 0
    with running_stack(data) as second:
        again = Api(second.url)
        answer = again.http.post("/api/login", json={"username": "anna", "password": "secret"})
        again.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        assert again.progress(task)["current_segment"] == 2
        assert again.download(f"generated_stories/{task}/script_data.json").content == script
        again.run(task, 3)
