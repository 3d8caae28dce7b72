"""Every service is restarted, one after the other, while users work. Nobody sees a request fail for good."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.compose.load import Worker
from tests.compose.project import Project
from tests.e2e.stack import Api

USERS = 3
ORDER = ("auth", "tasks", "media", "gateway", "minio", "postgres", "nats")


@pytest.fixture
def workers(project: Project) -> Iterator[list[Worker]]:
    stop = threading.Event()
    working = [Worker(project.user(f"load-{secrets.token_hex(4)}"), stop) for _ in range(USERS)]
    for worker in working:
        worker.start()
    yield working
    stop.set()
    for worker in working:
        worker.join(60)


def test_a_rolling_restart_fails_no_request(project: Project, workers: list[Worker]) -> None:
    time.sleep(2)
    for service in ORDER:
        before = [worker.answers.total() for worker in workers]
        project.compose("restart", "--timeout", "40", service)
        project.wait_healthy(service)
        _go_on(workers, before)
    workers[0].stop_asked.set()
    for worker in workers:
        worker.join(180)
    assert [worker.failures for worker in workers] == [[]] * USERS
    answered = sum((worker.answers for worker in workers), Counter())
    retried = sum((worker.retried for worker in workers), Counter())
    assert set(retried) <= {"ConnectError", "ReadError", "WriteError", "RemoteProtocolError", "503", "409"}
    print(f"{answered.total()} answers {dict(answered)}, tried again {dict(retried)}")
    assert 0 < retried.total() < answered.total()  # none would mean that nothing was restarted
    for worker in workers:
        assert len(set(worker.tasks)) == len(worker.tasks) > 0
        _all_work_is_done(worker.api, worker.tasks)


def _go_on(workers: list[Worker], before: list[int], seconds: float = 60) -> None:
    """Waits until each user got answers after the restart, too."""
    deadline = time.monotonic() + seconds
    while any(worker.answers.total() < count + 2 for worker, count in zip(workers, before, strict=True)):
        assert not [worker.failures for worker in workers if worker.failures]
        assert time.monotonic() < deadline, [worker.retried for worker in workers]
        time.sleep(0.1)


def _all_work_is_done(user: Api, tasks: list[int]) -> None:
    """Nobody's task is missing, doubled or half done: a repeated POST made one task, not two."""
    assert sorted(user.http.get("/api/task/mytasks").json()["task_ids"]) == sorted(tasks)
    for task in tasks:
        assert user.progress(task)["current_segment"] == 1
