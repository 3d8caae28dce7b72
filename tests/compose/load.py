"""Users who keep working while services are restarted, and who try again only where a client may.

What a client may try again, and nothing else:

- a connection that is refused, or that ends before the answer, if the request is a GET or carries an Idempotency-Key;
- 503 with Retry-After, after that time, under the same condition;
- 409 for an Idempotency-Key whose first try is still in progress.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from typing import Any

import httpx

from tests.e2e.stack import Api

TRY_FOR_S = 120.0


class Failed(Exception):
    """A request failed in a way that no client may try again."""


class Worker(threading.Thread):
    """One user: makes a task, runs its first segment, watches it, reads the result; again and again until stopped."""

    def __init__(self, api: Api, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.api, self.stop_asked = api, stop
        self.api.http.timeout = httpx.Timeout(30)
        self.tasks: list[int] = []
        self.answers: Counter[str] = Counter()
        self.retried: Counter[str] = Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        """See `threading.Thread.run`."""
        try:
            while not self.stop_asked.is_set():
                self._once()
        except Exception as error:  # shown by the test, in its own thread
            self.failures.append(repr(error))

    def _once(self) -> None:
        body = {"topic": "Magnet Mania", "main_role": "Penny", "seed": len(self.tasks)}
        task = int(self.send("POST", "/api/task/new", json=body).json()["task_id"])
        self.tasks.append(task)
        self.send("POST", f"/api/task/{task}/execute/1", headers={"Prefer": "respond-async"})
        deadline = time.monotonic() + TRY_FOR_S
        while self.send("GET", f"/api/task/{task}/progress").json()["current_segment"] != 1:
            if time.monotonic() > deadline:
                raise Failed(f"task {task} came to nothing")
            time.sleep(0.2)
        assert self.send("GET", f"/api/task/{task}/resource?segmentId=1").json()["urls"]
        assert self.send("GET", "/api/task/mytasks").json()

    def send(self, method: str, url: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """The answer, in the end."""
        sent = {"Idempotency-Key": secrets.token_hex(8), **(headers or {})} if method == "POST" else headers
        deadline = time.monotonic() + TRY_FOR_S
        while True:
            try:
                answer = self.api.http.request(method, url, headers=sent, **more)
            except (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
                why, pause_s = type(error).__name__, 0.3
            else:
                if answer.is_success:
                    self.answers[f"{method} {answer.status_code}"] += 1
                    return answer
                why, pause_s = _may_try_again(answer, method)
            self.retried[why] += 1
            if time.monotonic() > deadline:
                raise Failed(f"{method} {url}: {why} for {TRY_FOR_S:g} s")
            time.sleep(pause_s)


def _may_try_again(answer: httpx.Response, method: str) -> tuple[str, float]:
    if answer.status_code == 503 and "retry-after" in answer.headers:
        return "503", min(float(answer.headers["retry-after"]), 3)
    if answer.status_code == 409 and method == "POST" and "in progress" in answer.text:
        return "409", 0.5
    raise Failed(f"{method} {answer.request.url}: {answer.status_code} {answer.text[:300]}")
